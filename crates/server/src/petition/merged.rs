//! 并案: which letters go on in another, and how their writers are told of it. They wrote of the same matter, so each
//! public step of the other is theirs too; while that one is not public, nothing of it is.
//!
//! A letter can go on in one that itself goes on in a third. Its writer is told of each while it was the one: the steps of
//! the second until that was merged, then those of the third. So what was told stays as it was and more comes after it.
//! Rejected: the steps of the last alone, since the first merging, which took back what the writer had been told and told
//! what had been another matter then.

use super::{act::department_name, public, voided::voided};
use crate::{
    Result,
    store::{
        Readable,
        petition::{self, delivery, event, people},
    },
};
use std::collections::BTreeSet;
use weimenhu_domain::petition::{Action, State, Visibility, wire::OwnStep};

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

/// Whether a step is told to the writers of letters that go on in the one that took it: what everybody may know, and that
/// it goes on in yet another, or no longer does.
pub(super) fn is_carried(action: &str) -> bool {
    let moves = [Action::Merge, Action::Unmerge].map(Action::name);
    public::is_told(action) || moves.contains(&action)
}

/// The letter into which this one was merged, while that is public.
async fn next(db: &impl Readable, p: &petition::Model) -> Result<Option<petition::Model>> {
    if p.state != State::Merged.name() {
        return Ok(None);
    }
    let target = petition::get(db, p.merged_into).await?;
    Ok(target.filter(|t| t.shown_to() == Visibility::Public))
}

/// The letter in which this one goes on now, however often that was merged in its turn; none for one that was not merged.
/// Where the way leads to one that is not public, the last that is.
pub(super) async fn goes_on(db: &impl Readable, p: &petition::Model) -> Result<Option<petition::Model>> {
    let mut last = next(db, p).await?;
    for _ in 1..MOST {
        let Some(at) = &last else { break };
        match next(db, at).await? {
            Some(target) => last = Some(target),
            None => break,
        }
    }
    Ok(last)
}

/// The letter in which this one goes on, for the house: whether it is public or not. None for one that was not merged.
pub(super) async fn root(db: &impl Readable, p: &petition::Model) -> Result<Option<petition::Model>> {
    let mut last: Option<petition::Model> = None;
    for _ in 0..MOST {
        let at = last.as_ref().unwrap_or(p);
        if at.state != State::Merged.name() {
            break;
        }
        match petition::get(db, at.merged_into).await? {
            Some(target) => last = Some(target),
            None => break,
        }
    }
    Ok(last)
}

/// The public steps of the letters in which this one went on, each while it did, with their places in the log. `merging`
/// is the place at which this one was merged.
pub(super) async fn steps(
    db: &impl Readable,
    p: &petition::Model,
    merging: i64,
    departments: &[people::department::Model],
) -> Result<Vec<(i64, OwnStep)>> {
    let (mut all, mut since, mut target) = (Vec::new(), merging, next(db, p).await?);
    for _ in 0..MOST {
        let Some(at) = target else { break };
        let number = at.number()?.to_string();
        let deliveries = delivery::of(db, at.id).await?;
        let events = event::of(db, at.id).await?;
        let voided = voided(&events);
        let from = since;
        let told = events
            .into_iter()
            .filter(|e| e.seq > from && is_carried(&e.action));
        for e in told {
            // While it stays merged nothing else happens to it, so the last merging is where the next one takes over.
            if e.action == Action::Merge.name() {
                since = e.seq;
            }
            let seq = e.seq;
            let step = step(e, &voided, &deliveries, departments);
            all.extend(step.map(|step| {
                (
                    seq,
                    OwnStep {
                        number: number.clone(),
                        ..step
                    },
                )
            }));
        }
        target = next(db, &at).await?;
    }
    Ok(all)
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
