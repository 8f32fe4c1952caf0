//! What administrators and auditors see and set: departments, staff, rules, the log of events.

use super::{Step, fact, time};
use crate::{
    City, Result,
    petition::staff::{self, Given, Who, note},
    store::petition::{self, event, people, score},
};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeSet;
use weimenhu_domain::petition::{Role, deduction::Rule, receipt::Number};

/// Our number of a letter that is named in a form.
///
/// # Errors
/// The database's.
pub async fn id_of(city: &City, number: &str) -> Result<i64> {
    let Ok(number) = number.parse::<Number>() else {
        return Ok(0);
    };
    Ok(petition::by_number(city.store.read(), number)
        .await?
        .map_or(0, |p| p.id))
}

/// The departments: number, name, head approves, active.
///
/// # Errors
/// The database's.
pub async fn departments(city: &City) -> Result<Vec<(i64, String, bool, bool)>> {
    let all = people::departments(city.store.read()).await?;
    Ok(all
        .into_iter()
        .map(|d| (d.id, d.name, d.head_approves == 1, d.active == 1))
        .collect())
}

/// The counties that letters can be about: those of the published agencies' and of the departments.
///
/// # Errors
/// The database's.
pub async fn counties(city: &City) -> Result<Vec<String>> {
    let all = people::departments(city.store.read()).await?;
    let mut counties: Vec<String> = Vec::new();
    for county in all.into_iter().map(|d| d.county).filter(|c| !c.is_empty()) {
        if !counties.contains(&county) {
            counties.push(county);
        }
    }
    Ok(counties)
}

/// Sets what an administrator sets of a department; a change is an event of the audit trail. False when there is none.
///
/// # Errors
/// The database's.
pub async fn set_department(
    city: &City,
    who: &Who,
    id: i64,
    (head_approves, active): (bool, bool),
    now: Timestamp,
) -> Result<bool> {
    let tx = city.store.write().await?;
    let Some(mut row) = people::find_department(&tx, id).await? else {
        return Ok(false);
    };
    let before = row.clone();
    row.head_approves = i64::from(head_approves);
    row.active = i64::from(active);
    if row != before {
        people::save_department(&tx, &row).await?;
        let data = json!({"department": id, "head_approves": head_approves, "active": active});
        note(&tx, (0, who.id), "department_set", &data, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Adds somebody with a password for once; an event of the audit trail. Answers the secret for the authenticator.
///
/// # Errors
/// As [`staff::add`].
pub async fn add_staff(
    city: &City,
    who: &Who,
    names: (&str, &str),
    password: &str,
    (role, department): (Role, i64),
    now: Timestamp,
) -> Result<String> {
    let (row, secret) = staff::somebody(city, names, password, Given::Once, &[role], department).await?;
    // Together: nobody is added of whom the audit trail does not know.
    let tx = city.store.write().await?;
    people::add_staff(&tx, row).await?;
    let data = json!({"login": names.0, "role": role.name(), "department": department});
    note(&tx, (0, who.id), "staff_added", &data, now).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Deduction rules: number, cause, points, from, until.
///
/// # Errors
/// The database's.
pub async fn rules(city: &City) -> Result<Vec<(i64, &'static str, i32, String, String)>> {
    let all = score::rules(city.store.read()).await?;
    let until = |d: Option<jiff::civil::Date>| d.map(|d| d.to_string()).unwrap_or_default();
    Ok(all
        .into_iter()
        .map(|r| (r.id, r.cause.name(), r.points, r.from.to_string(), until(r.until)))
        .collect())
}

/// Adds a deduction rule.
///
/// # Errors
/// The database's.
pub async fn add_rule(city: &City, who: &Who, rule: &Rule, now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    score::add_rule(&tx, rule.cause, rule.points, rule.from, rule.until).await?;
    let until = rule.until.map(|d| d.to_string()).unwrap_or_default();
    let data = json!({"cause": rule.cause.name(), "points": rule.points, "from": rule.from.to_string(), "date": until});
    note(&tx, (0, who.id), "rule_added", &data, now).await?;
    Ok(tx.commit().await?)
}

/// What an auditor looks for; what is empty is not asked.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// A receipt number.
    pub letter: String,
    /// A login.
    pub login: String,
    /// The name of what was done.
    pub what: String,
    /// Only what came before this place in the chain; none: the newest.
    pub before: Option<i64>,
}

/// An event of the audit trail.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the chain.
    pub seq: i64,
    /// The letter it is about, by its receipt number; empty: about none.
    pub letter: String,
    /// Who, when and what.
    pub step: Step,
}

/// What the house itself writes into the trail, beside the actions on letters.
pub const OF_THE_HOUSE: [&str; 21] = [
    "read_contact",
    "read_place",
    "sign_in",
    "sign_in_failed",
    "late_response",
    "late_completion",
    "still_open",
    "recompute",
    "recover_receipt",
    "department_set",
    "staff_added",
    "staff_set",
    "staff_reset",
    "staff_disabled",
    "staff_enabled",
    "rule_added",
    "rule_ended",
    "policy_added",
    "policy_ended",
    "message_rule_added",
    "message_rule_ended",
];

/// Events of one page of the trail.
pub const EVENTS: u64 = 100;

/// The newest events, for the auditor. A letter or a login that is not known has none.
///
/// # Errors
/// The database's.
pub async fn audit(city: &City, asked: &Trail) -> Result<Vec<Entry>> {
    let db = city.store.read();
    let staff = people::all_staff(db).await?;
    let departments = people::departments(db).await?;
    let mut wanted = event::Wanted {
        before: asked.before.unwrap_or(i64::MAX),
        ..event::Wanted::default()
    };
    if !asked.letter.is_empty() {
        match id_of(city, &asked.letter).await? {
            0 => return Ok(Vec::new()),
            id => wanted.petition = Some(id),
        }
    }
    if !asked.login.is_empty() {
        match staff.iter().find(|s| s.login == asked.login) {
            None => return Ok(Vec::new()),
            Some(who) => wanted.actor = Some(who.id),
        }
    }
    wanted.action = Some(asked.what.clone()).filter(|what| !what.is_empty());
    let rows = event::newest(db, &wanted, EVENTS).await?;
    let ids: BTreeSet<i64> = rows.iter().map(|e| e.petition).collect();
    let numbers = petition::numbers(db, ids).await?;
    let name = |id: i64| {
        let found = staff.iter().find(|s| s.id == id);
        found.map(|s| s.name.clone()).unwrap_or_default()
    };
    let entry = |e: event::Model| Entry {
        seq: e.seq,
        letter: numbers.get(&e.petition).cloned().unwrap_or_default(),
        step: Step {
            at: time(e.at_ms),
            role: e.role,
            name: name(e.actor),
            what: e.action,
            facts: fact::of(&e.data, &departments),
            voided: false,
        },
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Ends a rule with a day: what it cost until then stays. False when there is none, or it would end before it began.
///
/// # Errors
/// The database's.
pub async fn end_rule(
    city: &City,
    who: &Who,
    id: i64,
    until: jiff::civil::Date,
    now: Timestamp,
) -> Result<bool> {
    let tx = city.store.write().await?;
    let rules = score::rules(&tx).await?;
    let Some(rule) = rules.iter().find(|r| r.id == id && r.from <= until) else {
        return Ok(false);
    };
    score::end_rule(&tx, id, until).await?;
    let data = json!({"cause": rule.cause.name(), "points": rule.points, "date": until.to_string()});
    note(&tx, (0, who.id), "rule_ended", &data, now).await?;
    tx.commit().await?;
    Ok(true)
}
