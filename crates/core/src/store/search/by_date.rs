//! The newest first, exactly, also where a word is in every second document.
//!
//! Few matches are all dated and sorted. Of many, the records are walked from the newest day on, a thousand at a
//! time, and the index says which of them match: ids are nearly in order of date, so a thousand records are a narrow
//! part of it.

use super::{
    candidates::{self, Begun, Candidates, Filter},
    document::{Found, Reader, Scale},
    terms::{Strong, Term, expression},
};
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension};
use std::{cmp::Reverse, collections::HashSet};
use weimenhu_domain::Collection;

/// Records walked at a time.
const STEP: u32 = 1000;

/// What to find, and how much of it.
pub struct Wanted<'a> {
    /// The terms.
    pub terms: &'a [Term],
    /// What else must hold.
    pub filter: &'a Filter,
    /// Only this collection.
    pub only: Option<Collection>,
    /// For the scores.
    pub scale: &'a Scale,
    /// How one character is looked for.
    pub begun: &'a Begun,
    /// Shown elsewhere.
    pub hidden: &'a HashSet<i64>,
    /// Matches passed over.
    pub offset: usize,
    /// Matches wanted.
    pub limit: usize,
}

/// The page of matches.
pub fn page(
    conn: &Connection,
    wanted: &Wanted,
    all: &[Candidates],
    mut tired: impl FnMut() -> Result<()>,
) -> Result<Vec<Found>> {
    let mut page = Page {
        reader: Reader::new(conn)?,
        wanted,
        skipped: 0,
        found: Vec::new(),
    };
    if !all.iter().any(|part| part.cut) {
        let mut dated = conn.prepare_cached("SELECT date FROM record WHERE doc = ?1")?;
        let mut docs: Vec<(String, i64)> = Vec::new();
        for &doc in all.iter().flat_map(|c| &c.counted) {
            let date: Option<String> = dated.query_row([doc], |r| r.get(0)).optional()?;
            docs.extend(date.map(|date| (date, doc)));
        }
        docs.sort_unstable_by(|a, b| b.cmp(a));
        for (_, doc) in docs {
            tired()?;
            if page.take(doc)? {
                break;
            }
        }
        return Ok(page.found);
    }
    let plain = expression(wanted.terms, Strong::None, &wanted.filter.tags);
    let mut next = (String::from("9999-99"), i64::MAX);
    loop {
        tired()?;
        let step = step(conn, &next)?;
        let Some(last) = step.last().cloned() else { break };
        let matching = matching(conn, &plain, wanted, &step)?;
        for (_, doc) in step {
            if matching.contains(&doc) && page.take(doc)? {
                return Ok(page.found);
            }
        }
        next = last;
    }
    undated(conn, &plain, &mut page, tired)?;
    Ok(page.found)
}

/// What has no date comes last, whatever it is: entries of directories, letters that do not say when they were sent.
fn undated(
    conn: &Connection,
    plain: &str,
    page: &mut Page,
    mut tired: impl FnMut() -> Result<()>,
) -> Result<()> {
    let filter = page.wanted.filter;
    if filter.days.is_some() {
        return Ok(());
    }
    let without = Filter {
        tags: filter.tags.clone(),
        days: Some((String::new(), String::from("0"))),
        ..Filter::none()
    };
    let mut parts = candidates::parts(page.wanted.only);
    // As they are sorted where they are few.
    parts.sort_unstable_by_key(|part| Reverse(*part.start()));
    for part in parts {
        candidates::each(conn, plain, &part, &without, |doc| {
            tired()?;
            Ok(!page.take(doc)?)
        })?;
        if page.found.len() >= page.wanted.limit {
            break;
        }
    }
    Ok(())
}

struct Page<'a> {
    reader: Reader<'a>,
    wanted: &'a Wanted<'a>,
    skipped: usize,
    found: Vec<Found>,
}

impl Page<'_> {
    /// Answers whether the page is full.
    fn take(&mut self, doc: i64) -> Result<bool> {
        let w = self.wanted;
        if w.hidden.contains(&doc) {
            return Ok(false);
        }
        if let Some(found) = self.reader.verify(doc, w.terms, w.filter, w.scale)? {
            if self.skipped < w.offset {
                self.skipped += 1;
            } else {
                self.found.push(found);
            }
        }
        Ok(self.found.len() >= w.limit)
    }
}

/// The next records in order of date, after this one.
fn step(conn: &Connection, after: &(String, i64)) -> Result<Vec<(String, i64)>> {
    let mut query = conn.prepare_cached(
        "SELECT date, doc FROM record WHERE date <> '' AND (date, doc) < (?1, ?2)
         ORDER BY date DESC, doc DESC LIMIT ?3",
    )?;
    let rows = query.query_map((&after.0, after.1, STEP), |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those of the step that have the grams.
fn matching(conn: &Connection, plain: &str, wanted: &Wanted, step: &[(String, i64)]) -> Result<HashSet<i64>> {
    let parts = candidates::parts(wanted.only);
    let here = |doc: &i64| parts.iter().any(|part| part.contains(doc));
    let docs = step.iter().map(|(_, doc)| *doc).filter(here);
    match wanted.begun {
        // One in some dozens has it, so that each may be read.
        Begun::Strong => return Ok(docs.collect()),
        Begun::Read(having) => {
            let having: HashSet<i64> = having.iter().copied().collect();
            return Ok(docs.filter(|doc| having.contains(doc)).collect());
        }
        Begun::No => {}
    }
    let narrow = parts.iter().filter_map(|part| {
        let within = || step.iter().map(|(_, doc)| *doc).filter(|doc| part.contains(doc));
        Some((within().min()?..=within().max()?, u32::MAX))
    });
    let narrow: Vec<_> = narrow.collect();
    let matching = candidates::newest_in(conn, plain, &narrow, wanted.filter)?;
    Ok(matching.into_iter().flatten().collect())
}
