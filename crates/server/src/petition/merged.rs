//! 并案: which letters go on in another, and how their writers are told of it. They wrote of the same matter, so each
//! public step of the other is theirs too; while that one is not public, nothing of it is.

use super::{act::department_name, public, voided::voided};
use crate::{
    Result,
    store::{
        Readable,
        petition::{self, delivery, event, people},
    },
};
use std::collections::BTreeSet;
use weimenhu_domain::petition::{State, Visibility, wire::OwnStep};

/// Letters merged again and again: longer ways are circles, which the table does not make.
const MOST: usize = 9;

/// The letters that go on in this one, those merged into one of them included.
pub(super) async fn into(db: &impl Readable, id: i64) -> Result<Vec<petition::Model>> {
    let (mut all, mut last) = (Vec::new(), vec![id]);
    for _ in 0..MOST {
        let mut next = Vec::new();
        for id in last {
            next.extend(petition::merged_into(db, id).await?);
        }
        if next.is_empty() {
            break;
        }
        last = next.iter().map(|p: &petition::Model| p.id).collect();
        all.extend(next);
    }
    Ok(all)
}

/// Whether somebody else is in it: who joined, or who wrote a letter that goes on in it.
pub(super) async fn has_company(db: &impl Readable, p: &petition::Model) -> Result<bool> {
    Ok(p.joiners > 0 || petition::has_merged(db, p.id).await?)
}

/// The public steps of the letter in which this one goes on, since it does.
pub(super) async fn steps(
    db: &impl Readable,
    p: &petition::Model,
    since_ms: i64,
    departments: &[people::department::Model],
) -> Result<Vec<OwnStep>> {
    let mut at = p.clone();
    for _ in 0..MOST {
        if at.state != State::Merged.name() {
            break;
        }
        match petition::get(db, at.merged_into).await? {
            Some(target) if target.shown_to() == Visibility::Public => at = target,
            _ => return Ok(Vec::new()),
        }
    }
    if at.id == p.id {
        return Ok(Vec::new());
    }
    let number = at.number()?.to_string();
    let deliveries = delivery::of(db, at.id).await?;
    let events = event::of(db, at.id).await?;
    let voided = voided(&events);
    let told = events
        .into_iter()
        .filter(|e| e.at_ms >= since_ms && public::is_told(&e.action));
    let told = told.filter_map(|e| step(e, &voided, &deliveries, departments));
    Ok(told
        .map(|step| OwnStep {
            number: number.clone(),
            ..step
        })
        .collect())
}

/// Steps that the lead department took.
const DEPARTMENTS: &[&str] = &["respond", "ask_extension", "resolve"];

/// A step as a writer is told of it: also whose it was, and until when.
pub(super) fn step(
    e: event::Model,
    voided: &BTreeSet<i64>,
    deliveries: &[delivery::Model],
    departments: &[people::department::Model],
) -> Option<OwnStep> {
    let noted = public::Noted::of(&e);
    let lead = || deliveries.iter().find(|d| d.number == e.delivery).map(|d| d.lead);
    let department = match noted.department {
        0 if DEPARTMENTS.contains(&e.action.as_str()) => lead().unwrap_or_default(),
        noted => noted,
    };
    let date = noted.date.or(noted.due);
    Some(OwnStep {
        event: e.number?,
        at: public::time(e.at_ms),
        voided: voided.contains(&e.seq),
        department: department_name(departments, department),
        date: date.map(|d| d.to_string()).unwrap_or_default(),
        rating: noted.rating.map(|r| r.name().to_owned()).unwrap_or_default(),
        number: String::new(),
        what: e.action,
    })
}
