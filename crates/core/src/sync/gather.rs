//! What topics mean is put into the inbox in the transaction that brings it, so that no record is told of twice and none
//! is missed.
//!
//! The two files of the store commit one after the other, the cache first: an app that was killed between them has the
//! records and not the inbox. What was looked at last is therefore written down with the inbox, and what lies between
//! is looked at in the next round. A body alone that came in that very moment is not: its words are missed then, its
//! title was looked at before.

use crate::{
    error::{Error, Result},
    store::{
        collection::{self, Standing},
        inbox::{self, Arrival},
        record, topic,
    },
};
use rusqlite::Transaction;
use std::collections::BTreeSet;
use weimenhu_domain::{Collection, record::Id};

/// After a step that began `before` and brought or changed `touched`. Answers how many records came in.
pub fn step(
    tx: &Transaction,
    name: Collection,
    before: Option<&Standing>,
    mut touched: BTreeSet<Id>,
    now: &str,
) -> Result<usize> {
    if !name.grows() {
        return Ok(0);
    }
    let here = collection::standing(tx, name)?.ok_or(Error::Digest)?;
    let mut follow = topic::follow(tx)?;
    let mut came = 0;
    if !follow.is_empty() {
        let gathered = inbox::gathered(tx, name)?;
        if let (Some((lineage, epoch)), Some(before)) = (gathered, before)
            && lineage == before.lineage.0
            && epoch.unsigned_abs() < before.epoch
        {
            touched.extend(record::changed_after(tx, name, epoch)?);
        }
        came = inbox::gather(tx, name, touched, &mut follow, Arrival { now, told: false })?;
    }
    inbox::set_gathered(tx, name, &here)?;
    Ok(came)
}

/// After bodies were added to heads that were here: words may stand in them.
pub fn bodies(tx: &Transaction, name: Collection, taken: &BTreeSet<Id>, now: &str) -> Result<usize> {
    if !name.grows() || taken.is_empty() {
        return Ok(0);
    }
    let mut follow = topic::follow(tx)?;
    if follow.is_empty() {
        return Ok(0);
    }
    inbox::gather(
        tx,
        name,
        taken.iter().copied(),
        &mut follow,
        Arrival { now, told: false },
    )
}
