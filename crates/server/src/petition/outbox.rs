//! Which message goes to whom after which step: rules are rows. A message holds the number and the step, never a
//! word of the letter; it is written in the transaction of the event that causes it.

use super::{
    book::Book,
    city_day, merged,
    message_text::{Filled, of_rule},
    submit,
};
use crate::{
    City, Result,
    store::{
        Tx,
        petition::{self, delivery, message},
    },
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use std::collections::BTreeSet;
use weimenhu_domain::petition::{Action, Visibility};

/// What a city begins with: action, audience, channel.
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

/// Since when they hold: before any letter.
const FROM: &str = "2000-01-01";

/// What writers of letters that go on in another are sent at each of its steps, as a rule can name it.
pub(super) const MERGED: &str = "merged_step";

/// The template of a rule that names none.
pub(super) fn template(action: &str, audience: &str) -> String {
    match action {
        // Said of every step: they did not get the answer, and cannot rate it.
        MERGED => "message-any-writer".to_owned(),
        _ => format!("message-{}-{audience}", action.replace('_', "-")),
    }
}

/// How writers are sent what is no step of theirs ([`MERGED`], a recovery code): by the city's rule, where one holds, or
/// in our words. It is sent in any case: without it they would hear nothing, or be locked out.
pub(super) fn apart(rules: &[message::rule::Model], what: &str, today: Date) -> message::rule::Model {
    let writers = |r: &&message::rule::Model| (&*r.audience, &*r.channel) == ("writer", "sms");
    let mut all = rules.iter().filter(writers);
    let own = all.find(|r| r.action == what && r.holds(today));
    own.cloned().unwrap_or_else(|| message::rule::Model {
        id: 0,
        action: what.to_owned(),
        audience: "writer".to_owned(),
        channel: "sms".to_owned(),
        template: template(what, "writer"),
        text: String::new(),
        from_day: String::new(),
        until_day: String::new(),
    })
}

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
            template: template(action, audience),
            text: String::new(),
            from_day: FROM.to_owned(),
            until_day: String::new(),
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
    let today = city_day(now);
    let number = p.number()?.to_string();
    let due = d.map(|d| d.resolve_due.clone()).unwrap_or_default();
    let filled = Filled {
        number: &number,
        step: action,
        due: &due,
    };
    let mut company: Option<Vec<petition::Model>> = None;
    for rule in rules.iter().filter(|r| r.action == action && r.holds(today)) {
        let goes_on = matches!(&*rule.audience, "writer" | "joiners") && concerns_all(p, action);
        if goes_on && company.is_none() {
            company = Some(merged::into(tx, p.id).await?);
        }
        let company = company.as_deref().filter(|_| goes_on).unwrap_or_default();
        if rule.audience == "writer" && rule.channel == "sms" {
            let how = apart(rules, MERGED, today);
            for row in to_merged(city, p, company, (action, &due), &how)? {
                let row = message::Model {
                    dedupe: format!("{seq}-{}-of-{}", rule.id, row.petition),
                    ..row
                };
                let made_ms = now.as_millisecond();
                book.message(tx, message::Model { made_ms, ..row }).await?;
            }
        }
        for (n, recipient) in recipients(city, p, d, company, (&rule.audience, &rule.channel))?
            .into_iter()
            .enumerate()
        {
            let args = json!({"number": number, "step": action, "due": due});
            let row = message::Model {
                petition: p.id,
                audience: rule.audience.clone(),
                channel: rule.channel.clone(),
                recipient,
                template: rule.template.clone(),
                text: of_rule(rule, &filled),
                args: args.to_string(),
                dedupe: format!("{seq}-{}-{n}", rule.id),
                ..message::Model::waiting(now.as_millisecond())
            };
            book.message(tx, row).await?;
        }
    }
    Ok(())
}

/// Whether a step is also told to the writers of letters that go on in this one: not that somebody else left a matter
/// that goes on.
fn concerns_all(p: &petition::Model, action: &str) -> bool {
    let left = action == Action::Withdraw.name() && p.writer_left == 1;
    p.shown_to() == Visibility::Public && merged::is_carried(action) && !left
}

fn recipients(
    city: &City,
    p: &petition::Model,
    d: Option<&delivery::Model>,
    company: &[petition::Model],
    (audience, channel): (&str, &str),
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
        "lead" if p.lead != 0 => vec![address(p.lead)],
        "lead" => Vec::new(),
        "assisting" => {
            let all = d.map(delivery::Model::assists).unwrap_or_default();
            all.into_iter().map(address).collect()
        }
        "joiners" if p.joiners == 0 && company.is_empty() => Vec::new(),
        _ => vec![String::new()],
    })
}

/// The same step to the writers of letters that go on in this one, each under the number that they know. Only what every
/// step says: they did not get the answer, and cannot rate it. Who wrote several letters hears of it once.
fn to_merged(
    city: &City,
    p: &petition::Model,
    company: &[petition::Model],
    (action, due): (&str, &str),
    how: &message::rule::Model,
) -> Result<Vec<message::Model>> {
    let mut told = BTreeSet::new();
    if p.writer_left == 0 {
        told.insert(submit::contact(city, p)?.phone);
    }
    let mut rows = Vec::new();
    for p in company.iter().filter(|p| p.writer_left == 0) {
        let phone = submit::contact(city, p)?.phone;
        if phone.is_empty() || !told.insert(phone.clone()) {
            continue;
        }
        let number = p.number()?.to_string();
        let filled = Filled {
            number: &number,
            step: action,
            due,
        };
        rows.push(message::Model {
            petition: p.id,
            audience: how.audience.clone(),
            channel: how.channel.clone(),
            recipient: city.secret.seal(RECIPIENT, &phone)?,
            template: how.template.clone(),
            text: of_rule(how, &filled),
            args: json!({"number": number, "step": action, "due": due}).to_string(),
            ..message::Model::waiting(0)
        });
    }
    Ok(rows)
}

/// How a department is written to: it reads its messages at the desk.
pub(super) fn address(department: i64) -> String {
    format!("department:{department}")
}

/// Where a recipient's number is sealed for.
pub(super) const RECIPIENT: &str = "message recipient";
