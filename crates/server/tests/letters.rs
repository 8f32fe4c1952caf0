//! The walk of a letter through the library: taken in, routed, answered, rated; late; extended; public and not.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what fails here must fail the test"
)]

#[cfg(test)]
mod common;

use common::{Sample, sample};
use jiff::{Timestamp, civil::date, tz};
use serde_json::{Value, json};
use weimenhu_domain::{
    Collection, Record,
    petition::{Action, Rating, Refusal, Role, State, Visibility},
    record::Petition,
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Done, Halt, Order, act},
    citizen::{self, Own, Whose},
    desk,
    engine::{self, Scanned},
    gateway::Gateway,
    report, sender,
    staff::Who,
    submit::{self, Known, Receipt, Submission},
    upload,
};

/// Everything here happens at this hour of a day in 2025 in the city.
fn at(month: i8, day: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    date(2025, month, day)
        .at(10, 0, 0, 0)
        .to_zoned(zone)
        .unwrap()
        .timestamp()
}

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};
const OTHER_REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 2,
    department: 0,
};
const SUPERVISOR: Actor = Actor {
    role: Role::Supervisor,
    staff: 3,
    department: 0,
};
const HANDLER: Actor = Actor {
    role: Role::Handler,
    staff: 4,
    department: 1,
};
const STRANGER: Actor = Actor {
    role: Role::Handler,
    staff: 5,
    department: 2,
};
const HEAD: Actor = Actor {
    role: Role::Head,
    staff: 6,
    department: 1,
};
const ADMINISTRATOR: Actor = Actor {
    role: Role::Administrator,
    staff: 7,
    department: 0,
};

/// A city with two departments and the autumn of the design's example.
async fn city() -> Sample {
    let s = sample().await;
    let agency = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "市级部门"}).to_string();
    let agencies = [agency("a", "示例局一"), agency("b", "示例局二")].join("\n");
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agencies))
        .await;
    s.import(Collection::Calendar, &s.file("calendar.jsonl", calendar(true)))
        .await;
    assert_eq!(petition::set_up(&s.city, at(9, 1)).await.unwrap(), 2);
    s
}

fn calendar(whole: bool) -> String {
    let day = |date: &str, off: bool| json!({"name": "国庆节", "date": date, "isOffDay": off});
    let mut days = vec![
        day("2025-01-01", true),
        day("2025-09-28", false),
        day("2025-10-11", false),
    ];
    if whole {
        days.extend((1..=8).map(|d| day(&format!("2025-10-{d:02}"), true)));
    }
    json!({"id": "2025", "year": 2025, "papers": [], "days": days}).to_string()
}

const PHONE: &str = "13800138000";
const NAME: &str = "张示例";

fn letter(title: &str) -> Submission {
    serde_json::from_value(json!({
        "kind": "complain",
        "title": title,
        "text": format!("示例：我是{NAME}，电话{PHONE}，路灯不亮。"),
        "county": "鹿城区",
        "address": "示例路1号",
        "location": {"lat": 28.0, "lng": 120.7},
        "visibility": "public",
        "contact": {"name": NAME, "phone": PHONE},
        "consent": true,
    }))
    .unwrap()
}

struct Case<'a> {
    s: &'a Sample,
    id: i64,
    receipt: Receipt,
}

async fn sent<'a>(s: &'a Sample, key: &str, letter: &Submission, now: Timestamp) -> Case<'a> {
    let body = serde_json::to_vec(letter).unwrap();
    let receipt = submit::submit(&s.city, key, &body, letter, ("app", Actor::WRITER), now)
        .await
        .unwrap();
    let id = receipt.number.count().into();
    Case { s, id, receipt }
}

impl Case<'_> {
    async fn does(&self, who: Actor, order: Order, now: Timestamp) -> Result<Done, Halt> {
        act(&self.s.city, self.id, who, &order, now).await
    }

    async fn route(&self, now: Timestamp) {
        let order = Order {
            department: 1,
            ..Order::new(Action::Route)
        };
        self.does(REVIEWER, order, now).await.unwrap();
    }

    async fn answer(&self, now: Timestamp) {
        let order = Order {
            text: "示例：已修好。".into(),
            ..Order::new(Action::Resolve)
        };
        self.does(HANDLER, order, now).await.unwrap();
    }

    async fn rate(&self, rating: Rating, now: Timestamp) -> Result<Done, Halt> {
        let reason = if rating.is_bad() {
            "示例：还是不亮。"
        } else {
            ""
        };
        let order = Order {
            rating: Some(rating),
            reason: reason.into(),
            ..Order::new(Action::Rate)
        };
        self.does(Actor::WRITER, order, now).await
    }

    async fn own(&self) -> Own {
        citizen::track(&self.s.city, &self.receipt.token, at(9, 1))
            .await
            .unwrap()
    }

    /// Approves everything that waits, masked.
    async fn approve(&self, now: Timestamp) {
        for wording in 1..=12 {
            let order = Order {
                wording,
                text: format!("示例：公开文本{wording}"),
                ..Order::new(Action::ApproveText)
            };
            let _ = self.does(REVIEWER, order, now).await;
        }
    }

    async fn public(&self) -> Option<Petition> {
        self.s.publish().await;
        if !self.s.head().collections.contains_key("petitions") {
            return None;
        }
        let number = self.receipt.number.to_string();
        let device = common::Device::fresh(&self.s.city.tree, &self.s.index(Collection::Petitions));
        let mut all = device
            .records
            .values()
            .map(|json| match Record::parse(Collection::Petitions, json) {
                Ok(Record::Petition(p)) => *p,
                other => panic!("{other:?}"),
            });
        all.find(|p| p.number.to_string() == number)
    }
}

fn refusal(done: Result<Done, Halt>) -> Refusal {
    match done {
        Err(Halt::Rule(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn code(done: Result<Done, Halt>) -> &'static str {
    done.expect_err("it was done").code()
}

#[tokio::test]
async fn the_walk_of_a_letter() {
    let s = city().await;
    let case = sent(&s, "k1", &letter("示例：路灯"), at(9, 24)).await;
    assert_eq!(case.own().await.state, State::Submitted);
    let bare = case.public().await.unwrap();
    assert_eq!(
        (bare.state, bare.title.as_str(), bare.county.as_str()),
        (State::Submitted, "", "")
    );
    case.route(at(9, 25)).await;
    case.approve(at(9, 25)).await;
    let own = case.own().await;
    assert_eq!(
        (own.respond_due.as_str(), own.resolve_due.as_str()),
        ("2025-09-26", "2025-10-13")
    );
    let respond = Order {
        text: "示例：收到。".into(),
        ..Order::new(Action::Respond)
    };
    case.does(HANDLER, respond, at(9, 26)).await.unwrap();
    let ask = Order {
        reason: "示例：等材料".into(),
        date: Some(date(2025, 10, 20)),
        ..Order::new(Action::AskExtension)
    };
    case.does(HANDLER, ask, at(10, 11)).await.unwrap();
    let grant = Order {
        reason: "示例：同意".into(),
        date: Some(date(2025, 10, 20)),
        ..Order::new(Action::GrantExtension)
    };
    case.does(SUPERVISOR, grant, at(10, 11)).await.unwrap();
    case.answer(at(10, 17)).await;
    case.approve(at(10, 17)).await;
    case.rate(Rating::VeryBad, at(10, 18)).await.unwrap();
    assert_eq!(case.own().await.state, State::Resolved);
    let reopen = Order {
        reason: "示例：确实".into(),
        ..Order::new(Action::ConfirmReopen)
    };
    case.does(REVIEWER, reopen, at(10, 20)).await.unwrap();
    assert_eq!(case.own().await.resolve_due, "2025-10-30");
    case.answer(at(10, 22)).await;
    case.rate(Rating::Good, at(10, 23)).await.unwrap();
    assert_eq!(case.own().await.state, State::Closed);
    let public = case.public().await.unwrap();
    assert_eq!((public.state, public.rating), (State::Closed, Some(Rating::Good)));
    let steps: Vec<&str> = public.trail.iter().map(|s| s.what.as_str()).collect();
    assert_eq!(
        steps,
        [
            "submit",
            "route",
            "respond",
            "ask_extension",
            "grant_extension",
            "resolve",
            "rate",
            "confirm_reopen",
            "resolve",
            "rate"
        ]
    );
    assert_eq!(public.department, "示例局一");
    // Answered in time, extension counted: nothing was ever late.
    assert_eq!(
        engine::scan(&s.city, at(10, 24)).await.unwrap(),
        Scanned::default()
    );
    petition::verify_chain(&s.city).await.unwrap();
}

#[tokio::test]
async fn the_same_key_gives_the_same_receipt_and_another_body_is_refused_for_ever() {
    let s = city().await;
    let one = letter("示例：一");
    let case = sent(&s, "key", &one, at(9, 24)).await;
    let body = serde_json::to_vec(&one).unwrap();
    let known = submit::known(&s.city, "key", &body).await.unwrap();
    assert!(matches!(known, Some(Known::Same(receipt)) if receipt == case.receipt));
    let again = sent(&s, "key", &one, at(9, 25)).await;
    assert_eq!(again.receipt, case.receipt);
    assert!(matches!(
        submit::known(&s.city, "key", b"{}").await.unwrap(),
        Some(Known::Other)
    ));
    let two = letter("示例：二");
    let body = serde_json::to_vec(&two).unwrap();
    let other = submit::submit(&s.city, "key", &body, &two, ("app", Actor::WRITER), at(9, 26)).await;
    assert_eq!(other.unwrap_err().code(), "key_used");
    // Many at once under one key are one letter.
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (city, two, body) = (s.city.clone(), two.clone(), body.clone());
        all.spawn(async move {
            submit::submit(&city, "race", &body, &two, ("app", Actor::WRITER), at(9, 26))
                .await
                .unwrap()
        });
    }
    let receipts = all.join_all().await;
    assert!(receipts.windows(2).all(|w| w[0] == w[1]));
    assert_eq!(receipts[0].number.count(), 2);
}

#[tokio::test]
async fn overdue_goes_red_is_supervised_costs_points_and_nothing_happens_twice() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    assert_eq!(engine::scan(&s.city, at(9, 26)).await.unwrap().missed, 0);
    assert_eq!(
        engine::scan(&s.city, at(9, 27)).await.unwrap().missed,
        1,
        "the response is late"
    );
    assert_eq!(engine::scan(&s.city, at(9, 27)).await.unwrap().missed, 0);
    // Three days down over the answer's limit, and then all at once.
    assert_eq!(engine::scan(&s.city, at(10, 13)).await.unwrap().missed, 0);
    assert_eq!(
        engine::scan(&s.city, at(10, 17)).await.unwrap().missed,
        2,
        "red and 督办"
    );
    assert_eq!(
        engine::scan(&s.city, at(10, 22)).await.unwrap().missed,
        1,
        "still open"
    );
    assert_eq!(engine::scan(&s.city, at(10, 30)).await.unwrap().missed, 0);
    let all = petition::deductions(&s.city, case.id).await.unwrap();
    let seen: Vec<_> = all
        .iter()
        .map(|d| (d.cause.as_str(), d.points, d.day.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            ("late_response", -1, "2025-09-27"),
            ("late_completion", -2, "2025-10-14"),
            ("supervised", -3, "2025-10-17"),
            ("still_open", -5, "2025-10-22"),
        ]
    );
    // An extension granted late voids what the replaced due date cost, and keeps it, marked.
    let contest = Order {
        deduction: all[0].id,
        reason: "示例".into(),
        ..Order::new(Action::Contest)
    };
    case.does(HEAD, contest, at(10, 30)).await.unwrap();
    let decide = Order {
        deduction: all[0].id,
        upheld: true,
        reason: "示例".into(),
        ..Order::new(Action::Decide)
    };
    case.does(SUPERVISOR, decide, at(10, 30)).await.unwrap();
    assert_eq!(
        petition::deductions(&s.city, case.id).await.unwrap()[0].state,
        "lifted"
    );
    petition::verify_chain(&s.city).await.unwrap();
}

#[tokio::test]
async fn a_response_that_comes_late_while_the_engine_sleeps_is_noted_all_the_same() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    let respond = Order {
        text: "示例：迟了。".into(),
        ..Order::new(Action::Respond)
    };
    case.does(HANDLER, respond, at(9, 29)).await.unwrap();
    let causes: Vec<_> = petition::deductions(&s.city, case.id)
        .await
        .unwrap()
        .into_iter()
        .map(|d| d.cause)
        .collect();
    assert_eq!(causes, ["late_response"]);
}

#[tokio::test]
async fn an_extension_voids_the_red_of_the_due_date_it_replaces() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    let ask = |day| Order {
        reason: "示例".into(),
        date: Some(date(2025, 11, 3)),
        seen: None,
        ..Order::new(day)
    };
    assert_eq!(
        refusal(case.does(HANDLER, ask(Action::AskExtension), at(10, 12)).await),
        Refusal::TooLate
    );
    case.does(HANDLER, ask(Action::AskExtension), at(10, 11))
        .await
        .unwrap();
    assert_eq!(
        refusal(case.does(HANDLER, ask(Action::AskExtension), at(10, 11)).await),
        Refusal::ExtensionPending
    );
    engine::scan(&s.city, at(10, 17)).await.unwrap();
    let past = Order {
        date: Some(date(2025, 10, 16)),
        ..ask(Action::GrantExtension)
    };
    assert_eq!(code(case.does(REVIEWER, past, at(10, 17)).await), "date_past");
    case.does(REVIEWER, ask(Action::GrantExtension), at(10, 17))
        .await
        .unwrap();
    let states: Vec<_> = petition::deductions(&s.city, case.id)
        .await
        .unwrap()
        .into_iter()
        .map(|d| (d.cause, d.state))
        .collect();
    assert_eq!(
        states,
        [
            ("late_response".to_owned(), "standing".to_owned()),
            ("late_completion".to_owned(), "voided".to_owned()),
            ("supervised".to_owned(), "voided".to_owned()),
        ]
    );
    // Kept and marked wherever the way of the letter is told: to everybody, to its writer and at the desk.
    let told = [
        ("late_response", false),
        ("late_completion", true),
        ("supervise", true),
        ("grant_extension", false),
    ];
    let kept = |what: &str| told.iter().any(|(name, _)| *name == what);
    let public = case.public().await.unwrap().trail.into_iter();
    let public = public.map(|s| (s.what, s.voided));
    let own = case.own().await.trail.into_iter().map(|s| (s.what, s.voided));
    let who = Who {
        id: 1,
        name: String::new(),
        roles: vec![Role::Reviewer],
        department: 0,
        csrf: String::new(),
    };
    let number = case.receipt.number.to_string();
    let desk = desk::letter(&s.city, &who, &number, at(10, 17)).await.unwrap();
    let desk = desk.trail.into_iter().map(|s| (s.what, s.voided));
    for trail in [public.collect::<Vec<_>>(), own.collect(), desk.collect()] {
        let trail: Vec<_> = trail.iter().map(|(w, v)| (w.as_str(), *v)).collect();
        let shown: Vec<_> = trail.iter().copied().filter(|(w, _)| kept(w)).collect();
        assert_eq!(shown, told, "{trail:?}");
    }
    assert_eq!(
        engine::scan(&s.city, at(11, 4)).await.unwrap().missed,
        1,
        "the granted date counts again"
    );
    let again = case.public().await.unwrap().trail.pop().unwrap();
    assert_eq!((again.what.as_str(), again.voided), ("late_completion", false));
}

#[tokio::test]
async fn a_calendar_published_late_moves_open_letters_and_no_others() {
    let s = sample().await;
    let agency = json!({"id": "a", "name": "示例局一", "kind": "市级部门"}).to_string();
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    s.import(Collection::Calendar, &s.file("calendar.jsonl", calendar(false)))
        .await;
    petition::set_up(&s.city, at(9, 1)).await.unwrap();
    engine::scan(&s.city, at(9, 1)).await.unwrap();
    let open = sent(&s, "open", &letter("示例"), at(9, 24)).await;
    open.route(at(9, 25)).await;
    let done = sent(&s, "done", &letter("示例"), at(9, 24)).await;
    done.route(at(9, 25)).await;
    done.answer(at(9, 26)).await;
    let before = open.own().await.resolve_due;
    assert_eq!(before, "2025-10-06");
    s.import(Collection::Calendar, &s.file("calendar.jsonl", calendar(true)))
        .await;
    assert_eq!(engine::scan(&s.city, at(9, 30)).await.unwrap().moved, 1);
    assert_eq!(open.own().await.resolve_due, "2025-10-13");
    assert_eq!(done.own().await.resolve_due, before);
    assert_eq!(engine::scan(&s.city, at(9, 30)).await.unwrap().moved, 0);
}

#[tokio::test]
async fn an_answer_that_nobody_rates_is_closed_after_fifteen_days() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    case.answer(at(9, 26)).await;
    assert_eq!(engine::scan(&s.city, at(10, 11)).await.unwrap().closed, 0);
    assert_eq!(engine::scan(&s.city, at(10, 12)).await.unwrap().closed, 1);
    assert_eq!(case.own().await.state, State::Closed);
    assert_eq!(engine::scan(&s.city, at(10, 13)).await.unwrap().closed, 0);
}

#[tokio::test]
async fn two_at_once_and_the_second_is_told() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    let first = Order {
        department: 1,
        seen: Some(1),
        ..Order::new(Action::Route)
    };
    let second = Order {
        code: "not_ours".into(),
        reason: "x".into(),
        text: "x".into(),
        seen: Some(1),
        ..Order::new(Action::Decline)
    };
    case.does(REVIEWER, first, at(9, 25)).await.unwrap();
    assert_eq!(
        code(case.does(OTHER_REVIEWER, second, at(9, 25)).await),
        "conflict"
    );
}

#[tokio::test]
async fn a_department_cannot_touch_what_was_not_routed_to_it() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    for action in [
        Action::Respond,
        Action::Resolve,
        Action::Note,
        Action::Return,
        Action::AskExtension,
    ] {
        let order = Order {
            text: "x".into(),
            reason: "x".into(),
            date: Some(date(2025, 12, 1)),
            ..Order::new(action)
        };
        assert_eq!(
            code(case.does(STRANGER, order, at(9, 25)).await),
            "not_found",
            "{action:?}"
        );
    }
}

#[tokio::test]
async fn an_appeal_is_decided_by_another_reviewer() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    let decline = || Order {
        code: "not_ours".into(),
        reason: "示例".into(),
        text: "示例：请找法院".into(),
        ..Order::new(Action::Decline)
    };
    case.does(REVIEWER, decline(), at(9, 25)).await.unwrap();
    assert_eq!(case.public().await.unwrap().declined, "not_ours");
    let appeal = || Order {
        reason: "示例：不服".into(),
        ..Order::new(Action::Appeal)
    };
    case.does(Actor::WRITER, appeal(), at(9, 26)).await.unwrap();
    let route = || Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    assert_eq!(
        code(case.does(REVIEWER, route(), at(9, 26)).await),
        "another_reviewer_decides"
    );
    case.does(OTHER_REVIEWER, decline(), at(9, 28)).await.unwrap();
    assert_eq!(
        refusal(case.does(Actor::WRITER, appeal(), at(9, 29)).await),
        Refusal::AppealedBefore
    );
}

#[tokio::test]
async fn returning_is_upheld_without_a_deduction_for_the_one_who_was_right() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    let back = Order {
        reason: "示例：不归我们".into(),
        ..Order::new(Action::Return)
    };
    case.does(HANDLER, back, at(9, 26)).await.unwrap();
    engine::scan(&s.city, at(9, 29)).await.unwrap();
    let reroute = Order {
        department: 2,
        reason: "示例".into(),
        upheld: true,
        ..Order::new(Action::Reroute)
    };
    case.does(SUPERVISOR, reroute, at(9, 29)).await.unwrap();
    let all = petition::deductions(&s.city, case.id).await.unwrap();
    assert_eq!((all.len(), all[0].state.as_str()), (1, "voided"));
    assert_eq!(case.own().await.respond_due, "2025-09-30");
    let own = case.own().await;
    let late: Vec<_> = own.trail.iter().filter(|s| s.what == "late_response").collect();
    assert!(matches!(late[..], [step] if step.voided), "{own:?}");
    let none = Order {
        text: "x".into(),
        ..Order::new(Action::Respond)
    };
    assert_eq!(code(case.does(HANDLER, none, at(9, 29)).await), "not_found");
}

#[tokio::test]
async fn nothing_of_a_private_letter_or_a_person_is_in_any_public_byte() {
    let s = city().await;
    let mut private = letter("示例：不公开的标题");
    private.visibility = Visibility::Private;
    let hidden = sent(&s, "p", &private, at(9, 24)).await;
    let shown = sent(&s, "q", &letter("示例：公开的标题"), at(9, 24)).await;
    for case in [&hidden, &shown] {
        case.route(at(9, 25)).await;
        case.approve(at(9, 25)).await;
        let note = Order {
            text: format!("内部：{NAME} {PHONE}"),
            ..Order::new(Action::Note)
        };
        case.does(HANDLER, note, at(9, 25)).await.unwrap();
        case.answer(at(9, 26)).await;
        case.approve(at(9, 26)).await;
    }
    assert!(hidden.public().await.is_none());
    assert!(shown.public().await.is_some());
    assert_eq!(
        hidden
            .own()
            .await
            .words
            .iter()
            .filter(|w| w.sort == "answer")
            .count(),
        1
    );
    let number = hidden.receipt.number.to_string();
    for secret in [
        NAME,
        PHONE,
        "示例路1号",
        "120.7",
        "内部",
        "不公开的标题",
        &number,
        &shown.receipt.code,
        &shown.receipt.token,
    ] {
        for (sha, bytes) in s.all_bytes() {
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{secret} in {sha}"
            );
        }
    }
    // Nor in the database's files in clear: only words the citizen wrote into the text itself stand there.
    let sealed = [&shown.receipt.code, &shown.receipt.token, &"示例路1号".to_owned()];
    for file in std::fs::read_dir(&s.city.config.data_dir)
        .unwrap()
        .flatten()
        .filter(|f| f.path().is_file())
    {
        let bytes = std::fs::read(file.path()).unwrap();
        for secret in sealed {
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{secret}"
            );
        }
    }
    // Made private later, it is erased from every object, and comes back under a new record when lifted.
    let hide = |to| Order {
        visibility: to,
        ..Order::new(Action::SetVisibility)
    };
    shown
        .does(Actor::WRITER, hide(Visibility::Private), at(9, 27))
        .await
        .unwrap();
    assert!(shown.public().await.is_none());
    let number = shown.receipt.number.to_string();
    assert!(
        s.all_bytes()
            .iter()
            .all(|(_, bytes)| !bytes.windows(number.len()).any(|w| w == number.as_bytes()))
    );
    shown
        .does(Actor::WRITER, hide(Visibility::Public), at(9, 27))
        .await
        .unwrap();
    assert!(shown.public().await.is_some());
}

#[tokio::test]
async fn a_code_opens_one_letter_and_says_nothing_about_others() {
    let s = city().await;
    let a = sent(&s, "a", &letter("示例：甲"), at(9, 24)).await;
    let b = sent(&s, "b", &letter("示例：乙"), at(9, 24)).await;
    let own = citizen::look_up(
        &s.city,
        &a.receipt.number.to_string(),
        &a.receipt.code.to_lowercase(),
        at(9, 25),
    )
    .await
    .unwrap();
    assert_eq!(own.words[0].text, "示例：甲");
    for (number, code) in [
        (a.receipt.number.to_string(), b.receipt.code.clone()),
        ("2025-000099-12".into(), a.receipt.code.clone()),
        (a.receipt.number.to_string(), "".into()),
        ("x".into(), a.receipt.code.clone()),
    ] {
        assert_eq!(
            citizen::look_up(&s.city, &number, &code, at(9, 25))
                .await
                .unwrap_err()
                .code(),
            "not_found"
        );
    }
    assert_eq!(
        citizen::track(&s.city, "0", at(9, 25)).await.unwrap_err().code(),
        "not_found"
    );
}

#[tokio::test]
async fn citizens_join_and_leave_and_the_writer_may_go() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    let number = case.receipt.number.to_string();
    let join = |action| Order {
        joiner: citizen::joiner(&s.city, "t"),
        ..Order::new(action)
    };
    let whose = Whose::Anybodys(&number);
    for _ in 0..2 {
        citizen::write(&s.city, whose, "j1", b"", &join(Action::Join), at(9, 26))
            .await
            .unwrap();
    }
    let again = citizen::write(&s.city, whose, "j2", b"", &join(Action::Join), at(9, 26)).await;
    assert_eq!(refusal(again), Refusal::JoinedBefore);
    assert_eq!(case.own().await.joiners, 1);
    case.does(Actor::WRITER, Order::new(Action::Withdraw), at(9, 26))
        .await
        .unwrap();
    assert_eq!(
        case.own().await.state,
        State::Routed,
        "the joiner's letter goes on"
    );
    citizen::write(&s.city, whose, "j3", b"", &join(Action::Leave), at(9, 26))
        .await
        .unwrap();
    case.does(Actor::WRITER, Order::new(Action::Withdraw), at(9, 26))
        .await
        .unwrap();
    assert_eq!(case.own().await.state, State::Withdrawn);
    assert_eq!(case.public().await.unwrap().text, "");
    // Months later nobody is late with what its writer took back in time.
    let year = report::Asked {
        from: date(2025, 1, 1),
        until: date(2025, 12, 31),
        kind: None,
        county: String::new(),
        by: report::By::Department,
    };
    let lines = report::figures(&s.city, &year, at(12, 1)).await.unwrap().lines;
    assert_eq!(
        (lines[0].routed, lines[0].responses, lines[0].answers),
        (1, (0, 0), (0, 0))
    );
    // A private letter cannot even be told from none.
    let mut private = letter("示例");
    private.visibility = Visibility::Private;
    let hidden = sent(&s, "h", &private, at(9, 24)).await;
    hidden.route(at(9, 25)).await;
    let number = hidden.receipt.number.to_string();
    let asked = citizen::write(
        &s.city,
        Whose::Anybodys(&number),
        "j4",
        b"",
        &join(Action::Join),
        at(9, 26),
    )
    .await;
    assert_eq!(code(asked), "not_found");
}

#[tokio::test]
async fn a_merged_letter_links_and_can_be_taken_out_again() {
    let s = city().await;
    let target = sent(&s, "a", &letter("示例：甲"), at(9, 24)).await;
    target.route(at(9, 25)).await;
    let case = sent(&s, "b", &letter("示例：乙"), at(9, 25)).await;
    case.route(at(9, 25)).await;
    let merge = Order {
        target: target.id,
        ..Order::new(Action::Merge)
    };
    case.does(REVIEWER, merge, at(9, 26)).await.unwrap();
    assert_eq!(
        case.public().await.unwrap().merged_into,
        Some(target.receipt.number)
    );
    assert_eq!(
        engine::scan(&s.city, at(9, 29)).await.unwrap().missed,
        1,
        "only the target's clock runs"
    );
    let back = Order {
        reason: "示例".into(),
        ..Order::new(Action::Unmerge)
    };
    case.does(REVIEWER, back, at(9, 29)).await.unwrap();
    assert_eq!(case.own().await.state, State::Routed);
    let mut private = letter("示例");
    private.visibility = Visibility::Private;
    let hidden = sent(&s, "c", &private, at(9, 25)).await;
    let merge = Order {
        target: target.id,
        ..Order::new(Action::Merge)
    };
    assert_eq!(
        refusal(hidden.does(REVIEWER, merge, at(9, 26)).await),
        Refusal::NotPublic
    );
    let merge = Order {
        target: hidden.id,
        ..Order::new(Action::Merge)
    };
    assert_eq!(
        refusal(target.does(REVIEWER, merge, at(9, 26)).await),
        Refusal::TargetNotPublic
    );
}

#[tokio::test]
async fn files_come_in_parts_are_checked_and_written_anew() {
    let s = city().await;
    let now = at(9, 24);
    let owner = upload::owner(&s.city, "k");
    let mut png = Vec::new();
    let image = image::RgbaImage::from_pixel(40, 20, image::Rgba([200, 30, 40, 255]));
    image::DynamicImage::from(image)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    png.extend_from_slice(b"GPS:28.0,120.7 <script>");
    let sha = weimenhu_domain::record::Sha256::of(&png);
    let length = png.len() as u64;
    let (a, b) = png.split_at(30);
    let part = |offset, bytes| upload::part(&s.city, &owner, sha, (offset, length), bytes, now);
    assert_eq!(part(0, a).await.unwrap().offset, 30);
    assert_eq!(part(0, a).await.unwrap_err().code(), "offset_wrong");
    assert_eq!(upload::progress(&s.city, &owner, sha).await.unwrap().offset, 30);
    let mut with_file = letter("示例");
    with_file.attachments = vec![sha];
    let body = serde_json::to_vec(&with_file).unwrap();
    let early = submit::submit(&s.city, "k", &body, &with_file, ("app", Actor::WRITER), now).await;
    assert_eq!(early.unwrap_err().code(), "file_not_uploaded");
    assert!(part(30, b).await.unwrap().done);
    assert!(part(30, b).await.unwrap().done, "the last part again is no fault");
    let case = sent(&s, "k", &with_file, now).await;
    let own = case.own().await;
    assert_eq!(
        (own.files.len(), own.files[0].media_type.as_str()),
        (1, "image/jpeg")
    );
    for file in std::fs::read_dir(s.city.config.data_dir.join("letters"))
        .unwrap()
        .flatten()
    {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(3).any(|w| w == b"GPS"));
    }
    // Not public until a reviewer says so.
    case.route(at(9, 25)).await;
    assert_eq!(case.public().await.unwrap().pictures.len(), 0);
    let approve = Order {
        attachment: 1,
        upheld: true,
        ..Order::new(Action::ApproveText)
    };
    case.does(REVIEWER, approve, at(9, 25)).await.unwrap();
    assert_eq!(case.public().await.unwrap().pictures.len(), 1);
    // What is not what it was promised to be, or not of a kind that is taken, is gone again.
    for bytes in [&b"<html></html>"[..], b"MZ\x90\x00"] {
        let sha = weimenhu_domain::record::Sha256::of(bytes);
        let sent = upload::part(&s.city, &owner, sha, (0, bytes.len() as u64), bytes, now).await;
        assert_eq!(sent.unwrap_err().code(), "file_refused");
    }
    let wrong = upload::part(
        &s.city,
        &owner,
        weimenhu_domain::record::Sha256([7; 32]),
        (0, 3),
        b"abc",
        now,
    )
    .await;
    assert_eq!(wrong.unwrap_err().code(), "hash_wrong");
    let huge = upload::part(
        &s.city,
        &owner,
        weimenhu_domain::record::Sha256([8; 32]),
        (0, 11 << 20),
        b"abc",
        now,
    )
    .await;
    assert_eq!(huge.unwrap_err().code(), "file_too_large");
}

#[tokio::test]
async fn erasing_takes_the_person_and_leaves_what_was_approved() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例：标题"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    case.approve(at(9, 25)).await;
    case.answer(at(9, 26)).await;
    case.rate(Rating::Good, at(9, 27)).await.unwrap();
    case.does(Actor::WRITER, Order::new(Action::AskErase), at(9, 27))
        .await
        .unwrap();
    case.does(ADMINISTRATOR, Order::new(Action::Erase), at(9, 28))
        .await
        .unwrap();
    let own = case.own().await;
    assert!(own.words.iter().all(|w| !w.text.contains(NAME)), "{own:?}");
    let export: Value = citizen::export(&s.city, &case.receipt.token, at(9, 28))
        .await
        .unwrap();
    assert_eq!(export["contact"]["phone"], "");
    assert!(case.public().await.unwrap().text.contains("公开文本"));
    petition::verify_chain(&s.city).await.unwrap();
}

#[tokio::test]
async fn messages_hold_the_number_and_the_step_and_survive_a_gateway_that_fails() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例：标题"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    let mut config = s.city.config.clone();
    config.message_gateway = "http://127.0.0.1:1/".into();
    let nowhere = Gateway::of(&config).unwrap();
    let first = sender::round(&s.city, &nowhere, at(9, 25)).await.unwrap();
    assert!(first.again > 0 && first.sent == 0);
    // Not before its time; then by the log, once each.
    assert_eq!(
        sender::round(&s.city, &Gateway::Log, at(9, 25))
            .await
            .unwrap()
            .sent,
        0
    );
    assert_eq!(
        sender::round(&s.city, &Gateway::Log, at(9, 26))
            .await
            .unwrap()
            .sent,
        first.again
    );
    assert_eq!(
        sender::round(&s.city, &Gateway::Log, at(9, 26))
            .await
            .unwrap()
            .sent,
        0
    );
    for message in petition::messages(&s.city, 0).await.unwrap() {
        for secret in [NAME, PHONE, "标题"] {
            assert!(!format!("{message:?}").contains(secret));
        }
    }
}

#[tokio::test]
async fn an_event_cannot_be_changed_or_taken_out() {
    use sea_orm::ConnectionTrait;
    let s = city().await;
    sent(&s, "k", &letter("示例"), at(9, 24)).await;
    let db = s.database().await;
    for sql in [
        "UPDATE petition_event SET actor = 9",
        "DELETE FROM petition_event",
    ] {
        let error = db.execute_unprepared(sql).await.unwrap_err();
        assert!(error.to_string().contains("append-only"), "{error}");
    }
    assert_eq!(petition::verify_chain(&s.city).await.unwrap(), 1);
}

#[tokio::test]
async fn three_days_down_make_nothing_lost_nothing_twice_and_nothing_cheaper() {
    let mut both = Vec::new();
    for sleeps in [false, true] {
        let s = city().await;
        let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
        case.route(at(9, 25)).await;
        let september = (26..=30).map(|day| (9, day));
        for (month, day) in september.chain((1..=23).map(|day| (10, day))) {
            // From the day it turns red to the day of the 督办 nobody looks.
            if sleeps && month == 10 && (14..=16).contains(&day) {
                continue;
            }
            for _ in 0..2 {
                engine::scan(&s.city, at(month, day)).await.unwrap();
            }
        }
        let who = Who {
            id: 1,
            name: String::new(),
            roles: vec![Role::Reviewer],
            department: 0,
            csrf: String::new(),
        };
        let number = case.receipt.number.to_string();
        let seen = desk::letter(&s.city, &who, &number, at(10, 23)).await.unwrap();
        let steps: Vec<_> = seen
            .trail
            .into_iter()
            .map(|step| (step.what, format!("{:?}", step.facts)))
            .collect();
        let cost = petition::deductions(&s.city, case.id).await.unwrap();
        let cost: Vec<_> = cost.into_iter().map(|d| (d.cause, d.points, d.day)).collect();
        assert_eq!(cost.len(), 4, "{cost:?}");
        petition::verify_chain(&s.city).await.unwrap();
        both.push((steps, cost));
    }
    assert_eq!(both[0], both[1]);
}

#[tokio::test]
async fn a_right_ends_by_the_servers_clock_and_until_then_the_device_is_told() {
    let s = city().await;
    let case = sent(&s, "k", &letter("示例"), at(9, 24)).await;
    case.route(at(9, 25)).await;
    case.answer(at(9, 26)).await;
    let told = async |now| {
        citizen::track(&s.city, &case.receipt.token, now)
            .await
            .unwrap()
            .rate_until
    };
    assert_eq!(told(at(9, 26)).await, "2025-10-11");
    assert_eq!(told(at(10, 11)).await, "2025-10-11");
    assert_eq!(told(at(10, 12)).await, "");
    let late = case.rate(Rating::Good, at(10, 12)).await;
    assert_eq!(refusal(late), Refusal::TooLate);
}
