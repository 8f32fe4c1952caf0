//! What writers are told of a letter: whose each step was and until when; and of a letter that was merged, how the one in
//! which it goes on fares, as long as everybody may know.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{Sample, sample};
use jiff::{Timestamp, civil::date, tz};
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Rating, Role, State, wire::OwnStep},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    citizen::{self, Own},
    desk,
    staff::Who,
    submit::{self, Submission},
};

fn at(month: i8, day: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    let noon = date(2025, month, day).at(12, 0, 0, 0);
    noon.to_zoned(zone).unwrap().timestamp()
}

const fn staff(role: Role, staff: i64, department: i64) -> Actor {
    Actor {
        role,
        staff,
        department,
    }
}

const REVIEWER: Actor = staff(Role::Reviewer, 1, 0);
const HANDLER: Actor = staff(Role::Handler, 4, 1);

async fn city() -> Sample {
    let s = sample().await;
    let agency = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "市级部门"}).to_string();
    let agencies = [agency("a", "示例局一"), agency("b", "示例局二")].join("\n");
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agencies))
        .await;
    let days = json!({"id": "2025", "year": 2025, "papers": [], "days": []}).to_string();
    s.import(Collection::Calendar, &s.file("calendar.jsonl", days))
        .await;
    petition::set_up(&s.city, at(9, 1)).await.unwrap();
    s
}

/// A writer of a letter.
struct Writer<'a> {
    s: &'a Sample,
    id: i64,
    number: String,
    token: String,
}

async fn wrote<'a>(s: &'a Sample, key: &str, phone: &str) -> Writer<'a> {
    let letter: Submission = serde_json::from_value(json!({
        "kind": "help", "title": "示例：路灯", "text": "示例：路灯不亮。", "visibility": "public",
        "contact": {"name": "", "phone": phone}, "consent": true,
    }))
    .unwrap();
    let body = serde_json::to_vec(&letter).unwrap();
    let receipt = submit::submit(&s.city, key, &body, &letter, ("app", Actor::WRITER), at(9, 1));
    let receipt = receipt.await.unwrap();
    Writer {
        s,
        id: receipt.number.count().into(),
        number: receipt.number.to_string(),
        token: receipt.token,
    }
}

impl Writer<'_> {
    async fn happens(&self, who: Actor, order: Order, now: Timestamp) {
        act(&self.s.city, self.id, who, &order, now).await.unwrap();
    }

    async fn own(&self) -> Own {
        citizen::track(&self.s.city, &self.token, at(9, 1)).await.unwrap()
    }

    async fn trail(&self) -> Vec<String> {
        self.own().await.trail.into_iter().map(|s| s.what).collect()
    }
}

fn routed() -> Order {
    Order {
        department: 1,
        ..Order::new(Action::Route)
    }
}

fn said(action: Action) -> Order {
    Order {
        text: "示例：已处理。".into(),
        ..Order::new(action)
    }
}

fn because(action: Action) -> Order {
    Order {
        reason: "示例：理由".into(),
        ..Order::new(action)
    }
}

#[tokio::test]
async fn each_step_says_whose_it_was_and_until_when() {
    let s = city().await;
    let writer = wrote(&s, "k", "").await;
    writer.happens(REVIEWER, routed(), at(9, 1)).await;
    writer.happens(HANDLER, said(Action::Respond), at(9, 2)).await;
    let later = |action| Order {
        date: Some(date(2025, 9, 19)),
        ..because(action)
    };
    writer
        .happens(HANDLER, later(Action::AskExtension), at(9, 3))
        .await;
    writer
        .happens(REVIEWER, later(Action::GrantExtension), at(9, 3))
        .await;
    writer.happens(HANDLER, said(Action::Resolve), at(9, 4)).await;
    let rating = Order {
        rating: Some(Rating::Good),
        ..Order::new(Action::Rate)
    };
    writer.happens(Actor::WRITER, rating, at(9, 5)).await;
    let trail = writer.own().await.trail;
    let told = |s: &OwnStep| [&*s.what, &*s.department, &*s.date, &*s.rating].join(" ");
    assert_eq!(
        trail.iter().map(told).collect::<Vec<_>>(),
        [
            "submit   ",
            "route 示例局一 2025-09-11 ",
            "respond 示例局一  ",
            "ask_extension 示例局一 2025-09-19 ",
            "grant_extension  2025-09-19 ",
            "resolve 示例局一  ",
            "rate   good",
        ]
    );
}

fn merged(target: &Writer<'_>) -> Order {
    Order {
        target: target.id,
        ..Order::new(Action::Merge)
    }
}

/// Numbers and steps of what was written to writers, the oldest first.
async fn told(s: &Sample) -> Vec<String> {
    let all = petition::messages(&s.city, 0).await.unwrap();
    let all = all.iter().rev().filter(|m| m.audience == "writer");
    all.map(|m| format!("{} {}", m.number, m.step)).collect()
}

#[tokio::test]
async fn the_writer_of_a_merged_letter_keeps_getting_every_public_step() {
    let s = city().await;
    let target = wrote(&s, "a", "13800138000").await;
    let first = wrote(&s, "b", "13800138001").await;
    // The same person wrote twice.
    let again = wrote(&s, "c", "13800138000").await;
    target.happens(REVIEWER, routed(), at(9, 1)).await;
    first.happens(REVIEWER, merged(&target), at(9, 2)).await;
    again.happens(REVIEWER, merged(&target), at(9, 2)).await;
    let before = told(&s).await.len();
    target.happens(HANDLER, said(Action::Respond), at(9, 2)).await;
    target.happens(HANDLER, said(Action::Resolve), at(9, 3)).await;
    let (a, b) = (&target.number, &first.number);
    let mut since = told(&s).await.split_off(before);
    since.sort();
    let mut wanted = [
        format!("{a} respond"),
        format!("{b} respond"),
        format!("{a} resolve"),
        format!("{b} resolve"),
    ];
    wanted.sort();
    assert_eq!(since, wanted);
    let texts = petition::messages(&s.city, 0).await.unwrap();
    let text = texts
        .iter()
        .find(|m| &m.number == b && m.step == "resolve")
        .unwrap();
    assert!(!text.text.contains("评价"), "not theirs to rate: {}", text.text);
    let joiners = |m: &&petition::Message| m.audience == "joiners";
    assert_eq!(texts.iter().filter(joiners).count(), 1, "they count like joiners");

    let own = first.own().await;
    let steps = own.trail.iter().map(|s| format!("{} {}", s.what, s.number));
    let (own_steps, theirs): (Vec<_>, Vec<_>) = steps.partition(|s| !s.ends_with(a.as_str()));
    assert_eq!(own_steps, ["submit ", "merge "]);
    assert_eq!(theirs, [format!("respond {a}"), format!("resolve {a}")]);
    assert_eq!(target.own().await.joiners, 2);

    // What is not public any more is nobody's but its writer's.
    let secret = Order {
        code: "privacy".into(),
        visibility: weimenhu_domain::petition::Visibility::Secret,
        ..because(Action::Classify)
    };
    target.happens(REVIEWER, secret, at(9, 4)).await;
    assert_eq!(first.trail().await, ["submit", "merge"]);
    let before = told(&s).await.len();
    let rating = Order {
        rating: Some(Rating::Good),
        ..Order::new(Action::Rate)
    };
    target.happens(Actor::WRITER, rating, at(9, 5)).await;
    let since = told(&s).await.split_off(before);
    assert!(since.iter().all(|m| !m.starts_with(b.as_str())), "{since:?}");
}

#[tokio::test]
async fn a_letter_goes_on_without_its_writer_where_another_was_merged_into_it() {
    let s = city().await;
    let target = wrote(&s, "a", "13800138000").await;
    let other = wrote(&s, "b", "13800138001").await;
    target.happens(REVIEWER, routed(), at(9, 1)).await;
    other.happens(REVIEWER, merged(&target), at(9, 2)).await;
    let withdraw = Order::new(Action::Withdraw);
    target.happens(Actor::WRITER, withdraw, at(9, 2)).await;
    assert_eq!(target.own().await.state, State::Routed);
    let before = told(&s).await.len();
    target.happens(HANDLER, said(Action::Respond), at(9, 2)).await;
    let since = told(&s).await.split_off(before);
    assert_eq!(since, [format!("{} respond", other.number)]);

    // With nobody else in it, it is withdrawn.
    let alone = wrote(&s, "c", "").await;
    alone
        .happens(Actor::WRITER, Order::new(Action::Withdraw), at(9, 2))
        .await;
    assert_eq!(alone.own().await.state, State::Withdrawn);
}

/// The numbers that a writer is told steps of, with the steps.
async fn carried(writer: &Writer<'_>) -> Vec<String> {
    let trail = writer.own().await.trail;
    trail.iter().map(|s| format!("{} {}", s.what, s.number)).collect()
}

#[tokio::test]
async fn where_a_letter_goes_on_in_one_that_goes_on_in_a_third_each_step_is_told_once() {
    let s = city().await;
    let (a, b, c) = (
        wrote(&s, "a", "13800138001").await,
        wrote(&s, "b", "13800138002").await,
        wrote(&s, "c", "13800138003").await,
    );
    b.happens(REVIEWER, routed(), at(9, 1)).await;
    a.happens(REVIEWER, merged(&b), at(9, 2)).await;
    // Another matter still, as far as the writers of the first two know.
    c.happens(REVIEWER, routed(), at(9, 2)).await;
    b.happens(HANDLER, said(Action::Respond), at(9, 2)).await;
    let told_of_b = told(&s).await;
    let before = a.trail().await;
    b.happens(REVIEWER, merged(&c), at(9, 3)).await;
    c.happens(HANDLER, said(Action::Respond), at(9, 3)).await;
    let (bn, cn) = (&b.number, &c.number);
    let wanted = [
        "submit ".to_owned(),
        "merge ".to_owned(),
        format!("respond {bn}"),
        format!("merge {bn}"),
        format!("respond {cn}"),
    ];
    assert_eq!(carried(&a).await, wanted);
    assert_eq!(before, ["submit", "merge", "respond"], "and more came after it");
    let told_of_a = |all: Vec<String>| {
        all.into_iter()
            .filter(|m| m.starts_with(&a.number))
            .collect::<Vec<_>>()
    };
    let mine = |step: &str| format!("{} {step}", a.number);
    assert_eq!(told_of_a(told_of_b), ["merge", "respond"].map(mine));
    assert_eq!(
        told_of_a(told(&s).await),
        ["merge", "respond", "merge", "respond"].map(mine)
    );
    // What leads to the answer: the letter that has it, on the writer's own page and on the public one.
    let public = |s: &Sample, number: &str| {
        let device = common::Device::fresh(&s.city.tree, &s.index(Collection::Petitions));
        let mut all = device
            .records
            .values()
            .map(|json| serde_json::from_str::<serde_json::Value>(json).unwrap());
        all.find(|p| p["number"] == *number).unwrap()["merged_into"].clone()
    };
    assert_eq!(&a.own().await.merged_into, cn);
    s.publish().await;
    assert_eq!((public(&s, &a.number), public(&s, bn)), (json!(cn), json!(cn)));

    // Taken out again, the second goes on by itself, and the first with it.
    b.happens(REVIEWER, because(Action::Unmerge), at(9, 4)).await;
    s.publish().await;
    assert_eq!(public(&s, &a.number), json!(bn));
    assert_eq!(&a.own().await.merged_into, bn);
    assert_eq!(carried(&a).await.last(), Some(&format!("unmerge {bn}")));

    // The third is hidden while both go on in it: nothing of it stands anywhere.
    b.happens(REVIEWER, merged(&c), at(9, 5)).await;
    let secret = Order {
        code: "privacy".into(),
        visibility: weimenhu_domain::petition::Visibility::Secret,
        ..because(Action::Classify)
    };
    c.happens(REVIEWER, secret, at(9, 5)).await;
    s.publish().await;
    assert_eq!((public(&s, &a.number), public(&s, bn)), (json!(bn), json!(null)));
    assert!(carried(&a).await.iter().all(|s| !s.ends_with(cn.as_str())));
}

const ADMINISTRATOR: Actor = staff(Role::Administrator, 7, 0);

/// What is kept of a writer: the sealed columns, the words, and the numbers that messages went to.
async fn kept(s: &Sample, id: i64) -> Vec<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let db = s.database().await;
    let sql = format!(
        "SELECT contact || names || address || location AS kept FROM petition WHERE id = {id}
         UNION ALL SELECT original || shown FROM wording WHERE petition = {id} AND sort IN ('title', 'letter', 'supplement')
         UNION ALL SELECT recipient FROM petition_message WHERE petition = {id} AND channel = 'sms'"
    );
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    let all = rows.iter().map(|row| row.try_get::<String>("", "kept").unwrap());
    all.filter(|kept| !kept.is_empty()).collect()
}

#[tokio::test]
async fn the_writer_of_a_merged_letter_can_be_erased_and_it_then_goes_nowhere_else() {
    let s = city().await;
    let target = wrote(&s, "a", "13800138000").await;
    let other = wrote(&s, "b", "13800138001").await;
    target.happens(REVIEWER, routed(), at(9, 1)).await;
    for wording in 1..=4 {
        let approve = Order {
            wording,
            text: "示例：公开文本".into(),
            ..Order::new(Action::ApproveText)
        };
        let _ = act(&s.city, other.id, REVIEWER, &approve, at(9, 1)).await;
    }
    other.happens(REVIEWER, merged(&target), at(9, 2)).await;
    target.happens(HANDLER, said(Action::Respond), at(9, 2)).await;
    assert!(
        kept(&s, other.id).await.len() >= 4,
        "contact, words, and two messages"
    );
    let before = carried(&other).await;
    other
        .happens(Actor::WRITER, Order::new(Action::AskErase), at(9, 3))
        .await;
    other
        .happens(ADMINISTRATOR, Order::new(Action::Erase), at(9, 3))
        .await;
    assert_eq!(kept(&s, other.id).await, [""; 0]);

    // Nobody is there to be written to; the device that still has the letter can go on asking.
    let sent = told(&s).await.len();
    target.happens(HANDLER, said(Action::Resolve), at(9, 4)).await;
    let since = told(&s).await.split_off(sent);
    assert_eq!(since, [format!("{} resolve", target.number)]);
    let after = carried(&other).await;
    assert_eq!(after.get(..before.len()), Some(&*before), "what was told stays");
    assert_eq!(after.last(), Some(&format!("resolve {}", target.number)));
    let back = act(&s.city, other.id, REVIEWER, &because(Action::Unmerge), at(9, 4)).await;
    assert_eq!(back.unwrap_err().code(), "erased");
    assert!(
        !kept(&s, target.id).await.is_empty(),
        "of the other nothing was erased"
    );
}

#[tokio::test]
async fn a_merged_letter_is_kept_as_long_as_the_one_in_which_it_goes_on() {
    let mut s = city().await;
    s.city.config.retention_days = 30;
    let s = s;
    let (a, b, c) = (
        wrote(&s, "a", "13800138001").await,
        wrote(&s, "b", "13800138002").await,
        wrote(&s, "c", "13800138003").await,
    );
    a.happens(REVIEWER, merged(&b), at(9, 2)).await;
    b.happens(REVIEWER, merged(&c), at(9, 2)).await;
    let due = async |now| desk::ended(&s.city, now).await.unwrap();
    assert_eq!(due(at(12, 1)).await, [""; 0], "the third is not over");
    c.happens(REVIEWER, routed(), at(12, 1)).await;
    c.happens(HANDLER, said(Action::Resolve), at(12, 2)).await;
    petition::engine::scan(&s.city, at(12, 20)).await.unwrap();
    assert_eq!(c.own().await.state, State::Closed);
    assert_eq!(due(at(12, 31)).await, [""; 0], "it has ended, and not long ago");
    let later = at(12, 20)
        .checked_add(jiff::SignedDuration::from_hours(31 * 24))
        .unwrap();
    assert_eq!(due(later).await, [&*a.number, &*b.number, &*c.number]);
    c.happens(ADMINISTRATOR, Order::new(Action::Erase), later).await;
    assert_eq!(
        due(later).await,
        [&*a.number, &*b.number],
        "that is no step for their writers"
    );
    let who = Who {
        id: 7,
        name: "示例管理员".into(),
        roles: vec![Role::Administrator],
        department: 0,
        csrf: String::new(),
    };
    let erased = desk::erase_ended(&s.city, &who, &[&a.number, &b.number], later).await;
    assert_eq!(erased.unwrap(), 2);
    assert_eq!(due(later).await, [""; 0]);
}

#[tokio::test]
async fn the_wish_of_one_writer_to_be_erased_shortens_nothing_for_another() {
    let mut s = city().await;
    s.city.config.retention_days = 30;
    let s = s;
    let (a, b) = (
        wrote(&s, "a", "13800138001").await,
        wrote(&s, "b", "13800138002").await,
    );
    a.happens(REVIEWER, merged(&b), at(9, 2)).await;
    b.happens(REVIEWER, routed(), at(12, 1)).await;
    b.happens(HANDLER, said(Action::Resolve), at(12, 2)).await;
    petition::engine::scan(&s.city, at(12, 20)).await.unwrap();
    b.happens(ADMINISTRATOR, Order::new(Action::Erase), at(12, 21))
        .await;
    let due = async |now| desk::ended(&s.city, now).await.unwrap();
    assert_eq!(due(at(12, 31)).await, [""; 0], "the matter ended eleven days ago");
    let later = at(12, 20)
        .checked_add(jiff::SignedDuration::from_hours(30 * 24 + 12))
        .unwrap();
    assert_eq!(due(later).await, [&*a.number], "and not from the erasing on");
}
