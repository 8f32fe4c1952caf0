//! What came in is told by the system: together, once, at an hour that suits, and not what was seen already.

use super::{notice, words};
use jiff::{Timestamp, Zoned, civil::date, tz::TimeZone};
use serde_json::Value;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::timeout};
use weimenhu_core::{
    Client, Config,
    view::{Notification, NotifyChoice, NotifyProblem, QuietHours, Shown},
};
use weimenhu_domain::Collection;
use weimenhu_tests::world::{World, device_config, open_device};

/// A device whose system notes down what it is asked to show, and answers as it is told to.
struct Phone {
    client: Arc<Client>,
    shown: Arc<Mutex<Vec<Notification>>>,
    telling: JoinHandle<()>,
}

impl Phone {
    fn telling(client: Client, answer: fn() -> Shown) -> Self {
        let (client, shown) = (Arc::new(client), Arc::<Mutex<Vec<_>>>::default());
        let (teller, noted) = (Arc::clone(&client), Arc::clone(&shown));
        let telling = tokio::spawn(async move {
            let show = |notification| {
                noted.lock().unwrap().push(notification);
                std::future::ready(answer())
            };
            teller.keep_telling(show).await;
        });
        Self {
            client,
            shown,
            telling,
        }
    }

    /// Waits for the next one.
    async fn hears(&self) -> Notification {
        let next = async {
            loop {
                if let Some(one) = self.shown.lock().unwrap().pop() {
                    return one;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(30), next).await.unwrap()
    }

    /// Long enough for whatever is told to be told.
    async fn hears_nothing(&self) {
        tokio::time::sleep(Duration::from_secs(4)).await;
        let shown = self.shown.lock().unwrap();
        assert!(shown.is_empty(), "{shown:?}");
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.telling.abort();
    }
}

fn fresh(title: &str) -> Value {
    let mut row = notice("", 1, title);
    row["published"] = Timestamp::now().to_string().into();
    row.as_object_mut().unwrap().remove("id");
    row
}

/// A way to have a topic say nothing, and to have it speak again.
type Silence = fn(&Client, u32, bool) -> weimenhu_core::Result<()>;

fn at_any_hour() -> NotifyChoice {
    NotifyChoice {
        quiet: None,
        ..NotifyChoice::default()
    }
}

async fn world() -> World {
    let mut world = World::with(&[("notices", &[notice("a", 1, "放假")])]).unwrap();
    world.start().unwrap();
    world
}

#[tokio::test]
async fn what_comes_in_is_told_together_and_once() {
    let world = world().await;
    let device = world.device("phone", &[]).unwrap();
    device.set_notify_choice(&at_any_hour()).unwrap();
    device.sync().await.unwrap();
    world.publish("notices", &fresh("停水零"), None).unwrap();
    device.sync().await.unwrap();
    let water = device.follow(&words("停水")).unwrap();
    assert_eq!(device.inbox_counts().unwrap().unread, 1);
    let phone = Phone::telling(device, || Shown::Yes);
    phone.hears_nothing().await;

    // A week away: one notification, not three.
    for title in ["停水一", "停水二", "停水三", "开学"] {
        world.publish("notices", &fresh(title), None).unwrap();
    }
    phone.client.sync().await.unwrap();
    let told = phone.hears().await;
    assert_eq!(
        (told.count, told.letters, told.titles.len()),
        (3, 0, 3),
        "{told:?}"
    );
    assert_eq!(told.link, "weimenhu://inbox");
    phone.hears_nothing().await;
    let last = phone.client.notify_state().unwrap().last.unwrap();
    assert_eq!(last.count, 3);

    // One alone opens itself.
    world.publish("notices", &fresh("停水四"), None).unwrap();
    phone.client.sync().await.unwrap();
    let told = phone.hears().await;
    assert_eq!(
        (told.count, told.titles.as_slice()),
        (1, &["示例：停水四".to_owned()][..])
    );
    let id: u32 = told
        .link
        .strip_prefix("weimenhu://notices/")
        .unwrap()
        .parse()
        .unwrap();
    let row = phone.client.detail(Collection::Notices, id).await.unwrap().row;
    assert_eq!(row.title, "示例：停水四");

    // Not told: what a topic brings in that shall only be counted, or that is muted; nor when it may speak again.
    let silences: [Silence; 2] = [|c, id, on| c.notify_topic(id, !on), Client::mute_topic];
    for silence in silences {
        silence(&phone.client, water, true).unwrap();
        world.publish("notices", &fresh("停水五"), None).unwrap();
        phone.client.sync().await.unwrap();
        phone.hears_nothing().await;
        silence(&phone.client, water, false).unwrap();
    }
    // Nor what came in while nothing was told at all.
    let off = NotifyChoice {
        on: false,
        ..at_any_hour()
    };
    phone.client.set_notify_choice(&off).unwrap();
    world.publish("notices", &fresh("停水六"), None).unwrap();
    phone.client.sync().await.unwrap();
    phone.hears_nothing().await;
    assert_eq!(phone.client.notify_state().unwrap().waiting, 1);
    phone.client.set_notify_choice(&at_any_hour()).unwrap();
    phone.hears_nothing().await;
    assert_eq!(
        phone.client.inbox_counts().unwrap().unread,
        8,
        "it is all in the inbox"
    );
}

#[tokio::test]
async fn what_the_system_does_not_show_is_told_with_the_next() {
    static ALLOWED: Mutex<bool> = Mutex::new(false);
    let world = world().await;
    let device = world.device("phone", &[]).unwrap();
    device.set_notify_choice(&at_any_hour()).unwrap();
    device.follow(&words("停水")).unwrap();
    let phone = Phone::telling(device, || {
        if *ALLOWED.lock().unwrap() {
            Shown::Yes
        } else {
            Shown::No(NotifyProblem::Refused)
        }
    });
    world.publish("notices", &fresh("停水一"), None).unwrap();
    phone.client.sync().await.unwrap();
    assert_eq!(phone.hears().await.count, 1);
    let state = phone.client.notify_state().unwrap();
    assert_eq!(state.problem, Some(NotifyProblem::Refused));
    assert_eq!((state.waiting, state.last), (1, None));

    *ALLOWED.lock().unwrap() = true;
    world.publish("notices", &fresh("停水二"), None).unwrap();
    phone.client.sync().await.unwrap();
    assert_eq!(phone.hears().await.count, 2);
    phone.hears_nothing().await;
    let state = phone.client.notify_state().unwrap();
    assert_eq!((state.problem, state.waiting), (None, 0));
}

/// Seconds since 1970 by the device of [`the_hours_are_kept`].
static CLOCK: AtomicI64 = AtomicI64::new(0);

fn set_clock(day: i8, hour: i8) {
    let here = date(2026, 11, day).at(hour, 0, 0, 0).to_zoned(TimeZone::system());
    CLOCK.store(here.unwrap().timestamp().as_second(), Ordering::Relaxed);
}

fn clock() -> Zoned {
    let now = Timestamp::from_second(CLOCK.load(Ordering::Relaxed)).unwrap();
    now.to_zoned(TimeZone::system())
}

fn held_until(client: &Client) -> Option<Zoned> {
    let held = client.notify_state().unwrap().held_until?;
    Some(held.parse::<Timestamp>().unwrap().to_zoned(TimeZone::system()))
}

#[tokio::test]
async fn the_hours_are_kept() {
    let world = world().await;
    set_clock(26, 12); // a Thursday
    let folder = world.folder.path().join("phone");
    let device = open_device(|| {
        Ok(Config {
            now: || clock().timestamp(),
            ..device_config(&folder, &world.address())?
        })
    });
    let device = device.unwrap();
    let choice = NotifyChoice {
        quiet: Some(QuietHours {
            from: "22:00".into(),
            to: "07:00".into(),
        }),
        digest: Some("08:00".into()),
        ..NotifyChoice::default()
    };
    device.set_notify_choice(&choice).unwrap();
    device.follow(&words("停水")).unwrap();
    let phone = Phone::telling(device, || Shown::Yes);
    let publish = async |title| {
        world.publish("notices", &fresh(title), None).unwrap();
        phone.client.sync().await.unwrap();
    };
    publish("停水一").await;
    assert_eq!(phone.hears().await.count, 1, "no digest yet today");
    publish("停水二").await;
    phone.hears_nothing().await;
    let tomorrow = date(2026, 11, 27).at(8, 0, 0, 0);
    assert_eq!(held_until(&phone.client).unwrap().datetime(), tomorrow);

    // A clock that jumps over the night and back, and then over the weekend.
    set_clock(27, 23);
    publish("停水三").await;
    phone.hears_nothing().await;
    let monday = date(2026, 11, 30).at(8, 0, 0, 0);
    assert_eq!(held_until(&phone.client).unwrap().datetime(), monday);
    set_clock(27, 5);
    publish("停水四").await;
    phone.hears_nothing().await;
    assert_eq!(held_until(&phone.client).unwrap().datetime(), tomorrow);
    publish("停水五").await;
    phone.hears_nothing().await;
    set_clock(30, 9);
    // Whatever changes, the clock is looked at; so it is after a minute.
    phone.client.set_notify_choice(&choice).unwrap();
    assert_eq!(phone.hears().await.count, 4, "one digest for all of them");
    assert_eq!(held_until(&phone.client), None);

    // What was read while it was held back is not told any more.
    publish("停水六").await;
    assert_eq!(phone.client.notify_state().unwrap().waiting, 1);
    phone.client.read_inbox().unwrap();
    assert_eq!(phone.client.notify_state().unwrap().waiting, 0);

    let wrong = NotifyChoice {
        digest: Some("24:30".into()),
        ..choice
    };
    assert!(phone.client.set_notify_choice(&wrong).is_err());
}

/// Somebody follows a character that stands in everything: it comes in, and is told once a working day.
#[tokio::test]
async fn what_is_followed_broadly_is_told_once_a_day() {
    static CLOCK: AtomicI64 = AtomicI64::new(0);
    fn set(day: i8, hour: i8) {
        let here = date(2026, 11, day).at(hour, 0, 0, 0).to_zoned(TimeZone::system());
        CLOCK.store(here.unwrap().timestamp().as_second(), Ordering::Relaxed);
    }
    set(26, 12); // a Thursday
    let many: Vec<Value> = (0..70)
        .map(|n| {
            let mut row = notice(&format!("n{n}"), 20, &format!("的{n}"));
            row["published"] = Timestamp::now().to_string().into();
            row
        })
        .collect();
    let mut world = World::with(&[("notices", &many)]).unwrap();
    world.start().unwrap();
    let folder = world.folder.path().join("phone");
    let device = open_device(|| {
        Ok(Config {
            now: || Timestamp::from_second(CLOCK.load(Ordering::Relaxed)).unwrap(),
            ..device_config(&folder, &world.address())?
        })
    });
    let device = device.unwrap();
    device.set_notify_choice(&at_any_hour()).unwrap();
    device.sync().await.unwrap();
    let all = device.follow(&words("的")).unwrap();
    let water = device.follow(&words("停水")).unwrap();
    let broad = |id| {
        let topics = device.topics().unwrap();
        topics.iter().find(|t| t.id == id).unwrap().broad
    };
    assert_eq!((broad(all), broad(water)), (true, false));
    let phone = Phone::telling(device, || Shown::Yes);
    let publish = async |title| {
        world.publish("notices", &fresh(title), None).unwrap();
        phone.client.sync().await.unwrap();
    };

    publish("开学一").await;
    assert_eq!(phone.hears().await.count, 1, "none yet today");
    publish("开学二").await;
    phone.hears_nothing().await;
    let tomorrow = date(2026, 11, 27).at(8, 30, 0, 0);
    assert_eq!(held_until(&phone.client).unwrap().datetime(), tomorrow);

    // What another topic means as well is told at once, and takes nothing along.
    publish("停水一").await;
    let told = phone.hears().await;
    assert_eq!((told.count, told.titles), (1, vec!["示例：停水一".to_owned()]));
    assert_eq!(phone.client.notify_state().unwrap().waiting, 1);
    publish("开学三").await;
    phone.hears_nothing().await;

    set(27, 9);
    phone.client.set_notify_choice(&at_any_hour()).unwrap();
    assert_eq!(phone.hears().await.count, 2);
    assert_eq!(phone.client.notify_state().unwrap().waiting, 0);

    // It travels with the topics; a file of an older app says nothing of it, and the last days do.
    let file = phone.client.export_topics().unwrap();
    let mut older: Value = serde_json::from_slice(&file.bytes).unwrap();
    for topic in older["topics"].as_array_mut().unwrap() {
        topic.as_object_mut().unwrap().remove("broad");
    }
    for (name, bytes) in [("new", file.bytes), ("old", older.to_string().into_bytes())] {
        let other = world.device(name, &[]).unwrap();
        other.sync().await.unwrap();
        other.import_topics(&bytes).unwrap();
        let broad: Vec<_> = other.topics().unwrap().iter().map(|t| t.broad).collect();
        assert_eq!(broad, [true, false], "{name}");
    }
}
