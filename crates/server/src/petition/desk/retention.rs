//! What is kept of writers whose letters have ended: the desk lists what has been kept long enough, an administrator erases
//! it. What is public stays as it was approved.
//!
//! Rejected: erasing by the engine alone. 4-petition gives it to an administrator, it cannot be undone, and a court or an
//! inspection may need a letter to stay.

use crate::{
    City, Result,
    petition::{
        act::{Actor, Halt, Order, act},
        staff::Who,
    },
    store::petition::{self, retention},
};
use jiff::{SignedDuration, Timestamp};
use weimenhu_domain::petition::{Action, Role};

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

async fn due(city: &City, now: Timestamp, limit: u64) -> Result<Vec<petition::Model>> {
    let kept = SignedDuration::from_hours(i64::from(city.config.retention_days).saturating_mul(24));
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    retention::ended_before(city.store.read(), before.as_millisecond(), limit).await
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
