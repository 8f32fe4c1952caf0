//! The limits of a letter and its lights. A light is computed from dates whenever it is shown, never stored: the
//! engine may sleep for three days, and the light is right all the same.

use super::{
    policy::{Rule, periods},
    workday::WorkCalendar,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The city's policy: numbers of days that the source document sets, and our readings of what it leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Working days until the response.
    pub respond: u16,
    /// Working days until the answer.
    pub resolve: u16,
    /// 届满前1个工作日内 may mean the last day or the day before it; we read: at the latest so many working days
    /// before `resolve_due`.
    pub ask_before: u16,
    /// 超过3个工作日: 督办 comes on this working day overdue.
    pub supervise: u16,
    /// Still open so many working days after 督办 costs more.
    pub still_open: u16,
    /// Days, not working days, in which an answer can be rated; unrated ones are closed afterwards.
    pub rate: u16,
    /// Working days for an appeal against 不予受理.
    pub appeal: u16,
}

impl Policy {
    /// As the source document and the design have it.
    pub const STANDARD: Self = Self {
        respond: 1,
        resolve: 8,
        ask_before: 1,
        supervise: 4,
        still_open: 3,
        rate: 15,
        appeal: 15,
    };
}

/// One limit and when it was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Clock {
    /// The last day, to its end in the city.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub due: Date,
    /// The day it was met.
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub met: Option<Date>,
}

impl Clock {
    /// Whether it was kept, for figures: none while it runs, and where the letter was taken away (`until`) before it had
    /// passed. What is open and overdue was not.
    pub fn kept(&self, until: Option<Date>, today: Date) -> Option<bool> {
        let missed = self.is_missed(until.unwrap_or(today));
        (missed || self.met.is_some()).then_some(!missed)
    }

    /// Missed is: today, or the day it was met, is after the last day.
    pub fn is_missed(&self, today: Date) -> bool {
        self.met.unwrap_or(today) > self.due
    }
}

/// 灯.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// No limit presses.
    Green,
    /// The response is due today, or the answer today or on the next working day.
    Yellow,
    /// A limit is missed.
    Red,
    /// 督办: missed by more than three working days.
    Supervised,
}

impl Light {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::Supervised => "supervised",
        }
    }
}

/// The light of a letter: of its running limits. What was met, however late, no longer burns.
pub fn light(
    calendar: &WorkCalendar,
    policy: &Policy,
    today: Date,
    respond: Option<Clock>,
    resolve: Option<Clock>,
) -> Light {
    let running = |clock: Option<Clock>| clock.filter(|c| c.met.is_none()).map(|c| c.due);
    let respond = running(respond).map(|due| {
        if today > due {
            Light::Red
        } else if today == due {
            Light::Yellow
        } else {
            Light::Green
        }
    });
    let resolve = running(resolve).map(|due| {
        let next = calendar.after(today, 1).unwrap_or(today);
        if supervise_on(calendar, policy, due).is_some_and(|day| today >= day) {
            Light::Supervised
        } else if today > due {
            Light::Red
        } else if due <= next {
            Light::Yellow
        } else {
            Light::Green
        }
    });
    respond.max(resolve).unwrap_or(Light::Green)
}

/// The first day of 督办 for an answer that was due on `due`.
pub fn supervise_on(calendar: &WorkCalendar, policy: &Policy, due: Date) -> Option<Date> {
    calendar.after(due, policy.supervise)
}

/// The latest due date of which 督办 has come by `today`.
pub fn supervised_until(calendar: &WorkCalendar, policy: &Policy, today: Date) -> Option<Date> {
    // Of so many working days after it, today may be the last.
    let first = calendar.before(today.tomorrow().ok()?, policy.supervise)?;
    first.yesterday().ok()
}

/// Due dates of one time in which other numbers of days hold; see [`supervised_periods`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Supervised {
    /// The first day zero of it; none: from the beginning.
    pub from: Option<Date>,
    /// The latest due date of which 督办 has come.
    pub due: Date,
}

/// The latest due date of which 督办 has come, for each time in which other numbers of days hold, in order: a letter is
/// judged by the numbers of its own day zero. So a store can look for such letters by dates alone.
pub fn supervised_periods(calendar: &WorkCalendar, rules: &[Rule], today: Date) -> Vec<Supervised> {
    let of = |(first, policy): (Date, Policy)| Supervised {
        from: (first != Date::MIN).then_some(first),
        due: supervised_until(calendar, &policy, today).unwrap_or(Date::MIN),
    };
    periods(rules).into_iter().map(of).collect()
}

/// The last day to ask for an extension.
pub fn ask_until(calendar: &WorkCalendar, policy: &Policy, resolve_due: Date) -> Option<Date> {
    calendar.before(resolve_due, policy.ask_before)
}

/// The last day for a rating of an answer given on `answered`.
pub fn rate_until(policy: &Policy, answered: Date) -> Option<Date> {
    answered.checked_add(jiff::Span::new().days(policy.rate)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::policy::Number;
    use crate::record::{CalendarYear, DayException};
    use jiff::civil::date;

    fn calendar() -> WorkCalendar {
        let day = |month, day, is_off_day| DayException {
            name: "国庆节".into(),
            date: date(2025, month, day),
            is_off_day,
        };
        let mut days: Vec<_> = (1..=8).map(|d| day(10, d, true)).collect();
        days.extend([day(9, 28, false), day(10, 11, false)]);
        let year = CalendarYear {
            year: 2025,
            papers: Vec::new(),
            days,
            policies: Vec::new(),
        };
        WorkCalendar::of([&year])
    }

    #[test]
    fn the_worked_example_of_the_design() {
        let calendar = calendar();
        let policy = Policy::STANDARD;
        let due = date(2025, 10, 13);
        assert_eq!(ask_until(&calendar, &policy, due), Some(date(2025, 10, 11)));
        assert_eq!(supervise_on(&calendar, &policy, due), Some(date(2025, 10, 17)));
        let resolve = Some(Clock { due, met: None });
        for (day, expected) in [
            (10, Light::Green),
            (11, Light::Yellow),
            (12, Light::Yellow),
            (13, Light::Yellow),
            (14, Light::Red),
            (16, Light::Red),
            (17, Light::Supervised),
            (30, Light::Supervised),
        ] {
            let shown = light(&calendar, &policy, date(2025, 10, day), None, resolve);
            assert_eq!(shown, expected, "10-{day}");
        }
    }

    #[test]
    fn the_latest_supervised_due_date_is_the_last_whose_day_has_come() {
        let calendar = calendar();
        for supervise in [1, 2, 4, 9] {
            let policy = Policy {
                supervise,
                ..Policy::STANDARD
            };
            let mut today = date(2025, 9, 1);
            while today < date(2025, 11, 15) {
                let come = |due: &Date| supervise_on(&calendar, &policy, *due).is_some_and(|on| on <= today);
                let days = std::iter::successors(Some(today), |day| day.yesterday().ok());
                let expected = days.take(60).find(come);
                assert_eq!(supervised_until(&calendar, &policy, today), expected, "{today}");
                today = today.tomorrow().unwrap();
            }
        }
        let rule = Rule {
            id: 1,
            number: Number::Supervise,
            days: 1,
            from: date(2025, 9, 8),
            until: None,
        };
        let of = |from, due| Supervised { from, due };
        assert_eq!(
            supervised_periods(&calendar, &[rule], date(2025, 10, 17)),
            [
                of(None, date(2025, 10, 13)),
                of(Some(date(2025, 9, 8)), date(2025, 10, 16))
            ]
        );
    }

    #[test]
    fn the_response_burns_by_itself_and_goes_out_when_it_is_met() {
        let calendar = calendar();
        let policy = Policy::STANDARD;
        let resolve = Some(Clock {
            due: date(2025, 10, 13),
            met: None,
        });
        let respond = |met| {
            Some(Clock {
                due: date(2025, 9, 26),
                met,
            })
        };
        let on = |day, met| light(&calendar, &policy, date(2025, 9, day), respond(met), resolve);
        assert_eq!(on(25, None), Light::Green);
        assert_eq!(on(26, None), Light::Yellow);
        assert_eq!(on(27, None), Light::Red);
        assert_eq!(on(28, Some(date(2025, 9, 28))), Light::Green);
        assert!(
            respond(Some(date(2025, 9, 28)))
                .unwrap()
                .is_missed(date(2025, 12, 1))
        );
        assert!(
            !respond(Some(date(2025, 9, 26)))
                .unwrap()
                .is_missed(date(2025, 12, 1))
        );
        assert_eq!(
            light(&calendar, &policy, date(2030, 1, 1), None, None),
            Light::Green
        );
    }

    #[test]
    fn ratings_take_days_and_not_working_days() {
        assert_eq!(
            rate_until(&Policy::STANDARD, date(2025, 9, 30)),
            Some(date(2025, 10, 15))
        );
    }
}
