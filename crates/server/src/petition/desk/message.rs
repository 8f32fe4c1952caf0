//! Which step sends which message to whom, as an administrator reads and sets it. Rules are added and ended, never
//! changed, and each change is an event of the audit trail; what was sent keeps its words.

use crate::{
    City, Result,
    petition::{
        city_day,
        outbox::{MERGED, template},
        recovery,
        staff::{Who, note},
    },
    store::petition::message::{self, rule},
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use weimenhu_domain::petition::Action;

/// Whom a message can go to.
pub const AUDIENCES: [&str; 5] = ["writer", "joiners", "lead", "assisting", "office"];
/// How it goes.
pub const CHANNELS: [&str; 3] = ["app", "sms", "wechat"];
/// What the engine notes beside the domain's actions.
const NOTED: [&str; 4] = ["late_response", "late_completion", "still_open", "recompute"];

/// What is sent to writers by SMS beside the steps of their own letters, with a rule or without: a rule says what the
/// gateway calls it, or has words of the city's own.
pub const APART: [&str; 2] = [MERGED, recovery::STEP];

/// What a rule can be about. Not what is nobody else's: internal notes, who left, points by themselves, and the erasing
/// of somebody's data.
pub fn steps() -> Vec<&'static str> {
    let silent = [Action::Note, Action::Leave, Action::Deduct, Action::Erase];
    let heard = Action::ALL.iter().filter(|a| !silent.contains(a));
    heard.map(|a| a.name()).chain(NOTED).chain(APART).collect()
}

/// A rule as it is shown and set.
#[derive(Debug, Clone)]
pub struct MessageRule {
    /// Our number; 0 for a new one.
    pub id: i64,
    /// The name of the action.
    pub action: String,
    /// One of [`AUDIENCES`].
    pub audience: String,
    /// One of [`CHANNELS`].
    pub channel: String,
    /// What the gateway calls it; empty: our own name.
    pub template: String,
    /// The city's own words; empty: ours.
    pub text: String,
    /// First day.
    pub from: String,
    /// Last day; empty: for ever.
    pub until: String,
}

/// All rules, in the order they were written.
///
/// # Errors
/// The database's.
pub async fn message_rules(city: &City) -> Result<Vec<MessageRule>> {
    let all = message::rules(city.store.read()).await?;
    let shown = |r: rule::Model| MessageRule {
        id: r.id,
        action: r.action,
        audience: r.audience,
        channel: r.channel,
        template: r.template,
        text: r.text,
        from: r.from_day,
        until: r.until_day,
    };
    Ok(all.into_iter().map(shown).collect())
}

/// Adds a rule. False when another one sends the same to the same people on one of its days: they would get it twice.
///
/// # Errors
/// The database's.
pub async fn add_message_rule(
    city: &City,
    who: &Who,
    new: &MessageRule,
    (from, until): (Date, Option<Date>),
    now: Timestamp,
) -> Result<bool> {
    let tx = city.store.write().await?;
    let rules = message::rules(&tx).await?;
    let until = until.map(|d| d.to_string()).unwrap_or_default();
    let own = Some(&new.template).filter(|t| !t.is_empty());
    let row = rule::Model {
        id: rules
            .iter()
            .map(|r| r.id)
            .max()
            .unwrap_or_default()
            .saturating_add(1),
        action: new.action.clone(),
        audience: new.audience.clone(),
        channel: new.channel.clone(),
        template: own.map_or_else(|| template(&new.action, &new.audience), Clone::clone),
        text: new.text.clone(),
        from_day: from.to_string(),
        until_day: until.clone(),
    };
    let same =
        |r: &rule::Model| (&r.action, &r.audience, &r.channel) == (&row.action, &row.audience, &row.channel);
    if rules.iter().any(|r| same(r) && r.overlaps(&row)) {
        return Ok(false);
    }
    let data = json!({
        "step": row.action, "audience": row.audience, "channel": row.channel,
        "from": row.from_day, "date": until,
    });
    message::add_rule(&tx, row).await?;
    note(&tx, (0, who.id), "message_rule_added", &data, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends a rule with a day. False when there is none, when it would end before it began, or before today.
///
/// # Errors
/// The database's.
pub async fn end_message_rule(city: &City, who: &Who, id: i64, until: Date, now: Timestamp) -> Result<bool> {
    let tx = city.store.write().await?;
    let rules = message::rules(&tx).await?;
    let last = until.to_string();
    // Ended once, a rule may have a successor: it can end sooner, and never again later.
    let ends = |r: &rule::Model| r.until_day.is_empty() || last <= r.until_day;
    let found = rules.iter().find(|r| r.id == id && r.from_day <= last && ends(r));
    let Some(rule) = found.filter(|_| until >= city_day(now)) else {
        return Ok(false);
    };
    message::end_rule(&tx, id, until).await?;
    let data = json!({"step": rule.action, "audience": rule.audience, "channel": rule.channel, "date": last});
    note(&tx, (0, who.id), "message_rule_ended", &data, now).await?;
    tx.commit().await?;
    Ok(true)
}
