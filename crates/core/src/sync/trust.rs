//! Whom to believe: the key list in force, the walk to its successors, and the head's number.

use super::source::Source;
use crate::{
    bundle::Bundle,
    error::{Error, Result},
    store::{Store, setting},
};
use weimenhu_domain::wire::{Head, KeyList, Untrusted};

/// Key lists walked in one round at most: a city rotates its keys a few times in a decade.
const MAX_WALK: u32 = 64;

/// The key list in force: the newest that was believed, or the one that came with the app.
pub fn keys(store: &Store, bundle: &Bundle) -> Result<KeyList> {
    let shipped = accept(KeyList::open_shipped(&bundle.keys)?)?;
    let stored = store.read(|c| setting::get(c, setting::KEYS))?;
    let stored = stored.and_then(|json| serde_json::from_str::<KeyList>(&json).ok());
    Ok(stored
        .filter(|list| list.n > shipped.n && list.demo == shipped.demo)
        .unwrap_or(shipped))
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
    if asks && walk(store, &mut keys, source).await? {
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

/// The number of the newest head believed so far.
pub fn seen(store: &Store) -> Result<u64> {
    let text = store.read(|c| setting::get(c, setting::VER))?;
    Ok(text.and_then(|t| t.parse().ok()).unwrap_or(0))
}

/// Takes every successor the source has. Answers whether there was one.
async fn walk(store: &Store, keys: &mut KeyList, source: &Source<'_>) -> Result<bool> {
    let first = keys.n;
    for _ in 0..MAX_WALK {
        let Some(bytes) = source.keys(keys.n.saturating_add(1)).await? else {
            break;
        };
        let next = accept(keys.open_successor(&bytes)?)?;
        store.write(|tx| {
            setting::set(tx, setting::KEYS, &serde_json::to_string(&next)?)?;
            setting::set(tx, setting::VER, &next.ver_floor.to_string())
        })?;
        tracing::info!(n = next.n, "took a new key list");
        *keys = next;
    }
    Ok(keys.n > first)
}

/// Refuses a demonstration's keys in a city's real app.
fn accept(list: KeyList) -> Result<KeyList> {
    if cfg!(feature = "production") && list.demo {
        Err(Error::DemoKeys)
    } else {
        Ok(list)
    }
}
