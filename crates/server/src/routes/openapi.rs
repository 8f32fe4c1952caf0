//! `GET /openapi.json`: what programs may ask this server, as OpenAPI 3.1, from the handlers themselves. The pages for
//! people (`/desk`, `/report`, `/s`) are no interface and not in it; a test holds the rest against the router.

use super::{health, letters, problem, recovery, sync};
use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, PathItem, Ref, RefOr,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "微门户",
        description = "What is published, for devices, and 网络问政 for citizens. Errors are RFC 9457 problem documents \
                       with a stable `code`; 429 and 503 say in Retry-After when to come again, and so does 409 with \
                       the code `in_flight`."
    ),
    paths(
        health::show,
        sync::head,
        sync::keys,
        sync::object,
        document,
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
    ),
    components(schemas(problem::Problem)),
    modifiers(&Rest)
)]
struct Api;

/// What all handlers have in common and none says: what an error looks like, and what a token is.
struct Rest;

impl Modify for Rest {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let token = Http::new(HttpAuthScheme::Bearer);
        let parts = api.components.get_or_insert_default();
        parts.add_security_scheme("token", SecurityScheme::Http(token));
        for path in api.paths.paths.values_mut() {
            let PathItem { get, put, post, .. } = path;
            for operation in [get, put, post].into_iter().flatten() {
                for (status, response) in &mut operation.responses.responses {
                    if let RefOr::T(response) = response
                        && status.starts_with(['4', '5'])
                    {
                        let problem = Ref::from_schema_name("Problem");
                        let content = Content::new(Some(problem));
                        response
                            .content
                            .insert(problem::MEDIA_TYPE.to_owned(), content.into());
                    }
                }
            }
        }
    }
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, body = Object)))]
pub async fn document() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
