//! Departments, staff, rules, messages and the audit trail.

use super::{
    session::{Fields, Signed, page},
    words::Lang,
};
use crate::{
    petition::{
        self, desk,
        staff::{self, Given, Who},
    },
    routes::{Shared, problem::Code},
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use weimenhu_domain::petition::{
    Role,
    deduction::{Cause, Rule},
};

const ADMINISTRATOR: &[Role] = &[Role::Administrator];
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
}

/// `GET /desk/departments`
pub async fn departments(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    let rows = desk::departments(&shared.city).await?;
    let view = Departments {
        t: signed.t,
        who: signed.who,
        rows,
    };
    page(StatusCode::OK, &view)
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
    let id = fields
        .get("id")
        .and_then(|id| id.parse().ok())
        .unwrap_or_default();
    desk::set_department(&shared.city, id, set("head_approves"), set("active")).await?;
    Ok(Redirect::to("/desk/departments").into_response())
}

#[derive(Template)]
#[template(path = "desk/staff.html")]
struct Staff {
    t: Lang,
    who: Who,
    rows: Vec<(String, String, String, String)>,
    roles: Vec<&'static str>,
    departments: Vec<(i64, String, bool, bool)>,
    secret: String,
    refused: String,
}

async fn staff_page(
    shared: &Shared,
    signed: Signed,
    secret: String,
    refused: String,
) -> Result<Response, Code> {
    let citizens = [Role::Writer, Role::Citizen, Role::Engine];
    let roles = Role::ALL
        .iter()
        .filter(|r| !citizens.contains(r))
        .map(|r| r.name());
    let view = Staff {
        t: signed.t,
        who: signed.who,
        rows: desk::staff(&shared.city).await?,
        roles: roles.collect(),
        departments: desk::departments(&shared.city).await?,
        secret,
        refused,
    };
    page(StatusCode::OK, &view)
}

/// `GET /desk/staff`
pub async fn staff(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    staff_page(&shared, signed, String::new(), String::new()).await
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
    let text = |name: &str| fields.get(name).map(|v| v.trim()).unwrap_or_default();
    let roles: Vec<Role> = Role::named(text("role")).into_iter().collect();
    let department = text("department").parse().unwrap_or_default();
    let who = (text("login"), text("name"));
    match staff::add(
        &shared.city,
        who,
        text("password"),
        Given::Once,
        &roles,
        department,
    )
    .await
    {
        Ok(secret) => staff_page(&shared, signed, secret, String::new()).await,
        Err(crate::Error::Usage(_)) => {
            staff_page(&shared, signed, String::new(), "staff_refused".into()).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "desk/rules.html")]
struct Rules {
    t: Lang,
    who: Who,
    rows: Vec<(i64, &'static str, i32, String, String)>,
    causes: Vec<&'static str>,
}

/// `GET /desk/rules`
pub async fn rules(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    let view = Rules {
        t: signed.t,
        who: signed.who,
        rows: desk::rules(&shared.city).await?,
        causes: Cause::ALL.iter().map(|c| c.name()).collect(),
    };
    page(StatusCode::OK, &view)
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
    let text = |name: &str| fields.get(name).map(|v| v.trim()).unwrap_or_default();
    let wrong = Code::Unprocessable("rule_wrong");
    if let Some(id) = fields.get("end") {
        let (id, until) = (id.parse(), text("until").parse());
        let (Ok(id), Ok(until)) = (id, until) else {
            return Err(wrong);
        };
        return if desk::end_rule(&shared.city, id, until).await? {
            Ok(Redirect::to("/desk/rules").into_response())
        } else {
            Err(wrong)
        };
    }
    let rule = Rule {
        id: 0,
        cause: Cause::named(text("cause")).ok_or(wrong)?,
        points: text("points").parse().map_err(|_| wrong)?,
        from: text("from").parse().map_err(|_| wrong)?,
        until: text("until").parse().ok(),
    };
    desk::add_rule(&shared.city, &rule).await?;
    Ok(Redirect::to("/desk/rules").into_response())
}

#[derive(Template)]
#[template(path = "desk/messages.html")]
struct Messages {
    t: Lang,
    who: Who,
    rows: Vec<petition::Message>,
}

/// `GET /desk/messages`: what the `log` gateway would have sent.
pub async fn messages(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    let rows = petition::messages(&shared.city).await?;
    page(
        StatusCode::OK,
        &Messages {
            t: signed.t,
            who: signed.who,
            rows,
        },
    )
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
