//! Who is on the staff, for administrators at the desk and for whoever holds the machine: somebody must be the first. Each
//! change is an event of the audit trail, and ends the sessions it should end. A city is never left without an
//! administrator who can sign in.

use super::{
    act::department_name,
    staff::{self, Given},
};
use crate::{
    City, Error, Result,
    error::own_json,
    store::{Tx, petition::people},
};
use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use weimenhu_domain::petition::Role;

/// Who orders a change: whoever holds the machine. Else the number of an administrator.
pub const MACHINE: i64 = 0;

/// What somebody signs in with, made here. Not `Debug`: a log must not have it by accident.
pub struct Admitted {
    /// Login.
    pub login: String,
    /// 120 random bits, for the first sign-in, which asks for another.
    pub password: String,
    /// For the authenticator, base32.
    pub secret: String,
}

impl Admitted {
    /// What an authenticator app reads.
    pub fn otpauth(&self) -> String {
        otpauth("weimenhu", &self.login, &self.secret)
    }
}

/// What an authenticator app reads (the key URI format of Google Authenticator).
pub fn otpauth(issuer: &str, login: &str, secret: &str) -> String {
    format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}")
}

/// Somebody of the staff.
#[derive(Debug, Serialize)]
pub struct Member {
    /// Login.
    pub login: String,
    /// What is shown.
    pub name: String,
    /// [`Role::name`].
    pub roles: Vec<&'static str>,
    /// Empty: the Office.
    pub department: String,
    /// Its number; 0: the Office.
    #[serde(skip)]
    pub place: i64,
    /// May sign in.
    pub active: bool,
}

/// Everybody, in the order they came.
///
/// # Errors
/// The database's.
pub async fn all(city: &City) -> Result<Vec<Member>> {
    let db = city.store.read();
    let departments = people::departments(db).await?;
    let member = |s: people::staff::Model| Member {
        roles: s.acts_as().into_iter().map(Role::name).collect(),
        department: department_name(&departments, s.department),
        place: s.department,
        active: s.active == 1,
        login: s.login,
        name: s.name,
    };
    Ok(people::all_staff(db).await?.into_iter().map(member).collect())
}

/// Whether a login is plain enough to be typed anywhere.
pub fn is_login(login: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    (2..=32).contains(&login.len()) && login.chars().all(plain)
}

/// Whether nobody has this login.
///
/// # Errors
/// The database's.
pub async fn is_free(city: &City, login: &str) -> Result<bool> {
    Ok(people::by_login(city.store.read(), login).await?.is_none())
}

/// Adds somebody with a password of our making.
///
/// # Errors
/// The login is taken or not plain, or the database's.
pub async fn admit(
    city: &City,
    (login, name): (&str, &str),
    roles: &[Role],
    department: i64,
    now: Timestamp,
) -> Result<Admitted> {
    if !is_login(login) {
        return Err(Error::usage(
            "a login is 2 to 32 small letters, digits, dots, hyphens or underscores",
        ));
    }
    let password = password();
    let secret = staff::add(city, (login, name), &password, Given::Once, roles, department).await?;
    let tx = city.store.write().await?;
    let who = known(&tx, login).await?;
    note(&tx, MACHINE, &who, "staff_added", &json!({}), now).await?;
    tx.commit().await?;
    Ok(Admitted {
        login: login.to_owned(),
        password,
        secret,
    })
}

/// A new password and a new secret; the old ones, and every session, end.
///
/// # Errors
/// Nobody has this login; the database's.
pub async fn reset(city: &City, by: i64, login: &str, now: Timestamp) -> Result<Admitted> {
    let password = password();
    let (hash, secret, sealed) = staff::made(city, login, &password, Given::Once).await?;
    let tx = city.store.write().await?;
    let mut who = known(&tx, login).await?;
    (who.password, who.totp, who.totp_step) = (hash, sealed, 0);
    (who.failures, who.locked_ms) = (0, 0);
    people::save_staff(&tx, &who).await?;
    people::end_sessions(&tx, who.id).await?;
    note(&tx, by, &who, "staff_reset", &json!({}), now).await?;
    tx.commit().await?;
    Ok(Admitted {
        login: login.to_owned(),
        password,
        secret,
    })
}

/// Lets somebody sign in, or no longer: then every session of theirs ends too.
///
/// # Errors
/// Nobody has this login; it is the last administrator who can sign in; the database's.
pub async fn set_active(city: &City, by: i64, login: &str, active: bool, now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    let mut who = known(&tx, login).await?;
    who.active = i64::from(active);
    people::save_staff(&tx, &who).await?;
    if !active {
        people::end_sessions(&tx, who.id).await?;
    }
    somebody_administers(&tx).await?;
    let what = if active { "staff_enabled" } else { "staff_disabled" };
    note(&tx, by, &who, what, &json!({}), now).await?;
    Ok(tx.commit().await?)
}

/// Gives somebody other roles, or another place; it holds from their next page on.
///
/// # Errors
/// Nobody has this login; it is the last administrator who can sign in; the database's.
pub async fn set_place(
    city: &City,
    by: i64,
    login: &str,
    (roles, department): (&[Role], i64),
    now: Timestamp,
) -> Result<()> {
    let tx = city.store.write().await?;
    let mut who = known(&tx, login).await?;
    let names: Vec<&str> = roles.iter().map(|r| r.name()).collect();
    who.roles = own_json(serde_json::to_string(&names), "roles")?;
    who.department = department;
    people::save_staff(&tx, &who).await?;
    somebody_administers(&tx).await?;
    let data = json!({"roles": names, "department": department});
    note(&tx, by, &who, "staff_set", &data, now).await?;
    Ok(tx.commit().await?)
}

/// Refuses a change that would lock everybody out of this page.
async fn somebody_administers(tx: &Tx) -> Result<()> {
    let all = people::all_staff(tx).await?;
    let administers = |s: &people::staff::Model| s.active == 1 && s.acts_as().contains(&Role::Administrator);
    if all.iter().any(administers) {
        return Ok(());
    }
    Err(Error::usage(
        "this is the last administrator who can sign in: add another first",
    ))
}

async fn known(tx: &Tx, login: &str) -> Result<people::staff::Model> {
    let found = people::by_login(tx, login).await?;
    found.ok_or_else(|| Error::usage(format!("nobody has the login {login:?}; `staff list` shows all")))
}

/// The event names whom it concerns. With whoever has the machine there is no other name, and it is theirs.
async fn note(
    tx: &Tx,
    by: i64,
    whom: &people::staff::Model,
    what: &str,
    data: &Value,
    now: Timestamp,
) -> Result<()> {
    let actor = if by == MACHINE { whom.id } else { by };
    let mut data = data.clone();
    if let Some(fields) = data.as_object_mut() {
        fields.insert("login".to_owned(), whom.login.clone().into());
    }
    staff::note(tx, (0, actor), what, &data, now).await
}

/// 24 letters and digits in groups that can be read aloud.
fn password() -> String {
    let text = BASE32_NOPAD.encode(&rand::random::<[u8; 15]>()).to_lowercase();
    let mut groups = String::new();
    for (n, c) in text.chars().enumerate() {
        if n > 0 && n % 4 == 0 {
            groups.push('-');
        }
        groups.push(c);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_and_never_the_same() {
        let (one, other) = (password(), password());
        assert_eq!(one.len(), 24 + 5);
        assert_ne!(one, other);
        assert!(
            one.chars()
                .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
        );
    }
}
