//! Three versions of a record meet: as last imported (base), as it stands here (ours), as imported now (theirs).
//!
//! | theirs | ours | then |
//! |---|---|---|
//! | as base | any | nothing: a correction by hand stays |
//! | changed | as base | theirs |
//! | changed | changed alike | nothing left to say: both agree |
//! | changed | changed otherwise | a conflict: reported field by field; ours is kept unless told otherwise |
//!
//! A conflict comes back at every import until somebody decides it. What is missing from a file is not deleted:
//! sources deliver excerpts.

use super::{Candidate, Conflict, Options, Outcome};
use crate::{
    City, Result,
    error::own_json,
    store::{queue, record},
};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use weimenhu_domain::Collection;

/// Who wins a conflict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prefer {
    /// Nobody yet: ours stays, and the next import reports it again.
    #[default]
    Undecided,
    /// Ours, for good: the import's version becomes the base.
    Ours,
    /// The import's: the correction by hand is given up.
    Import,
}

/// Merges the good rows into the database, in one transaction, and queues what changed.
pub async fn merge(
    city: &City,
    collection: Collection,
    system: &str,
    candidates: Vec<Candidate>,
    options: &Options,
    now: Timestamp,
    outcome: &mut Outcome,
) -> Result<()> {
    let ids: Vec<String> = candidates.iter().map(|c| c.source_id.clone()).collect();
    let tx = city.store.write().await?;
    let mut known: HashMap<String, record::Model> = record::by_source(&tx, collection, system, &ids).await?;
    let mut held = queue::held(&tx).await?;
    let mut key = record::next_key(&tx).await?;
    let (mut fresh, mut queued) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let theirs = own_json(serde_json::to_string(&candidate.record), "record")?;
        match known.remove(&candidate.source_id) {
            None => {
                outcome.new += 1;
                queued.push(key);
                fresh.push(record::Model {
                    key,
                    collection: collection.name().into(),
                    id: None,
                    source_system: system.into(),
                    source_id: candidate.source_id,
                    base_json: theirs.clone(),
                    current_json: theirs,
                    hand_edited: 0,
                    state: record::APPROVED.into(),
                    changed_ms: now.as_millisecond(),
                });
                key = key.saturating_add(1);
            }
            Some(row) => {
                let was_held = held.remove(&row.key);
                let (line, id) = (candidate.line, candidate.source_id);
                let decided = decide(&row, &theirs, options.prefer);
                if let Some(fields) = decided.conflict {
                    outcome.conflicts.push(Conflict {
                        row: line,
                        id,
                        fields,
                        taken: options.prefer == Prefer::Import,
                    });
                } else if decided.publish || was_held {
                    outcome.changed += 1;
                } else {
                    outcome.unchanged += 1;
                }
                // What could not go out is tried again: its picture may have come with this import.
                if decided.publish || was_held {
                    queued.push(row.key);
                }
                if let Some(mut row) = decided.row {
                    row.changed_ms = now.as_millisecond();
                    record::update(&tx, &row).await?;
                }
            }
        }
    }
    record::insert(&tx, fresh).await?;
    queue::push(&tx, &queued, now.as_millisecond()).await?;
    if options.dry_run {
        outcome.dry_run = true;
        tx.rollback().await?;
    } else {
        tx.commit().await?;
    }
    Ok(())
}

/// What becomes of a known record.
#[derive(Debug, Default, PartialEq)]
struct Decided {
    /// The row to write, if it changes.
    row: Option<record::Model>,
    /// Its published form changes.
    publish: bool,
    /// The fields on which both sides differ, when both had changed.
    conflict: Option<Vec<(String, String, String)>>,
}

fn decide(row: &record::Model, theirs: &str, prefer: Prefer) -> Decided {
    let redacted = row.state == record::REDACTED;
    let hidden = redacted || row.state == record::DELETED;
    if theirs == row.base_json || redacted && prefer != Prefer::Undecided {
        return Decided::default();
    }
    let theirs_row = record::Model {
        base_json: theirs.into(),
        current_json: theirs.into(),
        hand_edited: 0,
        state: record::APPROVED.into(),
        ..row.clone()
    };
    let agreed = !hidden && theirs == row.current_json;
    if agreed {
        return Decided {
            row: Some(theirs_row),
            ..Decided::default()
        };
    }
    if !hidden && !row.is_hand_edited() {
        return Decided {
            row: Some(theirs_row),
            publish: true,
            conflict: None,
        };
    }
    let conflict = match row.state.as_str() {
        // Erased means erased: no import brings it back, and no table shows what it said.
        record::REDACTED => vec![("(record)".into(), "erased here".into(), "present".into())],
        record::DELETED => vec![("(record)".into(), "deleted here".into(), "present".into())],
        _ => differing(&row.current_json, theirs),
    };
    let (written, publish) = match prefer {
        Prefer::Undecided => (None, false),
        Prefer::Import => (Some(theirs_row), true),
        Prefer::Ours => (
            Some(record::Model {
                base_json: theirs.into(),
                ..row.clone()
            }),
            false,
        ),
    };
    Decided {
        row: written,
        publish,
        conflict: Some(conflict),
    }
}

fn differing(ours: &str, theirs: &str) -> Vec<(String, String, String)> {
    let fields = |json: &str| serde_json::from_str::<Map<String, Value>>(json).unwrap_or_default();
    let (ours, theirs) = (fields(ours), fields(theirs));
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let show = |value: Option<&Value>| match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    names
        .into_iter()
        .filter(|name| ours.get(*name) != theirs.get(*name))
        .map(|name| (name.clone(), show(ours.get(name)), show(theirs.get(name))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(base: &str, ours: &str, hand: bool, state: &str) -> record::Model {
        record::Model {
            key: 1,
            collection: "phones".into(),
            id: Some(1),
            source_system: "s".into(),
            source_id: "1".into(),
            base_json: base.into(),
            current_json: ours.into(),
            hand_edited: hand.into(),
            state: state.into(),
            changed_ms: 0,
        }
    }

    #[test]
    fn every_line_of_the_table_above() {
        let (a, b, c) = ("{\"name\":\"甲\"}", "{\"name\":\"乙\"}", "{\"name\":\"丙\"}");
        let untouched = row(a, a, false, record::APPROVED);
        let corrected = row(a, b, true, record::APPROVED);
        let deleted = row(a, a, true, record::DELETED);
        let none = Decided::default();
        assert_eq!(decide(&untouched, a, Prefer::Undecided), none);
        assert_eq!(decide(&corrected, a, Prefer::Import), none, "only ours changed");
        assert_eq!(
            decide(&deleted, a, Prefer::Import),
            none,
            "a deletion by hand stays"
        );
        let taken = decide(&untouched, c, Prefer::Ours);
        assert!(taken.publish && taken.conflict.is_none());
        let agreed = decide(&corrected, b, Prefer::Undecided);
        assert!(!agreed.publish && agreed.row.is_some_and(|r| r.hand_edited == 0 && r.base_json == b));

        let open = decide(&corrected, c, Prefer::Undecided);
        assert!(open.row.is_none() && !open.publish, "reported again next time");
        assert_eq!(
            open.conflict,
            Some(vec![("name".into(), "乙".into(), "丙".into())])
        );
        let ours = decide(&corrected, c, Prefer::Ours);
        assert!(!ours.publish && ours.row.is_some_and(|r| r.current_json == b && r.base_json == c));
        let theirs = decide(&corrected, c, Prefer::Import);
        assert!(
            theirs.publish
                && theirs
                    .row
                    .is_some_and(|r| r.current_json == c && r.hand_edited == 0)
        );
        assert!(
            decide(&deleted, c, Prefer::Import).publish,
            "taken back on demand"
        );
        let erased = row("", "", true, record::REDACTED);
        assert_eq!(decide(&erased, c, Prefer::Import), none, "erased means erased");
        assert!(decide(&erased, c, Prefer::Undecided).conflict.is_some());
    }
}
