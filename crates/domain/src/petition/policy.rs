//! The city's numbers of days, as rules that hold for a time: a new one is written before it begins, and what ran under
//! the old one ends under it.
//!
//! A letter is judged by the rules of its own day zero: the routing, or the reopening, from which its clock is counted;
//! a decline and an answer by those of their own day. So an edit moves no clock that runs (4-petition). What no rule
//! says is [`Policy::STANDARD`]'s. Rejected: one row of numbers for the city, under which a change of one number would
//! judge every open letter anew, and a copy of the numbers in every delivery, which nobody could explain from a list.

use super::deadline::Policy;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// One of the numbers of a [`Policy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// See [`Policy::respond`].
    Respond,
    /// See [`Policy::resolve`].
    Resolve,
    /// See [`Policy::ask_before`].
    AskBefore,
    /// See [`Policy::supervise`].
    Supervise,
    /// See [`Policy::still_open`].
    StillOpen,
    /// See [`Policy::rate`].
    Rate,
    /// See [`Policy::appeal`].
    Appeal,
}

impl Number {
    /// All of them, in the order of a letter's life.
    pub const ALL: [Self; 7] = [
        Self::Respond,
        Self::Resolve,
        Self::AskBefore,
        Self::Supervise,
        Self::StillOpen,
        Self::Rate,
        Self::Appeal,
    ];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Respond => "respond",
            Self::Resolve => "resolve",
            Self::AskBefore => "ask_before",
            Self::Supervise => "supervise",
            Self::StillOpen => "still_open",
            Self::Rate => "rate",
            Self::Appeal => "appeal",
        }
    }

    /// The number of this name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.name() == text)
    }

    /// What it can be: every limit has a day, but one may ask for an extension until the last day itself.
    pub const fn range(self) -> RangeInclusive<u16> {
        match self {
            Self::AskBefore => 0..=30,
            _ => 1..=120,
        }
    }

    /// What it is in a policy.
    pub const fn of(self, policy: &Policy) -> u16 {
        match self {
            Self::Respond => policy.respond,
            Self::Resolve => policy.resolve,
            Self::AskBefore => policy.ask_before,
            Self::Supervise => policy.supervise,
            Self::StillOpen => policy.still_open,
            Self::Rate => policy.rate,
            Self::Appeal => policy.appeal,
        }
    }

    const fn set(self, policy: &mut Policy, days: u16) {
        match self {
            Self::Respond => policy.respond = days,
            Self::Resolve => policy.resolve = days,
            Self::AskBefore => policy.ask_before = days,
            Self::Supervise => policy.supervise = days,
            Self::StillOpen => policy.still_open = days,
            Self::Rate => policy.rate = days,
            Self::Appeal => policy.appeal = days,
        }
    }
}

/// One rule, valid for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its number in the city's list.
    pub id: i64,
    /// Which number it sets.
    pub number: Number,
    /// Days; working days where the number is of those.
    pub days: u16,
    /// First day it holds.
    pub from: Date,
    /// Last day; `None` for ever.
    pub until: Option<Date>,
}

impl Rule {
    /// Whether it holds on this day.
    pub fn holds(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// The policy of a day. Of several rules for a number, the one that began last is meant, as for deductions.
pub fn policy_on(rules: &[Rule], day: Date) -> Policy {
    let mut policy = Policy::STANDARD;
    for number in Number::ALL {
        let held = rules.iter().filter(|r| r.number == number && r.holds(day));
        if let Some(rule) = held.max_by_key(|r| (r.from, r.id)) {
            number.set(&mut policy, rule.days);
        }
    }
    policy
}

/// Every policy there is, each with its first day, in order. The first is that of all days before.
pub fn periods(rules: &[Rule]) -> Vec<(Date, Policy)> {
    let after = |r: &Rule| r.until.and_then(|until| until.tomorrow().ok());
    let mut days: Vec<Date> = rules
        .iter()
        .flat_map(|r| [Some(r.from), after(r)])
        .flatten()
        .collect();
    days.push(Date::MIN);
    days.sort_unstable();
    let mut all: Vec<(Date, Policy)> = days.into_iter().map(|day| (day, policy_on(rules, day))).collect();
    all.dedup_by(|next, before| next.1 == before.1);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_day_decides_which_numbers_hold() {
        let rule = |id, number, days, from, until| Rule {
            id,
            number,
            days,
            from,
            until,
        };
        let rules = [
            rule(1, Number::Resolve, 10, date(2026, 1, 1), None),
            rule(2, Number::Resolve, 5, date(2026, 3, 1), Some(date(2026, 3, 31))),
            rule(3, Number::AskBefore, 0, date(2026, 3, 31), None),
        ];
        let on = |month, day| {
            let policy = policy_on(&rules, date(2026, month, day));
            (policy.resolve, policy.ask_before, policy.respond)
        };
        assert_eq!(policy_on(&rules, date(2025, 12, 31)), Policy::STANDARD);
        assert_eq!(on(1, 1), (10, 1, 1));
        assert_eq!(on(3, 1), (5, 1, 1));
        assert_eq!(on(3, 31), (5, 0, 1));
        assert_eq!(
            on(4, 1),
            (10, 0, 1),
            "what a rule for a time stood over holds again"
        );
        let days: Vec<Date> = periods(&rules).into_iter().map(|(day, _)| day).collect();
        let changes = [(2026, 1, 1), (2026, 3, 1), (2026, 3, 31), (2026, 4, 1)];
        let changes = changes.map(|(y, m, d)| date(y, m, d));
        assert_eq!(days, [&[Date::MIN][..], &changes].concat());
        assert_eq!(periods(&[]), [(Date::MIN, Policy::STANDARD)]);
    }

    #[test]
    fn every_number_has_a_name_and_a_place() {
        for number in Number::ALL {
            assert_eq!(Number::named(number.name()), Some(number));
            let from = date(2026, 1, 1);
            let rule = Rule {
                id: 1,
                number,
                days: 77,
                from,
                until: None,
            };
            let policy = policy_on(&[rule], from);
            let changed = Number::ALL
                .into_iter()
                .filter(|n| n.of(&policy) != n.of(&Policy::STANDARD));
            assert_eq!(changed.collect::<Vec<_>>(), [number]);
            assert_eq!(number.of(&policy), 77);
            assert!(number.range().contains(&number.of(&Policy::STANDARD)));
        }
    }
}
