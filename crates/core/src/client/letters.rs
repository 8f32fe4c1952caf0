//! 问政公开 on this device: lists with lights, limits that explain themselves, figures; joining and leaving.

use super::Client;
use crate::{
    Download, Event,
    error::{Error, Result},
    ics::ics,
    limits::{Days, next_due},
    outbox::{Parcel, join_place},
    store::{letter, list::CITY_TIME, outbox, own, record},
    view::{DepartmentFigures, LetterPage, LetterQuery, LetterRow, PublicLimits},
};
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection, Record,
    record::{Id, Petition},
};

impl Client {
    /// A page of public letters.
    ///
    /// # Errors
    /// Only the database's.
    pub fn public_letters(&self, query: &LetterQuery) -> Result<LetterPage> {
        let (days, joined) = (self.days()?, self.joined()?);
        let (rows, total, lights) = self.read(|s| s.read(|c| letter::page(c, query, &days.edges())))?;
        Ok(LetterPage {
            rows: rows.into_iter().map(|row| shown(row, &days, &joined)).collect(),
            total,
            offset: query.offset,
            lights,
        })
    }

    /// These letters, in this order; those that are not here are left out.
    pub(super) fn letter_rows(&self, ids: &[Id]) -> Result<Vec<LetterRow>> {
        let (days, joined) = (self.days()?, self.joined()?);
        let mut rows = Vec::new();
        for id in ids {
            let row = self.read(|s| s.read(|c| letter::get(c, *id)))?;
            rows.extend(row.map(|row| shown(row, &days, &joined)));
        }
        Ok(rows)
    }

    /// The limits of a public letter, day by day.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the database's.
    pub fn public_limits(&self, id: Id) -> Result<PublicLimits> {
        let (days, joined) = (self.days()?, self.joined()?);
        let row = self
            .read(|s| s.read(|c| letter::get(c, id)))?
            .ok_or(Error::NotFound)?;
        let whole = self.public_letter(id)?;
        let (routed, from, provisional, extended) = whole.map_or((None, None, false, false), |l| {
            (l.routed, l.resolve_from.or(l.routed), l.provisional, l.extended)
        });
        Ok(PublicLimits {
            light: days.light(row.state, row.zero, (row.respond, row.resolve)),
            respond: days.limit(routed, row.respond, provisional),
            // A granted day was promised and not counted: there is nothing to explain.
            resolve: days.limit(from.filter(|_| !extended), row.resolve, provisional),
            joined: joined.contains(&row.number),
        })
    }

    /// How the departments answer, from the public letters on this device.
    ///
    /// # Errors
    /// Only the database's.
    pub fn department_figures(&self) -> Result<Vec<DepartmentFigures>> {
        let edges = self.days()?.edges();
        self.read(|s| s.read(|c| letter::figures(c, &edges)))
    }

    /// A calendar entry of the next limit of a letter, public or the person's own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no limit runs.
    pub fn letter_calendar(&self, number: &str) -> Result<Download> {
        let due = match self.own_due(number)? {
            Some(due) => Some(due),
            None => {
                let row = self.read(|s| s.read(|c| letter::numbered(c, number)))?;
                row.and_then(|r| next_due(r.state, r.respond, r.resolve))
            }
        };
        let due = due.ok_or(Error::NotFound)?;
        Ok(ics(&self.bundle.profile.app_name, number, due, self.time()))
    }

    /// 我也遇到.
    ///
    /// # Errors
    /// The database's; joining twice is no error.
    pub fn join_letter(&self, number: &str) -> Result<()> {
        if self.joined()?.contains(number) {
            return Ok(());
        }
        self.enqueue(&self.new_id(), "join", &self.parcel_about(number, String::new()))
    }

    /// No longer. One that was not sent yet is simply not sent.
    ///
    /// # Errors
    /// The database's; leaving what was not joined is no error.
    pub fn leave_letter(&self, number: &str) -> Result<()> {
        for (row, parcel) in self.waiting()? {
            if row.what == "join"
                && parcel.number == number
                && self.write(|tx| outbox::recall(tx, &row.id))?
            {
                self.announce(Event::Letters);
                return Ok(());
            }
        }
        for (_, (joined, token)) in self.joins()? {
            if joined == number {
                return self.enqueue(&self.new_id(), "leave", &self.parcel_about(number, token));
            }
        }
        Ok(())
    }

    /// The joined letter is left.
    pub(crate) fn forget_join(&self, row: &outbox::Row, number: &str) -> Result<()> {
        let ids: Vec<String> = self
            .joins()?
            .into_iter()
            .filter(|(_, (joined, _))| joined == number)
            .map(|(id, _)| id)
            .collect();
        self.write(|tx| {
            outbox::remove(tx, &row.id)?;
            ids.iter().try_for_each(|id| own::leave(tx, id))
        })
    }

    pub(super) fn days(&self) -> Result<Days> {
        let (calendar, policies) = self.calendar()?;
        Ok(Days {
            calendar,
            policies,
            today: CITY_TIME.to_datetime(self.time()).date(),
        })
    }

    /// Numbers of joined letters, those that are about to be among them and those about to be left not.
    pub(super) fn joined(&self) -> Result<BTreeSet<String>> {
        let mut numbers: BTreeSet<String> =
            self.joins()?.into_iter().map(|(_, (number, _))| number).collect();
        for (row, parcel) in self.waiting()? {
            match &*row.what {
                "join" => drop(numbers.insert(parcel.number)),
                "leave" => drop(numbers.remove(&parcel.number)),
                _ => {}
            }
        }
        Ok(numbers)
    }

    /// Joined letters: id here, number and token.
    fn joins(&self) -> Result<Vec<(String, (String, String))>> {
        let seal = self.outbox.seal();
        let rows = self.read(|s| s.read(own::joined))?;
        let open =
            |row: own::Joined| Some((seal.open_value(&join_place(&row.id), &row.sealed).ok()?, row.id));
        Ok(rows
            .into_iter()
            .filter_map(open)
            .map(|(joined, id)| (id, joined))
            .collect())
    }

    fn parcel_about(&self, number: &str, token: String) -> Parcel {
        Parcel {
            key: self.new_id(),
            body: String::new(),
            number: number.to_owned(),
            token,
            files: Vec::new(),
            form: None,
        }
    }

    fn public_letter(&self, id: Id) -> Result<Option<Box<Petition>>> {
        let wire = self.read(|s| s.read(|c| record::wire(c, Collection::Petitions, id)))?;
        Ok(
            wire.and_then(|json| match Record::parse(Collection::Petitions, &json) {
                Ok(Record::Petition(letter)) => Some(letter),
                _ => None,
            }),
        )
    }
}

fn shown(row: letter::Row, days: &Days, joined: &BTreeSet<String>) -> LetterRow {
    LetterRow {
        light: days.light(row.state, row.zero, (row.respond, row.resolve)),
        due: next_due(row.state, row.respond, row.resolve)
            .map(|d| d.to_string())
            .unwrap_or_default(),
        joined: joined.contains(&row.number),
        id: row.id,
        number: row.number,
        title: row.title,
        state: row.state,
        kind: row.kind,
        department: row.department,
        county: row.county,
        submitted: row.submitted,
        joiners: row.joiners,
        rating: row.rating,
        read: row.read,
    }
}
