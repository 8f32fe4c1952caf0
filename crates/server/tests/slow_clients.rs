//! Clients that send a letter a minute, and files that never become part of a letter: both end, and others are served.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what fails here must fail the test"
)]

#[cfg(test)]
mod common;

use common::{
    http::{Answer, Running, get, send, start},
    sample_with,
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};
use weimenhu_domain::record::Sha256;

/// Sends this and no more; answers what comes until the server hangs up.
async fn abandoned(at: std::net::SocketAddr, sent: &'static str) -> String {
    let wait = move || {
        let mut wire = TcpStream::connect(at).unwrap();
        wire.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        wire.write_all(sent.as_bytes()).unwrap();
        let mut all = Vec::new();
        wire.read_to_end(&mut all).expect("the server hangs up");
        String::from_utf8(all).unwrap()
    };
    tokio::task::spawn_blocking(wait).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_go_on_is_hung_up_on() {
    let s = sample_with(|config| config.patience_s = 1).await;
    let running = start(&s.city).await;
    let head = abandoned(running.at, "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ");
    let body = abandoned(
        running.at,
        "POST /api/v1/letters/lookup HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"n",
    );
    let (head, body, other) = tokio::join!(head, body, get(running.at, "/healthz"));
    assert_eq!(other.status, 200);
    assert!(head.is_empty() || head.contains(" 408 "), "{head}");
    assert!(body.starts_with("HTTP/1.1 4"), "{body}");
    running.stop().await;
}

async fn put(at: &Running, key: &str, bytes: &[u8]) -> Answer {
    let headers = format!(
        "idempotency-key: {key}\r\nupload-offset: 0\r\nupload-length: {0}\r\ncontent-length: {0}\r\n",
        bytes.len()
    );
    let path = format!("/api/v1/uploads/{}", Sha256::of(bytes));
    send(at.at, "PUT", &path, &headers, bytes).await
}

#[tokio::test]
async fn files_that_wait_for_their_letters_do_not_fill_the_disk() {
    let s = sample_with(|config| {
        config.proof_of_work = 0;
        config.uploads_mb = 1;
    })
    .await;
    let running = start(&s.city).await;
    let file = |n: u8| [b"%PDF-1.7 ".as_slice(), &[n; 600_000]].concat();
    assert_eq!(
        put(&running, "key-of-the-first-letter", &file(b'a')).await.status,
        200
    );
    // Another's key is of no use; what is here already is not counted again.
    let refused = put(&running, "key-of-the-second-letter", &file(b'b')).await;
    assert_eq!(refused.problem(), (503, "full".to_owned()));
    assert_eq!(
        put(&running, "key-of-the-first-letter", &file(b'a')).await.status,
        200
    );

    let letter = serde_json::json!({"kind": "help", "title": "示例", "text": "示例", "visibility": "public",
        "attachments": [Sha256::of(&file(b'a')).to_string()], "consent": true});
    let letter = letter.to_string();
    let headers = format!(
        "idempotency-key: key-of-the-first-letter\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        letter.len()
    );
    let sent = send(running.at, "POST", "/api/v1/letters", &headers, letter.as_bytes()).await;
    assert_eq!(sent.status, 201, "{:?}", String::from_utf8_lossy(&sent.body));
    assert_eq!(
        put(&running, "key-of-the-second-letter", &file(b'b'))
            .await
            .status,
        200
    );
    running.stop().await;
}
