//! A letter from the first word to the receipt and after: whatever the network does and whenever the app dies, it
//! arrives exactly once, and nobody else reads what is kept of it.

use rand::{Rng, SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use serde_json::json;
use std::{
    fs,
    io::Cursor,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use weimenhu_core::{
    Client, Code,
    view::{LetterDeed, LetterForm, LetterQuery, OutState},
};
use weimenhu_domain::petition::{Kind, State, receipt::Number};
use weimenhu_tests::{
    wire::{Fate, Wire},
    world::{World, any_file_holds},
};

pub(super) const PHONE: &str = "13800138000";
const TEXT: &str = "示例来信：小区门口的路灯坏了三天，请派人来修。我的电话是13800138000。";

fn city() -> World {
    let agency = json!({"id": "a", "name": "示例城管局", "kind": "市级部门", "duties": "路灯", "phones": [{"number": "12345"}]});
    World::with(&[("agencies", &[agency])]).unwrap()
}

fn form(title: &str) -> LetterForm {
    LetterForm {
        kind: Kind::Complain,
        title: title.into(),
        text: TEXT.into(),
        department: "示例城管局".into(),
        name: "示例人".into(),
        phone: PHONE.into(),
        consent: true,
        ..LetterForm::default()
    }
}

pub(super) fn written(device: &Client, title: &str) -> String {
    let id = device.new_draft().unwrap();
    device.save_draft(&id, &form(title)).unwrap();
    id
}

/// A small photo that says where it was taken, as base64.
pub(super) fn photo() -> String {
    let image = image::DynamicImage::ImageRgb8(image::RgbImage::from_pixel(64, 48, image::Rgb([9, 90, 200])));
    let mut plain = Cursor::new(Vec::new());
    image.write_to(&mut plain, image::ImageFormat::Jpeg).unwrap();
    let plain = plain.into_inner();
    let exif = b"Exif\0\0II*\0\x08\0\0\0\0\0GPS-28.0000,120.6500";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let bytes = [&plain[..2], &[0xff, 0xe1], &length, exif, &plain[2..]].concat();
    data_encoding::BASE64.encode(&bytes)
}

/// Letters and whole attachments that the server has.
fn at_the_server(world: &World) -> (i64, i64) {
    let file = fs::read_dir(world.data()).unwrap().map(|e| e.unwrap().path());
    let file = file
        .into_iter()
        .find(|p| p.extension().is_some_and(|e| e == "sqlite"))
        .unwrap();
    let conn = Connection::open(file).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |r| r.get(0)).unwrap();
    (
        count("SELECT count(*) FROM petition"),
        count("SELECT count(*) FROM attachment"),
    )
}

fn nothing_readable(folder: &Path) {
    for secret in [PHONE, "路灯坏了", "示例人", "GPS-"] {
        let found = any_file_holds(folder, secret.as_bytes()).unwrap();
        assert!(found.is_empty(), "{secret} stands in {found:?}");
    }
}

#[tokio::test]
async fn written_under_ground_it_arrives_once_when_the_network_is_back() {
    let mut world = city();
    let device = world.device("phone", &[]).unwrap();
    let id = written(&device, "示例：路灯不亮");
    device.add_draft_file(&id, "路灯.jpg", &photo()).unwrap();
    let preview = device.preview_letter(&id).unwrap();
    assert_eq!(preview.faults, []);
    let hidden: Vec<_> = preview.text.iter().filter(|p| p.hidden.is_some()).collect();
    assert_eq!(hidden.len(), 1);
    assert_eq!(hidden[0].hidden.as_deref(), Some("mobile"));
    assert!(!preview.text.iter().any(|p| p.text.contains(PHONE)));
    device.submit_letter(&id).unwrap();
    assert!(
        device.save_draft(&id, &form("another")).is_err(),
        "what was submitted is frozen"
    );
    device.send_waiting().await.unwrap();
    let waits = device.draft(&id).unwrap();
    assert_eq!(waits.state, OutState::Retry);
    assert_eq!(waits.problem.as_deref(), Some("offline"));
    assert!(device.recall_letter(&id).is_err(), "an attempt has begun");
    nothing_readable(&world.folder.path().join("phone"));
    drop(device);

    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.send_waiting().await.unwrap();
    device.send_waiting().await.unwrap();
    assert!(device.drafts().unwrap().is_empty());
    let mine = device.my_letters().unwrap();
    assert_eq!(mine.len(), 1);
    assert!(mine[0].number.parse::<Number>().is_ok(), "{}", mine[0].number);
    assert_eq!(at_the_server(&world), (1, 1));
    device.refresh_letters().await.unwrap();
    let letter = device.my_letter(&mine[0].number).unwrap();
    assert_eq!((letter.state, letter.files.len()), (State::Submitted, 1));
    assert!(letter.may.contains(&"withdraw".to_owned()), "{:?}", letter.may);
    nothing_readable(&world.folder.path().join("phone"));

    // Another device of the same person has number and code.
    let other = world.device("desktop", &[]).unwrap();
    let wrong = other.look_up_letter(&letter.number, "AAAAAAAA").await;
    assert_eq!(wrong.map(drop).unwrap_err().code(), Code::WrongCode);
    let seen = other.look_up_letter(&letter.number, &letter.code).await.unwrap();
    assert_eq!(seen.title, "示例：路灯不亮");
    assert!(
        seen.may.is_empty(),
        "the token stays where the letter was written"
    );

    // Withdrawn, and then erased from this device.
    let withdraw = LetterDeed {
        action: "withdraw".into(),
        ..LetterDeed::default()
    };
    device.letter_deed(&letter.number, &withdraw).unwrap();
    device.send_waiting().await.unwrap();
    assert_eq!(device.my_letter(&letter.number).unwrap().state, State::Withdrawn);
    let again = device.letter_deed(&letter.number, &withdraw);
    assert_eq!(again.unwrap_err().code(), Code::Invalid);
    let export = device.export_mine().await.unwrap();
    assert!(
        String::from_utf8(export.bytes).unwrap().contains(PHONE),
        "the writer's own data, whole"
    );
    device.erase_mine().unwrap();
    assert!(device.my_letters().unwrap().is_empty());
    assert!(
        any_file_holds(&world.folder.path().join("phone"), letter.number.as_bytes())
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn before_the_first_attempt_it_can_be_taken_back_and_a_deleted_draft_comes_back() {
    let world = city();
    let device = world.device("phone", &[]).unwrap();
    let id = written(&device, "示例：再想想");
    device.submit_letter(&id).unwrap();
    device.recall_letter(&id).unwrap();
    assert_eq!(device.draft(&id).unwrap().state, OutState::Draft);
    device.delete_draft(&id).unwrap();
    assert!(device.drafts().unwrap().is_empty());
    device.restore_draft(&id).unwrap();
    assert_eq!(device.draft(&id).unwrap().form.title, "示例：再想想");
    let empty = device.new_draft().unwrap();
    let faults = device.preview_letter(&empty).unwrap().faults;
    let fields: Vec<_> = faults.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["title", "text", "consent"]);
    assert_eq!(device.submit_letter(&empty).unwrap_err().code(), Code::Invalid);
}

#[tokio::test]
async fn a_lost_answer_brings_the_same_receipt_and_a_portal_is_no_receipt() {
    let mut world = city();
    world.start().unwrap();
    let posts = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&posts);
    let wire = Wire::to(&world.address(), move |request| {
        if request != "POST /api/v1/letters" {
            return Fate::Through;
        }
        match seen.fetch_add(1, Ordering::SeqCst) {
            0 => Fate::Portal,
            // The one that asks whether it is there, and the one with proof of work.
            1 | 2 => Fate::AnswerLost,
            _ => Fate::Through,
        }
    });
    let wire = wire.unwrap();
    let device = world.device_at("phone", &[], &wire.address).unwrap();
    let id = written(&device, "示例：两次");
    device.submit_letter(&id).unwrap();
    device.send_waiting().await.unwrap();
    let waits = device.draft(&id).unwrap();
    assert_eq!(
        (waits.state, waits.problem.as_deref()),
        (OutState::Retry, Some("captive_portal"))
    );
    for _ in 0..6 {
        device.retry_now().unwrap();
        device.send_waiting().await.unwrap();
    }
    assert_eq!(device.my_letters().unwrap().len(), 1);
    assert_eq!(
        at_the_server(&world).0,
        1,
        "after {} posts",
        posts.load(Ordering::SeqCst)
    );
}

#[tokio::test]
async fn what_is_refused_can_be_mended_and_goes_under_a_new_key() {
    let mut world = city();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    let id = device.new_draft().unwrap();
    // Counties come from a list, so the form does not measure them; the server does.
    let wrong = LetterForm {
        county: "县".repeat(30),
        ..form("示例：部门")
    };
    device.save_draft(&id, &wrong).unwrap();
    device.submit_letter(&id).unwrap();
    device.send_waiting().await.unwrap();
    let refused = device.draft(&id).unwrap();
    assert_eq!(refused.state, OutState::Refused);
    assert_eq!(refused.problem.as_deref(), Some("address_too_long"));
    assert_eq!(refused.form.text, TEXT, "nothing is lost");
    device.save_draft(&id, &form("示例：部门")).unwrap();
    device.submit_letter(&id).unwrap();
    device.send_waiting().await.unwrap();
    assert_eq!(device.my_letters().unwrap().len(), 1);
    assert_eq!(at_the_server(&world).0, 1);
}

/// The app dies at 200 moments of sending, and the wire breaks wherever it likes: each letter once, files whole.
#[tokio::test]
async fn killed_wherever_it_stands_each_letter_arrives_once() {
    let mut world = city();
    let many = 200;
    // 0 is no limit that a test should meet: one address sends two hundred letters in a minute.
    let settings = world.data().join("letters.toml");
    fs::write(&settings, "writes_per_minute = 1000000\nproof_of_work = 50\n").unwrap();
    world
        .start_with(&["--config", settings.to_str().unwrap()])
        .unwrap();
    let seed = 20_261_125;
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let wire = Wire::unruly(&world.address());
    let wire = wire.unwrap();
    let mut device = world.device_at("phone", &[], &wire.address).unwrap();
    let photo = photo();
    for n in 0..many / 10 {
        let id = written(&device, &format!("示例：第{n}封"));
        device.add_draft_file(&id, "照片.jpg", &photo).unwrap();
        device.submit_letter(&id).unwrap();
    }
    let mut kills = 0;
    for _ in 0..2000 {
        device.retry_now().unwrap();
        let pause = Duration::from_micros(rng.random_range(0..60_000));
        let died = tokio::time::timeout(pause, device.send_waiting()).await.is_err();
        if died && kills < many {
            kills += 1;
            drop(device);
            device = world.device_at("phone", &[], &wire.address).unwrap();
        } else if kills >= many {
            device.send_waiting().await.unwrap();
            if device.drafts().unwrap().is_empty() {
                break;
            }
        }
    }
    assert!(device.drafts().unwrap().is_empty(), "after {kills} kills");
    assert_eq!(device.my_letters().unwrap().len(), many / 10);
    let letters = i64::try_from(many / 10).unwrap();
    assert_eq!(at_the_server(&world), (letters, letters), "after {kills} kills");
}

#[tokio::test]
async fn lists_of_public_letters_answer_without_a_network_and_before_there_are_any() {
    let world = city();
    let device = world.device("phone", &[]).unwrap();
    let page = device
        .public_letters(&LetterQuery {
            limit: 20,
            ..LetterQuery::default()
        })
        .unwrap();
    assert_eq!((page.total, page.lights.len()), (0, 4));
    assert!(device.department_figures().unwrap().is_empty());
    let missing = device.public_limits(7).unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
}

/// The newest recovery code, read where the `log` gateway shows it.
pub(super) async fn recovery_code(world: &World) -> String {
    let config = weimenhu_server::Config::in_dir(&world.data()).unwrap();
    let desk = weimenhu_server::City::open(config).await.unwrap();
    let mut code = String::new();
    for _ in 0..1000 {
        let all = weimenhu_server::petition::messages(&desk, 0).await.unwrap();
        if let Some(sent) = all.iter().find(|m| m.step == "recover_receipt") {
            let digits = sent.text.split(|c: char| !c.is_ascii_digit());
            code = digits.max_by_key(|run| run.len()).unwrap().to_owned();
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!code.is_empty(), "no code was sent");
    code
}

#[tokio::test]
async fn a_lost_phone_is_replaced_and_the_letters_come_back_by_sms() {
    let mut world = city();
    world.start().unwrap();
    let device = world.device("lost", &[]).unwrap();
    let id = written(&device, "示例：手机丢了");
    device.submit_letter(&id).unwrap();
    device.send_waiting().await.unwrap();
    let number = device.my_letters().unwrap()[0].number.clone();

    let new = world.device("new", &[]).unwrap();
    new.ask_recovery_code(PHONE).await.unwrap();
    let code = recovery_code(&world).await;
    let wrong = new.recover_letters(PHONE, "guess").await;
    assert_eq!(wrong.unwrap_err().code(), Code::WrongCode);
    let found = new.recover_letters(PHONE, &code).await.unwrap();
    assert_eq!(found, std::slice::from_ref(&number));
    let letter = new.my_letter(&number).unwrap();
    assert_eq!(
        (letter.title.as_str(), letter.state),
        ("示例：手机丢了", State::Submitted)
    );
    assert!(
        letter.may.contains(&"withdraw".to_owned()),
        "it is the writer's again: {:?}",
        letter.may
    );
    nothing_readable(&world.folder.path().join("new"));
    // The first device goes on as before.
    device.refresh_letters().await.unwrap();
    assert!(
        device
            .my_letter(&number)
            .unwrap()
            .may
            .contains(&"withdraw".to_owned())
    );
}
