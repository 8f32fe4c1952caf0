//! 我的信件: kept by their receipts, followed by their tokens.

use super::{
    Client,
    deeds::{drop_deeds, text_of},
};
use crate::{
    Event,
    error::{Error, Result},
    limits::{clock, next_due},
    outbox::own_place,
    store::{draft, outbox, own},
    view::{LetterForm, MineState, MyFile, MyLetter, MyRow, MyStep, MyWords, OutState, PendingDeed},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use weimenhu_domain::petition::{
    Action, Facts, Kind, Rating, Role, State, Visibility,
    deadline::Clock,
    judge::allowed,
    receipt::Number,
    wire::{Own, Receipt},
};

/// What a writer does over the network.
pub(super) const DEEDS: &[Action] = &[
    Action::Supplement,
    Action::Withdraw,
    Action::SetVisibility,
    Action::Appeal,
    Action::Rate,
    Action::AskErase,
];

/// The receipt, and what was sent.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Written {
    pub number: String,
    pub code: String,
    /// Empty for a letter that was looked up: only its number and code are known here.
    pub token: String,
    pub submitted: String,
    pub title: String,
    pub text: String,
    pub kind: Kind,
    pub visibility: Visibility,
    /// When the server first said that it does not know this letter, RFC 3339; empty while it does. A server that was
    /// restored from a backup has lost what came later, and only the writer still has it.
    #[serde(default)]
    pub missing: String,
}

impl Written {
    /// Of a receipt that was found again: what was sent comes with the letter itself.
    pub fn found(number: String, code: String, token: String) -> Self {
        let form = LetterForm::default();
        Self {
            number,
            code,
            token,
            submitted: String::new(),
            title: String::new(),
            text: String::new(),
            kind: form.kind,
            visibility: form.visibility,
            missing: String::new(),
        }
    }

    /// Fills in what only the letter itself says, once it has come.
    pub fn complete(&mut self, own: &Own) -> bool {
        if !self.submitted.is_empty() {
            return false;
        }
        let words = |sort: &str| own.words.iter().find(|w| w.sort == sort).map(|w| w.text.clone());
        self.title = words("title").unwrap_or_default();
        self.text = words("letter").unwrap_or_default();
        (self.kind, self.visibility) = (own.kind, own.visibility);
        self.submitted.clone_from(&own.submitted);
        true
    }

    /// Of a letter that has just arrived.
    pub fn of(receipt: Receipt, form: Option<&LetterForm>) -> Self {
        let form = form.cloned().unwrap_or_default();
        Self {
            number: receipt.number.to_string(),
            code: receipt.code,
            token: receipt.token,
            submitted: receipt.submitted.to_string(),
            title: form.title.trim().to_owned(),
            text: form.text.trim().to_owned(),
            kind: form.kind,
            visibility: form.visibility,
            missing: String::new(),
        }
    }
}

/// One of the person's letters, opened.
pub(super) struct Mine {
    pub row: own::Row,
    pub written: Written,
    pub own: Option<Own>,
}

impl Mine {
    pub fn state(&self) -> State {
        self.own.as_ref().map_or(State::Submitted, |o| o.state)
    }

    fn clocks(&self) -> (Option<Clock>, Option<Clock>) {
        self.own.as_ref().map_or((None, None), |o| {
            (
                clock(&o.respond_due, &o.responded),
                clock(&o.resolve_due, &o.resolved),
            )
        })
    }

    /// Day zero of the answer.
    fn zero(&self) -> Option<Date> {
        self.own.as_ref().and_then(|o| o.resolve_from.parse().ok())
    }

    fn due(&self) -> Option<Date> {
        let (respond, resolve) = self.clocks();
        next_due(self.state(), respond, resolve)
    }

    /// What its writer may do, by the domain's table. Whether a day has passed is for the server to say, which leaves
    /// it out then: this device's clock may be wrong, and must not take a right away.
    pub fn may(&self) -> Vec<String> {
        let here = !self.written.token.is_empty() && self.written.missing.is_empty();
        let Some(own) = self.own.as_ref().filter(|_| here) else {
            return Vec::new();
        };
        let facts = Facts {
            visibility: own.visibility,
            has_joiners: own.joiners > 0,
            appealed_before: own.appeal_until.is_empty(),
            appeal_until: own.appeal_until.parse().ok(),
            rated: own.rate_until.is_empty(),
            rate_until: own.rate_until.parse().ok(),
            ..Facts::of(Some(own.state), Date::MIN)
        };
        let may = allowed(Role::Writer, &facts);
        let names = DEEDS
            .iter()
            .filter(|a| may.contains(a))
            .map(|a| a.name().to_owned());
        names.collect()
    }
}

impl Client {
    /// The person's letters, the newest first.
    ///
    /// # Errors
    /// Only the database's.
    pub fn my_letters(&self) -> Result<Vec<MyRow>> {
        let days = self.days()?;
        let row = |mine: Mine| {
            let (respond, resolve) = mine.clocks();
            let own = mine.own.as_ref();
            MyRow {
                number: mine.written.number.clone(),
                title: mine.written.title.clone(),
                kind: mine.written.kind,
                state: mine.state(),
                visibility: own.map_or(mine.written.visibility, |o| o.visibility),
                department: own.map(|o| o.department.clone()).unwrap_or_default(),
                light: days.light(mine.state(), mine.zero(), (respond, resolve)),
                due: mine.due().map(|d| d.to_string()).unwrap_or_default(),
                changed: own
                    .and_then(|o| o.trail.last())
                    .map_or_else(|| mine.written.submitted.clone(), |step| step.at.clone()),
                unseen: mine.row.unseen,
                may: mine.may(),
            }
        };
        Ok(self.mine()?.into_iter().map(row).collect())
    }

    /// One of them; from now on it has been seen.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the database's.
    pub fn my_letter(&self, number: &str) -> Result<MyLetter> {
        let mine = self.one(number)?;
        if self.write(|tx| own::see(tx, &mine.row.id))? {
            self.announce(Event::Letters);
        }
        self.show(&mine)
    }

    /// Finds a letter by its number and code and keeps it here. What its writer does stays with the device that sent
    /// it: number and code may be read aloud, the token never is.
    ///
    /// # Errors
    /// [`Error::WrongCode`] for an unknown number and a wrong code alike; those of the network.
    pub async fn look_up_letter(&self, number: &str, code: &str) -> Result<MyLetter> {
        let number = number
            .trim()
            .parse::<Number>()
            .map_err(|_| Error::WrongCode)?
            .to_string();
        if let Ok(mine) = self.one(&number) {
            return self.show(&mine);
        }
        let remote = self.remote()?;
        let own = remote.look_up(&number, code.trim()).await?;
        let words = |sort: &str| own.words.iter().find(|w| w.sort == sort).map(|w| w.text.clone());
        let written = Written {
            number,
            code: code.trim().to_uppercase(),
            token: String::new(),
            submitted: own.submitted.clone(),
            title: words("title").unwrap_or_default(),
            text: words("letter").unwrap_or_default(),
            kind: own.kind,
            visibility: own.visibility,
            missing: String::new(),
        };
        let id = self.new_id();
        let seal = self.outbox.seal();
        let row = own::Row {
            unseen: false,
            refreshed: self.time().to_string(),
            tag: String::new(),
            receipt: seal.seal_value(&own_place(&id), &written)?,
            own: seal.seal_value(&own_place(&id), &own)?,
            id,
        };
        self.write(|tx| own::add(tx, &row))?;
        self.announce(Event::Letters);
        self.show(&Mine {
            row,
            written,
            own: Some(own),
        })
    }

    /// Forgets a letter on this device, also on its disk. The server keeps it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the database's.
    pub fn forget_letter(&self, number: &str) -> Result<()> {
        let mine = self.one(number)?;
        let refused = self.refused_deeds(number, None)?;
        self.write(|tx| {
            drop_deeds(tx, &refused)?;
            draft::remove(tx, &mine.row.id)?;
            own::remove(tx, &mine.row.id)
        })?;
        self.sweep_files()?;
        self.announce(Event::Letters);
        self.store().forget_mine()
    }

    /// What there is of the person's own.
    ///
    /// # Errors
    /// Only the database's.
    pub fn mine_state(&self) -> Result<MineState> {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (drafts, out, own) =
            self.read(|s| s.read(|c| Ok((draft::all(c)?, outbox::all(c)?, own::all(c)?))))?;
        let waits = |id: &str| out.iter().any(|o| o.id == id);
        Ok(MineState {
            drafts: count(drafts.iter().filter(|d| !waits(&d.id)).count()),
            waiting: count(out.iter().filter(|o| o.state != OutState::Refused).count()),
            unseen: count(own.iter().filter(|o| o.unseen).count()),
        })
    }

    /// The next limit of one of the person's own letters.
    pub(super) fn own_due(&self, number: &str) -> Result<Option<Date>> {
        match self.one(number) {
            Ok(mine) => Ok(mine.due()),
            Err(Error::NotFound) => Ok(None),
            Err(e) => Err(e),
        }
    }

    pub(super) fn mine(&self) -> Result<Vec<Mine>> {
        let rows = self.read(|s| s.read(own::all))?;
        Ok(rows.into_iter().filter_map(|row| self.opened(row)).collect())
    }

    /// A row that does not open any more must not hide the others; what the server said can be asked again.
    pub(super) fn opened(&self, row: own::Row) -> Option<Mine> {
        let seal = self.outbox.seal();
        let written = seal.open_value(&own_place(&row.id), &row.receipt);
        let written = written.inspect_err(|_| tracing::warn!(id = row.id, "a receipt does not open"));
        let own = seal.open_value(&own_place(&row.id), &row.own);
        Some(Mine {
            written: written.ok()?,
            own: own.ok(),
            row,
        })
    }

    pub(super) fn one(&self, number: &str) -> Result<Mine> {
        let found = self.mine()?.into_iter().find(|m| m.written.number == number);
        found.ok_or(Error::NotFound)
    }

    fn show(&self, mine: &Mine) -> Result<MyLetter> {
        let days = self.days()?;
        let pending = self
            .waiting()?
            .into_iter()
            .filter(|(_, p)| p.number == mine.written.number);
        let pending = pending.map(|(row, parcel)| PendingDeed {
            id: row.id,
            what: row.what,
            state: row.state,
            problem: Some(row.problem).filter(|p| !p.is_empty()),
            files: u32::try_from(parcel.files.len()).unwrap_or(u32::MAX),
            text: match row.state {
                OutState::Refused => text_of(&parcel),
                _ => String::new(),
            },
        });
        let (written, own) = (&mine.written, mine.own.clone());
        let (respond, resolve) = mine.clocks();
        let o = own.as_ref();
        let text = |get: fn(&Own) -> &String| o.map(|o| get(o).clone()).unwrap_or_default();
        let day = |get: fn(&Own) -> &String| o.and_then(|o| get(o).parse::<Date>().ok());
        let provisional = o.is_some_and(|o| o.provisional);
        let extended = o.is_some_and(|o| o.extended);
        let goes_on = match o.map(|o| &*o.merged_into).unwrap_or_default() {
            "" => None,
            number => self.goes_on(number)?,
        };
        Ok(MyLetter {
            goes_on,
            number: written.number.clone(),
            code: written.code.clone(),
            title: written.title.clone(),
            text: written.text.clone(),
            kind: written.kind,
            state: mine.state(),
            visibility: o.map_or(written.visibility, |o| o.visibility),
            submitted: written.submitted.clone(),
            county: text(|o| &o.county),
            department: text(|o| &o.department),
            assisting: o.map(|o| o.assisting.clone()).unwrap_or_default(),
            light: days.light(mine.state(), mine.zero(), (respond, resolve)),
            respond: days.limit(day(|o| &o.routed), respond, provisional),
            resolve: days.limit(
                day(|o| &o.resolve_from).filter(|_| !extended),
                resolve,
                provisional,
            ),
            extended,
            declined: text(|o| &o.declined),
            appeal_until: text(|o| &o.appeal_until),
            rating: o.and_then(|o| Rating::named(&o.rating)),
            rate_until: text(|o| &o.rate_until),
            merged_into: text(|o| &o.merged_into),
            joiners: o.map(|o| o.joiners).unwrap_or_default(),
            may: mine.may(),
            pending: pending.collect(),
            refreshed: mine.row.refreshed.clone(),
            missing: written.missing.clone(),
            words: own
                .iter()
                .flat_map(|o| &o.words)
                .filter(|w| !matches!(&*w.sort, "title" | "letter"))
                .map(|w| MyWords {
                    sort: w.sort.clone(),
                    department: w.department.clone(),
                    text: w.text.clone(),
                    written: w.written.clone(),
                })
                .collect(),
            trail: own
                .iter()
                .flat_map(|o| &o.trail)
                .map(|s| MyStep {
                    what: s.what.clone(),
                    at: s.at.clone(),
                    voided: s.voided,
                    department: s.department.clone(),
                    date: Some(s.date.clone()).filter(|d| !d.is_empty()),
                    rating: Rating::named(&s.rating),
                    number: s.number.clone(),
                })
                .collect(),
            files: own
                .iter()
                .flat_map(|o| &o.files)
                .map(|f| MyFile {
                    media_type: f.media_type.clone(),
                    size: f.size,
                })
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mine(own: serde_json::Value) -> Mine {
        let mut whole = json!({
            "number": "", "state": "submitted", "kind": "help", "visibility": "public", "submitted": "", "county": "",
            "department": "", "assisting": [], "routed": "", "respond_due": "", "responded": "", "resolve_from": "",
            "resolve_due": "", "resolved": "", "extended": false, "provisional": false, "declined": "",
            "appeal_until": "", "rating": "", "rate_until": "", "merged_into": "", "joiners": 0, "words": [],
            "trail": [], "files": [],
        });
        for (name, value) in own.as_object().unwrap() {
            whole[name] = value.clone();
        }
        let written = json!({"number": "", "code": "", "token": "t", "submitted": "", "title": "", "text": "",
            "kind": "help", "visibility": "public"});
        Mine {
            row: own::Row {
                id: String::new(),
                unseen: false,
                refreshed: String::new(),
                tag: String::new(),
                receipt: Vec::new(),
                own: Vec::new(),
            },
            written: serde_json::from_value(written).unwrap(),
            own: Some(serde_json::from_value(whole).unwrap()),
        }
    }

    #[test]
    fn a_right_is_what_the_server_says_whatever_day_the_device_believes_it_is() {
        for day in ["1971-01-01", "2999-12-31"] {
            let declined = mine(json!({"state": "declined", "appeal_until": day}));
            assert!(declined.may().contains(&"appeal".to_owned()), "{day}");
            let resolved = mine(json!({"state": "resolved", "rate_until": day}));
            assert!(resolved.may().contains(&"rate".to_owned()), "{day}");
        }
        let over = mine(json!({"state": "declined"}));
        assert!(!over.may().contains(&"appeal".to_owned()));
        assert!(
            !mine(json!({"state": "resolved"}))
                .may()
                .contains(&"rate".to_owned())
        );
    }
}
