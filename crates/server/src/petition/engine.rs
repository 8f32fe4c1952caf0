//! The engine: what the calendar does. It looks every fifteen seconds for limits that were missed, answers nobody
//! rated, and a calendar that has changed.
//!
//! Whatever it writes is keyed by delivery, kind and due date, so a server that was down for three days is late, but
//! loses nothing and does nothing twice. Each delivery is looked at once a day; the rest of the scans is one query.

use super::{
    Rules,
    act::{Actor, Halt, Order, Work, act},
    city_day,
};
use crate::{
    City, Result,
    store::{
        Tx, meta,
        petition::{self, delivery, event, score},
    },
};
use jiff::{Timestamp, civil::Date};
use std::time::Duration;
use weimenhu_domain::petition::{
    Action, State, deadline,
    deduction::{Cause, rule_for},
    policy::Number,
};

/// How often it looks.
pub const PERIOD: Duration = Duration::from_secs(15);
/// Letters of one transaction.
const BATCH: u64 = 200;

/// What a scan has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Events of missed limits, 督办 among them.
    pub missed: usize,
    /// Answers closed because nobody rated them.
    pub closed: usize,
    /// Limits moved by a new calendar.
    pub moved: usize,
}

/// Puts the example rules in, where there are none.
pub(super) async fn set_up(tx: &Tx, today: Date) -> Result<()> {
    if score::rules(tx).await?.is_empty() {
        for cause in Cause::ALL {
            score::add_rule(tx, cause, cause.example_points(), today.first_of_year(), None).await?;
        }
    }
    Ok(())
}

/// Looks once.
///
/// # Errors
/// The database's; what was done before is done.
pub async fn scan(city: &City, now: Timestamp) -> Result<Scanned> {
    let rules = Rules::read(city).await?;
    Ok(Scanned {
        moved: recompute(city, &rules, now).await?,
        missed: look(city, &rules, now).await?,
        closed: close(city, now).await?,
    })
}

/// Notes every missed limit.
async fn look(city: &City, rules: &Rules, now: Timestamp) -> Result<usize> {
    let (today, mut after, mut missed) = (city_day(now), (0, 0), 0);
    loop {
        let late = delivery::late(city.store.read(), today, after, BATCH).await?;
        let Some(last) = late.last() else {
            return Ok(missed);
        };
        after = (last.petition, last.number);
        let tx = city.store.write().await?;
        for d in late {
            let work = Work::open(city, &tx, rules, d.petition, Actor::ENGINE, now).await;
            let Some(mut work) = mine(work)? else { continue };
            let before = work.p.events;
            missed += plain(note_missed(&mut work).await)?;
            if let Some(d) = &mut work.d {
                d.noted = today.to_string();
            }
            plain(work.save(before).await)?;
        }
        tx.commit().await?;
    }
}

/// Notes what this letter has missed and was not noted yet; answers how much. Every action does so first, so that
/// what came late is known to have been late.
pub(super) async fn note_missed(work: &mut Work<'_>) -> Result<usize, Halt> {
    let Some(d) = work.d.clone().filter(|d| d.ended == 0) else {
        return Ok(0);
    };
    let mut seen = 0;
    for (cause, due, day) in overdue(work.rules, &d, work.today) {
        let key = format!("{}/{}/{}/{due}", d.petition, d.number, cause.name());
        if event::happened(work.tx, &key).await? {
            continue;
        }
        seen += 1;
        let actor = std::mem::replace(&mut work.who, Actor::ENGINE);
        if cause == Cause::Supervised
            && let Some(d) = &mut work.d
        {
            d.supervised = due.to_string();
            d.supervised_on = day.to_string();
        }
        let done = missed_keyed(work, cause, due.to_string(), day, Some(key)).await;
        work.who = actor;
        done?;
    }
    Ok(seen)
}

/// What a delivery has missed by today, with the due date and the day it was missed on.
fn overdue(rules: &Rules, d: &delivery::Model, today: Date) -> Vec<(Cause, Date, Date)> {
    let mut all = Vec::new();
    if let Some(clock) = d.respond().filter(|c| c.is_missed(today)) {
        all.extend(
            clock
                .due
                .tomorrow()
                .ok()
                .map(|day| (Cause::LateResponse, clock.due, day)),
        );
    }
    if let Some(clock) = d.resolve().filter(|c| c.is_missed(today)) {
        let until = clock.met.unwrap_or(today);
        all.extend(
            clock
                .due
                .tomorrow()
                .ok()
                .map(|day| (Cause::LateCompletion, clock.due, day)),
        );
        let policy = rules.policy_of(d);
        let supervised = deadline::supervise_on(&rules.calendar, &policy, clock.due);
        let open = supervised.and_then(|day| rules.calendar.after(day, policy.still_open));
        for (cause, day) in [(Cause::Supervised, supervised), (Cause::StillOpen, open)] {
            all.extend(day.filter(|day| until >= *day).map(|day| (cause, clock.due, day)));
        }
    }
    all
}

/// An event of something missed, and what it costs.
pub(super) async fn missed(work: &mut Work<'_>, cause: Cause, due: String, day: Date) -> Result<(), Halt> {
    let key = format!("{}/{}/{}/{due}", work.p.id, work.p.delivery, cause.name());
    if event::happened(work.tx, &key).await? {
        return Ok(());
    }
    missed_keyed(work, cause, due, day, Some(key)).await
}

async fn missed_keyed(
    work: &mut Work<'_>,
    cause: Cause,
    due: String,
    day: Date,
    key: Option<String>,
) -> Result<(), Halt> {
    let name = match cause {
        Cause::Supervised => Action::Supervise.name(),
        other => other.name(),
    };
    work.note("due", due.clone());
    work.note("day", day.to_string());
    let seq = work.happened(name, key).await?;
    let rules = score::rules(work.tx).await?;
    let Some(rule) = rule_for(&rules, cause, day) else {
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
        event: seq,
        state: "standing".to_owned(),
    };
    Ok(score::add(work.tx, row).await?)
}

/// Closes what nobody rated in its days.
async fn close(city: &City, now: Timestamp) -> Result<usize> {
    let mut closed = 0;
    loop {
        let due = petition::unrated(city.store.read(), city_day(now), BATCH).await?;
        if due.is_empty() {
            return Ok(closed);
        }
        for p in due {
            let order = Order::new(Action::Close);
            match act(city, p.id, Actor::ENGINE, &order, now).await {
                Ok(_) => closed += 1,
                Err(Halt::Broken(e)) => return Err(e),
                // Somebody was faster, or rated it this very moment.
                Err(_) => return Ok(closed),
            }
        }
    }
}

/// Computes the limits of open letters again, when the calendar has changed: each by the numbers of its own day zero.
/// Closed ones never move.
async fn recompute(city: &City, rules: &Rules, now: Timestamp) -> Result<usize> {
    let mark = meta::get(city.store.read(), "petition_rules").await?;
    if mark.as_deref() == Some(&rules.mark) {
        return Ok(0);
    }
    let (mut after, mut moved) = ((0, 0), 0);
    loop {
        let open = delivery::open(city.store.read(), after, BATCH).await?;
        let Some(last) = open.last() else { break };
        after = (last.petition, last.number);
        let tx = city.store.write().await?;
        for d in open {
            let work = Work::open(city, &tx, rules, d.petition, Actor::ENGINE, now).await;
            let Some(mut work) = mine(work)? else { continue };
            let before = work.p.events;
            moved += usize::from(plain(count_again(&mut work).await)?);
            plain(work.save(before).await)?;
        }
        tx.commit().await?;
    }
    let tx = city.store.write().await?;
    meta::set(&tx, "petition_rules", &rules.mark).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Counts one letter's limits again; answers whether one moved.
async fn count_again(work: &mut Work<'_>) -> std::result::Result<bool, Halt> {
    let (today, rules) = (work.today, work.rules);
    let calendar = &rules.calendar;
    let Some(d) = &mut work.d else { return Ok(false) };
    let again = |from: &str, number: Number, standing: &str| {
        let (from, standing) = petition::day(from).zip(petition::day(standing))?;
        let new = calendar.again(from, number.of(&rules.policy(from)), standing, today)?;
        (new != standing).then_some(new)
    };
    let respond = if d.respond_met.is_empty() {
        again(&d.routed_on, Number::Respond, &d.respond_due)
    } else {
        None
    };
    let counted = d.extended == 0 && d.resolve_met.is_empty();
    let resolve = if counted {
        again(&d.resolve_from, Number::Resolve, &d.resolve_due)
    } else {
        None
    };
    if counted && let Some(from) = petition::day(&d.resolve_from) {
        let count = calendar.count(from, rules.policy(from).resolve);
        d.provisional = i64::from(count.is_some_and(|c| c.provisional));
    }
    if let Some(due) = respond {
        d.respond_due = due.to_string();
    }
    let mut replaced = String::new();
    if let Some(due) = resolve {
        replaced = std::mem::replace(&mut d.resolve_due, due.to_string());
    }
    if respond.is_none() && resolve.is_none() {
        return Ok(false);
    }
    d.noted = String::new();
    if let Some(due) = respond {
        work.note("respond_due", due.to_string());
    }
    if let Some(due) = resolve {
        work.note("date", due.to_string());
        work.note("replaces", replaced);
    }
    work.happened("recompute", None).await?;
    Ok(true)
}

/// The letter, if it still is with a department.
fn mine<'a>(opened: std::result::Result<Work<'a>, Halt>) -> Result<Option<Work<'a>>> {
    let work = match opened {
        Ok(work) => work,
        Err(Halt::Broken(e)) => return Err(e),
        Err(_) => return Ok(None),
    };
    Ok(work
        .p
        .stands()
        .is_ok_and(State::is_with_department)
        .then_some(work))
}

/// A refusal here is a fault of the house.
fn plain<T>(done: std::result::Result<T, Halt>) -> Result<T> {
    done.map_err(|halt| match halt {
        Halt::Broken(e) => e,
        other => crate::Error::Inconsistent(format!("the engine was refused: {}", other.code())),
    })
}
