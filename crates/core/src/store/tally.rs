//! How many records there are, by day and by what a list can be filtered by. Kept with the rows, in their transaction:
//! counting 100,000 rows for the total of a list and for its filters was most of what a list cost.
//!
//! Rejected: counting an index, which still grows with the records; triggers, whose work is not seen where it happens.

use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::collections::HashMap;
use weimenhu_domain::Collection;

/// What is counted by. The names stand in databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The first ten characters of its date; `""` for what has none. Every readable record is counted here.
    Day,
    /// The agency; what has none is not counted, nor in the next two.
    Department,
    County,
    Kind,
    /// Bodies, also unreadable ones; its value is `""`.
    Body,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Department => "department",
            Self::County => "county",
            Self::Kind => "kind",
            Self::Body => "body",
        }
    }
}

/// What a record counts by, as it stands in its row.
#[derive(Default)]
pub struct Listed {
    /// Its columns.
    pub date: String,
    pub department: String,
    pub county: String,
    pub kind: String,
    /// It stands in lists.
    pub readable: bool,
    /// Its body is here.
    pub here: bool,
}

impl Listed {
    /// The columns that are read from, in this order.
    pub const COLUMNS: &str = "date, department, county, kind, readable, here";

    /// From a row that begins with them.
    pub fn read(r: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            date: r.get(0)?,
            department: r.get(1)?,
            county: r.get(2)?,
            kind: r.get(3)?,
            readable: r.get(4)?,
            here: r.get(5)?,
        })
    }

    /// Of the record with this number.
    pub fn of(tx: &Transaction, doc: i64) -> Result<Self> {
        let sql = format!("SELECT {} FROM record WHERE doc = ?1", Self::COLUMNS);
        Ok(tx.prepare_cached(&sql)?.query_row([doc], Self::read)?)
    }
}

/// Counts a record that has come.
pub fn add(tx: &Transaction, collection: &str, listed: &Listed) -> Result<()> {
    let mut count = tx.prepare_cached(
        "INSERT INTO tally (collection, part, value, n) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT (collection, part, value) DO UPDATE SET n = n + 1",
    )?;
    for (part, value) in parts(listed) {
        count.execute(params![collection, part.name(), value])?;
    }
    Ok(())
}

/// Counts one no more.
pub fn take(tx: &Transaction, collection: &str, listed: &Listed) -> Result<()> {
    let mut count = tx.prepare_cached(
        "UPDATE tally SET n = n - 1 WHERE collection = ?1 AND part = ?2 AND value = ?3 RETURNING n",
    )?;
    let mut forget =
        tx.prepare_cached("DELETE FROM tally WHERE collection = ?1 AND part = ?2 AND value = ?3")?;
    for (part, value) in parts(listed) {
        let left = count.query_row(params![collection, part.name(), value], |r| r.get(0));
        if left.optional()? == Some(0) {
            forget.execute(params![collection, part.name(), value])?;
        }
    }
    Ok(())
}

/// Counts all of a collection again, in one pass over its rows: 100,000 heads of a snapshot, each counted as it came,
/// were half a million upserts.
pub fn recount(tx: &Transaction, collection: Collection) -> Result<()> {
    let sql = format!("SELECT {} FROM record WHERE collection = ?1", Listed::COLUMNS);
    let mut all: HashMap<(Part, String), i64> = HashMap::new();
    let mut rows = tx.prepare_cached(&sql)?;
    let mut rows = rows.query([collection.name()])?;
    while let Some(row) = rows.next()? {
        for (part, value) in parts(&Listed::read(row)?) {
            *all.entry((part, value.to_owned())).or_default() += 1;
        }
    }
    tx.execute("DELETE FROM tally WHERE collection = ?1", [collection.name()])?;
    let mut count =
        tx.prepare_cached("INSERT INTO tally (collection, part, value, n) VALUES (?1, ?2, ?3, ?4)")?;
    for ((part, value), n) in all {
        count.execute(params![collection.name(), part.name(), value, n])?;
    }
    Ok(())
}

/// Counts a body that has come or gone.
pub fn body(tx: &Transaction, collection: Collection, came: bool) -> Result<()> {
    let listed = Listed {
        here: true,
        ..Listed::default()
    };
    if came {
        add(tx, collection.name(), &listed)
    } else {
        take(tx, collection.name(), &listed)
    }
}

fn parts(listed: &Listed) -> impl Iterator<Item = (Part, &str)> {
    let named = [
        (Part::Department, listed.department.as_str()),
        (Part::County, &listed.county),
        (Part::Kind, &listed.kind),
    ];
    let rows = listed.readable.then_some((Part::Day, day(&listed.date)));
    let named = named
        .into_iter()
        .filter(|(_, value)| listed.readable && !value.is_empty());
    rows.into_iter()
        .chain(named)
        .chain(listed.here.then_some((Part::Body, "")))
}

fn day(date: &str) -> &str {
    match date.char_indices().nth(10) {
        Some((end, _)) => date.get(..end).unwrap_or(date),
        None => date,
    }
}

/// How many there are altogether.
pub fn total(conn: &Connection, collection: Collection, part: Part) -> Result<u32> {
    let mut query =
        conn.prepare_cached("SELECT coalesce(sum(n), 0) FROM tally WHERE collection = ?1 AND part = ?2")?;
    Ok(query.query_row([collection.name(), part.name()], |r| r.get(0))?)
}

/// How many there are of this value.
pub fn of(conn: &Connection, collection: Collection, part: Part, value: &str) -> Result<u32> {
    let mut query = conn.prepare_cached(
        "SELECT coalesce(sum(n), 0) FROM tally WHERE collection = ?1 AND part = ?2 AND value = ?3",
    )?;
    Ok(query.query_row([collection.name(), part.name(), value], |r| r.get(0))?)
}

/// Every value and how many have it, the most frequent first.
pub fn values(conn: &Connection, collection: Collection, part: Part) -> Result<Vec<(String, u32)>> {
    let mut query = conn.prepare_cached(
        "SELECT value, n FROM tally WHERE collection = ?1 AND part = ?2 ORDER BY n DESC, value",
    )?;
    let rows = query.query_map([collection.name(), part.name()], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Where a place in a list by date is: dates below this bound begin so many places before it. The days between are
/// counted and their records not passed over one by one.
pub fn place(conn: &Connection, collection: Collection, offset: u32) -> Result<(String, u32)> {
    let mut days = conn.prepare_cached(
        "SELECT value, n FROM tally WHERE collection = ?1 AND part = ?2 ORDER BY value DESC",
    )?;
    let mut days = days.query([collection.name(), Part::Day.name()])?;
    let mut left = offset;
    while let Some(row) = days.next()? {
        let n: u32 = row.get(1)?;
        if left < n {
            return Ok((end(row.get(0)?), left));
        }
        left -= n;
    }
    // After the last: nothing is there.
    Ok((String::new(), 0))
}

/// The least text that no date of this day reaches.
fn end(mut day: String) -> String {
    let whole = day.chars().count() >= 10;
    day.push(if whole { char::MAX } else { '\u{1}' });
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_after_its_last_moment_and_before_the_next() {
        for (day, last, next) in [
            ("2026-03-02", "2026-03-02T23:59:59Z", "2026-03-03T00:00:00Z"),
            ("", "", "2026-03-02T00:00:00Z"),
            ("2026-03", "2026-03", "2026-03-01T00:00:00Z"),
            (
                "二〇二六年三月二日不",
                "二〇二六年三月二日不是日期",
                "二〇二六年三月二日么",
            ),
        ] {
            assert_eq!(super::day(last), day);
            let end = end(day.into());
            assert!(
                last < end.as_str() && (end.as_str() <= next || next < last),
                "{day}"
            );
        }
    }
}
