//! Named values of `mine.db`: what the device has learned to trust, and what the person has set.

use crate::error::Result;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};

/// The highest `ver` of a head that was believed.
pub const VER: &str = "ver";
/// The key list now trusted, as JSON: its signatures were checked when it was taken.
pub const KEYS: &str = "keys";
/// When the newest head that was believed was signed, RFC 3339.
pub const SIGNED: &str = "signed";
/// When the head was signed that the content here is as of, RFC 3339; behind [`SIGNED`] when a round did not end
/// well, or when the cache had to be filled from the dump again.
pub const ISSUED: &str = "issued";
/// The oldest app that the newest head accepts.
pub const MIN_APP: &str = "min_app";
/// When the server last answered, by this device's clock, RFC 3339.
pub const LAST_SUCCESS: &str = "last_success";
/// Set from the commit that takes redacted records away until their bytes have left the disk.
pub const WIPE: &str = "wipe";
/// The version of the app that last tried to read every record here.
pub const READ_BY: &str = "read_by";
/// The keep rule for bodies.
pub const KEEP: &str = "keep";
/// The most that pictures may take, in bytes.
pub const PICTURE_CAP: &str = "picture_cap";
/// When pictures are fetched: [`FetchPictures`](crate::view::FetchPictures) as JSON.
pub const FETCH_PICTURES: &str = "fetch_pictures";
/// `off` when searches are not to be remembered.
pub const RECENT: &str = "recent";

/// How the person wants to be told by the system: [`NotifyChoice`](crate::view::NotifyChoice) as JSON.
pub const NOTIFY: &str = "notify";
/// When the system last told something, and of how much: [`Told`](crate::view::Told) as JSON.
pub const TOLD: &str = "told";
/// The day of the last digest, by the device's calendar.
pub const DIGEST: &str = "digest";
/// The language of the texts that the system shows, as a tag.
pub const LANGUAGE: &str = "language";

/// The value, if it was ever set.
pub fn get(conn: &Connection, name: &str) -> Result<Option<String>> {
    let mut query = conn.prepare_cached("SELECT value FROM mine.setting WHERE name = ?1")?;
    Ok(query.query_row([name], |r| r.get(0)).optional()?)
}

/// Sets the value.
pub fn set(tx: &Transaction, name: &str, value: &str) -> Result<()> {
    tx.prepare_cached("INSERT OR REPLACE INTO mine.setting (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}

/// The value that is kept as JSON. One that this app cannot read was written by another version, and counts as never set.
pub fn json<T: DeserializeOwned>(conn: &Connection, name: &str) -> Result<Option<T>> {
    Ok(get(conn, name)?.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Sets it.
pub fn set_json(tx: &Transaction, name: &str, value: &impl Serialize) -> Result<()> {
    set(tx, name, &serde_json::to_string(value)?)
}

/// Forgets the value.
pub fn unset(tx: &Transaction, name: &str) -> Result<()> {
    tx.prepare_cached("DELETE FROM mine.setting WHERE name = ?1")?
        .execute([name])?;
    Ok(())
}
