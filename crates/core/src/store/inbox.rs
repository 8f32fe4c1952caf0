//! 订阅消息: records that a topic meant. They come in with the transaction that brings the record, once per record;
//! whether one was opened is the record's own mark.

use super::{
    collection::Standing,
    list::{self, MAX_PAGE},
    search::{Follow, Seen},
    signed, step,
};
use crate::{
    error::Result,
    view::{InboxCounts, InboxQuery, InboxRow, RecordRef},
};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params, params};
use weimenhu_domain::{Collection, record::Id};

/// What is in the inbox, here and readable, for a query's names.
pub(super) const FROM: &str =
    "mine.inbox i JOIN record r USING (collection, id) LEFT JOIN mine.mark m USING (collection, id)
    WHERE NOT i.gone AND r.readable AND EXISTS
        (SELECT 1 FROM mine.reason w JOIN mine.topic t ON t.id = w.topic
         WHERE w.collection = i.collection AND w.id = i.id AND NOT t.gone";

/// Of a topic within [`FROM`]: what it brings in counts as unread.
const COUNTED: &str = "NOT t.muted";

/// What happened in the person's letters belongs to no topic.
const STEPS: &str = "mine.step s WHERE NOT s.gone AND :topic IS NULL AND (NOT :unread OR NOT s.read)";

/// A line of the inbox.
pub enum Line {
    /// A record that came in.
    Record(Box<InboxRow>),
    /// Something happened in a letter of the person's.
    Step {
        /// Its place in the order, which is its name.
        turn: u32,
        /// The letter on this device.
        letter: String,
        /// Which step of it, see [`step`].
        place: i64,
        /// When it came.
        arrived: String,
        /// The letter was opened since.
        read: bool,
    },
}

/// When records come in, and whether the system still has to tell of them.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// By this device's clock, RFC 3339.
    pub now: &'a str,
    /// Whoever has just followed something sees what it brings in.
    pub told: bool,
}

/// Puts those of the records that a topic means into the inbox. Answers how many came.
pub fn gather(
    tx: &Transaction,
    collection: Collection,
    ids: impl IntoIterator<Item = Id>,
    follow: &mut Follow,
    arrival: Arrival<'_>,
) -> Result<usize> {
    let mut read = tx.prepare_cached(
        "SELECT r.title, r.date, r.department, r.county, b.wire, r.fingerprint
         FROM record r LEFT JOIN body b USING (doc) WHERE r.collection = ?1 AND r.id = ?2 AND r.readable",
    )?;
    let mut came = 0;
    for id in ids {
        let mut rows = read.query(params![collection.name(), id])?;
        let Some(row) = rows.next()? else { continue };
        let text = |n| -> Result<&str> { Ok(row.get_ref(n)?.as_str().map_err(rusqlite::Error::from)?) };
        let seen = Seen {
            collection,
            title: text(0)?,
            date: text(1)?,
            department: text(2)?,
            county: text(3)?,
            wire: row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?,
        };
        let meant = follow.of(&seen);
        came += usize::from(put(tx, collection, id, &meant, arrival)?);
        for topic in follow.of_letter(collection, id) {
            came += usize::from(step(tx, (collection, id), topic, text(5)?, arrival)?);
        }
    }
    Ok(came)
}

/// Where the last gathering ended; none before the first.
pub fn gathered(conn: &Connection, collection: Collection) -> Result<Option<(String, i64)>> {
    let mut query = conn.prepare_cached("SELECT lineage, epoch FROM mine.gathered WHERE collection = ?1")?;
    let row = query.query_row([collection.name()], |r| Ok((r.get(0)?, r.get(1)?)));
    Ok(row.optional()?)
}

/// Remembers it.
pub fn set_gathered(tx: &Transaction, collection: Collection, standing: &Standing) -> Result<()> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO mine.gathered (collection, lineage, epoch) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![
        collection.name(),
        standing.lineage.0,
        signed(standing.epoch)?
    ])?;
    Ok(())
}

/// A page of it, the latest arrival first, and how many lines there are.
pub fn page(conn: &Connection, query: &InboxQuery) -> Result<(Vec<Line>, u32)> {
    // Of what was never opened this lists what the badge counts; what a muted topic brought in, only where it is asked.
    let asked = format!(
        "{FROM} AND (:topic IS NULL OR t.id = :topic) AND (NOT :unread OR :topic IS NOT NULL OR {COUNTED}))
         AND (NOT :unread OR NOT coalesce(m.read, 0))"
    );
    let values = named_params! {":topic": query.topic, ":unread": query.unread};
    let total = conn
        .prepare_cached(&format!(
            "SELECT (SELECT count(*) FROM {asked}) + (SELECT count(*) FROM {STEPS})"
        ))?
        .query_row(values, |r| r.get(0))?;
    let mut listing = conn.prepare_cached(&format!(
        "SELECT i.turn, i.collection, i.id, i.arrived, '', 0 FROM {asked}
         UNION ALL SELECT s.turn, '', s.place, s.arrived, s.letter, s.read FROM {STEPS}
         ORDER BY 1 DESC LIMIT :limit OFFSET :offset"
    ))?;
    let mut found = listing.query(named_params! {
        ":topic": query.topic, ":unread": query.unread,
        ":limit": query.limit.min(MAX_PAGE), ":offset": query.offset,
    })?;
    let mut lines = Vec::new();
    while let Some(r) = found.next()? {
        let (name, letter): (String, String) = (r.get(1)?, r.get(4)?);
        if !letter.is_empty() {
            lines.push(Line::Step {
                turn: r.get(0)?,
                letter,
                place: r.get(2)?,
                arrived: r.get(3)?,
                read: r.get(5)?,
            });
        } else if let Ok(collection) = name.parse::<Collection>() {
            let row = record(conn, collection, r.get(2)?, r.get(3)?)?;
            lines.extend(row.map(|row| Line::Record(Box::new(row))));
        }
    }
    Ok((lines, total))
}

fn record(conn: &Connection, collection: Collection, id: Id, arrived: String) -> Result<Option<InboxRow>> {
    let Some(row) = list::row(conn, collection, id)? else {
        return Ok(None);
    };
    let mut topics = conn.prepare_cached(
        "SELECT t.id FROM mine.reason w JOIN mine.topic t ON t.id = w.topic
         WHERE w.collection = ?1 AND w.id = ?2 AND NOT t.gone ORDER BY t.place",
    )?;
    let topics = topics.query_map(params![collection.name(), id], |r| r.get(0))?;
    Ok(Some(InboxRow {
        row,
        arrived,
        topics: topics.collect::<Result<_, _>>()?,
    }))
}

/// What stands in the badge.
pub fn counts(conn: &Connection) -> Result<InboxCounts> {
    let topics = conn.query_row("SELECT count(*) FROM mine.topic WHERE NOT gone", [], |r| r.get(0))?;
    let total = conn
        .prepare_cached(&format!("SELECT count(*) FROM {FROM})"))?
        .query_row([], |r| r.get(0))?;
    let unread = conn
        .prepare_cached(&format!(
            "SELECT count(*) FROM {FROM} AND {COUNTED}) AND NOT coalesce(m.read, 0)"
        ))?
        .query_row([], |r| r.get(0))?;
    let (steps, unseen) = step::counts(conn)?;
    Ok(InboxCounts {
        topics,
        total: steps.saturating_add(total),
        unread: unseen.saturating_add(unread),
    })
}

/// What was never opened of it.
pub fn unread(conn: &Connection) -> Result<Vec<RecordRef>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT i.collection, i.id FROM {FROM}) AND NOT coalesce(m.read, 0)"
    ))?;
    let unread = query.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, Id>(1)?)))?;
    let unread: Vec<(String, Id)> = unread.collect::<Result<_, _>>()?;
    let known = |(name, id): (String, Id)| {
        Some(RecordRef {
            collection: name.parse().ok()?,
            id,
        })
    };
    Ok(unread.into_iter().filter_map(known).collect())
}

/// Takes a record out, or, with `gone` false, puts it back.
pub fn set_gone(tx: &Transaction, collection: Collection, id: Id, gone: bool) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.inbox SET gone = ?3 WHERE collection = ?1 AND id = ?2")?
        .execute(params![collection.name(), id, gone])?;
    Ok(changed > 0)
}

/// A record that these topics mean. Answers whether it is new here.
fn put(
    tx: &Transaction,
    collection: Collection,
    id: Id,
    topics: &[i64],
    arrival: Arrival<'_>,
) -> Result<bool> {
    if topics.is_empty() {
        return Ok(false);
    }
    let new = tx
        .prepare_cached(&format!(
            "INSERT OR IGNORE INTO mine.inbox (turn, collection, id, arrived, told)
             VALUES ({}, ?1, ?2, ?3, ?4)",
            step::NEXT_TURN
        ))?
        .execute(params![collection.name(), id, arrival.now, arrival.told])?;
    let mut reason =
        tx.prepare_cached("INSERT OR IGNORE INTO mine.reason (collection, id, topic) VALUES (?1, ?2, ?3)")?;
    for topic in topics {
        reason.execute(params![collection.name(), id, topic])?;
    }
    if new > 0 && !arrival.told {
        // What nobody wants to be told of when it comes is not told when they want it again.
        tx.prepare_cached(
            "UPDATE mine.inbox SET told = 1 WHERE collection = ?1 AND id = ?2 AND NOT EXISTS
                 (SELECT 1 FROM mine.reason w JOIN mine.topic t ON t.id = w.topic
                  WHERE w.collection = ?1 AND w.id = ?2 AND NOT t.muted AND NOT t.quiet)",
        )?
        .execute(params![collection.name(), id])?;
    }
    Ok(new > 0)
}

/// A followed letter, as it stands now: told of once for each change, and unread again.
fn step(
    tx: &Transaction,
    (collection, id): (Collection, Id),
    topic: i64,
    fingerprint: &str,
    arrival: Arrival<'_>,
) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.topic SET told = ?2 WHERE id = ?1 AND told <> ?2")?
        .execute(params![topic, fingerprint])?;
    if changed == 0 {
        return Ok(false);
    }
    tx.prepare_cached("DELETE FROM mine.inbox WHERE collection = ?1 AND id = ?2")?
        .execute(params![collection.name(), id])?;
    super::mark::set_read(tx, collection, id, false)?;
    put(tx, collection, id, &[topic], arrival)
}
