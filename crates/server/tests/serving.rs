//! The server over a real socket, spoken to in plain HTTP/1.1.

#[cfg(test)]
mod common;

use common::{http::*, *};
use std::time::Duration;
use weimenhu_domain::{Collection, record::Sha256};
use weimenhu_server::City;

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_whole_or_in_ranges_and_never_change() {
    let sample = sample().await;
    sample.phones(&[("a".into(), "甲".repeat(150))]).await;
    sample.publish().await;
    let server = start(&sample.city).await;
    let index = sample.head().collections["phones"].index;
    let bytes = sample.city.tree.get(index).unwrap();
    let path = format!("/sync/v1/o/{index}");

    let whole = get(server.at, &path).await;
    assert_eq!((whole.status, &whole.body), (200, &bytes));
    assert_eq!(whole.header("cache-control"), Some("max-age=31536000, immutable"));
    assert_eq!(whole.header("content-type"), Some("application/octet-stream"));
    assert_eq!(whole.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));

    let end = ask(server.at, "GET", &path, "range: bytes=10-\r\n").await;
    assert_eq!((end.status, &end.body[..]), (206, &bytes[10..]));
    let all = bytes.len();
    assert_eq!(
        end.header("content-range"),
        Some(format!("bytes 10-{}/{all}", all - 1).as_str())
    );
    let part = ask(server.at, "GET", &path, "range: bytes=3-7\r\n").await;
    assert_eq!((part.status, &part.body[..]), (206, &bytes[3..8]));
    let beyond = ask(server.at, "GET", &path, &format!("range: bytes={all}-\r\n")).await;
    assert_eq!(beyond.problem(), (416, "range_not_satisfiable".into()));
    assert_eq!(
        beyond.header("content-range"),
        Some(format!("bytes */{all}").as_str())
    );
    let head = ask(server.at, "HEAD", &path, "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(all.to_string().as_str()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_is_always_200_and_errors_are_problem_documents() {
    let sample = sample().await;
    let server = start(&sample.city).await;
    let early = get(server.at, "/sync/v1/head").await;
    assert_eq!(early.problem(), (503, "not_published".into()));
    assert_eq!(early.header("retry-after"), Some("60"));
    sample.phones(&[("a".into(), "甲".into())]).await;
    sample.publish().await;
    let conditional = "if-modified-since: Fri, 01 Jan 2999 00:00:00 GMT\r\nif-none-match: *\r\n";
    let head = ask(server.at, "GET", "/sync/v1/head", conditional).await;
    assert_eq!(head.status, 200);
    assert_eq!(head.body, sample.city.tree.head_bytes().unwrap().unwrap());
    assert_eq!(
        head.header("cache-control"),
        Some("max-age=60, stale-while-revalidate=300, stale-if-error=86400")
    );
    assert_eq!(get(server.at, "/sync/v1/keys/1").await.status, 200);
    let absent = format!("/sync/v1/o/{}", Sha256::of(b"absent"));
    let upper = format!("/sync/v1/o/{}", Sha256::of(b"x").to_string().to_uppercase());
    for path in [
        "/",
        "/sync/v1/keys/2",
        "/sync/v1/keys/01",
        "/sync/v1/o/..%2fhead",
        "/sync/v1/o/%2e%2e",
        "/sync/v1/o/abc",
        "/sync/v1/../../weimenhu.sqlite",
        &absent,
        &upper,
    ] {
        let answer = get(server.at, path).await;
        assert_eq!(answer.problem(), (404, "not_found".into()), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for path in ["/sync/v1/head", absent.as_str(), "/healthz"] {
        let answer = ask(server.at, "POST", path, "content-length: 0\r\n").await;
        assert_eq!(answer.problem(), (405, "method_not_allowed".into()), "{path}");
        assert!(answer.header("allow").unwrap().contains("GET"));
    }
    // A fault of ours tells nothing about this machine.
    let head_path = sample.city.tree.head_path();
    std::fs::remove_file(&head_path).unwrap();
    std::fs::create_dir(&head_path).unwrap();
    let broken = get(server.at, "/sync/v1/head").await;
    assert_eq!(broken.problem(), (500, "internal".into()));
    assert!(!String::from_utf8_lossy(&broken.body).contains("sync/v1"));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_publishes_what_another_process_queued_and_says_how_it_is() {
    let sample = sample_with(|config| config.debounce_ms = 200).await;
    let server = start(&sample.city).await;
    let health = |answer: Answer| serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap();
    let other = City::open(sample.city.config.clone()).await.unwrap();
    let elsewhere = Sample {
        dir: tempfile::tempdir().unwrap(),
        city: other,
    };
    elsewhere.phones(&[("a".into(), "甲".into())]).await;
    let mut report = serde_json::Value::Null;
    for _ in 0..200 {
        report = health(get(server.at, "/healthz").await);
        if report["ver"] == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        (&report["status"], &report["ver"]),
        (&"ok".into(), &1.into()),
        "{report}"
    );
    Device::fresh(&sample.city.tree, &sample.index(Collection::Phones));

    std::fs::remove_file(&sample.city.config.head_key).unwrap();
    elsewhere.phones(&[("a".into(), "乙".into())]).await;
    for _ in 0..200 {
        report = health(get(server.at, "/healthz").await);
        if report["publishes"] == false {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        (&report["status"], &report["ver"]),
        (&"degraded".into(), &1.into()),
        "{report}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_leaves_the_right_to_publish_to_the_next() {
    let mut sample = sample().await;
    let many: Vec<_> = (0..3000).map(|n| (format!("{n}"), format!("示例{n}"))).collect();
    sample.phones(&many).await;
    let server = start(&sample.city).await;
    // It is publishing by now, and not done.
    tokio::time::sleep(Duration::from_millis(50)).await;
    server.stop().await;
    sample.city.patience = Duration::ZERO;
    sample.publish().await;
    assert_eq!(sample.head().ver, 1, "nothing was left to publish");
}
