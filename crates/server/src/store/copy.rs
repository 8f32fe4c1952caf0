//! A copy of the whole database at one moment, and what a database that was such a copy must forget and skip before
//! it may live again.
//!
//! The one place beside `erase` with SQL of one database. `VACUUM INTO` reads one snapshot while others write, and
//! leaves free pages, with whatever they held, behind. Rejected: the online backup API (begins anew whenever another
//! process writes, which a server does all the time).

use super::{
    Store, Tx, collection, lease, meta,
    object::media_use,
    petition::{self, attachment, people},
    queue, record,
};
use crate::{Error, Result};
use jiff::Timestamp;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement, entity::prelude::*};
use std::{collections::BTreeSet, path::Path};
use weimenhu_domain::{
    Collection, Record,
    petition::receipt,
    record::{Id, Sha256},
};

/// Ids of a collection that are skipped when nobody knows which were given since the backup.
pub const SKIPPED_IDS: Id = 100_000;
/// Receipt numbers that are skipped for every day begun since the backup: a city of ten million gets fewer letters.
const SKIPPED_LETTERS: i64 = 10_000;
/// Publications that are skipped beside one for every millisecond since the backup, for clocks that disagree.
const SKIPPED_VERS: u64 = 1_000;

/// Copies the database into an empty file.
///
/// # Errors
/// The disk refuses.
pub async fn into(store: &Store, file: &Path) -> Result<()> {
    let path = file
        .to_str()
        .ok_or_else(|| Error::usage("the name of the backup is not UTF-8"))?;
    let sql = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()]);
    store.read().execute_raw(sql).await?;
    Ok(())
}

/// What a copy names beside itself.
#[derive(Debug, Default)]
pub struct Named {
    /// The newest publication.
    pub ver: u64,
    /// Pictures and attachments of published records.
    pub shown: BTreeSet<Sha256>,
    /// Of records that wait for publication, and not among the shown.
    pub waiting: BTreeSet<Sha256>,
    /// Files of letters, by their random names.
    pub letters: BTreeSet<String>,
}

/// Reads what a copy names, and changes nothing in it.
///
/// # Errors
/// It is no database of ours.
pub async fn named(file: &Path) -> Result<Named> {
    let mut options = ConnectOptions::new("sqlite://copy");
    let path = file.to_owned();
    options
        .sqlx_logging(false)
        .max_connections(1)
        .map_sqlx_sqlite_opts(move |o| o.filename(&path).read_only(true));
    let db = Database::connect(options).await?;
    let named = named_by(&db).await;
    db.close().await?;
    named
}

/// The same of a database that is open.
///
/// # Errors
/// The database refuses.
pub async fn named_by(db: &impl ConnectionTrait) -> Result<Named> {
    let shown = media_use::Entity::find().all(db).await?;
    let shown: BTreeSet<Sha256> = shown.iter().filter_map(|u| u.sha.parse().ok()).collect();
    let queued: Vec<i64> = queue::reasons(db).await?.into_keys().collect();
    let mut waiting = BTreeSet::new();
    for row in record::by_keys(db, &queued).await? {
        let Ok(name) = row.collection.parse::<Collection>() else {
            continue;
        };
        if let Ok(record) = Record::parse(name, &row.current_json) {
            waiting.extend(record.objects().into_iter().filter(|sha| !shown.contains(sha)));
        }
    }
    Ok(Named {
        ver: meta::ver(db).await?,
        shown,
        waiting,
        letters: attachment::file_names(db, true).await?,
    })
}

/// Makes a copy a living database: new lineages, no number that may have been given since, nobody signed in.
///
/// `ids` is how many ids are skipped in every collection.
///
/// # Errors
/// The database refuses.
pub async fn revive(tx: &Tx, taken: Timestamp, ids: Id, now: Timestamp) -> Result<()> {
    let passed_ms = now.as_millisecond().saturating_sub(taken.as_millisecond()).max(0);
    // Devices refuse a `ver` below one they have seen. Nobody publishes a thousand times a second.
    let ver = meta::ver(tx).await?;
    let skipped = SKIPPED_VERS.saturating_add(u64::try_from(passed_ms).unwrap_or_default());
    meta::set(tx, "ver", &ver.saturating_add(skipped).to_string()).await?;
    for mut standing in collection::all(tx).await? {
        standing.next_id = standing.next_id.saturating_add(ids);
        collection::put(tx, &standing).await?;
    }
    collection::rebuild_all(tx).await?;
    let days = (passed_ms / 86_400_000).saturating_add(1);
    let year = i64::from(crate::petition::city_day(now).year());
    let newest = petition::last_count(tx, year).await?;
    // Never more than half of what is left of the year's numbers.
    let most = i64::from(receipt::MAX_COUNT).saturating_sub(newest) / 2;
    let count = newest.saturating_add(days.saturating_mul(SKIPPED_LETTERS).min(most));
    meta::set(tx, meta::LETTERS_AFTER, &format!("{year}:{count}")).await?;
    people::session::Entity::delete_many().exec(tx).await?;
    lease::vacate(tx).await
}
