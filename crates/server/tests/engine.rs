//! The engine when something is in its way: a letter that cannot be advanced, and a 督办 that was given by hand.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::{get, start},
    letters::{self, city, on},
};
use jiff::civil::date;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::time::Duration;
use weimenhu_domain::{
    Collection,
    petition::{Action, Rating, Refusal, Role},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Halt, Order, act},
    desk, engine,
    staff::Who,
};

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};
const SUPERVISOR: Actor = Actor {
    role: Role::Supervisor,
    staff: 2,
    department: 0,
};
const HANDLER: Actor = Actor {
    role: Role::Handler,
    staff: 3,
    department: 1,
};

/// Sends a letter on the first and routes it: response due on the 2nd, answer on the 11th, 督办 on the 17th.
async fn routed(s: &Sample, key: &str) -> i64 {
    letters::routed(s, key, 1).await.count().into()
}

async fn answer(s: &Sample, id: i64, day: i8) {
    let order = Order {
        text: "示例：已修好。".into(),
        ..Order::new(Action::Resolve)
    };
    act(&s.city, id, HANDLER, &order, on(day)).await.unwrap();
}

/// What a disk, a bug or a hand in the database may do to a row.
async fn damage(s: &Sample, sql: &str) {
    let db = s.database().await;
    db.execute_unprepared(sql).await.unwrap();
    db.close().await.unwrap();
}

async fn costs(s: &Sample, id: i64) -> Vec<String> {
    let all = petition::deductions(&s.city, id).await.unwrap();
    all.into_iter()
        .map(|d| format!("{} {}", d.cause, d.day))
        .collect()
}

/// Who gave 督办, and when; read from the letter's own page.
async fn supervisions(s: &Sample, id: i64) -> Vec<String> {
    let who = Who {
        id: 2,
        name: "示例督办员".into(),
        roles: vec![Role::Supervisor],
        department: 0,
        csrf: String::new(),
    };
    let asked = desk::Asked::default();
    let rows = desk::queue(&s.city, &who, &asked, on(30)).await.unwrap().rows;
    let mut found = Vec::new();
    for row in rows {
        if desk::id_of(&s.city, &row.number).await.unwrap() == id {
            let letter = desk::letter(&s.city, &who, &row.number, on(30)).await.unwrap();
            let given = letter.trail.into_iter().filter(|step| step.what == "supervise");
            found.extend(given.map(|step| step.role));
        }
    }
    found
}

fn stuck(scanned: &engine::Scanned) -> Vec<i64> {
    scanned.stuck.iter().map(|s| s.letter).collect()
}

#[tokio::test]
async fn a_letter_that_cannot_be_advanced_stops_no_other_and_is_told_of() {
    let s = city().await;
    let mut all = Vec::new();
    for key in ["one", "two", "three", "four"] {
        all.push(routed(&s, key).await);
    }
    let [first, broken, unreadable, last] = all[..] else {
        unreachable!("four were sent")
    };
    // Its next event would have a number that is taken; the other is in no state.
    damage(&s, &format!("UPDATE petition SET events = 0 WHERE id = {broken}")).await;
    damage(
        &s,
        &format!("UPDATE petition SET state = '?' WHERE id = {unreadable}"),
    )
    .await;
    let scanned = engine::scan(&s.city, on(3)).await.unwrap();
    assert_eq!((scanned.missed, stuck(&scanned)), (2, vec![broken, unreadable]));
    let named = |s: &engine::Stuck| !s.number.is_empty() && !s.why.is_empty();
    assert!(scanned.stuck.iter().all(named));

    // A calendar comes out: the others are counted, once; and whoever is mended in time is counted then.
    let day = json!({"name": "示例节", "date": "2025-09-10", "isOffDay": true});
    let year = json!({"id": "2025", "year": 2025, "papers": [], "days": [day]}).to_string();
    s.import(Collection::Calendar, &s.file("calendar.jsonl", year))
        .await;
    for moved in [2, 0] {
        let scanned = engine::scan(&s.city, on(8)).await.unwrap();
        assert_eq!(
            (scanned.moved, stuck(&scanned)),
            (moved, vec![broken, unreadable])
        );
    }
    damage(
        &s,
        &format!("UPDATE petition SET state = 'routed' WHERE id = {unreadable}"),
    )
    .await;
    for moved in [1, 0] {
        let scanned = engine::scan(&s.city, on(8)).await.unwrap();
        assert_eq!((scanned.moved, stuck(&scanned)), (moved, vec![broken]));
    }

    // The day of 督办: due on Friday the 12th, and four working days more.
    let every = [
        "late_response 2025-09-03",
        "late_completion 2025-09-13",
        "supervised 2025-09-18",
    ];
    for missed in [6, 0] {
        let scanned = engine::scan(&s.city, on(18)).await.unwrap();
        assert_eq!((scanned.missed, stuck(&scanned)), (missed, vec![broken]));
        for id in [first, unreadable, last] {
            assert_eq!(costs(&s, id).await, every, "letter {id}");
        }
        // Nothing half: neither an event nor points of what could not be saved.
        assert_eq!(costs(&s, broken).await, [""; 0]);
    }
    // Mended, it comes after: nothing was lost, and nothing happens twice. Its last day had passed: it moves no more.
    damage(&s, &format!("UPDATE petition SET events = 2 WHERE id = {broken}")).await;
    let scanned = engine::scan(&s.city, on(18)).await.unwrap();
    assert_eq!((scanned.moved, scanned.missed, scanned.stuck), (0, 3, Vec::new()));
    let as_it_stood = [
        "late_response 2025-09-03",
        "late_completion 2025-09-12",
        "supervised 2025-09-17",
    ];
    assert_eq!(costs(&s, broken).await, as_it_stood);
    petition::verify_chain(&s.city).await.unwrap();
}

#[tokio::test]
async fn an_answer_that_cannot_be_closed_keeps_no_other_open() {
    let s = city().await;
    let (broken, other) = (routed(&s, "one").await, routed(&s, "two").await);
    for id in [broken, other] {
        answer(&s, id, 2).await;
    }
    damage(&s, &format!("UPDATE petition SET events = 0 WHERE id = {broken}")).await;
    let scanned = engine::scan(&s.city, on(18)).await.unwrap();
    assert_eq!((scanned.closed, stuck(&scanned)), (1, vec![broken]));
    assert_eq!(engine::scan(&s.city, on(18)).await.unwrap().closed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_on_call_and_at_the_desk_learn_which_letter_it_is() {
    let s = city().await;
    let (broken, other) = (routed(&s, "one").await, routed(&s, "two").await);
    damage(&s, &format!("UPDATE petition SET events = 0 WHERE id = {broken}")).await;
    let reviewer = hire(&s, "shili.shenhe", &[Role::Reviewer], 0).await;
    let handler = hire(&s, "shili.jingban", &[Role::Handler], 1).await;
    let server = start(&s.city).await;
    let mut report = Value::Null;
    for _ in 0..200 {
        report = serde_json::from_slice(&get(server.at, "/healthz").await.body).unwrap();
        if report["stuck"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = (&report["status"], &report["watches"], &report["stuck"]);
    assert_eq!(told, (&"degraded".into(), &true.into(), &1.into()), "{report}");
    assert!(!costs(&s, other).await.is_empty(), "the other went on");
    let page = async |login: &str, secret: &str| {
        let (_, browser) = Browser::sign_in(server.at, login, secret, "").await;
        String::from_utf8(browser.get("/desk").await.body).unwrap()
    };
    let seen = page("shili.shenhe", &reviewer).await;
    let notice = seen.split("role=\"status\"").nth(1).unwrap();
    let notice = notice.split("</p>").next().unwrap();
    let links = notice.matches("href=\"/desk/letters/").count();
    assert_eq!(links, 1, "{notice}");
    let seen = page("shili.jingban", &handler).await;
    assert!(
        !seen.contains("role=\"status\""),
        "a department learns of no other's letter"
    );
    server.stop().await;
}

fn by_hand() -> Order {
    Order {
        reason: "示例：请抓紧".into(),
        ..Order::new(Action::Supervise)
    }
}

/// A month of four letters: one that nobody answers, one answered late, one with an extension, one opened again.
async fn what_people_do(s: &Sample, letters: &[i64], day: i8) {
    let [_, answered, extended, reopened] = letters[..] else {
        unreachable!("four were sent")
    };
    let because = |action| Order {
        reason: "示例".into(),
        ..Order::new(action)
    };
    let to = |action| Order {
        date: Some(date(2025, 9, 18)),
        ..because(action)
    };
    let bad = Order {
        rating: Some(Rating::VeryBad),
        ..because(Action::Rate)
    };
    let (letter, who, order) = match day {
        3 => return answer(s, reopened, day).await,
        4 => (reopened, Actor::WRITER, bad),
        5 => (extended, HANDLER, to(Action::AskExtension)),
        8 => (extended, SUPERVISOR, to(Action::GrantExtension)),
        10 => (reopened, REVIEWER, because(Action::ConfirmReopen)),
        12 => {
            // A Saturday is worked on, for those that were looked at already: the day of 督办 is one earlier.
            let works = json!({"name": "示例节", "date": "2025-09-13", "isOffDay": false});
            let year = json!({"id": "2025", "year": 2025, "papers": [], "days": [works]});
            let file = s.file("calendar.jsonl", year.to_string());
            s.import(Collection::Calendar, &file).await;
            return;
        }
        15 => return answer(s, answered, day).await,
        _ => return,
    };
    act(&s.city, letter, who, &order, on(day)).await.unwrap();
}

#[tokio::test]
async fn looking_every_day_finds_what_looking_seldom_finds() {
    let expected = [[3, 12, 16, 19], [3, 12, 0, 0], [3, 19, 24, 29], [3, 20, 25, 30]];
    let causes = ["late_response", "late_completion", "supervised", "still_open"];
    let missed_by = |today: i8, days: [i8; 4]| {
        let all = causes
            .iter()
            .zip(days)
            .filter(|(_, day)| (1..=today).contains(day));
        all.map(|(cause, day)| format!("{cause} 2025-09-{day:02}"))
            .collect::<Vec<_>>()
    };
    // A new calendar is counted by on the day it comes, in both.
    for days in [(1..=30).collect(), vec![12, 30]] {
        let s = city().await;
        let mut all = Vec::new();
        for key in ["silent", "answered", "extended", "reopened"] {
            all.push(routed(&s, key).await);
        }
        for day in 1..=30 {
            if days.len() > 2 {
                engine::scan(&s.city, on(day)).await.unwrap();
            }
            what_people_do(&s, &all, day).await;
            if days.contains(&day) {
                engine::scan(&s.city, on(day)).await.unwrap();
                for (id, days) in all.iter().zip(expected) {
                    let found = costs(&s, *id).await;
                    assert_eq!(found, missed_by(day, days), "letter {id} on the {day}th");
                }
            }
        }
    }
}

#[tokio::test]
async fn one_due_date_has_one_supervision_whoever_gives_it() {
    let s = city().await;
    let (hand, engines) = (routed(&s, "hand").await, routed(&s, "engine").await);
    // Before its day by hand, with a reason; the engine gives no second on the day, and the points come with the day.
    act(&s.city, hand, SUPERVISOR, &by_hand(), on(15)).await.unwrap();
    engine::scan(&s.city, on(16)).await.unwrap();
    let late = ["late_response 2025-09-03", "late_completion 2025-09-12"];
    assert_eq!(costs(&s, hand).await, late, "no points before the day");
    for day in [17, 18] {
        for _ in 0..2 {
            engine::scan(&s.city, on(day)).await.unwrap();
        }
    }
    for id in [hand, engines] {
        let cost = costs(&s, id).await;
        assert_eq!(cost[..2], late);
        assert_eq!(cost[2..], ["supervised 2025-09-17"], "letter {id}");
    }
    assert_eq!(supervisions(&s, hand).await, ["supervisor"]);
    assert_eq!(supervisions(&s, engines).await, ["engine"]);
    // The other way round, and twice by hand.
    for id in [hand, engines] {
        let again = act(&s.city, id, SUPERVISOR, &by_hand(), on(18)).await;
        assert!(
            matches!(again, Err(Halt::Rule(Refusal::SupervisedBefore))),
            "{again:?}"
        );
    }
    // An extension to the very same day makes no second due date of it.
    let grant = Order {
        reason: "示例".into(),
        date: Some(date(2025, 9, 30)),
        ..Order::new(Action::GrantExtension)
    };
    let third = routed(&s, "third").await;
    let ask = |to: i8| Order {
        reason: "示例".into(),
        date: Some(date(2025, 9, to)),
        ..Order::new(Action::AskExtension)
    };
    act(&s.city, third, HANDLER, &ask(30), on(5)).await.unwrap();
    act(&s.city, third, SUPERVISOR, &grant, on(5)).await.unwrap();
    act(&s.city, third, SUPERVISOR, &by_hand(), on(8)).await.unwrap();
    let later = Order {
        date: Some(date(2025, 10, 9)),
        ..ask(30)
    };
    act(&s.city, third, HANDLER, &later, on(9)).await.unwrap();
    act(&s.city, third, SUPERVISOR, &grant, on(9)).await.unwrap();
    let again = act(&s.city, third, SUPERVISOR, &by_hand(), on(10)).await;
    assert!(
        matches!(again, Err(Halt::Rule(Refusal::SupervisedBefore))),
        "{again:?}"
    );
    petition::verify_chain(&s.city).await.unwrap();
}
