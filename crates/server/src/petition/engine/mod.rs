//! The engine: what the calendar does. It looks every fifteen seconds for limits that were missed, answers nobody
//! rated, and a calendar that has changed.
//!
//! Whatever it writes is keyed by delivery, kind and due date, so a server that was down for three days is late, but
//! loses nothing and does nothing twice. A late delivery is looked at again on the next day on which it will have missed
//! something more, or after somebody acted on it; the rest of the scans is one query. Each day anew was tried first: a
//! late letter stays late for weeks, and of 28,570 a look took 1.0 s of CPU to find that nothing was new.
//!
//! A letter that cannot be advanced is told of and left behind, see [`each`].

mod each;
mod missed;
mod recount;

pub use each::Stuck;
pub(super) use missed::{key_of, missed, note_missed};

use super::{Rules, city_day};
use crate::{
    City, Result,
    store::{
        Tx,
        petition::{self, delivery, score},
    },
};
use each::{Look, Step};
use jiff::{Timestamp, civil::Date};
use std::time::Duration;
use weimenhu_domain::petition::deduction::Cause;

/// How often it looks.
pub const PERIOD: Duration = Duration::from_secs(15);
/// Letters of one transaction.
const BATCH: u64 = 500;

/// What a scan has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Events of missed limits, 督办 among them.
    pub missed: usize,
    /// Answers closed because nobody rated them.
    pub closed: usize,
    /// Limits moved by a new calendar.
    pub moved: usize,
    /// Letters that could not be advanced, by their number.
    pub stuck: Vec<Stuck>,
}

/// Puts the example rules in, where there are none.
pub(super) async fn set_up(tx: &Tx, today: Date) -> Result<()> {
    if score::rules(tx).await?.is_empty() {
        for cause in Cause::ALL {
            score::add_rule(tx, cause, cause.example_points(), today.first_of_year(), None).await?;
        }
    }
    Ok(())
}

/// Looks once.
///
/// # Errors
/// The database's; what was done before is done.
pub async fn scan(city: &City, now: Timestamp) -> Result<Scanned> {
    let rules = Rules::read(city).await?;
    let mut look = Look::new(city, &rules, now);
    let moved = recount::recount(&mut look).await?;
    let missed = late(&mut look).await?;
    let closed = close(&mut look).await?;
    Ok(Scanned {
        moved,
        missed,
        closed,
        stuck: look.ended(),
    })
}

/// Notes every missed limit.
async fn late(look: &mut Look<'_>) -> Result<usize> {
    let (today, mut after, mut missed) = (city_day(look.now), (0, 0), 0_usize);
    loop {
        let late = delivery::late(look.city.store.read(), today, after, BATCH).await?;
        let Some(last) = late.last() else {
            return Ok(missed);
        };
        after = *last;
        let letters: Vec<i64> = late.iter().map(|(petition, _)| *petition).collect();
        missed = missed.saturating_add(look.each(&letters, Step::Missed).await?);
    }
}

/// Closes what nobody rated in its days.
async fn close(look: &mut Look<'_>) -> Result<usize> {
    let (today, mut after, mut closed) = (city_day(look.now), 0, 0_usize);
    loop {
        let due = petition::unrated(look.city.store.read(), today, after, BATCH).await?;
        let Some(last) = due.last() else {
            return Ok(closed);
        };
        after = *last;
        closed = closed.saturating_add(look.each(&due, Step::Close).await?);
    }
}
