//! The person's own letters, by their receipts, and the letters they have joined. Sealed: that somebody wrote to the
//! government, and about what, is nobody else's business.

use super::step;
use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// One of the person's letters.
#[derive(Clone)]
pub struct Row {
    /// The id of the draft that became it.
    pub id: String,
    /// Something happened since it was opened.
    pub unseen: bool,
    /// When the server was last heard, RFC 3339; empty before.
    pub refreshed: String,
    /// The tag of what was heard.
    pub tag: String,
    /// The receipt, and what was sent.
    pub receipt: Vec<u8>,
    /// The letter as the server last showed it; empty before.
    pub own: Vec<u8>,
}

/// A joined letter.
pub struct Joined {
    pub id: String,
    pub sealed: Vec<u8>,
}

/// All of them, the newest first.
pub fn all(conn: &Connection) -> Result<Vec<Row>> {
    let mut query = conn.prepare_cached(
        "SELECT id, unseen, refreshed, tag, receipt, own FROM mine.own_letter ORDER BY turn DESC",
    )?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One of them.
pub fn get(conn: &Connection, id: &str) -> Result<Option<Row>> {
    let mut query = conn.prepare_cached(
        "SELECT id, unseen, refreshed, tag, receipt, own FROM mine.own_letter WHERE id = ?1",
    )?;
    Ok(query.query_row([id], read).optional()?)
}

fn read(r: &rusqlite::Row) -> rusqlite::Result<Row> {
    Ok(Row {
        id: r.get(0)?,
        unseen: r.get(1)?,
        refreshed: r.get(2)?,
        tag: r.get(3)?,
        receipt: r.get(4)?,
        own: r.get(5)?,
    })
}

/// Keeps a new one.
pub fn add(tx: &Transaction, row: &Row) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.own_letter (id, turn, unseen, told, refreshed, tag, receipt, own)
         VALUES (?1, (SELECT coalesce(max(turn), 0) + 1 FROM mine.own_letter), ?2, NOT ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        row.id,
        row.unseen,
        row.refreshed,
        row.tag,
        row.receipt,
        row.own
    ])?;
    Ok(())
}

/// Keeps what the server said about it, and whether that is news: whoever opened the letter meanwhile has not seen it.
pub fn hear(tx: &Transaction, row: &Row, news: bool) -> Result<()> {
    tx.prepare_cached(
        "UPDATE mine.own_letter SET unseen = unseen OR ?2, told = told AND NOT ?2, refreshed = ?3, tag = ?4, own = ?5, receipt = ?6 WHERE id = ?1",
    )?
    .execute(params![
        row.id,
        news,
        row.refreshed,
        row.tag,
        row.own,
        row.receipt
    ])?;
    Ok(())
}

/// It was opened.
pub fn see(tx: &Transaction, id: &str) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.own_letter SET unseen = 0 WHERE id = ?1 AND unseen")?
        .execute([id])?;
    Ok(step::see(tx, id)? || changed > 0)
}

/// Forgets it on this device.
pub fn remove(tx: &Transaction, id: &str) -> Result<()> {
    tx.execute("DELETE FROM mine.own_letter WHERE id = ?1", [id])?;
    step::sweep(tx)
}

/// Everything joined.
pub fn joined(conn: &Connection) -> Result<Vec<Joined>> {
    let mut query = conn.prepare_cached("SELECT id, sealed FROM mine.joined")?;
    let rows = query.query_map([], |r| {
        Ok(Joined {
            id: r.get(0)?,
            sealed: r.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Remembers a joined letter.
pub fn put_joined(tx: &Transaction, row: &Joined) -> Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO mine.joined (id, sealed) VALUES (?1, ?2)")?
        .execute(params![row.id, row.sealed])?;
    Ok(())
}

/// Notes what became of one that is still joined; false when it is not.
pub fn set_joined(tx: &Transaction, row: &Joined) -> Result<bool> {
    let mut set = tx.prepare_cached("UPDATE mine.joined SET sealed = ?2 WHERE id = ?1")?;
    Ok(set.execute(params![row.id, row.sealed])? > 0)
}

/// Forgets it.
pub fn leave(tx: &Transaction, id: &str) -> Result<()> {
    tx.execute("DELETE FROM mine.joined WHERE id = ?1", [id])?;
    Ok(())
}

/// Forgets everything about letters: drafts, what waits, receipts, joined letters; and what was looked for.
pub fn erase(tx: &Transaction) -> Result<()> {
    for table in ["draft_file", "draft", "outbox", "own_letter", "joined", "recent"] {
        tx.execute(&format!("DELETE FROM mine.{table}"), [])?;
    }
    step::sweep(tx)
}
