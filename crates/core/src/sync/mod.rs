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
    error::{Error, Result},
    event::Event,
    store::{collection, setting},
    version,
};
use plan::{Moved, Step};
use std::collections::BTreeMap;
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

/// One round with a source. A fault in one collection keeps that one back, not the others; the first fault is
/// the answer then.
pub(crate) async fn round(
    client: &Client,
    source: &Source<'_>,
    progress: &Progress<'_>,
) -> Result<(Round, u32)> {
    let store = client.store();
    let head = trust::head(&store, &client.bundle, source).await?;
    store.write(|tx| {
        setting::set(tx, setting::VER, &head.ver.to_string())?;
        setting::set(tx, setting::MIN_APP, &head.min_app)
    })?;
    if version::is_older(&client.app_version, &head.min_app) {
        return Ok((Round::UpdateApp, head.backoff_s));
    }
    let local = store.read(|c| {
        let standing = |name| Ok(collection::standing(c, name)?.map(|s| (name, s)));
        Collection::ALL
            .into_iter()
            .filter_map(|n| standing(n).transpose())
            .collect::<Result<BTreeMap<_, _>>>()
    })?;
    let (moved, newer) = plan::moved(&head, &local);
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
        None => {
            finish(client, &head)?;
            Ok((
                if newer { Round::UpdateApp } else { Round::Current },
                head.backoff_s,
            ))
        }
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
    let first = take_step(client, source, moved.collection, index, &step, progress).await;
    let Err(Error::Digest) = first else { return first };
    tracing::warn!(collection = %moved.collection, "the digest does not agree: taking the snapshot");
    let anew = plan::step(index, None, true);
    take_step(client, source, moved.collection, index, &anew, progress).await
}

async fn take_step(
    client: &Client,
    source: &Source<'_>,
    name: Collection,
    index: &Index,
    step: &Step,
    progress: &Progress<'_>,
) -> Result<()> {
    let loaded = apply::load(source, name, step, progress).await?;
    let store = client.store();
    let applied =
        store.write(|tx| apply::apply(tx, name, index, &loaded, &client.bundle.profile.readings))?;
    for sha in &applied.orphans {
        client.pictures.remove(sha)?;
    }
    if applied.redacted {
        store.forget()?;
        client.staging.clear()?;
    }
    client.announce(Event::Changed(vec![name]));
    Ok(())
}

/// The round is whole: the content is as of this head.
fn finish(client: &Client, head: &Head) -> Result<()> {
    client
        .store()
        .write(|tx| setting::set(tx, setting::ISSUED, &head.issued.to_string()))
}
