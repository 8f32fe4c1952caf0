//! Deductions (扣分): rules are rows with a validity period, and each deduction traces to one event.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What costs points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The response came late, or is late.
    LateResponse,
    /// So the answer.
    LateCompletion,
    /// 督办 was given.
    Supervised,
    /// Still open some working days after 督办.
    StillOpen,
    /// The last rating is bad.
    BadRating,
}

impl Cause {
    /// All of them, in the order of the design.
    pub const ALL: [Self; 5] = [
        Self::LateResponse,
        Self::LateCompletion,
        Self::Supervised,
        Self::StillOpen,
        Self::BadRating,
    ];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LateResponse => "late_response",
            Self::LateCompletion => "late_completion",
            Self::Supervised => "supervised",
            Self::StillOpen => "still_open",
            Self::BadRating => "bad_rating",
        }
    }

    /// The cause of this name.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == text)
    }

    /// The example values of the design; the city sets its own.
    pub const fn example_points(self) -> i32 {
        match self {
            Self::LateResponse | Self::BadRating => -1,
            Self::LateCompletion => -2,
            Self::Supervised => -3,
            Self::StillOpen => -5,
        }
    }
}

/// One rule, valid for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Its number in the city's list.
    pub id: i64,
    /// What it is about.
    pub cause: Cause,
    /// Points, usually below zero.
    pub points: i32,
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

/// The rule for what happened on `day`. Of several that hold, the one that began last is meant: a city writes the
/// new rule before it ends the old one.
pub fn rule_for(rules: &[Rule], cause: Cause, day: Date) -> Option<&Rule> {
    rules
        .iter()
        .filter(|r| r.cause == cause && r.holds(day))
        .max_by_key(|r| (r.from, r.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_day_of_the_event_decides_which_rule_holds() {
        let rule = |id, points, from, until| Rule {
            id,
            cause: Cause::Supervised,
            points,
            from,
            until,
        };
        let rules = [
            rule(1, -3, date(2025, 1, 1), Some(date(2025, 12, 31))),
            rule(2, -4, date(2026, 1, 1), None),
            rule(3, -9, date(2026, 6, 1), None),
        ];
        let points = |day| rule_for(&rules, Cause::Supervised, day).map(|r| r.points);
        assert_eq!(points(date(2024, 12, 31)), None);
        assert_eq!(points(date(2025, 1, 1)), Some(-3));
        assert_eq!(points(date(2025, 12, 31)), Some(-3));
        assert_eq!(points(date(2026, 1, 1)), Some(-4));
        assert_eq!(points(date(2026, 6, 1)), Some(-9));
        assert_eq!(rule_for(&rules, Cause::BadRating, date(2026, 6, 1)), None);
        assert!(Cause::ALL.into_iter().all(|c| Cause::named(c.name()) == Some(c)));
    }
}
