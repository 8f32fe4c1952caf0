//! One collection's step, written in one transaction: rows, packs, digest and epoch, or nothing.

use super::plan::Step;
use super::source::Source;
use super::staging::Progress;
use crate::{
    error::{Error, Result},
    store::{
        collection::{self, Standing},
        pack,
        pinyin::Readings,
        purged, record, setting, tally,
    },
};
use futures::{StreamExt, TryStreamExt, stream};
use rusqlite::Transaction;
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection,
    record::Id,
    wire::{
        Change, Digest, Epoch, HeadRow, Heads, Index, ObjectRef, Operation, Pack, PackList, Segment,
        Snapshot, read_operations,
    },
};

/// Requests in flight at once. More gains nothing on one connection and starves the rest of a slow network.
const PARALLEL: usize = 4;

/// A step with everything it needs, in memory.
pub struct Loaded {
    base: Option<Base>,
    segments: Vec<(Segment, Vec<Operation>)>,
}

/// What a collection begins anew from.
struct Base {
    epoch: Epoch,
    rows: Vec<HeadRow>,
    packs: Vec<Pack>,
    bodies: Vec<Operation>,
}

/// The objects that a step will fetch, for the progress bar.
pub fn objects(step: &Step) -> Vec<ObjectRef> {
    let of = |segments: &[Segment]| segments.iter().map(|s| s.object).collect::<Vec<_>>();
    match step {
        Step::Segments(segments) | Step::Replay(segments) => of(segments),
        Step::Snapshot(snapshot, segments) => [vec![snapshot.heads, snapshot.packs], of(segments)].concat(),
        Step::Impossible => Vec::new(),
    }
}

/// Fetches and reads what the step needs. Nothing is written but the staging folder.
pub async fn load(
    source: &Source<'_>,
    collection: Collection,
    step: &Step,
    progress: &Progress<'_>,
) -> Result<Loaded> {
    match step {
        Step::Segments(all) => Ok(Loaded {
            base: None,
            segments: segments(source, all, progress).await?,
        }),
        Step::Replay(all) => {
            let base = Base {
                epoch: 0,
                rows: vec![],
                packs: vec![],
                bodies: vec![],
            };
            Ok(Loaded {
                base: Some(base),
                segments: segments(source, all, progress).await?,
            })
        }
        Step::Snapshot(from, all) => {
            let base = snapshot(source, collection, from, progress).await?;
            Ok(Loaded {
                base: Some(base),
                segments: segments(source, all, progress).await?,
            })
        }
        Step::Impossible => Err(Error::Damaged(format!("the index of {collection} leads nowhere"))),
    }
}

async fn segments(
    source: &Source<'_>,
    all: &[Segment],
    progress: &Progress<'_>,
) -> Result<Vec<(Segment, Vec<Operation>)>> {
    let one = |segment: Segment| async move {
        Ok((
            segment,
            read_operations(&source.object(&segment.object, progress).await?)?,
        ))
    };
    stream::iter(all.to_vec())
        .map(one)
        .buffered(PARALLEL)
        .try_collect()
        .await
}

async fn snapshot(
    source: &Source<'_>,
    collection: Collection,
    from: &Snapshot,
    progress: &Progress<'_>,
) -> Result<Base> {
    let heads: Heads = source.json(&from.heads, progress).await?;
    let PackList(packs) = source.json(&from.packs, progress).await?;
    // A directory is small and wanted whole; the bodies of what grows follow after the lists can be read.
    let now = if collection.grows() {
        Vec::new()
    } else {
        packs.clone()
    };
    let bodies = bodies(source, now, progress).await?;
    Ok(Base {
        epoch: from.epoch,
        rows: heads.into_rows()?,
        packs,
        bodies,
    })
}

/// The records of these packs, or [`Error::NotFound`] when one of them is gone.
pub async fn bodies(
    source: &Source<'_>,
    packs: Vec<Pack>,
    progress: &Progress<'_>,
) -> Result<Vec<Operation>> {
    match bodies_there(source, packs, progress).await? {
        (all, 0) => Ok(all),
        _ => Err(Error::NotFound),
    }
}

/// The records of those packs that are there, and how many packs are not: the dump holds only what a fresh device
/// needs, and a server drops old packs after two days.
pub async fn bodies_there(
    source: &Source<'_>,
    packs: Vec<Pack>,
    progress: &Progress<'_>,
) -> Result<(Vec<Operation>, usize)> {
    let one = |pack: Pack| async move {
        match source.object(&pack.object, progress).await {
            Ok(bytes) => Ok(Some(read_operations(&bytes)?)),
            Err(Error::NotFound) => Ok(None),
            Err(e) => Err(e),
        }
    };
    let all: Vec<Option<Vec<Operation>>> = stream::iter(packs)
        .map(one)
        .buffered(PARALLEL)
        .try_collect()
        .await?;
    let missing = all.iter().filter(|pack| pack.is_none()).count();
    Ok((all.into_iter().flatten().flatten().collect(), missing))
}

/// Writes the step down; answers the records that it brought or changed. `distrust` rows that are here already: they
/// did not add up.
///
/// # Errors
/// [`Error::Digest`] when the records do not add up to what the index promised; the transaction must then be
/// rolled back, which is what the store does with any error.
pub fn apply(
    tx: &Transaction,
    name: Collection,
    index: &Index,
    loaded: &Loaded,
    distrust: bool,
    readings: &Readings,
) -> Result<BTreeSet<Id>> {
    let mut touched = BTreeSet::new();
    for id in &index.purge {
        redact(tx, name, *id)?;
    }
    let (mut epoch, mut digest) = match &loaded.base {
        Some(base) => {
            if distrust {
                for id in record::ids(tx, name)? {
                    record::remove(tx, name, id, Digest::default())?;
                }
            }
            (
                base.epoch,
                begin_anew(tx, name, index, base, readings, &mut touched)?,
            )
        }
        None => {
            let here = collection::standing(tx, name)?.ok_or(Error::Digest)?;
            (here.epoch, here.digest)
        }
    };
    for (segment, operations) in &loaded.segments {
        if segment.from > epoch {
            return Err(Error::Damaged(format!("{name}: a gap after epoch {epoch}")));
        }
        for operation in operations.iter().filter(|o| o.epoch > epoch) {
            digest = match &operation.change {
                Change::Put(wire) => {
                    touched.insert(operation.id);
                    record::put(tx, name, (operation.id, operation.epoch, wire), digest, readings)?
                }
                Change::Delete => record::remove(tx, name, operation.id, digest)?,
                Change::Redact => {
                    redact(tx, name, operation.id)?;
                    record::remove(tx, name, operation.id, digest)?
                }
            };
        }
        epoch = segment.to;
    }
    if digest != index.digest || epoch != index.epoch {
        return Err(Error::Digest);
    }
    // An old dump has what was redacted since; the digest goes with it, and a redaction that finds nothing later
    // leaves both alone.
    for id in purged::here(tx, name)? {
        digest = record::remove(tx, name, id, digest)?;
    }
    let unreadable = collection::stand(
        tx,
        name,
        &Standing {
            lineage: index.lineage.clone(),
            epoch,
            digest,
        },
    )?;
    if let Some(base) = &loaded.base {
        pack::replace(tx, name, base.epoch, &base.packs)?;
    }
    if unreadable > 0 {
        tracing::warn!(collection = %name, unreadable, "records that this app cannot read");
    }
    Ok(touched)
}

/// Brings the collection to the snapshot. What is here and unchanged stays, with its body: after a new history of
/// the city's server, a phone fetches one file of heads and not every article again.
fn begin_anew(
    tx: &Transaction,
    name: Collection,
    index: &Index,
    base: &Base,
    readings: &Readings,
    touched: &mut BTreeSet<Id>,
) -> Result<Digest> {
    collection::stand(
        tx,
        name,
        &Standing {
            lineage: index.lineage.clone(),
            epoch: base.epoch,
            digest: Digest::default(),
        },
    )?;
    let mut gone = record::ids(tx, name)?;
    let mut digest = Digest::default();
    for row in &base.rows {
        // Only a record that was here before may be kept: one that the snapshot names twice adds up wrongly.
        if gone.remove(&row.id) && record::keep(tx, name, row)? {
            digest = digest.plus(row.fingerprint);
        } else {
            touched.insert(row.id);
            record::remove(tx, name, row.id, Digest::default())?;
            record::put_head(tx, name, row, readings)?;
            digest = digest.plus(row.fingerprint);
        }
    }
    for id in gone {
        record::remove(tx, name, id, Digest::default())?;
    }
    for operation in &base.bodies {
        if let Change::Put(wire) = &operation.change {
            record::put_body(tx, name, operation.id, wire)?;
        }
    }
    tally::recount(tx, name)?;
    Ok(digest)
}

/// Remembers a redaction; news of one means that bytes must leave this disk, whatever is left of the record here:
/// see [`super::wipe`].
fn redact(tx: &Transaction, name: Collection, id: Id) -> Result<()> {
    if purged::remember(tx, name, id)? {
        setting::set(tx, setting::WIPE, "1")?;
    }
    Ok(())
}
