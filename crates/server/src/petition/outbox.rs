//! Which message goes to whom after which step: rules are rows. A message holds the number and the step, never a
//! word of the letter; it is written in the transaction of the event that causes it.

use super::{book::Book, submit};
use crate::{
    City, Result,
    store::{
        Tx,
        petition::{self, delivery, message},
    },
};
use jiff::Timestamp;
use serde_json::json;

/// What a city begins with: action, audience, channel. The template is `message-{action}-{audience}` in Fluent.
const FIRST: &[(&str, &str, &str)] = &[
    ("submit", "office", "app"),
    ("decline", "writer", "sms"),
    ("appeal", "office", "app"),
    ("route", "lead", "app"),
    ("route", "writer", "sms"),
    ("reroute", "lead", "app"),
    ("return", "office", "app"),
    ("settle_return", "lead", "app"),
    ("supplement", "lead", "app"),
    ("respond", "writer", "sms"),
    ("ask_extension", "office", "app"),
    ("grant_extension", "lead", "app"),
    ("grant_extension", "writer", "sms"),
    ("refuse_extension", "lead", "app"),
    ("resolve", "writer", "sms"),
    ("resolve", "joiners", "app"),
    ("rate", "lead", "app"),
    ("confirm_reopen", "lead", "app"),
    ("confirm_reopen", "writer", "sms"),
    ("refuse_reopen", "writer", "sms"),
    ("close", "writer", "sms"),
    ("merge", "writer", "sms"),
    ("supervise", "lead", "app"),
    ("supervise", "office", "app"),
    ("late_response", "lead", "app"),
    ("late_completion", "lead", "app"),
    ("contest", "office", "app"),
    ("decide", "lead", "app"),
];

/// Puts the first rules in, where there are none.
pub(super) async fn set_up(tx: &Tx) -> Result<()> {
    if !message::rules(tx).await?.is_empty() {
        return Ok(());
    }
    for (id, (action, audience, channel)) in (1..).zip(FIRST) {
        let row = message::rule::Model {
            id,
            action: (*action).to_owned(),
            audience: (*audience).to_owned(),
            channel: (*channel).to_owned(),
            template: format!("message-{}-{audience}", action.replace('_', "-")),
            active: 1,
        };
        message::add_rule(tx, row).await?;
    }
    Ok(())
}

/// Writes the messages of an event.
pub(super) async fn post(
    city: &City,
    (tx, book): (&Tx, &Book),
    p: &petition::Model,
    d: Option<&delivery::Model>,
    action: &str,
    seq: i64,
    now: Timestamp,
) -> Result<()> {
    let rules = book.message_rules(tx).await?;
    for rule in rules.iter().filter(|r| r.active == 1 && r.action == action) {
        for (n, recipient) in recipients(city, p, d, &rule.audience, &rule.channel)?
            .into_iter()
            .enumerate()
        {
            let args = json!({
                "number": p.number()?.to_string(),
                "step": action,
                "due": d.map(|d| d.resolve_due.clone()).unwrap_or_default(),
            });
            let row = message::Model {
                petition: p.id,
                audience: rule.audience.clone(),
                channel: rule.channel.clone(),
                recipient,
                template: rule.template.clone(),
                args: args.to_string(),
                dedupe: format!("{seq}-{}-{n}", rule.id),
                ..message::Model::waiting(now.as_millisecond())
            };
            book.message(tx, row).await?;
        }
    }
    Ok(())
}

fn recipients(
    city: &City,
    p: &petition::Model,
    d: Option<&delivery::Model>,
    audience: &str,
    channel: &str,
) -> Result<Vec<String>> {
    Ok(match audience {
        // A writer without a phone hears of it by the app's own polling.
        "writer" if channel == "sms" => {
            let contact = submit::contact(city, p)?;
            if contact.phone.is_empty() || p.writer_left == 1 {
                return Ok(Vec::new());
            }
            vec![city.secret.seal(RECIPIENT, &contact.phone)?]
        }
        "lead" if p.lead != 0 => vec![format!("department:{}", p.lead)],
        "lead" => Vec::new(),
        "assisting" => {
            let all = d.map(delivery::Model::assists).unwrap_or_default();
            all.into_iter().map(|id| format!("department:{id}")).collect()
        }
        "joiners" if p.joiners == 0 => Vec::new(),
        _ => vec![String::new()],
    })
}

/// Where a recipient's number is sealed for.
pub(super) const RECIPIENT: &str = "message recipient";
