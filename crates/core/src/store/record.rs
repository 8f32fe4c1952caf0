//! Records: what sync writes, and one record read back.

use super::{
    letter,
    pinyin::{self, Readings},
    search::index::{self, Words},
    signed,
    tally::{self, Listed},
};
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension, Params, Transaction, params};
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection, Record,
    record::{Head, Id, MarkKind, Sha256},
    wire::{Digest, Epoch, Fingerprint, HeadRow},
};

/// Takes a head from a snapshot, of a record that is not here; the body comes with its pack.
///
/// It is not counted: a snapshot has very many, and whoever has taken them all calls [`tally::recount`].
pub fn put_head(tx: &Transaction, collection: Collection, row: &HeadRow, readings: &Readings) -> Result<()> {
    let doc = insert(tx, collection, row, (true, false), readings)?;
    if collection == Collection::Petitions {
        letter::put_head(tx, doc, &row.head)?;
    }
    index::put(tx, collection, row.id, &words(&row.head, None))
}

/// Takes a whole record. One that this app cannot read is kept opaque and listed nowhere, so that the digest
/// still agrees (rule 15). Answers the new digest.
pub fn put(
    tx: &Transaction,
    collection: Collection,
    (id, epoch, wire): (Id, Epoch, &str),
    digest: Digest,
    readings: &Readings,
) -> Result<Digest> {
    let digest = remove(tx, collection, id, digest)?;
    let parsed = Record::parse(collection, wire);
    let (head, readable) = match &parsed {
        Ok(record) => (record.head(), true),
        Err(e) => {
            tracing::warn!(%collection, id, error = %e, "record kept unread");
            (Head::default(), false)
        }
    };
    let row = HeadRow {
        id,
        epoch,
        fingerprint: Fingerprint::of(id, wire),
        head,
    };
    let doc = insert(tx, collection, &row, (readable, true), readings)?;
    tally::add(tx, collection.name(), &Listed::of(tx, doc)?)?;
    insert_body(tx, doc, wire)?;
    if let Ok(Record::Petition(petition)) = &parsed {
        letter::put(tx, doc, petition)?;
    }
    if readable {
        index::put(tx, collection, id, &words(&row.head, Some(wire)))?;
    }
    Ok(digest.plus(row.fingerprint))
}

/// Takes the record away, if it is here. Answers the new digest.
pub fn remove(tx: &Transaction, collection: Collection, id: Id, digest: Digest) -> Result<Digest> {
    let sql = format!(
        "DELETE FROM record WHERE collection = ?1 AND id = ?2 RETURNING {}, fingerprint",
        Listed::COLUMNS
    );
    let gone: Option<(Listed, String)> = tx
        .prepare_cached(&sql)?
        .query_row(params![collection.name(), id], |r| {
            Ok((Listed::read(r)?, r.get(6)?))
        })
        .optional()?;
    match gone {
        None => Ok(digest),
        Some((listed, hex)) => {
            tally::take(tx, collection.name(), &listed)?;
            index::remove(tx, index::doc(collection, id))?;
            let term: Fingerprint = hex
                .parse()
                .map_err(|_| Error::Damaged("a stored fingerprint".into()))?;
            Ok(digest.minus(term))
        }
    }
}

/// Keeps the record that is here, with its body, if it is the very one that `row` is the head of: only the epoch
/// is taken over, for it may count in another history. Answers whether it was kept.
pub fn keep(tx: &Transaction, collection: Collection, row: &HeadRow) -> Result<bool> {
    let kept = tx
        .prepare_cached(
            "UPDATE record SET epoch = ?4 WHERE collection = ?1 AND id = ?2 AND fingerprint = ?3",
        )?
        .execute(params![
            collection.name(),
            row.id,
            row.fingerprint.to_string(),
            signed(row.epoch)?
        ])?;
    Ok(kept > 0)
}

/// The numbers of all records of the collection that are here.
pub fn ids(conn: &Connection, collection: Collection) -> Result<BTreeSet<Id>> {
    numbers(
        conn,
        "SELECT id FROM record WHERE collection = ?1",
        [collection.name()],
    )
}

/// Of those that changed after this epoch.
pub fn changed_after(conn: &Connection, collection: Collection, epoch: i64) -> Result<BTreeSet<Id>> {
    let sql = "SELECT id FROM record WHERE collection = ?1 AND epoch > ?2";
    numbers(conn, sql, params![collection.name(), epoch])
}

/// Of those of this instant and later.
pub fn dated_from(conn: &Connection, collection: Collection, since: &str) -> Result<BTreeSet<Id>> {
    let sql = "SELECT id FROM record WHERE collection = ?1 AND date >= ?2";
    numbers(conn, sql, params![collection.name(), since])
}

fn numbers(conn: &Connection, sql: &str, params: impl Params) -> Result<BTreeSet<Id>> {
    let mut query = conn.prepare_cached(sql)?;
    let ids = query.query_map(params, |r| r.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Reads again what an older app could not. Answers which collections gained by it.
pub fn reread(tx: &Transaction, readings: &Readings) -> Result<BTreeSet<Collection>> {
    let mut query = tx.prepare(OPAQUE)?;
    let opaque = query.query_map([], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, Id>(1)?,
            r.get::<_, i64>(2)?,
            r.get::<_, String>(3)?,
        ))
    })?;
    let mut gained = BTreeSet::new();
    for row in opaque.collect::<Result<Vec<_>, _>>()? {
        let (name, id, epoch, wire) = row;
        let Ok(collection) = name.parse::<Collection>() else {
            continue;
        };
        if Record::parse(collection, &wire).is_ok() {
            // The record is the same, and so is its term of the digest.
            put(
                tx,
                collection,
                (id, epoch.unsigned_abs(), &wire),
                Digest::default(),
                readings,
            )?;
            gained.insert(collection);
        }
    }
    Ok(gained)
}

/// CROSS: what is unread first, and not every body.
pub(super) const OPAQUE: &str =
    "SELECT r.collection, r.id, r.epoch, b.wire FROM record r CROSS JOIN body b ON b.doc = r.doc
     WHERE NOT r.readable ORDER BY +r.doc";

/// Adds a body to a head that has none, if it is the very body that the head was made from: the record may have
/// changed since the pack was cut. Answers whether it was taken.
pub fn put_body(tx: &Transaction, collection: Collection, id: Id, wire: &str) -> Result<bool> {
    let doc: Option<i64> = tx
        .prepare_cached(
            "SELECT doc FROM record WHERE collection = ?1 AND id = ?2 AND fingerprint = ?3 AND NOT here",
        )?
        .query_row(
            params![collection.name(), id, Fingerprint::of(id, wire).to_string()],
            |r| r.get(0),
        )
        .optional()?;
    let Some(doc) = doc else { return Ok(false) };
    insert_body(tx, doc, wire)?;
    has_body(tx, collection, doc, true)?;
    match Record::parse(collection, wire) {
        Ok(Record::Petition(petition)) => letter::put(tx, doc, &petition)?,
        Ok(_) => {}
        Err(_) => lose(tx, collection, doc)?,
    }
    index::put_again(tx, doc)?;
    Ok(true)
}

/// The record's JSON; none when only its head is here.
pub fn wire(conn: &Connection, collection: Collection, id: Id) -> Result<Option<String>> {
    let mut query = conn
        .prepare_cached("SELECT wire FROM body JOIN record USING (doc) WHERE collection = ?1 AND id = ?2")?;
    Ok(query
        .query_row(params![collection.name(), id], |r| r.get(0))
        .optional()?)
}

/// The JSON of every record of a collection that is kept whole, in no order.
pub fn all(conn: &Connection, collection: Collection) -> Result<Vec<String>> {
    let mut query =
        conn.prepare_cached("SELECT wire FROM body JOIN record USING (doc) WHERE collection = ?1")?;
    let rows = query.query_map(params![collection.name()], |r| r.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The objects (pictures, files) that any record here shows.
pub fn objects(conn: &Connection) -> Result<BTreeSet<Sha256>> {
    let mut all = BTreeSet::new();
    let mut listed = conn.prepare("SELECT picture FROM record WHERE picture <> ''")?;
    let mut rows = listed.query([])?;
    while let Some(row) = rows.next()? {
        all.extend(text(row)?.parse::<Sha256>().ok());
    }
    let mut bodies = conn.prepare("SELECT wire FROM body")?;
    let mut rows = bodies.query([])?;
    while let Some(row) = rows.next()? {
        // Whatever looks like a hash is taken for one: parsing every body would take seconds, and a file too many
        // kept is none too many lost.
        let runs = text(row)?.split(|c: char| !c.is_ascii_hexdigit());
        all.extend(runs.filter_map(|run| run.parse::<Sha256>().ok()));
    }
    Ok(all)
}

fn text<'a>(row: &'a rusqlite::Row) -> Result<&'a str> {
    Ok(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)
}

/// Bodies dropped at a time. 100,000 in one transaction kept every other writer waiting for ten seconds.
const DROPPED: u32 = 1000;

/// The records of a growing collection whose bodies are older than `before` and were neither opened nor starred, at
/// most [`DROPPED`] of them.
fn outdated(conn: &Connection, collection: Collection, before: &str) -> Result<Vec<i64>> {
    // What changed after the known packs were cut could not be fetched again: it stays.
    let mut query = conn.prepare_cached(OUTDATED)?;
    let params = params![collection.name(), before, collection.pack_span(), DROPPED];
    let docs = query.query_map(params, |r| r.get(0))?;
    let mut docs: Vec<i64> = docs.collect::<Result<_, _>>()?;
    // As they lie on disk.
    docs.sort_unstable();
    Ok(docs)
}

/// Whether there are any.
pub fn has_outdated(conn: &Connection, collection: Collection, before: &str) -> Result<bool> {
    let mut query = conn.prepare_cached(OUTDATED)?;
    Ok(query.exists(params![collection.name(), before, collection.pack_span(), 1])?)
}

/// Only those with a body are passed over: what was dropped is not looked at again.
pub(super) const OUTDATED: &str = "SELECT r.doc FROM record r JOIN collection c ON c.name = r.collection
     JOIN pack p ON p.collection = r.collection AND p.number = r.id / ?3
     WHERE r.collection = ?1 AND r.here = 1 AND r.date < ?2 AND r.epoch <= c.packed
       AND NOT EXISTS (SELECT 1 FROM mine.mark m WHERE m.collection = r.collection AND m.id = r.id
                       AND (m.read OR m.starred))
     LIMIT ?4";

/// Drops bodies that are [`outdated`], at most [`DROPPED`] of them. Their heads, and the packs to fetch them again, stay,
/// and they are found by their titles. Answers how many: none when there is nothing left to drop.
pub fn drop_bodies(tx: &Transaction, collection: Collection, before: &str) -> Result<usize> {
    let docs = outdated(tx, collection, before)?;
    for &doc in &docs {
        tx.prepare_cached("DELETE FROM body WHERE doc = ?1")?
            .execute([doc])?;
        has_body(tx, collection, doc, false)?;
        index::put_again(tx, doc)?;
    }
    Ok(docs.len())
}

/// Records here, and how many of them with their body.
pub fn totals(conn: &Connection) -> Result<(u32, u32)> {
    let records: u32 = conn.query_row(
        "SELECT (SELECT coalesce(sum(n), 0) FROM tally WHERE part = 'day')
              + (SELECT count(*) FROM record WHERE NOT readable)",
        [],
        |r| r.get(0),
    )?;
    Ok((records, bodies(conn)?))
}

/// Bodies here.
pub fn bodies(conn: &Connection) -> Result<u32> {
    let each = Collection::ALL.into_iter();
    each.map(|collection| tally::total(conn, collection, tally::Part::Body))
        .sum()
}

/// The pictures of the newest articles, for fetching ahead.
pub fn newest_pictures(conn: &Connection, limit: u32) -> Result<Vec<Sha256>> {
    let mut query = conn.prepare_cached(NEWEST_PICTURES)?;
    let rows = query.query_map([limit], |r| r.get::<_, String>(0))?;
    Ok(rows
        .collect::<Result<Vec<_>, _>>()?
        .iter()
        .filter_map(|hex| hex.parse().ok())
        .collect())
}

pub(super) const NEWEST_PICTURES: &str = "SELECT DISTINCT picture FROM
     (SELECT picture, date FROM record WHERE picture <> '' ORDER BY date DESC LIMIT ?1)";

/// Whether the record's body is here, from now on. What does not change is not written: each index that names
/// `readable` would be written anew with every body.
fn has_body(tx: &Transaction, collection: Collection, doc: i64, here: bool) -> Result<()> {
    tx.prepare_cached("UPDATE record SET here = ?2 WHERE doc = ?1")?
        .execute(params![doc, here])?;
    tally::body(tx, collection, here)
}

/// The record turned out to be of another shape.
fn lose(tx: &Transaction, collection: Collection, doc: i64) -> Result<()> {
    let listed = Listed::of(tx, doc)?;
    tally::take(tx, collection.name(), &listed)?;
    tx.execute("UPDATE record SET readable = 0 WHERE doc = ?1", [doc])?;
    let listed = Listed {
        readable: false,
        ..listed
    };
    tally::add(tx, collection.name(), &listed)
}

fn insert(
    tx: &Transaction,
    collection: Collection,
    row: &HeadRow,
    (readable, here): (bool, bool),
    readings: &Readings,
) -> Result<i64> {
    let epoch = signed(row.epoch)?;
    let h = &row.head;
    // Dated lists are sorted by date: reading their titles would only make the first sync slower.
    let by_name = !collection.grows();
    let reading = if by_name {
        pinyin::read(&h.title, readings)
    } else {
        pinyin::read("", readings)
    };
    tx.prepare_cached(
        "INSERT INTO record (collection, id, epoch, fingerprint, title, subtitle, date, kind, department, county,
             phone, picture, mark, position, letter, pinyin, initials, readable, here, doc)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
    )?
    .execute(params![
        collection.name(),
        row.id,
        epoch,
        row.fingerprint.to_string(),
        h.title,
        h.subtitle,
        h.date,
        h.kind,
        h.department,
        h.county,
        h.phone,
        h.picture.map(|p| p.to_string()).unwrap_or_default(),
        h.mark.map(MarkKind::name).unwrap_or_default(),
        h.order,
        if by_name { reading.letter.to_string() } else { String::new() },
        reading.full,
        reading.initials,
        readable,
        here,
        index::doc(collection, row.id),
    ])?;
    Ok(index::doc(collection, row.id))
}

fn words<'a>(head: &'a Head, wire: Option<&'a str>) -> Words<'a> {
    Words {
        title: &head.title,
        county: &head.county,
        department: &head.department,
        wire,
    }
}

fn insert_body(tx: &Transaction, doc: i64, wire: &str) -> Result<()> {
    tx.prepare_cached("INSERT INTO body (doc, wire) VALUES (?1, ?2)")?
        .execute(params![doc, wire])?;
    Ok(())
}
