//! What nobody may find: a writer's data, a code, a token or a password in the log, in what the public can fetch, in a
//! file's name or in an answer to a guess. The real program, logging everything it can.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    desk::{Browser, PASSWORD, hire},
    holds,
    http::{Answer, send},
    sample_with,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use weimenhu_domain::{Collection, petition::Role, record::Sha256};
use weimenhu_server::petition;

const PHONE: &str = "13800138000";
const NAME: &str = "张示例";
const ADDRESS: &str = "示例路1号";
const KEY: &str = "key-that-nobody-else-may-know";

/// The program over a city's folder, with its log.
struct Program {
    child: Child,
    at: SocketAddr,
    log: std::thread::JoinHandle<Vec<u8>>,
}

impl Program {
    fn start(data: &Path, level: &str) -> Self {
        let settings = data.join("letters.toml");
        std::fs::write(&settings, "writes_per_minute = 10000\nproof_of_work = 0\n").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_weimenhu-server"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(settings)
            .arg("--data-dir")
            .arg(data)
            .env("RUST_LOG", level)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let at = line.trim().rsplit('/').next().unwrap().parse().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut all = Vec::new();
            stderr.read_to_end(&mut all).unwrap();
            all
        });
        Self { child, at, log }
    }

    /// Ends it; answers everything it logged.
    fn end(mut self) -> Vec<u8> {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status();
        assert!(kill.unwrap().success() && self.child.wait().unwrap().success());
        self.log.join().unwrap()
    }
}

async fn json_to(at: SocketAddr, path: &str, headers: &str, body: &Value) -> Answer {
    let body = body.to_string();
    let headers = format!("{headers}content-length: {}\r\n", body.len());
    send(at, "POST", path, &headers, body.as_bytes()).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

#[tokio::test]
async fn nothing_of_a_person_and_no_secret_is_logged_named_or_served() {
    let s = sample_with(|config| config.database_url = None).await;
    let agency = r#"{"id": "a", "name": "示例局一", "kind": "市级部门"}"#;
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    petition::set_up(&s.city, Timestamp::now()).await.unwrap();
    let totp = hire(&s, "shenhe", &[Role::Reviewer], 0).await;
    let data = s.city.config.data_dir.clone();
    let server = Program::start(&data, "trace");
    let at = server.at;

    let photo = common::png(9);
    let sha = Sha256::of(&photo);
    let headers = format!(
        "idempotency-key: {KEY}\r\nupload-offset: 0\r\nupload-length: {0}\r\ncontent-length: {0}\r\n",
        photo.len()
    );
    let sent = send(at, "PUT", &format!("/api/v1/uploads/{sha}"), &headers, &photo).await;
    assert_eq!(sent.status, 200);
    let letter = json!({"kind": "complain", "title": "示例：路灯", "visibility": "public",
        "text": format!("示例：我是{NAME}，电话{PHONE}。"), "address": ADDRESS, "location": {"lat": 28.123, "lng": 120.789},
        "contact": {"name": NAME, "phone": PHONE}, "attachments": [sha.to_string()], "consent": true});
    let key = format!("idempotency-key: {KEY}\r\n");
    let receipt = json_of(&json_to(at, "/api/v1/letters", &key, &letter).await);
    let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
    let (number, code, token) = (text("number"), text("code"), text("token"));
    let bearer = format!("authorization: Bearer {token}\r\n");
    let mut answers = Vec::new();
    answers.push(
        json_to(
            at,
            "/api/v1/letters/lookup",
            "",
            &json!({"number": number, "code": code}),
        )
        .await,
    );
    answers.push(send(at, "GET", "/api/v1/track", &bearer, b"").await);
    answers.push(send(at, "GET", "/api/v1/track/export", &bearer, b"").await);
    let more = format!("{bearer}idempotency-key: key-of-some-more-words\r\n");
    let words = json!({"text": format!("示例：{NAME}再说一次")});
    answers.push(json_to(at, "/api/v1/track/supplement", &more, &words).await);
    for answer in &answers {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // What is refused quotes nothing.
    let mut wrong = letter.clone();
    wrong["kind"] = json!(PHONE);
    let other = "idempotency-key: key-of-a-letter-that-is-wrong\r\n";
    let refused = json_to(at, "/api/v1/letters", other, &wrong).await;
    assert_eq!(refused.problem(), (400, "malformed".into()));
    let (_, desk) = Browser::sign_in(at, "shenhe", &totp, "").await;
    let path = format!("/desk/letters/{number}");
    let opened = desk.post(&format!("{path}/contact"), &[]).await;
    assert!(
        holds(&opened.body, PHONE),
        "the test would find nothing if nothing were there"
    );
    let page = String::from_utf8(desk.get(&path).await.body).unwrap();
    let seen = page
        .split("name=\"seen\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let route = [("action", "route"), ("department", "1"), ("seen", seen)];
    assert_eq!(desk.post(&path, &route).await.status, 303);
    let approve = [
        ("action", "approve_text"),
        ("wording", "1"),
        ("text", "示例：路灯"),
    ];
    assert_eq!(desk.post(&path, &approve).await.status, 303);
    let log = server.end();
    s.publish().await;

    let password = PASSWORD.to_owned();
    let cookie = desk.cookie.split('=').nth(1).unwrap().to_owned();
    let person = [NAME, PHONE, ADDRESS, "120.789"].map(str::to_owned);
    let kept = [code, token, KEY.to_owned(), password, totp, cookie];
    let secrets = [&kept[..], std::slice::from_ref(&desk.csrf)].concat();
    assert!(log.len() > 1000, "it did log");
    for secret in person.iter().chain(&secrets) {
        assert!(!holds(&log, secret), "{secret} in the log");
    }
    let objects = s.all_bytes();
    assert!(
        objects.iter().any(|(_, bytes)| holds(bytes, &number)),
        "the letter is public"
    );
    for (sha, bytes) in &objects {
        for secret in person.iter().chain(&secrets) {
            assert!(!holds(bytes, secret), "{secret} in object {sha}");
        }
    }
    for file in files(&data) {
        let name = file.to_string_lossy();
        for secret in person.iter().chain(&secrets).chain([&number]) {
            assert!(!name.contains(secret.as_str()), "{secret} in {name}");
        }
        // In the database the writer's own words stand as they were written, and the token of a session's forms, which
        // is worth nothing without its cookie; the rest is sealed or hashed.
        let bytes = std::fs::read(&file).unwrap();
        for secret in [ADDRESS, "120.789"]
            .iter()
            .map(|s| s.to_string())
            .chain(kept.clone())
        {
            assert!(!holds(&bytes, &secret), "{secret} in {name}");
        }
    }
}

#[tokio::test]
async fn a_guess_is_answered_alike_whatever_is_there() {
    let s = sample_with(|config| {
        config.proof_of_work = 0;
        config.writes_per_minute = 10_000;
    })
    .await;
    let server = common::http::start(&s.city).await;
    let at = server.at;
    let letter = |title: &str, visibility: &str| json!({"kind": "help", "title": title, "text": "示例", "visibility": visibility, "consent": true});
    let mut numbers = Vec::new();
    for (n, visibility) in ["public", "private"].into_iter().enumerate() {
        let key = format!("idempotency-key: key-of-letter-number-{n}\r\n");
        let receipt = json_of(&json_to(at, "/api/v1/letters", &key, &letter("示例", visibility)).await);
        numbers.push(receipt["number"].as_str().unwrap().to_owned());
    }
    let shape = |answer: Answer| {
        let headers = answer.headers.lines();
        let headers: BTreeSet<String> = headers
            .filter(|l| !l.to_ascii_lowercase().starts_with("date:"))
            .map(str::to_owned)
            .collect();
        (headers, answer.body)
    };
    let unknown = weimenhu_domain::petition::receipt::Number::new(2026, 999_999).unwrap();
    let mut looked = BTreeSet::new();
    for number in [
        &*numbers[0],
        &*numbers[1],
        &*unknown.to_string(),
        "2026-000001-00",
        "?",
    ] {
        for code in ["0000-0000", "?"] {
            let asked = json!({"number": number, "code": code});
            looked.insert(shape(json_to(at, "/api/v1/letters/lookup", "", &asked).await));
        }
    }
    assert_eq!(looked.len(), 1, "{looked:?}");
    // A letter that is not public, and none at all: nobody can join, and nobody learns why.
    let mut joined = BTreeSet::new();
    for (n, number) in [&*numbers[1], &*unknown.to_string()].into_iter().enumerate() {
        let key = format!("idempotency-key: key-of-a-join-number-{n}\r\n");
        let path = format!("/api/v1/letters/{number}/join");
        joined.insert(shape(json_to(at, &path, &key, &json!({})).await));
    }
    assert_eq!(joined.len(), 1, "{joined:?}");
    let mut tracked = BTreeSet::new();
    for token in ["", "x", &"0".repeat(64)] {
        let bearer = format!("authorization: Bearer {token}\r\n");
        tracked.insert(shape(send(at, "GET", "/api/v1/track", &bearer, b"").await));
    }
    assert_eq!(tracked.len(), 1, "{tracked:?}");
    server.stop().await;
}
