//! 网络问政 on the server: the walk of a letter. [`submit`] takes it in, [`act`] is the one door of every later
//! action, [`engine`] watches the limits, [`public`] makes what everybody sees, [`sender`] empties the outbox.
//!
//! The rules are the domain's; here they meet the database. Every action is one transaction: event, projection and
//! outbox rows, or nothing.

pub mod act;
pub(crate) mod arrivals;
mod book;
pub mod citizen;
pub mod desk;
mod effect;
pub mod engine;
mod facts;
pub mod gateway;
pub mod limit;
mod merged;
pub mod message_text;
mod outbox;
pub mod proof;
pub mod public;
pub mod recovery;
pub mod report;
pub mod roster;
mod rules_record;
pub mod secret;
pub mod sender;
mod shown;
pub mod staff;
pub mod submit;
pub mod tries;
pub mod upload;
mod voided;

use crate::{
    City, Result,
    store::{
        Tx,
        petition::{self, delivery, event, message, people, policy, score},
        record,
    },
};
use jiff::{Timestamp, Zoned, civil::Date, tz};
use std::sync::{Arc, Mutex};
use weimenhu_domain::{
    Collection, Record,
    petition::{
        WorkCalendar,
        deadline::Policy,
        policy::{Rule, policy_on},
    },
    record::{RULES_YEAR, Sha256},
};

/// What limits are made of, as it is now.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Working days.
    pub calendar: WorkCalendar,
    /// Numbers of days, each with the time in which it holds.
    pub policies: Vec<Rule>,
    /// Changes when the calendar does: new numbers of days move no clock that runs.
    pub mark: String,
}

impl Rules {
    /// The numbers that hold on a day.
    pub fn policy(&self, day: Date) -> Policy {
        policy_on(&self.policies, day)
    }

    /// The numbers that a delivery is judged by: those of the day from which its answer is counted.
    pub(crate) fn policy_of(&self, d: &delivery::Model) -> Policy {
        petition::day(&d.resolve_from).map_or(Policy::STANDARD, |zero| self.policy(zero))
    }

    /// Reads the published calendar and the city's numbers of days.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(city: &City) -> Result<Arc<Self>> {
        let lists = record::approved(city.store.read(), Collection::Calendar).await?;
        let policies = policy::rules(city.store.read()).await?;
        if let Some(known) = city.rules.of(&lists, &policies) {
            return Ok(known);
        }
        // The record of the rules is no list of days: writing one must not have every open letter counted again.
        let (days, years): (Vec<&String>, Vec<_>) = lists
            .iter()
            .filter_map(|json| match Record::parse(Collection::Calendar, json) {
                Ok(Record::Calendar(year)) => (year.year != RULES_YEAR).then_some((json, year)),
                _ => None,
            })
            .unzip();
        let rules = Arc::new(Self {
            calendar: WorkCalendar::of(&years),
            policies,
            mark: Sha256::of(format!("{days:?}").as_bytes()).to_string(),
        });
        city.rules.keep(lists, &rules);
        Ok(rules)
    }
}

/// The rules as they were read last, with what they were made of: parsing twenty years of calendar took longer than
/// everything else that an action does. Compared by content, so another process's import is seen at once.
#[derive(Debug, Default, Clone)]
pub struct Known(Arc<Mutex<Option<Read>>>);

#[derive(Debug)]
struct Read {
    lists: Vec<String>,
    rules: Arc<Rules>,
}

impl Known {
    fn of(&self, lists: &[String], policies: &[Rule]) -> Option<Arc<Rules>> {
        let known = self.0.lock().ok()?;
        let same = known
            .as_ref()
            .filter(|k| k.lists == lists && k.rules.policies == policies);
        same.map(|k| k.rules.clone())
    }

    fn keep(&self, lists: Vec<String>, rules: &Arc<Rules>) {
        let rules = rules.clone();
        if let Ok(mut known) = self.0.lock() {
            *known = Some(Read { lists, rules });
        }
    }
}

/// The day in the city: all of China keeps UTC+8, without summer time since 1991.
pub fn city_day(now: Timestamp) -> Date {
    city_time(now).date()
}

/// The instant on the city's clocks.
pub fn city_time(now: Timestamp) -> Zoned {
    now.to_zoned(tz::TimeZone::fixed(tz::offset(8)))
}

/// Makes the published agencies departments that letters can be routed to, and puts in the rules a city begins with.
/// Doing it again adds only what is new.
///
/// # Errors
/// The database's.
pub async fn set_up(city: &City, now: Timestamp) -> Result<usize> {
    let lists = record::approved(city.store.read(), Collection::Agencies).await?;
    let names: Vec<(String, String)> = lists
        .iter()
        .filter_map(|json| match Record::parse(Collection::Agencies, json) {
            Ok(Record::Agency(agency)) => Some((agency.name, agency.county)),
            _ => None,
        })
        .collect();
    let known = people::departments(city.store.read()).await?;
    let ruled = !message::rules(city.store.read()).await?.is_empty();
    // Every round of the engine asks; it seldom has to write.
    let behind = rules_record::is_behind(city).await?;
    if ruled
        && !behind
        && names
            .iter()
            .all(|(name, _)| known.iter().any(|d| d.name == *name))
    {
        return Ok(0);
    }
    let tx: Tx = city.store.write().await?;
    let added = people::add_departments(&tx, &names).await?;
    outbox::set_up(&tx).await?;
    rules_record::publish(&tx, now).await?;
    engine::set_up(&tx, city_day(now)).await?;
    tx.commit().await?;
    Ok(added)
}

pub use effect::DECLINE_CODES;
pub use shown::SECRECY_CODES;

/// Walks the chain of events; answers how many there are.
///
/// # Errors
/// The first event that does not fit.
pub async fn verify_chain(city: &City) -> Result<i64> {
    event::verify(city.store.read()).await
}

/// What the audit log was found to be.
#[derive(Debug)]
pub struct Audited {
    /// How many events there are.
    pub events: i64,
    /// For each root that was asked about, the event it stands for; none for one that the log does not hold.
    pub roots: Vec<(String, Option<i64>)>,
}

impl Audited {
    /// Every root that was asked about is in the log.
    pub fn is_whole(&self) -> bool {
        self.roots.iter().all(|(_, at)| at.is_some())
    }
}

/// Walks the chain of events and looks for `roots` in it. A root out of a signed head that is not there was signed for
/// another log: somebody has written this one anew, or it is an older backup.
///
/// # Errors
/// [`Error::Inconsistent`](crate::Error::Inconsistent) with the first event that does not fit.
pub async fn audit(city: &City, roots: Vec<String>) -> Result<Audited> {
    let events = verify_chain(city).await?;
    let mut found = Vec::new();
    for root in roots {
        let at = event::place(city.store.read(), &root).await?;
        found.push((root, at));
    }
    Ok(Audited { events, roots: found })
}

/// A deduction as the desk and the reports show it.
#[derive(Debug, Clone)]
pub struct Deduction {
    /// Its number.
    pub id: i64,
    /// Why, see [`weimenhu_domain::petition::deduction::Cause`].
    pub cause: String,
    /// Usually below zero.
    pub points: i64,
    /// When it happened.
    pub day: String,
    /// standing, contested, upheld, lifted or voided.
    pub state: String,
}

/// The deductions of a letter.
///
/// # Errors
/// The database's.
pub async fn deductions(city: &City, id: i64) -> Result<Vec<Deduction>> {
    let rows = score::of(city.store.read(), id).await?;
    Ok(rows.into_iter().map(Deduction::from).collect())
}

impl From<score::Model> for Deduction {
    fn from(r: score::Model) -> Self {
        Self {
            id: r.id,
            cause: r.cause,
            points: r.points,
            day: r.day,
            state: r.state,
        }
    }
}

/// What stands for a code that went to somebody else.
const HIDDEN: &str = "······";

/// A message as the desk shows it: whom it goes to is sealed.
#[derive(Debug, Clone)]
pub struct Message {
    /// writer, joiners, lead, assisting or office.
    pub audience: String,
    /// sms, app or wechat.
    pub channel: String,
    /// Sealed, or department:ID.
    pub recipient: String,
    /// Which letter, by its receipt number.
    pub number: String,
    /// What happened to it: the name of the action.
    pub step: String,
    /// The next last day; empty when none runs.
    pub due: String,
    /// As it is read. A recovery code stands in it only where messages are read at the desk and go nowhere else. Empty
    /// in what was written before messages kept their words.
    pub text: String,
    /// waiting, sent or dead.
    pub state: String,
    /// When it was written.
    pub made_ms: i64,
}

/// The newest messages to a department; 0: to everybody, for the Office.
///
/// # Errors
/// The database's.
pub async fn messages(city: &City, department: i64) -> Result<Vec<Message>> {
    let to = (department != 0).then(|| outbox::address(department));
    let rows = message::newest(city.store.read(), to.as_deref(), 200).await?;
    let arg = |args: &serde_json::Value, name: &str| args[name].as_str().unwrap_or_default().to_owned();
    let here = city.config.message_gateway.is_empty();
    let shown = |r: message::Model| {
        let args = serde_json::from_str(&r.args).unwrap_or_default();
        let code = if here {
            recovery::open_code(city, &args)?
        } else {
            HIDDEN.to_owned()
        };
        Ok(Message {
            text: r.text.replace(message_text::CODE, &code),
            audience: r.audience,
            channel: r.channel,
            recipient: r.recipient,
            number: arg(&args, "number"),
            step: arg(&args, "step"),
            due: arg(&args, "due"),
            state: r.state,
            made_ms: r.made_ms,
        })
    };
    rows.into_iter().map(shown).collect()
}
