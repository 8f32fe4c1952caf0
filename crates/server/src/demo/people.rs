//! The demo's staff: one of each role, handlers and heads in two departments. Their passwords are random and shown
//! once; a demo with passwords that stand in a repository would sooner or later stand on the internet.

use crate::{
    City, Result,
    petition::{
        roster::otpauth,
        staff::{self, Given},
    },
    store::petition::people,
};
use data_encoding::HEXLOWER;
use weimenhu_domain::petition::Role;

/// What somebody needs to sign in at the desk.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Login.
    pub login: String,
    /// What is shown.
    pub name: String,
    /// Password.
    pub password: String,
    /// Secret of the one-time codes, base32.
    pub totp: String,
    /// Whose staff; empty: the Office.
    pub department: String,
}

impl SignIn {
    /// What an authenticator app reads.
    pub fn otpauth(&self) -> String {
        otpauth("weimenhu-demo", &self.login, &self.totp)
    }
}

/// Who is there, by number.
pub(super) struct Staff {
    all: Vec<(i64, Role, i64)>,
}

impl Staff {
    /// The first with this role, in this department when it is one of a department; 0 when there is none.
    pub fn number(&self, role: Role, department: i64) -> i64 {
        self.nth(role, department, 0)
    }

    /// Another one than the first.
    pub fn other(&self, role: Role) -> i64 {
        self.nth(role, 0, 1)
    }

    fn nth(&self, role: Role, department: i64, n: usize) -> i64 {
        let mut found = self.all.iter().filter(|(_, r, d)| *r == role && *d == department);
        found.nth(n).map_or(0, |(id, ..)| *id)
    }
}

const OFFICE: &[(&str, &str, Role)] = &[
    ("shenhe1", "示例审核员甲", Role::Reviewer),
    ("shenhe2", "示例审核员乙", Role::Reviewer),
    ("duban", "示例督办员", Role::Supervisor),
    ("huawu", "示例话务员", Role::Operator),
    ("shenji", "示例审计员", Role::Auditor),
    ("guanli", "示例管理员", Role::Administrator),
];
const DEPARTMENT: &[(&str, &str, Role)] = &[
    ("jingban", "示例经办人", Role::Handler),
    ("fuze", "示例负责人", Role::Head),
    ("xieban", "示例协办人", Role::Assistant),
];

/// Adds the staff; the two departments are the first of the sample's letters.
pub(super) async fn add(city: &City, departments: &[i64]) -> Result<(Staff, Vec<SignIn>)> {
    let names = people::departments(city.store.read()).await?;
    let mut wanted: Vec<(String, String, Role, i64)> = OFFICE
        .iter()
        .map(|(login, name, role)| ((*login).to_owned(), (*name).to_owned(), *role, 0))
        .collect();
    for (n, department) in (1..).zip(departments) {
        let more = DEPARTMENT
            .iter()
            .map(|(login, name, role)| (format!("{login}{n}"), format!("{name}{n}"), *role, *department));
        wanted.extend(more);
    }
    let mut sign_ins = Vec::new();
    for (login, name, role, department) in &wanted {
        let password = HEXLOWER.encode(&rand::random::<[u8; 8]>());
        let totp = staff::add(
            city,
            (login, name),
            &password,
            Given::ForGood,
            &[*role],
            *department,
        )
        .await?;
        sign_ins.push(SignIn {
            login: login.clone(),
            name: name.clone(),
            password,
            totp,
            department: crate::petition::act::department_name(&names, *department),
        });
    }
    let all = people::all_staff(city.store.read()).await?;
    let all = all
        .into_iter()
        .filter_map(|s| s.acts_as().first().map(|role| (s.id, *role, s.department)))
        .collect();
    Ok((Staff { all }, sign_ins))
}
