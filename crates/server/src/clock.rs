//! What time it is: the one place where the server reads the machine's clock for the time of day. Whatever is decided
//! by a time is given it as an argument. (Ages of files are told by the file system's clock, in [`crate::tree`].)
//!
//! A build for development can live so many days ahead, so that a test sees a letter turn red in the real program; a
//! release build has nothing of the kind that somebody could leave on in a city. Rejected: libfaketime around the
//! programs. It hangs multi-threaded programs now and then (its issues 373 and 469), and hung our tests.

use jiff::{SignedDuration, Timestamp};
use std::env;

/// The time of day. In a build for development it is as many days ahead as `WEIMENHU_DAYS_AHEAD` says.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    if cfg!(debug_assertions)
        && let Ok(days) = env::var("WEIMENHU_DAYS_AHEAD")
        && let Ok(days) = days.parse::<i32>()
    {
        return now + SignedDuration::from_hours(24 * i64::from(days));
    }
    now
}
