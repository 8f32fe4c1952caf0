//! Which events of a letter were voided: kept, because the log keeps everything, and marked wherever they are shown.
//!
//! An extension that is granted voids what was noted of the due date it replaces; a 派单异议 that was right voids all
//! that was noted while the letter lay with the wrong department. Both say so in their own events, so the mark is read
//! from the log. Rejected: a column beside the event, which could not be set without changing what must not change.

use crate::store::petition::event;
use serde_json::Value;
use std::collections::BTreeSet;
use weimenhu_domain::petition::{Action, deduction::Cause};

/// The places in the chain of those of these events that were voided; `events` are those of one letter, in order.
pub(super) fn voided(events: &[event::Model]) -> BTreeSet<i64> {
    let mut all = BTreeSet::new();
    for (n, event) in events.iter().enumerate() {
        let before = events.iter().take(n);
        if event.action == Action::GrantExtension.name() {
            let due = said(event, "voids");
            let same =
                before.filter(|e| e.delivery == event.delivery && of_answer(e) && said(e, "due") == due);
            all.extend(same.map(|e| e.seq));
        } else if event.action == Action::Reroute.name() && said(event, "upheld") == true {
            let left = event.delivery.saturating_sub(1);
            let same = before.filter(|e| e.delivery == left && (of_answer(e) || of_response(e)));
            all.extend(same.map(|e| e.seq));
        }
    }
    all
}

fn of_response(event: &event::Model) -> bool {
    event.action == Cause::LateResponse.name()
}

/// The red light of the answer's limit, and what follows from it.
fn of_answer(event: &event::Model) -> bool {
    let names = [
        Cause::LateCompletion.name(),
        Cause::StillOpen.name(),
        Action::Supervise.name(),
    ];
    names.contains(&event.action.as_str())
}

/// A fact of an event; null where it does not say.
fn said(event: &event::Model, fact: &str) -> Value {
    let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
    data.get(fact).cloned().unwrap_or_default()
}
