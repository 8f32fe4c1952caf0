//! What a letter has missed, and what that costs.

use crate::{
    Result,
    petition::{
        Rules,
        act::{Actor, Halt, Work},
    },
    store::{
        Readable,
        petition::{delivery, event, score},
    },
};
use jiff::civil::Date;
use std::collections::HashMap;
use weimenhu_domain::petition::{
    Action,
    deadline::{self, Clock},
    deduction::{Cause, rule_for},
};

/// By which the event of something missed is known: it happens once. A 督办 by hand has the key of the one that the
/// calendar would give.
pub(crate) fn key_of(petition: i64, delivery: i64, cause: Cause, due: &str) -> String {
    format!("{petition}/{delivery}/{}/{due}", cause.name())
}

/// Something missed.
pub(super) struct Missed {
    cause: Cause,
    due: Date,
    /// The first day after, or that of the 督办.
    day: Date,
    /// See [`key_of`].
    pub key: String,
}

impl Missed {
    /// Nothing is left to do about it: the calendar's own event is there.
    pub fn is_noted(&self, noted: &Noted) -> bool {
        let event = noted.get(&self.key);
        event.is_some_and(|(_, role)| role == Actor::ENGINE.role.name())
    }
}

/// What was noted already, by its key: the place of its event, and whose it is.
pub(super) type Noted = HashMap<String, (i64, String)>;

/// What was noted of all this.
pub(super) async fn noted<'m>(
    db: &impl Readable,
    all: impl IntoIterator<Item = &'m Missed>,
) -> Result<Noted> {
    let keys: Vec<String> = all.into_iter().map(|m| m.key.clone()).collect();
    event::all_keyed(db, &keys).await
}

/// Notes what this letter has missed and was not noted yet; answers how much. Every action does so first, so that
/// what came late is known to have been late.
pub(crate) async fn note_missed(work: &mut Work<'_>) -> Result<usize, Halt> {
    let all = overdue(work.rules, work.d.as_ref(), work.today);
    let known = noted(work.tx, &all).await?;
    note(work, all, &known).await
}

/// Notes of these what is not known yet.
pub(super) async fn note(work: &mut Work<'_>, all: Vec<Missed>, known: &Noted) -> Result<usize, Halt> {
    let mut seen = 0_usize;
    for Missed { cause, due, day, key } in all {
        let due = due.to_string();
        let noted = known.get(&key);
        let given = work.d.as_ref().is_some_and(|d| d.supervised == due);
        if cause == Cause::Supervised && given {
            by_hand(work, noted, &due, day).await?;
            continue;
        }
        if noted.is_some() {
            continue;
        }
        seen = seen.saturating_add(1);
        let actor = std::mem::replace(&mut work.who, Actor::ENGINE);
        if cause == Cause::Supervised
            && let Some(d) = &mut work.d
        {
            d.supervised = due.clone();
            d.supervised_on = day.to_string();
        }
        let done = missed_keyed(work, cause, due, day, key).await;
        work.who = actor;
        done?;
    }
    Ok(seen)
}

/// 督办 was given for this due date already. If by hand, before its day, it costs what the calendar's would, from the
/// day of that one on: earlier it would cost more than the rule says, and never would make it cheaper to be watched.
async fn by_hand(
    work: &mut Work<'_>,
    given: Option<&(i64, String)>,
    due: &str,
    day: Date,
) -> Result<(), Halt> {
    let engines = given.is_some_and(|(_, role)| role == Actor::ENGINE.role.name());
    if engines {
        return Ok(());
    }
    let all = score::of(work.tx, work.p.id).await?;
    let name = Cause::Supervised.name();
    if all
        .iter()
        .any(|s| s.delivery == work.p.delivery && s.cause == name && s.due == due)
    {
        return Ok(());
    }
    let seq = match given {
        Some((seq, _)) => *seq,
        // Of a server before this one: its 督办 by hand has no key.
        None => {
            let events = event::of(work.tx, work.p.id).await?;
            let last = events
                .iter()
                .rfind(|e| e.action == Action::Supervise.name() && e.delivery == work.p.delivery);
            last.map(|e| e.seq).unwrap_or_default()
        }
    };
    cost(work, Cause::Supervised, due.to_owned(), day, seq).await
}

/// What a running delivery has missed by today.
pub(super) fn overdue(rules: &Rules, d: Option<&delivery::Model>, today: Date) -> Vec<Missed> {
    let all = d.map(|d| coming(rules, d)).unwrap_or_default();
    let missed = all
        .into_iter()
        .filter(|(met, missed)| met.unwrap_or(today) >= missed.day);
    missed.map(|(_, missed)| missed).collect()
}

/// The day before the next on which a delivery will have missed something, if nothing is done; none: there is no such day.
pub(super) fn quiet_until(rules: &Rules, d: &delivery::Model, today: Date) -> Option<Date> {
    let all = coming(rules, d).into_iter();
    let ahead = all.filter(|(met, missed)| met.is_none() && missed.day > today);
    ahead
        .map(|(_, missed)| missed.day)
        .min()
        .and_then(|day| day.yesterday().ok())
}

/// What a delivery misses where nothing is done, each with the day its limit was met; nothing when its clocks run no longer.
fn coming(rules: &Rules, d: &delivery::Model) -> Vec<(Option<Date>, Missed)> {
    if d.ended != 0 {
        return Vec::new();
    }
    let mut all = Vec::new();
    if let Some(clock) = d.respond() {
        all.push((Cause::LateResponse, clock, clock.due.tomorrow().ok()));
    }
    if let Some(clock) = d.resolve() {
        let policy = rules.policy_of(d);
        let supervised = deadline::supervise_on(&rules.calendar, &policy, clock.due);
        let open = supervised.and_then(|day| rules.calendar.after(day, policy.still_open));
        all.push((Cause::LateCompletion, clock, clock.due.tomorrow().ok()));
        all.push((Cause::Supervised, clock, supervised));
        all.push((Cause::StillOpen, clock, open));
    }
    let missed = |(cause, clock, day): (Cause, Clock, Option<Date>)| {
        let (due, day) = (clock.due, day?);
        let key = key_of(d.petition, d.number, cause, &due.to_string());
        Some((clock.met, Missed { cause, due, day, key }))
    };
    all.into_iter().filter_map(missed).collect()
}

/// An event of something missed, and what it costs.
pub(crate) async fn missed(work: &mut Work<'_>, cause: Cause, due: String, day: Date) -> Result<(), Halt> {
    let key = key_of(work.p.id, work.p.delivery, cause, &due);
    if event::keyed(work.tx, &key).await?.is_some() {
        return Ok(());
    }
    missed_keyed(work, cause, due, day, key).await
}

async fn missed_keyed(
    work: &mut Work<'_>,
    cause: Cause,
    due: String,
    day: Date,
    key: String,
) -> Result<(), Halt> {
    let name = match cause {
        Cause::Supervised => Action::Supervise.name(),
        other => other.name(),
    };
    work.note("due", due.clone());
    work.note("day", day.to_string());
    let seq = work.happened(name, Some(key)).await?;
    cost(work, cause, due, day, seq).await
}

/// The deduction for an event, where a rule holds on its day.
async fn cost(work: &mut Work<'_>, cause: Cause, due: String, day: Date, event: i64) -> Result<(), Halt> {
    let rules = work.book.point_rules(work.tx).await?;
    let Some(rule) = rule_for(rules, cause, day) else {
        return Ok(());
    };
    let row = score::Model {
        id: 0,
        petition: work.p.id,
        delivery: work.p.delivery,
        department: work.p.lead,
        cause: cause.name().to_owned(),
        rule: rule.id,
        points: rule.points.into(),
        due,
        day: day.to_string(),
        event,
        state: "standing".to_owned(),
    };
    Ok(work.book.score(work.tx, row).await?)
}
