//! Asking the index: which records have all these grams. Newest first, as many as are looked at.

use super::{
    grams, index,
    terms::{Strong, Term, expression},
};
use crate::{
    error::{Error, Result},
    store::list::{day_after, start_of_day},
    view::SearchQuery,
};
use rusqlite::{Connection, params};
use std::{collections::HashSet, ops::RangeInclusive};
use weimenhu_domain::Collection;

/// Counted to the end up to here; more is `1000+`.
pub const COUNTED: u32 = 1000;

/// What a record must be, besides having the words.
pub struct Filter {
    /// The grams of county and agency.
    pub tags: Vec<String>,
    /// The county's name.
    pub county: Option<String>,
    /// The agency's name.
    pub department: Option<String>,
    /// On or after this instant, and before that one, as dates are stored.
    pub days: Option<(String, String)>,
}

impl Filter {
    /// Everything.
    pub const fn none() -> Self {
        Self {
            tags: Vec::new(),
            county: None,
            department: None,
            days: None,
        }
    }

    /// # Errors
    /// [`Error::Invalid`] when a day is no day.
    pub fn new(query: &SearchQuery) -> Result<Self> {
        let filled = |value: &Option<String>| value.clone().filter(|v| !v.is_empty());
        let (county, department) = (filled(&query.county), filled(&query.department));
        let tag = |mark, value: &Option<String>| value.as_deref().map(|v| super::grams::tag(mark, v));
        let (from, to) = (filled(&query.from), filled(&query.to));
        let days = if from.is_some() || to.is_some() {
            Some((
                // Whatever has a date at all.
                from.map_or(Ok("0".to_owned()), |day| start_of_day(&day))?,
                to.map_or(Ok("9999-99".to_owned()), |day| day_after(&day))?,
            ))
        } else {
            None
        };
        Ok(Self {
            tags: tag('c', &county)
                .into_iter()
                .chain(tag('d', &department))
                .collect(),
            county,
            department,
            days,
        })
    }

    /// Whether the record may be shown.
    pub fn allows(&self, date: &str, county: &str, department: &str) -> bool {
        self.county.as_deref().is_none_or(|c| c == county)
            && self.department.as_deref().is_none_or(|d| d == department)
            && self
                .days
                .as_ref()
                .is_none_or(|(from, until)| date >= from.as_str() && date < until.as_str())
    }
}

/// Records within `range` that have the grams, the newest first, at most `limit`.
pub fn newest(
    conn: &Connection,
    expression: &str,
    range: &RangeInclusive<i64>,
    filter: &Filter,
    limit: u32,
) -> Result<Vec<i64>> {
    let mut docs = Vec::new();
    each(conn, expression, range, filter, |doc| {
        docs.push(doc);
        Ok(docs.len() < limit as usize)
    })?;
    Ok(docs)
}

/// The same, one by one, until `more` says that it is enough.
pub fn each(
    conn: &Connection,
    expression: &str,
    range: &RangeInclusive<i64>,
    filter: &Filter,
    mut more: impl FnMut(i64) -> Result<bool>,
) -> Result<()> {
    let (from, until) = filter.days.clone().unwrap_or_default();
    let sql = if filter.days.is_some() {
        // CROSS: the index first, whatever the planner thinks of it.
        "SELECT gram.rowid FROM gram CROSS JOIN record r ON r.doc = gram.rowid
         WHERE gram MATCH ?1 AND gram.rowid BETWEEN ?2 AND ?3 AND r.date >= ?4 AND r.date < ?5
         ORDER BY gram.rowid DESC"
    } else {
        "SELECT rowid FROM gram WHERE gram MATCH ?1 AND rowid BETWEEN ?2 AND ?3 AND ?4 = '' AND ?5 = ''
         ORDER BY rowid DESC"
    };
    let mut statement = conn.prepare_cached(sql).map_err(suspect)?;
    let params = params![expression, range.start(), range.end(), from, until];
    let mut rows = statement.query(params).map_err(suspect)?;
    while let Some(row) = rows.next().map_err(suspect)? {
        if !more(row.get(0)?)? {
            break;
        }
    }
    Ok(())
}

/// A damaged index is not a damaged cache: it is made anew from the rows.
fn suspect(e: rusqlite::Error) -> Error {
    let e = Error::from(e);
    if e.is_corruption() { Error::Index } else { e }
}

/// The candidates of one part of the numbers.
pub struct Candidates {
    /// The part.
    pub range: RangeInclusive<i64>,
    /// To be verified and ranked: the newest, and of many also those in which the words are strong.
    pub ranked: Vec<i64>,
    /// All that have the grams, up to [`COUNTED`] and one more.
    pub counted: Vec<i64>,
}

/// Looks for candidates of `terms`. At most about `tier` of them newest first, as many again for each way of being
/// strong.
pub fn of(
    conn: &Connection,
    terms: &[Term],
    range: RangeInclusive<i64>,
    filter: &Filter,
    tier: u32,
) -> Result<Candidates> {
    let plain = expression(terms, Strong::None, &filter.tags);
    let counted = newest(conn, &plain, &range, filter, COUNTED + 1)?;
    let mut ranked: Vec<i64> = counted.iter().copied().take(tier as usize).collect();
    if counted.len() > ranked.len() {
        let all = expression(terms, Strong::All, &filter.tags);
        ranked.extend(newest(conn, &all, &range, filter, tier)?);
        if terms.len() > 1 {
            for n in 0..terms.len() {
                let one = expression(terms, Strong::Only(n), &filter.tags);
                ranked.extend(newest(conn, &one, &range, filter, tier / 2)?);
            }
        }
        ranked.sort_unstable();
        ranked.dedup();
    }
    Ok(Candidates {
        range,
        ranked,
        counted,
    })
}

/// Of the records that have the grams, those whose words may hide ([`grams::HIDES`]). None: too many to name, or they
/// need not be told apart, for the grams alone decide.
pub fn hiding(
    conn: &Connection,
    terms: &[Term],
    range: &RangeInclusive<i64>,
    filter: &Filter,
) -> Result<Option<HashSet<i64>>> {
    if terms.iter().flat_map(|t| &t.alternatives).all(|a| a.decides) {
        return Ok(None);
    }
    let tags = [filter.tags.as_slice(), &[grams::HIDES.to_owned()]].concat();
    let hiding = newest(
        conn,
        &expression(terms, Strong::None, &tags),
        range,
        filter,
        COUNTED + 1,
    )?;
    Ok((hiding.len() <= COUNTED as usize).then(|| hiding.into_iter().collect()))
}

/// The parts of the numbers that a query is asked of: each collection that grows, and all directories at once.
pub fn parts(only: Option<Collection>) -> Vec<RangeInclusive<i64>> {
    match only {
        Some(collection) => vec![index::range(collection)],
        None => Collection::ALL
            .into_iter()
            .filter(|c| c.grows())
            .map(index::range)
            .chain([index::DIRECTORIES])
            .collect(),
    }
}
