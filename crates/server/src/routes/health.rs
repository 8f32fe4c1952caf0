//! Whether the server is well, for load balancers and people on call.
//!
//! Always 200 while it can answer: what is published stays readable when publishing is broken, so a balancer
//! must not take the machine out for that. `publishes`, `watches` and `stuck` tell the people.

use super::Shared;
use crate::petition::engine::Stuck;
use axum::{Json, extract::State};
use serde::Serialize;
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use utoipa::ToSchema;

/// How publishing and the letters' engine are doing.
#[derive(Debug)]
pub struct Health {
    publishes: AtomicBool,
    watches: AtomicBool,
    stuck: Mutex<Vec<Stuck>>,
}

impl Default for Health {
    /// Well, until a round fails.
    fn default() -> Self {
        Self {
            publishes: AtomicBool::new(true),
            watches: AtomicBool::new(true),
            stuck: Mutex::default(),
        }
    }
}

impl Health {
    /// Notes how the last round of the publisher ended. Returns whether that is news.
    pub fn note(&self, well: bool) -> bool {
        self.publishes.swap(well, Ordering::Relaxed) != well
    }

    /// Notes how the last round of the letters' engine ended. Returns whether that is news.
    pub fn note_watching(&self, well: bool) -> bool {
        self.watches.swap(well, Ordering::Relaxed) != well
    }

    /// Notes which letters the engine could not advance. Returns those that are news.
    pub fn note_stuck(&self, stuck: Vec<Stuck>) -> Vec<Stuck> {
        let Ok(mut known) = self.stuck.lock() else {
            return stuck;
        };
        let before: BTreeSet<i64> = known.iter().map(|s| s.letter).collect();
        let news = stuck.iter().filter(|s| !before.contains(&s.letter));
        let news = news.cloned().collect();
        *known = stuck;
        news
    }

    /// The letters that the engine could not advance in its last round.
    pub fn stuck(&self) -> Vec<Stuck> {
        self.stuck.lock().map(|known| known.clone()).unwrap_or_default()
    }
}

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Report {
    /// `ok` or `degraded`.
    status: &'static str,
    /// Of the head that is served; 0 before the first publication.
    ver: u64,
    #[schema(value_type = Option<String>)]
    issued: Option<jiff::Timestamp>,
    /// What waits goes out.
    publishes: bool,
    /// The letters' engine runs.
    watches: bool,
    /// Letters that it cannot advance; which, stands in the log and on the desk.
    stuck: usize,
}

/// How the server is: always 200 while it can answer.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = Report)))]
pub async fn show(State(shared): State<Shared>) -> Json<Report> {
    let publishes = shared.health.publishes.load(Ordering::Relaxed);
    let watches = shared.health.watches.load(Ordering::Relaxed);
    let stuck = shared.health.stuck().len();
    let tree = shared.city.tree.clone();
    let head = tokio::task::spawn_blocking(move || tree.head()).await;
    let (readable, head) = match head {
        Ok(Ok(head)) => (true, head),
        _ => (false, None),
    };
    let well = publishes && readable && watches && stuck == 0;
    Json(Report {
        status: if well { "ok" } else { "degraded" },
        ver: head.as_ref().map_or(0, |h| h.ver),
        issued: head.map(|h| h.issued),
        publishes,
        watches,
        stuck,
    })
}
