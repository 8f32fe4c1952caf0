//! The page of personal data that has been kept long enough.

use super::{
    admin::{ADMINISTRATOR, status},
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{desk, staff::Who},
    routes::{Shared, problem::Code},
    words::Lang,
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};

#[derive(Template)]
#[template(path = "desk/retention.html")]
struct Retention {
    t: Lang,
    who: Who,
    days: u32,
    numbers: Vec<String>,
    /// Whether there are more than stand here.
    more: bool,
    form: Typed,
}

/// `GET /desk/retention`
pub async fn ended(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    signed.only(ADMINISTRATOR)?;
    retention_page(&shared, signed, Typed::default()).await
}

async fn retention_page(shared: &Shared, signed: Signed, form: Typed) -> Result<Response, Code> {
    let mut numbers = desk::ended(&shared.city, clock::now()).await?;
    let most = usize::try_from(desk::RETENTION_PAGE).unwrap_or(usize::MAX);
    let more = numbers.len() > most;
    numbers.truncate(most);
    let view = Retention {
        t: signed.t,
        who: signed.who,
        days: shared.city.config.retention_days,
        numbers,
        more,
        form,
    };
    page(status(&view.form), &view)
}

/// `POST /desk/retention`: erases what stood on the page, and nothing that came to be due since.
pub async fn erase(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    form.expect(form.is("sure", 1), "sure", "sure_missing");
    if !form.is_right() {
        return retention_page(&shared, signed, form).await;
    }
    let numbers: Vec<&str> = form.value("numbers").split_whitespace().collect();
    desk::erase_ended(&shared.city, &signed.who, &numbers, clock::now()).await?;
    Ok(Redirect::to("/desk/retention").into_response())
}
