//! The figures that everybody may ask for without saying who they are: of a year at most, counted once a minute, and
//! never more than one count at a time.
//!
//! A count reads every letter of its time, so what it costs must not be chosen by whoever asks. Rejected: counting in
//! the background (a city has more filters than anybody asks for), and a limit for each address alone: addresses are
//! cheap.

use super::{Asked, Figures, figures};
use crate::{City, Result, petition::public::known_county, store::petition::people};
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// The longest time that is counted for everybody, in days: a year, and the day of a leap year.
pub const MOST_DAYS: i32 = 366;
/// Figures are answered again for so long.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// So many of them are kept.
const KEPT: usize = 64;
/// So many may wait for a count; the next one is asked to come again.
const WAITING: usize = 8;

/// What was counted lately.
#[derive(Debug)]
pub struct Kept {
    figures: Mutex<Vec<(Asked, Timestamp, Arc<Figures>)>>,
    waiting: Semaphore,
    counting: Semaphore,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            figures: Mutex::default(),
            waiting: Semaphore::new(WAITING),
            counting: Semaphore::new(1),
        }
    }
}

impl Kept {
    /// The figures, as they are or were within the last minute; `None` when too many wait already.
    ///
    /// # Errors
    /// The database's.
    pub async fn figures(&self, city: &City, asked: &Asked, now: Timestamp) -> Result<Option<Arc<Figures>>> {
        if let Some(found) = self.find(asked, now) {
            return Ok(Some(found));
        }
        let Ok(_waits) = self.waiting.try_acquire() else {
            return Ok(None);
        };
        let _counts = self.counting.acquire().await;
        // Whoever counted before may have counted the same.
        if let Some(found) = self.find(asked, now) {
            return Ok(Some(found));
        }
        let counted = Arc::new(figures(city, asked, now).await?);
        let mut kept = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(_, at, _)| is_fresh(*at, now));
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((asked.clone(), now, counted.clone()));
        Ok(Some(counted))
    }

    fn find(&self, asked: &Asked, now: Timestamp) -> Option<Arc<Figures>> {
        let kept = self.figures.lock().unwrap_or_else(PoisonError::into_inner);
        let same = kept.iter().find(|(of, at, _)| of == asked && is_fresh(*at, now));
        same.map(|(_, _, figures)| figures.clone())
    }
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < FRESH
}

/// What everybody may ask for: no day to come, the last year of a longer time, and no county that nobody has, so that
/// there are not as many questions as there are words.
///
/// # Errors
/// The database's.
pub async fn bounded(city: &City, asked: Asked, today: Date) -> Result<Asked> {
    let until = asked.until.min(today);
    let first = until.saturating_sub((MOST_DAYS - 1).days());
    let departments = people::departments(city.store.read()).await?;
    let county = known_county(&departments, &asked.county);
    Ok(Asked {
        from: asked.from.max(first),
        until,
        county,
        ..asked
    })
}
