//! 我也遇到: whoever joins a public letter gets its steps in the inbox, also where it goes on in another; and no longer
//! once they have left. The server learns that somebody joined, and nothing else.

use super::a_letter_is_sent::written;
use serde_json::json;
use std::{
    fs,
    sync::{Arc, Mutex},
    time::Duration,
};
use weimenhu_core::{
    Client,
    view::{InboxItem, InboxQuery, LetterQuery, LetterRow},
};
use weimenhu_domain::petition::{Action, Role, State, Visibility};
use weimenhu_server::petition::act::{Actor, Order, act};
use weimenhu_tests::{
    wire::{Fate, Wire},
    world::World,
};

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};
const HANDLER: Actor = Actor {
    role: Role::Handler,
    staff: 2,
    department: 1,
};

struct Story {
    world: World,
    desk: weimenhu_server::City,
}

impl Story {
    async fn begin() -> Self {
        let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
        let mut world = World::with(&[("agencies", &[agency])]).unwrap();
        let settings = world.data().join("letters.toml");
        fs::write(&settings, "writes_per_minute = 1000000\nproof_of_work = 50\n").unwrap();
        let settings = settings.to_str().unwrap().to_owned();
        world.start_with(&["--config", &settings]).unwrap();
        let config = weimenhu_server::Config::in_dir(&world.data()).unwrap();
        let desk = weimenhu_server::City::open(config).await.unwrap();
        Self { world, desk }
    }

    /// A letter that was routed; its id at the server and its number.
    async fn letter(&self, writer: &Client, id: i64) -> String {
        let draft = written(writer, &format!("示例：第{id}封"));
        writer.submit_letter(&draft).unwrap();
        writer.send_waiting().await.unwrap();
        let route = Order {
            department: 1,
            ..Order::new(Action::Route)
        };
        self.happens(id, REVIEWER, route).await;
        writer.sent_number(&draft).unwrap().unwrap()
    }

    async fn happens(&self, id: i64, who: Actor, order: Order) {
        let now = jiff::Timestamp::now();
        act(&self.desk, id, who, &order, now).await.unwrap();
    }
}

/// Synchronises until the letter stands so on this device.
async fn seen(device: &Client, number: &str, state: State) -> LetterRow {
    let mut found = None;
    for _ in 0..600 {
        device.sync().await.unwrap();
        let query = LetterQuery {
            text: number.to_owned(),
            limit: 1,
            ..LetterQuery::default()
        };
        let row = device.public_letters(&query).unwrap().rows.pop();
        found = row.filter(|row| row.state == state);
        if found.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(found.is_some(), "{number} is never {state:?} here");
    found.unwrap()
}

/// Records of the inbox that were not opened.
fn unread(device: &Client) -> Vec<u32> {
    let query = InboxQuery {
        unread: true,
        limit: 10,
        ..InboxQuery::default()
    };
    let page = device.inbox(&query).unwrap();
    let record = |item| match item {
        InboxItem::Record(r) => Some(r.row.id),
        InboxItem::Step(_) => None,
    };
    page.rows.into_iter().filter_map(record).collect()
}

#[tokio::test]
async fn its_steps_come_until_it_is_left() {
    let story = Story::begin().await;
    let writer = story.world.device("writer", &[]).unwrap();
    let number = story.letter(&writer, 1).await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen_by_wire = Arc::clone(&asked);
    let wire = Wire::to(&story.world.address(), move |request| {
        seen_by_wire.lock().unwrap().push(request.to_owned());
        Fate::Through
    });
    let device = story
        .world
        .device_at("phone", &[], &wire.unwrap().address)
        .unwrap();
    let row = seen(&device, &number, State::Routed).await;
    device.join_letter(&number).unwrap();
    device.send_waiting().await.unwrap();
    assert!(unread(&device).is_empty(), "what is known is no news");
    let respond = Order {
        text: "示例：收到。".into(),
        ..Order::new(Action::Respond)
    };
    story.happens(1, HANDLER, respond).await;
    seen(&device, &number, State::Responded).await;
    assert_eq!(unread(&device), [row.id]);
    let told: Vec<String> = asked
        .lock()
        .unwrap()
        .iter()
        .filter(|r| !r.contains("/sync/") && !r.contains("/objects/"))
        .cloned()
        .collect();
    let join = format!("POST /api/v1/letters/{number}/join");
    assert_eq!(told, ["GET /api/v1/challenge", &*join]);

    device.leave_letter(&number).unwrap();
    device.send_waiting().await.unwrap();
    assert!(device.topics().unwrap().is_empty());
    assert!(unread(&device).is_empty());
    let resolve = Order {
        text: "示例：修好了。".into(),
        ..Order::new(Action::Resolve)
    };
    story.happens(1, HANDLER, resolve).await;
    seen(&device, &number, State::Resolved).await;
    assert!(unread(&device).is_empty());
}

#[tokio::test]
async fn a_joined_letter_that_goes_on_in_another_is_followed_there() {
    let story = Story::begin().await;
    let writer = story.world.device("writer", &[]).unwrap();
    let (joined, target) = (story.letter(&writer, 1).await, story.letter(&writer, 2).await);
    let device = story.world.device("phone", &[]).unwrap();
    seen(&device, &joined, State::Routed).await;
    let there = seen(&device, &target, State::Routed).await;
    device.join_letter(&joined).unwrap();
    device.send_waiting().await.unwrap();
    let merge = Order {
        target: 2,
        ..Order::new(Action::Merge)
    };
    story.happens(1, REVIEWER, merge).await;
    seen(&device, &joined, State::Merged).await;
    assert_eq!(unread(&device), [there.id], "it is told that it goes on there");
    device.read_inbox().unwrap();
    let respond = Order {
        text: "示例：收到。".into(),
        ..Order::new(Action::Respond)
    };
    story.happens(2, HANDLER, respond).await;
    seen(&device, &target, State::Responded).await;
    assert_eq!(unread(&device), [there.id]);
    device.leave_letter(&joined).unwrap();
    assert!(device.topics().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_followed_before_it_was_joined_stays_followed() {
    let story = Story::begin().await;
    let writer = story.world.device("writer", &[]).unwrap();
    let number = story.letter(&writer, 1).await;
    let device = story.world.device("phone", &[]).unwrap();
    let row = seen(&device, &number, State::Routed).await;
    let form = serde_json::from_value(
        json!({"text": "", "collection": null, "department": "", "county": "", "letter": row.id}),
    );
    device.follow(&form.unwrap()).unwrap();
    device.join_letter(&number).unwrap();
    device.send_waiting().await.unwrap();
    device.leave_letter(&number).unwrap();
    assert_eq!(device.topics().unwrap().len(), 1);
}

/// Steps of the writer's own letter, as they are shown, and how many are news.
async fn own_steps(device: &Client, number: &str) -> (Vec<(String, String)>, u32) {
    device.refresh_letters().await.unwrap();
    let news = device.inbox_counts().unwrap().unread;
    let trail = device.my_letter(number).unwrap().trail;
    (trail.into_iter().map(|s| (s.what, s.number)).collect(), news)
}

#[tokio::test]
async fn the_writer_of_a_merged_letter_sees_the_others_steps_while_they_are_public() {
    let story = Story::begin().await;
    let writer = story.world.device("writer", &[]).unwrap();
    let other = story.world.device("other", &[]).unwrap();
    let number = story.letter(&writer, 1).await;
    let target = story.letter(&other, 2).await;
    let merge = Order {
        target: 2,
        ..Order::new(Action::Merge)
    };
    story.happens(1, REVIEWER, merge).await;
    own_steps(&writer, &number).await;
    let respond = Order {
        text: "示例：收到。".into(),
        ..Order::new(Action::Respond)
    };
    story.happens(2, HANDLER, respond).await;
    let (steps, news) = own_steps(&writer, &number).await;
    assert_eq!(steps.last(), Some(&("respond".to_owned(), target.clone())));
    assert_eq!(news, 1);

    let secret = Order {
        visibility: Visibility::Secret,
        code: "privacy".into(),
        reason: "示例：隐私".into(),
        ..Order::new(Action::Classify)
    };
    story.happens(2, REVIEWER, secret).await;
    let (steps, news) = own_steps(&writer, &number).await;
    assert!(steps.iter().all(|(_, of)| of.is_empty()), "{steps:?}");
    assert_eq!(news, 0, "nothing is left of what may not be known any more");
    let unmerge = Order {
        reason: "示例：不是一件事".into(),
        ..Order::new(Action::Unmerge)
    };
    story.happens(1, REVIEWER, unmerge).await;
    let (steps, news) = own_steps(&writer, &number).await;
    assert_eq!(steps.last(), Some(&("unmerge".to_owned(), String::new())));
    assert_eq!(news, 1);
}
