//! The one publisher: from what waits to a new signed head.
//!
//! ```text
//! lease → reconcile → plan → write objects → commit rows → replace head → tidy → sweep
//! ```
//! A crash before the commit leaves files that nobody asks for; after it, a head that is one publication old and
//! is written by the next start. Epochs are given here and nowhere else, in the order in which devices see them.
//!
//! Rejected: publishing inside the request that approves (two approvals would race for an epoch, and a burst of
//! edits would become a burst of segments), and a message broker (the queue is a table of the same database, so
//! approving and queueing commit together).

mod build;
mod changes;
mod commit;
mod head;
mod media;
mod recover;
mod segments;
mod snapshot;
mod sweep;
#[cfg(test)]
mod tests;

pub use build::{BULK, REACH};
pub(crate) use recover::learn_from;
pub use segments::{FAN, read as read_segment};
pub use sweep::Swept;

use crate::{
    City, Error, Result,
    store::{collection, lease::Lease, meta, operation, queue, queue::Queued},
};
use build::Built;
use jiff::Timestamp;
use std::{collections::BTreeMap, io::ErrorKind, time::Duration};
use weimenhu_domain::{Collection, record::Id};

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The head's `ver` after it.
    pub ver: u64,
    /// Operations by collection; empty when nothing had changed.
    pub operations: BTreeMap<Collection, usize>,
    /// Records that went out for the first time, with the numbers they were given.
    pub numbered: Vec<(Collection, Id)>,
    /// Collections that began a new history.
    pub rebuilt: Vec<Collection>,
    /// Records that could not go out, with the reason.
    pub held: Vec<(String, String)>,
}

/// Whether an erasure is not finished yet.
///
/// # Errors
/// The database refuses.
pub async fn is_erasing(city: &City) -> Result<bool> {
    Ok(meta::erasing(city.store.read()).await?.is_some())
}

/// Tries again to finish what was begun to be erased. Only when nothing waits: what waits may be the erasure itself.
///
/// # Errors
/// As [`publish`], or the purge hook fails again.
pub async fn finish_erasing(city: &City, now: Timestamp) -> Result<()> {
    let lease = Lease::take(&city.store, city.patience).await?;
    let done = match meta::erasing(city.store.read()).await? {
        Some(note) => sweep::finish_erasing(city, &note, now).await,
        None => Ok(true),
    };
    lease.release().await?;
    match done? {
        true => Ok(()),
        false => Err(Error::io("empty the database's log")(
            ErrorKind::ResourceBusy.into(),
        )),
    }
}

/// Publishes everything that waits.
///
/// # Errors
/// There is no usable head key, another process keeps publishing, or a disk or the database refuses. Nothing is
/// half-published then.
pub async fn publish(city: &City, now: Timestamp) -> Result<Published> {
    city.head_key()?;
    let lease = Lease::take(&city.store, city.patience).await?;
    let done = publish_under(city, &lease, now).await;
    lease.release().await?;
    done
}

/// Signs the head again if it is a day old or the settings changed what it says.
///
/// # Errors
/// As [`publish`].
pub async fn renew_if_due(city: &City, now: Timestamp) -> Result<()> {
    if head::is_due(city, now)? {
        sign_again(city, now).await?;
        tracing::info!("signed the head again");
    }
    Ok(())
}

/// Writes the head again whatever its age, if there is one: after a new key list.
///
/// # Errors
/// As [`publish`].
pub async fn sign_again(city: &City, now: Timestamp) -> Result<()> {
    let lease = Lease::take(&city.store, city.patience).await?;
    let written = match city.tree.head()? {
        Some(_) => head::write(city, now).await,
        None => Ok(()),
    };
    lease.release().await?;
    written
}

/// Deletes what nobody needs any more.
///
/// # Errors
/// A disk, the database or the purge hook refuses.
pub async fn sweep(city: &City, now: Timestamp) -> Result<Swept> {
    let lease = Lease::take(&city.store, city.patience).await?;
    let swept = sweep::due(city, now).await;
    let kept = Duration::from_secs(u64::from(city.config.keep_dropped_h).saturating_mul(3600));
    let orphans = sweep::orphans(city, kept).await;
    lease.release().await?;
    orphans?;
    swept
}

async fn publish_under(city: &City, lease: &Lease, now: Timestamp) -> Result<Published> {
    recover::reconcile(city, lease, now).await?;
    // Before the queue is read: an erasure that is ordered meanwhile is finished by the next publication.
    let erasing = meta::erasing(city.store.read()).await?;
    let waiting = queue::waiting(city.store.read()).await?;
    let prepared = prepare(city, waiting).await?;
    let ver = commit::commit(city, lease, &prepared, now).await?;
    if !prepared.built.is_empty() {
        head::write(city, now).await?;
    }
    for b in &prepared.built {
        media::tidy(city, &b.changes)?;
    }
    match erasing {
        Some(note) => {
            sweep::finish_erasing(city, &note, now).await?;
        }
        None => {
            sweep::due(city, now).await?;
        }
    }
    let operations = prepared
        .built
        .iter()
        .map(|b| (b.standing.collection, b.changes.operations.len()))
        .filter(|(_, n)| *n > 0)
        .collect();
    let numbered = prepared
        .built
        .iter()
        .flat_map(|b| {
            b.changes
                .numbered
                .iter()
                .map(|(_, id)| (b.standing.collection, *id))
        })
        .collect();
    Ok(Published {
        ver,
        operations,
        numbered,
        rebuilt: prepared.rebuilt,
        held: prepared
            .held
            .into_iter()
            .map(|(_, what, why)| (what, why))
            .collect(),
    })
}

/// What is ready to be committed.
struct Prepared {
    built: Vec<Built>,
    /// Tickets of records that are published as they are.
    answered: Vec<String>,
    /// Collections that begin a new history.
    rebuilt: Vec<Collection>,
    /// Ticket, which record, why.
    held: Vec<(String, String, String)>,
}

/// Writes the objects of all collections that change. Nothing refers to them yet.
async fn prepare(city: &City, waiting: Vec<Queued>) -> Result<Prepared> {
    let mut by_collection: BTreeMap<Collection, Vec<Queued>> = BTreeMap::new();
    let mut held = Vec::new();
    for item in waiting {
        let Ok(collection) = item.record.collection.parse::<Collection>() else {
            continue;
        };
        match media::missing(city, collection, &item) {
            None => by_collection.entry(collection).or_default().push(item),
            Some(why) => {
                let what = format!("{collection} {}", item.record.source_id);
                tracing::error!(
                    collection = collection.name(),
                    source = item.record.source_id,
                    why,
                    "held back"
                );
                held.push((item.row.ticket, what, why));
            }
        }
    }
    let mut rebuilt = Vec::new();
    for standing in collection::all(city.store.read()).await? {
        if standing.rebuild {
            by_collection.entry(standing.collection).or_default();
            rebuilt.push(standing.collection);
        }
    }
    let mut built = Vec::new();
    let mut answered = Vec::new();
    for (name, queued) in by_collection {
        let standing = collection::get(city.store.read(), name).await?;
        let standing = standing.unwrap_or_else(|| collection::Standing::fresh(name));
        let ids: Vec<Id> = queued
            .iter()
            .filter_map(|q| q.record.id?.try_into().ok())
            .collect();
        let newest = operation::newest(city.store.read(), name, &ids).await?;
        let changes = changes::plan(&standing, queued, &newest)?;
        if changes.operations.is_empty() && !standing.rebuild {
            answered.extend(changes.tickets);
            continue;
        }
        media::bring(city, &changes)?;
        built.push(build::build(city, &standing, changes).await?);
    }
    Ok(Prepared {
        built,
        answered,
        rebuilt,
        held,
    })
}
