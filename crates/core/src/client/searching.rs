//! Searching: one question to the index, and the person's own recent searches.

use super::Client;
use crate::{
    error::{Error, Result},
    store::{
        recent,
        search::{self, Stop},
        setting,
    },
    view::{SearchAnswer, SearchQuery},
};
use std::sync::atomic::Ordering;

/// Longer texts are not remembered: nobody types them twice.
const LONGEST_REMEMBERED: usize = 60;

impl Client {
    /// Finds records by characters, pinyin, initials or digits. Blocking and read-only: for a thread of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a day of the filter is no day.
    pub fn search(&self, query: &SearchQuery) -> Result<SearchAnswer> {
        self.search_until(query, &Stop::never())
    }

    /// The same for somebody who types on: as soon as a higher `turn` comes, this one ends.
    ///
    /// # Errors
    /// As for [`Self::search`]; [`Error::Cancelled`] when a newer turn has come.
    pub fn search_in_turn(&self, query: &SearchQuery, turn: u32) -> Result<SearchAnswer> {
        if self.search_turn.fetch_max(turn, Ordering::AcqRel) > turn {
            return Err(Error::Cancelled);
        }
        let answer = self.search_until(query, &Stop::after(&self.search_turn, turn));
        // Nobody looks any more: a window that was loaded again may count from 1.
        let _ = self
            .search_turn
            .compare_exchange(turn, 0, Ordering::AcqRel, Ordering::Acquire);
        answer
    }

    /// What was looked for lately, the latest first.
    ///
    /// # Errors
    /// Only the database's.
    pub fn recent_searches(&self) -> Result<Vec<String>> {
        self.read(|s| s.read(recent::all))
    }

    /// Remembers a search, unless the person does not want that.
    ///
    /// # Errors
    /// Only the database's.
    pub fn remember_search(&self, text: &str) -> Result<()> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || text.chars().count() > LONGEST_REMEMBERED || !self.recent_searches_on()? {
            return Ok(());
        }
        self.write(|tx| recent::remember(tx, &text))
    }

    /// Forgets one search, or all of them; also on the disk.
    ///
    /// # Errors
    /// Only the database's.
    pub fn forget_search(&self, text: Option<&str>) -> Result<()> {
        self.write(|tx| recent::forget(tx, text))?;
        self.store().forget_mine()
    }

    /// Whether searches are remembered.
    ///
    /// # Errors
    /// Only the database's.
    pub fn recent_searches_on(&self) -> Result<bool> {
        let chosen = self.read(|s| s.read(|c| setting::get(c, setting::RECENT)))?;
        Ok(chosen.as_deref() != Some("off"))
    }

    /// Chooses whether searches are remembered. Switching off forgets them.
    ///
    /// # Errors
    /// Only the database's.
    pub fn set_recent_searches(&self, on: bool) -> Result<()> {
        if !on {
            self.forget_search(None)?;
        }
        self.write(|tx| match on {
            true => setting::unset(tx, setting::RECENT),
            false => setting::set(tx, setting::RECENT, "off"),
        })
    }

    fn search_until(&self, query: &SearchQuery, stop: &Stop) -> Result<SearchAnswer> {
        self.read(|s| s.read(|c| search::find(c, query, stop)))
    }
}
