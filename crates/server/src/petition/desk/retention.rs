//! What is kept of writers whose letters have ended: the desk lists what has been kept long enough, an administrator erases
//! it. What is public stays as it was approved.
//!
//! A letter that goes on in another (并案) has ended when that one has: until then its writer is told of every step.
//!
//! Rejected: erasing by the engine alone. 4-petition gives it to an administrator, it cannot be undone, and a court or an
//! inspection may need a letter to stay.

use crate::{
    City, Result,
    petition::{
        act::{Actor, Halt, Order, act},
        merged,
        staff::Who,
    },
    store::petition::{self, retention},
};
use jiff::{SignedDuration, Timestamp};
use weimenhu_domain::petition::{Action, Role, State};

/// Letters of one page, which are erased together.
pub const PAGE: u64 = 100;

/// Letters whose time has come, by number, the oldest first; one more than a page says that there are others.
///
/// # Errors
/// The database's.
pub async fn ended(city: &City, now: Timestamp) -> Result<Vec<String>> {
    let rows = due(city, now, PAGE.saturating_add(1)).await?;
    rows.iter().map(|p| Ok(p.number()?.to_string())).collect()
}

/// States of letters that are over, and of those that go on in another.
const ENDED: [State; 4] = [State::Closed, State::Declined, State::Withdrawn, State::Merged];

async fn due(city: &City, now: Timestamp, limit: u64) -> Result<Vec<petition::Model>> {
    let kept = SignedDuration::from_hours(i64::from(city.config.retention_days).saturating_mul(24));
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN).as_millisecond();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut all = Vec::new();
    for state in ENDED {
        all.extend(due_of(city, state, before, limit).await?);
    }
    all.sort_unstable_by_key(|p| p.id);
    all.truncate(most);
    Ok(all)
}

/// Those of one state, the oldest first. Read on until there are enough: some go on in one that is not over.
async fn due_of(city: &City, state: State, before_ms: i64, limit: u64) -> Result<Vec<petition::Model>> {
    let (mut all, mut after) = (Vec::new(), 0);
    while u64::try_from(all.len()).unwrap_or(limit) < limit {
        let rows = retention::kept_before(city.store.read(), state, before_ms, after, limit).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for p in rows {
            if has_ended(city, &p, before_ms).await? {
                all.push(p);
            }
        }
    }
    Ok(all)
}

/// Whether the letter in which this one goes on has ended before an instant too.
async fn has_ended(city: &City, p: &petition::Model, before_ms: i64) -> Result<bool> {
    let db = city.store.read();
    let Some(root) = merged::root(db, p).await? else {
        return Ok(true);
    };
    let over = matches!(root.stands()?, State::Closed | State::Declined | State::Withdrawn);
    Ok(over && retention::rests(db, root.id, before_ms).await?)
}

/// Erases the writers of these letters, each as one action of its own; answers how many. One that is no longer due, or
/// that somebody is just working on, is left.
///
/// # Errors
/// The database's; what was erased before stays erased.
pub async fn erase_ended(city: &City, who: &Who, numbers: &[&str], now: Timestamp) -> Result<usize, Halt> {
    let actor = Actor {
        role: Role::Administrator,
        staff: who.id,
        department: who.department,
    };
    let mut erased = 0_usize;
    for p in due(city, now, PAGE).await? {
        if !numbers.contains(&p.number()?.to_string().as_str()) {
            continue;
        }
        match act(city, p.id, actor, &Order::new(Action::Erase), now).await {
            Ok(_) => erased = erased.saturating_add(1),
            Err(Halt::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(erased)
}
