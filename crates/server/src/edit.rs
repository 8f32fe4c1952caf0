//! Corrections by hand: putting one record in, marking it as no longer valid, taking it out, erasing it.
//!
//! Each only changes the record and queues it; publishing is one place.

use crate::{
    City, Error, Result,
    error::own_json,
    import,
    store::{Tx, meta, queue, record, redaction},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::{fmt, path::Path};
use weimenhu_domain::{
    Collection, Record,
    record::{Id, Mark, MarkKind},
};

/// By what a record is named: its public number, or, before it has one, the number of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The public number.
    Id(Id),
    /// Who numbered it, and its number there.
    Source {
        /// The source system.
        system: String,
        /// Its number there.
        id: String,
    },
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Source { system, id } => write!(f, "{system}:{id}"),
        }
    }
}

/// Puts one record in, or corrects record `id`. Returns whether it could be, and everything worth a word about it.
///
/// # Errors
/// There is no such record, or the file cannot be read.
pub async fn put(
    city: &City,
    collection: Collection,
    file: &Path,
    id: Option<Id>,
    now: Timestamp,
) -> Result<(bool, Vec<import::Fault>)> {
    let (record, faults) = import::read_one(city, collection, file)?;
    let Some(record) = record else {
        return Ok((false, faults));
    };
    let json = own_json(serde_json::to_string(&record), "record")?;
    let tx = city.store.write().await?;
    let key = match id {
        Some(id) => {
            let which = Which::Id(id);
            let mut row = find(&tx, collection, &which).await?;
            not_erased(&row, collection, &which)?;
            row.hand_edited = i64::from(json != row.base_json);
            row.current_json = json;
            row.state = record::APPROVED.into();
            row.changed_ms = now.as_millisecond();
            record::update(&tx, &row).await?;
            row.key
        }
        None => {
            let key = record::next_key(&tx).await?;
            let row = record::Model {
                key,
                collection: collection.name().into(),
                id: None,
                source_system: "hand".into(),
                source_id: format!("{:032x}", rand::random::<u128>()),
                base_json: String::new(),
                current_json: json,
                hand_edited: 1,
                state: record::APPROVED.into(),
                changed_ms: now.as_millisecond(),
            };
            record::insert(&tx, vec![row]).await?;
            key
        }
    };
    queue::push(&tx, &[key], now.as_millisecond()).await?;
    tx.commit().await?;
    Ok((true, faults))
}

/// Marks an article as no longer valid; it stays readable.
///
/// # Errors
/// There is no such record, or its collection has no marks.
pub async fn mark(
    city: &City,
    collection: Collection,
    which: &Which,
    kind: MarkKind,
    since: Date,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let tx = city.store.write().await?;
    let mut row = find(&tx, collection, which).await?;
    not_erased(&row, collection, which)?;
    let mut record = own_json(Record::parse(collection, &row.current_json), "record")?;
    let (Record::News(article) | Record::Notice(article)) = &mut record else {
        return Err(Error::usage(format!(
            "only news and notices carry a mark; {collection} are taken out with --delete"
        )));
    };
    article.mark = Some(Mark {
        kind,
        since,
        reason: reason.into(),
    });
    row.current_json = own_json(serde_json::to_string(&record), "record")?;
    row.hand_edited = 1;
    row.changed_ms = now.as_millisecond();
    record::update(&tx, &row).await?;
    queue::push(&tx, &[row.key], now.as_millisecond()).await?;
    Ok(tx.commit().await?)
}

/// Takes a record out of the lists. It can be put in again.
///
/// # Errors
/// There is no such record.
pub async fn delete(city: &City, collection: Collection, which: &Which, now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    let mut row = find(&tx, collection, which).await?;
    not_erased(&row, collection, which)?;
    row.state = record::DELETED.into();
    row.hand_edited = 1;
    row.changed_ms = now.as_millisecond();
    record::update(&tx, &row).await?;
    queue::push(&tx, &[row.key], now.as_millisecond()).await?;
    Ok(tx.commit().await?)
}

/// Erases a record: here now, everywhere else with the next publication. It never comes back. Returns whether there
/// was anything left to erase.
///
/// # Errors
/// There is no such record.
pub async fn redact(
    city: &City,
    collection: Collection,
    which: &Which,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let tx = city.store.write().await?;
    let row = find(&tx, collection, which).await?;
    if row.state == record::REDACTED {
        return Ok(false);
    }
    erase(&tx, collection, row, reason, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Empties a record's row and queues its erasure. Its waiting pictures go when the erasure is finished.
pub(crate) async fn erase(
    tx: &Tx,
    collection: Collection,
    mut row: record::Model,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    row.base_json = String::new();
    row.current_json = String::new();
    row.hand_edited = 1;
    row.state = record::REDACTED.into();
    row.changed_ms = now.as_millisecond();
    record::update(tx, &row).await?;
    // What was never published has no number under which somebody could ask why it is gone.
    if let Some(id) = row.id.and_then(|id| Id::try_from(id).ok()) {
        redaction::note(tx, collection, id, reason, now.as_millisecond()).await?;
    }
    meta::begin_erasing(tx).await?;
    queue::push(tx, &[row.key], now.as_millisecond()).await
}

async fn find(tx: &Tx, collection: Collection, which: &Which) -> Result<record::Model> {
    let found = match which {
        Which::Id(id) => record::by_id(tx, collection, *id).await?,
        Which::Source { system, id } => {
            let one = std::slice::from_ref(id);
            record::by_source(tx, collection, system, one).await?.remove(id)
        }
    };
    found.ok_or_else(|| {
        Error::usage(format!(
            "there is no record {which} in {collection}; `weimenhu-server list {collection}` shows what there is"
        ))
    })
}

fn not_erased(row: &record::Model, collection: Collection, which: &Which) -> Result<()> {
    if row.state == record::REDACTED {
        return Err(Error::usage(format!(
            "record {which} of {collection} was erased and cannot come back; make a new one"
        )));
    }
    Ok(())
}

/// A record as the operator's list shows it.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// The public number; none before the first publication.
    pub id: Option<i64>,
    /// Who numbered it, and its number there, as `--source` takes it.
    pub source: String,
    /// Headline or name; empty when it was erased.
    pub title: String,
    /// approved, deleted or redacted.
    pub state: String,
    /// `waiting`, or why it is held back; empty when it is as published.
    pub queue: String,
}

/// Every record of a collection, by number; what has none yet comes last.
///
/// # Errors
/// The database refuses.
pub async fn list(city: &City, collection: Collection) -> Result<Vec<Listed>> {
    let mut waiting = queue::reasons(city.store.read()).await?;
    let rows = record::all(city.store.read(), collection).await?;
    let listed = rows.into_iter().map(|row| {
        let title = Record::parse(collection, &row.current_json).map(|r| r.head().title);
        Listed {
            id: row.id,
            source: format!("{}:{}", row.source_system, row.source_id),
            title: title.unwrap_or_default(),
            state: row.state,
            queue: match waiting.remove(&row.key) {
                Some(held) if held.is_empty() => "waiting".into(),
                held => held.unwrap_or_default(),
            },
        }
    });
    Ok(listed.collect())
}
