//! How often one address may write, and try a code. Tries are limited by number and address together: by the number
//! alone, a stranger could lock a writer out.
//!
//! The counts live in memory: a restart forgives, which costs an attacker nothing less than waiting a minute.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::{net::IpAddr, num::NonZeroU32, time::Duration};
use weimenhu_domain::petition::receipt::Number;

/// Tries of one number's code from one address before it must wait.
const TRIES: u32 = 10;
/// Then one more so often.
const TRY_EVERY: Duration = Duration::from_secs(60);
/// Tries of any number from one address in a minute.
const LOOKUPS_PER_MINUTE: u32 = 30;
/// Parts of files from one address in a minute.
const PARTS_PER_MINUTE: u32 = 600;
/// Pages of figures from one address in a minute: each may be a count.
const REPORTS_PER_MINUTE: u32 = 60;
/// Reads by token from one address in a minute: a school behind one address polls too.
const READS_PER_MINUTE: u32 = 1200;

/// The counts of one server.
#[derive(Debug)]
pub struct Limits {
    writes: DefaultKeyedRateLimiter<IpAddr>,
    parts: DefaultKeyedRateLimiter<IpAddr>,
    reads: DefaultKeyedRateLimiter<IpAddr>,
    reports: DefaultKeyedRateLimiter<IpAddr>,
    lookups: DefaultKeyedRateLimiter<IpAddr>,
    tries: DefaultKeyedRateLimiter<(IpAddr, String)>,
}

impl Limits {
    /// Fresh counts.
    pub fn new(writes_per_minute: u32) -> Self {
        let a_minute = |n: u32| Quota::per_minute(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN));
        let tries = Quota::with_period(TRY_EVERY)
            .unwrap_or_else(|| a_minute(1))
            .allow_burst(NonZeroU32::new(TRIES).unwrap_or(NonZeroU32::MIN));
        Self {
            writes: RateLimiter::keyed(a_minute(writes_per_minute)),
            parts: RateLimiter::keyed(a_minute(PARTS_PER_MINUTE)),
            reads: RateLimiter::keyed(a_minute(READS_PER_MINUTE)),
            reports: RateLimiter::keyed(a_minute(REPORTS_PER_MINUTE)),
            lookups: RateLimiter::keyed(a_minute(LOOKUPS_PER_MINUTE)),
            tries: RateLimiter::keyed(tries),
        }
    }

    /// Whether this address may write now.
    pub fn may_write(&self, from: IpAddr) -> bool {
        self.writes.check_key(&network(from)).is_ok()
    }

    /// Whether it may send a part of a file.
    pub fn may_upload(&self, from: IpAddr) -> bool {
        self.parts.check_key(&network(from)).is_ok()
    }

    /// Whether it may read by a token.
    pub fn may_read(&self, from: IpAddr) -> bool {
        self.reads.check_key(&network(from)).is_ok()
    }

    /// Whether it may see figures.
    pub fn may_report(&self, from: IpAddr) -> bool {
        self.reports.check_key(&network(from)).is_ok()
    }

    /// Whether it may try a code of this number.
    pub fn may_try(&self, from: IpAddr, number: &str) -> bool {
        let from = network(from);
        // As the number itself is read: every spelling of one counts as that one, and what is none as one more.
        let number = number.parse::<Number>().map(Number::digits).unwrap_or_default();
        self.lookups.check_key(&from).is_ok() && self.tries.check_key(&(from, number)).is_ok()
    }

    /// Whether it may ask for a recovery code of this phone, or try one.
    pub fn may_recover(&self, from: IpAddr, phone: &str) -> bool {
        let from = network(from);
        self.lookups.check_key(&from).is_ok()
            && self.tries.check_key(&(from, format!("phone {phone}"))).is_ok()
    }

    /// Forgets who has been quiet long enough.
    pub fn sweep(&self) {
        self.writes.retain_recent();
        self.parts.retain_recent();
        self.reads.retain_recent();
        self.reports.retain_recent();
        self.lookups.retain_recent();
        self.tries.retain_recent();
    }
}

/// One household has a whole /64 of IPv6.
pub(super) fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted_by_number_and_address_together() {
        let limits = Limits::new(2);
        let [a, b]: [IpAddr; 2] = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let [one, other] = [1, 2].map(|n| Number::new(2026, n).unwrap().to_string());
        assert!((0..TRIES).all(|_| limits.may_try(a, &one)));
        let wide = one.replace('2', "２").replace('-', " ");
        assert!(!limits.may_try(a, &wide), "the same number otherwise written");
        assert!(limits.may_try(a, &other) && limits.may_try(b, &one));
        assert!((0..TRIES).all(|_| limits.may_try(b, "none")) && !limits.may_try(b, "nor this"));
        assert!(limits.may_write(a) && limits.may_write(a) && !limits.may_write(a) && limits.may_write(b));
        let [one, other]: [IpAddr; 2] = [
            "2001:db8::1".parse().unwrap(),
            "2001:db8::ffff:2".parse().unwrap(),
        ];
        assert!(limits.may_write(one) && limits.may_write(other) && !limits.may_write(one));
    }
}
