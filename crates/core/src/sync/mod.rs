//! The door in: everything the server says arrives here, is verified, and is written in one transaction per
//! collection. Killed anywhere, a collection stands at its old epoch or its new one.
//!
//! ```text
//! trust::head ─▶ plan::moved ─▶ index ─▶ plan::step ─▶ apply::load (staging) ─▶ apply::apply ─▶ event
//!                                                              bodies follow, newest first, pack by pack
//! ```
//!
//! Rejected: one transaction for all collections (a fault in one would keep back the rest, and a phone would
//! show nothing for longer), and verifying after the insert (Remote Settings does; a crash then leaves lies).

mod apply;
mod bodies;
mod gather;
mod plan;
mod source;
mod staging;
mod trust;

pub(crate) use bodies::{fetch_one, since};
pub(crate) use source::Source;
pub(crate) use staging::{Progress, Staging};
pub(crate) use trust::keys;

use crate::{
    Client,
    dump::Dump,
    error::{Error, Result},
    event::Event,
    pictures::Pictures,
    store::{
        Store,
        collection::{self, Standing},
        record, setting,
    },
    version,
};
use jiff::Timestamp;
use plan::{Moved, Step};
use rusqlite::{Connection, Transaction};
use std::{collections::BTreeMap, time::Duration};
use weimenhu_domain::{
    Collection,
    wire::{Head, Index},
};

/// How a round ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// What the head names is here.
    Current,
    /// The server wants a newer app, or has collections that only a newer app reads.
    UpdateApp,
}

/// One round with the server. A fault in one collection keeps that one back, not the others; the first fault is
/// the answer then.
pub(crate) async fn round(client: &Client, source: &Source<'_>, progress: &Progress<'_>) -> Result<Round> {
    let store = client.store();
    let head = trust::head(&store, &client.bundle, source).await?;
    client.wait_at_least(Duration::from_secs(head.backoff_s.into()));
    let (issued, min_app) = store.write(|tx| believe(tx, &head))?;
    if version::is_older(&client.app_version, &min_app) {
        return Ok(Round::UpdateApp);
    }
    let local = store.read(standings)?;
    let (moved, newer) = plan::moved(&head, &local);
    bring(client, source, &head, moved, &local, progress).await?;
    store.write(|tx| as_of(tx, issued))?;
    Ok(if newer { Round::UpdateApp } else { Round::Current })
}

/// Takes from the app's own dump what is newer there than here, and whatever is not here at all: at the first
/// start, after an update of the app, and when the cache had to be built anew. A start that was killed in the middle of
/// this goes on where it was. Answers whether a collection was taken.
pub(crate) async fn fill(client: &Client, dump: &Dump) -> Result<bool> {
    let store = client.store();
    let source = Source::Dump(dump);
    let head = trust::shipped_head(&client.bundle, &source).await?;
    let local = store.read(standings)?;
    let seen = trust::seen(&store)?;
    let (is_newer, was_begun) = (head.ver > seen, head.ver == seen);
    let (mut moved, _) = plan::moved(&head, &local);
    moved.retain(|m| match local.get(&m.collection) {
        Some(here) => is_newer || was_begun && here.lineage == m.head.lineage && here.epoch < m.head.epoch,
        None => true,
    });
    if moved.is_empty() {
        if was_begun {
            bodies::fetch_wanted(client, &source, &head.issued, &|_| {}).await?;
        }
        return Ok(false);
    }
    if is_newer {
        store.write(|tx| believe(tx, &head).map(drop))?;
    }
    bring(client, &source, &head, moved, &local, &|_| {}).await?;
    // What was lost and came back old makes the whole as old as that.
    store.write(|tx| as_of(tx, head.issued))?;
    Ok(true)
}

/// Makes the bytes of redacted records leave the disk: pictures that no record shows any more, what SQLite has
/// freed, and objects that wait. Repeated until it has succeeded once, also after the app was killed in between.
pub(crate) fn wipe(store: &Store, pictures: &Pictures, staging: &Staging) -> Result<()> {
    if store.read(|c| setting::get(c, setting::WIPE))?.is_none() {
        return Ok(());
    }
    pictures.keep_only(&store.read(record::objects)?)?;
    staging.clear()?;
    store.forget()?;
    store.write(|tx| setting::unset(tx, setting::WIPE))
}

/// Remembers the head. Answers when it was signed and the app it wants: of two signings of one head the newer
/// holds, whichever a mirror sends.
fn believe(tx: &Transaction, head: &Head) -> Result<(Timestamp, String)> {
    let signed: Option<Timestamp> = setting::get(tx, setting::SIGNED)?.and_then(|t| t.parse().ok());
    let ver = setting::get(tx, setting::VER)?.and_then(|v| v.parse::<u64>().ok());
    match signed {
        Some(signed) if ver == Some(head.ver) && signed > head.issued => {
            Ok((signed, setting::get(tx, setting::MIN_APP)?.unwrap_or_default()))
        }
        _ => {
            setting::set(tx, setting::VER, &head.ver.to_string())?;
            setting::set(tx, setting::SIGNED, &head.issued.to_string())?;
            setting::set(tx, setting::MIN_APP, &head.min_app)?;
            Ok((head.issued, head.min_app.clone()))
        }
    }
}

fn as_of(tx: &Transaction, issued: Timestamp) -> Result<()> {
    setting::set(tx, setting::ISSUED, &issued.to_string())
}

fn standings(conn: &Connection) -> Result<BTreeMap<Collection, Standing>> {
    let standing = |name| Ok(collection::standing(conn, name)?.map(|s| (name, s)));
    Collection::ALL
        .into_iter()
        .filter_map(|n| standing(n).transpose())
        .collect()
}

/// Brings these collections to where the head says, then fetches the bodies that are wanted.
async fn bring(
    client: &Client,
    source: &Source<'_>,
    head: &Head,
    moved: Vec<Moved>,
    local: &BTreeMap<Collection, Standing>,
    progress: &Progress<'_>,
) -> Result<()> {
    let mut fault = None;
    let mut steps = Vec::new();
    for moved in moved {
        match source.index(&moved.head, progress).await {
            Ok(index) => steps.push((
                plan::step(&index, local.get(&moved.collection), false),
                moved,
                index,
            )),
            Err(e) => note(&mut fault, &moved, e)?,
        }
    }
    client.expect(
        steps
            .iter()
            .flat_map(|(step, ..)| apply::objects(step))
            .map(|o| o.size)
            .sum(),
    );
    for (step, moved, index) in steps {
        if let Err(e) = take(client, source, &moved, &index, step, progress).await {
            note(&mut fault, &moved, e)?;
        }
    }
    if let Err(e) = bodies::fetch_wanted(client, source, &head.issued, progress).await {
        fault = fault.or(Some(e));
    }
    match fault {
        Some(e) => Err(e),
        None => Ok(()),
    }
}

/// Faults of one collection's data are kept for the end of the round; faults of the network or the device end
/// it at once, for they would only repeat.
fn note(fault: &mut Option<Error>, moved: &Moved, e: Error) -> Result<()> {
    match e {
        Error::Damaged(_) | Error::Digest | Error::NotFound => {
            tracing::warn!(collection = %moved.collection, error = %e, "collection kept as it was");
            fault.get_or_insert(e);
            Ok(())
        }
        e => Err(e),
    }
}

/// Brings one collection to where its index says. When its digest does not agree, once more from the snapshot.
async fn take(
    client: &Client,
    source: &Source<'_>,
    moved: &Moved,
    index: &Index,
    step: Step,
    progress: &Progress<'_>,
) -> Result<()> {
    let first = take_step(client, source, (moved.collection, index, &step), false, progress).await;
    let Err(Error::Digest) = first else { return first };
    tracing::warn!(collection = %moved.collection, "the digest does not agree: taking the snapshot");
    let anew = plan::step(index, None, true);
    take_step(client, source, (moved.collection, index, &anew), true, progress).await
}

async fn take_step(
    client: &Client,
    source: &Source<'_>,
    (name, index, step): (Collection, &Index, &Step),
    distrust: bool,
    progress: &Progress<'_>,
) -> Result<()> {
    let loaded = apply::load(source, name, step, progress).await?;
    let store = client.store();
    client.applying();
    let readings = &client.bundle.profile.readings;
    let now = client.time().to_string();
    let change = || {
        let came = store.write(|tx| {
            let before = collection::standing(tx, name)?;
            let touched = apply::apply(tx, name, index, &loaded, distrust, readings)?;
            gather::step(tx, name, before.as_ref(), touched, &now)
        })?;
        client.announce(Event::Changed(vec![name]));
        Ok(came)
    };
    let came = match name {
        Collection::News => client.change_news(change)?,
        _ => change()?,
    };
    if came > 0 {
        client.announce(Event::Inbox);
    }
    wipe(&store, &client.pictures, &client.staging)
}
