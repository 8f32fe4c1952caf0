//! What the person has looked for lately: theirs alone, in their own file, and erasable.

use crate::error::Result;
use rusqlite::{Connection, Transaction};

/// As many as a screen shows without scrolling.
const KEPT: u32 = 20;

/// The latest first.
pub fn all(conn: &Connection) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached("SELECT text FROM mine.recent ORDER BY turn DESC")?;
    let texts = query.query_map([], |r| r.get(0))?;
    Ok(texts.collect::<Result<_, _>>()?)
}

/// Remembers it as the latest, and forgets the oldest beyond a screenful.
pub fn remember(tx: &Transaction, text: &str) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.recent (text, turn) VALUES (?1, (SELECT coalesce(max(turn), 0) + 1 FROM mine.recent))
         ON CONFLICT (text) DO UPDATE SET turn = excluded.turn",
    )?
    .execute([text])?;
    tx.prepare_cached(
        "DELETE FROM mine.recent WHERE turn <= (SELECT turn FROM mine.recent ORDER BY turn DESC LIMIT 1 OFFSET ?1)",
    )?
    .execute([KEPT])?;
    Ok(())
}

/// Forgets one, or all of them.
pub fn forget(tx: &Transaction, text: Option<&str>) -> Result<()> {
    tx.prepare_cached("DELETE FROM mine.recent WHERE ?1 IS NULL OR text = ?1")?
        .execute([text])?;
    Ok(())
}
