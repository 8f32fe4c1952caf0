//! Departments, rules and the audit trail.

use super::{
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{desk, staff::Who},
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
use weimenhu_domain::petition::{
    Action, Role,
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
pub(super) fn status(form: &Typed) -> StatusCode {
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
    let set = |name: &str| fields.get(name).is_some_and(|v| v == "1");
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
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
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    if fields.contains_key("end") {
        if let Some((id, until)) = form.ending("end", "until") {
            let ended = desk::end_rule(&shared.city, &signed.who, id, until, clock::now()).await?;
            form.expect(ended, "until", "until_before_from");
        }
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
    rows: Vec<desk::Entry>,
    asked: desk::Trail,
    /// What can be asked for.
    actions: Vec<&'static str>,
}

impl Audit {
    /// Where the next page begins; none after the last.
    fn older(&self) -> Option<i64> {
        let whole = u64::try_from(self.rows.len()).is_ok_and(|n| n >= desk::EVENTS);
        self.rows.last().map(|e| e.seq).filter(|_| whole)
    }
}

/// `GET /desk/audit`
pub async fn audit(
    State(shared): State<Shared>,
    signed: Signed,
    Query(asked): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(WATCHERS)?;
    let text = |name: &str| {
        let value = asked.get(name).map(|v| v.trim().to_owned());
        value.unwrap_or_default()
    };
    let asked = desk::Trail {
        letter: text("letter"),
        login: text("login"),
        what: text("what"),
        before: text("before").parse().ok(),
    };
    let actions = Action::ALL.iter().map(|a| a.name());
    let view = Audit {
        t: signed.t,
        who: signed.who,
        rows: desk::audit(&shared.city, &asked).await?,
        asked,
        actions: actions.chain(desk::OF_THE_HOUSE).collect(),
    };
    page(StatusCode::OK, &view)
}
