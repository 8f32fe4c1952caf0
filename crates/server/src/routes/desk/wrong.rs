//! What a browser at the desk sees when it does not get what it asked for: a page in words, with a way on.
//!
//! Everything a route answers with a problem document, and everything the framework refuses before a route is asked,
//! passes here; only who asks for HTML gets it. Rejected: a page from each route, which the next route would forget.

use super::session::{guard, lang};
use crate::{routes::problem::Code, words::Lang};
use askama::Template;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

#[derive(Template)]
#[template(path = "desk/wrong.html")]
struct Wrong {
    t: Lang,
    code: &'static str,
    /// Where to go on.
    to: &'static str,
    way: &'static str,
}

impl Wrong {
    /// The most particular words there are.
    fn words(&self) -> String {
        let ids = [format!("problem-{}", self.code), format!("refused-{}", self.code)];
        let said = ids.iter().map(|id| (id, self.t.say(id)));
        let known = said.into_iter().find(|(id, words)| *id != words);
        known.map_or_else(|| self.t.say("problem-refused"), |(_, words)| words)
    }
}

/// Puts what went wrong at the desk's pages into words.
pub async fn as_page(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let way = match path {
        "/report" => Some(("/report", "nav-report")),
        "/desk/sign-in" => Some(("/desk/sign-in", "sign-in")),
        _ if path == "/desk" || path.starts_with("/desk/") => Some(("/desk", "nav-queue")),
        _ => None,
    };
    let (html, t) = (wants_html(request.headers()), lang(request.headers()));
    let answer = next.run(request).await;
    let status = answer.status();
    let failed = status.is_client_error() || status.is_server_error();
    let Some((to, way)) = way.filter(|_| html && failed && !is_html(&answer)) else {
        return answer;
    };
    let code = answer.extensions().get::<Code>().map(|c| c.name());
    let code = code.unwrap_or_else(|| of_status(status));
    let Ok(page) = (Wrong { t, code, to, way }).render() else {
        return answer;
    };
    let mut shown = (status, Html(page)).into_response();
    guard(shown.headers_mut());
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = answer.headers().get(&name) {
            shown.headers_mut().insert(name, value.clone());
        }
    }
    shown
}

/// A browser that opens a page or sends a form says so; one that fetches a picture does not.
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok());
    accept.is_some_and(|a| a.contains("text/html"))
}

fn is_html(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|v| v.as_bytes().starts_with(b"text/html"))
}

/// For what the framework refused by itself.
const fn of_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::INTERNAL_SERVER_ERROR => "internal",
        _ => "malformed",
    }
}
