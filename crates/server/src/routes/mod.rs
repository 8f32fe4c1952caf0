//! The whole HTTP interface on one screen.
//!
//! What is published is files, and could be served by nginx from the same directory; letters need this server.

mod caller;
mod desk;
mod health;
mod letters;
mod openapi;
mod problem;
mod recovery;
mod share;
mod sync;

pub use health::Health;

use crate::{
    City,
    petition::{limit::Limits, proof::Proofs, recovery::Codes, report::Kept, tries::Tries},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    middleware::map_request,
    routing::{get, post},
};
use caller::InFlight;
use std::{future::ready, sync::Arc, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutBody, trace::TraceLayer};

/// What the routes share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The city that is served.
    pub city: City,
    /// How its publishing is doing.
    pub health: Arc<Health>,
    /// Proof of work.
    pub proofs: Arc<Proofs>,
    /// How often an address may.
    pub limits: Arc<Limits>,
    /// Failed sign-ins.
    pub tries: Arc<Tries>,
    /// Codes for lost receipts.
    pub codes: Arc<Codes>,
    /// The public figures that were counted lately.
    pub reports: Arc<Kept>,
    /// Keys that are being worked on.
    pub in_flight: InFlight,
    /// Objects that were asked for lately.
    pub recent: Arc<sync::Recent>,
}

impl Shared {
    /// For a city, with nothing known of anybody.
    pub fn new(city: City) -> Self {
        Self {
            proofs: Arc::new(Proofs::new(city.config.proof_of_work)),
            limits: Arc::new(Limits::new(city.config.writes_per_minute)),
            tries: Arc::default(),
            codes: Arc::default(),
            reports: Arc::default(),
            health: Arc::default(),
            in_flight: InFlight::default(),
            recent: Arc::default(),
            city,
        }
    }
}

/// The largest body: a file in one part, and a little.
const MAX_BODY: usize = 11 << 20;

/// All routes.
pub fn router(shared: Shared) -> Router {
    let patience = Duration::from_secs(shared.city.config.patience_s);
    let hurried =
        move |request: Request| ready(request.map(|body| Body::new(TimeoutBody::new(patience, body))));
    let panicked = || CatchPanicLayer::custom(problem::panicked);
    // What everybody asks for takes no body and is no page: it goes through nothing that is for those.
    let files = Router::new()
        .route("/sync/v1/head", get(sync::head))
        .route("/sync/v1/keys/{n}", get(sync::keys))
        .route("/sync/v1/o/{sha}", get(sync::object))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(panicked());
    Router::new()
        .route("/healthz", get(health::show))
        .route("/openapi.json", get(openapi::document))
        .route("/api/v1/challenge", get(letters::challenge))
        .route(
            "/api/v1/uploads/{sha}",
            get(letters::uploaded).put(letters::upload),
        )
        .route("/api/v1/letters", post(letters::submit))
        .route("/api/v1/letters/lookup", post(letters::look_up))
        .route("/api/v1/letters/recover/code", post(recovery::code))
        .route("/api/v1/letters/recover", post(recovery::recover))
        .route("/api/v1/letters/{number}/join", post(letters::join))
        .route("/api/v1/letters/{number}/leave", post(letters::leave))
        .route("/api/v1/track", get(letters::track))
        .route("/api/v1/track/export", get(letters::export))
        .route("/api/v1/track/{action}", post(letters::deed))
        .merge(desk::router())
        .merge(share::router())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_request(hurried))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(panicked())
        .layer(axum::middleware::from_fn(desk::as_page))
        .merge(files)
        .with_state(shared)
        .layer(TraceLayer::new_for_http())
}
