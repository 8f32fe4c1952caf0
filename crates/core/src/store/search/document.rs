//! A candidate looked at: are the words really there, and how good is it.
//!
//! BM25 over what was read, and only over the candidates: FTS5's own `bm25()` scores every match (224 ms in a million
//! documents). What is new counts more, and never less than 0.6 of what it would.

use super::{
    candidates::Filter,
    fold,
    lexicon::Lexicon,
    terms::{Alternative, Term},
    text::{self, Raw},
};
use crate::error::{Error, Result};
use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection};
use std::collections::HashSet;
use weimenhu_domain::Collection;

/// A word in the title counts as this many in the body.
const TITLE: f64 = 5.0;
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Characters of a usual document.
const USUAL: f64 = 700.0;
/// What is left of a very old document's score, and the days in which it gets there.
const OLD: f64 = 0.6;
const AGEING: f64 = 365.0;
/// A directory's entry among the documents: its name stands above them already.
const ENTRY: f64 = 0.4;
/// All words in the title.
const TITLED: f64 = 1.5;
/// Occurrences counted: more make no document better.
const MOST: usize = 30;

/// Reads candidates, one buffer for all of them.
pub struct Reader<'c> {
    statement: CachedStatement<'c>,
    title: String,
    buffers: Buffers,
    hiding: Option<HashSet<i64>>,
}

#[derive(Default)]
struct Buffers {
    plain: String,
    folded: String,
}

/// A record that was read.
pub struct Seen<'r> {
    /// Its collection.
    pub collection: Collection,
    /// Its date, or `""`.
    pub date: &'r str,
    /// Its title, folded.
    pub title: &'r str,
    wire: &'r str,
    /// The body as it was sent; none once it is folded.
    raw: Option<Raw<'r>>,
    may_hide: bool,
    buffers: &'r mut Buffers,
}

/// A candidate in which the words are.
pub struct Found {
    /// Its number.
    pub doc: i64,
    /// How good it is.
    pub score: f64,
}

impl<'c> Reader<'c> {
    /// Over the rows of one state of the database.
    pub fn new(conn: &'c Connection) -> Result<Self> {
        Ok(Self {
            statement: conn.prepare_cached(
                "SELECT r.collection, r.title, r.date, r.county, r.department, b.wire
                 FROM record r LEFT JOIN body b USING (doc) WHERE r.doc = ?1 AND r.readable",
            )?,
            title: String::new(),
            buffers: Buffers::default(),
            hiding: None,
        })
    }

    /// From now on, whose words may hide in what was sent; none: anybody's.
    pub fn hiding(&mut self, hiding: Option<HashSet<i64>>) {
        self.hiding = hiding;
    }

    /// Reads a record; none when the filter excludes it or it is not here.
    pub fn read<T>(&mut self, doc: i64, filter: &Filter, see: impl FnOnce(Seen) -> T) -> Result<Option<T>> {
        let mut rows = self.statement.query([doc])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let text = |n| -> Result<&str> { Ok(row.get_ref(n)?.as_str().map_err(rusqlite::Error::from)?) };
        let (date, county, department) = (text(2)?, text(3)?, text(4)?);
        let Ok(collection) = text(0)?.parse::<Collection>() else {
            return Ok(None);
        };
        if !filter.allows(date, county, department) {
            return Ok(None);
        }
        fold::fold_into(text(1)?, &mut self.title);
        let wire = row
            .get_ref(5)?
            .as_bytes_or_null()
            .map_err(rusqlite::Error::from)?
            .unwrap_or_default();
        // The longest of a question's work after folding, until it was done with SIMD.
        let wire = simdutf8::basic::from_utf8(wire)
            .map_err(|_| Error::Damaged("a body that is not UTF-8".into()))?;
        let mut seen = Seen {
            collection,
            date,
            title: &self.title,
            wire,
            raw: Raw::of(collection, wire),
            may_hide: self.hiding.as_ref().is_none_or(|hiding| hiding.contains(&doc)),
            buffers: &mut self.buffers,
        };
        if seen.raw.is_none() {
            seen.fold();
        }
        Ok(Some(see(seen)))
    }

    /// The candidate, if every term is in it.
    pub fn verify(
        &mut self,
        doc: i64,
        terms: &[Term],
        filter: &Filter,
        scale: &Scale,
    ) -> Result<Option<Found>> {
        let score = self.read(doc, filter, |seen| scale.score(terms, seen))?;
        Ok(score.flatten().map(|score| Found { doc, score }))
    }
}

impl Seen<'_> {
    /// Its body, folded.
    pub fn body(&mut self) -> &str {
        if self.raw.is_some() {
            self.fold();
        }
        &self.buffers.folded
    }

    /// Characters of its body: three bytes each, and few tags, near enough.
    fn length(&self) -> usize {
        self.raw.as_ref().map_or(self.buffers.folded.len(), Raw::bytes) / 3
    }

    fn fold(&mut self) {
        self.raw = None;
        text::of_body_into(self.collection, self.wire, &mut self.buffers.plain);
        fold::fold_into(&self.buffers.plain, &mut self.buffers.folded);
    }

    /// Times that the word is in the body. Words that folding leaves as they are, are looked for in what was sent:
    /// folding every candidate was two fifths of a question's time.
    fn times(&mut self, way: &Alternative) -> usize {
        match &self.raw {
            Some(raw) if way.is_plain => raw.times(&way.finder, MOST),
            _ => way.finder.find_iter(self.body().as_bytes()).take(MOST).count(),
        }
    }

    /// How often the term is here, and whether in the title.
    fn frequency(&mut self, term: &Term) -> (f64, bool) {
        let (mut frequency, mut in_title) = (0.0, false);
        for way in &term.alternatives {
            let in_head = way.finder.find_iter(self.title.as_bytes()).take(MOST).count();
            frequency += way.weight * (TITLE * count(in_head) + count(self.times(way)));
            in_title |= in_head > 0;
        }
        (frequency, in_title)
    }
}

/// What scores are measured against: how rare each term is, and what time it is.
pub struct Scale {
    rarity: Vec<f64>,
    now: Timestamp,
}

impl Scale {
    /// For these terms, now.
    pub fn new(terms: &[Term], lexicon: Option<&Lexicon>, now: Timestamp) -> Self {
        let rarity = |term: &Term| {
            let Some(lexicon) = lexicon else { return 1.0 };
            let alternatives = term.alternatives.iter().flat_map(|a| {
                // A word is no more frequent than the rarest of its grams.
                a.grams.iter().map(|g| lexicon.documents_with(*g)).min()
            });
            lexicon.rarity(alternatives.max().unwrap_or(0))
        };
        Self {
            rarity: terms.iter().map(rarity).collect(),
            now,
        }
    }

    fn score(&self, terms: &[Term], mut seen: Seen) -> Option<f64> {
        let length = count(seen.length());
        let mut score = 0.0;
        let mut titled = true;
        for (term, rarity) in terms.iter().zip(&self.rarity) {
            let (mut frequency, mut in_title) = seen.frequency(term);
            if frequency == 0.0 && seen.raw.is_some() && seen.may_hide {
                // 戶口, or 户 and 口 with a tag between them.
                seen.fold();
                (frequency, in_title) = seen.frequency(term);
            }
            if frequency == 0.0 {
                return None;
            }
            titled &= in_title;
            score += rarity * frequency * (K1 + 1.0) / (frequency + K1 * (1.0 - B + B * length / USUAL));
        }
        if titled {
            score *= TITLED;
        }
        if !seen.collection.grows() {
            score *= ENTRY;
        }
        Some(score * self.freshness(seen.date))
    }

    /// 1 for what is of today, towards [`OLD`] for what is old; what has no date does not age.
    fn freshness(&self, date: &str) -> f64 {
        let Ok(date) = date.parse::<Timestamp>() else {
            return 1.0;
        };
        let days = self.now.duration_since(date).as_secs_f64() / 86_400.0;
        OLD + (1.0 - OLD) * (-days.max(0.0) / AGEING).exp()
    }
}

#[expect(clippy::cast_precision_loss, reason = "lengths of texts, far below 2^52")]
pub fn count(n: usize) -> f64 {
    n as f64
}
