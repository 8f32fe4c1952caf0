//! Where each collection stands on this device.

use super::signed;
use crate::error::{Error, Result};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use weimenhu_domain::{
    Collection,
    wire::{Digest, Epoch, Lineage},
};

/// Where a collection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The history that the epoch counts in.
    pub lineage: Lineage,
    /// The newest change applied.
    pub epoch: Epoch,
    /// The digest of what is here.
    pub digest: Digest,
}

/// Where the collection stands; none before its first content.
pub fn standing(conn: &Connection, collection: Collection) -> Result<Option<Standing>> {
    let mut query = conn.prepare_cached("SELECT lineage, epoch, digest FROM collection WHERE name = ?1")?;
    let row = query.query_row([collection.name()], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, i64>(1)?,
            r.get::<_, String>(2)?,
        ))
    });
    row.optional()?
        .map(|(lineage, epoch, digest)| {
            Ok(Standing {
                lineage: Lineage(lineage),
                epoch: epoch.unsigned_abs(),
                digest: digest
                    .parse()
                    .map_err(|_| Error::Damaged("a stored digest".into()))?,
            })
        })
        .transpose()
}

pub(super) const UNREADABLE: &str = "SELECT count(*) FROM record WHERE collection = ?1 AND NOT readable";

/// Writes where the collection stands now, and how many of its records this app cannot read.
pub fn stand(tx: &Transaction, collection: Collection, standing: &Standing) -> Result<u32> {
    let epoch = signed(standing.epoch)?;
    let unreadable: u32 = tx
        .prepare_cached(UNREADABLE)?
        .query_row([collection.name()], |r| r.get(0))?;
    tx.prepare_cached(
        "INSERT INTO collection (name, lineage, epoch, digest, unreadable) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (name) DO UPDATE SET lineage = excluded.lineage, epoch = excluded.epoch,
             digest = excluded.digest, unreadable = excluded.unreadable",
    )?
    .execute(params![
        collection.name(),
        standing.lineage.0,
        epoch,
        standing.digest.to_string(),
        unreadable
    ])?;
    Ok(unreadable)
}
