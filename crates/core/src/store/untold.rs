//! What came in and the system's notifications have not told yet.
//!
//! Each row carries its own mark. Rejected: the number of the last arrival told, which would tell of a muted topic's
//! records the moment it is unmuted, and could not hold back what waits for the digest while a letter's step is told.

use super::{inbox::FROM, list};
use crate::{
    error::Result,
    view::{Row, Untold},
};
use rusqlite::{Connection, Transaction, params};
use weimenhu_domain::{Collection, record::Id};

/// Records named in a notification; of the others the number is told.
const NAMED: u32 = 3;

/// What a topic that may be told of brought in, that was not opened since; without `broad`, a topic that is not broad.
fn waits(broad: bool) -> String {
    let narrow = if broad { "" } else { "AND NOT t.broad" };
    format!("AND NOT t.muted AND NOT t.quiet {narrow}) AND NOT i.told AND NOT coalesce(m.read, 0)")
}

/// What is to be told, with or without what only broad topics brought in.
pub fn get(conn: &Connection, broad: bool) -> Result<Untold> {
    let waits = waits(broad);
    let (count, turn) = conn
        .prepare_cached(&format!(
            "SELECT count(*), coalesce(max(i.turn), 0) FROM {FROM} {waits}"
        ))?
        .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut query = conn.prepare_cached("SELECT id FROM mine.own_letter WHERE unseen AND NOT told")?;
    let letters = query.query_map([], |r| r.get(0))?;
    Ok(Untold {
        rows: if count == 0 {
            Vec::new()
        } else {
            newest(conn, &waits)?
        },
        count,
        letters: letters.collect::<Result<_, _>>()?,
        turn,
        broad,
    })
}

fn newest(conn: &Connection, waits: &str) -> Result<Vec<Row>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT i.collection, i.id FROM {FROM} {waits} ORDER BY i.turn DESC LIMIT ?1"
    ))?;
    let found = query.query_map([NAMED], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Id>(1)?)))?;
    let mut rows = Vec::new();
    for one in found {
        let (name, id) = one?;
        if let Ok(collection) = name.parse::<Collection>() {
            rows.extend(list::row(conn, collection, id)?);
        }
    }
    Ok(rows)
}

/// It was told: of what came later nothing is known here, and what waits for its hour goes on waiting.
pub fn tell(tx: &Transaction, told: &Untold) -> Result<()> {
    if told.count > 0 {
        tx.prepare_cached(
            "UPDATE mine.inbox SET told = 1 WHERE NOT told AND turn <= ?1 AND (?2 OR coalesce(
                 (SELECT max(NOT t.broad) FROM mine.reason w JOIN mine.topic t ON t.id = w.topic
                  WHERE w.collection = inbox.collection AND w.id = inbox.id
                      AND NOT t.gone AND NOT t.muted AND NOT t.quiet), 1))",
        )?
        .execute(params![told.turn, told.broad])?;
    }
    let mut letter = tx.prepare_cached("UPDATE mine.own_letter SET told = 1 WHERE id = ?1")?;
    for id in &told.letters {
        letter.execute(params![id])?;
    }
    Ok(())
}
