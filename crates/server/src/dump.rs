//! The dump: everything that a fresh device needs, in one tar that the app ships and reads like a server.
//!
//! Made from the tree alone and checked as a device would check it, so that a dump that was made can also be
//! opened. Entries are sorted and carry no times: the same city gives the same bytes.

use crate::{City, Error, Result, keys, object, publish::read_segment, tree::Tree};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
};
use weimenhu_domain::{
    Collection, Record,
    record::{Id, Sha256},
    wire::{Change, Head, Index, Operation, PackList, read_operations},
};

/// Larger attachments are left on the server: an app is downloaded by everybody, an attachment by few.
pub const MAX_ATTACHMENT: u32 = 200 << 10;

/// What a dump holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dumped {
    /// Objects of any kind.
    pub objects: usize,
    /// Bytes of the tar.
    pub bytes: u64,
    /// Attachments that were too large.
    pub left_out: usize,
}

/// Writes the dump of the city as it is published now.
///
/// # Errors
/// Nothing is published, an object is missing or damaged, or the file cannot be written.
pub fn dump(city: &City, out: &Path) -> Result<Dumped> {
    let tree = &city.tree;
    let Some(head_bytes) = tree.head_bytes()? else {
        return Err(Error::usage("nothing is published yet: there is nothing to dump"));
    };
    let lists = keys::published(tree)?;
    let newest = lists
        .last()
        .ok_or_else(|| Error::usage("no key list is published"))?;
    let (head, _) = Head::open(&head_bytes, newest)?;
    let mut wanted = Wanted::default();
    for (name, collection_head) in &head.collections {
        if let Ok(collection) = name.parse::<Collection>() {
            wanted.collection(tree, collection, collection_head.index)?;
        }
    }
    let mut tar = tar::Builder::new(Vec::new());
    append(&mut tar, "head", &head_bytes)?;
    for list in &lists {
        let bytes = tree.key_list(list.n)?.unwrap_or_default();
        append(&mut tar, &format!("keys/{}", list.n), &bytes)?;
    }
    for sha in &wanted.objects {
        append(&mut tar, &format!("o/{sha}"), &tree.get(*sha)?)?;
    }
    let bytes = tar.into_inner().map_err(Error::file("write", out))?;
    let mut file = std::fs::File::create(out).map_err(Error::file("create", out))?;
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::file("write", out))?;
    Ok(Dumped {
        objects: wanted.objects.len(),
        bytes: bytes.len() as u64,
        left_out: wanted.left_out,
    })
}

/// Sorted, so that the order of the entries is always the same.
#[derive(Default)]
struct Wanted {
    objects: BTreeSet<Sha256>,
    left_out: usize,
}

impl Wanted {
    fn collection(&mut self, tree: &Tree, collection: Collection, index: Sha256) -> Result<()> {
        self.objects.insert(index);
        let parsed: Index = read_json(tree, index)?;
        let mut start = 0;
        let mut newest: BTreeMap<Id, Operation> = BTreeMap::new();
        if let Some(snapshot) = parsed.snapshot {
            start = snapshot.epoch;
            self.objects.extend([snapshot.heads.sha, snapshot.packs.sha]);
            let packs: PackList = read_json(tree, snapshot.packs.sha)?;
            for pack in packs.0 {
                let sha = pack.object.sha;
                self.objects.insert(sha);
                let damaged = |why: String| Error::Damaged { sha, why };
                let operations =
                    read_operations(&object::get(tree, sha)?).map_err(|e| damaged(e.to_string()))?;
                newest.extend(operations.into_iter().map(|o| (o.id, o)));
            }
        }
        let cover = parsed.cover(start).ok_or_else(|| Error::Damaged {
            sha: index,
            why: "its segments do not reach from its snapshot to its epoch".into(),
        })?;
        for segment in cover {
            self.objects.insert(segment.object.sha);
            newest.extend(read_segment(tree, &segment)?.into_iter().map(|o| (o.id, o)));
        }
        // A picture of a record that was taken out, or changed since, may be gone.
        self.media(collection, newest.values())
    }

    fn media<'a>(
        &mut self,
        collection: Collection,
        operations: impl Iterator<Item = &'a Operation>,
    ) -> Result<()> {
        for operation in operations {
            let Change::Put(json) = &operation.change else {
                continue;
            };
            let record = crate::error::own_json(Record::parse(collection, json), "published record")?;
            self.objects.extend(record.objects());
            if let Record::News(article) | Record::Notice(article) = record {
                let large = article.attachments.iter().filter(|a| a.size > MAX_ATTACHMENT);
                for attachment in large {
                    self.left_out += 1;
                    self.objects.remove(&attachment.sha256);
                }
            }
        }
        Ok(())
    }
}

fn read_json<T: serde::de::DeserializeOwned>(tree: &Tree, sha: Sha256) -> Result<T> {
    let raw = object::get(tree, sha)?;
    serde_json::from_slice(&raw).map_err(|e| Error::Damaged {
        sha,
        why: e.to_string(),
    })
}

fn append(tar: &mut tar::Builder<Vec<u8>>, name: &str, bytes: &[u8]) -> Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    tar.append_data(&mut header, name, bytes)
        .map_err(Error::io("build the dump"))
}
