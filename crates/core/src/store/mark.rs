//! What the person has opened and starred. In its own file: the server's truth never touches it (rule 10).

use crate::error::Result;
use rusqlite::{Connection, Transaction, params};
use weimenhu_domain::{Collection, record::Id};

/// Remembers whether the record has been opened.
pub fn set_read(tx: &Transaction, collection: Collection, id: Id, read: bool) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.mark (collection, id, read) VALUES (?1, ?2, ?3)
         ON CONFLICT (collection, id) DO UPDATE SET read = excluded.read",
    )?
    .execute(params![collection.name(), id, read])?;
    Ok(())
}

/// Remembers whether the record is starred.
pub fn set_starred(tx: &Transaction, collection: Collection, id: Id, starred: bool) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.mark (collection, id, starred) VALUES (?1, ?2, ?3)
         ON CONFLICT (collection, id) DO UPDATE SET starred = excluded.starred",
    )?
    .execute(params![collection.name(), id, starred])?;
    Ok(())
}

/// What is starred, with its title where it is here: collection, number, title.
pub fn starred(conn: &Connection) -> Result<Vec<(String, Id, String)>> {
    let mut query = conn.prepare_cached(
        "SELECT m.collection, m.id, coalesce(r.title, '') FROM mine.mark m LEFT JOIN record r USING (collection, id)
         WHERE m.starred ORDER BY m.collection, m.id",
    )?;
    let starred = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    Ok(starred.collect::<Result<_, _>>()?)
}

/// Forgets what was opened and starred.
pub fn erase(tx: &Transaction) -> Result<()> {
    tx.execute("DELETE FROM mine.mark", [])?;
    Ok(())
}
