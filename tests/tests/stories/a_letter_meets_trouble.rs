//! Letters under bad stars: a server without room, one that asks for patience, a clock that is decades off, and one
//! letter among several that cannot be read any more.

use rusqlite::Connection;
use serde_json::json;
use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::sleep;
use weimenhu_core::{
    Client, Config,
    view::{InboxItem, InboxQuery, InboxStep, LetterDeed, LetterForm, OutState},
};
use weimenhu_domain::petition::State;
use weimenhu_tests::{
    attached::{Attached, Plan},
    wire::{Fate, Wire},
    world::{World, device_config, open_device},
};

fn city(settings: &str) -> World {
    let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
    let mut world = World::with(&[("agencies", &[agency])]).unwrap();
    let file = world.data().join("letters.toml");
    fs::write(&file, format!("proof_of_work = 50\n{settings}\n")).unwrap();
    world.start_with(&["--config", file.to_str().unwrap()]).unwrap();
    world
}

fn submitted(device: &Client, title: &str) -> String {
    let id = device.new_draft().unwrap();
    let form = LetterForm {
        title: title.into(),
        text: "示例：路灯不亮。".into(),
        consent: true,
        ..LetterForm::default()
    };
    device.save_draft(&id, &form).unwrap();
    device.submit_letter(&id).unwrap();
    id
}

fn at_the_server(world: &World) -> Connection {
    Connection::open(world.data().join("weimenhu.sqlite")).unwrap()
}

fn count(conn: &Connection, table: &str) -> i64 {
    conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0))
        .unwrap()
}

#[tokio::test]
async fn a_server_without_room_keeps_nothing_half_and_takes_the_letter_later() {
    let world = city("");
    let device = world.device("phone", &[]).unwrap();
    let id = submitted(&device, "示例：磁盘满");
    let log = world.folder.path().join("strace.log");
    let full = Attached::to(world.server_process().unwrap(), &log, Plan::Full).unwrap();
    device.send_waiting().await.unwrap();
    let waits = device.draft(&id).unwrap();
    assert_eq!(
        (waits.state, waits.problem.as_deref()),
        (OutState::Retry, Some("server"))
    );
    drop(full);
    assert!(
        fs::read_to_string(&log).unwrap().contains("ENOSPC"),
        "the disk was full"
    );
    let conn = at_the_server(&world);
    for table in ["petition", "wording", "idempotency", "petition_message"] {
        assert_eq!(count(&conn, table), 0, "{table}");
    }
    // The server asked for a minute; an app that starts anew has not heard it.
    drop(device);
    let device = world.device("phone", &[]).unwrap();
    device.send_waiting().await.unwrap();
    assert!(
        device.sent_number(&id).unwrap().is_some(),
        "{:?}",
        device.draft(&id).map(|d| d.problem)
    );
    assert_eq!(count(&conn, "petition"), 1);
}

#[tokio::test]
async fn a_server_that_asks_for_patience_gets_it_whoever_looks_or_presses() {
    let world = city("writes_per_minute = 1");
    let posts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&posts);
    let wire = Wire::to(&world.address(), move |request| {
        if request == "POST /api/v1/letters" {
            seen.fetch_add(1, Ordering::SeqCst);
        }
        Fate::Through
    });
    let device = world.device_at("phone", &[], &wire.unwrap().address).unwrap();
    submitted(&device, "示例：第一封");
    let second = submitted(&device, "示例：第二封");
    device.send_waiting().await.unwrap();
    let waits = device.draft(&second).unwrap();
    assert_eq!(
        (waits.state, waits.problem.as_deref()),
        (OutState::Retry, Some("too_many"))
    );
    assert_eq!(posts.load(Ordering::SeqCst), 2);
    device.wake();
    device.retry_now().unwrap();
    device.send_waiting().await.unwrap();
    assert_eq!(posts.load(Ordering::SeqCst), 2, "a minute was asked for");
    assert_eq!(count(&at_the_server(&world), "petition"), 1);
}

#[tokio::test]
async fn a_clock_that_is_decades_off_stops_no_letter() {
    let world = city("writes_per_minute = 100");
    for (name, now) in [
        (
            "behind",
            (|| "1970-01-01T00:00:00Z".parse().unwrap()) as fn() -> jiff::Timestamp,
        ),
        ("ahead", || "2099-12-31T23:59:59Z".parse().unwrap()),
    ] {
        let device = open_device(|| {
            Ok(Config {
                now,
                ..device_config(&world.folder.path().join(name), &world.address())?
            })
        })
        .unwrap();
        let id = submitted(&device, "示例：时钟不准");
        device.send_waiting().await.unwrap();
        let number = device.sent_number(&id).unwrap().unwrap();
        device.refresh_letters().await.unwrap();
        let letter = device.my_letter(&number).unwrap();
        let submitted: jiff::Timestamp = letter.submitted.parse().unwrap();
        let ago = jiff::Timestamp::now().duration_since(submitted);
        assert!(
            ago.as_hours().abs() < 24,
            "by the server's clock, not by one of {}",
            now()
        );
        let withdraw = LetterDeed {
            action: "withdraw".into(),
            ..LetterDeed::default()
        };
        device.letter_deed(&number, &withdraw).unwrap();
        device.send_waiting().await.unwrap();
        assert_eq!(
            device.my_letter(&number).unwrap().state,
            State::Withdrawn,
            "{name}"
        );
    }
}

#[tokio::test]
async fn one_letter_that_cannot_be_read_does_not_hide_the_others() {
    let world = city("writes_per_minute = 100");
    let device = world.device("phone", &[]).unwrap();
    let ids = ["示例：甲", "示例：乙"].map(|title| submitted(&device, title));
    device.send_waiting().await.unwrap();
    let [first, newest] = ids.map(|id| device.sent_number(&id).unwrap().unwrap());
    // The server has forgotten the newest, which is asked about first, and something happened to the other.
    let conn = at_the_server(&world);
    conn.execute("UPDATE petition SET token = 'lost' WHERE id = 2", [])
        .unwrap();
    conn.execute("UPDATE petition SET state = 'closed' WHERE id = 1", [])
        .unwrap();
    device.refresh_letters().await.unwrap();
    assert_eq!(device.my_letter(&first).unwrap().state, State::Closed);
    let lost = device.my_letter(&newest).unwrap();
    assert!(
        !lost.missing.is_empty() && !lost.text.is_empty(),
        "what is here stays, and says so"
    );
    // And on the device a receipt that was damaged.
    drop(device);
    let mine = Connection::open(world.folder.path().join("phone/mine.db")).unwrap();
    let damaged = mine.execute("UPDATE own_letter SET receipt = x'00' WHERE turn = 2", []);
    assert_eq!(damaged.unwrap(), 1);
    drop(mine);
    let device = world.device("phone", &[]).unwrap();
    let rows: Vec<String> = device
        .my_letters()
        .unwrap()
        .into_iter()
        .map(|r| r.number)
        .collect();
    assert_eq!(rows, [first]);
}

/// The background looks as well, and so does every deed: an answer that was long under way must not put back what
/// somebody was told meanwhile.
#[tokio::test]
async fn of_two_looks_at_a_letter_the_older_does_not_win() {
    let world = city("");
    let looks = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&looks);
    let wire = Wire::to(&world.address(), move |request| {
        // The second: after the first there is a tag, and the server says in few words that nothing is new.
        if request == "GET /api/v1/track" && seen.fetch_add(1, Ordering::SeqCst) == 1 {
            return Fate::AnswerLate(Duration::from_secs(1));
        }
        Fate::Through
    });
    let device = world.device_at("phone", &[], &wire.unwrap().address).unwrap();
    let id = submitted(&device, "示例：两次查看");
    device.send_waiting().await.unwrap();
    let number = device.sent_number(&id).unwrap().unwrap();
    device.refresh_letters().await.unwrap();
    let later = async {
        while looks.load(Ordering::SeqCst) < 2 {
            sleep(Duration::from_millis(20)).await;
        }
        sleep(Duration::from_millis(200)).await;
        let conn = at_the_server(&world);
        conn.execute("UPDATE petition SET state = 'closed'", []).unwrap();
        device.refresh_letters().await.unwrap();
    };
    let (earlier, ()) = tokio::join!(device.refresh_letters(), later);
    earlier.unwrap();
    assert_eq!(looks.load(Ordering::SeqCst), 3);
    assert_eq!(device.my_letter(&number).unwrap().state, State::Closed);
}

/// The inbox, as which step of which letter and whether it was looked at.
fn steps(device: &Client, unread: bool) -> Vec<InboxStep> {
    let query = InboxQuery {
        unread,
        limit: 100,
        ..InboxQuery::default()
    };
    let page = device.inbox(&query).unwrap();
    assert_eq!(page.total as usize, page.rows.len());
    let step = |item| match item {
        InboxItem::Step(step) => Some(step),
        InboxItem::Record(_) => None,
    };
    page.rows.into_iter().filter_map(step).collect()
}

fn whats(device: &Client, unread: bool) -> Vec<String> {
    steps(device, unread).into_iter().map(|s| s.what).collect()
}

/// Somebody at the desk does something to the first letter.
fn happens(world: &World, what: &str) {
    let conn = at_the_server(world);
    let added = conn.execute(
        "INSERT INTO petition_event (seq, petition, number, at_ms, role, action, prev, hash)
         SELECT max(seq) + 1, 1, (SELECT max(number) + 1 FROM petition_event WHERE petition = 1), 1795741782968,
             'office', ?1, '', '' FROM petition_event",
        [what],
    );
    assert_eq!(added.unwrap(), 1);
}

#[tokio::test]
async fn what_happens_in_a_letter_arrives_in_the_inbox() {
    let world = city("writes_per_minute = 100");
    let device = world.device("phone", &[]).unwrap();
    let id = submitted(&device, "示例：路灯");
    device.send_waiting().await.unwrap();
    let number = device.sent_number(&id).unwrap().unwrap();
    let unread = || device.inbox_counts().unwrap().unread;
    assert_eq!((whats(&device, true), unread()), (vec!["submit".to_owned()], 1));
    device.my_letter(&number).unwrap();
    assert_eq!(
        (whats(&device, true).len(), whats(&device, false).len(), unread()),
        (0, 1, 0)
    );

    // Two steps between two looks are two rows; what the writer did is none.
    for what in ["route", "supplement", "respond"] {
        happens(&world, what);
    }
    device.refresh_letters().await.unwrap();
    device.refresh_letters().await.unwrap();
    assert_eq!(whats(&device, false), ["respond", "route", "submit"]);
    assert_eq!(
        (whats(&device, true), unread()),
        (vec!["respond".to_owned(), "route".to_owned()], 2)
    );
    let newest = steps(&device, true).remove(0);
    assert_eq!(
        (newest.number.as_str(), newest.title.as_str()),
        (number.as_str(), "示例：路灯")
    );
    assert!(newest.at.starts_with("2026-"), "when it happened: {}", newest.at);

    // All at once, and back; the list of letters says the same.
    let marked = device.read_inbox().unwrap();
    assert_eq!(
        (marked.steps.len(), unread(), device.mine_state().unwrap().unseen),
        (2, 0, 0)
    );
    device.mark_unread(&marked).unwrap();
    assert_eq!((unread(), device.my_letters().unwrap()[0].unseen), (2, true));
    device.drop_step(newest.turn, true).unwrap();
    assert_eq!(
        (whats(&device, false), unread()),
        (vec!["route".to_owned(), "submit".to_owned()], 1)
    );
    device.drop_step(newest.turn, false).unwrap();
    device.my_letter(&number).unwrap();
    assert_eq!((whats(&device, false).len(), unread()), (3, 0));

    // The server knows it no longer: that is said as well, once.
    let conn = at_the_server(&world);
    conn.execute("UPDATE petition SET token = 'lost'", []).unwrap();
    device.refresh_letters().await.unwrap();
    device.refresh_letters().await.unwrap();
    assert_eq!(whats(&device, true), ["missing"]);
    device.forget_letter(&number).unwrap();
    assert_eq!((whats(&device, false).len(), unread()), (0, 0));
}
