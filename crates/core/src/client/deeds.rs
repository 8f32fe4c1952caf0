//! What its writer does to a letter that has arrived, through the outbox; and 补充, which is written like a letter: a row
//! from the first word on, its files beside it, frozen when it is sent.
//!
//! That row is a draft under the id of the letter, which the letter's own draft has left with its receipt: so whatever
//! keeps, seals and erases a draft does it here too. Sent, its files are handed to the deed, and the next can be begun
//! while that one waits. Rejected: a table of its own, which would be all of that once more.

use super::{
    Client,
    files::{MAX_FILES, parcel_files},
};
use crate::{
    Event,
    error::{Error, Result},
    outbox::Parcel,
    store::{draft, lock, outbox, own},
    view::{Draft, LetterDeed, LetterForm, OutState},
};
use rusqlite::Transaction;
use weimenhu_domain::petition::Rating;

const SUPPLEMENT: &str = "supplement";

impl Client {
    /// Does something to a letter, through the outbox.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what its writer may not do now.
    pub fn letter_deed(&self, number: &str, deed: &LetterDeed) -> Result<()> {
        let mine = self.one(number)?;
        if !mine.may().contains(&deed.action) {
            return Err(Error::Invalid("what may not be done now"));
        }
        let needs_reason = deed.action == "appeal" || deed.rating.is_some_and(Rating::is_bad);
        let adds = deed.action == SUPPLEMENT;
        // Until the files are the deed's, no other may come among them.
        let _files = lock(&self.outbox.files);
        let (files, hashes) = parcel_files(if adds {
            self.kept_files(&mine.row.id)?
        } else {
            Vec::new()
        })?;
        let missing = match &*deed.action {
            "supplement" => deed.text.trim().is_empty() && files.is_empty(),
            "rate" => deed.rating.is_none(),
            "set_visibility" => deed.visibility.is_none(),
            _ => false,
        };
        if missing || (needs_reason && deed.reason.trim().is_empty()) {
            return Err(Error::Invalid("something is missing"));
        }
        let mut body = serde_json::Map::new();
        let mut put = |name: &str, value: serde_json::Value| drop(body.insert(name.into(), value));
        match &*deed.action {
            "supplement" => {
                put("text", deed.text.trim().into());
                if !hashes.is_empty() {
                    put("attachments", serde_json::to_value(hashes)?);
                }
            }
            "appeal" => put("reason", deed.reason.trim().into()),
            "set_visibility" => put("visibility", serde_json::to_value(deed.visibility)?),
            "rate" => {
                put("rating", serde_json::to_value(deed.rating)?);
                put("reason", deed.reason.trim().into());
            }
            _ => {}
        }
        let parcel = Parcel {
            key: self.new_id(),
            body: serde_json::Value::from(body).to_string(),
            number: number.to_owned(),
            token: mine.written.token,
            files,
            form: None,
            follows: None,
        };
        // One that was refused before says nothing any more once the same is tried again. Supplements are not the same:
        // a refused one comes back by itself when the next is begun, and holds words and files.
        let refused = match adds {
            true => Vec::new(),
            false => self.refused_deeds(number, Some(&deed.action))?,
        };
        let id = self.new_id();
        self.enqueue_with(&id, &deed.action, &parcel, |tx| {
            drop_deeds(tx, &refused)?;
            if adds {
                draft::hand_files(tx, &mine.row.id, &id)?;
                draft::remove(tx, &mine.row.id)?;
            }
            Ok(())
        })
    }

    /// What is being written to be added to a letter, begun if nothing is. One that the server refused comes back, with
    /// its files and the reason.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a letter to which nothing may be added now; [`Error::NotFound`]; the database's.
    pub fn supplement(&self, number: &str) -> Result<Draft> {
        let mine = self.one(number)?;
        if !mine.may().iter().any(|may| may == SUPPLEMENT) {
            return Err(Error::Invalid("what may not be done now"));
        }
        let id = &mine.row.id;
        if self.begun_supplement(id)?.is_none() {
            let refused = self.refused_deeds(number, Some(SUPPLEMENT))?.pop();
            let form = LetterForm {
                text: refused
                    .as_ref()
                    .map(|(_, parcel)| text_of(parcel))
                    .unwrap_or_default(),
                ..LetterForm::default()
            };
            let problem = refused.as_ref().map(|(row, _)| &*row.problem).unwrap_or_default();
            let begun = self.sealed_draft(id, &form, problem)?;
            self.write(|tx| {
                if let Some((row, _)) = &refused {
                    draft::hand_files(tx, &row.id, id)?;
                    outbox::remove(tx, &row.id)?;
                }
                draft::put(tx, &begun)
            })?;
            self.announce(Event::Letters);
        }
        self.draft(id)
    }

    /// The words of a supplement that was begun and not sent.
    pub(super) fn begun_supplement(&self, id: &str) -> Result<Option<String>> {
        let row = self.read(|s| s.read(|c| draft::get(c, id)))?;
        row.map(|row| Ok(self.form(&row)?.text)).transpose()
    }

    /// How many files may be under this id: the server counts those of a letter and of all its supplements together.
    pub(super) fn room(&self, id: &str) -> Result<usize> {
        let row = self.read(|s| s.read(|c| own::get(c, id)))?;
        let Some(mine) = row.and_then(|row| self.opened(row)) else {
            return Ok(MAX_FILES);
        };
        let there = mine.own.map_or(0, |own| own.files.len());
        let counts = |row: &outbox::Row, parcel: &Parcel| {
            row.state != OutState::Refused && parcel.number == mine.written.number
        };
        let waiting = self.waiting()?.into_iter();
        let waiting = waiting.filter(|(row, parcel)| counts(row, parcel));
        let waiting: usize = waiting.map(|(_, parcel)| parcel.files.len()).sum();
        Ok(MAX_FILES.saturating_sub(there).saturating_sub(waiting))
    }

    /// What was done to a letter and refused, the oldest first.
    pub(super) fn refused_deeds(
        &self,
        number: &str,
        only: Option<&str>,
    ) -> Result<Vec<(outbox::Row, Parcel)>> {
        let mut refused = self.waiting()?;
        refused.retain(|(row, parcel)| {
            row.state == OutState::Refused
                && parcel.number == number
                && only.is_none_or(|what| row.what == what)
        });
        Ok(refused)
    }
}

/// Takes these out of the outbox, with their files.
pub(super) fn drop_deeds(tx: &Transaction, deeds: &[(outbox::Row, Parcel)]) -> Result<()> {
    deeds.iter().try_for_each(|(row, _)| {
        draft::remove(tx, &row.id)?;
        outbox::remove(tx, &row.id).map(drop)
    })
}

/// What somebody wrote with a deed: the words of a supplement, the reason of an appeal or of a rating.
pub(super) fn text_of(parcel: &Parcel) -> String {
    let body: serde_json::Value = serde_json::from_str(&parcel.body).unwrap_or_default();
    let words = ["text", "reason"]
        .into_iter()
        .filter_map(|name| body.get(name)?.as_str());
    words.collect::<Vec<_>>().join("\n")
}
