//! The schema, as two append-only arrays: one for each database file. The version of a file (`user_version`) is
//! the number of entries applied; entries are never edited, renumbered or removed (rule 12).
//!
//! `city.db` is a cache of what the server said: it may be thrown away and rebuilt at any time. `mine.db` is
//! the person's own and what the device has learned to trust: it is small and survives the cache.
//!
//! Rejected: one file for both, because a damaged page in 60 MB of news would take the stars with it.
//! Every column is explained beside its definition; a test says so.

use crate::error::{Error, Result};
use rusqlite::{Connection, TransactionBehavior};

/// `city.db`.
pub(super) const CITY: &[&str] = &[
    "
CREATE TABLE collection (
    name        TEXT NOT NULL PRIMARY KEY, -- Collection::name
    lineage     TEXT NOT NULL,             -- history that the epoch counts in
    epoch       INTEGER NOT NULL,          -- newest change applied
    digest      TEXT NOT NULL,             -- sum of all fingerprints, 16 hex digits
    unreadable  INTEGER NOT NULL DEFAULT 0,-- records kept opaque because this app cannot read them
    packed      INTEGER NOT NULL DEFAULT 0 -- epoch of the snapshot whose packs are listed in pack
) STRICT;

CREATE TABLE record (
    doc         INTEGER PRIMARY KEY,       -- search::index::doc: collection and id; what search indexes
    collection  TEXT NOT NULL,             -- Collection::name
    id          INTEGER NOT NULL,          -- number in the collection, given by the server
    epoch       INTEGER NOT NULL,          -- its last change
    fingerprint TEXT NOT NULL,             -- its term of the digest, 16 hex digits
    title       TEXT NOT NULL,             -- headline or name; empty when unreadable
    subtitle    TEXT NOT NULL DEFAULT '',  -- the line under it
    date        TEXT NOT NULL DEFAULT '',  -- RFC 3339 UTC; '' for what has no date
    kind        TEXT NOT NULL DEFAULT '',  -- filter: kind, category, level
    department  TEXT NOT NULL DEFAULT '',  -- filter: the agency's name
    county      TEXT NOT NULL DEFAULT '',  -- filter: the county's name
    phone       TEXT NOT NULL DEFAULT '',  -- the first number one would call
    picture     TEXT NOT NULL DEFAULT '',  -- SHA-256 of the picture in lists, 64 hex digits, or ''
    mark        TEXT NOT NULL DEFAULT '',  -- MarkKind, or '' while it holds
    position    INTEGER NOT NULL DEFAULT 0,-- place in an official order, 0 where the name decides
    letter      TEXT NOT NULL DEFAULT '',  -- A-Z or #: heading in a directory; '' in dated lists
    pinyin      TEXT NOT NULL DEFAULT '',  -- the title's reading without spaces; sorts directories
    initials    TEXT NOT NULL DEFAULT '',  -- first letters of the reading
    readable    INTEGER NOT NULL DEFAULT 1,-- 0: stored opaque, listed nowhere
    UNIQUE (collection, id)
) STRICT;
CREATE INDEX record_by_date ON record (collection, date DESC, id DESC);
CREATE INDEX record_by_name ON record (collection, position, letter, pinyin);

CREATE TABLE body (
    doc         INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE, -- the record
    wire        TEXT NOT NULL              -- its JSON as it came, byte for byte: the fingerprint is over it
) STRICT;

CREATE TABLE pack (
    collection  TEXT NOT NULL,             -- Collection::name
    number      INTEGER NOT NULL,          -- covers ids from number * span
    sha         TEXT NOT NULL,             -- the object, 64 hex digits
    size        INTEGER NOT NULL,          -- bytes on the wire
    raw_size    INTEGER NOT NULL,          -- bytes after decompression
    PRIMARY KEY (collection, number)
) STRICT, WITHOUT ROWID;
",
    "
-- Search, see store::search::index. No text and no places: only which records have a gram.
CREATE VIRTUAL TABLE gram USING fts5(
  t, tokenize = \"ascii tokenchars '_'\", content = '', contentless_delete = 1, detail = none
);
CREATE TABLE grams (
    version     INTEGER NOT NULL,          -- search::grams::VERSION they were made by; 0: not to be trusted
    whole       INTEGER NOT NULL           -- 1: every readable record is in gram
) STRICT;
INSERT INTO grams (version, whole) VALUES (0, 0);
-- A record's number becomes its collection's shelf and its id, as search::index::doc gives it.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE shelf (collection, number);
INSERT INTO shelf (collection, number) VALUES ('leaders', 1), ('agencies', 2), ('phones', 3), ('schools', 4),
  ('hospitals', 5), ('calendar', 8), ('news', 16), ('notices', 17);
UPDATE body SET doc = (SELECT s.number << 32 | r.id FROM record r JOIN shelf s USING (collection)
  WHERE r.doc = body.doc);
UPDATE record SET doc = (SELECT s.number << 32 | record.id FROM shelf s WHERE s.collection = record.collection);
DROP TABLE shelf;
CREATE INDEX record_by_day ON record (date DESC, doc DESC) WHERE date <> '';
",
    "
-- What lists and figures of public letters ask, see store::letter; derived from the record in its transaction.
CREATE TABLE letter (
    doc         INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE, -- the record
    number      TEXT NOT NULL DEFAULT '',  -- receipt number; '' while only the head is here
    state       TEXT NOT NULL,             -- petition::State
    routed      TEXT NOT NULL DEFAULT '',  -- day zero, YYYY-MM-DD, or ''
    respond_due TEXT NOT NULL DEFAULT '',  -- last day of the response, or ''
    respond_met TEXT NOT NULL DEFAULT '',  -- the day it came, or ''
    resolve_due TEXT NOT NULL DEFAULT '',  -- last day of the answer, or ''
    resolve_met TEXT NOT NULL DEFAULT '',  -- the day it came, or ''
    joiners     INTEGER NOT NULL DEFAULT 0,-- how many others met the same
    rating      TEXT NOT NULL DEFAULT ''   -- petition::Rating, or ''
) STRICT;
CREATE INDEX letter_by_number ON letter (number);
INSERT INTO letter (doc, number, state, routed, respond_due, respond_met, resolve_due, resolve_met, joiners, rating)
SELECT r.doc, coalesce(b.wire ->> '$.number', ''), coalesce(b.wire ->> '$.state', r.subtitle),
  coalesce(b.wire ->> '$.routed', ''), coalesce(b.wire ->> '$.respond.due', ''),
  coalesce(b.wire ->> '$.respond.met', ''), coalesce(b.wire ->> '$.resolve.due', ''),
  coalesce(b.wire ->> '$.resolve.met', ''), coalesce(b.wire ->> '$.joiners', 0), coalesce(b.wire ->> '$.rating', '')
FROM record r LEFT JOIN body b USING (doc) WHERE r.collection = 'petitions' AND r.readable;
",
    "
-- What lists, and a round that brings nothing, ask without passing over every record; see store::tally and store::list.
ALTER TABLE record ADD COLUMN here INTEGER NOT NULL DEFAULT 0;    -- 1: its body is here
UPDATE record SET here = 1 WHERE doc IN (SELECT doc FROM body);
DROP INDEX record_by_date;
DROP INDEX record_by_name;
CREATE INDEX record_listed ON record (collection, date DESC, id DESC) WHERE readable;
CREATE INDEX record_of_department ON record (collection, department, date DESC, id DESC)
  WHERE readable AND department <> '';
-- As directories are sorted. What is dated has no letter.
CREATE INDEX record_by_name ON record (collection, position, letter = '#', letter, pinyin, id)
  WHERE readable AND letter <> '';
CREATE INDEX record_by_body ON record (collection, here, date);
CREATE INDEX record_opaque ON record (collection) WHERE NOT readable;
CREATE INDEX record_pictured ON record (date DESC) WHERE picture <> '';
CREATE TABLE tally (
    collection  TEXT NOT NULL,             -- Collection::name
    part        TEXT NOT NULL,             -- what is counted by, see store::tally
    value       TEXT NOT NULL,             -- the day, the agency, the county, the kind
    n           INTEGER NOT NULL,          -- how many records have it, never 0
    PRIMARY KEY (collection, part, value)
) STRICT, WITHOUT ROWID;
INSERT INTO tally (collection, part, value, n)
SELECT collection, 'day', substr(date, 1, 10), count(*) FROM record WHERE readable GROUP BY 1, 3
UNION ALL SELECT collection, 'department', department, count(*) FROM record WHERE readable AND department <> ''
  GROUP BY 1, 3
UNION ALL SELECT collection, 'county', county, count(*) FROM record WHERE readable AND county <> '' GROUP BY 1, 3
UNION ALL SELECT collection, 'kind', kind, count(*) FROM record WHERE readable AND kind <> '' GROUP BY 1, 3
UNION ALL SELECT collection, 'body', '', count(*) FROM record WHERE here GROUP BY 1;
",
];

/// `mine.db`, attached as `mine`.
pub(super) const MINE: &[&str] = &[
    "
CREATE TABLE mark (
    collection  TEXT NOT NULL,             -- Collection::name
    id          INTEGER NOT NULL,          -- the record; it may be gone or not yet here
    read        INTEGER NOT NULL DEFAULT 0,-- 1: opened
    starred     INTEGER NOT NULL DEFAULT 0,-- 1: starred
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name        TEXT NOT NULL PRIMARY KEY, -- see store::setting
    value       TEXT NOT NULL              -- its text
) STRICT, WITHOUT ROWID;
",
    "
-- Here and not in city.db: a cache that is rebuilt from an older dump must not show them again.
CREATE TABLE purged (
    collection  TEXT NOT NULL,             -- Collection::name
    id          INTEGER NOT NULL,          -- a record that was redacted
    PRIMARY KEY (collection, id)
) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE recent (
    text        TEXT NOT NULL PRIMARY KEY, -- what was looked for, as typed
    turn        INTEGER NOT NULL           -- order: the highest is the latest
) STRICT, WITHOUT ROWID;
",
    "
-- Letters of the person. Whatever is called sealed is under the key of this device, see seal.
CREATE TABLE draft (
    id          TEXT NOT NULL PRIMARY KEY, -- UUIDv7 made here
    changed     TEXT NOT NULL,             -- last change, RFC 3339
    problem     TEXT NOT NULL DEFAULT '',  -- why the server refused it; '' when it did not
    sealed      BLOB NOT NULL              -- view::LetterForm as JSON, sealed
) STRICT, WITHOUT ROWID;

CREATE TABLE draft_file (
    id          TEXT NOT NULL PRIMARY KEY, -- UUIDv7 made here; its bytes are in the file letters/{id}, sealed
    draft       TEXT NOT NULL,             -- the draft
    sealed      BLOB NOT NULL              -- name, type, size, SHA-256 and small picture as JSON, sealed
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id          TEXT NOT NULL PRIMARY KEY, -- the draft, or UUIDv7 made here
    what        TEXT NOT NULL,             -- submit, join, leave or a writer's action
    turn        INTEGER NOT NULL,          -- order: the lowest is the oldest
    state       TEXT NOT NULL,             -- view::OutState
    attempts    INTEGER NOT NULL DEFAULT 0,-- attempts begun; counted before each
    posted      INTEGER NOT NULL DEFAULT 0,-- 1: the letter itself may have reached the server
    problem     TEXT NOT NULL DEFAULT '',  -- why the last attempt did not get through
    next_try    TEXT NOT NULL DEFAULT '',  -- when the next one comes, RFC 3339, for people
    sealed      BLOB NOT NULL              -- idempotency key, body, files and number as JSON, sealed
) STRICT, WITHOUT ROWID;

CREATE TABLE own_letter (
    id          TEXT NOT NULL PRIMARY KEY, -- UUIDv7 made here
    turn        INTEGER NOT NULL,          -- order: the highest is the newest
    unseen      INTEGER NOT NULL DEFAULT 0,-- 1: something happened since it was opened
    refreshed   TEXT NOT NULL DEFAULT '',  -- when the server was last heard, RFC 3339, or ''
    tag         TEXT NOT NULL DEFAULT '',  -- ETag of what was heard
    receipt     BLOB NOT NULL,             -- number, code, token and what was sent as JSON, sealed
    own         BLOB NOT NULL              -- the letter as the server last showed it as JSON, sealed; or empty
) STRICT, WITHOUT ROWID;

CREATE TABLE joined (
    id          TEXT NOT NULL PRIMARY KEY, -- UUIDv7 made here
    sealed      BLOB NOT NULL              -- number and token as JSON, sealed
) STRICT, WITHOUT ROWID;
",
    "
-- What the person follows, and what it brought in. Records are named by their numbers only: what is redacted leaves
-- nothing here.
CREATE TABLE topic (
    id          INTEGER PRIMARY KEY,       -- number on this device
    place       INTEGER NOT NULL,          -- order in the list: the lowest is the first
    text        TEXT NOT NULL DEFAULT '',  -- words that must occur, as typed; '' for any
    collection  TEXT NOT NULL DEFAULT '',  -- only this Collection::name, or ''
    department  TEXT NOT NULL DEFAULT '',  -- only this agency, or ''
    county      TEXT NOT NULL DEFAULT '',  -- only this county, or ''
    letter      INTEGER NOT NULL DEFAULT 0,-- this public letter's steps and nothing else, or 0
    told        TEXT NOT NULL DEFAULT '',  -- fingerprint of the letter when it was last told of
    since       TEXT NOT NULL,             -- records of this instant and later are meant, RFC 3339 UTC
    muted       INTEGER NOT NULL DEFAULT 0,-- 1: comes in without being counted
    gone        INTEGER NOT NULL DEFAULT 0 -- 1: followed no more; kept until the next start, to be brought back
) STRICT;

CREATE TABLE inbox (
    turn        INTEGER PRIMARY KEY,       -- order of arrival: the highest is the latest
    collection  TEXT NOT NULL,             -- Collection::name
    id          INTEGER NOT NULL,          -- the record
    arrived     TEXT NOT NULL,             -- by this device's clock, RFC 3339
    gone        INTEGER NOT NULL DEFAULT 0,-- 1: taken out by the person; it must not come in again
    UNIQUE (collection, id)
) STRICT;

CREATE TABLE reason (
    collection  TEXT NOT NULL,             -- Collection::name
    id          INTEGER NOT NULL,          -- the record
    topic       INTEGER NOT NULL,          -- the topic that brought it in
    PRIMARY KEY (collection, id, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE gathered (
    collection  TEXT NOT NULL PRIMARY KEY, -- Collection::name
    lineage     TEXT NOT NULL,             -- history that the epoch counts in
    epoch       INTEGER NOT NULL           -- changes up to here were looked at
) STRICT, WITHOUT ROWID;
",
    "
-- What the system's notifications have told. What was here before them counts as told: nobody is flooded by an update.
ALTER TABLE topic ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;      -- 1: counted, and not told by the system
ALTER TABLE inbox ADD COLUMN told INTEGER NOT NULL DEFAULT 1;       -- 0: the system has not told of it yet
ALTER TABLE own_letter ADD COLUMN told INTEGER NOT NULL DEFAULT 1;  -- 0: the system has not told what happened in it
",
    "
ALTER TABLE topic ADD COLUMN broad INTEGER NOT NULL DEFAULT 0;      -- 1: brings so much that it is told once a day
",
    "
-- What happened in the person's letters, as the inbox shows it. What it was stands in the letter, sealed.
CREATE TABLE step (
    turn        INTEGER PRIMARY KEY,       -- order of arrival, counted together with inbox
    letter      TEXT NOT NULL,             -- the own_letter
    place       INTEGER NOT NULL,          -- which step of its trail, from 0; -1: how it stands as a whole
    arrived     TEXT NOT NULL,             -- by this device's clock, RFC 3339, or ''
    read        INTEGER NOT NULL DEFAULT 0,-- 1: the letter was opened since
    gone        INTEGER NOT NULL DEFAULT 0,-- 1: taken out by the person
    UNIQUE (letter, place)
) STRICT;
INSERT INTO step (turn, letter, place, arrived)
SELECT (SELECT coalesce(max(turn), 0) FROM inbox) + turn, id, -1, refreshed FROM own_letter WHERE unseen;
",
];

/// Brings a file's schema up to date, each entry in its own transaction. A file of a newer app is left as it is: what a
/// later entry means is not known here, and writing past it would be a loss that nobody notices.
pub(super) fn migrate(conn: &mut Connection, schema: &[&str]) -> Result<()> {
    let version: u32 = conn.pragma_query_value(None, "user_version", |r| r.get(0))?;
    let known = u32::try_from(schema.len()).unwrap_or(u32::MAX);
    if version > known {
        return Err(Error::Newer {
            found: version,
            known,
        });
    }
    for (n, step) in (1_u32..).zip(schema).filter(|(n, _)| *n > version) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", n)?;
        tx.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_explained() {
        for line in CITY.iter().chain(MINE).flat_map(|step| step.lines()) {
            let is_column =
                line.starts_with("    ") && line.trim_start().starts_with(|c: char| c.is_ascii_lowercase());
            assert!(!is_column || line.contains("-- "), "{line}");
        }
    }

    #[test]
    fn a_second_opening_changes_nothing() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate(&mut conn, CITY).unwrap();
        migrate(&mut conn, CITY).unwrap();
        let version: u32 = conn
            .pragma_query_value(None, "user_version", |r| r.get(0))
            .unwrap();
        assert_eq!(version as usize, CITY.len());
    }
}
