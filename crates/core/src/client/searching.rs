//! Searching: one question to the index, and the person's own recent searches.

use super::Client;
use crate::{
    error::{Error, Result},
    event::Event,
    store::{
        recent,
        search::{self, Asked, Stop},
        setting,
    },
    view::{IndexState, SearchAnswer, SearchQuery},
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

    /// Makes the index whole where it is not: after an update of the app, or when it was found damaged. Whoever
    /// writes in between has its turn after each step.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn make_index(&self) -> Result<()> {
        if !self.write(search::prepare)? {
            let mut done = Some(0);
            while let Some(after) = done {
                done = self.write_idly(|tx| search::build(tx, after))?;
                self.announce(Event::Index);
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    /// The same, and tidies it and warms it up: for quiet moments, after a start and after a round.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn tend_index(&self) -> Result<()> {
        self.make_index().await?;
        while self.write_idly(search::merge)? {
            tokio::task::yield_now().await;
        }
        self.warm_search()
    }

    /// Reads what the first search would otherwise wait for.
    ///
    /// # Errors
    /// Only the database's.
    pub fn warm_search(&self) -> Result<()> {
        let readings = &self.bundle.profile.readings;
        self.read(|s| s.read(|c| search::warm(c, &self.search, readings, self.time())))
    }

    fn search_until(&self, query: &SearchQuery, stop: &Stop) -> Result<SearchAnswer> {
        let asked = Asked {
            query,
            readings: &self.bundle.profile.readings,
            now: self.time(),
        };
        let answer = self.read(|s| s.read(|c| search::find(c, &self.search, &asked, stop)))?;
        if answer.state == IndexState::Scanning {
            tracing::error!("the search index is damaged and will be made anew");
            self.write(search::distrust)?;
            self.woken.notify_one();
        }
        Ok(answer)
    }
}
