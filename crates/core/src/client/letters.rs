//! 问政公开 on this device: lists with lights, limits that explain themselves, figures.

use super::Client;
use crate::{
    Download,
    error::{Error, Result},
    ics::ics,
    limits::{Days, next_due},
    store::{letter, list::CITY_TIME, record},
    view::{DepartmentFigures, LetterPage, LetterQuery, LetterRow, PublicLimits},
};
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection, Record,
    petition::State,
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
        let goes_on = match row.state {
            State::Merged => self.goes_on(&row.number)?.filter(|other| *other != id),
            _ => None,
        };
        Ok(PublicLimits {
            goes_on,
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
        let today = self.days()?.today;
        self.read(|s| s.read(|c| letter::figures(c, today)))
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

    pub(super) fn days(&self) -> Result<Days> {
        let (calendar, policies) = self.calendar()?;
        Ok(Days {
            calendar,
            policies,
            today: CITY_TIME.to_datetime(self.time()).date(),
        })
    }

    pub(super) fn public_letter(&self, id: Id) -> Result<Option<Box<Petition>>> {
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
