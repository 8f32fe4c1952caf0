//! Reading: lists, records, files, and the marks one leaves on them.

use super::Client;
use crate::{
    download::{Download, file_name},
    error::{Error, Result},
    event::Event,
    photo,
    store::{list, mark, record},
    sync::{self, Source},
    vcard,
    view::{About, Body, Count, Detail, Facets, Filter, Letter, ListQuery, Page},
};
use std::{sync::PoisonError, time::Duration};
use weimenhu_domain::{
    Collection, Record, html,
    petition::{WorkCalendar, policy::Rule},
    record::{Id, Sha256},
};

/// How long opening an article waits for a body that is not on the device.
const BODY_PATIENCE: Duration = Duration::from_secs(8);

impl Client {
    /// One page of a list.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a day of the filter is no day.
    pub fn list(&self, query: &ListQuery) -> Result<Page> {
        self.read(|store| store.read(|c| list::page(c, query)))
    }

    /// The A–Z headings of a directory.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub fn letters(&self, collection: Collection, filter: &Filter) -> Result<Vec<Letter>> {
        self.read(|store| store.read(|c| list::letters(c, collection, filter)))
    }

    /// What a collection can be filtered by.
    ///
    /// # Errors
    /// Only the database's.
    pub fn facets(&self, collection: Collection) -> Result<Facets> {
        self.read(|store| store.read(|c| list::facets(c, collection)))
    }

    /// How many records each collection has.
    ///
    /// # Errors
    /// Only the database's.
    pub fn counts(&self) -> Result<Vec<Count>> {
        self.read(|store| store.read(list::counts))
    }

    /// The city's working days, from the calendar on this device. A year that this app cannot read counts as one
    /// whose list is not out.
    ///
    /// # Errors
    /// Only the database's.
    pub fn work_calendar(&self) -> Result<WorkCalendar> {
        Ok(self.calendar()?.0)
    }

    /// The working days, and the city's numbers of days beside them.
    pub(super) fn calendar(&self) -> Result<(WorkCalendar, Vec<Rule>)> {
        let years = self.read(|store| store.read(|c| record::all(c, Collection::Calendar)))?;
        let mut years: Vec<_> = years
            .iter()
            .filter_map(|json| match Record::parse(Collection::Calendar, json) {
                Ok(Record::Calendar(year)) => Some(year),
                _ => None,
            })
            .collect();
        let policies = years.iter_mut().flat_map(|y| std::mem::take(&mut y.policies));
        let policies = policies.collect();
        Ok((WorkCalendar::of(&years), policies))
    }

    /// One record. A body that is not on the device is fetched if that takes but a moment; otherwise the answer
    /// says [`Body::Absent`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record is not here at all.
    pub async fn detail(&self, collection: Collection, id: Id) -> Result<Detail> {
        let look = || {
            self.read(|s| {
                s.read(|c| {
                    let row = list::row(c, collection, id)?.ok_or(Error::NotFound)?;
                    Ok((row, record::wire(c, collection, id)?))
                })
            })
        };
        let (mut row, mut json) = look()?;
        if json.is_none() && self.fetch_body(collection, id).await {
            (row, json) = look()?;
        }
        let body = json.map_or(Body::Absent, |json| body(collection, &json));
        Ok(Detail { row, body })
    }

    /// Remembers whether the record has been opened.
    ///
    /// # Errors
    /// Only the database's.
    pub fn mark_read(&self, collection: Collection, id: Id, read: bool) -> Result<()> {
        self.write(|tx| mark::set_read(tx, collection, id, read))?;
        self.announce(Event::Changed(vec![collection]));
        Ok(())
    }

    /// Remembers whether the record is starred.
    ///
    /// # Errors
    /// Only the database's.
    pub fn star(&self, collection: Collection, id: Id, starred: bool) -> Result<()> {
        self.write(|tx| mark::set_starred(tx, collection, id, starred))?;
        self.announce(Event::Changed(vec![collection]));
        Ok(())
    }

    /// The bytes of a picture or attachment.
    ///
    /// # Errors
    /// [`Error::NotFound`] or the network's.
    pub async fn picture(&self, sha: &Sha256) -> Result<Vec<u8>> {
        self.pictures
            .get(sha, &self.dump, self.remote.as_ref(), self.picture_cap()?)
            .await
    }

    /// The same for a screen that shows it: fetched only when pictures may be, see [`FetchPictures`].
    ///
    /// # Errors
    /// As for [`Self::picture`]; [`Error::NotFound`] also for one that is not here and may not be fetched.
    ///
    /// [`FetchPictures`]: crate::view::FetchPictures
    pub async fn picture_shown(&self, sha: &Sha256) -> Result<Vec<u8>> {
        let may = self.may_fetch_pictures()?;
        let remote = self.remote.as_ref().filter(|_| may);
        self.pictures
            .get(sha, &self.dump, remote, self.picture_cap()?)
            .await
    }

    /// The same for a row of a list: no larger than it is shown there. Nothing of it is kept.
    ///
    /// # Errors
    /// As for [`Self::picture`].
    pub async fn picture_in_row(&self, sha: &Sha256) -> Result<Vec<u8>> {
        let whole = self.picture_shown(sha).await?;
        tokio::task::spawn_blocking(|| photo::for_a_row(whole))
            .await
            .map_err(|_| Error::Invalid("a picture that cannot be read"))
    }

    /// The record as a contact for the phone's address book (vCard 4.0).
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Invalid`] for a record that is no contact.
    pub fn contact(&self, collection: Collection, id: Id) -> Result<Download> {
        let record = self.record(collection, id)?;
        let card = vcard::vcard(&record).ok_or(Error::Invalid("this record is no contact"))?;
        Ok(Download {
            name: file_name(&format!("{}.vcf", record.head().title)),
            bytes: card.into_bytes(),
        })
    }

    /// An attachment of an article.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the article has no such attachment, or the network's.
    pub async fn attachment(&self, collection: Collection, id: Id, sha: &Sha256) -> Result<Download> {
        let (Record::News(article) | Record::Notice(article)) = self.record(collection, id)? else {
            return Err(Error::NotFound);
        };
        let file = article
            .attachments
            .iter()
            .find(|a| a.sha256 == *sha)
            .ok_or(Error::NotFound)?;
        Ok(Download {
            name: file_name(&file.name),
            bytes: self.picture(sha).await?,
        })
    }

    /// What the app is.
    pub fn about(&self) -> About {
        let aside = self.rebuilt_from.lock().unwrap_or_else(PoisonError::into_inner);
        About {
            city: self.bundle.profile.id.clone(),
            version: self.app_version.clone(),
            server: self.server.clone(),
            demo: self.bundle.profile.demo,
            rebuilt_from: aside.as_ref().map(|p| p.display().to_string()),
        }
    }

    /// The whole record, from this device.
    fn record(&self, collection: Collection, id: Id) -> Result<Record> {
        let json = self.read(|s| s.read(|c| record::wire(c, collection, id)))?;
        Ok(Record::parse(collection, &json.ok_or(Error::NotFound)?)?)
    }

    async fn fetch_body(&self, collection: Collection, id: Id) -> bool {
        let from_dump = sync::fetch_one(self, &Source::Dump(&self.dump), collection, id).await;
        if from_dump.is_ok() {
            return true;
        }
        let Some(remote) = &self.remote else { return false };
        let source = Source::Network(remote, &self.staging);
        let fetch = sync::fetch_one(self, &source, collection, id);
        match tokio::time::timeout(BODY_PATIENCE, fetch).await {
            Ok(Ok(())) => true,
            Ok(Err(e)) => {
                tracing::info!(%collection, id, error = %e, "body not fetched");
                false
            }
            Err(_) => false,
        }
    }
}

/// A record's JSON as its own page shows it; HTML is cleaned once more (8-safety).
fn body(collection: Collection, json: &str) -> Body {
    match Record::parse(collection, json) {
        Ok(Record::News(mut a) | Record::Notice(mut a)) => {
            a.html = html::clean(&a.html);
            Body::Article(a)
        }
        Ok(Record::Leader(l)) => Body::Leader(l),
        Ok(Record::Agency(a)) => Body::Agency(a),
        Ok(Record::Phone(p)) => Body::Phone(p),
        Ok(Record::School(s)) => Body::School(s),
        Ok(Record::Hospital(h)) => Body::Hospital(h),
        Ok(Record::Calendar(c)) => Body::Calendar(c),
        Ok(Record::Petition(l)) => Body::Petition(l),
        Err(_) => Body::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_cleaned_again_on_this_device() {
        let json = r#"{"title":"甲","html":"<p onclick='x()'>乙</p><script>x()</script><a href='javascript:x()'>丙</a>",
            "published":"2026-11-22T00:00:00Z"}"#;
        let Body::Article(article) = body(Collection::News, json) else {
            panic!("no article")
        };
        assert_eq!(article.html, "<p>乙</p><a rel=\"noopener noreferrer\">丙</a>");
    }

    #[test]
    fn a_record_of_a_later_app_is_unreadable_and_not_an_error() {
        assert!(matches!(
            body(Collection::News, "{\"headline\":\"甲\"}"),
            Body::Unreadable
        ));
    }
}
