//! The schema, as an append-only list of steps: a database's version is the number of steps it has taken.
//!
//! The SQL is what SQLite and PostgreSQL both understand: TEXT (JSON and RFC 3339 times are text) and BIGINT
//! (times are milliseconds since 1970). On SQLite the runner makes every table STRICT. Flags are 0 or 1, and
//! "none" is an empty text, except where a unique index needs NULL.
//!
//! Rejected: `sea-orm-migration` (a crate, a table and a trait to run six statements) and generating tables from
//! the entities (a later entity would silently change what an old step did).

use crate::Result;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

/// Never edit a step that was released: append.
pub const STEPS: &[&[&str]] = &[
    FIRST,
    super::petition::schema::LETTERS,
    super::petition::schema::PAGED,
    super::petition::schema::POLICY,
    super::petition::schema::RECOVERY,
    super::petition::schema::MESSAGES,
    super::petition::schema::KEPT,
    super::petition::schema::WAITING,
];

const FIRST: &[&str] = &[
    "CREATE TABLE meta (
        name TEXT NOT NULL PRIMARY KEY, -- ver: of the newest publication; demo: 1 when the keys are the demo's; writer: locked by writers
        value TEXT NOT NULL DEFAULT ''  -- as text
    )",
    "INSERT INTO meta (name, value) VALUES ('ver', '0')",
    "INSERT INTO meta (name, value) VALUES ('writer', '')",
    "CREATE TABLE record (
        key BIGINT NOT NULL PRIMARY KEY,        -- our own number, never shown
        collection TEXT NOT NULL,               -- Collection::name
        id BIGINT,                              -- public number, NULL until first published
        source_system TEXT NOT NULL,            -- who numbered it: a file's stem, or 'hand'
        source_id TEXT NOT NULL,                -- its number there
        base_json TEXT NOT NULL DEFAULT '',     -- as last imported; empty when made by hand
        current_json TEXT NOT NULL DEFAULT '',  -- as it should be published; empty when redacted
        hand_edited BIGINT NOT NULL DEFAULT 0,  -- 1 when current_json differs from base_json on purpose
        state TEXT NOT NULL DEFAULT 'approved', -- approved, deleted or redacted
        changed_ms BIGINT NOT NULL DEFAULT 0    -- when it was last imported or edited
    )",
    "CREATE UNIQUE INDEX record_source ON record (collection, source_system, source_id)",
    "CREATE UNIQUE INDEX record_id ON record (collection, id)",
    "CREATE TABLE publish_queue (
        record_key BIGINT NOT NULL PRIMARY KEY, -- the record whose newest state is to be published
        ticket TEXT NOT NULL,                   -- random; changes when the record is queued again meanwhile
        position BIGINT NOT NULL DEFAULT 0,     -- order of queueing
        queued_ms BIGINT NOT NULL DEFAULT 0,    -- when
        held TEXT NOT NULL DEFAULT ''           -- why it cannot be published; such rows wait for a correction
    )",
    "CREATE TABLE operation (
        collection TEXT NOT NULL,        -- Collection::name
        id BIGINT NOT NULL,              -- the record; only its newest operation is kept
        epoch BIGINT NOT NULL,           -- place in the collection's history
        kind TEXT NOT NULL,              -- put, delete or redact
        fingerprint TEXT NOT NULL,       -- term of the digest for a put, 16 hexadecimal digits; else empty
        json TEXT NOT NULL DEFAULT '',   -- wire bytes of a put; else empty
        PRIMARY KEY (collection, id)
    )",
    "CREATE UNIQUE INDEX operation_epoch ON operation (collection, epoch)",
    "CREATE TABLE collection (
        name TEXT NOT NULL PRIMARY KEY,      -- Collection::name
        lineage TEXT NOT NULL,               -- random id of the history
        epoch BIGINT NOT NULL DEFAULT 0,     -- newest
        floor BIGINT NOT NULL DEFAULT 0,     -- who stands below takes the snapshot
        next_id BIGINT NOT NULL DEFAULT 1,   -- ids are never used again
        count BIGINT NOT NULL DEFAULT 0,     -- records published now
        digest TEXT NOT NULL DEFAULT '',     -- their digest, 16 hexadecimal digits
        snapshot TEXT NOT NULL DEFAULT '',   -- wire::Snapshot as JSON
        purge TEXT NOT NULL DEFAULT '[]',    -- redacted ids as JSON
        index_sha TEXT NOT NULL DEFAULT '',  -- the index object
        index_size BIGINT NOT NULL DEFAULT 0,-- its size on the wire
        rebuild BIGINT NOT NULL DEFAULT 0    -- 1: give it a new lineage and snapshot next time
    )",
    "CREATE TABLE segment (
        collection TEXT NOT NULL,           -- Collection::name
        from_epoch BIGINT NOT NULL,         -- before its first change
        to_epoch BIGINT NOT NULL,           -- its last change
        level BIGINT NOT NULL DEFAULT 0,    -- 0 from one publication, n+1 merged from 16 of level n
        fate TEXT NOT NULL DEFAULT 'open',  -- open: waits for a merge; merged: kept until the next merge of its level; kept: too large to merge
        sha TEXT NOT NULL,                  -- the object
        size BIGINT NOT NULL,               -- on the wire
        raw_size BIGINT NOT NULL,           -- decompressed
        PRIMARY KEY (collection, from_epoch, to_epoch)
    )",
    "CREATE TABLE pack (
        collection TEXT NOT NULL,     -- Collection::name
        number BIGINT NOT NULL,       -- which ids: number x span
        newest_epoch BIGINT NOT NULL, -- of the operations in it; with count it tells whether the pack is still right
        count BIGINT NOT NULL,        -- operations in it
        sha TEXT NOT NULL,            -- the object
        size BIGINT NOT NULL,         -- on the wire
        raw_size BIGINT NOT NULL,     -- decompressed
        PRIMARY KEY (collection, number)
    )",
    "CREATE TABLE object (
        collection TEXT NOT NULL,             -- whose; 'media' for pictures and attachments
        sha TEXT NOT NULL,                    -- its name
        delete_ms BIGINT NOT NULL DEFAULT 0,  -- 0 while something names it; else when its file goes
        purge BIGINT NOT NULL DEFAULT 0,      -- 1: the CDN must forget it too
        PRIMARY KEY (collection, sha)
    )",
    "CREATE INDEX object_sha ON object (sha)",
    "CREATE TABLE media_use (
        collection TEXT NOT NULL, -- Collection::name
        id BIGINT NOT NULL,       -- the published record that shows it
        sha TEXT NOT NULL,        -- picture or attachment
        PRIMARY KEY (collection, id, sha)
    )",
    "CREATE INDEX media_use_sha ON media_use (sha)",
    "CREATE TABLE lease (
        name TEXT NOT NULL PRIMARY KEY,        -- publisher
        owner TEXT NOT NULL DEFAULT '',        -- random, one per publication
        expires_ms BIGINT NOT NULL DEFAULT 0   -- another may take it after this
    )",
    "INSERT INTO lease (name) VALUES ('publisher')",
    "CREATE TABLE redaction (
        collection TEXT NOT NULL,          -- Collection::name
        id BIGINT NOT NULL,                -- the record
        reason TEXT NOT NULL DEFAULT '',   -- as the operator gave it; never published
        ordered_ms BIGINT NOT NULL,        -- when it was ordered
        PRIMARY KEY (collection, id)
    )",
];

/// Brings the database to the newest version, one transaction a step.
pub(crate) async fn migrate(db: &DatabaseConnection) -> Result<()> {
    let backend = db.get_database_backend();
    db.execute_unprepared("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
        .await?;
    let taken = version(db).await?;
    if taken > STEPS.len() {
        return Err(crate::Error::usage(format!(
            "the database has schema version {taken}, this program knows {}: use the newer program",
            STEPS.len()
        )));
    }
    for (n, step) in STEPS.iter().enumerate().skip(taken) {
        let tx = db.begin().await?;
        for sql in *step {
            if let Some(sql) = for_backend(backend, sql) {
                tx.execute_unprepared(&sql).await?;
            }
        }
        tx.execute_unprepared("DELETE FROM schema_version").await?;
        let sql = format!("INSERT INTO schema_version (version) VALUES ({})", n + 1);
        tx.execute_unprepared(&sql).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn version(db: &DatabaseConnection) -> Result<usize> {
    let query = Statement::from_string(db.get_database_backend(), "SELECT version FROM schema_version");
    let Some(row) = db.query_one_raw(query).await? else {
        return Ok(0);
    };
    let version: i64 = row.try_get("", "version")?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

/// A statement as this database takes it; `None` when it is for the other one. Only triggers are written twice.
fn for_backend(backend: DbBackend, sql: &str) -> Option<String> {
    let sqlite = backend == DbBackend::Sqlite;
    if let Some(own) = sql.strip_prefix("-- sqlite\n") {
        return sqlite.then(|| own.to_owned());
    }
    if let Some(own) = sql.strip_prefix("-- postgres\n") {
        return (!sqlite).then(|| own.to_owned());
    }
    let numbers = |sql: &str| sql.replace("BIGINT", "INTEGER");
    Some(match sql {
        _ if !sqlite => sql.to_owned(),
        _ if sql.starts_with("CREATE TABLE") => numbers(sql) + " STRICT",
        // A column that comes later stands in a STRICT table too, which knows no BIGINT.
        _ if sql.starts_with("ALTER TABLE") => numbers(sql),
        _ => sql.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_explained_beside_its_definition() {
        for sql in STEPS
            .iter()
            .flat_map(|s| s.iter())
            .filter(|s| s.starts_with("CREATE TABLE"))
        {
            let columns = sql.lines().skip(1).map(str::trim);
            for line in columns.filter(|l| !l.starts_with("PRIMARY KEY") && *l != ")") {
                assert!(line.contains("-- "), "{line}");
            }
        }
    }
}
