//! When something may be told: not in the quiet hours, and, where a digest is wanted, at its hour on a working day.
//!
//! Answered anew each time from what the clock says now, never from how long something has waited: a clock that jumps,
//! a night that the device slept through and a calendar that comes late then need no case of their own. Hours are the
//! device's, for the person lives by them; working days are the city's.

use crate::{
    error::{Error, Result},
    view::NotifyChoice,
};
use jiff::{
    ToSpan, Zoned,
    civil::{self, Date, Time},
};

/// When what is followed broadly is told where no digest is wanted: as the day's work begins.
const DAILY: Time = civil::time(8, 30, 0, 0);
/// Days that a digest looks ahead: no holiday is as long.
const AHEAD: i64 = 40;

/// The hours of a [`NotifyChoice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    quiet: Option<(Time, Time)>,
    digest: Option<Time>,
}

impl Hours {
    /// The hours that were chosen.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no `HH:MM`, and for quiet hours that end when they begin.
    pub fn of(choice: &NotifyChoice) -> Result<Self> {
        let time = |text: &str| Time::strptime("%H:%M", text).map_err(|_| Error::Invalid("no time of day"));
        let quiet = match &choice.quiet {
            Some(span) => Some((time(&span.from)?, time(&span.to)?)),
            None => None,
        };
        if quiet.is_some_and(|(from, to)| from == to) {
            return Err(Error::Invalid("quiet hours that end when they begin"));
        }
        let digest = choice.digest.as_deref().map(time).transpose()?;
        Ok(Self { quiet, digest })
    }

    /// Whether nothing is told at this time of day.
    fn is_quiet(&self, time: Time) -> bool {
        self.quiet.is_some_and(|(from, to)| {
            if from < to {
                from <= time && time < to
            } else {
                from <= time || time < to
            }
        })
    }

    /// The first moment from `now` on outside the quiet hours; what cannot wait for the digest is told then.
    pub fn soonest(&self, now: &Zoned) -> Zoned {
        let Some((from, to)) = self.quiet.filter(|_| self.is_quiet(now.time())) else {
            return now.clone();
        };
        let over_midnight = from > to && now.time() >= from;
        let day = if over_midnight {
            now.date().tomorrow()
        } else {
            Ok(now.date())
        };
        let end = day.and_then(|d| d.to_datetime(to).to_zoned(now.time_zone().clone()));
        end.unwrap_or_else(|_| now.clone())
    }

    /// The first moment from `now` on at which topics are told: where a digest is wanted, its hour on the next working
    /// day that had none. One that was missed is told as soon as the app runs again that day.
    pub fn topics(&self, now: &Zoned, last_digest: Option<Date>, works: impl Fn(Date) -> bool) -> Zoned {
        let Some(hour) = self.digest_hour() else {
            return self.soonest(now);
        };
        for ahead in 0..AHEAD {
            let Ok(day) = now.date().checked_add(ahead.days()) else {
                break;
            };
            if !works(day) || last_digest == Some(day) {
                continue;
            }
            let Ok(at) = day.to_datetime(hour).to_zoned(now.time_zone().clone()) else {
                continue;
            };
            if at > *now {
                return at;
            }
            if !self.is_quiet(now.time()) {
                return now.clone();
            }
        }
        self.soonest(now)
    }

    /// The same for what is followed broadly, which has an hour in any case.
    pub fn broad(&self, now: &Zoned, last_digest: Option<Date>, works: impl Fn(Date) -> bool) -> Zoned {
        let daily = Self {
            digest: self.digest.or(Some(DAILY)),
            ..*self
        };
        daily.topics(now, last_digest, works)
    }

    /// The digest's hour; the end of the quiet hours for one that lies in them, which else would never come.
    fn digest_hour(&self) -> Option<Time> {
        let hour = self.digest?;
        Some(match self.quiet {
            Some((_, to)) if self.is_quiet(hour) => to,
            _ => hour,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::QuietHours;
    use jiff::civil::{Weekday, date};

    fn hours(quiet: Option<(&str, &str)>, digest: Option<&str>) -> Hours {
        let choice = NotifyChoice {
            quiet: quiet.map(|(from, to)| QuietHours {
                from: from.into(),
                to: to.into(),
            }),
            digest: digest.map(str::to_owned),
            ..NotifyChoice::default()
        };
        Hours::of(&choice).unwrap()
    }

    /// Thursday the 26th of November 2026 is a working day; so is every day but the weekend.
    fn at(day: i8, hour: i8, minute: i8) -> Zoned {
        date(2026, 11, day)
            .at(hour, minute, 0, 0)
            .in_tz("Asia/Shanghai")
            .unwrap()
    }

    fn works(day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    #[test]
    fn the_night_is_quiet_to_its_last_minute() {
        let night = hours(Some(("22:00", "07:00")), None);
        for (now, then) in [
            (at(26, 21, 59), at(26, 21, 59)),
            (at(26, 22, 0), at(27, 7, 0)),
            (at(26, 23, 59), at(27, 7, 0)),
            (at(27, 0, 0), at(27, 7, 0)),
            (at(27, 6, 59), at(27, 7, 0)),
            (at(27, 7, 0), at(27, 7, 0)),
        ] {
            assert_eq!(night.soonest(&now), then, "{now}");
        }
        let noon = hours(Some(("12:00", "14:30")), None);
        assert_eq!(noon.soonest(&at(26, 12, 0)), at(26, 14, 30));
        assert_eq!(noon.soonest(&at(26, 23, 0)), at(26, 23, 0));
    }

    #[test]
    fn a_digest_comes_once_a_working_day() {
        let daily = hours(None, Some("08:30"));
        for (now, last, then) in [
            (at(26, 8, 0), None, at(26, 8, 30)),
            (at(26, 8, 30), None, at(26, 8, 30)),
            // The computer was switched on late.
            (at(26, 10, 0), Some(25), at(26, 10, 0)),
            (at(26, 10, 0), Some(26), at(27, 8, 30)),
            // Friday's was told: Monday.
            (at(27, 9, 0), Some(27), at(30, 8, 30)),
            (at(28, 12, 0), Some(26), at(30, 8, 30)),
            // The clock had run ahead when the last one was told.
            (at(26, 9, 0), Some(30), at(26, 9, 0)),
        ] {
            let last = last.map(|day| date(2026, 11, day));
            assert_eq!(daily.topics(&now, last, works), then, "{now} {last:?}");
        }
    }

    #[test]
    fn a_digest_in_the_quiet_hours_comes_when_they_end() {
        let both = hours(Some(("22:00", "07:00")), Some("23:00"));
        assert_eq!(both.topics(&at(26, 23, 30), None, works), at(27, 7, 0));
        assert_eq!(both.topics(&at(27, 7, 0), None, works), at(27, 7, 0));
        let evening = hours(Some(("22:00", "07:00")), Some("18:00"));
        assert_eq!(evening.topics(&at(26, 22, 30), None, works), at(27, 18, 0));
    }

    #[test]
    fn without_a_working_day_in_sight_it_does_not_wait_for_ever() {
        let daily = hours(None, Some("08:30"));
        assert_eq!(daily.topics(&at(26, 9, 0), None, |_| false), at(26, 9, 0));
    }

    #[test]
    fn hours_that_are_none_are_refused() {
        for (quiet, digest) in [
            (Some(("25:00", "07:00")), None),
            (Some(("07:00", "07:00")), None),
            (None, Some("half past eight")),
            (None, Some("")),
        ] {
            let choice = NotifyChoice {
                quiet: quiet.map(|(from, to): (&str, &str)| QuietHours {
                    from: from.into(),
                    to: to.into(),
                }),
                digest: digest.map(str::to_owned),
                ..NotifyChoice::default()
            };
            assert!(Hours::of(&choice).is_err(), "{choice:?}");
        }
    }

    #[test]
    fn an_hour_that_the_summer_skips_is_no_fault() {
        let night = hours(Some(("22:00", "02:30")), None);
        let now = date(2026, 3, 28).at(23, 0, 0, 0).in_tz("Europe/Rome").unwrap();
        let then = night.soonest(&now);
        assert!(then > now && then.date() == date(2026, 3, 29), "{then}");
    }
}
