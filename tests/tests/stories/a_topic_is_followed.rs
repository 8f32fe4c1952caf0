//! What somebody follows comes in, once, with the reason; and nobody else learns of it.

use super::{notice, rows, words};
use jiff::{Timestamp, ToSpan};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;
use weimenhu_core::{
    Client, Code,
    view::{InboxItem, InboxQuery, TopicForm},
};
use weimenhu_domain::Collection;
use weimenhu_tests::{
    mirror::{Answer, Mirror},
    world::{World, any_file_holds},
};

/// A notice of so many days ago: what is followed is followed from now on, whatever day the test runs.
fn old(days: i64, title: &str, text: &str) -> Value {
    let mut row = notice("", 1, title);
    let published = Timestamp::now().checked_sub((days * 24).hours()).unwrap();
    row["published"] = published.to_string().into();
    row["html"] = format!("<p>{text}</p>").into();
    row["county"] = "鹿城区".into();
    row
}

/// The same as a line of a sample.
fn named(id: &str, days: i64, title: &str) -> Value {
    let mut row = old(days, title, "正文。");
    row["id"] = id.into();
    row
}

/// The same to publish by hand.
fn fresh(title: &str, text: &str) -> Value {
    let mut row = old(0, title, text);
    row.as_object_mut().unwrap().remove("id");
    row
}

fn inbox(device: &Client) -> Vec<(String, Vec<u32>)> {
    let query = InboxQuery {
        limit: 100,
        ..InboxQuery::default()
    };
    let page = device.inbox(&query).unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    let row = |item| match item {
        InboxItem::Record(r) => (r.row.title.replace("示例：", ""), r.topics),
        InboxItem::Step(step) => (step.number, Vec::new()),
    };
    page.rows.into_iter().map(row).collect()
}

fn unread(device: &Client) -> u32 {
    device.inbox_counts().unwrap().unread
}

#[tokio::test]
async fn what_is_followed_comes_in_once_and_says_why() {
    let city = [
        named("a", 40, "停水"),
        named("b", 2, "停水二"),
        named("c", 2, "开学"),
    ];
    let mut world = World::with(&[("notices", &city)]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    let water = device.follow(&words(" 停水 ")).unwrap();
    assert_eq!(device.follow(&words("停水")).unwrap(), water, "followed already");
    assert_eq!(
        inbox(&device),
        [("停水二".to_owned(), vec![water])],
        "of the last days, and no older"
    );
    let county = TopicForm {
        county: "鹿城区".into(),
        text: "放假".into(),
        ..TopicForm::default()
    };
    let holiday = device.follow(&county).unwrap();

    // In the title, in the text, by both topics, by none.
    for (title, text) in [
        ("鹿城停水通知", "明天。"),
        ("通知", "明天停 水。"),
        ("通知二", "明天停水，放假。"),
        ("开学", "后天。"),
    ] {
        world.publish("notices", &fresh(title, text), None).unwrap();
    }
    device.sync().await.unwrap();
    let expected = [
        ("通知二".to_owned(), vec![water, holiday]),
        ("鹿城停水通知".to_owned(), vec![water]),
        ("停水二".to_owned(), vec![water]),
    ];
    assert_eq!(inbox(&device), expected);
    assert_eq!(unread(&device), 3);

    // A correction is no news, and what was taken out does not come back.
    let list = rows(&device, Collection::Notices);
    let id = |title: &str| list.iter().find(|r| r.title.ends_with(title)).unwrap().id;
    device
        .drop_from_inbox(Collection::Notices, id("鹿城停水通知"), true)
        .unwrap();
    for title in ["通知二", "鹿城停水通知"] {
        let corrected = fresh(title, "停水，放假，改期。");
        world.publish("notices", &corrected, Some(id(title))).unwrap();
    }
    device.sync().await.unwrap();
    assert_eq!(inbox(&device), [expected[0].clone(), expected[2].clone()]);

    // Opened anywhere is opened here; all at once can be taken back.
    device.mark_read(Collection::Notices, id("通知二"), true).unwrap();
    assert_eq!(unread(&device), 1);
    let marked = device.read_inbox().unwrap();
    assert_eq!((marked.records.len(), unread(&device)), (1, 0));
    device.mark_unread(&marked).unwrap();
    assert_eq!(unread(&device), 1);

    // Muted it comes in and is not counted; left it is gone, and comes back with what it brought.
    device.mute_topic(water, true).unwrap();
    assert_eq!((unread(&device), inbox(&device).len()), (0, 2));
    let never_opened = |topic| {
        let query = InboxQuery {
            unread: true,
            topic,
            limit: 100,
            ..InboxQuery::default()
        };
        device.inbox(&query).unwrap().total
    };
    assert_eq!(never_opened(None), 0, "the list says what the badge says");
    assert_eq!(never_opened(Some(water)), 1, "asked for, it is listed");
    device.unfollow(water).unwrap();
    assert_eq!(inbox(&device), [("通知二".to_owned(), vec![holiday])]);
    device.refollow(water).unwrap();
    assert_eq!(inbox(&device).len(), 2);
    device.order_topics(&[holiday, water]).unwrap();
    let order: Vec<u32> = device.topics().unwrap().iter().map(|t| t.id).collect();
    assert_eq!(order, [holiday, water]);

    // After the next start what was left is forgotten.
    device.unfollow(water).unwrap();
    drop(device);
    let device = world.device("phone", &[]).unwrap();
    assert_eq!(device.topics().unwrap().len(), 1);
    let mine = Connection::open(world.folder.path().join("phone/mine.db")).unwrap();
    let left: i64 = mine
        .query_row("SELECT count(*) FROM inbox WHERE NOT gone", [], |r| r.get(0))
        .unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn words_that_stand_in_a_body_that_comes_later_are_found_too() {
    let mut world = World::with(&[("notices", &[named("a", 1, "通知")])]).unwrap();
    let first = world.device("first", &[]).unwrap();
    assert!(
        first.follow(&words("停水")).is_ok(),
        "before there is any content"
    );
    world
        .publish("notices", &fresh("通知二", "明天停水。"), None)
        .unwrap();
    world.start().unwrap();
    // A new device begins with a snapshot: heads first, bodies after them.
    first.sync().await.unwrap();
    assert_eq!(inbox(&first).len(), 1);
    // A cache that is rebuilt brings the same records, and no news.
    drop(first);
    fs::remove_file(world.folder.path().join("first/city.db")).unwrap();
    let first = world.device("first", &[]).unwrap();
    assert_eq!(inbox(&first).len(), 0, "nothing is here");
    first.sync().await.unwrap();
    assert_eq!(inbox(&first).len(), 1);
}

#[tokio::test]
async fn a_start_that_was_killed_between_the_two_files_tells_of_it_later() {
    let mut world = World::with(&[("notices", &[named("a", 1, "通知")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    let id = device.follow(&words("停水")).unwrap();
    world.publish("notices", &fresh("停水", "明天。"), None).unwrap();
    drop(device);
    // As it would be: the person's file as before, the records of after.
    let mine = world.folder.path().join("phone/mine.db");
    let before = fs::read(&mine).unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    assert_eq!(inbox(&device).len(), 1);
    drop(device);
    fs::write(&mine, before).unwrap();
    let device = world.device("phone", &[]).unwrap();
    assert_eq!(inbox(&device).len(), 0);
    world.publish("notices", &fresh("开学", "明天。"), None).unwrap();
    device.sync().await.unwrap();
    assert_eq!(inbox(&device), [("停水".to_owned(), vec![id])]);
}

#[tokio::test]
async fn topics_travel_as_a_file_and_a_broken_file_changes_nothing() {
    let mut world = World::with(&[("notices", &[named("a", 1, "停水")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    let muted = device.follow(&words("停水")).unwrap();
    device.mute_topic(muted, true).unwrap();
    let quiet = device.follow(&words("停电")).unwrap();
    device.notify_topic(quiet, false).unwrap();
    device
        .follow(&TopicForm {
            collection: Some(Collection::Notices),
            ..TopicForm::default()
        })
        .unwrap();
    let file = device.export_topics().unwrap();
    let other = world.device("desktop", &[]).unwrap();
    other.sync().await.unwrap();
    for broken in [&b"{"[..], b"[]", b"\xff\xfe", br#"{"topics":7}"#] {
        assert!(other.import_topics(broken).is_err());
    }
    assert_eq!(other.topics().unwrap().len(), 0);
    let imported = other.import_topics(&file.bytes).unwrap();
    assert_eq!((imported.added, imported.known, imported.refused), (3, 0, 0));
    let again = other.import_topics(&file.bytes).unwrap();
    assert_eq!((again.added, again.known, again.refused), (0, 3, 0));
    let switches: Vec<_> = other
        .topics()
        .unwrap()
        .iter()
        .map(|t| (t.muted, t.notify))
        .collect();
    assert_eq!(switches, [(true, true), (false, false), (false, true)]);
    assert_eq!(inbox(&other).len(), 1, "by two of them, once");
    let strange = json!({"city": "elsewhere", "topics": [
        {"text": "*** "}, {"text": "停气"}, {"letter": 5}, {"collection": "phones"}, {"x": 1}, 7, {"text": "长".repeat(100)},
    ]});
    let imported = other.import_topics(strange.to_string().as_bytes()).unwrap();
    assert_eq!((imported.added, imported.refused), (1, 6));
    assert!(
        other.topics().unwrap()[3].notify,
        "a file of an older app says nothing of it"
    );
    // A thousand are the most.
    let many: Vec<Value> = (0..1200).map(|n| json!({"text": format!("词{n}")})).collect();
    let many = json!({"city": "", "topics": many});
    let imported = other.import_topics(many.to_string().as_bytes()).unwrap();
    assert_eq!((imported.added, imported.over, imported.refused), (996, 204, 0));
    let refused = other.follow(&words("再一个")).unwrap_err();
    assert_eq!(refused.code(), Code::TooManyTopics);
}

#[tokio::test]
async fn nobody_learns_what_is_followed() {
    let world = World::with(&[("notices", &[named("a", 1, "通知")])]).unwrap();
    let plain = Mirror::serve(world.data().join("objects"), |_| Answer::Well).unwrap();
    let watched = Mirror::serve(world.data().join("objects"), |_| Answer::Well).unwrap();
    let one = world.device_at("one", &[], &plain.address).unwrap();
    let other = world.device_at("other", &[], &watched.address).unwrap();
    other.follow(&words("示例密语")).unwrap();
    one.sync().await.unwrap();
    other.sync().await.unwrap();
    let asked = |mirror: &Mirror| {
        let mut paths: Vec<String> = mirror.log().into_iter().map(|r| r.path).collect();
        paths.sort();
        paths
    };
    assert_eq!(asked(&plain), asked(&watched), "the same is asked for");
    // Erased it is gone from the disk.
    let first = rows(&other, Collection::Notices)[0].id;
    other.star(Collection::Notices, first, true).unwrap();
    other.erase_mine().unwrap();
    assert!(other.topics().unwrap().is_empty());
    assert!(
        rows(&other, Collection::Notices)
            .iter()
            .all(|row| !row.starred && !row.read)
    );
    let folder = world.folder.path().join("other");
    let found = any_file_holds(&folder, "示例密语".as_bytes()).unwrap();
    assert!(found.is_empty(), "{found:?}");
}
