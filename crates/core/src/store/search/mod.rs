//! Search: two characters, two letters, offline.
//!
//! A question goes `terms` (what was typed) → `expand` (synonyms, pinyin) → `candidates` (who has the grams) →
//! `document` (are the words really there, how good) → `spans` (what is shown). Names and numbers are found beside it
//! by `directory`, in memory. `index` keeps the grams in the records' own transactions; `scan` stands in for it.
//!
//! Every match can be reached by paging: the best candidates come ranked, whatever else matches follows newest first.
//!
//! Measured before it was chosen (6-search): FTS5 trigram cannot answer two characters, jieba misses half of what is
//! typed, and `bm25()` in SQL takes 224 ms in a million documents.

#[cfg(feature = "bench")]
pub mod bench;
mod by_date;
mod candidates;
mod directory;
mod document;
mod expand;
mod find;
mod fold;
mod follow;
mod grams;
pub(super) mod index;
mod lexicon;
mod memory;
mod numbers;
mod relaxed;
mod scan;
mod spans;
mod suggest;
mod syllables;
mod synonyms;
mod terms;
mod text;

pub(crate) use find::find;
pub(crate) use follow::{Follow, Seen};
pub(crate) use index::{build, distrust, merge, prepare, purge};
pub(crate) use memory::Memory;
pub(crate) use terms::words;

use super::pinyin::Readings;
use crate::{
    error::{Error, Result},
    view::SearchQuery,
};
use jiff::Timestamp;
use rusqlite::Connection;
use std::sync::atomic::{AtomicU32, Ordering};

/// A question, with what the answer depends on besides the rows.
pub(crate) struct Asked<'a> {
    /// The question.
    pub query: &'a SearchQuery,
    /// The city's own readings.
    pub readings: &'a Readings,
    /// What is new counts more.
    pub now: Timestamp,
}

/// As many other ways as there are at most to say one word.
pub(crate) const OTHER_WORDS: usize = synonyms::MOST;

/// The other ways to say what was typed, which a list is looked through for as well.
pub(crate) fn other_words(typed: &str) -> Vec<String> {
    synonyms::of(&fold::fold(typed))
}

/// Tells a search that nobody waits for it any more.
pub(crate) struct Stop<'a>(Option<(&'a AtomicU32, u32)>);

impl<'a> Stop<'a> {
    /// Somebody waits to the end.
    pub const fn never() -> Self {
        Self(None)
    }

    /// Until a higher turn than `mine` has come.
    pub const fn after(newest: &'a AtomicU32, mine: u32) -> Self {
        Self(Some((newest, mine)))
    }

    /// # Errors
    /// [`Error::Cancelled`] when nobody waits any more.
    pub fn check(&self) -> Result<()> {
        match self.0 {
            Some((newest, mine)) if newest.load(Ordering::Acquire) > mine => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }
}

/// Computes and reads what the first question would otherwise wait for.
pub(crate) fn warm(conn: &Connection, memory: &Memory, readings: &Readings, now: Timestamp) -> Result<()> {
    fold::warm();
    memory.directory(conn, readings)?;
    memory.read_lexicon(conn)?;
    let query = SearchQuery {
        text: "温州 通知".into(),
        limit: 20,
        ..SearchQuery::default()
    };
    let asked = Asked {
        query: &query,
        readings,
        now,
    };
    find(conn, memory, &asked, &Stop::never()).map(drop)
}

#[cfg(test)]
mod filters_test;
#[cfg(test)]
mod tests;
