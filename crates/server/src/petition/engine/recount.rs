//! The limits of open letters counted again, when the calendar has changed: each by the numbers of its own day zero.
//! Closed ones never move.
//!
//! A letter that could not be counted is remembered and tried again on every look, until somebody has mended it; the
//! others are not counted twice for it.

use super::{
    BATCH,
    each::{Look, Step},
};
use crate::{
    Result,
    petition::act::{Halt, Work},
    store::{
        meta,
        petition::{self, delivery},
    },
};
use weimenhu_domain::petition::policy::Number;

/// By which calendar all letters were counted.
const MARK: &str = "petition_rules";
/// JSON: the letters that could not be counted by it.
const BEHIND: &str = "petition_behind";

/// Counts what must be counted; answers how many letters' limits moved.
pub(super) async fn recount(look: &mut Look<'_>) -> Result<usize> {
    let db = look.city.store.read();
    let counted = meta::get(db, MARK).await?.as_deref() == Some(&look.rules.mark);
    let known = meta::get(db, BEHIND).await?.unwrap_or_default();
    let left: Vec<i64> = serde_json::from_str(&known).unwrap_or_default();
    if counted && left.is_empty() {
        return Ok(0);
    }
    let moved = if counted {
        look.each(&left, Step::Recount).await?
    } else {
        all(look).await?
    };
    let behind = serde_json::to_string(&look.behind()).unwrap_or_default();
    if !counted || behind != known {
        let tx = look.city.store.write().await?;
        meta::set(&tx, MARK, &look.rules.mark).await?;
        meta::set(&tx, BEHIND, &behind).await?;
        tx.commit().await?;
    }
    Ok(moved)
}

async fn all(look: &mut Look<'_>) -> Result<usize> {
    let (mut after, mut moved) = ((0, 0), 0_usize);
    loop {
        let open = delivery::open(look.city.store.read(), after, BATCH).await?;
        let Some(last) = open.last() else {
            return Ok(moved);
        };
        after = (last.petition, last.number);
        let ids: Vec<i64> = open.iter().map(|d| d.petition).collect();
        moved = moved.saturating_add(look.each(&ids, Step::Recount).await?);
    }
}

/// Counts one letter's limits again; answers whether one moved.
pub(super) async fn count_again(work: &mut Work<'_>) -> Result<bool, Halt> {
    let (today, rules) = (work.today, work.rules);
    let calendar = &rules.calendar;
    let Some(d) = &mut work.d else { return Ok(false) };
    let again = |from: &str, number: Number, standing: &str| {
        let (from, standing) = petition::day(from).zip(petition::day(standing))?;
        let new = calendar.again(from, number.of(&rules.policy(from)), standing, today)?;
        (new != standing).then_some(new)
    };
    let respond = if d.respond_met.is_empty() {
        again(&d.routed_on, Number::Respond, &d.respond_due)
    } else {
        None
    };
    let counted = d.extended == 0 && d.resolve_met.is_empty();
    let resolve = if counted {
        again(&d.resolve_from, Number::Resolve, &d.resolve_due)
    } else {
        None
    };
    if counted && let Some(from) = petition::day(&d.resolve_from) {
        let count = calendar.count(from, rules.policy(from).resolve);
        d.provisional = i64::from(count.is_some_and(|c| c.provisional));
    }
    if let Some(due) = respond {
        d.respond_due = due.to_string();
    }
    let mut replaced = String::new();
    if let Some(due) = resolve {
        replaced = std::mem::replace(&mut d.resolve_due, due.to_string());
    }
    if respond.is_none() && resolve.is_none() {
        return Ok(false);
    }
    if let Some(due) = respond {
        work.note("respond_due", due.to_string());
    }
    if let Some(due) = resolve {
        work.note("date", due.to_string());
        work.note("replaces", replaced);
    }
    work.happened("recompute", None).await?;
    Ok(true)
}
