//! Messages: what was sent, and the form for the rules of what is sent, on the page of the rules.

use super::{
    admin::{ADMINISTRATOR, OFFICE, rules_page},
    form::Typed,
    session::{Fields, Signed, page},
};
use crate::{
    clock,
    petition::{
        self,
        desk::{self, AUDIENCES, CHANNELS, MessageRule},
        message_text,
        staff::Who,
    },
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
use jiff::Timestamp;

/// Characters of a gateway's name for a template.
const TEMPLATE_MOST: usize = 64;

#[derive(Template)]
#[template(path = "desk/messages.html")]
struct Messages {
    t: Lang,
    who: Who,
    rows: Vec<petition::Message>,
}

/// `GET /desk/messages`: what was written to one's own department, and for the Office all that was written.
pub async fn all(State(shared): State<Shared>, signed: Signed) -> Result<Response, Code> {
    if signed.who.department == 0 {
        signed.only(OFFICE)?;
    }
    let rows = petition::messages(&shared.city, signed.who.department).await?;
    page(
        StatusCode::OK,
        &Messages {
            t: signed.t,
            who: signed.who,
            rows,
        },
    )
}

/// `POST /desk/rules/messages`
pub async fn set(
    State(shared): State<Shared>,
    signed: Signed,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Code> {
    let mut form = signed.form(ADMINISTRATOR, &headers, &fields)?;
    let now = clock::now();
    if fields.contains_key("message_end") {
        end(&shared, &signed, &mut form, now).await?;
    } else {
        add(&shared, &signed, &mut form, now).await?;
    }
    if form.is_right() {
        return Ok(Redirect::to("/desk/rules#messages").into_response());
    }
    rules_page(&shared, signed, form).await
}

async fn end(shared: &Shared, signed: &Signed, form: &mut Typed, now: Timestamp) -> Result<(), Code> {
    if let Some((id, until)) = form.ending("message_end", "message_until") {
        let ended = desk::end_message_rule(&shared.city, &signed.who, id, until, now).await?;
        form.expect(ended, "message_until", "until_past");
    }
    Ok(())
}

async fn add(shared: &Shared, signed: &Signed, form: &mut Typed, now: Timestamp) -> Result<(), Code> {
    let value = |name: &str| form.value(name).to_owned();
    let rule = MessageRule {
        id: 0,
        action: value("step"),
        audience: value("audience"),
        channel: value("channel"),
        template: value("template"),
        text: value("text"),
        from: String::new(),
        until: String::new(),
    };
    form.expect(desk::steps().contains(&&*rule.action), "step", "step_unknown");
    form.expect(
        AUDIENCES.contains(&&*rule.audience),
        "audience",
        "audience_unknown",
    );
    form.expect(CHANNELS.contains(&&*rule.channel), "channel", "channel_unknown");
    // Only writers leave a number; a department reads its messages in the system.
    let reaches = rule.channel != "sms" || rule.audience == "writer";
    form.expect(reaches, "channel", "sms_unknown");
    let to_writers = (&*rule.audience, &*rule.channel) == ("writer", "sms");
    let apart = desk::APART.contains(&&*rule.action);
    form.expect(!apart || to_writers, "audience", "writers_only");
    form.expect(is_template(&rule.template), "template", "template_wrong");
    if let Some(code) = message_text::fault(&rule.action, &rule.text) {
        form.wrong("text", code);
    }
    let span = form.span("message_from", "message_until");
    if let (Some(span), true) = (span, form.is_right()) {
        let added = desk::add_message_rule(&shared.city, &signed.who, &rule, span, now).await?;
        form.expect(added, "step", "rule_twice");
    }
    Ok(())
}

fn is_template(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.len() <= TEMPLATE_MOST && name.chars().all(plain)
}
