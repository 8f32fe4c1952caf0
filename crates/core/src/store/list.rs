//! Lists, filters and counts: what the screens read.

use super::{
    search,
    tally::{self, Part},
};
use crate::{
    error::{Error, Result},
    view::{Count, Facet, Facets, Filter, Letter, ListQuery, Page, Row},
};
use jiff::{civil::Date, tz::Offset};
use rusqlite::{Connection, OptionalExtension, ToSql, named_params};
use weimenhu_domain::{
    Collection,
    record::{Id, MarkKind},
};

/// The most rows one page gives: a screen shows about ten, a window of a list a hundred.
pub(super) const MAX_PAGE: u32 = 500;

/// Cities of this country share one time zone and know no summer time.
pub(crate) const CITY_TIME: Offset = jiff::tz::offset(8);

const COLUMNS: &str =
    "r.collection, r.id, r.title, r.subtitle, r.date, r.kind, r.department, r.county, r.phone,
    r.picture, r.mark, r.letter, coalesce(m.read, 0) AS read, coalesce(m.starred, 0) AS starred";

/// One page of a list.
pub fn page(conn: &Connection, query: &ListQuery) -> Result<Page> {
    let mut condition = Condition::new(query.collection, &query.filter)?;
    let total = condition.total(conn)?;
    let offset = if query.collection.grows() && condition.asks == Asks::All && query.offset > 0 {
        let (bound, left) = tally::place(conn, query.collection, query.offset)?;
        condition.and("r.date < :bound");
        condition.values.push((":bound", bound));
        left
    } else {
        query.offset
    };
    // No further than to the last: what is rare would be looked for to the end of the list.
    let limit = query.limit.min(MAX_PAGE).min(total.saturating_sub(query.offset));
    let mut statement = conn.prepare_cached(&condition.page(limit, offset))?;
    let rows = statement.query_map(condition.params().as_slice(), |r| read_row(query.collection, r))?;
    Ok(Page {
        rows: rows.collect::<Result<_, _>>()?,
        total,
        offset: query.offset,
    })
}

/// One row, if the record is here and can be read.
pub fn row(conn: &Connection, collection: Collection, id: Id) -> Result<Option<Row>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM record r LEFT JOIN mine.mark m USING (collection, id)
         WHERE r.collection = :collection AND r.id = :id"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let params = named_params! {":collection": collection.name(), ":id": id};
    Ok(statement
        .query_row(params, |r| read_row(collection, r))
        .optional()?)
}

/// The A–Z headings of a directory under a filter, in the list's order.
pub fn letters(conn: &Connection, collection: Collection, filter: &Filter) -> Result<Vec<Letter>> {
    let condition = Condition::new(collection, filter)?;
    let sql = format!(
        "SELECT r.letter, count(*) FROM {} WHERE {} GROUP BY r.letter ORDER BY r.letter = '#', r.letter",
        condition.from(),
        condition.sql
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map(condition.params().as_slice(), |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, u32>(1)?))
    })?;
    let mut offset = 0;
    let mut letters = Vec::new();
    for row in rows {
        let (letter, count) = row?;
        letters.push(Letter {
            letter,
            offset,
            count,
        });
        offset += count;
    }
    Ok(letters)
}

/// What the collection can be filtered by.
pub fn facets(conn: &Connection, collection: Collection) -> Result<Facets> {
    let of = |part| -> Result<Vec<Facet>> {
        let values = tally::values(conn, collection, part)?.into_iter();
        Ok(values.map(|(value, count)| Facet { value, count }).collect())
    };
    Ok(Facets {
        departments: of(Part::Department)?,
        counties: of(Part::County)?,
        kinds: of(Part::Kind)?,
    })
}

/// How many records each collection has. What was opened is counted from the marks: those are few.
pub fn counts(conn: &Connection) -> Result<Vec<Count>> {
    let mut read = conn.prepare_cached(READ)?;
    Collection::ALL
        .into_iter()
        .map(|collection| {
            let total = tally::total(conn, collection, Part::Day)?;
            let read: u32 = read.query_row([collection.name()], |r| r.get(0))?;
            Ok(Count {
                collection,
                total,
                unread: total.saturating_sub(read),
            })
        })
        .collect()
}

const READ: &str =
    "SELECT count(*) FROM mine.mark m CROSS JOIN record r ON r.collection = m.collection AND r.id = m.id
     WHERE m.collection = ?1 AND m.read AND r.readable";

/// Parameters for the other words of what was typed.
const OTHERS: [&str; search::OTHER_WORDS] = [":other1", ":other2", ":other3", ":other4"];

/// A filter as SQL: the text holds names of parameters only, never what a person typed.
struct Condition {
    collection: Collection,
    sql: String,
    values: Vec<(&'static str, String)>,
    asks: Asks,
}

/// What a filter asks for, as far as it decides where the answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    /// Everything.
    All,
    /// One value of one part, and nothing else.
    One(Part, String),
    /// What is starred: the few marks are gone through, and not the records.
    Starred,
    /// Anything else.
    Some,
}

impl Condition {
    fn new(collection: Collection, filter: &Filter) -> Result<Self> {
        let mut c = Self {
            collection,
            // What is sorted by name has a letter; said here, so that SQLite sees which index it may take.
            sql: if collection.grows() {
                "r.collection = :collection AND r.readable".into()
            } else {
                "r.collection = :collection AND r.readable AND r.letter <> ''".into()
            },
            values: vec![(":collection", collection.name().into())],
            asks: Asks::All,
        };
        let typed = filter.text.trim();
        if !typed.is_empty() {
            // Letters may be half a reading or a row of initials; only directories have readings. And people name a body
            // as they speak of it: 交通局 is 交通运输局.
            let mut any = String::from(
                "r.title LIKE :part ESCAPE '\\' OR r.pinyin LIKE :part ESCAPE '\\' OR r.initials LIKE :part ESCAPE '\\'
                  OR r.subtitle LIKE :part ESCAPE '\\'
                  OR (:digits <> '' AND instr(replace(replace(r.phone, '-', ''), ' ', ''), :digits) > 0)",
            );
            c.values.push((":part", format!("%{}%", escape_like(typed))));
            c.values.push((":digits", digits(typed)));
            let others = if collection.grows() {
                Vec::new()
            } else {
                search::other_words(typed)
            };
            for (name, other) in OTHERS.into_iter().zip(others) {
                any.push_str(&format!(" OR r.title LIKE {name} ESCAPE '\\'"));
                c.values.push((name, format!("%{}%", escape_like(&other))));
            }
            c.and(&format!("({any})"));
        }
        for (part, sql, name, value) in [
            (
                Part::Department,
                "r.department = :department AND r.department <> ''",
                ":department",
                &filter.department,
            ),
            (Part::County, "r.county = :county", ":county", &filter.county),
            (Part::Kind, "r.kind = :kind", ":kind", &filter.kind),
        ] {
            if let Some(value) = value.as_deref().filter(|v| !v.is_empty()) {
                let only = c.asks == Asks::All;
                c.and(sql);
                c.values.push((name, value.to_owned()));
                if only {
                    c.asks = Asks::One(part, value.to_owned());
                }
            }
        }
        if let Some(day) = filter.from.as_deref().filter(|d| !d.is_empty()) {
            c.and("r.date >= :from");
            c.values.push((":from", start_of_day(day)?));
        }
        if let Some(day) = filter.to.as_deref().filter(|d| !d.is_empty()) {
            c.and("r.date < :until");
            c.values.push((":until", day_after(day)?));
        }
        if filter.starred {
            c.and("m.collection = :collection AND m.starred");
            c.asks = Asks::Starred;
        }
        Ok(c)
    }

    fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.asks = Asks::Some;
    }

    fn from(&self) -> &'static str {
        match self.asks {
            // CROSS: in this order.
            Asks::Starred => "mine.mark m CROSS JOIN record r ON r.collection = m.collection AND r.id = m.id",
            _ => "record r",
        }
    }

    fn order(&self) -> &'static str {
        if self.collection.grows() {
            "r.date DESC, r.id DESC"
        } else {
            "r.position, r.letter = '#', r.letter, r.pinyin, r.id"
        }
    }

    fn total(&self, conn: &Connection) -> Result<u32> {
        match &self.asks {
            Asks::All => tally::total(conn, self.collection, Part::Day),
            Asks::One(part, value) => tally::of(conn, self.collection, *part, value),
            _ => Ok(conn
                .prepare_cached(&self.count())?
                .query_row(self.params().as_slice(), |r| r.get(0))?),
        }
    }

    fn count(&self) -> String {
        format!("SELECT count(*) FROM {} WHERE {}", self.from(), self.sql)
    }

    /// Which records are on the page is found in an index; only those are read.
    fn page(&self, limit: u32, offset: u32) -> String {
        let (from, order) = (self.from(), self.order());
        format!(
            "SELECT {COLUMNS} FROM (SELECT r.doc FROM {from} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}) p
             CROSS JOIN record r ON r.doc = p.doc LEFT JOIN mine.mark m ON m.collection = r.collection AND m.id = r.id
             ORDER BY {order}",
            self.sql
        )
    }

    fn params(&self) -> Vec<(&str, &dyn ToSql)> {
        self.values
            .iter()
            .map(|(name, value)| (*name, value as &dyn ToSql))
            .collect()
    }
}

fn parse_day(day: &str) -> Result<Date> {
    day.parse()
        .map_err(|_| Error::Invalid("a day is written YYYY-MM-DD"))
}

/// The first instant of a day written `YYYY-MM-DD`, as dates are stored.
pub(super) fn start_of_day(day: &str) -> Result<String> {
    start_of(parse_day(day)?)
}

/// The first instant after a day written `YYYY-MM-DD`.
pub(super) fn day_after(day: &str) -> Result<String> {
    let next = parse_day(day)?
        .tomorrow()
        .map_err(|_| Error::Invalid("a day beyond the calendar"))?;
    start_of(next)
}

/// The first instant of a day in the city, as dates are stored.
pub(crate) fn start_of(day: Date) -> Result<String> {
    let start = CITY_TIME
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_err(|_| Error::Invalid("a day beyond the calendar"))?;
    Ok(start.to_string())
}

/// The digits of a number however somebody writes it: `0577-8888 8888`; nothing of what is no number.
fn digits(typed: &str) -> String {
    let is_gap = |c: char| matches!(c, '-' | '－' | '–' | '(' | ')' | '（' | '）' | '+') || c.is_whitespace();
    if typed.chars().all(|c| c.is_ascii_digit() || is_gap(c)) {
        typed.chars().filter(char::is_ascii_digit).collect()
    } else {
        String::new()
    }
}

pub(super) fn escape_like(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.extend(c.to_lowercase());
    }
    escaped
}

fn read_row(collection: Collection, r: &rusqlite::Row) -> rusqlite::Result<Row> {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    Ok(Row {
        collection,
        id: r.get("id")?,
        title: r.get("title")?,
        subtitle: r.get("subtitle")?,
        date: r.get("date")?,
        kind: r.get("kind")?,
        department: r.get("department")?,
        county: r.get("county")?,
        phone: r.get("phone")?,
        picture: filled(r.get("picture")?),
        mark: MarkKind::named(&r.get::<_, String>("mark")?),
        letter: r.get("letter")?,
        read: r.get("read")?,
        starred: r.get("starred")?,
    })
}

#[cfg(test)]
#[path = "list_test.rs"]
mod tests;
