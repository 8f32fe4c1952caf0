//! Departments, staff, rules and the audit trail.

use super::{
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{
        desk, roster,
        staff::{self, Who},
    },
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use weimenhu_domain::petition::{
    Role,
    deadline::Policy,
    deduction::{Cause, Rule},
    policy::{self, Number},
};

pub(super) const ADMINISTRATOR: &[Role] = &[Role::Administrator];
const WATCHERS: &[Role] = &[Role::Auditor, Role::Administrator, Role::Supervisor];
pub(super) const OFFICE: &[Role] = &[
    Role::Reviewer,
    Role::Supervisor,
    Role::Auditor,
    Role::Administrator,
];

#[derive(Template)]
#[template(path = "desk/departments.html")]
struct Departments {
    t: Lang,
    who: Who,
    rows: Vec<(i64, String, bool, bool)>,
    form: Typed,
}

/// `GET /desk/departments`
pub async fn departments(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    departments_page(&shared, signed, Typed::default()).await
}

async fn departments_page(shared: &Shared, signed: Signed, form: Typed) -> Result<Response, Code> {
    let view = Departments {
        t: signed.t,
        who: signed.who,
        rows: desk::departments(&shared.city).await?,
        form,
    };
    page(status(&view.form), &view)
}

/// A form that comes back says that it was not taken.
fn status(form: &Typed) -> StatusCode {
    if form.is_right() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

/// `POST /desk/departments`
pub async fn set_department(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    signed.sent(&headers, &fields)?;
    let set = |name: &str| fields.get(name).is_some_and(|v| v == "1");
    let mut form = Typed::of(&fields);
    let id = form.value("id").parse().unwrap_or_default();
    let known = desk::set_department(
        &shared.city,
        &signed.who,
        id,
        (set("head_approves"), set("active")),
        clock::now(),
    )
    .await?;
    form.expect(known, "id", "department_unknown");
    if form.is_right() {
        return Ok(Redirect::to("/desk/departments").into_response());
    }
    departments_page(&shared, signed, form).await
}

#[derive(Template)]
#[template(path = "desk/staff.html")]
struct Staff {
    t: Lang,
    who: Who,
    rows: Vec<(String, String, Vec<&'static str>, String)>,
    roles: Vec<&'static str>,
    departments: Vec<(i64, String, bool, bool)>,
    secret: String,
    form: Typed,
}

async fn staff_page(shared: &Shared, signed: Signed, secret: String, form: Typed) -> Result<Response, Code> {
    let roles = Role::ALL.iter().filter(|r| works(**r)).map(|r| r.name());
    let view = Staff {
        t: signed.t,
        who: signed.who,
        rows: desk::all_staff(&shared.city).await?,
        roles: roles.collect(),
        departments: desk::departments(&shared.city).await?,
        secret,
        form,
    };
    page(status(&view.form), &view)
}

/// `GET /desk/staff`
pub async fn staff(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    staff_page(&shared, signed, String::new(), Typed::default()).await
}

/// `POST /desk/staff`: the secret for the authenticator is shown once.
pub async fn add_staff(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    signed.sent(&headers, &fields)?;
    let mut form = Typed::of(&fields);
    let password = fields.get("password").map(|v| v.trim()).unwrap_or_default();
    let role = Role::named(form.value("role")).filter(|role| works(*role));
    let department: i64 = form.value("department").parse().unwrap_or_default();
    let known = desk::departments(&shared.city).await?;
    let known = department == 0 || known.iter().any(|(id, ..)| *id == department);
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
    form.expect(known, "department", "department_unknown");
    if let Some(role) = role {
        let belongs = role.is_of_department();
        form.expect(!belongs || department != 0, "department", "department_missing");
        form.expect(belongs || department == 0, "department", "role_of_office");
    }
    let Some(role) = role.filter(|_| form.is_right()) else {
        return staff_page(&shared, signed, String::new(), form).await;
    };
    let who = (login.as_str(), form.value("name"));
    let place = (role, department);
    match desk::add_staff(&shared.city, &signed.who, who, password, place, clock::now()).await {
        Ok(secret) => staff_page(&shared, signed, secret, Typed::default()).await,
        // Somebody else took the login this very moment.
        Err(crate::Error::Usage(_)) => {
            form.wrong("login", "login_taken");
            staff_page(&shared, signed, String::new(), form).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether somebody of the staff can have this role.
fn works(role: Role) -> bool {
    ![Role::Writer, Role::Citizen, Role::Engine].contains(&role)
}

#[derive(Template)]
#[template(path = "desk/rules.html")]
struct Rules {
    t: Lang,
    who: Who,
    rows: Vec<(i64, &'static str, i32, String, String)>,
    causes: Vec<&'static str>,
    policies: Vec<policy::Rule>,
    numbers: [Number; 7],
    messages: Vec<desk::MessageRule>,
    steps: Vec<&'static str>,
    form: Typed,
}

impl Rules {
    /// What holds where no rule says otherwise.
    fn standard(&self, number: &Number) -> u16 {
        number.of(&Policy::STANDARD)
    }

    fn audiences(&self) -> [&'static str; 5] {
        desk::AUDIENCES
    }

    fn channels(&self) -> [&'static str; 3] {
        desk::CHANNELS
    }
}

/// `GET /desk/rules`
pub async fn rules(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    rules_page(&shared, signed, Typed::default()).await
}

pub(super) async fn rules_page(shared: &Shared, signed: Signed, form: Typed) -> Result<Response, Code> {
    let view = Rules {
        t: signed.t,
        who: signed.who,
        rows: desk::rules(&shared.city).await?,
        causes: Cause::ALL.iter().map(|c| c.name()).collect(),
        policies: desk::policies(&shared.city).await?,
        numbers: Number::ALL,
        messages: desk::message_rules(&shared.city).await?,
        steps: desk::steps(),
        form,
    };
    page(status(&view.form), &view)
}

/// `POST /desk/rules`
pub async fn add_rule(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    signed.sent(&headers, &fields)?;
    let mut form = Typed::of(&fields);
    if fields.contains_key("end") {
        let until: Option<Date> = form.value("until").parse().ok();
        let ended = match (form.value("end").parse(), until) {
            (Ok(id), Some(until)) => {
                desk::end_rule(&shared.city, &signed.who, id, until, clock::now()).await?
            }
            _ => false,
        };
        form.expect(until.is_some(), "until", "date_missing");
        form.expect(ended, "until", "until_before_from");
    } else {
        let cause = Cause::named(form.value("cause"));
        let points = form.value("points").parse().ok();
        form.expect(cause.is_some(), "cause", "cause_unknown");
        form.expect(points.is_some(), "points", "points_wrong");
        let span = form.span("from", "until");
        if let (Some(cause), Some(points), Some((from, until)), true) = (cause, points, span, form.is_right())
        {
            let rule = Rule {
                id: 0,
                cause,
                points,
                from,
                until,
            };
            desk::add_rule(&shared.city, &signed.who, &rule, clock::now()).await?;
        }
    }
    if form.is_right() {
        return Ok(Redirect::to("/desk/rules").into_response());
    }
    rules_page(&shared, signed, form).await
}

#[derive(Template)]
#[template(path = "desk/audit.html")]
struct Audit {
    t: Lang,
    who: Who,
    rows: Vec<(i64, desk::Step)>,
    older: i64,
}

/// `GET /desk/audit`
pub async fn audit(
    State(shared): State<Shared>,
    signed: Signed,
    Query(asked): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(WATCHERS)?;
    let before = asked
        .get("before")
        .and_then(|n| n.parse().ok())
        .unwrap_or(i64::MAX);
    let rows = desk::audit(&shared.city, before).await?;
    let older = rows.last().map_or(0, |(seq, _)| *seq);
    page(
        StatusCode::OK,
        &Audit {
            t: signed.t,
            who: signed.who,
            rows,
            older,
        },
    )
}
