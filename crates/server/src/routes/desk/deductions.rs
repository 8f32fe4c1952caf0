//! 本单位扣分: what letters cost the department of a head, and contesting it; see [`desk::own_deductions`].

use super::{
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{act::Halt, desk, staff::Who},
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};

#[derive(Template)]
#[template(path = "desk/deductions.html")]
struct Deductions {
    t: Lang,
    who: Who,
    rows: Vec<desk::Cost>,
    refused: &'static str,
    form: Typed,
}

async fn list(shared: &Shared, signed: Signed, refused: &'static str, form: Typed) -> Result<Response, Code> {
    let status = if refused.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::CONFLICT
    };
    let view = Deductions {
        rows: desk::own_deductions(&shared.city, &signed.who).await?,
        t: signed.t,
        who: signed.who,
        refused,
        form,
    };
    page(status, &view)
}

/// `GET /desk/deductions`
pub async fn deductions(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    list(&shared, signed, "", Typed::default()).await
}

/// `POST /desk/deductions`: contests one.
pub async fn contest(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    signed.sent(&headers, &fields)?;
    let form = Typed::of(&fields);
    let id = form.value("deduction").parse().unwrap_or_default();
    let reason = form.value("reason").to_owned();
    match desk::contest(&shared.city, &signed.who, id, reason, clock::now()).await {
        Ok(()) => Ok(Redirect::to("/desk/deductions").into_response()),
        Err(Halt::NotThere) => Err(Code::NotFound),
        Err(Halt::Broken(error)) => Err(error.into()),
        Err(refused) => list(&shared, signed, refused.code(), form).await,
    }
}
