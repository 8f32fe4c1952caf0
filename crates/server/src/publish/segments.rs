//! Segments: one for every publication, merged by sixteen so that a device that was away for a month asks for a
//! few files and not for hundreds.
//!
//! A merge keeps the sixteen until the next merge of their level, because most devices are only slightly behind
//! and would otherwise fetch a month for an hour. Rejected: merging on a clock (a quiet collection would be
//! rewritten for nothing) and one growing segment (every device would fetch it all again at every change).

use crate::{
    Error, Result, object,
    store::segment::{Fate, Leveled},
    tree::Tree,
};
use std::collections::HashMap;
use weimenhu_domain::{
    record::Id,
    wire::{Epoch, Operation, Segment, read_operations, write_operations},
};

/// How many of a level become one of the next.
pub const FAN: usize = 16;
/// A merged segment is not made larger than this: it is one download and one decompression on an old phone.
pub const MAX_MERGED: u64 = 16 << 20;

/// Writes the segment of one publication.
pub fn write(tree: &Tree, from: Epoch, to: Epoch, operations: &[Operation]) -> Result<Segment> {
    let object = object::put(tree, &raw(operations)?)?;
    Ok(Segment { from, to, object })
}

/// Adds the newest segment and merges what is due, on all levels.
pub fn add(tree: &Tree, mut all: Vec<Leveled>, newest: Segment) -> Result<Vec<Leveled>> {
    all.push(Leveled {
        segment: newest,
        level: 0,
        fate: Fate::Open,
    });
    let mut level = 0;
    while let Some(merged) = merge_level(tree, &mut all, level)? {
        level = level.saturating_add(1);
        all.push(Leveled {
            segment: merged,
            level,
            fate: Fate::Open,
        });
    }
    all.sort_by_key(|s| (s.segment.from, s.segment.to));
    Ok(all)
}

/// Merges the open segments of a level if there are enough of them.
fn merge_level(tree: &Tree, all: &mut Vec<Leveled>, level: u32) -> Result<Option<Segment>> {
    let mut open: Vec<Segment> = all
        .iter()
        .filter(|s| s.level == level && s.fate == Fate::Open)
        .map(|s| s.segment)
        .collect();
    open.sort_by_key(|s| s.from);
    // What lies before a gap (something too large to merge) can never be merged across it.
    let mut run: Vec<Segment> = Vec::new();
    let mut stranded = Vec::new();
    for segment in open {
        if run.last().is_some_and(|last| last.to != segment.from) {
            stranded.append(&mut run);
        }
        run.push(segment);
    }
    set_fate(all, &stranded, Fate::Kept);
    if run.len() < FAN {
        return Ok(None);
    }
    let raw_size: u64 = run.iter().map(|s| s.object.raw_size).sum();
    if raw_size > MAX_MERGED {
        set_fate(all, &run, Fate::Kept);
        return Ok(None);
    }
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return Ok(None);
    };
    let merged = write(tree, first.from, last.to, &superseded_dropped(tree, &run)?)?;
    all.retain(|s| s.level != level || s.fate != Fate::Merged);
    set_fate(all, &run, Fate::Merged);
    Ok(Some(merged))
}

fn set_fate(all: &mut [Leveled], which: &[Segment], fate: Fate) {
    for leveled in all.iter_mut().filter(|l| which.contains(&l.segment)) {
        leveled.fate = fate;
    }
}

/// The operations of consecutive segments; of several for one record only the last.
fn superseded_dropped(tree: &Tree, run: &[Segment]) -> Result<Vec<Operation>> {
    let mut last: HashMap<Id, Operation> = HashMap::new();
    for segment in run {
        for operation in read(tree, segment)? {
            last.insert(operation.id, operation);
        }
    }
    let mut operations: Vec<Operation> = last.into_values().collect();
    operations.sort_by_key(|o| o.epoch);
    Ok(operations)
}

/// Rewrites every segment that holds one of these records, without it. The operation that erases the record
/// comes in a later segment, so what a device ends up with is the same.
pub fn without(tree: &Tree, all: Vec<Leveled>, erased: &[Id]) -> Result<Vec<Leveled>> {
    let rewrite = |mut leveled: Leveled| {
        let Segment { from, to, .. } = leveled.segment;
        let mut operations = read(tree, &leveled.segment)?;
        let before = operations.len();
        operations.retain(|o| !erased.contains(&o.id));
        if operations.len() != before {
            leveled.segment = write(tree, from, to, &operations)?;
        }
        Ok(leveled)
    };
    all.into_iter().map(rewrite).collect()
}

/// The operations of a stored segment.
pub fn read(tree: &Tree, segment: &Segment) -> Result<Vec<Operation>> {
    let sha = segment.object.sha;
    let damaged = |why: String| Error::Damaged { sha, why };
    read_operations(&object::get(tree, sha)?).map_err(|e| damaged(e.to_string()))
}

/// Operations as they stand in a file.
pub fn raw(operations: &[Operation]) -> Result<Vec<u8>> {
    write_operations(operations).map_err(|e| Error::Inconsistent(format!("operations: {e}")))
}
