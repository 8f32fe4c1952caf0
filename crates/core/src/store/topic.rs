//! What the person follows (主题): theirs alone, in their own file. The server never learns of it.

use super::search::Follow;
use crate::{
    error::Result,
    view::{Topic, TopicForm},
};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params, params};
use weimenhu_domain::{Collection, record::Id};

/// A topic's form, out of columns that a row has under these names.
const FORM: &str = "t.text, t.collection, t.department, t.county, t.letter";

/// All that are followed, in the person's order, with what they brought in and is still here.
pub fn all(conn: &Connection) -> Result<Vec<Topic>> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT t.id, {FORM}, t.muted, t.quiet, t.broad, coalesce(l.title, '') AS title,
             count(r.doc) AS total, coalesce(sum(r.doc IS NOT NULL AND NOT coalesce(m.read, 0)), 0) AS unread
         FROM mine.topic t
         LEFT JOIN record l ON l.collection = 'petitions' AND l.id = t.letter AND l.readable
         LEFT JOIN mine.reason w ON w.topic = t.id
         LEFT JOIN mine.inbox i ON i.collection = w.collection AND i.id = w.id AND NOT i.gone
         LEFT JOIN record r ON r.collection = i.collection AND r.id = i.id AND r.readable
         LEFT JOIN mine.mark m ON m.collection = r.collection AND m.id = r.id
         WHERE NOT t.gone GROUP BY t.id ORDER BY t.place, t.id"
    ))?;
    let topics = query.query_map([], |r| {
        Ok(Topic {
            id: r.get("id")?,
            form: form(r)?,
            title: r.get("title")?,
            muted: r.get("muted")?,
            notify: !r.get::<_, bool>("quiet")?,
            broad: r.get("broad")?,
            total: r.get("total")?,
            unread: r.get("unread")?,
        })
    })?;
    Ok(topics.collect::<Result<_, _>>()?)
}

/// How many are followed.
pub fn count(conn: &Connection) -> Result<u32> {
    let count = conn.query_row("SELECT count(*) FROM mine.topic WHERE NOT gone", [], |r| r.get(0))?;
    Ok(count)
}

/// What records are compared with.
pub fn follow(conn: &Connection) -> Result<Follow> {
    let mut query = conn.prepare_cached(&format!(
        "SELECT t.id, {FORM}, t.since FROM mine.topic t WHERE NOT t.gone ORDER BY t.id"
    ))?;
    let topics = query.query_map([], |r| Ok((r.get("id")?, form(r)?, r.get("since")?)))?;
    Follow::new(topics.collect::<Result<_, _>>()?)
}

/// The topic that follows the very same.
pub fn same(conn: &Connection, wanted: &TopicForm) -> Result<Option<u32>> {
    let mut query = conn.prepare_cached(
        "SELECT id FROM mine.topic WHERE NOT gone AND text = :text AND collection = :collection
             AND department = :department AND county = :county AND letter = :letter",
    )?;
    let id = query.query_row(
        named_params! {
            ":text": wanted.text, ":collection": name(wanted), ":department": wanted.department,
            ":county": wanted.county, ":letter": wanted.letter.unwrap_or_default(),
        },
        |r| r.get(0),
    );
    Ok(id.optional()?)
}

/// Follows it from `since` on, as the last of the list; answers its number. A letter counts as told of as it stands.
pub fn add(tx: &Transaction, form: &TopicForm, broad: bool, since: &str) -> Result<u32> {
    let id = tx
        .prepare_cached(
            "INSERT INTO mine.topic (place, text, collection, department, county, letter, since, broad, told)
             VALUES ((SELECT coalesce(max(place), 0) + 1 FROM mine.topic), ?1, ?2, ?3, ?4, ?5, ?6, ?7,
                 coalesce((SELECT fingerprint FROM record WHERE collection = 'petitions' AND id = ?5), ''))
             RETURNING id",
        )?
        .query_row(
            params![
                form.text,
                name(form),
                form.department,
                form.county,
                form.letter.unwrap_or_default(),
                since,
                broad
            ],
            |r| r.get(0),
        )?;
    Ok(id)
}

/// Those of these topics of words that brought in at least so many records count as broad.
pub fn judge_breadth(tx: &Transaction, ids: &[u32], least: u32) -> Result<()> {
    tx.prepare_cached(
        "UPDATE mine.topic SET broad = 1 WHERE text <> '' AND id IN (SELECT value FROM json_each(?1))
             AND id IN (SELECT topic FROM mine.reason GROUP BY topic HAVING count(*) >= ?2)",
    )?
    .execute(params![serde_json::to_string(ids)?, least])?;
    Ok(())
}

/// The letter that is followed goes on under another number of a record; its standing there has not been told.
pub fn move_letter(tx: &Transaction, id: u32, letter: Id) -> Result<()> {
    tx.prepare_cached("UPDATE mine.topic SET letter = ?2, told = '' WHERE id = ?1")?
        .execute(params![id, letter])?;
    Ok(())
}

/// Follows it no more, or, with `gone` false, again as before.
pub fn set_gone(tx: &Transaction, id: u32, gone: bool) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.topic SET gone = ?2 WHERE id = ?1 AND gone <> ?2")?
        .execute(params![id, gone])?;
    Ok(changed > 0)
}

/// Whether what it brings in is counted and told.
pub fn set_muted(tx: &Transaction, id: u32, muted: bool) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.topic SET muted = ?2 WHERE id = ?1 AND NOT gone")?
        .execute(params![id, muted])?;
    Ok(changed > 0)
}

/// Whether what it brings in is only counted, and not told by the system.
pub fn set_quiet(tx: &Transaction, id: u32, quiet: bool) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE mine.topic SET quiet = ?2 WHERE id = ?1 AND NOT gone")?
        .execute(params![id, quiet])?;
    Ok(changed > 0)
}

/// Puts the topics in this order; those that are not named come after them as they were.
pub fn order(tx: &Transaction, ids: &[u32]) -> Result<()> {
    let named = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    tx.prepare_cached("UPDATE mine.topic SET place = place + ?1")?
        .execute([named])?;
    let mut one = tx.prepare_cached("UPDATE mine.topic SET place = ?2 WHERE id = ?1")?;
    for (place, id) in (0_u32..).zip(ids) {
        one.execute(params![id, place])?;
    }
    Ok(())
}

/// What the person knows no more of: topics that were left before this start, and what only they brought in.
pub fn sweep(tx: &Transaction) -> Result<()> {
    if tx.execute("DELETE FROM mine.topic WHERE gone", [])? == 0 {
        return Ok(());
    }
    tx.execute(
        "DELETE FROM mine.reason WHERE topic NOT IN (SELECT id FROM mine.topic)",
        [],
    )?;
    tx.execute(
        "DELETE FROM mine.inbox WHERE NOT EXISTS
             (SELECT 1 FROM mine.reason w WHERE w.collection = inbox.collection AND w.id = inbox.id)",
        [],
    )?;
    Ok(())
}

/// Forgets everything about what is followed.
pub fn erase(tx: &Transaction) -> Result<()> {
    for table in ["topic", "reason", "inbox"] {
        tx.execute(&format!("DELETE FROM mine.{table}"), [])?;
    }
    Ok(())
}

fn name(form: &TopicForm) -> &'static str {
    form.collection.map(Collection::name).unwrap_or_default()
}

fn form(r: &rusqlite::Row) -> rusqlite::Result<TopicForm> {
    let letter: Id = r.get("letter")?;
    Ok(TopicForm {
        text: r.get("text")?,
        collection: r.get::<_, String>("collection")?.parse().ok(),
        department: r.get("department")?,
        county: r.get("county")?,
        letter: (letter > 0).then_some(letter),
    })
}
