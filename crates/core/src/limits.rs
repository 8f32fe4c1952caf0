//! Limits and lights on this device: from the dates in the letter, and the calendar and the city's numbers of days that
//! came with the records, so they are right under ground too, and each says how it was counted.
//!
//! As at the server, a letter burns by the numbers of its own day zero: a rule of today does not redden what was routed
//! last week.

use crate::view::{Limit, NamedDay};
use jiff::civil::Date;
use weimenhu_domain::petition::{
    State, WorkCalendar,
    deadline::{Clock, Light, light, supervised_periods},
    policy::{Rule, policy_on},
    workday::{Day, MAX_DAYS},
};

/// Today, among the city's working days.
pub(crate) struct Days {
    pub calendar: WorkCalendar,
    pub policies: Vec<Rule>,
    pub today: Date,
}

/// Last days that divide the lights, `YYYY-MM-DD`, for the store.
pub(crate) struct Edges {
    /// Due before it and unmet: red.
    pub today: String,
    /// An answer due on it or before: yellow.
    pub next: String,
    /// An answer due on it or before may be under 督办: the last such day of all the periods below.
    pub supervised: String,
    /// JSON: of each period of the city's numbers its first day zero, and that day in it.
    pub periods: String,
}

impl Days {
    /// The light of a letter; none when no limit runs.
    pub fn light(
        &self,
        state: State,
        zero: Option<Date>,
        (respond, resolve): (Option<Clock>, Option<Clock>),
    ) -> Option<Light> {
        next_due(state, respond, resolve)?;
        // A letter without a day zero is an old one, see `Edges::periods`.
        let policy = policy_on(&self.policies, zero.unwrap_or(Date::MIN));
        Some(light(&self.calendar, &policy, self.today, respond, resolve))
    }

    /// See [`Edges`].
    pub fn edges(&self) -> Edges {
        let next = self.calendar.after(self.today, 1).unwrap_or(self.today);
        // The first period has no beginning; a letter without a day zero is in it.
        let text = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let periods: Vec<(String, String)> = supervised_periods(&self.calendar, &self.policies, self.today)
            .into_iter()
            .map(|period| (text(period.from), period.due.to_string()))
            .collect();
        Edges {
            today: self.today.to_string(),
            next: next.to_string(),
            supervised: periods
                .iter()
                .map(|(_, due)| due.clone())
                .max()
                .unwrap_or_default(),
            periods: serde_json::to_string(&periods).unwrap_or_default(),
        }
    }

    /// A limit, day by day from day zero.
    pub fn limit(&self, from: Option<Date>, clock: Option<Clock>, provisional: bool) -> Option<Limit> {
        let clock = clock?;
        let mut limit = Limit {
            due: clock.due.to_string(),
            met: clock.met.map(|d| d.to_string()),
            missed: clock.is_missed(self.today),
            provisional: provisional && clock.met.is_none(),
            days: 0,
            counted: Vec::new(),
            skipped: Vec::new(),
            made_up: Vec::new(),
        };
        let mut date = from.unwrap_or(clock.due);
        // A date from far away is a mistake, and nobody reads ten years day by day.
        for _ in 0..MAX_DAYS {
            date = date.tomorrow().unwrap_or(date);
            if date > clock.due || date == from.unwrap_or(clock.due) {
                break;
            }
            let named = |name: &str| NamedDay {
                date: date.to_string(),
                name: name.to_owned(),
            };
            match self.calendar.day(date) {
                Day::Working => limit.counted.push(date.to_string()),
                Day::MakeUp(name) => {
                    limit.counted.push(date.to_string());
                    limit.made_up.push(named(name));
                }
                Day::Weekend => limit.skipped.push(named("")),
                Day::Holiday(name) => limit.skipped.push(named(name)),
            }
        }
        limit.days = u32::try_from(limit.counted.len()).unwrap_or(u32::MAX);
        Some(limit)
    }
}

/// The next last day among the limits that run.
pub(crate) fn next_due(state: State, respond: Option<Clock>, resolve: Option<Clock>) -> Option<Date> {
    let running = |clock: Option<Clock>| clock.filter(|c| c.met.is_none()).map(|c| c.due);
    let due = running(respond).into_iter().chain(running(resolve)).min();
    due.filter(|_| state.is_with_department())
}

/// A limit from stored dates; empty texts are none.
pub(crate) fn clock(due: &str, met: &str) -> Option<Clock> {
    Some(Clock {
        due: due.parse().ok()?,
        met: met.parse().ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use weimenhu_domain::petition::deadline::{Policy, supervise_on};
    use weimenhu_domain::record::{CalendarYear, DayException};

    #[test]
    fn a_limit_names_every_day_on_its_way() {
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
        let days = Days {
            calendar: WorkCalendar::of([&year]),
            policies: Vec::new(),
            today: date(2025, 10, 14),
        };
        let clock = Clock {
            due: date(2025, 10, 13),
            met: None,
        };
        let limit = days.limit(Some(date(2025, 9, 25)), Some(clock), false).unwrap();
        let made_up: Vec<_> = limit.made_up.iter().map(|d| d.date.as_str()).collect();
        assert_eq!((limit.days, limit.missed), (8, true));
        assert_eq!(made_up, ["2025-09-28", "2025-10-11"]);
        assert_eq!(limit.skipped.iter().filter(|d| d.name == "国庆节").count(), 8);
        assert_eq!(limit.counted.last().unwrap(), "2025-10-13");
        assert!(days.limit(None, Some(clock), false).unwrap().counted.is_empty());
        let edges = days.edges();
        assert_eq!(edges.next, "2025-10-15");
        let on = supervise_on(
            &days.calendar,
            &Policy::STANDARD,
            edges.supervised.parse().unwrap(),
        );
        assert!(on.unwrap() <= days.today);
    }
}
