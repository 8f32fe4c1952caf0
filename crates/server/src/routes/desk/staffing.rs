//! Who is on the staff: adding somebody, giving them other roles or another place, a new password, and closing the door.
//!
//! A secret is shown once, on the page that answers the form that made it: a page that is asked for again has none.

use super::{
    admin::{ADMINISTRATOR, status},
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{
        desk,
        roster::{self, Member},
        staff::{self, Who},
    },
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use weimenhu_domain::petition::Role;

#[derive(Template)]
#[template(path = "desk/staff.html")]
struct Staff {
    t: Lang,
    who: Who,
    rows: Vec<Member>,
    roles: Vec<&'static str>,
    departments: Vec<(i64, String, bool, bool)>,
    made: Made,
    form: Typed,
}

/// What somebody needs for the first sign-in; empty: nothing was made.
#[derive(Default)]
struct Made {
    login: String,
    /// Empty where the administrator chose it.
    password: String,
    secret: String,
}

async fn staff_page(shared: &Shared, signed: Signed, made: Made, form: Typed) -> Result<Response, Code> {
    let view = Staff {
        t: signed.t,
        who: signed.who,
        rows: roster::all(&shared.city).await?,
        roles: working().map(Role::name).collect(),
        departments: desk::departments(&shared.city).await?,
        made,
        form,
    };
    page(status(&view.form), &view)
}

/// The roles that somebody of the staff can have.
fn working() -> impl Iterator<Item = Role> {
    let all = Role::ALL.iter().copied();
    all.filter(|role| ![Role::Writer, Role::Citizen, Role::Engine].contains(role))
}

/// `GET /desk/staff`
pub async fn staff(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    staff_page(&shared, signed, Made::default(), Typed::default()).await
}

/// `POST /desk/staff`: the secret for the authenticator is shown once.
pub async fn add_staff(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    let password = fields.get("password").map(|v| v.trim()).unwrap_or_default();
    let role = working().find(|role| form.is("role", role.name()));
    let department = place(&shared, &mut form).await?;
    let login = form.value("login").to_owned();
    form.expect(roster::is_login(&login), "login", "login_wrong");
    form.expect(
        roster::is_free(&shared.city, &login).await?,
        "login",
        "login_taken",
    );
    form.expect(!form.value("name").is_empty(), "name", "name_missing");
    let long = password.chars().count() >= staff::MIN_PASSWORD;
    form.expect(long, "password", "password_short");
    form.expect(role.is_some(), "role", "role_unknown");
    fits(&mut form, role.as_slice(), department);
    let Some(role) = role.filter(|_| form.is_right()) else {
        return staff_page(&shared, signed, Made::default(), form).await;
    };
    let who = (login.as_str(), form.value("name"));
    let place = (role, department);
    match desk::add_staff(&shared.city, &signed.who, who, password, place, clock::now()).await {
        Ok(secret) => {
            let made = Made {
                login,
                secret,
                ..Made::default()
            };
            staff_page(&shared, signed, made, Typed::default()).await
        }
        // Somebody else took the login this very moment.
        Err(crate::Error::Usage(_)) => {
            form.wrong("login", "login_taken");
            staff_page(&shared, signed, Made::default(), form).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The department in a form, 0 for the Office; one that is not there is named.
async fn place(shared: &Shared, form: &mut Typed) -> Result<i64, Code> {
    let department: i64 = form.value("department").parse().unwrap_or_default();
    let all = desk::departments(&shared.city).await?;
    let known = department == 0 || all.iter().any(|(id, ..)| *id == department);
    form.expect(known, "department", "department_unknown");
    Ok(department)
}

/// The Office's roles belong to the Office, the departments' to a department.
fn fits(form: &mut Typed, roles: &[Role], department: i64) {
    for role in roles {
        let belongs = role.is_of_department();
        form.expect(!belongs || department != 0, "department", "department_missing");
        form.expect(belongs || department == 0, "department", "role_of_office");
    }
}

/// `POST /desk/staff/set`: what is done to somebody who is there.
pub async fn set_staff(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    let (city, by, now) = (&shared.city, signed.who.id, clock::now());
    let login = form.value("login").to_owned();
    let mut made = Made::default();
    if roster::is_free(city, &login).await? {
        form.wrong("login", "login_unknown");
        return staff_page(&shared, signed, made, form).await;
    }
    let done = match form.value("do") {
        "place" => {
            let has = |role: &Role| form.is(&format!("role-{}", role.name()), 1);
            let roles: Vec<Role> = working().filter(has).collect();
            form.expect(!roles.is_empty(), "roles", "role_unknown");
            let department = place(&shared, &mut form).await?;
            fits(&mut form, &roles, department);
            match form.is_right() {
                true => roster::set_place(city, by, &login, (&roles, department), now).await,
                false => Ok(()),
            }
        }
        "disable" => roster::set_active(city, by, &login, false, now).await,
        "enable" => roster::set_active(city, by, &login, true, now).await,
        "reset" => roster::reset(city, by, &login, now).await.map(|new| {
            made = Made {
                login: new.login,
                password: new.password,
                secret: new.secret,
            };
        }),
        _ => return Err(Code::Unprocessable("unknown")),
    };
    match done {
        // The login is known: what is left to refuse is to lock everybody out.
        Err(crate::Error::Usage(_)) => form.wrong("roles", "last_administrator"),
        other => other?,
    }
    if form.is_right() && made.secret.is_empty() {
        return Ok(Redirect::to("/desk/staff").into_response());
    }
    // What was typed belongs to one person's form, and shows there.
    staff_page(&shared, signed, made, form).await
}
