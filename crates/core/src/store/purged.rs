//! Records that were redacted: remembered beside the person's marks, because the cache may be rebuilt from a dump
//! that still has them.

use crate::error::Result;
use rusqlite::{Connection, Transaction, params};
use weimenhu_domain::{Collection, record::Id};

/// Remembers it, and forgets the marks it had. Answers whether that is news.
pub fn remember(tx: &Transaction, collection: Collection, id: Id) -> Result<bool> {
    tx.prepare_cached("DELETE FROM mine.mark WHERE collection = ?1 AND id = ?2")?
        .execute(params![collection.name(), id])?;
    let added = tx
        .prepare_cached("INSERT OR IGNORE INTO mine.purged (collection, id) VALUES (?1, ?2)")?
        .execute(params![collection.name(), id])?;
    Ok(added > 0)
}

/// Those of the collection that are here all the same.
pub fn here(conn: &Connection, collection: Collection) -> Result<Vec<Id>> {
    let mut query = conn.prepare_cached(
        "SELECT p.id FROM mine.purged p JOIN record r ON r.collection = p.collection AND r.id = p.id
         WHERE p.collection = ?1",
    )?;
    let ids = query.query_map([collection.name()], |r| r.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
