//! Where the bodies that are not here can be fetched: the pack list of the last snapshot taken.

use super::signed;
use crate::error::{Error, Result};
use rusqlite::{Connection, Transaction, params};
use weimenhu_domain::{
    Collection,
    record::Id,
    wire::{Epoch, ObjectRef, Pack},
};

/// Replaces the pack list of a collection by that of the snapshot at `epoch`.
pub fn replace(tx: &Transaction, collection: Collection, epoch: Epoch, packs: &[Pack]) -> Result<()> {
    tx.execute("DELETE FROM pack WHERE collection = ?1", [collection.name()])?;
    let epoch = signed(epoch)?;
    tx.execute(
        "UPDATE collection SET packed = ?2 WHERE name = ?1",
        params![collection.name(), epoch],
    )?;
    let mut insert = tx.prepare_cached(
        "INSERT INTO pack (collection, number, sha, size, raw_size) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for p in packs {
        let (size, raw_size) = (signed(p.object.size)?, signed(p.object.raw_size)?);
        insert.execute(params![
            collection.name(),
            p.number,
            p.object.sha.to_string(),
            size,
            raw_size
        ])?;
    }
    Ok(())
}

/// The packs that hold bodies of the given kind of rows and are not here, newest first.
///
/// `since` is the oldest date wanted (RFC 3339 UTC, `""` for all); what the person opened or starred is always
/// wanted.
pub fn wanted(conn: &Connection, collection: Collection, since: &str) -> Result<Vec<Pack>> {
    let mut query = conn.prepare_cached(WANTED)?;
    let rows = query.query_map(params![collection.name(), since, collection.pack_span()], |r| {
        Ok((
            r.get::<_, u32>(0)?,
            r.get::<_, String>(1)?,
            r.get::<_, i64>(2)?,
            r.get::<_, i64>(3)?,
        ))
    })?;
    rows.map(|row| read_pack(row?)).collect()
}

/// Only records without a body are passed over, and of the older ones only those with a mark. CROSS: in this order.
pub(super) const WANTED: &str = "SELECT DISTINCT p.number, p.sha, p.size, p.raw_size FROM (
         SELECT r.id FROM record r WHERE r.collection = ?1 AND r.here = 0 AND r.date >= ?2
         UNION ALL
         SELECT r.id FROM mine.mark m CROSS JOIN record r ON r.collection = m.collection AND r.id = m.id
         WHERE m.collection = ?1 AND (m.read OR m.starred) AND r.here = 0
     ) w CROSS JOIN pack p ON p.collection = ?1 AND p.number = w.id / ?3
     ORDER BY p.number DESC";

/// The pack that holds the body of this record, if a snapshot named one.
pub fn of_record(conn: &Connection, collection: Collection, id: Id) -> Result<Option<Pack>> {
    let mut query = conn.prepare_cached(
        "SELECT number, sha, size, raw_size FROM pack WHERE collection = ?1 AND number = ?2",
    )?;
    let mut rows = query.query(params![collection.name(), id / collection.pack_span()])?;
    rows.next()?
        .map(|r| read_pack((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
        .transpose()
}

fn read_pack((number, sha, size, raw_size): (u32, String, i64, i64)) -> Result<Pack> {
    let sha = sha
        .parse()
        .map_err(|_| Error::Damaged(format!("pack {number} has no hash")))?;
    Ok(Pack {
        number,
        object: ObjectRef {
            sha,
            size: size.unsigned_abs(),
            raw_size: raw_size.unsigned_abs(),
        },
    })
}
