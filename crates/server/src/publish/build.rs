//! One collection's next state: its objects are written here, its rows only in [`super::commit`].
//!
//! Nothing refers to the new objects until the head does, so a crash here leaves files that nobody asks for.

use super::{
    changes::Changes,
    segments,
    snapshot::{self, json_object},
};
use crate::{
    City, Error, Result,
    store::{
        collection::{Standing, new_lineage},
        operation, pack,
        segment::{self, Leveled},
    },
};
use std::collections::HashSet;
use weimenhu_domain::{
    record::{Id, Sha256},
    wire::{Change, Fingerprint, Index, Operation, SCHEMA},
};

/// More operations than this in one publication are no segment: a device fetches the new snapshot instead.
pub const BULK: usize = 4096;
/// Nor are operations of more bytes than this, decompressed.
const MAX_SEGMENT: u64 = 64 << 20;
/// How many operations behind a snapshot a device may be and still go by segments.
pub const REACH: u64 = 4096;

/// What [`build`] made.
#[derive(Debug)]
pub struct Built {
    pub standing: Standing,
    pub changes: Changes,
    pub segments: Vec<Leveled>,
    /// `None` when the snapshot before stays.
    pub packs: Option<Vec<pack::Built>>,
    /// Every object that the new index names, itself included.
    pub named: HashSet<Sha256>,
}

/// When the operations since the last snapshot are worth a new one.
fn snapshot_is_due(since: u64, count: u32) -> bool {
    since >= u64::from(count / 16).max(64)
}

/// Builds the next state of a collection and writes its objects.
pub async fn build(city: &City, before: &Standing, changes: Changes) -> Result<Built> {
    let mut now = before.clone();
    count_in(city, &mut now, &changes.operations).await?;
    let erased = changes.redacted();
    now.purge.extend(&erased);
    now.purge.sort_unstable();
    now.purge.dedup();

    let raw_size: u64 = changes
        .operations
        .iter()
        .map(|o| match &o.change {
            Change::Put(json) => json.len() as u64,
            _ => 0,
        })
        .sum();
    let bulk =
        before.epoch == 0 || before.rebuild || changes.operations.len() > BULK || raw_size > MAX_SEGMENT;
    let grown = match bulk {
        true => None,
        false => grown_or_lost(city, before, &changes, &erased).await?,
    };
    let bulk = grown.is_none();
    let mut all = grown.unwrap_or_else(|| {
        now.floor = now.epoch;
        Vec::new()
    });
    if before.rebuild {
        now.lineage = new_lineage();
        now.rebuild = false;
    }

    let since = now.epoch.saturating_sub(now.snapshot.map_or(0, |s| s.epoch));
    let mut packs = None;
    let mut named: HashSet<Sha256> = HashSet::new();
    if bulk || !erased.is_empty() || now.snapshot.is_none() || snapshot_is_due(since, now.count) {
        let built = snapshot::build(
            &city.store,
            &city.tree,
            now.collection,
            now.epoch,
            now.next_id,
            &changes.operations,
        )
        .await?;
        if (built.count, built.digest) != (now.count, now.digest) {
            return Err(Error::Inconsistent(format!(
                "{}: {} records with digest {} are counted, {} with {} are there",
                now.collection, now.count, now.digest, built.count, built.digest
            )));
        }
        named.extend(built.objects());
        now.snapshot = Some(built.snapshot);
        packs = Some(built.packs);
        let cut = now.epoch.saturating_sub(REACH);
        all.retain(|s| s.segment.to > cut);
        now.floor = now.floor.max(cut);
    } else {
        let stored = pack::of(city.store.read(), now.collection).await?;
        named.extend(stored.values().map(|p| p.pack.object.sha));
        named.extend(now.snapshot.iter().flat_map(|s| [s.heads.sha, s.packs.sha]));
    }

    named.extend(all.iter().map(|s| s.segment.object.sha));
    let index = Index {
        lineage: now.lineage.clone(),
        epoch: now.epoch,
        schema: SCHEMA,
        count: now.count,
        digest: now.digest,
        floor: now.floor,
        snapshot: now.snapshot,
        segments: all.iter().map(|s| s.segment).collect(),
        purge: now.purge.clone(),
    };
    let object = json_object(&city.tree, &index)?;
    now.index = Some((object.sha, object.size));
    named.insert(object.sha);
    Ok(Built {
        standing: now,
        changes,
        segments: all,
        packs,
        named,
    })
}

/// Moves epoch, next id, count and digest on by these operations.
async fn count_in(city: &City, now: &mut Standing, operations: &[Operation]) -> Result<()> {
    let ids: Vec<Id> = operations.iter().map(|o| o.id).collect();
    let newest = operation::newest(city.store.read(), now.collection, &ids).await?;
    for operation in operations {
        let id = operation.id;
        if let Some(Change::Put(json)) = newest.get(&id).map(|o| &o.change) {
            now.digest = now.digest.minus(Fingerprint::of(id, json));
            now.count = now.count.saturating_sub(1);
        }
        if let Change::Put(json) = &operation.change {
            now.digest = now.digest.plus(Fingerprint::of(id, json));
            now.count = now.count.saturating_add(1);
        }
        now.next_id = now.next_id.max(id.saturating_add(1));
        now.epoch = operation.epoch;
    }
    Ok(())
}

/// The segments with this publication's; none when one of them is lost. Then every device takes the new snapshot:
/// that costs bytes, but neither the next publication nor an erasure waits for somebody who repairs a disk.
async fn grown_or_lost(
    city: &City,
    before: &Standing,
    changes: &Changes,
    erased: &[Id],
) -> Result<Option<Vec<Leveled>>> {
    let stored = segment::of(city.store.read(), before.collection).await?;
    match grow(city, before, stored, changes, erased).await {
        Err(e) if e.is_lost_object() => {
            tracing::error!(collection = before.collection.name(), error = %e, "begins anew with a snapshot");
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// The segments with this publication's, and without what it erases. Compression is work for another thread.
async fn grow(
    city: &City,
    before: &Standing,
    stored: Vec<Leveled>,
    changes: &Changes,
    erased: &[Id],
) -> Result<Vec<Leveled>> {
    let (tree, from) = (city.tree.clone(), before.epoch);
    let (operations, erased) = (changes.operations.clone(), erased.to_vec());
    tokio::task::spawn_blocking(move || {
        let mut all = stored;
        if !erased.is_empty() {
            all = segments::without(&tree, all, &erased)?;
        }
        match operations.last() {
            Some(last) => {
                let newest = segments::write(&tree, from, last.epoch, &operations)?;
                segments::add(&tree, all, newest)
            }
            None => Ok(all),
        }
    })
    .await?
}
