//! 补充: words and files added to a letter that is there, from a phone whose network and process come and go. Each
//! arrives once, its files whole, and nobody else reads what is kept of it.

use super::a_letter_is_sent::{photo, written};
use rand::{Rng, SeedableRng, rngs::StdRng};
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
use weimenhu_core::{
    Client, Code,
    view::{LetterDeed, LetterForm, OutState},
};
use weimenhu_domain::record::Sha256;
use weimenhu_tests::{
    wire::{Fate, Wire},
    world::{World, any_file_holds},
};

const WORDS: &str = "示例补充：昨晚又坏了一盏，见照片。";

fn city() -> World {
    let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门"});
    let mut world = World::with(&[("agencies", &[agency])]).unwrap();
    start(&mut world);
    world
}

fn start(world: &mut World) {
    let settings = world.data().join("letters.toml");
    fs::write(&settings, "writes_per_minute = 1000000\nproof_of_work = 50\n").unwrap();
    world
        .start_with(&["--config", settings.to_str().unwrap()])
        .unwrap();
}

/// A letter that has arrived, with a photo; its number.
async fn arrived(device: &Client) -> String {
    let id = written(device, "示例：路灯不亮");
    device.add_draft_file(&id, "路灯.jpg", &photo()).unwrap();
    device.submit_letter(&id).unwrap();
    for _ in 0..50 {
        device.retry_now().unwrap();
        device.send_waiting().await.unwrap();
        if device.refresh_letters().await.is_ok() && device.sent_number(&id).unwrap().is_some() {
            break;
        }
    }
    device.sent_number(&id).unwrap().unwrap()
}

/// Another photo at each number, and where it was taken in each.
fn photo_of(n: u8) -> String {
    let bytes = data_encoding::BASE64.decode(photo().as_bytes()).unwrap();
    let exif = bytes[2..].iter().position(|b| *b == 0xff).unwrap() + 2;
    let image = image::RgbImage::from_pixel(48, 64, image::Rgb([n * 25, 120, 9]));
    let mut plain = std::io::Cursor::new(Vec::new());
    image.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let length = usize::from(u16::from_be_bytes([bytes[exif + 2], bytes[exif + 3]])) + 2;
    let whole = [&plain[..2], &bytes[exif..exif + length], &plain[2..]].concat();
    data_encoding::BASE64.encode(&whole)
}

fn add(device: &Client, number: &str, text: &str, photos: &[u8]) {
    let id = device.supplement(number).unwrap().id;
    let form = LetterForm {
        text: text.into(),
        ..LetterForm::default()
    };
    device.save_draft(&id, &form).unwrap();
    for n in photos {
        device.add_draft_file(&id, "现场.jpg", &photo_of(*n)).unwrap();
    }
}

fn send(device: &Client, number: &str, text: &str) -> weimenhu_core::Result<()> {
    let deed = LetterDeed {
        action: "supplement".into(),
        text: text.into(),
        ..LetterDeed::default()
    };
    device.letter_deed(number, &deed)
}

/// What the server has of supplements: events, files of all letters, and uploads that are nobody's. Every file is
/// what its row says.
fn at_the_server(world: &World) -> (i64, i64, i64) {
    let conn = Connection::open(world.data().join("weimenhu.sqlite")).unwrap();
    let mut query = conn.prepare("SELECT sha, file FROM attachment").unwrap();
    let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    for (sha, file) in rows.map(Result::<(String, String), _>::unwrap) {
        let bytes = fs::read(world.data().join("letters").join(file)).unwrap();
        assert_eq!(Sha256::of(&bytes).to_string(), sha);
    }
    let count = |sql: &str| conn.query_row(sql, [], |r| r.get(0)).unwrap();
    (
        count("SELECT count(*) FROM petition_event WHERE action = 'supplement'"),
        count("SELECT count(*) FROM attachment"),
        count("SELECT count(*) FROM upload"),
    )
}

fn on_the_device(world: &World) -> usize {
    fs::read_dir(world.folder.path().join("phone/letters"))
        .unwrap()
        .count()
}

fn nothing_readable(world: &World) {
    for secret in ["昨晚又坏", "现场.jpg", "GPS-"] {
        let found = any_file_holds(&world.folder.path().join("phone"), secret.as_bytes()).unwrap();
        assert!(found.is_empty(), "{secret} stands in {found:?}");
    }
}

#[tokio::test]
async fn begun_under_ground_it_survives_the_night_and_arrives_once() {
    let mut world = city();
    let device = world.device("phone", &[]).unwrap();
    let number = arrived(&device).await;
    world.cut();
    add(&device, &number, WORDS, &[1, 2, 2]);
    nothing_readable(&world);
    drop(device);

    let device = world.device("phone", &[]).unwrap();
    let begun = device.supplement(&number).unwrap();
    assert_eq!((begun.form.text.as_str(), begun.files.len()), (WORDS, 3));
    assert!(device.drafts().unwrap().is_empty(), "it is no letter");
    assert_eq!(device.mine_state().unwrap().drafts, 0);
    let gone = device.add_draft_file(&begun.id, "现场.jpg", &photo_of(3));
    assert_eq!(on_the_device(&world), 4);
    device.remove_draft_file(&begun.id, &gone.unwrap().id).unwrap();
    assert_eq!(on_the_device(&world), 3);
    send(&device, &number, WORDS).unwrap();
    device.send_waiting().await.unwrap();
    let waits = device.my_letter(&number).unwrap().pending;
    assert_eq!(
        (waits[0].state, waits[0].files),
        (OutState::Retry, 2),
        "of the same photo twice, one"
    );
    // The next is begun while that one waits.
    add(&device, &number, "示例：再补充一句", &[]);
    send(&device, &number, "示例：再补充一句").unwrap();
    nothing_readable(&world);
    drop(device);

    start(&mut world);
    let device = world.device("phone", &[]).unwrap();
    device.send_waiting().await.unwrap();
    device.send_waiting().await.unwrap();
    let letter = device.my_letter(&number).unwrap();
    assert!(letter.pending.is_empty());
    assert_eq!(letter.files.len(), 3);
    let added = letter.words.iter().filter(|w| w.sort == "supplement");
    let added: Vec<&str> = added.map(|w| w.text.as_str()).collect();
    assert_eq!(added, [WORDS, "示例：再补充一句"]);
    assert_eq!(at_the_server(&world), (2, 3, 0));
    assert_eq!(
        on_the_device(&world),
        0,
        "what has arrived is gone from the device"
    );
    let taken = any_file_holds(&world.data(), b"GPS-").unwrap();
    assert!(taken.is_empty(), "{taken:?}");
}

#[tokio::test]
async fn a_lost_answer_and_a_torn_file_add_nothing_twice() {
    let world = city();
    let (posts, parts) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    let seen = Arc::clone(&posts);
    let wire = Wire::to(&world.address(), move |request| {
        if request == "POST /api/v1/track/supplement" && seen.fetch_add(1, Ordering::SeqCst) < 2 {
            return Fate::AnswerLost;
        }
        if request.starts_with("PUT /api/v1/uploads/") && parts.fetch_add(1, Ordering::SeqCst) == 2 {
            return Fate::BreaksAfter(700);
        }
        Fate::Through
    });
    let device = world.device_at("phone", &[], &wire.unwrap().address).unwrap();
    let number = arrived(&device).await;
    add(&device, &number, "", &[1, 2]);
    send(&device, &number, "").expect("photos say enough");
    for _ in 0..6 {
        device.retry_now().unwrap();
        device.send_waiting().await.unwrap();
    }
    assert!(posts.load(Ordering::SeqCst) >= 3);
    assert!(device.my_letter(&number).unwrap().pending.is_empty());
    assert_eq!(at_the_server(&world), (1, 3, 0));
}

/// The app dies at 100 moments of sending, and the wire breaks wherever it likes.
#[tokio::test]
async fn killed_wherever_it_stands_each_supplement_arrives_once() {
    let world = city();
    let seed = 20_261_127;
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let wire = Wire::unruly(&world.address());
    let wire = wire.unwrap();
    let mut device = world.device_at("phone", &[], &wire.address).unwrap();
    let number = arrived(&device).await;
    for n in 0..8 {
        add(&device, &number, WORDS, &[n]);
        send(&device, &number, WORDS).unwrap();
    }
    let mut kills = 0;
    for _ in 0..2000 {
        device.retry_now().unwrap();
        let pause = Duration::from_micros(rng.random_range(0..60_000));
        let died = tokio::time::timeout(pause, device.send_waiting()).await.is_err();
        if died && kills < 100 {
            kills += 1;
            drop(device);
            device = world.device_at("phone", &[], &wire.address).unwrap();
        } else if device.my_letter(&number).unwrap().pending.is_empty() {
            break;
        }
    }
    assert!(
        device.my_letter(&number).unwrap().pending.is_empty(),
        "after {kills} kills"
    );
    println!("{kills} kills");
    assert_eq!(at_the_server(&world), (8, 9, 0), "after {kills} kills");
    assert_eq!(on_the_device(&world), 0);
}

#[tokio::test]
async fn a_letter_and_its_supplements_have_nine_files_together() {
    let mut world = city();
    let device = world.device("phone", &[]).unwrap();
    let number = arrived(&device).await;
    world.cut();
    add(&device, &number, WORDS, &[1, 2, 3, 4]);
    send(&device, &number, WORDS).unwrap();
    add(&device, &number, WORDS, &[5, 6, 7, 8]);
    let id = device.supplement(&number).unwrap().id;
    let tenth = device.add_draft_file(&id, "十.jpg", &photo_of(9));
    assert_eq!(tenth.map(drop).unwrap_err().code(), Code::TooMany);

    device.erase_mine().unwrap();
    assert_eq!(on_the_device(&world), 0, "erased, sent and unsent");
}

#[tokio::test]
async fn what_is_refused_comes_back_with_its_files_and_goes_when_the_letter_is_forgotten() {
    let world = city();
    let device = world.device("phone", &[]).unwrap();
    let number = arrived(&device).await;
    let conn = Connection::open(world.data().join("weimenhu.sqlite")).unwrap();
    let put = |state: &str| conn.execute("UPDATE petition SET state = ?1", [state]).unwrap();
    add(&device, &number, WORDS, &[1]);
    send(&device, &number, WORDS).unwrap();
    put("closed");
    device.send_waiting().await.unwrap();
    let letter = device.my_letter(&number).unwrap();
    assert_eq!(letter.pending[0].state, OutState::Refused);
    // Nothing may be added now: the words can be had all the same.
    device.refresh_letters().await.unwrap();
    assert!(device.supplement(&number).is_err());
    let pending = device.my_letter(&number).unwrap().pending;
    assert_eq!((pending[0].text.as_str(), pending[0].files), (WORDS, 1));
    put("submitted");
    device.refresh_letters().await.unwrap();
    let back = device.supplement(&number).unwrap();
    assert_eq!((back.state, back.form.text.as_str()), (OutState::Refused, WORDS));
    assert!(back.problem.is_some() && back.files.len() == 1);
    assert!(device.my_letter(&number).unwrap().pending.is_empty());
    send(&device, &number, WORDS).unwrap();
    device.send_waiting().await.unwrap();
    assert_eq!(at_the_server(&world).1, 2);

    add(&device, &number, WORDS, &[2]);
    assert_eq!(on_the_device(&world), 1);
    device.forget_letter(&number).unwrap();
    assert_eq!(on_the_device(&world), 0);
    assert!(device.drafts().unwrap().is_empty());
}
