//! From what waits to operations: purely, so that the order of ids and epochs can be read and tested.

use crate::{
    Result,
    error::own_json,
    store::{
        collection::Standing,
        queue::Queued,
        record::{DELETED, REDACTED},
    },
};
use std::collections::HashMap;
use weimenhu_domain::{
    Record,
    record::{Id, Sha256},
    wire::{Change, Epoch, Operation},
};

/// What one collection publishes next.
#[derive(Debug, Default)]
pub struct Changes {
    /// In order of epoch, contiguous.
    pub operations: Vec<Operation>,
    /// Public numbers of records that had none: (key, id).
    pub numbered: Vec<(i64, Id)>,
    /// Which pictures and attachments each touched record shows now.
    pub shown: Vec<(Id, Vec<Sha256>)>,
    /// The queue's tickets that are answered by this, also those that change nothing.
    pub tickets: Vec<String>,
}

impl Changes {
    /// Whether a record is erased.
    pub fn redacted(&self) -> Vec<Id> {
        let erased = self.operations.iter().filter(|o| o.change == Change::Redact);
        erased.map(|o| o.id).collect()
    }
}

/// Orders what waits: changes of published records first, as they were queued; then new ones, the oldest first,
/// so that a higher id is a newer record and the highest packs are the newest.
///
/// # Errors
/// A stored record cannot be read.
pub fn plan(standing: &Standing, queued: Vec<Queued>, newest: &HashMap<Id, Operation>) -> Result<Changes> {
    let mut changes = Changes::default();
    let mut epoch = standing.epoch;
    let mut next_id = standing.next_id;
    let mut fresh = Vec::new();
    for item in queued {
        let record = item.record;
        changes.tickets.push(item.row.ticket);
        let Some(id) = record.id.and_then(|id| Id::try_from(id).ok()) else {
            let gone = record.state == DELETED || record.state == REDACTED;
            if !gone {
                let parsed = parse(standing, &record.current_json)?;
                let date = match &parsed {
                    Record::News(a) | Record::Notice(a) => Some(a.published),
                    _ => None,
                };
                fresh.push((date, record, parsed));
            }
            continue;
        };
        let before = newest.get(&id).map(|o| &o.change);
        let change = match record.state.as_str() {
            DELETED => Change::Delete,
            REDACTED => Change::Redact,
            _ => Change::Put(record.current_json),
        };
        if before == Some(&change) {
            continue;
        }
        let shown = match &change {
            Change::Put(json) => parse(standing, json)?.objects(),
            _ => Vec::new(),
        };
        changes.shown.push((id, shown));
        changes.operations.push(next(&mut epoch, id, change));
    }
    fresh.sort_by(|(a_date, a, _), (b_date, b, _)| {
        (a_date, &a.source_system, &a.source_id).cmp(&(b_date, &b.source_system, &b.source_id))
    });
    for (_, record, parsed) in fresh {
        let id = next_id;
        next_id = next_id.saturating_add(1);
        changes.numbered.push((record.key, id));
        changes.shown.push((id, parsed.objects()));
        let put = Change::Put(record.current_json);
        changes.operations.push(next(&mut epoch, id, put));
    }
    Ok(changes)
}

fn next(epoch: &mut Epoch, id: Id, change: Change) -> Operation {
    *epoch = epoch.saturating_add(1);
    Operation {
        epoch: *epoch,
        id,
        change,
    }
}

fn parse(standing: &Standing, json: &str) -> Result<Record> {
    own_json(Record::parse(standing.collection, json), "record")
}
