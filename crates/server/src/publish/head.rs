//! The head: signed anew for every publication, and once a day so that a frozen copy shows its age.

use crate::{
    City, Result,
    error::own_json,
    keys::seal,
    store::{collection, meta, petition::event},
};
use jiff::{SignedDuration, Timestamp};
use weimenhu_domain::wire::{CollectionHead, Head, SCHEMA};

/// After this a head is signed again although nothing changed.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Writes the head of what the database says was published. A newer one on disk is left alone, and so is any while a
/// collection waits for a new lineage: what the database says of it was overtaken, or is not there.
pub async fn write(city: &City, now: Timestamp) -> Result<()> {
    let (key, newest_list) = city.head_key()?;
    let mut collections = std::collections::BTreeMap::new();
    let standings = collection::all(city.store.read()).await?;
    if standings.iter().any(|s| s.rebuild) {
        return Ok(());
    }
    for standing in standings {
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
        // No nanoseconds: every poll of every device carries it. But two heads in one second are told apart.
        issued: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
        min_app: city.config.min_app.clone(),
        backoff_s: city.config.backoff_s,
        audit_root: event::root(city.store.read()).await?,
        collections,
    };
    let payload = own_json(serde_json::to_vec(&head), "head")?;
    let envelope = seal(Head::TYPE, &payload, &[&key], Some(newest_list));
    let bytes = own_json(serde_json::to_vec(&envelope), "head")?;
    // Equal `ver` is the daily renewal.
    city.tree.replace_head(&bytes, |old| old.ver <= head.ver)?;
    Ok(())
}

/// Whether the head is a day old, says something else than the settings do, or is not signed by the key of today.
pub fn is_due(city: &City, now: Timestamp) -> Result<bool> {
    let Some((envelope, head)) = city.tree.signed_head()? else {
        return Ok(false);
    };
    let (key, newest_list) = city.head_key()?;
    let signed_by = key.public().id();
    let signed_otherwise =
        envelope.keys != Some(newest_list) || envelope.signatures.iter().all(|s| s.keyid != signed_by);
    let says_otherwise = head.min_app != city.config.min_app || head.backoff_s != city.config.backoff_s;
    Ok(signed_otherwise || says_otherwise || now.duration_since(head.issued) >= MAX_AGE)
}
