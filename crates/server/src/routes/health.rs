//! Whether the server is well, for load balancers and people on call.
//!
//! Always 200 while it can answer: what is published stays readable when publishing is broken, so a balancer
//! must not take the machine out for that. `publishes` tells the people.

use super::Shared;
use axum::{Json, extract::State};
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};

/// How publishing is doing.
#[derive(Debug)]
pub struct Health {
    publishes: AtomicBool,
}

impl Default for Health {
    /// Well, until a publication fails.
    fn default() -> Self {
        Self {
            publishes: AtomicBool::new(true),
        }
    }
}

impl Health {
    /// Notes how the last round of the publisher ended. Returns whether that is news.
    pub fn note(&self, well: bool) -> bool {
        self.publishes.swap(well, Ordering::Relaxed) != well
    }
}

#[derive(Serialize)]
pub struct Report {
    status: &'static str,
    /// Of the head that is served; 0 before the first publication.
    ver: u64,
    issued: Option<jiff::Timestamp>,
    publishes: bool,
}

/// `GET /healthz`
pub async fn show(State(shared): State<Shared>) -> Json<Report> {
    let publishes = shared.health.publishes.load(Ordering::Relaxed);
    let tree = shared.city.tree.clone();
    let head = tokio::task::spawn_blocking(move || tree.head()).await;
    let (readable, head) = match head {
        Ok(Ok(head)) => (true, head),
        _ => (false, None),
    };
    Json(Report {
        status: if publishes && readable { "ok" } else { "degraded" },
        ver: head.as_ref().map_or(0, |h| h.ver),
        issued: head.map(|h| h.issued),
        publishes,
    })
}
