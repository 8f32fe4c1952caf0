//! Messages: which rule sends what to whom on which day, in whose words, and how a gateway with every fault gets each
//! of them once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what fails here must fail the test"
)]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::start,
    letters::{self, city, on},
};
use jiff::{ToSpan, civil::date};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use weimenhu_domain::petition::{
    Action, Role,
    receipt::{Number, keyed},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    desk::{self, MessageRule, Trail},
    gateway::Gateway,
    recovery,
    sender::{self, Sent},
    staff::Who,
    submit,
};

fn admin() -> Who {
    Who {
        id: 7,
        name: "示例管理员".into(),
        roles: vec![Role::Administrator],
        department: 0,
        csrf: String::new(),
    }
}

fn rule(action: &str, audience: &str, text: &str) -> MessageRule {
    MessageRule {
        id: 0,
        action: action.into(),
        audience: audience.into(),
        channel: "app".into(),
        template: String::new(),
        text: text.into(),
        from: String::new(),
        until: String::new(),
    }
}

async fn respond(s: &Sample, number: Number, day: i8) {
    let handler = Actor {
        role: Role::Handler,
        staff: 2,
        department: 1,
    };
    let order = Order {
        text: "示例：正在修理".into(),
        ..Order::new(Action::Respond)
    };
    let id = number.count().into();
    act(&s.city, id, handler, &order, on(day)).await.unwrap();
}

/// What was written of a step to an audience, by letter.
async fn told(s: &Sample, step: &str, audience: &str) -> BTreeMap<String, String> {
    let all = petition::messages(&s.city, 0).await.unwrap();
    let wanted = all
        .into_iter()
        .filter(|m| m.step == step && m.audience == audience);
    wanted.map(|m| (m.number, m.text)).collect()
}

#[tokio::test]
async fn a_rule_sends_on_its_days_in_its_words_and_what_was_sent_stays() {
    let s = city().await;
    let before = letters::routed(&s, "before", 8).await;
    let within = letters::routed(&s, "within", 8).await;
    let after = letters::routed(&s, "after", 8).await;
    let own = rule("respond", "office", "{number} {step}，{due} 前办复");
    let span = (date(2025, 9, 10), Some(date(2025, 9, 12)));
    assert!(
        desk::add_message_rule(&s.city, &admin(), &own, span, on(8))
            .await
            .unwrap()
    );

    respond(&s, before, 9).await;
    respond(&s, within, 10).await;
    let rules = desk::message_rules(&s.city).await.unwrap();
    let id = rules.last().unwrap().id;
    let who = admin();
    let end = |until| desk::end_message_rule(&s.city, &who, id, until, on(10));
    assert!(
        !end(date(2025, 9, 9)).await.unwrap(),
        "what was sent cannot be unsent"
    );
    assert!(end(date(2025, 9, 10)).await.unwrap());
    respond(&s, after, 11).await;

    let sent = told(&s, "respond", "office").await;
    let words = format!("{within} 回应，2025-09-18 前办复");
    assert_eq!(sent, [(within.to_string(), words)].into());
    let standard = told(&s, "route", "lead").await;
    assert_eq!(standard.len(), 3, "the city's first rules hold for ever");
    assert_eq!(
        standard[&before.to_string()],
        format!("来信 {before}：推送部门。办复期限 2025-09-18。")
    );
    let trail = desk::audit(&s.city, &Trail::default()).await.unwrap();
    let set = trail.iter().filter(|e| e.step.what.starts_with("message_rule_"));
    assert_eq!(set.count(), 2, "both changes are in the audit trail");
}

#[tokio::test]
async fn nobody_gets_the_same_twice() {
    let s = city().await;
    let again = rule("route", "lead", "");
    let add = |from, until| {
        let (s, again) = (&s, &again);
        async move {
            desk::add_message_rule(&s.city, &admin(), again, (from, until), on(8))
                .await
                .unwrap()
        }
    };
    assert!(
        !add(date(2030, 1, 1), None).await,
        "the first rules hold for ever"
    );
    let first = desk::message_rules(&s.city).await.unwrap();
    let first = first
        .iter()
        .find(|r| (&*r.action, &*r.audience) == ("route", "lead"))
        .unwrap();
    let last = date(2025, 9, 30);
    assert!(
        desk::end_message_rule(&s.city, &admin(), first.id, last, on(8))
            .await
            .unwrap()
    );
    assert!(!add(last, None).await);
    assert!(add(last.checked_add(1.day()).unwrap(), None).await);
}

#[tokio::test]
async fn a_department_reads_what_is_written_to_it_and_nothing_else() {
    let s = city().await;
    let server = start(&s.city).await;
    let number = letters::routed(&s, "one", 8).await.to_string();
    let mut pages = Vec::new();
    for (login, role, department) in [
        ("theirs", Role::Handler, 1),
        ("others", Role::Handler, 2),
        ("office", Role::Supervisor, 0),
        ("line", Role::Operator, 0),
    ] {
        let secret = hire(&s, login, &[role], department).await;
        let (_, who) = Browser::sign_in(server.at, login, &secret, "").await;
        let answer = who.get("/desk/messages").await;
        pages.push((answer.status, String::from_utf8(answer.body).unwrap()));
    }
    let shows = |n: usize| pages[n].1.contains(&number);
    assert!(shows(0) && shows(2) && !shows(1));
    assert!(
        !pages[0].1.contains("提交"),
        "what goes to the Office is not theirs"
    );
    assert_eq!(
        pages.iter().map(|p| p.0).collect::<Vec<_>>(),
        [200, 200, 200, 404]
    );
    server.stop().await;
}

const SECRET: &str = "示例密钥";

/// What a gateway got: key and body, in order, answered or not.
type Got = Arc<Mutex<Vec<(String, Value)>>>;

/// A gateway with every fault of a network, by seed; without one it has none.
async fn gateway(seed: Option<u64>) -> (std::net::SocketAddr, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let got = Got::default();
    let kept = got.clone();
    tokio::spawn(async move {
        let mut random = seed.map(StdRng::seed_from_u64);
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let fault = random.as_mut().map_or(5, |random| random.random_range(0..6));
            tokio::spawn(one_request(stream, fault, kept.clone()));
        }
    });
    (at, got)
}

async fn one_request(mut stream: TcpStream, fault: u32, got: Got) {
    // Hung up on before a word was read.
    if fault == 0 {
        return;
    }
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut part = [0; 4096];
        let n = stream.read(&mut part).await.unwrap_or(0);
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&part[..n]);
        let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let length = header(&head, "content-length").parse::<usize>().unwrap();
        if bytes.len() >= end + 4 + length {
            break (head, bytes[end + 4..].to_vec());
        }
    };
    let signature = data_encoding::HEXLOWER.encode(&keyed(SECRET.as_bytes(), "message", &body));
    assert_eq!(header(&head, "x-signature"), format!("sha256={signature}"));
    let key = header(&head, "idempotency-key");
    let message: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(message["key"], *key);
    let answer = match fault {
        1 => "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
        2 => "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        3 => "<html>",
        // Taken, and the answer is lost.
        4 => "",
        _ => "HTTP/1.1 204 No Content\r\n\r\n",
    };
    if fault >= 4 {
        got.lock().unwrap().push((key, message));
    }
    let _ = stream.write_all(answer.as_bytes()).await;
}

fn header(head: &str, name: &str) -> String {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut found = lines.filter(|(n, _)| n.eq_ignore_ascii_case(name));
    found.next().unwrap().1.to_owned()
}

#[tokio::test]
async fn through_every_fault_each_message_arrives_and_its_repeats_are_known_by_their_key() {
    for seed in [1, 2, 3] {
        println!("seed {seed}");
        let mut s = city().await;
        for n in 0..30 {
            letters::routed(&s, &format!("letter {n}"), 8).await;
        }
        let (at, got) = gateway(Some(seed)).await;
        s.city.config.message_gateway = format!("http://{at}/sms");
        s.city.config.message_secret = SECRET.into();
        let gateway = Gateway::of(&s.city.config).unwrap();
        let mut all = Sent::default();
        // Longer between two rounds than any pause after a failure.
        let mut now = on(9);
        for _ in 0..40 {
            let sent = sender::round(&s.city, &gateway, now).await.unwrap();
            (all.sent, all.dead) = (all.sent + sent.sent, all.dead + sent.dead);
            now += 1.hours();
        }
        let written = petition::messages(&s.city, 0).await.unwrap();
        let state = |wanted: &str| written.iter().filter(|m| m.state == wanted).count();
        assert_eq!(
            (state("sent"), state("dead"), state("waiting")),
            (all.sent, all.dead, 0)
        );
        let got = got.lock().unwrap();
        let mut arrived: BTreeMap<&str, &Value> = BTreeMap::new();
        for (key, message) in got.iter() {
            let first = arrived.entry(key).or_insert(message);
            assert_eq!(*first, message, "a repeat says the same");
        }
        // Of those that were given up some may have arrived, their answer lost eight times.
        assert!(arrived.len() >= all.sent && arrived.len() <= written.len());
        assert!(
            got.len() > arrived.len(),
            "no answer was lost: the seed is no good"
        );
        assert!(all.dead * 3 < written.len(), "{} of {}", all.dead, written.len());
        let text = arrived.values().next().unwrap()["text"].as_str().unwrap();
        assert!(text.contains("来信"), "{text}");
    }
}

#[tokio::test]
async fn a_message_nobody_can_get_any_more_holds_up_no_other() {
    use sea_orm::ConnectionTrait;
    let mut s = city().await;
    letters::routed(&s, "one", 8).await;
    let spoil = "UPDATE petition_message SET channel = 'sms', recipient = 'no seal of ours' WHERE id = 1";
    s.database().await.execute_unprepared(spoil).await.unwrap();
    let (at, got) = gateway(None).await;
    s.city.config.message_gateway = format!("http://{at}/sms");
    s.city.config.message_secret = SECRET.into();
    let gateway = Gateway::of(&s.city.config).unwrap();
    let mut now = on(9);
    for _ in 0..40 {
        sender::round(&s.city, &gateway, now).await.unwrap();
        now += 1.hours();
    }
    let states: Vec<String> = petition::messages(&s.city, 0)
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.state)
        .collect();
    assert_eq!(states, ["sent", "dead"], "the newest first");
    assert_eq!(got.lock().unwrap().first().unwrap().1["args"]["step"], "route");
}

/// A letter whose writer left this phone, by its number.
async fn with_phone(s: &Sample, key: &str, phone: &str) -> Number {
    let letter = serde_json::json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮", "visibility": "public",
        "contact": {"name": "", "phone": phone}, "consent": true});
    let body = letter.to_string();
    let letter = serde_json::from_value(letter).unwrap();
    let from = ("app", Actor::WRITER);
    let receipt = submit::submit(&s.city, key, body.as_bytes(), &letter, from, on(8)).await;
    receipt.unwrap().number
}

#[tokio::test]
async fn every_message_goes_under_the_name_that_the_gateway_gave_it() {
    let mut s = city().await;
    let target = letters::routed(&s, "target", 8).await;
    let merged = with_phone(&s, "merged", "13800138001").await;
    let reviewer = Actor {
        role: Role::Reviewer,
        staff: 1,
        department: 0,
    };
    let order = Order {
        target: target.count().into(),
        ..Order::new(Action::Merge)
    };
    act(&s.city, merged.count().into(), reviewer, &order, on(8))
        .await
        .unwrap();
    let named = |action: &str, template: &str, text: &str| MessageRule {
        channel: "sms".into(),
        template: template.into(),
        ..rule(action, "writer", text)
    };
    for own in [
        named("merged_step", "SMS_1", ""),
        named("recover_receipt", "SMS_2", "示例验证码 {code}，勿告诉他人"),
    ] {
        let span = (date(2025, 9, 10), Some(date(2025, 9, 12)));
        assert!(
            desk::add_message_rule(&s.city, &admin(), &own, span, on(8))
                .await
                .unwrap()
        );
    }
    let (at, got) = gateway(None).await;
    s.city.config.message_gateway = format!("http://{at}/sms");
    s.city.config.message_secret = SECRET.into();
    let http = Gateway::of(&s.city.config).unwrap();
    let sent_since = async |now| {
        let before = got.lock().unwrap().len();
        sender::round(&s.city, &http, now).await.unwrap();
        let got = got.lock().unwrap();
        let sms = got[before..].iter().filter(|(_, m)| m["channel"] == "sms");
        sms.map(|(_, m)| {
            [&m["template"], &m["text"], &m["args"]["code"]]
                .map(|v| v.as_str().unwrap_or_default().to_owned())
        })
        .collect::<Vec<_>>()
    };
    sent_since(on(8)).await;
    let codes = recovery::Codes::default();
    for (day, templates) in [
        (9, ["message-recover-receipt-writer", "message-any-writer"]),
        (10, ["SMS_2", "SMS_1"]),
        (15, ["message-recover-receipt-writer", "message-any-writer"]),
    ] {
        match day {
            9 => respond(&s, target, day).await,
            _ => {
                let later = Order {
                    reason: "示例".into(),
                    date: Some(date(2025, 9, 15 + day)),
                    ..Order::new(Action::AskExtension)
                };
                let handler = Actor {
                    role: Role::Handler,
                    staff: 2,
                    department: 1,
                };
                act(&s.city, target.count().into(), handler, &later, on(day))
                    .await
                    .unwrap();
                let grant = Order {
                    action: Action::GrantExtension,
                    ..later
                };
                act(&s.city, target.count().into(), reviewer, &grant, on(day))
                    .await
                    .unwrap();
            }
        }
        recovery::send_code(&s.city, &codes, "13800138001", on(day))
            .await
            .unwrap();
        let sent = sent_since(on(day)).await;
        let code = sent.iter().find(|m| m[0] == templates[0]).unwrap();
        assert!(code[1].contains(&code[2]) && code[2].len() == 6, "{code:?}");
        let step = sent.iter().find(|m| m[0] == templates[1]);
        assert!(step.unwrap()[1].contains(&merged.to_string()), "{step:?}");
    }
}
