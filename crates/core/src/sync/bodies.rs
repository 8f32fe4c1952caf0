//! Bodies that a snapshot's heads left behind: those the keep rule wants, newest first, and a single one that
//! somebody opens.

use super::{apply, gather, source::Source, staging::Progress, trust};
use crate::{
    Client,
    error::{Error, Result},
    event::Event,
    store::{pack, record},
    view::Keep,
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use std::collections::BTreeSet;
use weimenhu_domain::{
    Collection,
    record::Id,
    wire::{Change, Operation, Pack, PackList},
};

/// Packs fetched and written at a time: one transaction and one event for 256 articles.
const BATCH: usize = 8;

/// The oldest date whose bodies the rule keeps, as dates are stored; `""` for all. Counted from the head's own
/// time, never from the device's clock.
pub fn since(keep: Keep, issued: Timestamp) -> String {
    let days = match keep {
        Keep::Days90 => 90,
        Keep::Year => 365,
        Keep::Everything => return String::new(),
    };
    issued
        .to_zoned(TimeZone::UTC)
        .checked_sub(days.days())
        .map_or_else(|_| String::new(), |d| d.timestamp().to_string())
}

/// Fetches what the keep rule wants and is not here, and drops what it no longer wants.
pub(super) async fn fetch_wanted(
    client: &Client,
    source: &Source<'_>,
    issued: &Timestamp,
    progress: &Progress<'_>,
) -> Result<()> {
    let kept = since(client.keep()?, *issued);
    for name in Collection::ALL {
        let since = if name.grows() { kept.as_str() } else { "" };
        let missing = fetch_packs(client, source, name, since, progress).await?;
        // The packs were cut anew since this device took its list of them.
        if missing > 0 && matches!(source, Source::Network(..)) {
            refresh(client, source, name).await?;
            let missing = fetch_packs(client, source, name, since, progress).await?;
            if missing > 0 {
                tracing::warn!(collection = %name, missing, "packs that the server names and has not");
            }
        }
        // Looked for beside the writer: mostly there is nothing, and nobody is kept waiting for it.
        while !since.is_empty() && client.store().read(|c| record::has_outdated(c, name, since))? {
            client
                .store()
                .write_idly(|tx| record::drop_bodies(tx, name, since))?;
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}

/// Fetches the packs that are wanted. Answers how many of them the source has not.
async fn fetch_packs(
    client: &Client,
    source: &Source<'_>,
    name: Collection,
    since: &str,
    progress: &Progress<'_>,
) -> Result<usize> {
    let wanted = client.store().read(|c| pack::wanted(c, name, since))?;
    client.expect(wanted.iter().map(|p| p.object.size).sum());
    let mut missing = 0;
    for batch in wanted.chunks(BATCH) {
        let (operations, gone) = apply::bodies_there(source, batch.to_vec(), progress).await?;
        write(client, name, &operations)?;
        missing += gone;
    }
    Ok(missing)
}

/// Fetches the body of one record that somebody wants to read now.
///
/// # Errors
/// [`Error::NotFound`] when no pack holds it, even after asking the server for its newest pack list.
pub async fn fetch_one(client: &Client, source: &Source<'_>, name: Collection, id: Id) -> Result<()> {
    let known = client.store().read(|c| pack::of_record(c, name, id))?;
    let fetched = match known {
        Some(pack) => fetch_pack(client, source, name, pack).await,
        None => Err(Error::NotFound),
    };
    match fetched {
        // The dump's own list is older than the one here.
        Err(Error::NotFound) if matches!(source, Source::Network(..)) => {
            refresh(client, source, name).await?;
            let pack = client
                .store()
                .read(|c| pack::of_record(c, name, id))?
                .ok_or(Error::NotFound)?;
            fetch_pack(client, source, name, pack).await
        }
        other => other,
    }
}

async fn fetch_pack(client: &Client, source: &Source<'_>, name: Collection, pack: Pack) -> Result<()> {
    let operations = apply::bodies(source, vec![pack], &|_| {}).await?;
    write(client, name, &operations)
}

/// Learns the packs of the server's newest snapshot.
async fn refresh(client: &Client, source: &Source<'_>, name: Collection) -> Result<()> {
    let head = trust::head(&client.store(), &client.bundle, source).await?;
    let entry = head.collections.get(name.name()).ok_or(Error::NotFound)?;
    let index = source.index(entry, &|_| {}).await?;
    let snapshot = index.snapshot.ok_or(Error::NotFound)?;
    let PackList(packs) = source.json(&snapshot.packs, &|_| {}).await?;
    client
        .store()
        .write(|tx| pack::replace(tx, name, snapshot.epoch, &packs))
}

fn write(client: &Client, name: Collection, operations: &[Operation]) -> Result<()> {
    let now = client.time().to_string();
    let (taken, came) = client.store().write(|tx| {
        let mut taken = BTreeSet::new();
        for operation in operations {
            if let Change::Put(wire) = &operation.change
                && record::put_body(tx, name, operation.id, wire)?
            {
                taken.insert(operation.id);
            }
        }
        let came = gather::bodies(tx, name, &taken, &now)?;
        Ok((taken, came))
    })?;
    if !taken.is_empty() {
        client.announce(Event::Changed(vec![name]));
    }
    if came > 0 {
        client.announce(Event::Inbox);
    }
    Ok(())
}
