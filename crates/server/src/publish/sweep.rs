//! Deleting what nothing names any more: after a grace period, or at once when it was erased.
//!
//! Files first, then the CDN, then the rows: what fails half-way is tried again from the rows.

use super::media;
use crate::{
    City, Result, hook,
    store::{erase, meta, object},
};
use jiff::Timestamp;
use std::time::{Duration, SystemTime};
use weimenhu_domain::record::Sha256;

/// The hook in errors.
const PURGE: &str = "run the purge hook";
/// How long it may take.
const PURGING: Duration = Duration::from_secs(60);

/// What a sweep did.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Files deleted.
    pub deleted: usize,
    /// Of them, how many the CDN was asked to forget.
    pub purged: usize,
}

/// Deletes every object whose time has come.
pub async fn due(city: &City, now: Timestamp) -> Result<Swept> {
    let now_ms = now.as_millisecond();
    let due = object::due(city.store.read(), now_ms).await?;
    if due.is_empty() {
        return Ok(Swept::default());
    }
    // An object may stand under two owners; it goes only when neither needs it.
    let alive = object::alive(city.store.read(), now_ms).await?;
    let gone: Vec<Sha256> = due.iter().map(|(sha, _)| *sha).collect();
    for sha in gone.iter().filter(|sha| !alive.contains(sha)) {
        city.tree.remove(*sha)?;
    }
    let purged: Vec<Sha256> = due
        .iter()
        .filter(|(sha, purge)| *purge && !alive.contains(sha))
        .map(|(sha, _)| *sha)
        .collect();
    if !purged.is_empty() {
        tell_cdn(city, &purged).await?;
    }
    let tx = city.store.write().await?;
    object::forget(&tx, &gone, now_ms).await?;
    tx.commit().await?;
    Ok(Swept {
        deleted: gone.len(),
        purged: purged.len(),
    })
}

/// Finishes an erasure, once nothing names its bytes any more: files, leftovers, the database's log, the CDN. All of
/// it is tried, whatever fails, and is over only when nothing did. Returns whether it is.
///
/// # Errors
/// The first thing that failed; it will be tried again.
pub async fn finish_erasing(city: &City, note: &str, now: Timestamp) -> Result<bool> {
    let swept = due(city, now).await;
    let orphans = orphans(city, Duration::ZERO).await;
    let scratch = city.tree.clear_scratch(Duration::ZERO);
    let staged = media::drop_unnamed(city).await;
    let forgotten = erase::sweep(&city.store).await;
    swept?;
    orphans?;
    scratch?;
    staged?;
    if !forgotten? {
        tracing::warn!("the database is in use: erased bytes stay in its log a little longer");
        return Ok(false);
    }
    let tx = city.store.write().await?;
    meta::end_erasing(&tx, note).await?;
    tx.commit().await?;
    Ok(true)
}

/// Deletes files that the database has never heard of: left by a crash between writing and committing. They may
/// hold anything, so a redaction deletes them whatever their age.
pub async fn orphans(city: &City, older_than: Duration) -> Result<usize> {
    // Everything with a row is known, whatever its time: `due` deals with it.
    let known = object::alive(city.store.read(), 0).await?;
    let now = SystemTime::now();
    let mut deleted = 0;
    for (sha, written) in city.tree.all()? {
        let age = now.duration_since(written).unwrap_or_default();
        if !known.contains(&sha) && age >= older_than {
            city.tree.remove(sha)?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// Runs the purge hook with the URLs on its standard input. The head is among them: it names the new objects.
async fn tell_cdn(city: &City, purged: &[Sha256]) -> Result<()> {
    let base = &city.config.public_url;
    let mut urls = format!("{base}/sync/v1/head\n");
    for sha in purged {
        urls.push_str(&format!("{base}/sync/v1/o/{sha}\n"));
    }
    match hook::run(&city.config.purge_hook, (PURGE, PURGING), urls.as_bytes()).await? {
        Some(status) if !status.success() => Err(hook::ended_with(PURGE, status)),
        _ => Ok(()),
    }
}
