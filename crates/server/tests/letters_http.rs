//! Letters over the wire: exactly once, never by guessing, never with a person's data in an error.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    http::{self, Answer, Running, start},
    sample_with,
};
use serde_json::{Value, json};
use std::net::SocketAddr;
use weimenhu_server::petition::{
    desk::{Trail, audit},
    proof,
};

async fn send(at: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let headers = format!("{}content-length: {}\r\n", lines.collect::<String>(), body.len());
    http::send(at, method, path, &headers, body).await
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

async fn server(work: u32, writes: u32) -> (Sample, Running) {
    let s = sample_with(|config| {
        config.proof_of_work = work;
        config.writes_per_minute = writes;
    })
    .await;
    let running = start(&s.city).await;
    (s, running)
}

fn letter(title: &str) -> Value {
    json!({
        "kind": "help",
        "title": title,
        "text": "示例：张示例，13800138000。",
        "visibility": "public",
        "contact": {"name": "张示例", "phone": "13800138000"},
        "consent": true,
    })
}

const KEY: &str = "0190f0f0-0000-7000-8000-000000000001";

#[tokio::test]
async fn a_letter_arrives_once_however_often_it_is_sent() {
    let (s, server) = server(0, 100).await;
    let body = letter("示例").to_string();
    let headers = [("idempotency-key", KEY), ("content-type", "application/json")];
    let first = send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await;
    assert_eq!(first.status, 201, "{}", String::from_utf8_lossy(&first.body));
    let receipt = json_of(&first);
    assert_eq!(receipt["key"], KEY);
    let again = send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await;
    assert_eq!((again.status, json_of(&again)), (201, receipt.clone()));
    let other = letter("示例：另一").to_string();
    let refused = send(server.at, "POST", "/api/v1/letters", &headers, other.as_bytes()).await;
    assert_eq!(refused.problem(), (422, "key_used".into()));
    let none = send(server.at, "POST", "/api/v1/letters", &[], body.as_bytes()).await;
    assert_eq!(none.problem(), (400, "idempotency_key_missing".into()));
    let short = send(
        server.at,
        "POST",
        "/api/v1/letters",
        &[("idempotency-key", "1")],
        body.as_bytes(),
    )
    .await;
    assert_eq!(short.problem(), (400, "idempotency_key_wrong".into()));
    // Twenty at once under one key: a receipt or "come again", never a second letter.
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (at, body) = (server.at, body.clone());
        all.spawn(async move {
            let headers = [("idempotency-key", "another-key-of-a-letter")];
            send(at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await
        });
    }
    let mut receipts = Vec::new();
    for answer in all.join_all().await {
        match answer.status {
            201 => receipts.push(json_of(&answer)),
            _ => assert_eq!(answer.problem(), (409, "in_flight".into())),
        }
    }
    assert!(!receipts.is_empty() && receipts.windows(2).all(|w| w[0] == w[1]));
    assert!(receipts[0]["number"].as_str().unwrap().contains("-000002-"));
    server.stop().await;
    // After a restart the same key still answers the same.
    let server = start(&s.city).await;
    let again = send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await;
    assert_eq!(json_of(&again), receipt);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_taken_is_told_by_code_and_never_quoted() {
    let (_s, server) = server(0, 1000).await;
    let mut cases = vec![
        ("{".to_owned(), 400, "malformed"),
        (
            letter("x").to_string().replace("help", "张示例"),
            400,
            "malformed",
        ),
    ];
    for (field, value, code) in [
        ("title", json!(" "), "title_missing"),
        ("title", json!("长".repeat(61)), "title_too_long"),
        ("text", json!(""), "text_missing"),
        ("text", json!("长".repeat(5001)), "text_too_long"),
        ("consent", json!(false), "consent_missing"),
        ("visibility", json!("secret"), "visibility_unknown"),
        ("contact", json!({"phone": "not a phone"}), "phone_wrong"),
        ("location", json!({"lat": 120.0, "lng": 28.0}), "location_wrong"),
        ("attachments", json!(["0".repeat(64)]), "file_not_uploaded"),
    ] {
        let mut wrong = letter("示例");
        wrong[field] = value;
        cases.push((wrong.to_string(), 422, code));
    }
    for (n, (body, status, code)) in cases.into_iter().enumerate() {
        let key = format!("a-key-of-many-letters-{n}");
        let answer = send(
            server.at,
            "POST",
            "/api/v1/letters",
            &[("idempotency-key", &key)],
            body.as_bytes(),
        )
        .await;
        assert_eq!(answer.problem(), (status, code.into()), "{body}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("示例"));
    }
    // A refused letter used up no number and no key.
    let headers = [("idempotency-key", "a-key-of-many-letters-3")];
    let body = letter("示例").to_string();
    let taken = send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await;
    assert!(json_of(&taken)["number"].as_str().unwrap().contains("-000001-"));
    server.stop().await;
}

#[tokio::test]
async fn work_is_asked_for_and_limits_hold_but_a_repeat_is_always_answered() {
    let (_s, server) = server(500, 2).await;
    let body = letter("示例").to_string();
    let post = async |key: &str, proof: Option<&str>| {
        let mut headers = vec![("idempotency-key", key)];
        headers.extend(proof.map(|p| ("x-altcha", p)));
        send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await
    };
    let solved = async || {
        let c = json_of(&send(server.at, "GET", "/api/v1/challenge", &[], b"").await);
        let text = |name: &str| c[name].as_str().unwrap().to_owned();
        proof::solve(&text("challenge"), &text("salt"), &text("signature"), 500).unwrap()
    };
    assert_eq!(
        post("key-number-0000001", None).await.problem(),
        (422, "proof_missing".into())
    );
    let proof = solved().await;
    assert_eq!(post("key-number-0000001", Some(&proof)).await.status, 201);
    assert_eq!(
        post("key-number-0000001", None).await.status,
        201,
        "a repeat needs no work"
    );
    let limited = post("key-number-0000002", Some(&solved().await)).await;
    assert_eq!(limited.problem(), (429, "too_many".into()));
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert_eq!(
        post("key-number-0000001", None).await.status,
        201,
        "nor is it counted"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_writer_follows_by_token_or_code_and_a_guess_learns_nothing() {
    let (_s, server) = server(0, 1000).await;
    let body = letter("示例").to_string();
    let sent = send(
        server.at,
        "POST",
        "/api/v1/letters",
        &[("idempotency-key", KEY)],
        body.as_bytes(),
    )
    .await;
    let receipt = json_of(&sent);
    let bearer = format!("Bearer {}", receipt["token"].as_str().unwrap());
    let own = send(
        server.at,
        "GET",
        "/api/v1/track",
        &[("authorization", &bearer)],
        b"",
    )
    .await;
    assert_eq!((own.status, own.header("cache-control")), (200, Some("no-store")));
    let tag = own.header("etag").unwrap().to_owned();
    let same = send(
        server.at,
        "GET",
        "/api/v1/track",
        &[("authorization", &bearer), ("if-none-match", &tag)],
        b"",
    )
    .await;
    assert_eq!(same.status, 304);
    let look = async |number: &Value, code: &str| {
        let body = json!({"number": number, "code": code}).to_string();
        send(server.at, "POST", "/api/v1/letters/lookup", &[], body.as_bytes()).await
    };
    let right = look(&receipt["number"], receipt["code"].as_str().unwrap()).await;
    assert_eq!(json_of(&right)["state"], "submitted");
    let wrong = look(&receipt["number"], "0000-0000").await;
    let unknown = look(&json!("2026-999999-36"), "0000-0000").await;
    assert_eq!(wrong.problem(), (404, "not_found".into()));
    assert_eq!(wrong.body, unknown.body);
    for _ in 0..8 {
        look(&receipt["number"], "0000-0000").await;
    }
    let right = look(&receipt["number"], receipt["code"].as_str().unwrap()).await;
    assert_eq!(
        right.problem(),
        (429, "too_many".into()),
        "ten tries of one number"
    );
    let act = async |action: &str, key: &str, body: Value| {
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        let path = format!("/api/v1/track/{action}");
        send(server.at, "POST", &path, &headers, body.to_string().as_bytes()).await
    };
    let more = act("supplement", "key-of-a-supplement", json!({"text": "示例：还有"})).await;
    assert_eq!(json_of(&more)["event"], 2);
    let again = act("supplement", "key-of-a-supplement", json!({"text": "示例：还有"})).await;
    assert_eq!(json_of(&again)["event"], 2);
    let other = act("supplement", "key-of-a-supplement", json!({"text": "示例：别的"})).await;
    assert_eq!(other.problem(), (422, "key_used".into()));
    let early = act("rate", "key-of-an-early-rating", json!({"rating": "good"})).await;
    assert_eq!(early.problem(), (409, "wrong_state".into()));
    assert_eq!(
        act("route", "key-of-somebody-else", json!({})).await.problem().0,
        404
    );
    let gone = act("withdraw", "key-of-a-withdrawal", json!({})).await;
    assert_eq!(json_of(&gone)["state"], "withdrawn");
    server.stop().await;
}

#[tokio::test]
async fn files_resume_after_a_cut_and_belong_to_their_key() {
    let (_s, server) = server(0, 1000).await;
    let bytes = [b"%PDF-1.7 ".as_slice(), &[b'x'; 5000]].concat();
    let sha = weimenhu_domain::record::Sha256::of(&bytes).to_string();
    let path = format!("/api/v1/uploads/{sha}");
    let length = bytes.len().to_string();
    let put = async |offset: usize, part: &[u8]| {
        let offset = offset.to_string();
        let headers = [
            ("idempotency-key", KEY),
            ("upload-offset", &offset),
            ("upload-length", &length),
        ];
        send(server.at, "PUT", &path, &headers, part).await
    };
    assert_eq!(json_of(&put(0, &bytes[..1000]).await)["offset"], 1000);
    let asked = send(server.at, "GET", &path, &[("idempotency-key", KEY)], b"").await;
    assert_eq!(json_of(&asked), json!({"offset": 1000, "done": false}));
    let stranger = send(
        server.at,
        "GET",
        &path,
        &[("idempotency-key", "a-key-of-a-stranger")],
        b"",
    )
    .await;
    assert_eq!(stranger.status, 404);
    assert_eq!(json_of(&put(1000, &bytes[1000..]).await)["done"], true);
    let mut with_file = letter("示例");
    with_file["attachments"] = json!([sha]);
    let body = with_file.to_string();
    let sent = send(
        server.at,
        "POST",
        "/api/v1/letters",
        &[("idempotency-key", KEY)],
        body.as_bytes(),
    )
    .await;
    assert_eq!(sent.status, 201, "{}", String::from_utf8_lossy(&sent.body));

    // One that is added to a letter is added once, however often it is named.
    let receipt = json_of(&sent);
    let bearer = format!("Bearer {}", receipt["token"].as_str().unwrap());
    let key = "key-of-a-supplement";
    let headers = [
        ("idempotency-key", key),
        ("upload-offset", "0"),
        ("upload-length", &length),
    ];
    let put = send(server.at, "PUT", &path, &headers, &bytes).await;
    assert_eq!(json_of(&put)["done"], true);
    let add = async |files: &[&String]| {
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        let body = json!({"text": "示例：还有", "attachments": files}).to_string();
        send(
            server.at,
            "POST",
            "/api/v1/track/supplement",
            &headers,
            body.as_bytes(),
        )
        .await
    };
    assert_eq!(add(&[&sha, &sha]).await.problem(), (422, "file_twice".into()));
    assert_eq!(json_of(&add(&[&sha]).await)["event"], 2);
    server.stop().await;
}

/// Every route of a source: its path and its methods.
fn routes(source: &str) -> Vec<(String, Vec<&'static str>)> {
    let mut all = Vec::new();
    for route in source.split(".route(").skip(1) {
        let path = route.split('"').nth(1).unwrap().to_owned();
        let methods = [("get(", "get"), ("put(", "put"), ("post(", "post")];
        let methods = methods.into_iter().filter(|(call, _)| route.contains(call));
        all.push((path, methods.map(|(_, name)| name).collect()));
    }
    all
}

#[tokio::test]
async fn the_document_names_every_route_and_every_answer() {
    let (_s, server) = server(0, 3).await;
    let document = json_of(&send(server.at, "GET", "/openapi.json", &[], b"").await);
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let paths = document["paths"].as_object().unwrap();
    let mut known = Vec::new();
    for (path, item) in paths {
        let methods = ["get", "put", "post"]
            .into_iter()
            .filter(|m| item.get(m).is_some());
        known.push((path.clone(), methods.collect::<Vec<_>>()));
    }
    let mut routed = routes(include_str!("../src/routes/mod.rs"));
    routed.sort();
    assert_eq!(known, routed, "the document and the router");
    // The rest are pages for people, each at an address that says so.
    let pages = [
        include_str!("../src/routes/desk/mod.rs"),
        include_str!("../src/routes/share/mod.rs"),
    ];
    let pages: Vec<String> = pages.into_iter().flat_map(routes).map(|(path, _)| path).collect();
    assert!(pages.len() > 20, "{pages:?}");
    for page in pages {
        let first = page.split('/').nth(1).unwrap();
        assert!(["desk", "report", "s"].contains(&first), "{page}");
    }
    let merged = include_str!("../src/routes/mod.rs").matches(".merge(").count();
    assert_eq!(merged, 3, "another router is looked at here too");

    // Whatever is answered is declared, and an error is a problem document that the document describes.
    let problem = &document["components"]["schemas"]["Problem"]["required"];
    assert_eq!(problem, &json!(["type", "title", "status", "code"]));
    assert_eq!(
        document["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
    let mut seen = std::collections::BTreeSet::new();
    for (path, methods) in &known {
        for method in methods {
            let operation = &paths[path][*method];
            for (tries, headers) in [(1, vec![]), (1, vec![("authorization", "Bearer x")]), (6, vec![])] {
                for n in 0..tries {
                    let key = format!("key-of-a-question-{n}-{path}").replace(['/', '{', '}'], "-");
                    let mut headers = headers.clone();
                    if tries > 1 {
                        headers.extend([("idempotency-key", &*key), ("authorization", "Bearer x")]);
                    }
                    let path = path
                        .replace("{action}", "withdraw")
                        .replace("{n}", "9")
                        .replace("{sha}", &"0".repeat(64));
                    let path = path.replace("{number}", "2026-000001-00");
                    // What cannot be read is refused before it is counted: each gets what it understands.
                    let body = if path.contains("/track/") {
                        json!({}).to_string()
                    } else {
                        letter("示例").to_string()
                    };
                    let answer = send(
                        server.at,
                        &method.to_uppercase(),
                        &path,
                        &headers,
                        body.as_bytes(),
                    )
                    .await;
                    let declared = &operation["responses"][answer.status.to_string()];
                    assert!(
                        declared.is_object(),
                        "{method} {path} answers {}: {operation}",
                        answer.status
                    );
                    if answer.status >= 400 {
                        answer.problem();
                        let schema = &declared["content"]["application/problem+json"]["schema"]["$ref"];
                        assert_eq!(schema, "#/components/schemas/Problem", "{method} {path}");
                    }
                    seen.insert(answer.status);
                }
            }
            let of_a_writer = operation["security"] == json!([{"token": []}]);
            let tracked = path.contains("/track") || path.ends_with("/leave");
            assert_eq!(of_a_writer, tracked, "{method} {path}");
        }
    }
    // 503 is not among them: the first round may have published before the head is asked for.
    for status in [200, 201, 400, 404, 429] {
        assert!(seen.contains(&status), "{status} was never tried: {seen:?}");
    }
    server.stop().await;
}

/// The codes that were sent, the newest first.
async fn codes(s: &Sample) -> Vec<String> {
    let all = weimenhu_server::petition::messages(&s.city, 0).await.unwrap();
    let sent = all.iter().filter(|m| m.step == "recover_receipt");
    sent.map(|m| m.text.chars().filter(char::is_ascii_digit).take(6).collect())
        .collect()
}

#[tokio::test]
async fn a_lost_receipt_is_found_by_phone_and_code_and_the_first_one_goes_on() {
    let (s, server) = server(0, 100).await;
    let body = letter("示例：找回").to_string();
    let headers = [("idempotency-key", KEY), ("content-type", "application/json")];
    let first = json_of(&send(server.at, "POST", "/api/v1/letters", &headers, body.as_bytes()).await);
    let ask = async |path: &str, body: Value| {
        let headers = [("content-type", "application/json")];
        send(server.at, "POST", path, &headers, body.to_string().as_bytes()).await
    };
    const ASK: &str = "/api/v1/letters/recover/code";
    const FIND: &str = "/api/v1/letters/recover";

    // Known or not, the answer is the same to the byte.
    let unknown = ask(ASK, json!({"phone": "13900139000"})).await;
    let known = ask(ASK, json!({"phone": "+86 138-0013-8000"})).await;
    assert_eq!((unknown.status, &unknown.body), (202, &known.body));
    assert_eq!(known.status, 202);
    assert_eq!(
        ask(ASK, json!({"phone": "none"})).await.problem(),
        (422, "phone_wrong".into())
    );
    let mut sent = codes(&s).await;
    for _ in 0..500 {
        if !sent.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        sent = codes(&s).await;
    }
    assert_eq!(sent.len(), 1, "one code, for the phone of a letter");

    let wrong = ask(FIND, json!({"phone": "13800138000", "code": "x"})).await;
    let nobody = ask(FIND, json!({"phone": "13900139000", "code": sent[0]})).await;
    assert_eq!(
        (wrong.problem(), &wrong.body),
        ((404, "not_found".into()), &nobody.body)
    );
    let found = ask(FIND, json!({"phone": "13800138000", "code": sent[0]})).await;
    assert_eq!(found.status, 200, "{}", String::from_utf8_lossy(&found.body));
    let found = json_of(&found);
    let again = &found["letters"][0];
    assert_eq!(
        (&again["number"], found["letters"].as_array().unwrap().len()),
        (&first["number"], 1)
    );
    assert_ne!(
        (&again["code"], &again["token"]),
        (&first["code"], &first["token"])
    );
    let spent = ask(FIND, json!({"phone": "13800138000", "code": sent[0]})).await;
    assert_eq!(spent.problem(), (404, "not_found".into()), "used once");

    // Both receipts open the letter, by token and by code.
    for receipt in [&first, again] {
        let bearer = format!("Bearer {}", receipt["token"].as_str().unwrap());
        let seen = send(
            server.at,
            "GET",
            "/api/v1/track",
            &[("authorization", &bearer)],
            b"",
        )
        .await;
        assert_eq!(json_of(&seen)["number"], first["number"]);
        let asked = json!({"number": receipt["number"], "code": receipt["code"]});
        assert_eq!(ask("/api/v1/letters/lookup", asked).await.status, 200);
    }
    let again = Trail {
        what: "recover_receipt".into(),
        letter: first["number"].as_str().unwrap().to_owned(),
        ..Trail::default()
    };
    assert_eq!(audit(&s.city, &again).await.unwrap().len(), 1);
    // A second code so soon is not sent, and the answer does not say so.
    assert_eq!(ask(ASK, json!({"phone": "13800138000"})).await.status, 202);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(codes(&s).await.len(), 1);
    for tries in 0..20 {
        let guess = ask(FIND, json!({"phone": "13800138000", "code": "000000"})).await;
        if guess.status == 429 {
            return;
        }
        assert!(tries < 19, "guesses are limited");
    }
}
