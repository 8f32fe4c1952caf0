//! The head: signed anew for every publication, and once a day so that a frozen copy shows its age.

use crate::{
    City, Result,
    error::own_json,
    keys::seal,
    store::{collection, lease::Lease, meta},
};
use jiff::{SignedDuration, Timestamp};
use weimenhu_domain::wire::{CollectionHead, Head, SCHEMA};

/// After this a head is signed again although nothing changed.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Writes the head of what the database says was published. A newer one on disk is left alone.
pub async fn write(city: &City, now: Timestamp) -> Result<()> {
    let (key, newest_list) = city.head_key()?;
    let mut collections = std::collections::BTreeMap::new();
    for standing in collection::all(city.store.read()).await? {
        if let Some((index, index_size)) = standing.index {
            let head = CollectionHead {
                lineage: standing.lineage,
                epoch: standing.epoch,
                schema: SCHEMA,
                index,
                index_size,
            };
            collections.insert(standing.collection.name().to_owned(), head);
        }
    }
    let head = Head {
        ver: meta::ver(city.store.read()).await?,
        issued: now,
        min_app: city.config.min_app.clone(),
        backoff_s: city.config.backoff_s,
        audit_root: String::new(),
        collections,
    };
    let payload = own_json(serde_json::to_vec(&head), "head")?;
    let envelope = seal(Head::TYPE, &payload, &[&key], Some(newest_list));
    let bytes = own_json(serde_json::to_vec(&envelope), "head")?;
    // Equal `ver` is the daily renewal.
    city.tree.replace_head(&bytes, |old| old.ver <= head.ver)?;
    Ok(())
}

/// Makes database and head agree after a crash or a restore. Returns whether collections need a new lineage.
pub async fn reconcile(city: &City, lease: &Lease, now: Timestamp) -> Result<bool> {
    let known = meta::ver(city.store.read()).await?;
    let on_disk = city.tree.head()?.map(|h| h.ver);
    match on_disk {
        Some(ver) if ver > known => {
            // The database is older than what devices have seen: it came from a backup. Its next epochs would
            // repeat some that are out, so every collection starts a new history.
            tracing::warn!(
                head = ver,
                database = known,
                "the database was restored: new lineages"
            );
            let tx = city.store.write().await?;
            lease.confirm(&tx).await?;
            meta::set(&tx, "ver", &ver.to_string()).await?;
            collection::rebuild_all(&tx).await?;
            tx.commit().await?;
        }
        Some(ver) if ver == known => {}
        _ if known == 0 => {}
        _ => {
            tracing::warn!(
                head = on_disk,
                database = known,
                "the last publication stopped before its head"
            );
            write(city, now).await?;
        }
    }
    let standings = collection::all(city.store.read()).await?;
    Ok(standings.iter().any(|s| s.rebuild))
}

/// Whether the head is a day old or says something else than the settings do.
pub fn is_due(city: &City, now: Timestamp) -> Result<bool> {
    let Some(head) = city.tree.head()? else {
        return Ok(false);
    };
    let says_otherwise = head.min_app != city.config.min_app || head.backoff_s != city.config.backoff_s;
    Ok(says_otherwise || now.duration_since(head.issued) >= MAX_AGE)
}
