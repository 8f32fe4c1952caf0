//! Saves what can still be read of a damaged file that cannot be fetched again: the person's own.
//!
//! Rejected: SQLite's own recovery extension, which rebuilds tables from loose pages: it is not among the
//! functions that rusqlite offers, and these tables are small enough to lose one page of them.

use super::{Sharing, migrations, open_file, set_aside};
use crate::error::Result;
use rusqlite::{Connection, params_from_iter, types::Value};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Copies every readable row into a fresh file that takes the place of the damaged one. Answers where that was
/// put.
pub fn salvage(path: &Path) -> Result<PathBuf> {
    let saved = path.with_extension("saved");
    // One left by a start that was killed here.
    if saved.exists() {
        fs::remove_file(&saved)?;
    }
    let fresh = open_file(&saved, migrations::MINE, Sharing::Alone)?;
    // Opened where it lies, so that what its log holds is read too.
    if let Ok(damaged) = Connection::open(path) {
        for table in tables(&fresh)? {
            copy(&damaged, &fresh, &table)?;
        }
    }
    // One file without a log can be renamed.
    fresh.pragma_update(None, "journal_mode", "DELETE")?;
    drop(fresh);
    let aside = set_aside(path)?;
    fs::rename(saved, path)?;
    Ok(aside)
}

fn tables(conn: &Connection) -> Result<Vec<String>> {
    let mut query = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = query.query_map([], |r| r.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// From the front until a page cannot be read, then from the back: between them lies only what is lost.
fn copy(from: &Connection, to: &Connection, table: &str) -> Result<()> {
    let key = |suffix: &str| -> Result<String> {
        let mut query = to.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
        let columns = query.query_map([table], |r| r.get::<_, String>(0))?;
        let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
        Ok(columns
            .iter()
            .map(|c| format!("{c}{suffix}"))
            .collect::<Vec<_>>()
            .join(", "))
    };
    for order in [key("")?, key(" DESC")?] {
        let Ok(mut query) = from.prepare(&format!("SELECT * FROM {table} ORDER BY {order}")) else {
            return Ok(());
        };
        let width = query.column_count();
        let places = vec!["?"; width].join(", ");
        let mut insert = to.prepare(&format!("INSERT OR IGNORE INTO {table} VALUES ({places})"))?;
        let Ok(mut rows) = query.query([]) else { continue };
        while let Ok(Some(row)) = rows.next() {
            let values: Result<Vec<Value>, _> = (0..width).map(|n| row.get(n)).collect();
            // A row that is garbage breaks the table's rules and is left behind.
            if values
                .and_then(|values| insert.execute(params_from_iter(values)))
                .is_err()
            {
                tracing::warn!(table, "a row of the damaged file was left behind");
            }
        }
    }
    Ok(())
}
