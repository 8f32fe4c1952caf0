//! 订阅: what is followed. All of it happens on this device: the server is asked for nothing and
//! told nothing.

use super::Client;
use crate::{
    Event,
    error::{Error, Result},
    store::{
        inbox::{self, Arrival},
        list, record,
        search::{self, Follow},
        topic,
    },
    view::{Filter, Hit, ListQuery, Page, SearchQuery, SearchSort, Topic, TopicForm, TopicPreview},
};
use jiff::{Timestamp, ToSpan};
use rusqlite::Transaction;
use weimenhu_domain::Collection;

/// Records this much older than the topic are taken in with it: whoever follows something sees that it works, and what
/// is published with the date of the day before is not missed.
const BACK_DAYS: i64 = 7;
/// More than two records a day by a word: one had better be asked, and it is told once a day.
const BROAD: u32 = 60;
/// The same of what is taken in with a topic.
pub(super) const BROAD_WEEK: u32 = 14;
/// Rows of a preview.
const PREVIEW: u32 = 3;
/// Characters of a topic's words; nobody types more.
const LONGEST: usize = 60;
/// More than anybody oversees.
pub(super) const MOST: u32 = 1000;

impl Client {
    /// What is followed, in the person's order.
    ///
    /// # Errors
    /// Only the database's.
    pub fn topics(&self) -> Result<Vec<Topic>> {
        self.read(|s| s.read(topic::all))
    }

    /// What a topic would bring in, before it is followed. Blocking, like a search.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it follows nothing.
    pub fn preview_topic(&self, form: &TopicForm) -> Result<TopicPreview> {
        let form = checked(form)?;
        let known = self.read(|s| s.read(|c| topic::same(c, &form)))?;
        let mut preview = TopicPreview {
            month: 0,
            capped: false,
            broad: false,
            rows: Vec::new(),
            readings: Vec::new(),
            known,
        };
        let from = self.as_of().checked_sub((30 * 24).hours());
        let from = from.map(|t| list::CITY_TIME.to_datetime(t).date().to_string());
        if let Some(letter) = form.letter {
            preview.rows = self
                .read(|s| s.read(|c| list::row(c, Collection::Petitions, letter)))?
                .into_iter()
                .collect();
        } else if form.text.is_empty() {
            let filter = Filter {
                department: Some(form.department.clone()),
                county: Some(form.county.clone()),
                from: from.ok(),
                ..Filter::default()
            };
            for page in self.newest(&form, &filter)? {
                preview.month += page.total;
                preview.rows.extend(page.rows);
            }
            preview.rows.sort_by(|a, b| b.date.cmp(&a.date));
            preview.rows.truncate(PREVIEW as usize);
        } else {
            let answer = self.search(&SearchQuery {
                text: form.text.clone(),
                collection: form.collection,
                department: Some(form.department.clone()),
                county: Some(form.county.clone()),
                from: from.ok(),
                sort: SearchSort::Date,
                limit: 30,
                ..SearchQuery::default()
            })?;
            let followed = |h: &&Hit| h.row.collection.grows();
            let all = answer.documents.iter().filter(followed);
            preview.rows = all.take(PREVIEW as usize).map(|h| h.row.clone()).collect();
            let of = answer.counts.iter().filter(|c| c.collection.grows());
            preview.month = of.clone().map(|c| c.count).sum();
            preview.capped = of.clone().any(|c| c.capped);
            preview.broad = preview.month >= BROAD;
            if form.text.is_ascii() {
                preview.readings = answer.expanded;
            }
        }
        Ok(preview)
    }

    /// Follows it from now on, and takes in what is new of the last days. Answers its number, which is the old one where
    /// it was followed already.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it follows nothing; [`Error::TooManyTopics`].
    pub fn follow(&self, form: &TopicForm) -> Result<u32> {
        let form = checked(form)?;
        // What the person was asked about before it is followed is what counts.
        let broad = !form.text.is_empty() && self.preview_topic(&form)?.broad;
        let (since, now) = (self.since().to_string(), self.time().to_string());
        let id = self.write(|tx| {
            if let Some(known) = topic::same(tx, &form)? {
                return Ok(known);
            }
            if topic::count(tx)? >= MOST {
                return Err(Error::TooManyTopics);
            }
            let id = topic::add(tx, &form, broad, &since)?;
            take_in(tx, vec![(id, form.clone())], &since, &now)?;
            Ok(id)
        })?;
        self.announce(Event::Inbox);
        Ok(id)
    }

    /// Follows it no more. What only it brought in is not shown any more, and comes back with it until the app ends.
    ///
    /// # Errors
    /// Only the database's; leaving what is not followed is no error.
    pub fn unfollow(&self, id: u32) -> Result<()> {
        self.write(|tx| topic::set_gone(tx, id, true))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// Takes back [`Self::unfollow`].
    ///
    /// # Errors
    /// Only the database's.
    pub fn refollow(&self, id: u32) -> Result<()> {
        self.write(|tx| topic::set_gone(tx, id, false))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// Whether what a topic brings in is counted and told.
    ///
    /// # Errors
    /// Only the database's.
    pub fn mute_topic(&self, id: u32, muted: bool) -> Result<()> {
        self.write(|tx| topic::set_muted(tx, id, muted))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// Whether the system tells what a topic brings in. It is counted in any case.
    ///
    /// # Errors
    /// Only the database's.
    pub fn notify_topic(&self, id: u32, notify: bool) -> Result<()> {
        self.write(|tx| topic::set_quiet(tx, id, !notify))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// Puts the topics in this order.
    ///
    /// # Errors
    /// Only the database's.
    pub fn order_topics(&self, ids: &[u32]) -> Result<()> {
        self.write(|tx| topic::order(tx, ids))?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// The newest records of each collection that the topic means.
    fn newest(&self, form: &TopicForm, filter: &Filter) -> Result<Vec<Page>> {
        let meant = |c: &Collection| c.grows() && form.collection.is_none_or(|only| only == *c);
        let page = |collection| {
            self.list(&ListQuery {
                collection,
                filter: filter.clone(),
                offset: 0,
                limit: PREVIEW,
            })
        };
        Collection::ALL.into_iter().filter(meant).map(page).collect()
    }

    /// What the content is as of; this device's clock only where there is no content yet, for it may be wrong.
    fn as_of(&self) -> Timestamp {
        let issued = self.sync_state().content_as_of.and_then(|t| t.parse().ok());
        issued.unwrap_or_else(|| self.time())
    }

    /// What is followed now is followed from here on.
    pub(super) fn since(&self) -> Timestamp {
        let back = (BACK_DAYS * 24).hours();
        self.as_of().checked_sub(back).unwrap_or(Timestamp::MIN)
    }
}

/// What is new of the last days by topics that are followed from now on, in one pass over it however many they are.
/// Whoever has just followed something sees it: it counts as told.
pub(super) fn take_in(tx: &Transaction, topics: Vec<(u32, TopicForm)>, since: &str, now: &str) -> Result<()> {
    // A letter is followed as it stands now.
    let words = topics.into_iter().filter(|(_, form)| form.letter.is_none());
    let words: Vec<_> = words
        .map(|(id, form)| (i64::from(id), form, since.to_owned()))
        .collect();
    let meant = |c: Collection| {
        words
            .iter()
            .any(|(_, form, _)| form.collection.is_none_or(|only| only == c))
    };
    let grown: Vec<_> = Collection::ALL
        .into_iter()
        .filter(|c| c.grows() && meant(*c))
        .collect();
    let mut follow = Follow::new(words)?;
    for collection in grown {
        let recent = record::dated_from(tx, collection, since)?;
        inbox::gather(tx, collection, recent, &mut follow, Arrival { now, told: true })?;
    }
    Ok(())
}

/// The topic as it is kept: blanks put in order.
///
/// # Errors
/// [`Error::Invalid`] when it follows nothing, or what is not followed.
pub(super) fn checked(form: &TopicForm) -> Result<TopicForm> {
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let form = TopicForm {
        text: tidy(&form.text),
        department: tidy(&form.department),
        county: tidy(&form.county),
        ..form.clone()
    };
    if let Some(letter) = form.letter {
        return Ok(TopicForm {
            letter: Some(letter),
            ..TopicForm::default()
        });
    }
    let long = |text: &str| text.chars().count() > LONGEST;
    if [&form.text, &form.department, &form.county]
        .into_iter()
        .any(|t| long(t))
    {
        return Err(Error::Invalid("a topic's words are too long"));
    }
    if !form.text.is_empty() && search::words(&form.text).is_empty() {
        return Err(Error::Invalid("a topic without letters or digits"));
    }
    if form.collection.is_some_and(|c| !c.grows()) {
        return Err(Error::Invalid("a directory is looked up, not followed"));
    }
    if form == TopicForm::default() {
        return Err(Error::Invalid("a topic that follows nothing"));
    }
    Ok(form)
}
