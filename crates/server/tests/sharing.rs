//! Public pages, over a real socket: what a link that was shared shows to whoever has no app, and what it never shows.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{http::*, *};
use jiff::{Timestamp, civil::date};
use serde_json::json;
use weimenhu_domain::{
    Collection, link,
    petition::{Action, Role},
    record::{Id, MarkKind},
};
use weimenhu_server::{
    edit::{self, Which},
    petition::{
        self,
        act::{Actor, Order, act},
        submit::{self, Submission},
    },
};

const BASE: &str = "https://city.example";
const TITLE: &str = "“A&B”？#1 <办法> \"试行\" 🏮";

async fn city() -> Sample {
    sample_with(|config| {
        config.public_url = BASE.into();
        config.site_name = "示例微门户".into();
    })
    .await
}

async fn article(s: &Sample, title: &str, html: &str) {
    let row = json!({"id": "1", "title": title, "html": html, "summary": "一句话 & 一个<b>", "source": "示例日报",
        "published": "2026-01-01T08:00:00+08:00"});
    s.file("pictures/a.png", png(5));
    let outcome = s
        .import(Collection::News, &s.file("news.jsonl", row.to_string()))
        .await;
    assert_eq!(outcome.faults, []);
}

fn text(answer: &Answer) -> String {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    String::from_utf8(answer.body.clone()).unwrap()
}

/// Every answer below `/s` is guarded alike and sets nothing.
fn guarded(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; img-src 'self'"));
    assert!(!policy.contains("script") && !policy.contains("unsafe"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("set-cookie"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_shown_with_its_preview_and_opens_the_app() {
    let s = city().await;
    let dirty = "<p onclick=\"x()\">正文 &amp; 表</p><script>alert(1)</script><img src=\"pictures/a.png\">";
    article(&s, TITLE, dirty).await;
    s.publish().await;
    let server = start(&s.city).await;
    let answer = get(server.at, "/s/news/1").await;
    let page = text(&answer);
    assert_eq!(answer.status, 200, "{page}");
    guarded(&answer);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(answer.header("vary"), Some("Accept-Language"));
    let title = "“A&#38;B”？#1 &#60;办法&#62; &#34;试行&#34; 🏮";
    for wanted in [
        "<html lang=\"zh-CN\">".to_owned(),
        format!("<title>{title} · 示例微门户</title>"),
        format!("<meta property=\"og:title\" content=\"{title}\">"),
        "<meta property=\"og:description\" content=\"一句话 &#38; 一个&#60;b&#62;\">".into(),
        "<meta property=\"og:site_name\" content=\"示例微门户\">".into(),
        format!("<meta property=\"og:url\" content=\"{BASE}/s/news/1\">"),
        format!("<link rel=\"canonical\" href=\"{BASE}/s/news/1\">"),
        format!("<meta property=\"og:image\" content=\"{BASE}/s/picture/"),
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".into(),
        format!("<h1>{title}</h1>"),
        "<p>正文 &amp; 表</p>".into(),
        "href=\"weimenhu://news/1\"".into(),
        "2026-01-01 08:00".into(),
    ] {
        assert!(page.contains(&wanted), "{wanted}\n{page}");
    }
    for unwanted in ["<script", "onclick", "picture:", "noindex", "<办法>"] {
        assert!(!page.contains(unwanted), "{unwanted}\n{page}");
    }

    // What the page names is there, as what it is.
    let picture = page.split("img src=\"").nth(1).unwrap();
    let picture = get(server.at, picture.split('"').next().unwrap()).await;
    assert_eq!(
        (picture.status, picture.header("content-type")),
        (200, Some("image/jpeg"))
    );
    guarded(&picture);
    let css = get(server.at, "/s/style.css").await;
    assert_eq!(
        (css.status, css.header("content-type")),
        (200, Some("text/css; charset=utf-8"))
    );
    let head = ask(server.at, "HEAD", "/s/news/1", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    guarded(&head);

    let english = ask(server.at, "GET", "/s/news/1", "accept-language: en-GB,en\r\n").await;
    let english = text(&english);
    assert!(
        english.contains("<html lang=\"en\">") && english.contains("Open in the app"),
        "{english}"
    );
    let italian = ask(
        server.at,
        "GET",
        "/s/news/1",
        "accept-language: it-IT,it;q=0.9\r\n",
    )
    .await;
    let italian = text(&italian);
    assert!(
        italian.contains("<html lang=\"it\">") && italian.contains("Apri nell&#39;app"),
        "{italian}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_published_is_there_and_what_is_gone_says_so() {
    let s = city().await;
    let server = start(&s.city).await;
    article(&s, "第一稿", "<p>第一稿的正文</p>").await;
    let early = get(server.at, "/s/news/1").await;
    assert_eq!(early.status, 404);
    assert!(!text(&early).contains("第一稿"));
    s.publish().await;
    assert!(text(&get(server.at, "/s/news/1").await).contains("第一稿的正文"));

    // It is marked: the words come first, the text stays readable, as in the app.
    let which = Which::Id(1);
    let since = date(2026, 2, 3);
    for (kind, words) in [
        (MarkKind::Withdrawn, "本文已撤回"),
        (MarkKind::Repealed, "本文已废止"),
        (MarkKind::Expired, "本文已失效"),
    ] {
        edit::mark(
            &s.city,
            Collection::News,
            &which,
            kind,
            since,
            "见新办法。",
            Timestamp::now(),
        )
        .await
        .unwrap();
        s.publish().await;
        let page = text(&get(server.at, "/s/news/1").await);
        for wanted in [words, "2026-02-03", "见新办法。", "noindex", "第一稿的正文"] {
            assert!(page.contains(wanted), "{wanted}\n{page}");
        }
        let description = page.split("og:description\" content=\"").nth(1).unwrap();
        assert!(
            description.starts_with(words),
            "a preview must not hide it: {page}"
        );
    }

    // It is taken out, and at last erased: neither title nor text.
    s.delete(Collection::News, 1).await;
    s.publish().await;
    let deleted = get(server.at, "/s/news/1").await;
    edit::redact(&s.city, Collection::News, &which, "示例", Timestamp::now())
        .await
        .unwrap();
    s.publish().await;
    for answer in [deleted, get(server.at, "/s/news/1").await] {
        assert_eq!(answer.status, 410);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        guarded(&answer);
        let page = text(&answer);
        assert!(page.contains("内容已撤下") && !page.contains("第一稿"), "{page}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_is_a_page_too() {
    let s = city().await;
    s.phones(&[("a".into(), "甲".into())]).await;
    s.publish().await;
    let server = start(&s.city).await;
    let object = s.head().collections["phones"].index;
    let (index, absent) = (
        format!("/s/picture/{object}"),
        format!("/s/picture/{}", "0".repeat(64)),
    );
    for path in [
        "/s",
        "/s/",
        "/s/news",
        "/s/news/1",
        "/s/news/01",
        "/s/phones/01",
        "/s/phones/+1",
        "/s/phones/1/",
        "/s/phones/-1",
        "/s/phones/99999999999",
        "/s/phones/%31",
        "/s/calendar/1",
        "/s/x/1",
        "/s/%ff/%00",
        "/s/../desk",
        "/s/phones/1/2",
        "/s/picture/x",
        &index,
        &absent,
    ] {
        let answer = get(server.at, path).await;
        assert_eq!(answer.status, 404, "{path}");
        let page = text(&answer);
        assert!(
            page.contains("没有这个页面") && page.contains("weimenhu://"),
            "{path}: {page}"
        );
        guarded(&answer);
    }
    assert_eq!(get(server.at, "/s/phones/1?from=weibo").await.status, 200);
    let posted = ask(server.at, "POST", "/s/phones/1", "content-length: 0\r\n").await;
    assert_eq!(posted.status, 405);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_directory_shows_how_to_reach_what_is_in_it() {
    let s = city().await;
    let place = json!({"id": "1", "name": "示例所", "kind": "综合医院", "level": "小学", "category": "政务服务",
        "post": "示例职务", "order": 1, "address": "示例路 1 号", "website": "https://www.example/",
        "phones": [{"label": "值班", "number": "0577-00000001"}], "location": {"lat": 28.0, "lng": 120.5}});
    let directories = [
        Collection::Leaders,
        Collection::Agencies,
        Collection::Phones,
        Collection::Schools,
        Collection::Hospitals,
    ];
    for collection in directories {
        let file = s.file(&format!("{collection}.jsonl"), place.to_string());
        s.import(collection, &file).await;
    }
    s.publish().await;
    let server = start(&s.city).await;
    for collection in directories {
        let answer = get(server.at, &link::page(collection, 1).unwrap()).await;
        let page = text(&answer);
        assert_eq!(answer.status, 200, "{collection}: {page}");
        let app = link::app(collection, 1).unwrap();
        assert!(
            page.contains("<h1>示例所</h1>") && page.contains(&format!("href=\"{app}\"")),
            "{page}"
        );
        if collection != Collection::Leaders {
            assert!(page.contains("href=\"tel:0577-00000001\""), "{page}");
        }
        if [Collection::Agencies, Collection::Schools, Collection::Hospitals].contains(&collection) {
            assert!(
                page.contains("href=\"geo:28,120.5?q=28,120.5\"")
                    && page.contains("href=\"https://www.example/\""),
                "{page}"
            );
        }
    }
    server.stop().await;
}

const PHONE: &str = "13800138000";
const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};

fn letter(visibility: &str) -> Submission {
    serde_json::from_value(json!({
        "kind": "complain", "title": "示例来信", "text": format!("示例：我的电话{PHONE}，路灯不亮。"), "county": "鹿城区",
        "address": "示例路1号", "visibility": visibility,
        "contact": {"name": "张示例", "phone": PHONE}, "consent": true,
    }))
    .unwrap()
}

/// Sends a letter, routes it and approves its words.
async fn letter_under_way(s: &Sample, key: &str, visibility: &str) -> i64 {
    let sent = letter(visibility);
    let body = serde_json::to_vec(&sent).unwrap();
    let now = Timestamp::now();
    let receipt = submit::submit(&s.city, key, &body, &sent, ("app", Actor::WRITER), now)
        .await
        .unwrap();
    let id = receipt.number.count().into();
    let route = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    act(&s.city, id, REVIEWER, &route, now).await.unwrap();
    for wording in 1..=12 {
        let approve = Order {
            wording,
            text: format!("示例：公开文本{wording}"),
            ..Order::new(Action::ApproveText)
        };
        // Most numbers are another letter's words, or none.
        let _ = act(&s.city, id, REVIEWER, &approve, now).await;
    }
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn of_letters_only_the_public_words_are_shown_and_of_private_ones_nothing() {
    let s = city().await;
    let agency = json!({"id": "a", "name": "示例局", "kind": "市级部门"}).to_string();
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    petition::set_up(&s.city, Timestamp::now()).await.unwrap();
    let public = letter_under_way(&s, "key-0000000000000001", "public").await;
    letter_under_way(&s, "key-0000000000000002", "private").await;
    s.publish().await;
    let server = start(&s.city).await;
    let mut shown = Vec::new();
    for id in 1..=8 as Id {
        let answer = get(server.at, &format!("/s/petitions/{id}")).await;
        let page = text(&answer);
        for secret in [PHONE, "张示例", "示例路1号", "路灯不亮"] {
            assert!(!page.contains(secret), "{id}: {secret}\n{page}");
        }
        if answer.status == 200 {
            shown.push((id, page));
        }
    }
    let [(id, page)] = shown.as_slice() else {
        panic!("one letter is public, and not {}", shown.len())
    };
    for wanted in [
        "示例：公开文本",
        "待回应",
        "示例局",
        &*format!("href=\"weimenhu://petitions/public/{id}\""),
    ] {
        assert!(page.contains(wanted), "{wanted}\n{page}");
    }

    // Its writer takes it back: number and state are left, and no word.
    let withdraw = Order {
        reason: "示例".into(),
        ..Order::new(Action::Withdraw)
    };
    act(&s.city, public, Actor::WRITER, &withdraw, Timestamp::now())
        .await
        .unwrap();
    s.publish().await;
    let before = get(server.at, &format!("/s/petitions/{id}")).await;
    assert_eq!(before.status, 410, "its text is erased under its old number");
    let after = text(&get(server.at, &format!("/s/petitions/{}", id + 1)).await);
    assert!(
        after.contains("写信人已撤回这封信") && after.contains("noindex"),
        "{after}"
    );
    assert!(
        !after.contains("公开文本") && !after.contains("示例局"),
        "{after}"
    );
    server.stop().await;
}
