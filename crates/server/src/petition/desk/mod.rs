//! What staff see: queues and letters, by role and department, denied by default; and who looked at what.

mod admin;
mod letter;

pub use admin::{add_rule, audit, departments, id_of, rules, set_department, staff};
pub use letter::{File, Letter, Step, Words, act, contact, file, letter};

use super::{
    Rules,
    act::{Halt, NEVER, department_name},
    city_day,
    public::day_of,
    staff::Who,
};
use crate::{
    City, Result,
    store::petition::{self, Wanted, delivery, people, wording},
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use weimenhu_domain::petition::{Role, State, Visibility, deadline, receipt::Number};

/// Rows of one page of the queue.
pub const PAGE: u64 = 50;

/// Roles that see every letter.
const ALL_SEEING: &[Role] = &[
    Role::Reviewer,
    Role::Supervisor,
    Role::Auditor,
    Role::Administrator,
];
/// Roles of the lead department.
const LEAD: &[Role] = &[Role::Handler, Role::Head];

/// Whether this person may see this letter.
fn sees(who: &Who, p: &petition::Model, d: Option<&delivery::Model>) -> bool {
    let mine = who.department != 0;
    who.is(ALL_SEEING)
        || (mine && who.is(LEAD) && p.lead == who.department)
        || (mine && who.is(&[Role::Assistant]) && d.is_some_and(|d| d.assists().contains(&who.department)))
        || (who.is(&[Role::Operator]) && p.source == "line")
}

/// A row of the queue.
#[derive(Debug, Clone)]
pub struct Row {
    /// 受理编号.
    pub number: String,
    /// As written.
    pub title: String,
    /// Kind::name.
    pub kind: String,
    /// State::name.
    pub state: String,
    /// County.
    pub county: String,
    /// Lead department.
    pub department: String,
    /// green, yellow, red or supervised; empty when no clock runs.
    pub light: &'static str,
    /// The nearest limit; empty when none runs.
    pub due: String,
    /// Fluent ids of what waits for somebody.
    pub flags: Vec<&'static str>,
    /// The day it came.
    pub submitted: String,
    /// Not public.
    pub hidden: bool,
}

/// One page of what this person has to do, the nearest limit first; `state` filters.
///
/// # Errors
/// The database's.
pub async fn queue(
    city: &City,
    who: &Who,
    state: Option<State>,
    page: u64,
    now: Timestamp,
) -> Result<(Vec<Row>, u64)> {
    let db = city.store.read();
    let wanted = Wanted {
        states: state.map_or_else(
            || {
                if who.is(ALL_SEEING) {
                    vec![
                        State::Submitted,
                        State::Routed,
                        State::Responded,
                        State::Reopened,
                        State::Resolved,
                    ]
                } else {
                    vec![State::Routed, State::Responded, State::Reopened]
                }
            },
            |s| vec![s],
        ),
        lead: (!who.is(ALL_SEEING) && who.is(LEAD)).then_some(who.department),
        source: (!who.is(ALL_SEEING) && !who.is(LEAD)).then(|| "line".to_owned()),
        ..Wanted::default()
    };
    let total = petition::count(db, &wanted).await?;
    let letters = petition::page(db, &wanted, page.saturating_mul(PAGE), PAGE).await?;
    let ids: Vec<i64> = letters.iter().map(|p| p.id).collect();
    let titles = wording::titles(db, &ids).await?;
    let titles: BTreeMap<i64, String> = titles.into_iter().map(|w| (w.petition, w.original)).collect();
    let deliveries = delivery::all_of(db, &ids).await?;
    let departments = people::departments(db).await?;
    let rules = Rules::read(city).await?;
    let mut rows = Vec::new();
    for p in letters {
        let d = deliveries
            .iter()
            .find(|d| d.petition == p.id && d.number == p.delivery);
        rows.push(Row {
            number: p.number()?.to_string(),
            title: titles.get(&p.id).cloned().unwrap_or_default(),
            light: light(&rules, d, now),
            due: if p.next_due == NEVER {
                String::new()
            } else {
                p.next_due.clone()
            },
            department: department_name(&departments, p.lead),
            flags: flags(&p),
            submitted: day_of(p.submitted_ms),
            hidden: p.shown_to() != Visibility::Public,
            kind: p.kind,
            state: p.state,
            county: p.county,
        });
    }
    Ok((rows, total))
}

fn light(rules: &Rules, d: Option<&delivery::Model>, now: Timestamp) -> &'static str {
    let running = d.filter(|d| d.ended == 0);
    running.map_or("", |d| {
        let today = city_day(now);
        deadline::light(&rules.calendar, &rules.policy, today, d.respond(), d.resolve()).name()
    })
}

fn flags(p: &petition::Model) -> Vec<&'static str> {
    let all = [
        (p.dispute == 1, "flag-dispute"),
        (!p.extension.is_empty(), "flag-extension"),
        (p.reopening == 1, "flag-reopening"),
        (p.erase_asked == 1, "flag-erase"),
        (p.appealed == 1 && p.state == "submitted", "flag-appeal"),
    ];
    all.into_iter().filter(|(is, _)| *is).map(|(_, id)| id).collect()
}
async fn open(
    city: &City,
    who: &Who,
    number: &str,
) -> Result<(petition::Model, Option<delivery::Model>), Halt> {
    let number: Number = number.parse().map_err(|_| Halt::NotThere)?;
    let p = petition::by_number(city.store.read(), number)
        .await?
        .ok_or(Halt::NotThere)?;
    let d = delivery::get(city.store.read(), p.id, p.delivery).await?;
    if sees(who, &p, d.as_ref()) {
        Ok((p, d))
    } else {
        Err(Halt::NotThere)
    }
}

fn time(ms: i64) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    Timestamp::from_millisecond(ms)
        .map(|t| t.to_zoned(zone).strftime("%F %H:%M").to_string())
        .unwrap_or_default()
}
