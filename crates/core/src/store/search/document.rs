//! A candidate looked at: are the words really there, and how good is it.
//!
//! BM25 over what was read, and only over the candidates: FTS5's own `bm25()` scores every match (224 ms in a million
//! documents). What is new counts more, and never less than 0.6 of what it would.

use super::{candidates::Filter, fold, lexicon::Lexicon, terms::Term, text};
use crate::error::{Error, Result};
use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection};
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
    plain: String,
    title: String,
    body: String,
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
            plain: String::new(),
            title: String::new(),
            body: String::new(),
        })
    }

    /// Reads a record; `see` is told its collection, its date, and its title and body as folded text. None when the
    /// filter excludes it or it is not here.
    pub fn read<T>(
        &mut self,
        doc: i64,
        filter: &Filter,
        see: impl FnOnce(Collection, &str, &str, &str) -> T,
    ) -> Result<Option<T>> {
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
        self.body.clear();
        if let Some(wire) = row
            .get_ref(5)?
            .as_bytes_or_null()
            .map_err(rusqlite::Error::from)?
        {
            // The longest of a question's work after folding, until it was done with SIMD.
            let wire = simdutf8::basic::from_utf8(wire)
                .map_err(|_| Error::Damaged("a body that is not UTF-8".into()))?;
            text::of_body_into(collection, wire, &mut self.plain);
            fold::fold_into(&self.plain, &mut self.body);
        }
        Ok(Some(see(collection, date, &self.title, &self.body)))
    }

    /// The candidate, if every term is in it.
    pub fn verify(
        &mut self,
        doc: i64,
        terms: &[Term],
        filter: &Filter,
        scale: &Scale,
    ) -> Result<Option<Found>> {
        let score = self.read(doc, filter, |collection, date, title, body| {
            scale.score(terms, collection, date, title, body)
        })?;
        Ok(score.flatten().map(|score| Found { doc, score }))
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

    fn score(
        &self,
        terms: &[Term],
        collection: Collection,
        date: &str,
        title: &str,
        body: &str,
    ) -> Option<f64> {
        // Three bytes a character, near enough.
        let length = count(body.len() / 3);
        let mut score = 0.0;
        let mut titled = true;
        for (term, rarity) in terms.iter().zip(&self.rarity) {
            let mut frequency = 0.0;
            let mut in_title = false;
            for way in &term.alternatives {
                let in_head = way.finder.find_iter(title.as_bytes()).take(MOST).count();
                let in_body = way.finder.find_iter(body.as_bytes()).take(MOST).count();
                frequency += way.weight * (TITLE * count(in_head) + count(in_body));
                in_title |= in_head > 0;
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
        if !collection.grows() {
            score *= ENTRY;
        }
        Some(score * self.freshness(date))
    }

    /// 1 for what is of today, towards [`OLD`] for what is old; what has no date does not age.
    pub fn freshness(&self, date: &str) -> f64 {
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
