//! What waits to be sent, exactly as it was submitted: body, files and key never change again (rule 17). A row goes
//! when the server's own answer is kept, in the same transaction.

use crate::{error::Result, view::OutState};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Something that waits.
#[derive(Clone)]
pub struct Row {
    /// For a letter, its draft's.
    pub id: String,
    /// `submit`, `join`, `leave` or a writer's action.
    pub what: String,
    pub state: OutState,
    /// Begun so far; counted before each begins.
    pub attempts: u32,
    /// The letter itself, and not only its files, may have reached the server.
    pub posted: bool,
    /// Why the last attempt did not get through.
    pub problem: String,
    /// RFC 3339, for people; what decides is the clock that never goes back.
    pub next_try: String,
    pub sealed: Vec<u8>,
}

const COLUMNS: &str = "id, what, state, attempts, posted, problem, next_try, sealed";

/// Everything that waits, the oldest first.
pub fn all(conn: &Connection) -> Result<Vec<Row>> {
    let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM mine.outbox ORDER BY turn"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One.
pub fn get(conn: &Connection, id: &str) -> Result<Option<Row>> {
    let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM mine.outbox WHERE id = ?1"))?;
    Ok(query.query_row([id], read).optional()?)
}

fn read(r: &rusqlite::Row) -> rusqlite::Result<Row> {
    Ok(Row {
        id: r.get(0)?,
        what: r.get(1)?,
        state: state(&r.get::<_, String>(2)?),
        attempts: r.get(3)?,
        posted: r.get(4)?,
        problem: r.get(5)?,
        next_try: r.get(6)?,
        sealed: r.get(7)?,
    })
}

/// Puts something at the end, frozen.
pub fn add(tx: &Transaction, id: &str, what: &str, sealed: &[u8]) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.outbox (id, what, turn, state, sealed)
         VALUES (?1, ?2, (SELECT coalesce(max(turn), 0) + 1 FROM mine.outbox), ?3, ?4)",
    )?
    .execute(params![id, what, OutState::Frozen.name(), sealed])?;
    Ok(())
}

/// Counts an attempt, before it begins. Answers whether it is still wanted.
pub fn begin(tx: &Transaction, id: &str) -> Result<bool> {
    let changed = tx
        .prepare_cached(
            "UPDATE mine.outbox SET state = ?2, attempts = attempts + 1, next_try = '' WHERE id = ?1",
        )?
        .execute([id, OutState::Sending.name()])?;
    Ok(changed > 0)
}

/// From now on the letter itself may be there. Answers whether it is still wanted.
pub fn post(tx: &Transaction, id: &str) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.outbox SET posted = 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(changed > 0)
}

/// Says how an attempt ended that did not end well.
pub fn set(tx: &Transaction, id: &str, state: OutState, problem: &str, next_try: &str) -> Result<()> {
    tx.prepare_cached("UPDATE mine.outbox SET state = ?2, problem = ?3, next_try = ?4 WHERE id = ?1")?
        .execute([id, state.name(), problem, next_try])?;
    Ok(())
}

/// Takes it away. Answers whether it was there.
pub fn remove(tx: &Transaction, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM mine.outbox WHERE id = ?1", [id])? > 0)
}

/// Takes it back, if no attempt has begun. Answers whether it was taken.
pub fn recall(tx: &Transaction, id: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM mine.outbox WHERE id = ?1 AND attempts = 0", [id])? > 0)
}

fn state(name: &str) -> OutState {
    match name {
        "frozen" => OutState::Frozen,
        "sending" => OutState::Sending,
        "refused" => OutState::Refused,
        _ => OutState::Retry,
    }
}
