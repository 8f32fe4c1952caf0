//! Whom to believe: the key list in force, the walk to its successors, and the head's number.

use super::source::Source;
use crate::{
    bundle::Bundle,
    error::{Error, Result},
    store::{Store, setting},
};
use rusqlite::Connection;
use weimenhu_domain::wire::{Head, KeyList, Untrusted};

/// Key lists walked in one round at most: a city rotates its keys a few times in a decade.
const MAX_WALK: u32 = 64;

/// The key list in force: the newest that was believed, or the one that came with the app. A newer list that came
/// with an update of the app counts as taken (3-sync): the stored `ver` falls to its floor.
pub fn keys(store: &Store, bundle: &Bundle) -> Result<KeyList> {
    let shipped = shipped(bundle)?;
    let stored = store.read(stored)?.filter(|list| list.demo == shipped.demo);
    match stored {
        Some(list) if list.n >= shipped.n => Ok(list),
        Some(_) => take(store, &shipped).map(|()| shipped),
        None => {
            store.write(|tx| setting::set_json(tx, setting::KEYS, &shipped))?;
            Ok(shipped)
        }
    }
}

/// Fetches the head, walks to newer key lists where the head asks for it or is signed by nobody known, and
/// checks its number.
///
/// # Errors
/// [`Error::Untrusted`], [`Error::Rollback`]; nothing was changed then but the key list.
pub async fn head(store: &Store, bundle: &Bundle, source: &Source<'_>) -> Result<Head> {
    let mut keys = keys(store, bundle)?;
    let bytes = source.head().await?;
    let mut opened = Head::open(&bytes, &keys);
    let asks = match &opened {
        Ok((_, envelope)) => envelope.keys.is_some_and(|n| n > keys.n),
        Err(Untrusted::Signatures { .. }) => true,
        Err(_) => false,
    };
    if asks && walk(Some(store), &mut keys, source).await? {
        opened = Head::open(&bytes, &keys);
    }
    let (head, _) = opened?;
    let seen = seen(store)?;
    if head.ver < seen {
        Err(Error::Rollback {
            offered: head.ver,
            seen,
        })
    } else {
        Ok(head)
    }
}

/// The head of the dump that came with the app. It is judged by the list that came with it and not by the newest:
/// the key that signed it may have been retired since, and what is inside the app is believed for being there.
///
/// # Errors
/// [`Error::Untrusted`] when the two were not built together.
pub async fn shipped_head(bundle: &Bundle, dump: &Source<'_>) -> Result<Head> {
    let mut keys = shipped(bundle)?;
    walk(None, &mut keys, dump).await?;
    Ok(Head::open(&dump.head().await?, &keys)?.0)
}

/// The number of the newest head believed so far.
pub fn seen(store: &Store) -> Result<u64> {
    let text = store.read(|c| setting::get(c, setting::VER))?;
    Ok(text.and_then(|t| t.parse().ok()).unwrap_or(0))
}

/// Walks to the newest list the source has, and takes each for good where a store is given. Answers whether there
/// was one.
async fn walk(store: Option<&Store>, keys: &mut KeyList, source: &Source<'_>) -> Result<bool> {
    let first = keys.n;
    for _ in 0..MAX_WALK {
        let Some(bytes) = source.keys(keys.n.saturating_add(1)).await? else {
            break;
        };
        let next = accept(keys.open_successor(&bytes)?)?;
        if let Some(store) = store {
            take(store, &next)?;
        }
        *keys = next;
    }
    Ok(keys.n > first)
}

/// Believes the list from now on. One that was taken meanwhile, by a reader who opened an article, is not taken
/// again: the head's number has gone on since.
fn take(store: &Store, list: &KeyList) -> Result<()> {
    store.write(|tx| {
        if stored(tx)?.is_some_and(|known| known.n >= list.n) {
            return Ok(());
        }
        tracing::info!(n = list.n, "took a new key list");
        setting::set_json(tx, setting::KEYS, list)?;
        setting::set(tx, setting::VER, &list.ver_floor.to_string())
    })
}

fn shipped(bundle: &Bundle) -> Result<KeyList> {
    accept(KeyList::open_shipped(&bundle.keys)?)
}

fn stored(conn: &Connection) -> Result<Option<KeyList>> {
    setting::json(conn, setting::KEYS)
}

/// Refuses a demonstration's keys in a city's real app.
fn accept(list: KeyList) -> Result<KeyList> {
    if cfg!(feature = "production") && list.demo {
        Err(Error::DemoKeys)
    } else {
        Ok(list)
    }
}
