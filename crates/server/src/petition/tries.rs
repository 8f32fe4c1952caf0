//! Failed sign-ins, counted by login and address together: a stranger who guesses locks the guesser out, and the clerk
//! signs in at the office as ever. Across all addresses a slower count holds, see [`super::staff`].
//!
//! Counted alike whether or not somebody has the login, so a wait says nothing about who is on the staff. In memory,
//! as the other limits: a restart forgives, which is worth a handful of guesses at a password of twelve characters and
//! a code. Rejected: governor's buckets, which refuse the right password too often, as they count what succeeds.

use super::limit::network;
use jiff::Timestamp;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// So many failures in a row from one address, and it must wait.
pub const MOST: u32 = 5;
/// For so long; a count this old is forgotten.
pub const WAIT_MS: i64 = 15 * 60 * 1000;

/// The counts of one server.
#[derive(Debug, Default)]
pub struct Tries(Mutex<HashMap<(IpAddr, String), Tried>>);

#[derive(Debug)]
struct Tried {
    times: u32,
    last_ms: i64,
}

impl Tries {
    /// Begins a try, which counts as failed until [`Tries::succeeded`]: what comes at once is counted one by one.
    ///
    /// # Errors
    /// The minutes to wait, at least one.
    pub fn begin(&self, from: IpAddr, login: &str, now: Timestamp) -> Result<(), i64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = now.as_millisecond();
        let tried = all.entry(key(from, login)).or_insert(Tried {
            times: 0,
            last_ms: now_ms,
        });
        let left = tried.last_ms.saturating_add(WAIT_MS).saturating_sub(now_ms);
        if left <= 0 {
            tried.times = 0;
        }
        if tried.times >= MOST {
            return Err(left.saturating_add(59_999).div_euclid(60_000).max(1));
        }
        tried.times = tried.times.saturating_add(1);
        tried.last_ms = now_ms;
        Ok(())
    }

    /// It was right after all.
    pub fn succeeded(&self, from: IpAddr, login: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&key(from, login));
    }

    /// Forgets what is old.
    pub fn sweep(&self, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.as_millisecond().saturating_sub(WAIT_MS);
        all.retain(|_, tried| tried.last_ms > since);
    }
}

/// No login is longer than this; what is typed can be.
fn key(from: IpAddr, login: &str) -> (IpAddr, String) {
    (network(from), login.chars().take(64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_guesses_waits_and_nobody_else() {
        let tries = Tries::default();
        let [stranger, clerk]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let at = |minute: i64| Timestamp::from_second(1_700_000_000 + 60 * minute).unwrap();
        for _ in 0..MOST {
            assert_eq!(tries.begin(stranger, "shenhe", at(0)), Ok(()));
        }
        assert_eq!(tries.begin(stranger, "shenhe", at(0)), Err(15));
        assert_eq!(
            tries.begin(stranger, "shenhe", at(14)),
            Err(1),
            "asking on does not make it longer"
        );
        assert_eq!(tries.begin(stranger, "other", at(14)), Ok(()));
        assert_eq!(tries.begin(clerk, "shenhe", at(14)), Ok(()));
        assert_eq!(tries.begin(stranger, "shenhe", at(15)), Ok(()));
        tries.succeeded(stranger, "shenhe");
        for _ in 0..MOST {
            assert_eq!(tries.begin(stranger, "shenhe", at(15)), Ok(()), "counted anew");
        }
        tries.sweep(at(40));
        assert!(tries.0.lock().unwrap().is_empty());
    }
}
