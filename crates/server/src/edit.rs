//! Corrections by hand: putting one record in, marking it as no longer valid, taking it out, erasing it.
//!
//! Each only changes the record and queues it; publishing is one place.

use crate::{
    City, Error, Result,
    error::own_json,
    import,
    store::{Tx, queue, record, redaction},
    tree,
};
use jiff::{Timestamp, civil::Date};
use std::path::Path;
use weimenhu_domain::{
    Collection, Record,
    record::{Id, Mark, MarkKind},
};

/// Puts one record in, or corrects record `id`. Returns the faults when it cannot be published.
///
/// # Errors
/// There is no such record, or the file cannot be read.
pub async fn put(
    city: &City,
    collection: Collection,
    file: &Path,
    id: Option<Id>,
    now: Timestamp,
) -> Result<std::result::Result<(), Vec<import::Fault>>> {
    let read = import::read_one(city, collection, file)?;
    let record = match read {
        Ok(record) => record,
        Err(faults) => return Ok(Err(faults)),
    };
    let json = own_json(serde_json::to_string(&record), "record")?;
    let tx = city.store.write().await?;
    let key = match id {
        Some(id) => {
            let mut row = find(&tx, collection, id).await?;
            not_erased(&row, collection, id)?;
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
    Ok(Ok(()))
}

/// Marks an article as no longer valid; it stays readable.
///
/// # Errors
/// There is no such record, or its collection has no marks.
pub async fn mark(
    city: &City,
    collection: Collection,
    id: Id,
    kind: MarkKind,
    since: Date,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    let tx = city.store.write().await?;
    let mut row = find(&tx, collection, id).await?;
    not_erased(&row, collection, id)?;
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
pub async fn delete(city: &City, collection: Collection, id: Id, now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    let mut row = find(&tx, collection, id).await?;
    not_erased(&row, collection, id)?;
    row.state = record::DELETED.into();
    row.hand_edited = 1;
    row.changed_ms = now.as_millisecond();
    record::update(&tx, &row).await?;
    queue::push(&tx, &[row.key], now.as_millisecond()).await?;
    Ok(tx.commit().await?)
}

/// Erases a record: here now, everywhere else with the next publication. It never comes back.
///
/// # Errors
/// There is no such record.
pub async fn redact(city: &City, collection: Collection, id: Id, reason: &str, now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    let mut row = find(&tx, collection, id).await?;
    let media = [&row.current_json, &row.base_json]
        .into_iter()
        .filter_map(|json| Record::parse(collection, json).ok())
        .flat_map(|r| r.objects());
    let mut only_its_own = Vec::new();
    for sha in media {
        if !record::another_holds(&tx, row.key, &sha.to_string()).await? {
            only_its_own.push(sha);
        }
    }
    row.base_json = String::new();
    row.current_json = String::new();
    row.hand_edited = 1;
    row.state = record::REDACTED.into();
    row.changed_ms = now.as_millisecond();
    record::update(&tx, &row).await?;
    redaction::note(&tx, collection, id, reason, now.as_millisecond()).await?;
    queue::push(&tx, &[row.key], now.as_millisecond()).await?;
    tx.commit().await?;
    for sha in only_its_own {
        tree::remove_if_there(&city.staged().join(sha.to_string()))?;
    }
    Ok(())
}

async fn find(tx: &Tx, collection: Collection, id: Id) -> Result<record::Model> {
    record::by_id(tx, collection, id)
        .await?
        .ok_or_else(|| Error::usage(format!("there is no record {id} in {collection}")))
}

fn not_erased(row: &record::Model, collection: Collection, id: Id) -> Result<()> {
    if row.state == record::REDACTED {
        return Err(Error::usage(format!(
            "record {id} of {collection} was erased and cannot come back; make a new one"
        )));
    }
    Ok(())
}
