//! The reports (统计考核): on the desk, for the public, and as files with the same lines.

use super::{
    admin::OFFICE,
    chart::{self, Chart},
    pages::percent,
    session::{Fields, Signed, guard, lang, page},
};
use crate::{
    clock,
    petition::{
        city_day,
        report::{self, Asked, By, Figures, Line},
        staff::Who,
    },
    routes::{Shared, caller::Caller, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use weimenhu_domain::petition::Kind;

#[derive(Template)]
#[template(path = "desk/report.html")]
struct Report {
    t: Lang,
    /// None on the public page.
    who: Option<Who>,
    rows: Vec<[String; 20]>,
    rates: Option<Chart>,
    months: Option<Chart>,
    columns: [&'static str; 20],
    asked: Asked,
    kinds: &'static [Kind],
    counties: Vec<String>,
    ways: [By; 4],
}

impl Report {
    fn is_kind(&self, kind: &Kind) -> bool {
        self.asked.kind == Some(*kind)
    }

    /// The longest time of the public page, in days.
    fn most(&self) -> Option<i32> {
        self.who.is_none().then_some(report::MOST_DAYS)
    }

    fn is_by(&self, by: &By) -> bool {
        self.asked.by == *by
    }

    /// The filters as a query: the files hold what the page shows.
    fn query(&self) -> String {
        let Asked {
            from,
            until,
            kind,
            county,
            by,
        } = &self.asked;
        let (kind, county) = (kind.map(Kind::name).unwrap_or_default(), percent(county));
        format!(
            "from={from}&until={until}&kind={kind}&county={county}&by={}",
            by.name()
        )
    }
}

fn asked(fields: &Fields, now: Timestamp) -> Asked {
    let text = |name: &str| fields.get(name).map(|v| v.trim()).unwrap_or_default();
    let today = city_day(now);
    Asked {
        from: text("from").parse().unwrap_or_else(|_| today.first_of_year()),
        until: text("until").parse().unwrap_or(today),
        kind: Kind::named(text("kind")),
        county: text("county").to_owned(),
        by: By::named(text("by")).unwrap_or_default(),
    }
}

/// What a line is called; the first is the whole city's.
fn called(t: Lang, by: By, n: usize, line: &Line) -> String {
    match by {
        _ if n == 0 => t.say("report-city"),
        By::Kind => t.name("kind", &line.name),
        _ if line.name.is_empty() => t.say("report-elsewhere"),
        _ => line.name.clone(),
    }
}

fn rows(t: Lang, by: By, figures: &Figures) -> Vec<[String; 20]> {
    let named = |(n, line)| report::cells(called(t, by, n, line), line);
    figures.lines.iter().enumerate().map(named).collect()
}

fn report_page(t: Lang, who: Option<Who>, asked: Asked, figures: &Figures) -> Result<Response, Code> {
    let named = |(n, line)| (called(t, asked.by, n, line), line);
    let lines: Vec<(String, &Line)> = figures.lines.iter().enumerate().map(named).collect();
    let view = Report {
        t,
        who,
        rates: chart::rates(t, &lines),
        months: chart::months(t, &figures.months),
        rows: rows(t, asked.by, figures),
        columns: report::columns(asked.by),
        asked,
        kinds: Kind::ALL,
        counties: figures.counties.clone(),
        ways: By::ALL,
    };
    page(StatusCode::OK, &view)
}

/// `GET /desk/report`
pub async fn report(
    State(shared): State<Shared>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    let now = clock::now();
    let asked = asked(&fields, now);
    let figures = report::figures(&shared.city, &asked, now).await?;
    report_page(signed.t, Some(signed.who), asked, &figures)
}

/// `GET /report`: the same figures for everybody; there are no names in them. Within [`report::Kept`]'s bounds.
pub async fn public_report(
    State(shared): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    if !shared.limits.may_report(caller.from) {
        return Err(Code::TooMany);
    }
    let now = clock::now();
    let asked = report::bounded(&shared.city, asked(&fields, now), city_day(now)).await?;
    let figures = shared.reports.figures(&shared.city, &asked, now).await?;
    let figures = figures.ok_or(Code::TooMany)?;
    report_page(lang(&headers), None, asked, &figures)
}

/// `GET /desk/report.csv`
pub async fn report_csv(
    State(shared): State<Shared>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Result<Response, Code> {
    signed.only(OFFICE)?;
    let (titles, rows) = table(&shared, signed.t, &fields).await?;
    saved(
        report::csv(&titles, &rows)?,
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
    let (titles, rows) = table(&shared, signed.t, &fields).await?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    saved(
        report::xlsx(&titles, &rows)?,
        kind,
        "attachment; filename=report.xlsx",
    )
}

async fn table(shared: &Shared, t: Lang, fields: &Fields) -> Result<(Vec<String>, Vec<[String; 20]>), Code> {
    let now = clock::now();
    let asked = asked(fields, now);
    let figures = report::figures(&shared.city, &asked, now).await?;
    let titles = report::columns(asked.by).map(|id| t.say(id)).to_vec();
    Ok((titles, rows(t, asked.by, &figures)))
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
