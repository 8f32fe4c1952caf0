//! Who sits at the desk: a cookie that only this host gets, a token in every form, and pages that nobody keeps.

use super::form::Typed;
use crate::{
    clock,
    petition::staff::{self, Who},
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use std::collections::HashMap;
use weimenhu_domain::petition::Role;

/// `__Host-`: only over TLS (or on this machine), only for this host, for no subdomain.
pub const COOKIE: &str = "__Host-desk";

/// A form: every field a text.
pub type Fields = HashMap<String, String>;

/// Somebody who is signed in.
pub struct Signed {
    /// Who.
    pub who: Who,
    /// In which language they read.
    pub t: Lang,
    /// The cookie's token.
    pub token: String,
}

impl FromRequestParts<Shared> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        let away = || Redirect::to("/desk/sign-in").into_response();
        let token = cookie(&parts.headers).ok_or_else(away)?;
        let who = staff::session(&shared.city, &token, clock::now()).await;
        let who = who.map_err(|e| Code::from(e).into_response())?.ok_or_else(away)?;
        let t = lang(&parts.headers);
        Ok(Self { who, t, token })
    }
}

impl Signed {
    /// A form of this session, sent from this site.
    pub fn sent(&self, headers: &HeaderMap, fields: &Fields) -> Result<(), Code> {
        own_site(headers)?;
        match fields.get("csrf") {
            Some(token) if *token == self.who.csrf => Ok(()),
            _ => Err(Code::Forbidden("form_expired")),
        }
    }

    /// What somebody of these roles filled in, in a form of this session.
    pub fn form(&self, roles: &[Role], headers: &HeaderMap, fields: &Fields) -> Result<Typed, Code> {
        self.only(roles)?;
        self.sent(headers, fields)?;
        Ok(Typed::of(fields))
    }

    /// Only for these roles; for anybody else the page does not exist.
    pub fn only(&self, roles: &[Role]) -> Result<(), Code> {
        if self.who.is(roles) {
            Ok(())
        } else {
            Err(Code::NotFound)
        }
    }
}

/// The browser says where a form comes from; another site's is refused.
pub fn own_site(headers: &HeaderMap) -> Result<(), Code> {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return Ok(());
    };
    let host = origin.split_once("://").map(|(_, host)| host);
    if host.is_some() && host == text(header::HOST) {
        Ok(())
    } else {
        Err(Code::Forbidden("other_site"))
    }
}

/// The language that is asked for.
pub fn lang(headers: &HeaderMap) -> Lang {
    Lang::of(headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()))
}

/// The token of the cookie that the browser sent.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    let mut pairs = all.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}

/// The header that sets the cookie, or with an empty token takes it away.
pub fn set_cookie(token: &str) -> Result<HeaderValue, Code> {
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    let text = format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict{age}");
    HeaderValue::from_str(&text).map_err(|_| Code::Internal)
}

/// A page that no cache keeps, no site frames, and in which no script runs.
pub fn page(status: StatusCode, template: &impl Template) -> Result<Response, Code> {
    let html = template.render().map_err(|_| Code::Internal)?;
    let mut answer = (status, Html(html)).into_response();
    guard(answer.headers_mut());
    Ok(answer)
}

/// The headers of everything the desk answers.
pub fn guard(headers: &mut HeaderMap) {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                  frame-ancestors 'none'; base-uri 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
