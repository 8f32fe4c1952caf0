//! Pictures and attachments: from where they wait into the tree, when the first record that shows them goes out.

use super::changes::Changes;
use crate::{
    City, Error, Result,
    store::{queue::Queued, record},
    tree,
};
use weimenhu_domain::{Collection, Record, record::Sha256};

/// Why a waiting record cannot go out, if a picture or attachment of it is nowhere. One bad record must not stop
/// the rest.
pub fn missing(city: &City, collection: Collection, item: &Queued) -> Option<String> {
    if item.record.state != record::APPROVED {
        return None;
    }
    let record = match Record::parse(collection, &item.record.current_json) {
        Ok(record) => record,
        Err(e) => return Some(format!("unreadable: {e}")),
    };
    let nowhere = |sha: &Sha256| !city.tree.has(*sha) && !staged(city, *sha).exists();
    let sha = record.objects().into_iter().find(nowhere)?;
    Some(format!(
        "picture or attachment {sha} is missing; import the record again"
    ))
}

/// Copies into the tree what the touched records show.
pub fn bring(city: &City, changes: &Changes) -> Result<()> {
    for sha in changes.shown.iter().flat_map(|(_, shas)| shas) {
        if !city.tree.has(*sha)
            && let Some(bytes) = tree::read_if_there(&staged(city, *sha))?
        {
            city.tree.put(&bytes)?;
        }
    }
    Ok(())
}

/// Removes the waiting copies of what is in the tree now.
pub fn tidy(city: &City, changes: &Changes) -> Result<()> {
    for sha in changes.shown.iter().flat_map(|(_, shas)| shas) {
        if city.tree.has(*sha) {
            tree::remove_if_there(&staged(city, *sha))?;
        }
    }
    Ok(())
}

/// Removes waiting copies that no record names: left when a row was imported again with another picture, or when what
/// named them was erased. One that seems unnamed is looked at again where nobody else can write: a copy comes before its
/// row, and that row may be on its way.
pub async fn drop_unnamed(city: &City) -> Result<()> {
    let folder = city.staged();
    let list = |e| Error::file("list", &folder)(e);
    for entry in std::fs::read_dir(&folder).map_err(list)? {
        let entry = entry.map_err(list)?;
        let path = entry.path();
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let is_whole = name.parse::<Sha256>().is_ok();
        let is_written = !is_whole && tree::age(&entry) < tree::ABANDONED;
        if is_written || record::holds(city.store.read(), &name).await? {
            continue;
        }
        let tx = city.store.write().await?;
        if !record::holds(&tx, &name).await? {
            tree::remove_if_there(&path)?;
        }
        tx.rollback().await?;
    }
    Ok(())
}

fn staged(city: &City, sha: Sha256) -> std::path::PathBuf {
    city.staged().join(sha.to_string())
}
