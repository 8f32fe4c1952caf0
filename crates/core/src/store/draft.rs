//! Drafts and their files: rows from the first word on, so that nothing typed is lost (rule 18). What is in them is
//! sealed by the client; the bytes of files lie beside the database.

use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// A draft.
#[derive(Clone)]
pub struct Row {
    pub id: String,
    /// RFC 3339.
    pub changed: String,
    /// Why the server refused it; empty when it did not.
    pub problem: String,
    pub sealed: Vec<u8>,
}

/// A file of a draft.
#[derive(Clone)]
pub struct FileRow {
    pub id: String,
    pub draft: String,
    pub sealed: Vec<u8>,
}

/// All letters that are drafts, the last changed first. Under the id of a letter that has arrived its supplement is
/// written, which is shown with that letter.
pub fn all(conn: &Connection) -> Result<Vec<Row>> {
    let mut query = conn.prepare_cached(
        "SELECT id, changed, problem, sealed FROM mine.draft
         WHERE id NOT IN (SELECT id FROM mine.own_letter) ORDER BY changed DESC, id DESC",
    )?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One draft.
pub fn get(conn: &Connection, id: &str) -> Result<Option<Row>> {
    let mut query =
        conn.prepare_cached("SELECT id, changed, problem, sealed FROM mine.draft WHERE id = ?1")?;
    Ok(query.query_row([id], read).optional()?)
}

fn read(r: &rusqlite::Row) -> rusqlite::Result<Row> {
    Ok(Row {
        id: r.get(0)?,
        changed: r.get(1)?,
        problem: r.get(2)?,
        sealed: r.get(3)?,
    })
}

/// Keeps a draft, new or changed.
pub fn put(tx: &Transaction, row: &Row) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO mine.draft (id, changed, problem, sealed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET changed = excluded.changed, problem = excluded.problem,
             sealed = excluded.sealed",
    )?
    .execute(params![row.id, row.changed, row.problem, row.sealed])?;
    Ok(())
}

/// Says why it was refused; empty: no longer.
pub fn set_problem(tx: &Transaction, id: &str, problem: &str) -> Result<()> {
    tx.prepare_cached("UPDATE mine.draft SET problem = ?2 WHERE id = ?1")?
        .execute([id, problem])?;
    Ok(())
}

/// Takes a draft away, with the rows of its files.
pub fn remove(tx: &Transaction, id: &str) -> Result<()> {
    tx.execute("DELETE FROM mine.draft_file WHERE draft = ?1", [id])?;
    tx.execute("DELETE FROM mine.draft WHERE id = ?1", [id])?;
    Ok(())
}

/// The files of a draft, in the order they were added.
pub fn files(conn: &Connection, draft: &str) -> Result<Vec<FileRow>> {
    let mut query =
        conn.prepare_cached("SELECT id, draft, sealed FROM mine.draft_file WHERE draft = ?1 ORDER BY id")?;
    let rows = query.query_map([draft], |r| {
        Ok(FileRow {
            id: r.get(0)?,
            draft: r.get(1)?,
            sealed: r.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The ids of all files.
pub fn file_ids(conn: &Connection) -> Result<Vec<String>> {
    let mut query = conn.prepare("SELECT id FROM mine.draft_file")?;
    let ids = query.query_map([], |r| r.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Keeps a file.
pub fn add_file(tx: &Transaction, row: &FileRow) -> Result<()> {
    tx.prepare_cached("INSERT INTO mine.draft_file (id, draft, sealed) VALUES (?1, ?2, ?3)")?
        .execute(params![row.id, row.draft, row.sealed])?;
    Ok(())
}

/// Takes a file away.
pub fn remove_file(tx: &Transaction, draft: &str, id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM mine.draft_file WHERE draft = ?1 AND id = ?2",
        [draft, id],
    )?;
    Ok(())
}

/// Gives the files of one to another.
pub fn hand_files(tx: &Transaction, from: &str, to: &str) -> Result<()> {
    tx.prepare_cached("UPDATE mine.draft_file SET draft = ?2 WHERE draft = ?1")?
        .execute([from, to])?;
    Ok(())
}
