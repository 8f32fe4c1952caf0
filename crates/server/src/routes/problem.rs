//! Errors as the public sees them: RFC 9457 problem documents with a code that never changes.
//!
//! What really happened stays in the log; a document holds no path, no SQL and no data of a person.

use crate::Error;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::any::Any;
use utoipa::ToSchema;

/// Everything this server answers when it does not answer what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// There is nothing at this address.
    NotFound,
    /// The address exists, but not for this method.
    MethodNotAllowed,
    /// The asked range lies outside of the object.
    RangeNotSatisfiable,
    /// Nothing was published yet; it will be.
    NotPublished,
    /// Our fault.
    Internal,
    /// The request itself is wrong; a stable code.
    BadRequest(&'static str),
    /// What is there does not allow it now; a stable code.
    Conflict(&'static str),
    /// Not from here; a stable code.
    Forbidden(&'static str),
    /// The body is too large.
    TooLarge,
    /// What was sent cannot be taken; a stable code.
    Unprocessable(&'static str),
    /// Too often; come again later.
    TooMany,
    /// The disk is full: nothing was half written.
    Full,
}

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A problem document: what was wrong, for a program.
#[derive(Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the code says which it is.
    r#type: &'static str,
    /// For a person who reads a log.
    title: &'static str,
    /// The status of the answer.
    status: u16,
    /// Never changes its meaning.
    code: &'static str,
}

impl Code {
    /// The code that never changes.
    pub const fn name(self) -> &'static str {
        self.parts().1
    }

    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is nothing here"),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This can only be read",
            ),
            Self::RangeNotSatisfiable => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                "The object is shorter than that",
            ),
            Self::NotPublished => (
                StatusCode::SERVICE_UNAVAILABLE,
                "not_published",
                "Nothing has been published yet",
            ),
            Self::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "The server made a mistake",
            ),
            Self::BadRequest(code) => (StatusCode::BAD_REQUEST, code, "The request is incomplete"),
            Self::Conflict(code) => (StatusCode::CONFLICT, code, "This cannot be done now"),
            Self::Forbidden(code) => (StatusCode::FORBIDDEN, code, "Not from here"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "That is too large"),
            Self::Unprocessable(code) => (StatusCode::UNPROCESSABLE_ENTITY, code, "This cannot be taken"),
            Self::TooMany => (StatusCode::TOO_MANY_REQUESTS, "too_many", "Please wait a little"),
            Self::Full => (StatusCode::SERVICE_UNAVAILABLE, "full", "The server has no room"),
        }
    }
}

impl IntoResponse for Code {
    fn into_response(self) -> Response {
        let (status, code, title) = self.parts();
        let document = Problem {
            r#type: "about:blank",
            title,
            status: status.as_u16(),
            code,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, body).into_response();
        // For the desk, which shows a page in its place.
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        // A CDN must not remember that an object is missing: it may be published in a minute.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self, Self::NotPublished | Self::TooMany | Self::Full) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        if self == Self::Conflict("in_flight") {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// The one place where an internal error becomes a public one, and is logged.
impl From<Error> for Code {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a request failed");
        if error.is_full() {
            Self::Full
        } else {
            Self::Internal
        }
    }
}

/// The status alone, for answers that are pages.
pub const fn status(code: Code) -> StatusCode {
    code.parts().0
}

pub async fn not_found() -> Code {
    Code::NotFound
}

pub async fn method_not_allowed() -> Code {
    Code::MethodNotAllowed
}

/// A panic ends one request, not the server; its words stay in the log.
pub fn panicked(words: Box<dyn Any + Send + 'static>) -> axum::http::Response<Body> {
    let words = words
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| words.downcast_ref::<&str>().copied());
    tracing::error!(words, "a request panicked");
    Code::Internal.into_response()
}
