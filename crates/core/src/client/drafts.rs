//! Writing a letter: drafts are rows from the first word on; what was submitted is frozen.

use super::{
    Client, Written,
    files::{MAX_FILES, parcel_files},
};
use crate::{
    Event,
    error::{Error, Result},
    outbox::{Parcel, own_place},
    store::{draft, lock, outbox, own},
    view::{
        Draft, DraftFile, DraftRow, Finding, FormFault, LetterForm, LetterPreview, LetterRow, OutState,
        Piece, SearchQuery,
    },
};
use std::collections::BTreeMap;
use uuid::{NoContext, Timestamp, Uuid};
use weimenhu_domain::{
    Collection,
    petition::{
        Visibility, redaction,
        wire::{Contact, Submission},
    },
};

/// The server's limits, in characters.
const MAX_TITLE: usize = 60;
const MAX_TEXT: usize = 5000;
const MAX_LINE: usize = 200;
const MAX_NAME: usize = 40;
/// Public letters shown beside a draft that may ask the same.
const SIMILAR: u32 = 3;

impl Client {
    /// All drafts and letters on their way out, the last changed first.
    ///
    /// # Errors
    /// The database's.
    pub fn drafts(&self) -> Result<Vec<DraftRow>> {
        let rows = self.read(|s| s.read(draft::all))?;
        let mut drafts = Vec::new();
        for row in rows {
            // One that does not open any more must not hide the others.
            let Ok(form) = self.form(&row) else {
                tracing::warn!(id = row.id, "a draft does not open");
                continue;
            };
            let out = self.out(&row)?;
            let files = self.read(|s| s.read(|c| draft::files(c, &row.id)))?.len();
            drafts.push(DraftRow {
                id: row.id,
                title: form.title,
                kind: form.kind,
                changed: row.changed,
                state: out.0,
                problem: out.1,
                next_try: out.2,
                files: u32::try_from(files).unwrap_or(u32::MAX),
            });
        }
        Ok(drafts)
    }

    /// Begins a letter; answers its name on this device.
    ///
    /// # Errors
    /// The database's.
    pub fn new_draft(&self) -> Result<String> {
        let id = self.new_id();
        self.put_draft(&id, &LetterForm::default(), "")?;
        Ok(id)
    }

    /// One draft.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the database's.
    pub fn draft(&self, id: &str) -> Result<Draft> {
        let row = self.draft_row(id)?;
        let (state, problem, next_try) = self.out(&row)?;
        let files = self.draft_files(id)?;
        Ok(Draft {
            form: self.form(&row)?,
            state,
            problem,
            next_try,
            sent: self.outbox.sent(id),
            to_send: files
                .iter()
                .fold(0, |all, f: &DraftFile| all.saturating_add(f.size)),
            files,
            id: row.id,
        })
    }

    /// Keeps what has been typed. Why it was refused stays beside it until it is submitted anew.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is on its way out; [`Error::NotFound`]; the database's.
    pub fn save_draft(&self, id: &str, form: &LetterForm) -> Result<()> {
        let row = self.editable(id)?;
        self.put_draft(id, form, &row.problem)
    }

    /// Deletes a draft; [`Self::restore_draft`] brings it back until the app ends.
    ///
    /// # Errors
    /// As for [`Self::save_draft`].
    pub fn delete_draft(&self, id: &str) -> Result<()> {
        let row = self.editable(id)?;
        let _files = lock(&self.outbox.files);
        let files = self.read(|s| s.read(|c| draft::files(c, id)))?;
        self.write(|tx| draft::remove(tx, id))?;
        lock(&self.outbox.deleted).insert(id.to_owned(), (row, files));
        self.announce(Event::Letters);
        Ok(())
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it was not deleted in this run; the database's.
    pub fn restore_draft(&self, id: &str) -> Result<()> {
        let _files = lock(&self.outbox.files);
        let (row, files) = lock(&self.outbox.deleted).remove(id).ok_or(Error::NotFound)?;
        self.write(|tx| {
            draft::put(tx, &row)?;
            files.iter().try_for_each(|file| draft::add_file(tx, file))
        })?;
        self.announce(Event::Letters);
        Ok(())
    }

    /// What the public will see, what is wrong, and who has asked the same.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the database's.
    pub fn preview_letter(&self, id: &str) -> Result<LetterPreview> {
        let form = self.form(&self.draft_row(id)?)?;
        let (title, mut sorts) = pieces(&form.title, &form.name);
        let (text, of_text) = pieces(&form.text, &form.name);
        for (sort, count) in of_text {
            *sorts.entry(sort).or_default() += count;
        }
        Ok(LetterPreview {
            faults: faults(&form, self.kept_files(id)?.len()),
            similar: self.similar(&form)?,
            found: sorts
                .into_iter()
                .map(|(sort, count)| Finding { sort, count })
                .collect(),
            title,
            text,
        })
    }

    /// Freezes a letter and hands it to the outbox.
    ///
    /// # Errors
    /// [`Error::Invalid`] while something is wrong with it or it is on its way already.
    pub fn submit_letter(&self, id: &str) -> Result<()> {
        let row = self.editable(id)?;
        let form = self.form(&row)?;
        let files = self.kept_files(id)?;
        if !faults(&form, files.len()).is_empty() {
            return Err(Error::Invalid("the letter"));
        }
        let (files, attachments) = parcel_files(files)?;
        let body = serde_json::to_string(&Submission {
            kind: form.kind,
            title: form.title.trim().to_owned(),
            text: form.text.trim().to_owned(),
            department: form.department.clone(),
            county: form.county.clone(),
            address: form.address.trim().to_owned(),
            location: form.location,
            visibility: form.visibility,
            contact: Contact {
                name: form.name.trim().to_owned(),
                phone: form.phone.trim().to_owned(),
            },
            attachments,
            consent: form.consent,
        })?;
        let parcel = Parcel {
            key: self.new_id(),
            body,
            number: String::new(),
            token: String::new(),
            files,
            form: Some(form),
            follows: None,
        };
        self.enqueue(id, "submit", &parcel)
    }

    /// The number of the letter that a draft became; none while it is a draft, or once it is forgotten here.
    ///
    /// # Errors
    /// Only the database's.
    pub fn sent_number(&self, id: &str) -> Result<Option<String>> {
        let Some(row) = self.read(|s| s.read(|c| own::get(c, id)))? else {
            return Ok(None);
        };
        let written: Written = self.outbox.seal().open_value(&own_place(id), &row.receipt)?;
        Ok(Some(written.number))
    }

    /// Takes a letter back while no attempt has begun.
    ///
    /// # Errors
    /// [`Error::Invalid`] when one has: it may be there already.
    pub fn recall_letter(&self, id: &str) -> Result<()> {
        if !self.write(|tx| outbox::recall(tx, id))? {
            return Err(Error::Invalid("a letter that is on its way"));
        }
        self.announce(Event::Letters);
        Ok(())
    }

    /// A new name on this device, which is an idempotency key too.
    pub(super) fn new_id(&self) -> String {
        let now = self.time();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, nanos)).to_string()
    }

    fn put_draft(&self, id: &str, form: &LetterForm, problem: &str) -> Result<()> {
        let row = self.sealed_draft(id, form, problem)?;
        self.write(|tx| draft::put(tx, &row))?;
        self.announce(Event::Letters);
        Ok(())
    }

    pub(super) fn sealed_draft(&self, id: &str, form: &LetterForm, problem: &str) -> Result<draft::Row> {
        Ok(draft::Row {
            id: id.to_owned(),
            changed: self.time().to_string(),
            problem: problem.to_owned(),
            sealed: self.outbox.seal().seal_value(&draft_place(id), form)?,
        })
    }

    fn draft_row(&self, id: &str) -> Result<draft::Row> {
        self.read(|s| s.read(|c| draft::get(c, id)))?
            .ok_or(Error::NotFound)
    }

    /// A draft that is not on its way out.
    pub(super) fn editable(&self, id: &str) -> Result<draft::Row> {
        let row = self.draft_row(id)?;
        match self.read(|s| s.read(|c| outbox::get(c, id)))? {
            None => Ok(row),
            Some(_) => Err(Error::Invalid("a letter that is on its way")),
        }
    }

    pub(super) fn form(&self, row: &draft::Row) -> Result<LetterForm> {
        self.outbox.seal().open_value(&draft_place(&row.id), &row.sealed)
    }

    /// Where a draft is: state, problem, next attempt.
    fn out(&self, row: &draft::Row) -> Result<(OutState, Option<String>, Option<String>)> {
        let filled = |text: String| Some(text).filter(|t| !t.is_empty());
        Ok(match self.read(|s| s.read(|c| outbox::get(c, &row.id)))? {
            Some(out) => (out.state, filled(out.problem), filled(out.next_try)),
            None if row.problem.is_empty() => (OutState::Draft, None, None),
            None => (OutState::Refused, filled(row.problem.clone()), None),
        })
    }

    fn similar(&self, form: &LetterForm) -> Result<Vec<LetterRow>> {
        if form.title.trim().chars().count() < 2 {
            return Ok(Vec::new());
        }
        let query = SearchQuery {
            text: form.title.clone(),
            collection: Some(Collection::Petitions),
            limit: SIMILAR,
            ..SearchQuery::default()
        };
        let found = self.search(&query)?.documents;
        let ids: Vec<_> = found.iter().map(|hit| hit.row.id).collect();
        self.letter_rows(&ids)
    }
}

fn draft_place(id: &str) -> String {
    format!("draft {id}")
}

/// A text as the public would see it, and how often something is hidden in it.
fn pieces(text: &str, name: &str) -> (Vec<Piece>, BTreeMap<String, u32>) {
    let names: Vec<&str> = Some(name.trim()).filter(|n| !n.is_empty()).into_iter().collect();
    let (mut pieces, mut sorts, mut done) = (Vec::new(), BTreeMap::new(), 0);
    let plain = |from: usize, to: usize| text.get(from..to).filter(|t| !t.is_empty());
    for found in redaction::find(text, &names) {
        pieces.extend(plain(done, found.start).map(|text| Piece {
            text: text.to_owned(),
            hidden: None,
        }));
        let sort = serde_json::to_value(found.sort).unwrap_or_default();
        let sort = sort.as_str().unwrap_or_default().to_owned();
        *sorts.entry(sort.clone()).or_default() += 1;
        // Masked in its place, then cut out: what stands around it has its length still.
        let masked = redaction::mask(text.get(..found.end).unwrap_or_default(), &[found]);
        pieces.push(Piece {
            text: masked.get(found.start..).unwrap_or_default().to_owned(),
            hidden: Some(sort),
        });
        done = found.end;
    }
    pieces.extend(plain(done, text.len()).map(|text| Piece {
        text: text.to_owned(),
        hidden: None,
    }));
    (pieces, sorts)
}

/// What keeps a form from being submitted.
fn faults(form: &LetterForm, files: usize) -> Vec<FormFault> {
    let mut all = Vec::new();
    let mut fault = |field: &str, code: &str| {
        all.push(FormFault {
            field: field.into(),
            code: code.into(),
        });
    };
    for (field, text, most, required) in [
        ("title", &form.title, MAX_TITLE, true),
        ("text", &form.text, MAX_TEXT, true),
        ("address", &form.address, MAX_LINE, false),
        ("name", &form.name, MAX_NAME, false),
    ] {
        if required && text.trim().is_empty() {
            fault(field, "required");
        } else if text.trim().chars().count() > most {
            fault(field, "too_long");
        }
    }
    let digits = form.phone.chars().filter(char::is_ascii_digit).count();
    let known = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ');
    let phone = form.phone.trim();
    let sound = phone.is_empty() || (phone.chars().all(known) && (7..=15).contains(&digits));
    if !sound {
        fault("phone", "bad");
    }
    if form.visibility == Visibility::Secret {
        fault("visibility", "bad");
    }
    if files > MAX_FILES {
        fault("files", "too_many");
    }
    if !form.consent {
        fault("consent", "consent");
    }
    all
}
