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
use std::{cmp::Reverse, collections::HashSet, ops::RangeInclusive};
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

/// A part of the numbers, and how many are wanted of it at most.
pub type Quota = (RangeInclusive<i64>, u32);

/// The same of several parts, in their order.
///
/// The index is asked once for all of them, and again below each that is full. Asked for a part alone it goes on below the
/// part until something matches there, because only a match tells it that it has left: a rare question read the lists of
/// all the news once for the letters, once for the notices and once for itself.
pub fn newest_in(
    conn: &Connection,
    expression: &str,
    parts: &[Quota],
    filter: &Filter,
) -> Result<Vec<Vec<i64>>> {
    let mut found: Vec<Vec<i64>> = vec![Vec::new(); parts.len()];
    let mut downwards: Vec<(&Quota, &mut Vec<i64>)> = parts.iter().zip(&mut found).collect();
    downwards.retain(|((_, limit), _)| *limit > 0);
    downwards.sort_unstable_by_key(|((range, _), _)| Reverse(*range.start()));
    let Some(((lowest, _), _)) = downwards.last() else {
        return Ok(found);
    };
    let lowest = *lowest.start();
    let mut turn = 0;
    let mut goes_on = true;
    while goes_on && let Some(((range, _), _)) = downwards.get(turn) {
        goes_on = false;
        each(conn, expression, &(lowest..=*range.end()), filter, |doc| {
            while downwards
                .get(turn)
                .is_some_and(|((range, _), _)| doc < *range.start())
            {
                turn += 1;
            }
            let Some(((range, limit), docs)) = downwards.get_mut(turn) else {
                return Ok(false);
            };
            if range.contains(&doc) {
                docs.push(doc);
            }
            let is_full = docs.len() >= *limit as usize;
            turn += usize::from(is_full);
            // Between two parts there may be much that nobody asked for.
            goes_on = is_full || !range.contains(&doc);
            Ok(!goes_on)
        })?;
    }
    Ok(found)
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
    /// Others match than the ranked, as far as is known.
    pub more: bool,
    /// Others match than the counted, as far as is known.
    pub cut: bool,
}

/// How one character alone is looked for. The index would read every list of pairs that begins with it, in whatever
/// part of the numbers: 15 ms where 25,000 documents have it.
pub enum Begun {
    /// More is asked for than that.
    No,
    /// More than are counted have it strongly: those come first, and others only when somebody pages so far.
    Strong,
    /// The lists are short. All that have it, read once for all parts, newest first.
    Read(Vec<i64>),
}

impl Begun {
    /// How these terms are looked for.
    pub fn of(conn: &Connection, terms: &[Term], filter: &Filter) -> Result<Self> {
        if terms.is_empty() || !terms.iter().all(Term::is_begun) {
            return Ok(Self::No);
        }
        if is_strong_in(conn, terms, COUNTED + 1)? {
            return Ok(Self::Strong);
        }
        let plain = expression(terms, Strong::None, &filter.tags);
        newest(conn, &plain, &EVERYWHERE, filter, u32::MAX).map(Self::Read)
    }
}

/// All numbers.
pub const EVERYWHERE: RangeInclusive<i64> = 0..=i64::MAX;

/// Whether so many records have the terms strongly.
pub fn is_strong_in(conn: &Connection, terms: &[Term], many: u32) -> Result<bool> {
    let all = expression(terms, Strong::All, &[]);
    let found = newest(conn, &all, &EVERYWHERE, &Filter::none(), many)?;
    Ok(found.len() >= many as usize)
}

/// Looks for candidates of `terms` in each of these parts. At most about so many as its tier newest first, as many again
/// for each way of being strong. `most` of them are counted.
pub fn of(
    conn: &Connection,
    terms: &[Term],
    parts: &[Quota],
    filter: &Filter,
    begun: &Begun,
    most: u32,
) -> Result<Vec<Candidates>> {
    let strongly = expression(terms, Strong::All, &filter.tags);
    let wanting = |many: &dyn Fn(u32) -> u32| -> Vec<Quota> {
        let wanted = parts.iter().map(|(range, tier)| (range.clone(), many(*tier)));
        wanted.collect()
    };
    let most = |tier: u32| most.max(tier + 1);
    let counted: Vec<Vec<i64>> = match begun {
        Begun::No => {
            let plain = expression(terms, Strong::None, &filter.tags);
            newest_in(conn, &plain, &wanting(&most), filter)?
        }
        Begun::Read(all) => {
            let here = parts.iter().map(|(range, _)| {
                let here = all.iter().copied().filter(|doc| range.contains(doc));
                here.take(COUNTED as usize + 1).collect()
            });
            here.collect()
        }
        Begun::Strong => newest_in(conn, &strongly, &wanting(&|_| COUNTED + 1), filter)?,
    };
    let is_strong = matches!(begun, Begun::Strong);
    let first = |(counted, (_, tier)): (&Vec<i64>, &Quota)| -> Vec<i64> {
        let tiers = *tier as usize * if is_strong { 2 } else { 1 };
        counted.iter().copied().take(tiers).collect()
    };
    let mut ranked: Vec<Vec<i64>> = counted.iter().zip(parts).map(first).collect();
    if is_strong {
        for ((ranked, counted), (range, tier)) in ranked.iter_mut().zip(&counted).zip(parts) {
            if counted.len() <= COUNTED as usize {
                ranked.extend(newest_of_all(conn, range, *tier)?);
            }
        }
    } else {
        let is_full: Vec<bool> = counted
            .iter()
            .zip(&ranked)
            .map(|(c, r)| c.len() > r.len())
            .collect();
        let mut add = |expression: &str, share: u32| -> Result<()> {
            let wanted = parts.iter().zip(&is_full);
            let wanted: Vec<Quota> = wanted
                .map(|((range, tier), full)| (range.clone(), if *full { tier / share } else { 0 }))
                .collect();
            let more = newest_in(conn, expression, &wanted, filter)?;
            ranked
                .iter_mut()
                .zip(more)
                .for_each(|(ranked, more)| ranked.extend(more));
            Ok(())
        };
        if is_full.contains(&true) {
            add(&strongly, 1)?;
            for n in (0..terms.len()).filter(|_| terms.len() > 1) {
                add(&expression(terms, Strong::Only(n), &filter.tags), 2)?;
            }
        }
    }
    let of_part = |((mut ranked, counted), (range, tier)): ((Vec<i64>, Vec<i64>), &Quota)| {
        ranked.sort_unstable();
        ranked.dedup();
        Candidates {
            range: range.clone(),
            more: is_strong || counted.len() >= most(*tier) as usize || counted.len() > ranked.len(),
            cut: is_strong || counted.len() > COUNTED as usize,
            ranked,
            counted,
        }
    };
    Ok(ranked.into_iter().zip(counted).zip(parts).map(of_part).collect())
}

/// The newest records, whatever they have: among them are some that have what half of all have.
fn newest_of_all(conn: &Connection, range: &RangeInclusive<i64>, limit: u32) -> Result<Vec<i64>> {
    let mut query =
        conn.prepare_cached("SELECT doc FROM record WHERE doc BETWEEN ?1 AND ?2 ORDER BY doc DESC LIMIT ?3")?;
    let docs = query.query_map(params![range.start(), range.end(), limit], |r| r.get(0))?;
    Ok(docs.collect::<rusqlite::Result<_>>()?)
}

/// Of the records of each part that have the grams, those whose words may hide ([`grams::HIDES`]). None: too many to name,
/// or they need not be told apart, for the grams alone decide.
pub fn hiding(
    conn: &Connection,
    terms: &[Term],
    parts: impl Iterator<Item = RangeInclusive<i64>>,
    filter: &Filter,
) -> Result<Vec<Option<HashSet<i64>>>> {
    let wanted: Vec<Quota> = parts.map(|range| (range, COUNTED + 1)).collect();
    if terms.iter().flat_map(|t| &t.alternatives).all(|a| a.decides) {
        return Ok(vec![None; wanted.len()]);
    }
    let tags = [filter.tags.as_slice(), &[grams::HIDES.to_owned()]].concat();
    let hiding = newest_in(conn, &expression(terms, Strong::None, &tags), &wanted, filter)?;
    let named = |hiding: Vec<i64>| (hiding.len() <= COUNTED as usize).then(|| hiding.into_iter().collect());
    Ok(hiding.into_iter().map(named).collect())
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
