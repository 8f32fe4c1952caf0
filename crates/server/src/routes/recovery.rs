//! The two requests by which a lost receipt is found again, see [`crate::petition::recovery`]. The phone stands in the
//! body alone: an address is logged, by us and by whoever stands between.

use super::{
    Shared,
    caller::Caller,
    letters::{fresh, may, read, worked},
    problem::Code,
};
use crate::{clock, petition::recovery};
use axum::{Json, body::Bytes, extract::State, http::StatusCode, response::Response};
use serde::Deserialize;
use utoipa::ToSchema;
use weimenhu_domain::petition::wire::Recovered;

/// Whose code is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    /// The phone that was given with the letter.
    phone: String,
}

/// A phone and the code that came to it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The phone that was given with the letter.
    phone: String,
    /// Six digits.
    code: String,
}

/// Ask for a code by SMS. The answer is the same whether or not a letter has this phone.
#[utoipa::path(
    post, path = "/api/v1/letters/recover/code", request_body = Lost, params(("X-Altcha" = Option<String>, Header)),
    responses((status = 202), (status = 400), (status = 413), (status = 422), (status = 429))
)]
pub async fn code(State(shared): State<Shared>, caller: Caller, body: Bytes) -> Result<Response, Code> {
    let asked: Lost = read(&body)?;
    let phone = recovery::phone(&asked.phone).ok_or(Code::Unprocessable("phone_wrong"))?;
    may(shared.limits.may_recover(caller.from, &phone))?;
    worked(&shared, &caller)?;
    tokio::spawn(async move {
        let sent = recovery::send_code(&shared.city, &shared.codes, &phone, clock::now()).await;
        if let Err(error) = sent {
            tracing::error!(%error, "a recovery code was not sent");
        }
    });
    Ok(fresh((StatusCode::ACCEPTED, Json(serde_json::json!({})))))
}

/// The receipts of the letters with this phone, for its code. A wrong code and an unknown phone are the same answer.
#[utoipa::path(
    post, path = "/api/v1/letters/recover", request_body = Found, params(("X-Altcha" = Option<String>, Header)),
    responses((status = 200, body = Recovered), (status = 400), (status = 404), (status = 413), (status = 422),
        (status = 429), (status = 500), (status = 503))
)]
pub async fn recover(State(shared): State<Shared>, caller: Caller, body: Bytes) -> Result<Response, Code> {
    let asked: Found = read(&body)?;
    let phone = recovery::phone(&asked.phone).ok_or(Code::Unprocessable("phone_wrong"))?;
    may(shared.limits.may_recover(caller.from, &phone))?;
    worked(&shared, &caller)?;
    let letters = recovery::recover(&shared.city, &shared.codes, (&phone, &asked.code), clock::now()).await?;
    Ok(fresh(Json(Recovered { letters })))
}
