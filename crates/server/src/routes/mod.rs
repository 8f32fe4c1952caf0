//! The whole HTTP interface on one screen.
//!
//! Only files so far, and all of them could be served by nginx from the same directory; this server exists so
//! that a county needs no nginx.

mod health;
mod problem;
mod sync;

pub use health::Health;

use crate::City;
use axum::{Router, routing::get};
use std::sync::Arc;
use tower_http::{catch_panic::CatchPanicLayer, trace::TraceLayer};

/// What the routes share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The city that is served.
    pub city: City,
    /// How its publishing is doing.
    pub health: Arc<Health>,
}

/// All routes.
pub fn router(shared: Shared) -> Router {
    Router::new()
        .route("/healthz", get(health::show))
        .route("/sync/v1/head", get(sync::head))
        .route("/sync/v1/keys/{n}", get(sync::keys))
        .route("/sync/v1/o/{sha}", get(sync::object))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(shared)
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(TraceLayer::new_for_http())
}
