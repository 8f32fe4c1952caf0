//! Making database, head and objects agree before anything is published: after a crash, after the database came from
//! a backup, after a disk lost files.
//!
//! A restored database has forgotten what was erased since and which numbers were given. Both stand in what is
//! served: an index names everything that was ever erased, and the numbers of its records. So they are learnt from
//! there, and only then a new history begins.
//!
//! Rejected: asking the operator for a list of what was erased (the one who restores at night does not have it).

use super::{head, segments};
use crate::{
    City, Result, edit,
    error::own_json,
    object as packed,
    store::{Tx, collection, collection::Standing, lease::Lease, meta, object, record},
    tree::Tree,
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection,
    record::{Id, Sha256},
    wire::{Head, Heads, Index},
};

/// Why a record is erased that a restored database still had.
const REASON: &str = "erased before the database was restored";

/// Repairs what needs repair. Collections that must begin a new history are marked for it.
pub async fn reconcile(city: &City, lease: &Lease, now: Timestamp) -> Result<()> {
    let known = meta::ver(city.store.read()).await?;
    let served = city.tree.head()?;
    match &served {
        Some(head) if head.ver > known => learn(city, lease, (&city.tree, head), now).await?,
        Some(head) if head.ver == known => {}
        _ if known == 0 => {}
        _ => {
            let served = served.as_ref().map(|h| h.ver);
            tracing::warn!(
                head = served,
                database = known,
                "the last publication stopped before its head"
            );
            head::write(city, now).await?;
        }
    }
    remake_lost(city, lease).await
}

/// The database is older than what devices have seen. Its next epochs would repeat some that are out, so every
/// collection starts a new history.
async fn learn(city: &City, lease: &Lease, from: (&Tree, &Head), now: Timestamp) -> Result<()> {
    let tx = city.store.write().await?;
    lease.confirm(&tx).await?;
    let known = meta::ver(&tx).await?;
    tracing::warn!(
        head = from.1.ver,
        database = known,
        "the database was restored: new lineages"
    );
    learn_from(&tx, from, now).await?;
    collection::rebuild_all(&tx).await?;
    Ok(tx.commit().await?)
}

/// Takes over from a tree what a database that came from a backup has forgotten: which numbers were given, and what
/// was erased.
pub(crate) async fn learn_from(tx: &Tx, (tree, served): (&Tree, &Head), now: Timestamp) -> Result<()> {
    let known = meta::ver(tx).await?;
    meta::set(tx, "ver", &served.ver.max(known).to_string()).await?;
    for (name, at) in &served.collections {
        let Ok(name) = name.parse::<Collection>() else {
            continue;
        };
        let mut standing = collection::get(tx, name)
            .await?
            .unwrap_or_else(|| Standing::fresh(name));
        match seen(tree, at.index) {
            Ok(seen) => {
                standing.next_id = standing.next_id.max(seen.highest.saturating_add(1));
                let erased: BTreeSet<Id> = standing.purge.iter().chain(&seen.purge).copied().collect();
                standing.purge = erased.into_iter().collect();
                erase_all(tx, name, &seen.purge, now).await?;
            }
            // Files that were lost together with the database: nothing says any more what was erased.
            Err(e) if e.is_lost_object() => {
                tracing::error!(collection = name.name(), error = %e, "look through what was erased since the backup");
            }
            Err(e) => return Err(e),
        }
        collection::put(tx, &standing).await?;
    }
    Ok(())
}

async fn erase_all(tx: &Tx, name: Collection, ids: &[Id], now: Timestamp) -> Result<()> {
    for id in ids {
        if let Some(row) = record::by_id(tx, name, *id).await?
            && row.state != record::REDACTED
        {
            edit::erase(tx, name, row, REASON, now).await?;
        }
    }
    Ok(())
}

/// What an index and its files say about numbers.
struct Seen {
    purge: Vec<Id>,
    highest: Id,
}

fn seen(tree: &Tree, index: Sha256) -> Result<Seen> {
    let index: Index = own_json(serde_json::from_slice(&packed::get(tree, index)?), "served index")?;
    let mut highest = index.purge.iter().copied().max().unwrap_or(0);
    if let Some(snapshot) = index.snapshot {
        let bytes = packed::get(tree, snapshot.heads.sha)?;
        let heads: Heads = own_json(serde_json::from_slice(&bytes), "served heads")?;
        let rows = own_json(
            heads.into_rows().map_err(serde::de::Error::custom),
            "served heads",
        )?;
        highest = rows.iter().map(|row| row.id).chain([highest]).max().unwrap_or(0);
    }
    for segment in &index.segments {
        let operations = segments::read(tree, segment)?;
        highest = operations
            .iter()
            .map(|o| o.id)
            .chain([highest])
            .max()
            .unwrap_or(0);
    }
    Ok(Seen {
        purge: index.purge,
        highest,
    })
}

/// A head that names what is not there would leave every device without an answer.
async fn remake_lost(city: &City, lease: &Lease) -> Result<()> {
    let mut lost = Vec::new();
    for standing in collection::all(city.store.read()).await? {
        let named = object::named(city.store.read(), standing.collection.name()).await?;
        if standing.index.is_some() && !named.iter().all(|sha| city.tree.has(*sha)) {
            lost.push(standing.collection);
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let tx = city.store.write().await?;
    lease.confirm(&tx).await?;
    for name in lost {
        tracing::error!(
            collection = name.name(),
            "objects are missing: a new history from the database"
        );
        collection::rebuild(&tx, name).await?;
    }
    Ok(tx.commit().await?)
}
