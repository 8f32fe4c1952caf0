//! What the person has opened and starred. In its own file: the server's truth never touches it (rule 10).

use crate::error::Result;
use rusqlite::{Transaction, params};
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

/// Forgets what was opened and starred.
pub fn erase(tx: &Transaction) -> Result<()> {
    tx.execute("DELETE FROM mine.mark", [])?;
    Ok(())
}
