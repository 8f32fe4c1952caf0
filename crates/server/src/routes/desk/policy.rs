//! The form for the city's numbers of days, on the page of the rules.

use super::{
    admin::{ADMINISTRATOR, rules_page},
    form::Typed,
    session::{Fields, Signed},
};
use crate::{
    clock,
    petition::desk,
    routes::{Shared, problem::Code},
};
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use weimenhu_domain::petition::policy::{Number, Rule};

/// `POST /desk/rules/days`
pub async fn set(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    let now = clock::now();
    if fields.contains_key("days_end") {
        end(&shared, &signed, &mut form, now).await?;
    } else {
        add(&shared, &signed, &mut form, now).await?;
    }
    if form.is_right() {
        return Ok(Redirect::to("/desk/rules").into_response());
    }
    rules_page(&shared, signed, form).await
}

async fn end(shared: &Shared, signed: &Signed, form: &mut Typed, now: Timestamp) -> Result<(), Code> {
    if let Some((id, until)) = form.ending("days_end", "days_until") {
        let ended = desk::end_policy(&shared.city, &signed.who, id, until, now).await?;
        form.expect(ended, "days_until", "until_past");
    }
    Ok(())
}

async fn add(shared: &Shared, signed: &Signed, form: &mut Typed, now: Timestamp) -> Result<(), Code> {
    let number = Number::named(form.value("limit"));
    let days: Option<u16> = form.value("days").parse().ok();
    let days = days.filter(|days| number.is_none_or(|n| n.range().contains(days)));
    form.expect(number.is_some(), "limit", "limit_unknown");
    form.expect(days.is_some(), "days", "days_wrong");
    let span = form.span("days_from", "days_until");
    if let (Some(number), Some(days), Some((from, until)), true) = (number, days, span, form.is_right()) {
        let rule = Rule {
            id: 0,
            number,
            days,
            from,
            until,
        };
        let added = desk::add_policy(&shared.city, &signed.who, &rule, now).await?;
        form.expect(added, "days_from", "from_past");
    }
    Ok(())
}
