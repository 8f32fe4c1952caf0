//! One letter as staff see it, and what they do to it.

use super::{
    Row,
    fact::{self, Fact},
    open, opens, row,
    sealed::{CONTACT, PLACE},
    time,
};
use crate::{
    City,
    error::own_json,
    petition::{
        Deduction, Rules,
        act::{self, Actor, Halt, Order, Work, department_name},
        book::Book,
        deductions, facts,
        public::day_of,
        staff::Who,
        submit::names_place,
        voided::voided,
    },
    store::petition::{attachment, delivery, event, people, wording},
};
use jiff::Timestamp;
use weimenhu_domain::petition::{Action, Role, judge::allowed, redaction, workday};

/// A letter as staff see it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Our number.
    pub id: i64,
    /// The row of the queue.
    pub row: Row,
    /// Number of its newest event: what every form sends back.
    pub seen: i64,
    /// Visibility::name.
    pub visibility: String,
    /// Coded reason of 不予受理.
    pub declined: String,
    /// The department the writer meant.
    pub wished: String,
    /// From where it came: a member of `source` in Fluent.
    pub source: String,
    /// The departments that help the lead.
    pub assisting: Vec<String>,
    /// Day zero, response due and met, answer due and met.
    pub dates: [String; 5],
    /// How the answer's limit was counted; empty when it was granted and not counted.
    pub days: Vec<Day>,
    /// The last day is provisional.
    pub provisional: bool,
    /// The promised day of an extension that waits.
    pub extension: String,
    /// Rating::name.
    pub rating: String,
    /// How many joined.
    pub joiners: i64,
    /// What was written.
    pub words: Vec<Words>,
    /// Files.
    pub files: Vec<File>,
    /// What happened.
    pub trail: Vec<Step>,
    /// What it cost.
    pub deductions: Vec<Deduction>,
    /// What this person may do now, each with the role to do it as.
    pub may: Vec<(Action, Role)>,
    /// A contact was given, and this person may open it.
    pub has_contact: bool,
    /// An address or a point was given, and this person may open it.
    pub has_place: bool,
}

/// A day of a limit.
#[derive(Debug, Clone)]
pub struct Day {
    /// When.
    pub date: String,
    /// Which working day it is; 0: it does not count.
    pub number: u16,
    /// Fluent id of the reason.
    pub why: &'static str,
    /// The holiday.
    pub name: String,
}

/// Words, as written and as shown.
#[derive(Debug, Clone)]
pub struct Words {
    /// Our number.
    pub id: i64,
    /// What they are.
    pub sort: String,
    /// Whose.
    pub department: String,
    /// As written.
    pub original: String,
    /// The same in parts; true where personal data was found.
    pub marked: Vec<(bool, String)>,
    /// As the public reads them, or a suggestion with personal data masked.
    pub shown: String,
    /// Shown is public.
    pub approved: bool,
    /// Somebody said what is public of them, if only that nothing is.
    pub judged: bool,
    /// Can be public at all.
    pub publishable: bool,
    /// How much personal data was found in the original.
    pub found: usize,
    /// The day.
    pub day: String,
}

impl Words {
    /// Lines of the box in which they are edited.
    pub fn rows(&self) -> usize {
        if self.sort == "title" { 2 } else { 5 }
    }
}

/// A file.
#[derive(Debug, Clone)]
pub struct File {
    /// Our number.
    pub id: i64,
    /// By its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Public.
    pub approved: bool,
    /// The writer's data was erased: only what is public of it is left.
    pub erased: bool,
    /// SHA-256 of what is public.
    pub sha: String,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// When, in the city.
    pub at: String,
    /// As what.
    pub role: String,
    /// Who, when staff.
    pub name: String,
    /// What.
    pub what: String,
    /// What else it says: dates, departments, codes.
    pub facts: Vec<Fact>,
    /// It does not count any more; in the log of all letters this is not looked up.
    pub voided: bool,
}

/// Opens a letter for this person.
///
/// # Errors
/// [`Halt::NotThere`] when there is none, or not for this person.
pub async fn letter(city: &City, who: &Who, number: &str, now: Timestamp) -> Result<Letter, Halt> {
    let (p, d) = open(city, who, number).await?;
    let db = city.store.read();
    let departments = people::departments(db).await?;
    let staff = people::all_staff(db).await?;
    let rules = Rules::read(city).await?;
    let names = city.secret.open_sealed(&names_place(p.id), &p.names)?;
    let names: Vec<String> = if names.is_empty() {
        Vec::new()
    } else {
        own_json(serde_json::from_str(&names), "names")?
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let internal = !who.is(&[Role::Operator]) || who.roles.len() > 1;
    let words: Vec<Words> = wording::of(db, p.id)
        .await?
        .into_iter()
        .filter(|w| internal || !matches!(w.sort.as_str(), "note" | "reason"))
        .map(|w| shown(w, &departments, &names))
        .collect();
    let title = words
        .iter()
        .find(|w| w.sort == "title")
        .map(|w| w.original.clone());
    let pick = |get: fn(&delivery::Model) -> &String| d.as_ref().map(|d| get(d).clone()).unwrap_or_default();
    let events = event::of(db, p.id).await?;
    let voided = voided(&events);
    let trail = events.into_iter().map(|e| Step {
        voided: voided.contains(&e.seq),
        at: time(e.at_ms),
        name: staff
            .iter()
            .find(|s| s.id == e.actor)
            .map(|s| s.name.clone())
            .unwrap_or_default(),
        role: e.role,
        what: e.action,
        facts: fact::of(&e.data, &departments),
    });
    Ok(Letter {
        id: p.id,
        seen: p.events,
        visibility: p.visibility.clone(),
        declined: p.declined.clone(),
        wished: department_name(&departments, p.wished_department),
        source: p.source.clone(),
        assisting: d
            .as_ref()
            .map(delivery::Model::assists)
            .unwrap_or_default()
            .iter()
            .map(|id| department_name(&departments, *id))
            .collect(),
        dates: [
            pick(|d| &d.routed_on),
            pick(|d| &d.respond_due),
            pick(|d| &d.respond_met),
            pick(|d| &d.resolve_due),
            pick(|d| &d.resolve_met),
        ],
        days: days(&rules, d.as_ref()),
        provisional: d.as_ref().is_some_and(|d| d.provisional == 1),
        extension: p.extension.clone(),
        rating: p.rating.clone(),
        joiners: p.joiners,
        files: attachment::of(db, p.id)
            .await?
            .into_iter()
            .filter(|f| !f.file.is_empty() || f.approved == 1)
            .map(|f| File {
                id: f.id,
                erased: f.file.is_empty(),
                sha: f.sha,
                media_type: f.media_type,
                size: f.size,
                approved: f.approved == 1,
            })
            .collect(),
        trail: trail.collect(),
        deductions: deductions(city, p.id).await?,
        may: may(city, who, p.id, &rules, now).await?,
        has_contact: !p.contact.is_empty() && opens(who, CONTACT, &p, d.as_ref()).is_some(),
        has_place: !(p.address.is_empty() && p.location.is_empty())
            && opens(who, PLACE, &p, d.as_ref()).is_some(),
        row: row(
            p,
            d.as_ref(),
            title.unwrap_or_default(),
            &departments,
            &rules,
            now,
        )?,
        words,
    })
}

fn shown(w: wording::Model, departments: &[people::department::Model], names: &[&str]) -> Words {
    let found = redaction::find(&w.original, names);
    let publishable = wording::PUBLISHABLE.contains(&w.sort.as_str());
    Words {
        id: w.id,
        department: department_name(departments, w.department),
        shown: if w.judged == 1 {
            w.shown
        } else {
            redaction::mask(&w.original, &found)
        },
        found: found.len(),
        marked: marked(&w.original, &found),
        original: w.original,
        approved: w.approved == 1,
        judged: w.judged == 1,
        publishable,
        day: day_of(w.made_ms),
        sort: w.sort,
    }
}

/// A text in parts, those with personal data apart.
fn marked(text: &str, found: &[redaction::Found]) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for (at, c) in text.char_indices() {
        let inside = found.iter().any(|f| (f.start..f.end).contains(&at));
        match parts.last_mut() {
            Some((kind, part)) if *kind == inside => part.push(c),
            _ => parts.push((inside, c.to_string())),
        }
    }
    parts
}

/// The days of the answer's limit, one by one: whether it counts, and why.
fn days(rules: &Rules, d: Option<&delivery::Model>) -> Vec<Day> {
    let from = d
        .filter(|d| d.extended == 0)
        .and_then(|d| crate::store::petition::day(&d.resolve_from));
    let count = from.and_then(|from| rules.calendar.count(from, rules.policy(from).resolve));
    let days = count.map(|c| c.days).unwrap_or_default();
    let mut counted = 0_u16;
    let day = |(date, day): (jiff::civil::Date, workday::Day<'_>)| {
        let (why, name) = match day {
            workday::Day::Working => ("day-working", ""),
            workday::Day::MakeUp(name) => ("day-makeup", name),
            workday::Day::Weekend => ("day-weekend", ""),
            workday::Day::Holiday(name) => ("day-holiday", name),
        };
        counted = counted.saturating_add(u16::from(day.is_working()));
        Day {
            date: date.to_string(),
            number: if day.is_working() { counted } else { 0 },
            why,
            name: name.to_owned(),
        }
    };
    days.into_iter().map(day).collect()
}

/// What this person may do, with the first of their roles that may.
async fn may(
    city: &City,
    who: &Who,
    id: i64,
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<(Action, Role)>, Halt> {
    let tx = city.store.moment().await?;
    let actor = |role| Actor {
        role,
        staff: who.id,
        department: who.department,
    };
    let mut all: Vec<(Action, Role)> = Vec::new();
    for role in who.roles.iter().copied() {
        let book = Book::default();
        let work = Work::open(city, (&tx, &book), rules, id, actor(role), now).await?;
        // A target is only known when it is typed.
        let mut facts = facts::of(&work, &Order::new(Action::Note)).await?;
        facts.target_is_public = true;
        for action in allowed(role, &facts) {
            if !all.iter().any(|(a, _)| *a == action) {
                all.push((action, role));
            }
        }
    }
    Ok(all)
}

/// Does something as this person; the role is the first of theirs that may.
///
/// # Errors
/// [`Halt`].
pub async fn act(city: &City, who: &Who, number: &str, order: &Order, now: Timestamp) -> Result<(), Halt> {
    let (p, _) = open(city, who, number).await?;
    let rules = Rules::read(city).await?;
    let may = may(city, who, p.id, &rules, now).await?;
    let role = may.iter().find(|(a, _)| *a == order.action).map(|(_, r)| *r);
    let role = role
        .or_else(|| who.roles.first().copied())
        .ok_or(Halt::NotThere)?;
    let actor = Actor {
        role,
        staff: who.id,
        department: who.department,
    };
    act::act(city, p.id, actor, order, now).await.map(drop)
}
