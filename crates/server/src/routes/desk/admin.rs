//! Departments, staff, rules, messages, the audit trail and the reports.

use super::{
    session::{Fields, Signed, guard, lang, page},
    words::Lang,
};
use crate::{
    petition::{
        self, city_day, desk,
        report::{self, Asked, Line},
        staff::{self, Given, Who},
    },
    routes::{Shared, problem::Code},
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, civil::Date};
use weimenhu_domain::petition::{
    Kind, Role,
    deduction::{Cause, Rule},
};

const ADMINISTRATOR: &[Role] = &[Role::Administrator];
const WATCHERS: &[Role] = &[Role::Auditor, Role::Administrator, Role::Supervisor];
const OFFICE: &[Role] = &[
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

#[derive(Template)]
#[template(path = "desk/report.html")]
struct Report {
    t: Lang,
    /// None on the public page.
    who: Option<Who>,
    lines: Vec<[String; 13]>,
    bars: Vec<(String, u8)>,
    columns: [&'static str; 13],
    from: Date,
    until: Date,
    kind: String,
    kinds: &'static [Kind],
    query: String,
}

fn asked(fields: &Fields, now: Timestamp) -> Asked {
    let day = |name: &str| fields.get(name).and_then(|d| d.parse::<Date>().ok());
    let today = city_day(now);
    Asked {
        from: day("from").unwrap_or_else(|| today.first_of_year()),
        until: day("until").unwrap_or(today),
        kind: fields.get("kind").and_then(|k| Kind::named(k)),
        county: fields.get("county").cloned().unwrap_or_default(),
    }
}

async fn report_page(shared: &Shared, t: Lang, who: Option<Who>, fields: &Fields) -> Result<Response, Code> {
    let now = Timestamp::now();
    let asked = asked(fields, now);
    let lines = report::lines(&shared.city, &asked, now).await?;
    let bar = |l: &Line| l.answer_rate().map(|rate| (l.department.clone(), whole(rate)));
    let kind = asked.kind.map(|k| k.name().to_owned()).unwrap_or_default();
    let view = Report {
        t,
        who,
        bars: lines.iter().filter_map(bar).collect(),
        lines: lines.iter().map(report::cells).collect(),
        columns: report::COLUMNS,
        from: asked.from,
        until: asked.until,
        query: format!("from={}&until={}&kind={kind}", asked.from, asked.until),
        kind,
        kinds: Kind::ALL,
    };
    page(StatusCode::OK, &view)
}

/// A percentage as a whole number, for a bar.
fn whole(rate: f64) -> u8 {
    (0..=100_u8)
        .rev()
        .find(|n| f64::from(*n) <= rate)
        .unwrap_or_default()
}

/// `GET /desk/report`
pub async fn report(
    State(shared): State<Shared>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    report_page(&shared, signed.t, Some(signed.who), &fields).await
}

/// `GET /report`: the same figures for everybody; there are no names in them.
pub async fn public_report(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    report_page(&shared, lang(&headers), None, &fields).await
}

/// `GET /desk/report.csv`
pub async fn report_csv(
    State(shared): State<Shared>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    let (titles, lines) = table(&shared, signed.t, &fields).await?;
    saved(
        report::csv(&titles, &lines)?,
        "text/csv; charset=utf-8",
        "attachment; filename=report.csv",
    )
}

/// `GET /desk/report.xlsx`
pub async fn report_xlsx(
    State(shared): State<Shared>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    let (titles, lines) = table(&shared, signed.t, &fields).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    saved(
        report::xlsx(&titles, &lines)?,
        kind,
        "attachment; filename=report.xlsx",
    )
}

async fn table(shared: &Shared, t: Lang, fields: &Fields) -> Result<(Vec<String>, Vec<Line>), Code> {
    let now = Timestamp::now();
    let lines = report::lines(&shared.city, &asked(fields, now), now).await?;
    Ok((report::COLUMNS.iter().map(|id| t.say(id)).collect(), lines))
}

fn saved(bytes: Vec<u8>, kind: &'static str, name: &'static str) -> Result<Response, Code> {
    let mut answer = bytes.into_response();
    guard(answer.headers_mut());
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(answer)
}
