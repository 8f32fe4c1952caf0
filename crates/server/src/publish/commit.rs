//! The moment of publication: one transaction in which epochs, ids and objects become facts.
//!
//! It comes before the head is replaced and not after it. A crash between the two leaves a head that is one
//! publication old, which the next start repairs from the database; the other order could give out an epoch
//! twice, which nothing repairs but a new lineage.

use super::Prepared;
use crate::{
    City, Result,
    store::{
        collection, lease::Lease, meta, object, object::Dropping, operation, pack, queue, record, segment,
    },
};
use jiff::Timestamp;

/// Writes what was built, and the next `ver`.
pub async fn commit(city: &City, lease: &Lease, prepared: &Prepared, now: Timestamp) -> Result<u64> {
    let tx = city.store.write().await?;
    lease.confirm(&tx).await?;
    let later = i64::from(city.config.keep_dropped_h).saturating_mul(3_600_000);
    for b in &prepared.built {
        let name = b.standing.collection;
        let purge = !b.changes.redacted().is_empty();
        // What is erased goes at once; so does what was dropped before, because it may hold the erased bytes.
        let grace = if purge { 0 } else { later };
        let dropping = Dropping {
            // Never 0: that means "named".
            delete_ms: now.as_millisecond().saturating_add(grace).max(1),
            purge,
        };
        for (key, id) in &b.changes.numbered {
            record::number(&tx, *key, *id).await?;
        }
        operation::put(&tx, name, &b.changes.operations).await?;
        collection::put(&tx, &b.standing).await?;
        segment::replace(&tx, name, &b.segments).await?;
        if let Some(packs) = &b.packs {
            pack::replace(&tx, name, packs).await?;
        }
        object::name_only(&tx, name.name(), &b.named, dropping).await?;
        let erased = b.changes.redacted();
        for (id, shas) in &b.changes.shown {
            let own = if erased.contains(id) {
                dropping
            } else {
                Dropping {
                    delete_ms: now.as_millisecond().saturating_add(later).max(1),
                    purge: false,
                }
            };
            object::show(&tx, name, *id, shas, own).await?;
        }
        if purge {
            object::drop_waiting_media(&tx, dropping).await?;
        }
        queue::done(&tx, &b.changes.tickets).await?;
    }
    queue::done(&tx, &prepared.answered).await?;
    for (ticket, _, why) in &prepared.held {
        queue::hold(&tx, ticket, why).await?;
    }
    let mut ver = meta::ver(&tx).await?;
    if !prepared.built.is_empty() {
        ver = ver.saturating_add(1);
        meta::set(&tx, "ver", &ver.to_string()).await?;
    }
    tx.commit().await?;
    Ok(ver)
}
