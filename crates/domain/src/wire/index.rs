//! The index of a collection: which immutable objects bring a device from its epoch to the newest.

use super::{Digest, Epoch};
use crate::record::{Id, Sha256};
use serde::{Deserialize, Serialize};

/// A random id of a collection's history, 16 hexadecimal digits. A server restored from a backup starts a new
/// one, because it may give out an epoch twice; a device that meets another lineage takes the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Lineage(pub String);

/// An immutable object: its name and what to expect of it before it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// SHA-256 of the bytes on the wire, which is its name.
    pub sha: Sha256,
    /// Bytes on the wire (zstd).
    pub size: u64,
    /// Bytes after decompression.
    pub raw_size: u64,
}

/// The changes with `from < epoch ≤ to`; what was superseded within them is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The epoch before its first change.
    pub from: Epoch,
    /// The epoch of its last change.
    pub to: Epoch,
    /// The file of operations.
    #[serde(flatten)]
    pub object: ObjectRef,
}

/// All records at one epoch, heads apart from bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The epoch it shows.
    pub epoch: Epoch,
    /// The [`super::Heads`].
    pub heads: ObjectRef,
    /// The [`PackList`]. Its own object, because only who wants old bodies needs it.
    pub packs: ObjectRef,
}

/// Where the bodies of a snapshot are: a JSON array of these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PackList(pub Vec<Pack>);

/// The bodies of the ids from `number × span` to before `(number + 1) × span`, see
/// [`crate::Collection::pack_span`].
///
/// Packs are cut by id and not by date, so a new snapshot shares every pack in which nothing changed with the
/// one before; ids follow publication, so the highest packs are the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// Its place.
    pub number: u32,
    /// The file of operations, all of them `put`.
    #[serde(flatten)]
    pub object: ObjectRef,
}

/// The index of a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The history the epochs count in.
    pub lineage: Lineage,
    /// The newest change.
    pub epoch: Epoch,
    /// Major version of the record schema.
    pub schema: u32,
    /// Records at that epoch.
    pub count: u32,
    /// Their digest.
    pub digest: Digest,
    /// Who stands below this takes the snapshot.
    pub floor: Epoch,
    /// The newest snapshot; none while a collection is small enough for its segments alone.
    pub snapshot: Option<Snapshot>,
    /// Segments of several sizes, which may overlap: fine ones of late, merged ones of the past.
    pub segments: Vec<Segment>,
    /// Redacted records: remove every trace, whatever the epoch says.
    #[serde(default)]
    pub purge: Vec<Id>,
}

impl Index {
    /// The cheapest segments that lead from `local` to the newest epoch, in order; none when the device stands
    /// below the floor or beyond the index and needs the snapshot.
    ///
    /// A segment may begin before `local`: its older operations are then skipped by the reader. Every request
    /// is counted as [`REQUEST_COST`] bytes, so a merged segment wins against its many parts.
    pub fn cover(&self, local: Epoch) -> Option<Vec<Segment>> {
        if local == self.epoch {
            return Some(Vec::new());
        }
        if local < self.floor || local > self.epoch {
            return None;
        }
        let mut ends: Vec<&Segment> = self
            .segments
            .iter()
            .filter(|s| s.to > local && s.from < s.to)
            .collect();
        ends.sort_by_key(|s| s.to);
        // best[i]: the cheapest chain that ends with segment i, and the segment before it.
        let mut best: Vec<Option<(u64, Option<usize>)>> = Vec::with_capacity(ends.len());
        for segment in &ends {
            let own = segment.object.size.saturating_add(REQUEST_COST);
            let starts_here = (segment.from <= local).then_some((own, None));
            let continues = best
                .iter()
                .zip(&ends)
                .enumerate()
                .filter_map(|(i, (cost, before))| {
                    let (cost, _) = (*cost)?;
                    (before.to >= segment.from && before.to < segment.to)
                        .then_some((cost.saturating_add(own), Some(i)))
                });
            best.push(
                starts_here
                    .into_iter()
                    .chain(continues)
                    .min_by_key(|(cost, _)| *cost),
            );
        }
        let cheapest = best
            .iter()
            .zip(&ends)
            .enumerate()
            .filter(|(_, (_, s))| s.to == self.epoch);
        let (mut at, _) = cheapest
            .filter_map(|(i, (cost, _))| Some((i, (*cost)?)))
            .min_by_key(|(_, (cost, _))| *cost)?;
        let mut chain = Vec::new();
        loop {
            chain.push(**ends.get(at)?);
            match best.get(at)?.as_ref()?.1 {
                Some(before) => at = before,
                None => break,
            }
        }
        chain.reverse();
        Some(chain)
    }
}

/// What one more request costs, in bytes that could have been sent instead: headers and a share of a round trip.
pub const REQUEST_COST: u64 = 1_024;

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(from: Epoch, to: Epoch, size: u64) -> Segment {
        Segment {
            from,
            to,
            object: ObjectRef {
                sha: Sha256::of(b""),
                size,
                raw_size: size,
            },
        }
    }

    fn index(floor: Epoch, segments: Vec<Segment>) -> Index {
        let epoch = segments.iter().map(|s| s.to).max().unwrap_or(0);
        Index {
            lineage: Lineage(String::new()),
            epoch,
            schema: 1,
            count: 0,
            digest: Digest::default(),
            floor,
            snapshot: None,
            segments,
            purge: vec![],
        }
    }

    fn spans(cover: Option<Vec<Segment>>) -> Option<Vec<(Epoch, Epoch)>> {
        cover.map(|all| all.iter().map(|s| (s.from, s.to)).collect())
    }

    #[test]
    fn one_merged_segment_beats_its_parts_and_a_part_beats_the_merged_one() {
        let mut segments: Vec<_> = (0..16).map(|n| segment(n, n + 1, 900)).collect();
        segments.push(segment(0, 16, 10_000));
        segments.push(segment(16, 17, 900));
        let index = index(0, segments);
        assert_eq!(spans(index.cover(0)), Some(vec![(0, 16), (16, 17)]));
        assert_eq!(spans(index.cover(15)), Some(vec![(15, 16), (16, 17)]));
        assert_eq!(spans(index.cover(17)), Some(vec![]));
    }

    #[test]
    fn a_device_between_two_ends_takes_the_segment_around_it() {
        let index = index(4, vec![segment(4, 20, 5_000), segment(20, 21, 100)]);
        assert_eq!(spans(index.cover(9)), Some(vec![(4, 20), (20, 21)]));
        assert_eq!(index.cover(3), None, "below the floor");
        assert_eq!(index.cover(22), None, "beyond the index");
    }

    #[test]
    fn a_gap_is_never_jumped() {
        let index = index(0, vec![segment(0, 3, 10), segment(4, 6, 10)]);
        assert_eq!(index.cover(0), None);
    }
}
