//! The city's working days: which day is one, and a count of them that explains itself day by day.
//!
//! A day is judged by the State Council's exceptions and else by the week. A day of late December may stand in the
//! next year's list (2018-12-29 … 31 did), so such a day is only certain when both lists are out.
//!
//! Rejected: a holiday crate (none knows 调休) and weekends alone (about seven weekends a year are worked).

use crate::record::CalendarYear;
use jiff::civil::{Date, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// From this day of December on, the next year's list may have something to say: every such day since 2007 was the
/// 29th or later; a make-up day lies in the week before the holiday.
const NEXT_LIST_FROM: (i8, i8) = (12, 25);
/// A count longer than this is a mistake: about ten years.
pub const MAX_DAYS: u16 = 2500;

/// Everything that is known about working days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkCalendar {
    /// The exceptions: the holiday's name, and whether the day is off.
    exceptions: BTreeMap<Date, (String, bool)>,
    /// The years whose list is out.
    known: BTreeSet<i16>,
}

/// One day, judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day<'a> {
    /// Monday to Friday as ever.
    Working,
    /// A make-up day of this holiday: worked though a Saturday or Sunday.
    MakeUp(&'a str),
    /// Saturday or Sunday as ever.
    Weekend,
    /// Off for this holiday.
    Holiday(&'a str),
}

impl Day<'_> {
    /// It counts.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_))
    }
}

/// A count of working days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count<'a> {
    /// Day zero.
    pub from: Date,
    /// The last day counted.
    pub due: Date,
    /// A list that matters is not out yet: the date may still move.
    pub provisional: bool,
    /// Every day after day zero, in order, up to `due`.
    pub days: Vec<(Date, Day<'a>)>,
}

impl WorkCalendar {
    /// From the records of the `calendar` collection, in any order. Where two lists name the same day, the later
    /// year's is the newer notice and wins.
    pub fn of<'y>(years: impl IntoIterator<Item = &'y CalendarYear>) -> Self {
        let by_year: BTreeMap<i16, &CalendarYear> = years.into_iter().map(|y| (y.year, y)).collect();
        let mut calendar = Self::default();
        for (year, list) in by_year.into_iter().filter(|(_, y)| !y.is_provisional()) {
            calendar.known.insert(year);
            for day in &list.days {
                let entry = (day.name.clone(), day.is_off_day);
                calendar.exceptions.insert(day.date, entry);
            }
        }
        calendar
    }

    /// What this day is.
    pub fn day(&self, date: Date) -> Day<'_> {
        match self.exceptions.get(&date) {
            Some((name, true)) => Day::Holiday(name),
            Some((name, false)) => Day::MakeUp(name),
            None if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) => Day::Weekend,
            None => Day::Working,
        }
    }

    /// Whether a list that is not out yet may still change this day.
    pub fn is_provisional(&self, date: Date) -> bool {
        let next_matters = (date.month(), date.day()) >= NEXT_LIST_FROM;
        let missing = |year: i16| !self.known.contains(&year);
        missing(date.year()) || (next_matters && missing(date.year().saturating_add(1)))
    }

    /// Counts working days from day zero; the next working day is day one (次日开始计算).
    ///
    /// `None` for no days, for more than [`MAX_DAYS`], and at the end of the calendar.
    pub fn count(&self, from: Date, days: u16) -> Option<Count<'_>> {
        if days == 0 || days > MAX_DAYS {
            return None;
        }
        let mut count = Count {
            from,
            due: from,
            provisional: false,
            days: Vec::new(),
        };
        let mut left = days;
        while left > 0 {
            count.due = count.due.tomorrow().ok()?;
            let day = self.day(count.due);
            count.provisional |= self.is_provisional(count.due);
            count.days.push((count.due, day));
            left = left.saturating_sub(u16::from(day.is_working()));
        }
        Some(count)
    }

    /// The date of such a count.
    pub fn after(&self, from: Date, days: u16) -> Option<Date> {
        self.count(from, days).map(|c| c.due)
    }

    /// The nth working day before `date`.
    pub fn before(&self, date: Date, days: u16) -> Option<Date> {
        let mut day = date;
        let mut left = days;
        while left > 0 {
            day = day.yesterday().ok()?;
            left = left.saturating_sub(u16::from(self.day(day).is_working()));
        }
        Some(day)
    }

    /// A due date computed once, computed again with what is known now. It never moves into the past: what would be
    /// due before today is due today, and what was missed already stays missed unless the new date is still to come.
    pub fn again(&self, from: Date, days: u16, standing: Date, today: Date) -> Option<Date> {
        let new = self.after(from, days)?;
        Some(if new >= today { new } else { standing.min(today) })
    }
}

#[cfg(test)]
mod tests;
