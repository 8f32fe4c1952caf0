//! A letter with a department, in a city with one.

use super::{Sample, sample};
use jiff::{Timestamp, civil::date, tz};
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Role, receipt::Number},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    submit::{self, Submission},
};

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};

/// Ten in the morning of a day in September 2025, which begins on a Monday.
pub fn on(day: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    let time = date(2025, 9, day).at(10, 0, 0, 0).to_zoned(zone);
    time.unwrap().timestamp()
}

pub async fn city() -> Sample {
    let s = sample().await;
    let agency = json!({"id": "a", "name": "示例局一", "kind": "市级部门"}).to_string();
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    petition::set_up(&s.city, on(1)).await.unwrap();
    s
}

/// Sends a letter and routes it on that day.
pub async fn routed(s: &Sample, key: &str, day: i8) -> Number {
    let letter = json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮", "visibility": "public", "consent": true});
    let body = letter.to_string();
    let letter: Submission = serde_json::from_value(letter).unwrap();
    let key = format!("{key}-key-of-a-letter");
    let from = ("app", Actor::WRITER);
    let receipt = submit::submit(&s.city, &key, body.as_bytes(), &letter, from, on(day))
        .await
        .unwrap();
    let order = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    let id = receipt.number.count().into();
    act(&s.city, id, REVIEWER, &order, on(day)).await.unwrap();
    receipt.number
}

/// Its writer withdraws it.
pub async fn withdrawn(s: &Sample, number: Number, now: Timestamp) {
    let id = number.count().into();
    act(&s.city, id, Actor::WRITER, &Order::new(Action::Withdraw), now)
        .await
        .unwrap();
}
