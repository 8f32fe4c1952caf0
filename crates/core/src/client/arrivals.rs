//! 订阅消息: what came in by what is followed, and what happened in the person's own letters, in one list.

use super::Client;
use crate::{
    Event,
    error::Result,
    store::{
        inbox::{self, Line},
        mark, own, step,
    },
    view::{InboxCounts, InboxItem, InboxMarked, InboxPage, InboxQuery, InboxStep},
};
use weimenhu_domain::{Collection, petition::Action, record::Id};

impl Client {
    /// A page of what came in.
    ///
    /// # Errors
    /// Only the database's.
    pub fn inbox(&self, query: &InboxQuery) -> Result<InboxPage> {
        let (lines, total) = self.read(|s| s.read(|c| inbox::page(c, query)))?;
        let mut rows = Vec::new();
        for line in lines {
            rows.extend(match line {
                Line::Record(row) => Some(InboxItem::Record(*row)),
                Line::Step {
                    turn,
                    letter,
                    place,
                    arrived,
                    read,
                } => self.happened(&letter, place)?.map(|step| {
                    InboxItem::Step(InboxStep {
                        turn,
                        arrived,
                        read,
                        ..step
                    })
                }),
            });
        }
        Ok(InboxPage {
            rows,
            total,
            offset: query.offset,
        })
    }

    /// What stands in the badge.
    ///
    /// # Errors
    /// Only the database's.
    pub fn inbox_counts(&self) -> Result<InboxCounts> {
        self.read(|s| s.read(inbox::counts))
    }

    /// Marks everything that came in as opened. Answers what was not, for [`Self::mark_unread`].
    ///
    /// # Errors
    /// Only the database's.
    pub fn read_inbox(&self) -> Result<InboxMarked> {
        let (records, steps) = self.read(|s| s.read(|c| Ok((inbox::unread(c)?, step::unread(c)?))))?;
        let marked = InboxMarked { records, steps };
        self.mark_all(&marked, true)?;
        Ok(marked)
    }

    /// Marks these as never opened.
    ///
    /// # Errors
    /// Only the database's.
    pub fn mark_unread(&self, marked: &InboxMarked) -> Result<()> {
        self.mark_all(marked, false)
    }

    /// Takes a record out of what came in, or puts it back.
    ///
    /// # Errors
    /// Only the database's.
    pub fn drop_from_inbox(&self, collection: Collection, id: Id, gone: bool) -> Result<()> {
        self.write(|tx| inbox::set_gone(tx, collection, id, gone))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// Takes a step of a letter out, or puts it back. The letter stays as it is, and counts as looked at.
    ///
    /// # Errors
    /// Only the database's.
    pub fn drop_step(&self, turn: u32, gone: bool) -> Result<()> {
        self.write(|tx| step::set_gone(tx, turn, gone))?;
        self.announce(Event::Letters);
        Ok(())
    }

    fn mark_all(&self, marked: &InboxMarked, read: bool) -> Result<()> {
        let InboxMarked { records, steps } = marked;
        self.write(|tx| {
            let mut each = records.iter();
            each.try_for_each(|r| mark::set_read(tx, r.collection, r.id, read))?;
            step::set_read(tx, steps, read)
        })?;
        let touched = |c: &Collection| records.iter().any(|r| r.collection == *c);
        self.announce(Event::Changed(
            Collection::ALL.into_iter().filter(touched).collect(),
        ));
        if !steps.is_empty() {
            self.announce(Event::Letters);
        }
        Ok(())
    }

    /// A step in the words of its letter; none when that does not open any more.
    fn happened(&self, letter: &str, place: i64) -> Result<Option<InboxStep>> {
        let row = self.read(|s| s.read(|c| own::get(c, letter)))?;
        let Some(mine) = row.and_then(|row| self.opened(row)) else {
            return Ok(None);
        };
        let trail = mine
            .own
            .as_ref()
            .map(|own| own.trail.as_slice())
            .unwrap_or_default();
        let step = usize::try_from(place).map_or(trail.last(), |place| trail.get(place));
        let written = mine.written;
        let (what, at) = match step {
            _ if place == step::AS_A_WHOLE && !written.missing.is_empty() => ("missing", &written.missing),
            Some(step) => (step.what.as_str(), &step.at),
            // Only the receipt is here yet.
            None => (Action::Submit.name(), &written.submitted),
        };
        Ok(Some(InboxStep {
            turn: 0,
            what: what.to_owned(),
            at: at.clone(),
            number: written.number.clone(),
            title: written.title.clone(),
            arrived: String::new(),
            read: false,
        }))
    }
}
