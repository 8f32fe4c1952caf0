//! `picture://localhost/{sha256}`: a picture from the core's cache, for the web view's `<img>`. With `?now` it is fetched
//! whatever was chosen about pictures: the person asked for it. With `?row` it comes as small as a row shows it.
//!
//! The address is the content's hash, so the answer may be kept for ever. No file path ever crosses.

use std::sync::Arc;
use tauri::{
    Manager, UriSchemeContext, UriSchemeResponder, Wry,
    http::{Request, Response, StatusCode, header},
};
use weimenhu_core::{Client, media_type};
use weimenhu_domain::record::Sha256;

/// Answers one request of the web view.
pub fn serve(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    // None before the app's data is open: nothing is shown then that has pictures.
    let client = context
        .app_handle()
        .try_state::<Arc<Client>>()
        .map(|c| Arc::clone(&c));
    let sha = request.uri().path().trim_start_matches('/').parse::<Sha256>();
    let wish = request.uri().query().map(str::to_owned);
    tauri::async_runtime::spawn(async move {
        let bytes = match (client, sha) {
            (Some(client), Ok(sha)) => match wish.as_deref() {
                Some("now") => client.picture(&sha).await.ok(),
                Some("row") => client.picture_in_row(&sha).await.ok(),
                _ => client.picture_shown(&sha).await.ok(),
            },
            _ => None,
        };
        responder.respond(answer(bytes));
    });
}

fn answer(bytes: Option<Vec<u8>>) -> Response<Vec<u8>> {
    let Some(bytes) = bytes else {
        let mut missing = Response::new(Vec::new());
        *missing.status_mut() = StatusCode::NOT_FOUND;
        return missing;
    };
    let media = header::HeaderValue::from_static(media_type(&bytes));
    let mut found = Response::new(bytes);
    found.headers_mut().insert(header::CONTENT_TYPE, media);
    found.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("max-age=31536000, immutable"),
    );
    found.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        header::HeaderValue::from_static("nosniff"),
    );
    found
}
