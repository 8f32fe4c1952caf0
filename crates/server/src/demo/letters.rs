//! The demo's letters, lived through: every deed of [`super::life`] in the order of time, by the action that a person
//! would use, with the engine looking in every morning. So nothing in the demo is a state that the house cannot reach.
//!
//! Rejected: rows put into the tables. They would be wrong the day a rule changes, and nobody would notice.

use super::{
    life::{Deed, FATES, Fate},
    people::{self, SignIn, Staff},
};
use crate::{
    City, Error, Result,
    petition::{
        self, Rules,
        act::{self, Actor, Halt, Order},
        citizen, city_day, engine,
        submit::{self, Contact, Submission},
    },
    store::petition::{self as table, people as departments, score, wording},
};
use jiff::{Timestamp, civil::Date, tz};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};
use weimenhu_domain::petition::{Action, Kind, Role, State, Visibility, redaction};

/// A line of the sample.
#[derive(Debug, Clone, Deserialize)]
struct Sample {
    kind: Kind,
    title: String,
    text: String,
    department: String,
    county: String,
    answer: String,
}

/// A letter on its way.
struct Letter {
    sample: Sample,
    fate: &'static Fate,
    department: i64,
    /// Our number, once it has been sent.
    id: i64,
    key: String,
}

/// Something that is going to happen: when, to which letter, what; `None` is the letter's coming.
type Planned = (Timestamp, usize, Option<Deed>);

/// Lets them live until `now`; answers the staff's sign-ins.
pub(super) async fn set_up(city: &City, file: &Path, now: Timestamp) -> Result<Vec<SignIn>> {
    let text = std::fs::read_to_string(file).map_err(Error::file("read", file))?;
    let samples: Vec<Sample> = text
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|e| Error::usage(format!("{}: {e}", file.display()))))
        .collect::<Result<_>>()?;
    let rules = Rules::read(city).await?;
    let today = city_day(now);
    // The rules of a city begin with the year of the first letter.
    let longest = FATES
        .iter()
        .flat_map(|f| f.ago)
        .max()
        .copied()
        .unwrap_or_default();
    let first = ago(&rules, today, longest).unwrap_or(today);
    petition::set_up(city, at(first, 0, now)).await?;
    let known = departments::departments(city.store.read()).await?;
    let known: BTreeMap<String, i64> = known.into_iter().map(|d| (d.name, d.id)).collect();
    let mut letters = letters(&samples, &known)?;
    let mut two: Vec<i64> = letters.iter().map(|l| l.department).collect();
    two.dedup();
    two.truncate(2);
    let (staff, sign_ins) = people::add(city, &two).await?;
    let plan = plan(&rules, &letters, now);
    let mut looked = None;
    for (when, n, deed) in plan {
        // The engine looks once a day, before anybody comes to work.
        let day = city_day(when);
        if looked.is_some_and(|last| last < day) || looked.is_none() {
            looked = Some(day);
            engine::scan(city, at(day, 0, now)).await?;
        }
        let done = match deed {
            None => send(city, &staff, &mut letters, n, when).await,
            Some(deed) => live(city, &staff, &letters, n, deed, when).await,
        };
        done.map_err(|halt| match halt {
            Halt::Broken(e) => e,
            other => Error::Inconsistent(format!("letter {n} of the demo, {deed:?}: {}", other.code())),
        })?;
    }
    engine::scan(city, now).await?;
    Ok(sign_ins)
}

/// One letter for each of the lives, its words from the sample in turn.
fn letters(samples: &[Sample], known: &BTreeMap<String, i64>) -> Result<Vec<Letter>> {
    let lives = FATES.iter().flat_map(|fate| fate.ago.iter().map(move |_| fate));
    let mut all = Vec::new();
    for (n, (fate, sample)) in lives.zip(samples.iter().cycle()).enumerate() {
        let department = known.get(&sample.department).copied();
        all.push(Letter {
            department: department
                .ok_or_else(|| Error::usage(format!("no agency is called {}", sample.department)))?,
            sample: sample.clone(),
            fate,
            id: 0,
            key: format!("demo-letter-{n:06}"),
        });
    }
    Ok(all)
}

/// Everything that happens until now, in order.
fn plan(rules: &Rules, letters: &[Letter], now: Timestamp) -> Vec<Planned> {
    let today = city_day(now);
    let began = FATES.iter().flat_map(|fate| fate.ago);
    let mut all = Vec::new();
    for (n, (letter, began)) in letters.iter().zip(began).enumerate() {
        let Some(day) = ago(rules, today, *began) else {
            continue;
        };
        let spread = i64::try_from(n % 40).unwrap_or_default();
        all.push((at(day, 9 * 60 + spread, now), n, None));
        for (step, (after, deed)) in (1..).zip(letter.fate.deeds) {
            let day = if *after == 0 {
                Some(day)
            } else {
                rules.calendar.after(day, *after)
            };
            if let Some(day) = day.filter(|day| *day <= today) {
                all.push((at(day, 10 * 60 + spread + step * 30, now), n, Some(*deed)));
            }
        }
    }
    // Stable: what is done to one letter at one moment keeps its order.
    all.sort_by_key(|(when, ..)| *when);
    all
}

/// The latest day after which so many working days have come by today.
fn ago(rules: &Rules, today: Date, days: u16) -> Option<Date> {
    let come = |day: &Date| days == 0 || rules.calendar.after(*day, days).is_some_and(|then| then <= today);
    std::iter::successors(Some(today), |day| day.yesterday().ok())
        .take(400)
        .find(come)
}

/// A minute of a day in the city, but never in the future.
fn at(day: Date, minute: i64, now: Timestamp) -> Timestamp {
    let midnight = day
        .to_zoned(tz::TimeZone::fixed(tz::offset(8)))
        .map(|z| z.timestamp());
    let then = midnight
        .ok()
        .and_then(|t| t.checked_add(jiff::SignedDuration::from_mins(minute)).ok());
    then.map_or(now, |then| then.min(now))
}

async fn send(
    city: &City,
    staff: &Staff,
    letters: &mut [Letter],
    n: usize,
    when: Timestamp,
) -> Result<(), Halt> {
    let Some(letter) = letters.get_mut(n) else {
        return Ok(());
    };
    let sample = &letter.sample;
    // Numbers that are given to nobody: 13800138000 is a telephone company's own, for examples.
    let contact = match n % 3 {
        0 => Contact::default(),
        _ => Contact {
            name: format!("示例市民{n}"),
            phone: "13800138000".into(),
        },
    };
    let text = match n % 4 {
        1 => format!("{}联系电话 13800138000。", sample.text),
        _ => sample.text.clone(),
    };
    let submission = Submission {
        kind: sample.kind,
        title: sample.title.clone(),
        text,
        department: if n.is_multiple_of(2) {
            sample.department.clone()
        } else {
            String::new()
        },
        county: sample.county.clone(),
        address: format!("{}示例路 {} 号", sample.county, n + 1),
        location: None,
        visibility: if letter.fate.private {
            Visibility::Private
        } else {
            Visibility::Public
        },
        contact,
        attachments: Vec::new(),
        consent: true,
    };
    let (source, who) = match letter.fate.line {
        true => (
            "line",
            Actor {
                role: Role::Operator,
                staff: staff.number(Role::Operator, 0),
                department: 0,
            },
        ),
        false => ("app", Actor::WRITER),
    };
    let body = serde_json::to_vec(&submission).unwrap_or_default();
    let receipt = submit::submit(city, &letter.key, &body, &submission, (source, who), when).await?;
    let p = table::by_number(city.store.read(), receipt.number).await?;
    letter.id = p.ok_or(Halt::NotThere)?.id;
    Ok(())
}

/// Does it as whoever does it.
async fn live(
    city: &City,
    staff: &Staff,
    letters: &[Letter],
    n: usize,
    deed: Deed,
    when: Timestamp,
) -> Result<(), Halt> {
    let letter = letters.get(n).ok_or(Halt::NotThere)?;
    let p = table::get(city.store.read(), letter.id)
        .await?
        .ok_or(Halt::NotThere)?;
    let office = |role| Actor {
        role,
        staff: staff.number(role, 0),
        department: 0,
    };
    let theirs = |role| Actor {
        role,
        staff: staff.number(role, p.lead),
        department: p.lead,
    };
    let others: Vec<i64> = letters
        .iter()
        .map(|l| l.department)
        .filter(|d| *d != letter.department)
        .skip(n % 20)
        .take(2)
        .collect();
    let later = Rules::read(city).await?.calendar.after(city_day(when), 10);
    let mut order = Order::new(Action::Note);
    let mut set = |action, text: &str, reason: &str| {
        order.action = action;
        (order.text, order.reason) = (text.to_owned(), reason.to_owned());
    };
    let who = match deed {
        Deed::Approve => return approve(city, office(Role::Reviewer), letter.id, when).await,
        Deed::Join(times) => return join(city, letter, times, when).await,
        Deed::Route | Deed::RouteWide => {
            set(Action::Route, "", "");
            order.department = letter.department;
            if deed == Deed::RouteWide {
                order.assisting = others;
            }
            // An appeal is decided by another reviewer.
            Actor {
                role: Role::Reviewer,
                staff: staff.other(Role::Reviewer),
                department: 0,
            }
        }
        Deed::Respond => {
            set(
                Action::Respond,
                "【示例回应】已收到您的来信，已安排人员核实，将在期限内答复。",
                "",
            );
            theirs(Role::Handler)
        }
        Deed::Resolve => {
            set(Action::Resolve, &letter.sample.answer, "");
            theirs(Role::Handler)
        }
        Deed::AskExtension => {
            set(Action::AskExtension, "", "示例：须等待检测报告，申请延期。");
            order.date = later;
            theirs(Role::Handler)
        }
        Deed::GrantExtension => {
            set(Action::GrantExtension, "", "示例：情况属实，同意延期一次。");
            order.date = table::day(&p.extension);
            office(Role::Supervisor)
        }
        Deed::RefuseExtension => {
            set(Action::RefuseExtension, "", "示例：理由不充分，请按期办复。");
            office(Role::Reviewer)
        }
        Deed::Return => {
            set(Action::Return, "", "示例：该路段不属本单位管养范围。");
            theirs(Role::Handler)
        }
        Deed::SettleReturn => {
            set(Action::SettleReturn, "", "示例：按职责清单应由本单位牵头。");
            office(Role::Reviewer)
        }
        Deed::Reroute => {
            set(Action::Reroute, "", "示例：异议成立，改派。");
            order.department = others.first().copied().unwrap_or(letter.department);
            order.upheld = true;
            office(Role::Reviewer)
        }
        Deed::Decline => {
            set(
                Action::Decline,
                "【示例】该事项已进入诉讼程序，请以法院裁判为准。",
                "示例：已立案",
            );
            order.code = "in_court".into();
            office(Role::Reviewer)
        }
        Deed::Appeal => {
            set(Action::Appeal, "", "示例：本人没有起诉，请再核实。");
            Actor::WRITER
        }
        Deed::Rate(rating) => {
            set(
                Action::Rate,
                "",
                if rating.is_bad() {
                    "示例：问题没有解决。"
                } else {
                    ""
                },
            );
            order.rating = Some(rating);
            Actor::WRITER
        }
        Deed::ConfirmReopen => {
            set(Action::ConfirmReopen, "", "示例：经核实问题仍在，重新办理。");
            office(Role::Reviewer)
        }
        Deed::RefuseReopen => {
            set(Action::RefuseReopen, "", "示例：答复符合政策，不再重办。");
            office(Role::Reviewer)
        }
        Deed::Merge => {
            set(Action::Merge, "", "");
            order.target = target(city, letters, letter.id).await?;
            office(Role::Reviewer)
        }
        Deed::Supplement => {
            set(
                Action::Supplement,
                "【示例补充】今天又发生了一次，时间是晚上八点。",
                "",
            );
            Actor::WRITER
        }
        Deed::Withdraw => {
            set(Action::Withdraw, "", "");
            Actor::WRITER
        }
        Deed::Classify => {
            set(Action::Classify, "", "示例：案件正在办理。");
            order.code = "investigation".into();
            order.visibility = Visibility::Secret;
            office(Role::Supervisor)
        }
        Deed::Note => {
            set(Action::Note, "示例：已电话催办，承办科室称本周内办复。", "");
            office(Role::Reviewer)
        }
        Deed::Supervise => {
            set(Action::Supervise, "", "示例：涉及安全，先行督办。");
            office(Role::Supervisor)
        }
        Deed::Contest | Deed::Decide => {
            let all = score::of(city.store.read(), p.id).await?;
            let wanted = if deed == Deed::Contest {
                "standing"
            } else {
                "contested"
            };
            order.deduction = all.iter().find(|d| d.state == wanted).map_or(0, |d| d.id);
            order.reason = "示例：检测单位出具报告迟延，非本单位原因。".into();
            order.upheld = true;
            if deed == Deed::Contest {
                order.action = Action::Contest;
                theirs(Role::Head)
            } else {
                order.action = Action::Decide;
                office(Role::Supervisor)
            }
        }
        Deed::AskErase => {
            set(Action::AskErase, "", "");
            Actor::WRITER
        }
    };
    act::act(city, letter.id, who, &order, when).await.map(drop)
}

/// Approves whatever waits, with personal data masked as the desk suggests it.
async fn approve(city: &City, who: Actor, id: i64, when: Timestamp) -> Result<(), Halt> {
    let sorts = ["title", "letter", "supplement", "response", "answer", "rating"];
    for words in wording::of(city.store.read(), id).await? {
        if words.approved == 1 || !sorts.contains(&words.sort.as_str()) {
            continue;
        }
        let found = redaction::find(&words.original, &[]);
        let order = Order {
            wording: words.id,
            text: redaction::mask(&words.original, &found),
            ..Order::new(Action::ApproveText)
        };
        act::act(city, id, who, &order, when).await?;
    }
    Ok(())
}

async fn join(city: &City, letter: &Letter, times: u8, when: Timestamp) -> Result<(), Halt> {
    for n in 0..times {
        let token = citizen::join_token(city, &format!("{} {n}", letter.key));
        let order = Order {
            joiner: citizen::joiner(city, &token),
            ..Order::new(Action::Join)
        };
        act::act(city, letter.id, Actor::CITIZEN, &order, when).await?;
    }
    Ok(())
}

/// An open public letter that another can be merged into.
async fn target(city: &City, letters: &[Letter], not: i64) -> Result<i64, Halt> {
    for letter in letters.iter().filter(|l| l.id != 0 && l.id != not) {
        let p = table::get(city.store.read(), letter.id)
            .await?
            .ok_or(Halt::NotThere)?;
        let open = matches!(p.stands()?, State::Routed | State::Responded | State::Resolved);
        if open && p.shown_to() == Visibility::Public {
            return Ok(p.id);
        }
    }
    Err(Halt::NotThere)
}
