//! Snapshots: all records at one epoch, listed parts in one file, bodies in packs by id.
//!
//! Built a few thousand records at a time, because a province has more than fit in memory at once. A pack in
//! which nothing changed is not compressed again: its newest epoch and its count prove that it is the same, if its
//! file is still whole.

use super::segments::raw;
use crate::{
    Error, Result,
    error::own_json,
    object,
    store::{Store, operation, pack},
    tree::Tree,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use weimenhu_domain::{
    Collection, Record,
    record::{Id, Sha256},
    wire::{
        Change, Digest, Epoch, Fingerprint, HeadRow, Heads, ObjectRef, Operation, Pack, PackList, Snapshot,
    },
};

/// How many ids are read at once; a multiple of every pack span.
const STRIDE: u32 = 4096;

/// A snapshot and what it consists of.
#[derive(Debug, Clone)]
pub struct Built {
    pub snapshot: Snapshot,
    pub packs: Vec<pack::Built>,
    pub count: u32,
    pub digest: Digest,
}

impl Built {
    /// The objects that it names.
    pub fn objects(&self) -> HashSet<Sha256> {
        let packs = self.packs.iter().map(|p| p.pack.object.sha);
        packs
            .chain([self.snapshot.heads.sha, self.snapshot.packs.sha])
            .collect()
    }
}

/// Builds the snapshot at `epoch`: what the database says, changed by `pending` that is not in it yet.
pub async fn build(
    store: &Store,
    tree: &Tree,
    collection: Collection,
    epoch: Epoch,
    next_id: Id,
    pending: &[Operation],
) -> Result<Built> {
    let known = pack::of(store.read(), collection).await?;
    let pending: HashMap<Id, &Operation> = pending.iter().map(|o| (o.id, o)).collect();
    let mut rows = Vec::new();
    let mut packs = Vec::new();
    let mut start = 0;
    while start < next_id {
        let end = start.saturating_add(STRIDE);
        let stored = operation::puts(store.read(), collection, start, end).await?;
        let mut live: BTreeMap<Id, Operation> = stored.into_iter().map(|o| (o.id, o)).collect();
        for (id, operation) in pending.iter().filter(|(id, _)| (start..end).contains(*id)) {
            match operation.change {
                Change::Put(_) => live.insert(*id, (*operation).clone()),
                Change::Delete | Change::Redact => live.remove(id),
            };
        }
        let (tree, known) = (tree.clone(), known.clone());
        let part = tokio::task::spawn_blocking(move || stride(&tree, collection, live, &known)).await??;
        rows.extend(part.0);
        packs.extend(part.1);
        start = end;
    }
    rows.reverse();
    let tree = tree.clone();
    tokio::task::spawn_blocking(move || finish(&tree, epoch, &rows, packs)).await?
}

/// The rows and packs of one stride.
fn stride(
    tree: &Tree,
    collection: Collection,
    live: BTreeMap<Id, Operation>,
    known: &HashMap<u32, pack::Built>,
) -> Result<(Vec<HeadRow>, Vec<pack::Built>)> {
    let mut rows = Vec::with_capacity(live.len());
    let mut by_pack: BTreeMap<u32, Vec<Operation>> = BTreeMap::new();
    for (id, operation) in live {
        let Change::Put(json) = &operation.change else {
            continue;
        };
        let record = own_json(Record::parse(collection, json), "published record")?;
        rows.push(HeadRow {
            id,
            epoch: operation.epoch,
            fingerprint: Fingerprint::of(id, json),
            head: record.head(),
        });
        let number = id / collection.pack_span();
        by_pack.entry(number).or_default().push(operation);
    }
    // Compressing is nine tenths of a first publication, and each pack is by itself.
    let packs = by_pack.into_par_iter().map(|(number, operations)| {
        let newest = operations.iter().map(|o| o.epoch).max().unwrap_or(0);
        let count = u32::try_from(operations.len()).unwrap_or(u32::MAX);
        let same =
            |b: &&pack::Built| (b.newest, b.count) == (newest, count) && tree.is_whole(b.pack.object.sha);
        if let Some(built) = known.get(&number).filter(same) {
            return Ok(*built);
        }
        let object = object::put(tree, &raw(&operations)?)?;
        let pack = Pack { number, object };
        Ok(pack::Built { pack, newest, count })
    });
    let packs: Result<Vec<_>> = packs.collect();
    Ok((rows, packs?))
}

/// The two files that hold it together. `rows` come newest id first.
fn finish(tree: &Tree, epoch: Epoch, rows: &[HeadRow], packs: Vec<pack::Built>) -> Result<Built> {
    let heads = json_object(tree, &Heads::from_rows(rows))?;
    let list = PackList(packs.iter().rev().map(|p| p.pack).collect());
    Ok(Built {
        snapshot: Snapshot {
            epoch,
            heads,
            packs: json_object(tree, &list)?,
        },
        count: u32::try_from(rows.len()).map_err(|_| Error::Inconsistent("more records than ids".into()))?,
        digest: rows.iter().map(|r| r.fingerprint).collect(),
        packs,
    })
}

/// Writes a value as a compressed JSON object.
pub fn json_object(tree: &Tree, value: &impl serde::Serialize) -> Result<ObjectRef> {
    object::put(tree, &own_json(serde_json::to_vec(value), "object")?)
}
