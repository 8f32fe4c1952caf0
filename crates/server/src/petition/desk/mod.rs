//! What staff see: queues and letters, by role and department, denied by default; and who looked at what.

mod admin;
mod fact;
mod letter;
mod message;
mod own_deductions;
mod policy;
mod retention;
mod sealed;

pub use admin::{
    EVENTS, Entry, OF_THE_HOUSE, Trail, add_rule, add_staff, audit, counties, departments, end_rule, id_of,
    rules, set_department,
};
pub use fact::Fact;
pub use letter::{Day, File, Letter, Step, Words, act, letter};
pub use message::{
    APART, AUDIENCES, CHANNELS, MessageRule, add_message_rule, end_message_rule, message_rules, steps,
};
pub use own_deductions::{Cost, contest, own_deductions};
pub use policy::{add_policy, end_policy, policies};
pub use retention::{PAGE as RETENTION_PAGE, ended, erase_ended};
pub use sealed::{Place, contact, file, place};

pub use crate::store::petition::{MOST, waiting::Waiting};

use super::{
    Rules,
    act::{Halt, department_name},
    city_day,
    public::day_of,
    staff::Who,
};
use crate::{
    City, Result,
    store::petition::{self, Wanted, delivery, people, wording},
};
use jiff::{Timestamp, civil::Date};
use std::collections::BTreeMap;
use weimenhu_domain::petition::{
    Kind, Role, State, Visibility,
    deadline::{self, Light},
    receipt::Number,
    table::{Row as Rule, TABLE, When},
};

/// Rows of one page of the queue.
pub const PAGE: u64 = 50;

/// The last page that is read of a queue, from 0.
const LAST_PAGE: u64 = MOST / PAGE - 1;

/// Roles that see every letter.
const ALL_SEEING: &[Role] = &[
    Role::Reviewer,
    Role::Supervisor,
    Role::Auditor,
    Role::Administrator,
];
/// Roles of the lead department.
const LEAD: &[Role] = &[Role::Handler, Role::Head];

/// Whether this person may see every letter.
pub fn sees_all(who: &Who) -> bool {
    who.is(ALL_SEEING)
}

/// Whether this person may see this letter.
fn sees(who: &Who, p: &petition::Model, d: Option<&delivery::Model>) -> bool {
    who.roles.iter().any(|role| sees_as(who, *role, p, d))
}

/// Whether this role of theirs lets them see it. What a role may open, it may open of the letters that it sees: one role
/// does not lend its eyes to another.
fn sees_as(who: &Who, role: Role, p: &petition::Model, d: Option<&delivery::Model>) -> bool {
    let mine = who.department != 0;
    match role {
        Role::Assistant => mine && d.is_some_and(|d| d.assists().contains(&who.department)),
        Role::Operator => p.source == "line",
        role if LEAD.contains(&role) => mine && p.lead == who.department,
        role => ALL_SEEING.contains(&role),
    }
}

/// The role by which this person may open what these roles may open of this letter.
fn opens(who: &Who, roles: &[Role], p: &petition::Model, d: Option<&delivery::Model>) -> Option<Role> {
    let all = who.roles.iter().copied();
    all.into_iter()
        .find(|role| roles.contains(role) && sees_as(who, *role, p, d))
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

/// The lights a queue can be asked for, the most pressing first.
pub const LIGHTS: &[Light] = &[Light::Supervised, Light::Red, Light::Yellow, Light::Green];

/// What a queue is asked for; nothing means everything this person has to do.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Only in this state.
    pub state: Option<State>,
    /// Only with this light.
    pub light: Option<Light>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only with this lead department; 0: any.
    pub department: i64,
    /// Only about this county.
    pub county: String,
    /// A receipt number, or words of the letter.
    pub text: String,
    /// Only what waits for this, wherever it stands.
    pub waiting: Option<Waiting>,
    /// Which page, from 0; for one behind the last, the last.
    pub page: u64,
}

/// One page of a queue.
#[derive(Debug)]
pub struct Page {
    /// Which it is, from 0.
    pub number: u64,
    /// Its letters, the nearest limit first.
    pub rows: Vec<Row>,
    /// How many there are on all pages: [`MOST`] and one means more than [`MOST`], of which pages are read no further.
    pub total: u64,
}

/// One page of what this person has to do.
///
/// # Errors
/// The database's.
pub async fn queue(city: &City, who: &Who, asked: &Asked, now: Timestamp) -> Result<Page> {
    let db = city.store.read();
    let rules = Rules::read(city).await?;
    let wanted = wanted(&rules, who, asked, now);
    let mut number = asked.page.min(LAST_PAGE);
    let (mut letters, total) = petition::page(db, &wanted, number.saturating_mul(PAGE), PAGE).await?;
    // Its letters went on while it was read: what is left is shown, and not that there was nothing to do.
    if letters.is_empty() && number > 0 {
        number = total.saturating_sub(1) / PAGE;
        (letters, _) = petition::page(db, &wanted, number.saturating_mul(PAGE), PAGE).await?;
    }
    let ids: Vec<i64> = letters.iter().map(|p| p.id).collect();
    let titles = wording::titles(db, &ids).await?;
    let titles: BTreeMap<i64, String> = titles.into_iter().map(|w| (w.petition, w.original)).collect();
    let deliveries = delivery::all_of(db, &ids).await?;
    let departments = people::departments(db).await?;
    let mut rows = Vec::new();
    for p in letters {
        let d = deliveries
            .iter()
            .find(|d| d.petition == p.id && d.number == p.delivery);
        let title = titles.get(&p.id).cloned().unwrap_or_default();
        rows.push(row(p, d, title, &departments, &rules, now)?);
    }
    Ok(Page { number, rows, total })
}

/// The filters, within what this person may see at all.
fn wanted(rules: &Rules, who: &Who, asked: &Asked, now: Timestamp) -> Wanted {
    let everything = who.is(ALL_SEEING);
    let lead = !everything && who.is(LEAD);
    let assisting = !everything && !lead && who.is(&[Role::Assistant]);
    let number = asked.text.parse::<Number>().ok();
    // Whoever looks for one letter, or in other states, is not asking what is to be done.
    let looking = !asked.text.is_empty();
    let states = match asked.state {
        Some(state) => vec![state],
        None if looking || asked.light.is_some() || asked.waiting.is_some() => Vec::new(),
        None if lead || assisting => vec![State::Routed, State::Responded, State::Reopened],
        None => vec![
            State::Submitted,
            State::Routed,
            State::Responded,
            State::Reopened,
            State::Resolved,
        ],
    };
    let own = if lead { who.department } else { asked.department };
    Wanted {
        states,
        lead: (own != 0 || lead).then_some(own),
        assisting: assisting.then_some(who.department),
        source: (!everything && !lead && !assisting).then(|| "line".to_owned()),
        kind: asked.kind.map(Kind::name),
        county: asked.county.clone(),
        number: number.map(|n| (i64::from(n.year()), i64::from(n.count()))),
        text: if number.is_some() {
            String::new()
        } else {
            asked.text.clone()
        },
        light: asked.light.map(|light| (light, days(rules, city_day(now)))),
        waiting: asked.waiting,
    }
}

/// Of what waits, letters are counted so far.
pub const WAITING_MOST: u64 = 999;

/// What can wait for this person, each with how many letters they see that do: [`WAITING_MOST`] and one means more.
///
/// # Errors
/// The database's.
pub async fn waits(city: &City, who: &Who) -> Result<Vec<(Waiting, u64)>> {
    let mut all = Vec::new();
    for waiting in Waiting::ALL.iter().copied().filter(|w| awaited(*w, who)) {
        let lead = (!who.is(ALL_SEEING)).then_some(who.department);
        let count = petition::waiting::count(city.store.read(), waiting, lead, WAITING_MOST + 1).await?;
        all.push((waiting, count));
    }
    Ok(all)
}

/// Whether the domain's table has this person do what is waited for.
fn awaited(waiting: Waiting, who: &Who) -> bool {
    let ends = |row: &&Rule| {
        let proposed = row.when.contains(&When::Proposed);
        row.action == waiting.ended_by() && proposed == (waiting == Waiting::Proposal)
    };
    TABLE.iter().filter(ends).any(|row| who.is(row.by))
}

/// The days by which the store knows a light.
fn days(rules: &Rules, today: Date) -> delivery::Days {
    let next = rules.calendar.after(today, 1).unwrap_or(today);
    let periods = deadline::supervised_periods(&rules.calendar, &rules.policies, today);
    let starts = periods.iter().skip(1).filter_map(|next| next.from);
    let ends: Vec<String> = starts
        .map(|day| day.to_string())
        .chain([delivery::NEVER.to_owned()])
        .collect();
    let periods = periods
        .iter()
        .zip(ends)
        .map(|(one, before)| delivery::Supervised {
            from: one.from.map(|day| day.to_string()).unwrap_or_default(),
            before,
            due: one.due.to_string(),
        });
    delivery::Days {
        today: today.to_string(),
        next: next.to_string(),
        supervised: periods.collect(),
    }
}

/// A letter as the queue and its own page head it.
fn row(
    p: petition::Model,
    d: Option<&delivery::Model>,
    title: String,
    departments: &[people::department::Model],
    rules: &Rules,
    now: Timestamp,
) -> Result<Row> {
    Ok(Row {
        number: p.number()?.to_string(),
        title,
        light: light(rules, d, now),
        department: department_name(departments, p.lead),
        flags: flags(&p),
        submitted: day_of(p.submitted_ms),
        hidden: p.shown_to() != Visibility::Public,
        due: if p.next_due == delivery::NEVER {
            String::new()
        } else {
            p.next_due
        },
        kind: p.kind,
        state: p.state,
        county: p.county,
    })
}

fn light(rules: &Rules, d: Option<&delivery::Model>, now: Timestamp) -> &'static str {
    let running = d.filter(|d| d.ended == 0);
    running.map_or("", |d| {
        let today = city_day(now);
        let policy = rules.policy_of(d);
        deadline::light(&rules.calendar, &policy, today, d.respond(), d.resolve()).name()
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
