//! What to do, decided without doing it (rule 14).

use crate::store::collection::Standing;
use std::collections::BTreeMap;
use weimenhu_domain::{
    Collection,
    wire::{CollectionHead, Head, Index, SCHEMA, Segment, Snapshot},
};

/// A collection that has moved since this device last looked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Which.
    pub collection: Collection,
    /// Where it stands on the server.
    pub head: CollectionHead,
}

/// The collections of `head` whose index is worth fetching.
///
/// Names this app does not know are passed over, and so are collections of a later schema: they keep what they
/// have, and the second answer says that an update of the app would bring more.
pub fn moved(head: &Head, local: &BTreeMap<Collection, Standing>) -> (Vec<Moved>, bool) {
    let known = Collection::ALL
        .into_iter()
        .filter_map(|c| Some((c, head.collections.get(c.name())?)));
    let (readable, newer): (Vec<_>, Vec<_>) = known.partition(|(_, h)| h.schema <= SCHEMA);
    let stale = readable.into_iter().filter(|(c, h)| {
        local
            .get(c)
            .is_none_or(|here| here.lineage != h.lineage || here.epoch != h.epoch)
    });
    (
        stale
            .map(|(collection, h)| Moved {
                collection,
                head: h.clone(),
            })
            .collect(),
        !newer.is_empty(),
    )
}

/// How a collection gets from where it stands to where its index says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Apply these to what is here.
    Segments(Vec<Segment>),
    /// Begin anew: the snapshot, then these.
    Snapshot(Snapshot, Vec<Segment>),
    /// Begin anew from nothing: the collection has no snapshot yet.
    Replay(Vec<Segment>),
    /// The index leads nowhere; keep what is here.
    Impossible,
}

/// The cheapest way. `anew` is set after a digest did not agree.
pub fn step(index: &Index, local: Option<&Standing>, anew: bool) -> Step {
    let here = local.filter(|l| !anew && l.lineage == index.lineage);
    if let Some(segments) = here.and_then(|l| index.cover(l.epoch)) {
        return Step::Segments(segments);
    }
    match index.snapshot {
        Some(snapshot) => match index.cover(snapshot.epoch) {
            Some(segments) => Step::Snapshot(snapshot, segments),
            None => Step::Impossible,
        },
        None => index.cover(0).map_or(Step::Impossible, Step::Replay),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use weimenhu_domain::{
        record::Sha256,
        wire::{Digest, Lineage, ObjectRef},
    };

    fn object() -> ObjectRef {
        ObjectRef {
            sha: Sha256::of(b"x"),
            size: 10,
            raw_size: 10,
        }
    }

    fn index() -> Index {
        Index {
            lineage: Lineage("a".into()),
            epoch: 12,
            schema: 1,
            count: 3,
            digest: Digest(7),
            floor: 8,
            snapshot: Some(Snapshot {
                epoch: 10,
                heads: object(),
                packs: object(),
            }),
            segments: vec![Segment {
                from: 8,
                to: 12,
                object: object(),
            }],
            purge: vec![],
        }
    }

    fn at(lineage: &str, epoch: u64) -> Standing {
        Standing {
            lineage: Lineage(lineage.into()),
            epoch,
            digest: Digest(1),
        }
    }

    #[test]
    fn a_device_takes_segments_when_it_can_and_the_snapshot_when_it_must() {
        let segments = index().segments;
        let snapshot = Step::Snapshot(index().snapshot.unwrap(), segments.clone());
        assert_eq!(step(&index(), Some(&at("a", 9)), false), Step::Segments(segments));
        assert_eq!(step(&index(), Some(&at("a", 12)), false), Step::Segments(vec![]));
        for (local, anew) in [
            (None, false),
            (Some(at("b", 9)), false),
            (Some(at("a", 3)), false),
            (Some(at("a", 9)), true),
        ] {
            assert_eq!(step(&index(), local.as_ref(), anew), snapshot, "{local:?} {anew}");
        }
    }

    #[test]
    fn an_index_that_leads_nowhere_changes_nothing() {
        let broken = Index {
            snapshot: None,
            ..index()
        };
        assert_eq!(step(&broken, None, false), Step::Impossible);
    }

    #[test]
    fn unknown_collections_are_passed_over_and_later_schemas_ask_for_an_update() {
        let entry = |schema| CollectionHead {
            lineage: Lineage("a".into()),
            epoch: 1,
            schema,
            index: Sha256::of(b"i"),
            index_size: 1,
        };
        let head = Head {
            ver: 1,
            issued: "2026-11-22T00:00:00Z".parse().unwrap(),
            min_app: String::new(),
            backoff_s: 0,
            audit_root: String::new(),
            collections: [("news", 1), ("notices", SCHEMA + 1), ("dances", 1)]
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), entry(schema)))
                .collect(),
        };
        let (stale, update) = moved(&head, &BTreeMap::new());
        assert_eq!(
            stale.iter().map(|m| m.collection).collect::<Vec<_>>(),
            [Collection::News]
        );
        assert!(update);
        let (stale, _) = moved(&head, &BTreeMap::from([(Collection::News, at("a", 1))]));
        assert_eq!(stale, []);
    }
}
