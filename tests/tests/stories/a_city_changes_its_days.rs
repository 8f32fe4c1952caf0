//! A city changes its numbers of days, and the light on a device follows: for letters of the new rule's time, and for
//! those alone.

use jiff::{Timestamp, civil::date, tz};
use serde_json::json;
use weimenhu_core::{Client, view::LetterQuery};
use weimenhu_domain::petition::{
    Action, Role,
    deadline::Light,
    policy::{Number, Rule},
};
use weimenhu_server::{
    City, Config,
    petition::{
        self,
        act::{Actor, Order, act},
        desk,
        staff::Who,
        submit::{self, Submission},
    },
    publish,
};
use weimenhu_tests::{
    mirror::{Answer, Mirror},
    world::{World, device_config, open_device},
};

/// Ten in the morning of a day in September 2025, which begins on a Monday.
fn on(day: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    date(2025, 9, day)
        .at(10, 0, 0, 0)
        .to_zoned(zone)
        .unwrap()
        .timestamp()
}

/// A letter that was routed and responded to on this day; answers its number.
async fn routed(city: &City, day: i8) -> String {
    let letter = json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮", "visibility": "public", "consent": true});
    let body = letter.to_string();
    let letter: Submission = serde_json::from_value(letter).unwrap();
    let key = format!("key-of-the-letter-of-day-{day}");
    let from = ("app", Actor::WRITER);
    let receipt = submit::submit(city, &key, body.as_bytes(), &letter, from, on(day))
        .await
        .unwrap();
    let number = receipt.number.to_string();
    let id = desk::id_of(city, &number).await.unwrap();
    let by = |role, department| Actor {
        role,
        staff: 1,
        department,
    };
    let route = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    act(city, id, by(Role::Reviewer, 0), &route, on(day))
        .await
        .unwrap();
    let respond = Order {
        text: "示例：收到".into(),
        ..Order::new(Action::Respond)
    };
    act(city, id, by(Role::Handler, 1), &respond, on(day))
        .await
        .unwrap();
    number
}

/// Number, light as the list counts it, and light as the letter itself says, of all letters.
fn lights(device: &Client) -> Vec<(String, Option<Light>)> {
    let query = LetterQuery {
        limit: 50,
        ..LetterQuery::default()
    };
    let page = device.public_letters(&query).unwrap();
    for row in &page.rows {
        assert_eq!(device.public_limits(row.id).unwrap().light, row.light);
        let query = LetterQuery {
            light: row.light,
            ..query.clone()
        };
        let same = device.public_letters(&query).unwrap();
        assert!(
            same.rows.iter().any(|r| r.number == row.number),
            "the filter agrees: {row:?}"
        );
    }
    let mut all: Vec<_> = page.rows.into_iter().map(|r| (r.number, r.light)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[tokio::test]
async fn a_device_shows_the_light_of_the_citys_own_days() {
    let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
    let world = World::with(&[("agencies", &[agency])]).unwrap();
    let city = City::open(Config::in_dir(&world.data()).unwrap()).await.unwrap();
    petition::set_up(&city, on(1)).await.unwrap();
    // Eight working days from Monday the 1st: due on Thursday the 11th.
    let old = routed(&city, 1).await;
    publish::publish(&city, on(1)).await.unwrap();
    let mirror = Mirror::serve(world.data().join("objects"), |_| Answer::Well).unwrap();
    let device_on = |now: fn() -> Timestamp| {
        open_device(|| {
            let mut config = device_config(&world.folder.path().join("phone"), &mirror.address)?;
            config.now = now;
            Ok(config)
        })
        .unwrap()
    };
    let device = device_on(|| on(18));
    device.sync().await.unwrap();
    assert_eq!(
        lights(&device),
        [(old.clone(), Some(Light::Supervised))],
        "the fourth working day overdue"
    );
    drop(device);

    // The city is quicker from the 2nd on, and then again slower from the 3rd: each letter by its own day zero.
    let admin = Who {
        id: 7,
        name: "示例管理员".into(),
        roles: vec![Role::Administrator],
        department: 0,
        csrf: String::new(),
    };
    let rules = [
        (Number::Resolve, 2, 2),
        (Number::Supervise, 1, 2),
        (Number::Supervise, 20, 3),
    ];
    for (number, days, from) in rules {
        let rule = Rule {
            id: 0,
            number,
            days,
            from: date(2025, 9, from),
            until: None,
        };
        assert!(desk::add_policy(&city, &admin, &rule, on(1)).await.unwrap());
    }
    let quick = routed(&city, 2).await;
    let slow = routed(&city, 3).await;
    publish::publish(&city, on(3)).await.unwrap();
    // Due on the 4th and on the 5th; the old one is not due before the 11th.
    let device = device_on(|| on(8));
    device.sync().await.unwrap();
    let green = (old.clone(), Some(Light::Green));
    let quick_light = (quick.clone(), Some(Light::Supervised));
    assert_eq!(
        lights(&device),
        [green, quick_light.clone(), (slow.clone(), Some(Light::Red))]
    );
    drop(device);
    let device = device_on(|| on(18));
    let burning = (old, Some(Light::Supervised));
    assert_eq!(
        lights(&device),
        [burning, quick_light, (slow, Some(Light::Red))],
        "each by its own rule"
    );
}
