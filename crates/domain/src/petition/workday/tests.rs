//! The sample city's own calendar, 2007 to 2026, with 2027 still to come.

use super::*;
use crate::{Collection, Record, record::DayException};
use jiff::civil::date;

fn years() -> Vec<CalendarYear> {
    let text = include_str!("../../../../../assets/wenzhou/sample/calendar.jsonl");
    let read = |line: &str| match Record::parse(Collection::Calendar, line).unwrap() {
        Record::Calendar(year) => year,
        other => panic!("{other:?}"),
    };
    text.lines().filter(|l| !l.is_empty()).map(read).collect()
}

fn calendar() -> WorkCalendar {
    WorkCalendar::of(&years())
}

#[test]
fn the_worked_example_of_the_design() {
    let calendar = calendar();
    let routed = date(2025, 9, 25);
    assert_eq!(calendar.after(routed, 1), Some(date(2025, 9, 26)));
    let count = calendar.count(routed, 8).unwrap();
    assert_eq!((count.due, count.provisional), (date(2025, 10, 13), false));
    let counted: Vec<(i8, i8)> = count
        .days
        .iter()
        .filter(|(_, day)| day.is_working())
        .map(|(d, _)| (d.month(), d.day()))
        .collect();
    assert_eq!(
        counted,
        [
            (9, 26),
            (9, 28),
            (9, 29),
            (9, 30),
            (10, 9),
            (10, 10),
            (10, 11),
            (10, 13)
        ]
    );
    let off: Vec<_> = count.days.iter().filter(|(_, day)| !day.is_working()).collect();
    assert_eq!(off.len(), 10);
    assert_eq!(off[0], &(date(2025, 9, 27), Day::Weekend));
    assert_eq!(off[1], &(date(2025, 10, 1), Day::Holiday("国庆节、中秋节")));
    assert_eq!(off[9], &(date(2025, 10, 12), Day::Weekend));
    assert_eq!(calendar.day(date(2025, 10, 11)), Day::MakeUp("国庆节、中秋节"));
}

#[test]
fn day_zero_never_counts_whatever_it_is() {
    let calendar = calendar();
    for zero in [date(2025, 9, 27), date(2025, 9, 28)] {
        let next = if zero.day() == 27 {
            date(2025, 9, 28)
        } else {
            date(2025, 9, 29)
        };
        assert_eq!(calendar.after(zero, 1), Some(next), "{zero}");
    }
}

#[test]
fn a_december_day_stands_in_the_next_years_list() {
    let calendar = calendar();
    assert_eq!(calendar.day(date(2018, 12, 29)), Day::MakeUp("元旦"));
    assert_eq!(calendar.day(date(2018, 12, 31)), Day::Holiday("元旦"));
    // Without that list the same days are what the week says, and the count says that it may move.
    let years: Vec<_> = years().into_iter().filter(|y| y.year != 2019).collect();
    let without = WorkCalendar::of(&years);
    assert_eq!(without.day(date(2018, 12, 29)), Day::Weekend);
    assert!(without.count(date(2018, 12, 27), 2).unwrap().provisional);
    assert!(!without.count(date(2018, 12, 10), 2).unwrap().provisional);
    assert!(!calendar.count(date(2018, 12, 27), 2).unwrap().provisional);
}

#[test]
fn a_year_without_a_list_is_provisional() {
    let calendar = calendar();
    for (from, days, provisional) in [
        (date(2026, 12, 1), 8, false),
        (date(2026, 12, 20), 8, true),
        (date(2026, 12, 30), 8, true),
        (date(2027, 3, 1), 8, true),
        (date(2006, 3, 1), 8, true),
        (date(2010, 3, 1), 8, false),
    ] {
        assert_eq!(
            calendar.count(from, days).unwrap().provisional,
            provisional,
            "{from}"
        );
    }
}

/// 2027 as it might come: the first week of January off.
fn published() -> WorkCalendar {
    let mut years = years();
    let list = years.iter_mut().find(|y| y.year == 2027).unwrap();
    for day in 1..=5 {
        list.days.push(DayException {
            name: "元旦".into(),
            date: date(2027, 1, day),
            is_off_day: true,
        });
    }
    WorkCalendar::of(&years)
}

#[test]
fn a_list_published_late_moves_open_dates_but_never_into_the_past() {
    let (before, after) = (calendar(), published());
    let from = date(2026, 12, 28);
    let standing = before.after(from, 8).unwrap();
    assert_eq!(standing, date(2027, 1, 7));
    // January 1st was a Friday; the 4th and 5th are off now.
    let moved = after.after(from, 8).unwrap();
    assert!(moved > standing);
    assert_eq!(after.again(from, 8, standing, date(2026, 12, 31)), Some(moved));
    // A make-up weekend instead would bring it forward; already gone by, it is due today and not in the past.
    assert_eq!(
        before.again(from, 8, date(2027, 1, 11), date(2027, 1, 10)),
        Some(date(2027, 1, 10))
    );
    // Missed long ago stays missed.
    assert_eq!(
        before.again(from, 8, date(2027, 1, 7), date(2027, 2, 1)),
        Some(date(2027, 1, 7))
    );
}

#[test]
fn every_count_agrees_with_a_plain_walk_and_its_own_reverse() {
    let calendar = calendar();
    let mut from = date(2006, 12, 20);
    while from < date(2027, 2, 1) {
        for days in [1, 8, 15] {
            let count = calendar.count(from, days).unwrap();
            let working = count.days.iter().filter(|(_, d)| d.is_working()).count();
            assert_eq!(working, usize::from(days), "{from}");
            assert!(calendar.day(count.due).is_working());
            assert_eq!(count.days.first().unwrap().0, from.tomorrow().unwrap());
            // Back by one less than was counted is the first working day after day zero.
            let first = calendar.after(from, 1);
            assert_eq!(calendar.before(count.due, days - 1), first, "{from}");
        }
        from = from.tomorrow().unwrap();
    }
}

#[test]
fn nonsense_is_no_count() {
    let calendar = calendar();
    assert_eq!(calendar.count(date(2025, 1, 1), 0), None);
    assert_eq!(calendar.count(date(2025, 1, 1), MAX_DAYS + 1), None);
    assert_eq!(calendar.count(Date::MAX, 1), None);
    assert_eq!(calendar.before(Date::MIN, 1), None);
    assert!(calendar.count(date(2025, 1, 1), MAX_DAYS).is_some());
}
