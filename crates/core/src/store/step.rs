//! What happened in the person's own letters, as rows of the inbox: which step, and whether its letter was opened since.
//! The words of it stand in the letter, sealed; here are numbers only.
//!
//! A letter's own mark ([`super::own`]) follows from its steps, so that the list of letters, the badge and the inbox
//! cannot say different things.

use crate::error::Result;
use rusqlite::{Connection, Transaction, params};

/// The next place in the order of arrivals, of records and steps alike.
pub(super) const NEXT_TURN: &str = "(SELECT 1 + max(coalesce((SELECT max(turn) FROM mine.inbox), 0),
                                             coalesce((SELECT max(turn) FROM mine.step), 0)))";

/// The step that stands for how the letter is as a whole.
pub const AS_A_WHOLE: i64 = -1;

/// A step, never seen before or anew; nothing for a letter that was forgotten while its answer was under way.
pub fn add(tx: &Transaction, letter: &str, place: i64, arrived: &str) -> Result<()> {
    tx.prepare_cached(&format!(
        "INSERT OR REPLACE INTO mine.step (turn, letter, place, arrived)
         SELECT {NEXT_TURN}, ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM mine.own_letter WHERE id = ?1)"
    ))?
    .execute(params![letter, place, arrived])?;
    Ok(())
}

/// The letter has no steps from this place on any more, or others.
pub fn end(tx: &Transaction, letter: &str, from: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM mine.step WHERE letter = ?1 AND place >= ?2")?
        .execute(params![letter, from])?;
    follow(tx)
}

/// Of those in the inbox: all of them, and those whose letters were not opened since.
pub fn counts(conn: &Connection) -> Result<(u32, u32)> {
    let mut query = conn
        .prepare_cached("SELECT count(*), count(*) FILTER (WHERE NOT read) FROM mine.step WHERE NOT gone")?;
    Ok(query.query_row([], |r| Ok((r.get(0)?, r.get(1)?)))?)
}

/// Those whose letters were not opened since, by their turns.
pub fn unread(conn: &Connection) -> Result<Vec<u32>> {
    let mut query =
        conn.prepare_cached("SELECT turn FROM mine.step WHERE NOT gone AND NOT read ORDER BY turn")?;
    let turns = query.query_map([], |r| r.get(0))?;
    Ok(turns.collect::<Result<_, _>>()?)
}

/// The letter was opened.
pub fn see(tx: &Transaction, letter: &str) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.step SET read = 1 WHERE letter = ?1 AND NOT read")?
        .execute([letter])?;
    Ok(changed > 0)
}

/// Marks these as seen or not, and their letters with them.
pub fn set_read(tx: &Transaction, turns: &[u32], read: bool) -> Result<()> {
    let mut one = tx.prepare_cached("UPDATE mine.step SET read = ?2 WHERE turn = ?1")?;
    for turn in turns {
        one.execute(params![turn, read])?;
    }
    follow(tx)
}

/// Takes one out, or puts it back.
pub fn set_gone(tx: &Transaction, turn: u32, gone: bool) -> Result<()> {
    tx.prepare_cached("UPDATE mine.step SET gone = ?2, read = read OR ?2 WHERE turn = ?1")?
        .execute(params![turn, gone])?;
    follow(tx)
}

/// What happened in letters that are not here any more.
pub fn sweep(tx: &Transaction) -> Result<()> {
    tx.execute(
        "DELETE FROM mine.step WHERE letter NOT IN (SELECT id FROM mine.own_letter)",
        [],
    )?;
    Ok(())
}

fn follow(tx: &Transaction) -> Result<()> {
    tx.execute(
        "UPDATE mine.own_letter SET unseen =
             EXISTS (SELECT 1 FROM mine.step s WHERE s.letter = own_letter.id AND NOT s.read)",
        [],
    )?;
    Ok(())
}
