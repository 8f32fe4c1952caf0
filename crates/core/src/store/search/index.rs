//! The index on disk: one row of grams a record, written in the record's own transaction.
//!
//! A record's number (`doc`) is its collection's shelf and its id. Ids are given in order of publication, so the
//! newest come first without sorting, a collection is a range, and the lists of numbers compress (dense 0.485 of
//! the text, numbers that look like times 1.08; 6-search).
//!
//! FTS5 keeps no text (`content=''`) and no places (`detail=none`): only which records have a gram. Merging is left
//! to quiet moments (`automerge=0`): a sync of 100 records then takes milliseconds and never the merge of 100 MB.
//!
//! Rejected: triggers (what they do is not seen where it happens), FTS5 with its own content (the text twice),
//! tantivy (its own commit, so rows and index can part; 10 times slower for a small sync).

use super::{
    fold, grams,
    text::{self, Raw},
};
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::ops::RangeInclusive;
use weimenhu_domain::{Collection, record::Id};

/// Records put into the index in one transaction while it is made: about 50 ms, then whoever waits has its turn.
const BATCH: u32 = 200;
/// Pages merged in one transaction in quiet moments.
const MERGE_PAGES: i32 = 64;

/// FTS5's settings. A sync merges nothing, however many came before it without a quiet moment, and 100 records are
/// one piece of the index (1 MB, as FTS5 has it, makes three of them). Quiet moments merge any two pieces of a level.
const SETTINGS: [(&str, i64); 5] = [
    ("automerge", 0),
    ("crisismerge", 256),
    ("deletemerge", 0),
    ("usermerge", 2),
    ("hashsize", 4 << 20),
];

/// Which part of the numbers a collection has. Written in databases: never changed, only added to. The directories
/// are neighbours, so that they can be asked at once.
const fn shelf(collection: Collection) -> i64 {
    match collection {
        Collection::Leaders => 1,
        Collection::Agencies => 2,
        Collection::Phones => 3,
        Collection::Schools => 4,
        Collection::Hospitals => 5,
        // Its records have no words.
        Collection::Calendar => 8,
        Collection::News => 16,
        Collection::Notices => 17,
        Collection::Petitions => 18,
    }
}

/// The number of a record.
pub const fn doc(collection: Collection, id: Id) -> i64 {
    // Not `From`, which a const function may not call; no bit is lost.
    shelf(collection) << 32 | id as i64
}

/// The record of a number.
pub fn record(doc: i64) -> Option<(Collection, Id)> {
    let collection = Collection::ALL.into_iter().find(|c| range(*c).contains(&doc))?;
    Some((collection, Id::try_from(doc & 0xFFFF_FFFF).ok()?))
}

/// The numbers that a collection's records have.
pub const fn range(collection: Collection) -> RangeInclusive<i64> {
    doc(collection, 0)..=doc(collection, Id::MAX)
}

/// The numbers of all directories together.
pub const DIRECTORIES: RangeInclusive<i64> =
    doc(Collection::Leaders, 0)..=doc(Collection::Hospitals, Id::MAX);

/// Whether records of the collection are found by their words.
pub fn is_searched(collection: Collection) -> bool {
    collection != Collection::Calendar
}

/// What there is to say of a record: its listed part, and its body if it is here.
pub struct Words<'a> {
    /// Headline or name.
    pub title: &'a str,
    /// Filter.
    pub county: &'a str,
    /// Filter.
    pub department: &'a str,
    /// The record's JSON.
    pub wire: Option<&'a str>,
}

/// Puts a record into the index, where it is not.
pub fn put(tx: &Transaction, collection: Collection, id: Id, words: &Words) -> Result<()> {
    if !is_searched(collection) {
        return Ok(());
    }
    let doc = doc(collection, id);
    let body = words
        .wire
        .map(|wire| fold::fold(&text::of_body(collection, wire)));
    let body = body.as_deref().unwrap_or_default();
    let raw = words.wire.and_then(|wire| Raw::of(collection, wire));
    let grams = grams::of_document(
        &fold::fold(words.title),
        body,
        raw.is_some_and(|raw| raw.hides(body)),
        [words.county, words.department],
    );
    tx.prepare_cached("INSERT INTO gram (rowid, t) VALUES (?1, ?2)")?
        .execute(params![doc, grams])?;
    Ok(())
}

/// Puts a record into the index as it stands in its tables.
pub fn put_again(tx: &Transaction, doc: i64) -> Result<()> {
    let row = tx
        .prepare_cached(
            "SELECT r.collection, r.id, r.title, r.county, r.department, b.wire, r.readable
             FROM record r LEFT JOIN body b USING (doc) WHERE r.doc = ?1",
        )?
        .query_row([doc], |r| {
            Ok((
                r.get::<_, String>(0)?,
                r.get::<_, Id>(1)?,
                r.get::<_, String>(2)?,
                r.get::<_, String>(3)?,
                r.get::<_, String>(4)?,
                r.get::<_, Option<String>>(5)?,
                r.get::<_, bool>(6)?,
            ))
        })
        .optional()?;
    remove(tx, doc)?;
    match row {
        Some((name, id, title, county, department, wire, true)) => match name.parse() {
            Ok(collection) => put(
                tx,
                collection,
                id,
                &Words {
                    title: &title,
                    county: &county,
                    department: &department,
                    wire: wire.as_deref(),
                },
            ),
            Err(_) => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Takes a record out of the index, if it is there.
pub fn remove(tx: &Transaction, doc: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM gram WHERE rowid = ?1")?
        .execute([doc])?;
    Ok(())
}

/// Makes the index that of this app: one made by other rules, or found damaged, is emptied and made anew by
/// [`build`]. Answers whether it is whole.
pub fn prepare(tx: &Transaction) -> Result<bool> {
    let (version, whole): (i64, bool) = tx.query_row("SELECT version, whole FROM grams", [], |r| {
        Ok((r.get(0)?, r.get(1)?))
    })?;
    if version == grams::VERSION {
        return Ok(whole);
    }
    tx.execute_batch("INSERT INTO gram (gram) VALUES ('delete-all')")?;
    for (setting, value) in SETTINGS {
        tx.execute(
            "INSERT INTO gram (gram, rank) VALUES (?1, ?2)",
            params![setting, value],
        )?;
    }
    let whole = !tx.query_row("SELECT EXISTS (SELECT 1 FROM record)", [], |r| {
        r.get::<_, bool>(0)
    })?;
    tx.execute(
        "UPDATE grams SET version = ?1, whole = ?2",
        params![grams::VERSION, whole],
    )?;
    Ok(whole)
}

/// Gives the index up: it is damaged. [`prepare`] begins anew.
pub fn distrust(tx: &Transaction) -> Result<()> {
    tx.execute("UPDATE grams SET version = 0, whole = 0", [])?;
    Ok(())
}

/// The whole index, or how far it is: records in it and records there are.
pub fn progress(conn: &Connection) -> Result<Option<(u32, u32)>> {
    let whole: bool = conn
        .prepare_cached("SELECT whole AND version = ?1 FROM grams")?
        .query_row([grams::VERSION], |r| r.get(0))?;
    if whole {
        return Ok(None);
    }
    let counts = conn.query_row(
        "SELECT (SELECT count(*) FROM gram_docsize), (SELECT count(*) FROM record WHERE readable)",
        [],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(Some(counts))
}

/// Puts the next records into an index that is being made. `after` is where the last call ended, 0 at first; none
/// when it is whole. Records that came meanwhile are in it already.
pub fn build(tx: &Transaction, after: i64) -> Result<Option<i64>> {
    let mut missing = tx.prepare_cached(
        "SELECT doc FROM record WHERE doc > ?1 AND readable AND collection <> ?2
         AND NOT EXISTS (SELECT 1 FROM gram_docsize d WHERE d.id = doc) ORDER BY doc LIMIT ?3",
    )?;
    let docs = missing.query_map(params![after, Collection::Calendar.name(), BATCH], |r| r.get(0))?;
    let docs: Vec<i64> = docs.collect::<Result<_, _>>()?;
    for &doc in &docs {
        put_again(tx, doc)?;
    }
    if docs.is_empty() {
        tx.execute("UPDATE grams SET whole = 1", [])?;
    }
    Ok(docs.last().copied())
}

/// Merges a little. Answers whether there may be more to merge.
pub fn merge(tx: &Transaction) -> Result<bool> {
    let before = tx.total_changes();
    tx.execute(
        "INSERT INTO gram (gram, rank) VALUES ('merge', ?1)",
        [MERGE_PAGES],
    )?;
    // FTS5's own measure: a merge that did nothing changes one row, its own.
    Ok(tx.total_changes() - before >= 2)
}

/// Makes the grams of deleted records leave the file: FTS5 only marks them until their part of the index is
/// written anew.
pub fn purge(tx: &Transaction) -> Result<()> {
    tx.execute_batch("INSERT INTO gram (gram) VALUES ('optimize')")?;
    Ok(())
}
