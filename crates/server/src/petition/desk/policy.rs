//! The city's numbers of days as an administrator reads and sets them. Each change is an event of the audit trail, and
//! goes to the devices in the same transaction.

use crate::{
    City, Result,
    petition::{
        city_day, rules_record,
        staff::{Who, note},
    },
    store::petition::policy,
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;
use weimenhu_domain::petition::policy::Rule;

/// All rules, in the order they were written.
///
/// # Errors
/// The database's.
pub async fn policies(city: &City) -> Result<Vec<Rule>> {
    policy::rules(city.store.read()).await
}

/// Adds a rule. False when it would begin before tomorrow: what began today or earlier is judged already.
///
/// # Errors
/// The database's.
pub async fn add_policy(city: &City, who: &Who, rule: &Rule, now: Timestamp) -> Result<bool> {
    if rule.from <= city_day(now) {
        return Ok(false);
    }
    let tx = city.store.write().await?;
    policy::add(&tx, rule).await?;
    rules_record::publish(&tx, now).await?;
    let until = rule.until.map(|d| d.to_string()).unwrap_or_default();
    let data =
        json!({"limit": rule.number.name(), "days": rule.days, "from": rule.from.to_string(), "date": until});
    note(&tx, (0, who.id), "policy_added", &data, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends a rule with a day. False when there is none, when it would end before it began, or before today.
///
/// # Errors
/// The database's.
pub async fn end_policy(city: &City, who: &Who, id: i64, until: Date, now: Timestamp) -> Result<bool> {
    let tx = city.store.write().await?;
    let rules = policy::rules(&tx).await?;
    let found = rules.iter().find(|r| r.id == id && r.from <= until);
    let Some(rule) = found.filter(|_| until >= city_day(now)) else {
        return Ok(false);
    };
    policy::end(&tx, id, until).await?;
    rules_record::publish(&tx, now).await?;
    let data = json!({"limit": rule.number.name(), "days": rule.days, "date": until.to_string()});
    note(&tx, (0, who.id), "policy_ended", &data, now).await?;
    tx.commit().await?;
    Ok(true)
}
