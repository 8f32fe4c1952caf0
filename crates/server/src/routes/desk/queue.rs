//! The queue: what is to be done, and what of it waits for whoever reads.

use super::{
    pages::percent,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{
        desk::{self, Waiting},
        staff::Who,
    },
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use std::fmt::Display;
use weimenhu_domain::petition::{Kind, State as Stands, deadline::Light};

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct Queue {
    t: Lang,
    who: Who,
    rows: Vec<desk::Row>,
    total: u64,
    more: bool,
    page: u64,
    last: bool,
    states: &'static [Stands],
    kinds: &'static [Kind],
    lights: &'static [Light],
    counties: Vec<String>,
    departments: Vec<(i64, String, bool, bool)>,
    /// The filters, for the links to other pages.
    query: String,
    asked: desk::Asked,
    /// How many letters the engine cannot advance, and the numbers of the first; none for who may not see them all.
    stuck: (usize, Vec<String>),
    /// What waits for this person, with how many letters.
    waits: Vec<(Waiting, u64)>,
}

impl Queue {
    /// How many letters wait, as it is read.
    fn many(&self, letters: &u64) -> String {
        if *letters > desk::WAITING_MOST {
            format!("{}+", desk::WAITING_MOST)
        } else {
            letters.to_string()
        }
    }

    /// Whether the page is of what waits for this.
    fn asks_for(&self, waiting: &Waiting) -> bool {
        self.asked.waiting == Some(*waiting)
    }

    /// Whether an option is the one that was asked for.
    fn is(&self, field: &str, option: impl Display) -> bool {
        let option = option.to_string();
        match field {
            "state" => self.asked.state.is_some_and(|s| s.name() == option),
            "light" => self.asked.light.is_some_and(|l| l.name() == option),
            "kind" => self.asked.kind.is_some_and(|k| k.name() == option),
            "department" => self.asked.department.to_string() == option,
            _ => self.asked.county == option,
        }
    }
}

/// `GET /desk`: what is to be done, the nearest limit first.
pub async fn queue(
    State(shared): State<Shared>,
    signed: Signed,
    Query(asked): Query<Fields>,
) -> Result<Response, Code> {
    let text = |name: &str| asked.get(name).map(|v| v.trim().to_owned()).unwrap_or_default();
    let wanted = desk::Asked {
        state: Stands::named(&text("state")),
        light: desk::LIGHTS.iter().copied().find(|l| l.name() == text("light")),
        kind: Kind::named(&text("kind")),
        department: text("department").parse().unwrap_or_default(),
        county: text("county"),
        text: text("text"),
        waiting: Waiting::ALL.iter().copied().find(|w| w.name() == text("waiting")),
        page: text("page").parse().unwrap_or_default(),
    };
    let found = desk::queue(&shared.city, &signed.who, &wanted, clock::now()).await?;
    let departments = desk::departments(&shared.city).await?;
    let shown = found.total.min(desk::MOST);
    let kept = [
        "waiting",
        "state",
        "light",
        "kind",
        "department",
        "county",
        "text",
    ];
    let query = kept.into_iter().filter(|name| !text(name).is_empty());
    let query: Vec<String> = query
        .map(|name| format!("{name}={}", percent(&text(name))))
        .collect();
    let stuck = stuck(&shared, &signed.who);
    let waits = desk::waits(&shared.city, &signed.who).await?;
    let waits = waits
        .into_iter()
        .filter(|(w, n)| *n > 0 || wanted.waiting == Some(*w));
    let view = Queue {
        t: signed.t,
        who: signed.who,
        last: found.number.saturating_add(1).saturating_mul(desk::PAGE) >= shown,
        rows: found.rows,
        more: found.total > shown,
        total: shown,
        page: found.number,
        states: Stands::ALL,
        kinds: Kind::ALL,
        lights: desk::LIGHTS,
        counties: desk::counties(&shared.city).await?,
        departments,
        query: query.join("&"),
        waits: waits.collect(),
        asked: wanted,
        stuck,
    };
    page(StatusCode::OK, &view)
}

/// What the engine could not advance in its last round; see [`desk::sees_all`].
fn stuck(shared: &Shared, who: &Who) -> (usize, Vec<String>) {
    if !desk::sees_all(who) {
        return (0, Vec::new());
    }
    let all = shared.health.stuck();
    let numbers = all.iter().map(|s| s.number.clone()).filter(|n| !n.is_empty());
    (all.len(), numbers.take(20).collect())
}
