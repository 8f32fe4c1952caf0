//! Reading every record instead of the index: while that is being made or is damaged. Slow, and as exact.

use super::{
    candidates::Filter,
    document::{Found, Reader, Scale},
    terms::Term,
};
use crate::error::Result;
use rusqlite::Connection;
use std::ops::RangeInclusive;

/// All records that have the terms, with their dates.
pub fn all(
    conn: &Connection,
    terms: &[Term],
    parts: &[RangeInclusive<i64>],
    filter: &Filter,
    scale: &Scale,
    mut tired: impl FnMut() -> Result<()>,
) -> Result<Vec<(Found, String)>> {
    let mut reader = Reader::new(conn)?;
    let mut found = Vec::new();
    let mut every = conn.prepare_cached(
        "SELECT doc, date FROM record WHERE doc BETWEEN ?1 AND ?2 AND readable ORDER BY doc DESC",
    )?;
    for part in parts {
        let mut rows = every.query((part.start(), part.end()))?;
        while let Some(row) = rows.next()? {
            tired()?;
            if let Some(hit) = reader.verify(row.get(0)?, terms, filter, scale)? {
                found.push((hit, row.get(1)?));
            }
        }
    }
    Ok(found)
}
