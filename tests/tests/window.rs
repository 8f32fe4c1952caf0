//! The walk of a notice in the real window: dump → server → cut cable → withdrawn → redacted.
//!
//! One story and not five, because each step rests on the one before, and a window takes seconds to open.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

use fantoccini::Locator;
use jiff::Timestamp;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use weimenhu_core::first_screen;
use weimenhu_domain::Collection;
use weimenhu_tests::{
    notified::Service,
    window::{Window, app},
    world::{World, any_file_holds},
};

#[tokio::test]
async fn a_notice_walks_from_the_editor_to_the_screen_and_out_of_it_again() {
    let mut world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");

    // The first start, without a network: everything is there from the dump.
    let window = Window::of(&world, (1280, 800)).await.unwrap();
    window
        .wait_for_text("示例：网络问政平台上线移动端", true)
        .await
        .unwrap();
    window.click("nav-directory").await.unwrap();
    window.css("[data-testid^='row-']").await.unwrap();
    window.go("/notices").await.unwrap();
    window
        .css("[data-testid^='row-notices-']")
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let title = window.find("detail-title").await.unwrap().text().await.unwrap();
    assert!(title.starts_with("示例："), "{title}");
    let body = window.find("detail-body").await.unwrap().text().await.unwrap();
    assert!(body.contains("不是真实文件"), "{body}");

    // An editor publishes; the citizen asks for news.
    world.start().unwrap();
    let secret = "李四的电话不该公开";
    let notice = |title: &str| {
        json!({
            "title": title, "html": format!("<p>{secret}。<script>alert(1)</script><a href=\"javascript:alert(2)\">链接</a></p>"),
            "published": "2026-11-22T12:00:00+08:00", "department": "温州市教育局", "kind": "通知",
        })
    };
    world
        .publish("notices", &notice("示例：刚刚发布的通知"), None)
        .unwrap();
    window.sync().await.unwrap();
    window.go("/notices").await.unwrap();
    window.wait_for_text("刚刚发布的通知", true).await.unwrap();
    let first = window.css("[data-testid^='row-notices-']").await.unwrap();
    let id = first
        .attr("data-testid")
        .await
        .unwrap()
        .unwrap()
        .replace("row-notices-", "");
    window.go(&format!("/notices/{id}")).await.unwrap();
    window.wait_for_text(secret, true).await.unwrap();
    let html = window
        .find("detail-body")
        .await
        .unwrap()
        .html(true)
        .await
        .unwrap();
    assert!(
        !html.contains("<script") && !html.contains("javascript:"),
        "{html}"
    );

    // The cable is cut, and it is still there.
    world.cut();
    window.go("/me").await.unwrap();
    window.click("sync-now").await.unwrap();
    window.go(&format!("/notices/{id}")).await.unwrap();
    window.wait_for_text(secret, true).await.unwrap();

    // Withdrawn: the mark shows.
    world.start().unwrap();
    world
        .server(&[
            "withdraw",
            "notices",
            &id,
            "--as",
            "repealed",
            "--reason",
            "示例：另行通知",
        ])
        .unwrap();
    window.sync().await.unwrap();
    window.go(&format!("/notices/{id}")).await.unwrap();
    let mark = window.find("mark").await.unwrap().text().await.unwrap();
    assert!(mark.contains("废止") && mark.contains("另行通知"), "{mark}");

    // Redacted: gone from the screen, from every file of the cache and from every object of the server.
    for place in [&world.tree(), &cache] {
        assert!(
            !any_file_holds(place, secret.as_bytes()).unwrap().is_empty(),
            "the bytes are there before"
        );
    }
    world
        .server(&["redact", "notices", &id, "--reason", "个人信息", "--yes"])
        .unwrap();
    assert_eq!(
        any_file_holds(&world.tree(), secret.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );
    window.sync().await.unwrap();
    window.go("/notices").await.unwrap();
    window.css("[data-testid^='row-notices-']").await.unwrap();
    window.wait_for_text("刚刚发布的通知", false).await.unwrap();
    assert_eq!(
        any_file_holds(&cache, secret.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );
    window.close().await.unwrap();
}

#[tokio::test]
async fn a_start_shows_at_once_what_the_screen_looked_like_and_then_the_screen() {
    let world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");
    let size = (1280, 800);
    let window = Window::of(&world, size).await.unwrap();
    window.go("/news").await.unwrap();
    let row = window.css("[data-testid^='row-news-']").await.unwrap();
    let title = row.find(Locator::Css(".title")).await.unwrap();
    let title = title.text().await.unwrap();
    let title = title.lines().last().unwrap();
    let kept = async {
        while first_screen(&cache).is_none_or(|screen| !screen.contains(title)) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), kept).await.unwrap();
    window.close().await.unwrap();

    let window = Window::open(&app().unwrap(), &cache, &world.address(), size)
        .await
        .unwrap();
    let row = window.css("[data-testid^='row-news-']").await.unwrap();
    let shown = "return [performance.getEntriesByName('before').length, !!document.getElementById('before')]";
    let shown = window.client.execute(shown, vec![]).await.unwrap();
    assert_eq!(shown, json!([1, false]), "it was shown, and is gone");
    row.click().await.unwrap();
    assert_eq!(
        window.find("detail-title").await.unwrap().text().await.unwrap(),
        title
    );
    window.close().await.unwrap();
}

#[tokio::test]
async fn a_second_start_hands_its_link_to_the_first_and_ends() {
    let world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");
    let window = Window::open(&app().unwrap(), &cache, &world.address(), (390, 844))
        .await
        .unwrap();
    window.wait_for_text("示例：", true).await.unwrap();
    let second = |link: &'static str| {
        let mut command = tokio::process::Command::new(app().unwrap());
        command
            .arg(link)
            .env("WEIMENHU_DATA_DIR", &cache)
            .env("WEIMENHU_SERVER", world.address());
        tokio::time::timeout(Duration::from_secs(20), async move { command.status().await })
    };
    second("weimenhu://directory/hospitals/3")
        .await
        .expect("the second instance ends by itself")
        .unwrap();
    window.find("detail-title").await.unwrap();
    assert_eq!(window.path().await.unwrap(), "/directory/hospitals/3");

    // What is no path of ours leaves the screen as it was.
    second("weimenhu://news/../../etc/passwd")
        .await
        .expect("the second instance ends by itself")
        .unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(window.path().await.unwrap(), "/directory/hospitals/3");
    window.close().await.unwrap();
}

#[tokio::test]
async fn data_of_a_newer_app_is_not_touched_and_the_window_says_to_update() {
    let world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");
    let device = world.device("app", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();
    device.star(Collection::Notices, 1, true).unwrap();
    drop(device);
    let mine = cache.join("mine.db");
    let known = set_version(&mine, |known| known + 1);
    let before = std::fs::read(&mine).unwrap();

    let window = Window::of(&world, (390, 844)).await.unwrap();
    window.find("start-trouble").await.unwrap();
    window.wait_for_text("请先更新应用", true).await.unwrap();
    window.wait_for_text("没有改动", true).await.unwrap();
    assert!(
        std::fs::read(&mine).unwrap() == before,
        "the newer app's file was written to"
    );

    // The newer app comes: for this one, its own number stands in the file again.
    assert_eq!(set_version(&mine, |newer| newer - 1), known + 1);
    window.client.refresh().await.unwrap();
    window.begin().await.unwrap();
    window.go("/notices?starred=1").await.unwrap();
    window.find("row-notices-1").await.unwrap();
    window.close().await.unwrap();
}

/// Puts another number of the schema into a database; answers the one that stood there.
fn set_version(file: &Path, change: impl Fn(u32) -> u32) -> u32 {
    let conn = rusqlite::Connection::open(file).unwrap();
    let found: u32 = conn
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .unwrap();
    conn.pragma_update(None, "user_version", change(found)).unwrap();
    found
}

#[tokio::test]
async fn what_is_in_the_way_is_said_and_tried_again() {
    let world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");
    std::fs::create_dir(&cache).unwrap();
    let other = std::fs::File::create(cache.join("lock")).unwrap();
    other.lock().unwrap();
    let window = Window::of(&world, (390, 844)).await.unwrap();
    window.wait_for_text("另一个程序正在使用", true).await.unwrap();
    window.click("open-again").await.unwrap();
    window.wait_for_text("另一个程序正在使用", true).await.unwrap();
    drop(other);

    // A folder where a database should be: as from a hand that copied too much.
    std::fs::create_dir(cache.join("mine.db")).unwrap();
    window.click("open-again").await.unwrap();
    window.wait_for_text("打不开本机数据", true).await.unwrap();
    std::fs::remove_dir(cache.join("mine.db")).unwrap();
    window.click("open-again").await.unwrap();
    window.find("nav-news").await.unwrap();
    window.begin().await.unwrap();
    window.wait_for_text("示例：", true).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
async fn a_record_is_shared_as_a_code_and_as_a_picture() {
    let mut world = World::of_the_sample().unwrap();
    world.start().unwrap();
    let window = Window::of(&world, (1280, 800)).await.unwrap();
    window.find("nav-directory").await.unwrap();
    window.sync().await.unwrap();
    window.go("/notices/1").await.unwrap();
    window.find("detail-title").await.unwrap();
    window.click("share").await.unwrap();
    window.click("share-wechat").await.unwrap();
    window.css("#share-code .qr").await.unwrap();
    // Paper and canvas are what this very web view has, whatever others have.
    window.find("share-print").await.unwrap();
    window.click("share-card").await.unwrap();
    window.find("card-preview").await.unwrap();
    window.click("card-save").await.unwrap();
    window.wait_for_text("已保存到", true).await.unwrap();
    let toast = window.css(".toast").await.unwrap().text().await.unwrap();
    let path = toast.trim().trim_start_matches("已保存到").trim();
    let card = image::open(path).unwrap();
    assert_eq!(card.width(), 1080);
    assert!(card.height() >= 1080, "{}", card.height());
    std::fs::remove_file(path).unwrap();
    window.close().await.unwrap();
}

/// Follows these words, as a person would.
async fn follow(window: &Window, words: &str) {
    window.go("/subscriptions").await.unwrap();
    let field = window.find("topic-text").await.unwrap();
    field.send_keys(words).await.unwrap();
    window.find("topic-preview").await.unwrap();
    window.click("topic-add").await.unwrap();
    window.css("[data-testid=topics] b").await.unwrap();
}

/// A notice of this moment.
fn fresh(title: &str) -> serde_json::Value {
    json!({
        "title": title, "html": "<p>示例。</p>", "published": Timestamp::now().to_string(),
        "department": "温州市水利局", "kind": "通知",
    })
}

#[tokio::test]
async fn what_is_followed_comes_into_the_inbox() {
    let mut world = World::of_the_sample().unwrap();
    world.start().unwrap();
    let window = Window::of(&world, (390, 844)).await.unwrap();
    window.find("nav-inbox").await.unwrap();
    window.go("/inbox").await.unwrap();
    window.wait_for_text("还没有订阅", true).await.unwrap();
    follow(&window, "水库巡查").await;

    world
        .publish("notices", &fresh("示例：水库巡查安排"), None)
        .unwrap();
    window.sync().await.unwrap();
    let badge = window.find("inbox-badge").await.unwrap();
    assert!(badge.text().await.unwrap().contains('1'));
    window.go("/inbox").await.unwrap();
    window
        .wait_for_text("因为您订阅了：“水库巡查”", true)
        .await
        .unwrap();
    let row = window.css("[data-testid^='row-notices-']").await.unwrap();
    row.click().await.unwrap();
    window.find("detail-title").await.unwrap();

    // Opened it is counted no more, and stays where it came in.
    window.go("/inbox").await.unwrap();
    window
        .css("nav:not(:has([data-testid=inbox-badge])) [data-testid=nav-inbox]")
        .await
        .unwrap();
    window.wait_for_text("水库巡查安排", true).await.unwrap();
    window.close().await.unwrap();
}

#[tokio::test]
async fn what_is_followed_is_told_by_the_system_and_opens_by_a_click() {
    let desktop = Service::start().await.unwrap();
    let mut world = World::of_the_sample().unwrap();
    world.start().unwrap();
    let window = Window::of(&world, (390, 844)).await.unwrap();

    // The test may run at night.
    window.go("/me/notifications").await.unwrap();
    window
        .css("[data-testid=notify-quiet] button")
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    window
        .css("[data-testid=notify-quiet] button[aria-checked=false]")
        .await
        .unwrap();
    window.wait_for_text("还没有发过", true).await.unwrap();
    window.click("notify-try").await.unwrap();
    assert_eq!(desktop.next().await.unwrap().summary, "这是一条试发的通知");
    window.wait_for_text("已发出", true).await.unwrap();

    follow(&window, "水库巡查").await;
    // Whoever looks at the app sees it there.
    world
        .publish("notices", &fresh("示例：水库巡查安排"), None)
        .unwrap();
    window.sync().await.unwrap();
    window.find("inbox-badge").await.unwrap();
    window.go("/me/notifications").await.unwrap();
    window.wait_for_text("0 条", true).await.unwrap();
    // Whoever does something else is told.
    world
        .publish("notices", &fresh("示例：水库巡查 <东> & <西>"), None)
        .unwrap();
    window.look_away().unwrap();
    window.sync().await.unwrap();
    let told = desktop.next().await.unwrap();
    assert_eq!(told.summary, "您订阅的有新内容");
    assert_eq!(told.body, "示例：水库巡查 &lt;东&gt; &amp; &lt;西&gt;");
    desktop.click(&told).await.unwrap();
    let title = window.find("detail-title").await.unwrap().text().await.unwrap();
    assert_eq!(title, "示例：水库巡查 <东> & <西>");
    window.close().await.unwrap();
}
