//! `GET /openapi.json`: the citizen's API as OpenAPI 3.1, from the handlers themselves.

use super::{letters, recovery};
use axum::Json;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "微门户 letters",
        description = "网络问政 for citizens' devices. Errors are RFC 9457 problem documents with a stable `code`."
    ),
    paths(
        letters::challenge,
        letters::submit,
        letters::uploaded,
        letters::upload,
        letters::look_up,
        recovery::code,
        recovery::recover,
        letters::track,
        letters::export,
        letters::deed,
        letters::join,
        letters::leave
    )
)]
struct Api;

/// The document.
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
