//! A dying battery, a full disk, a bad block: the cache is only a cache.

use super::{a_letter_is_sent::written, notice, record, rows, titles};
use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::Path,
};
use weimenhu_core::Code;
use weimenhu_domain::Collection;
use weimenhu_tests::world::World;

#[tokio::test]
async fn a_file_that_is_no_database_is_put_aside_and_rebuilt_and_the_stars_stay() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    let dump = world.dump().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    device.star(Collection::Notices, 1, true).unwrap();
    drop(device);
    let cache = world.folder.path().join("phone");
    fs::write(
        cache.join("city.db"),
        b"this is no database at all, but it is long enough to look like one".repeat(99),
    )
    .unwrap();

    let device = world.device("phone", dump).unwrap();
    assert!(cache.join("city.broken").exists());
    assert!(device.about().rebuilt_from.is_some(), "the person is told");
    device.open_dump().await.unwrap();
    assert_eq!(titles(&device), ["放假", "开学"]);
    assert!(rows(&device, Collection::Notices)[1].starred);
}

#[tokio::test]
async fn a_bad_block_in_the_middle_is_found_and_mended_while_the_app_runs() {
    let mut many: Vec<_> = (1..=28)
        .map(|n| notice(&n.to_string(), n, &format!("通知{n}")))
        .collect();
    for notice in &mut many {
        notice["html"] = format!("<p>{}</p>", "长".repeat(3000)).into();
    }
    let world = World::with(&[("notices", &many)]).unwrap();
    let dump = world.dump().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    device.star(Collection::Notices, 3, true).unwrap();
    drop(device);
    spoil_second_half(&world.folder.path().join("phone/city.db"));

    let device = world.device("phone", dump).unwrap();
    device.check().await.unwrap();
    assert!(device.about().rebuilt_from.is_some());
    assert_eq!(titles(&device).len(), 28);
    assert!(
        rows(&device, Collection::Notices)
            .iter()
            .any(|r| r.id == 3 && r.starred)
    );
}

#[tokio::test]
async fn marks_in_a_broken_file_of_their_own_do_not_take_the_city_with_them() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let dump = world.dump().unwrap();
    drop(world.device("phone", dump).unwrap());
    fs::write(world.folder.path().join("phone/mine.db"), [0x55; 8192]).unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(titles(&device), ["开学"]);
    assert!(world.folder.path().join("phone/mine.broken").exists());
}

#[tokio::test]
async fn a_cache_that_breaks_after_a_sync_comes_back_from_the_dump_without_a_network() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    let dump = world.dump().unwrap();
    world.start().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    world.publish("notices", &record(3, "停课"), None).unwrap();
    device.sync().await.unwrap();
    let newest = device.sync_state().content_as_of.unwrap();
    drop(device);
    world.cut();
    fs::write(world.folder.path().join("phone/city.db"), [0x55; 9000]).unwrap();

    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(titles(&device), ["放假", "开学"], "what the app brought along");
    let shown = device.sync_state().content_as_of.unwrap();
    assert!(
        shown < newest,
        "and it does not pretend to be newer: {shown} {newest}"
    );
    world.start().unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["停课", "放假", "开学"]);
}

#[tokio::test]
async fn a_bad_block_among_the_marks_costs_only_the_marks_that_lay_there() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let dump = world.dump().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    for id in 1..4000 {
        device.mark_read(Collection::Notices, id, true).unwrap();
    }
    device.star(Collection::Notices, 1, true).unwrap();
    drop(device);
    let mine = world.folder.path().join("phone/mine.db");
    // Every table and index has a page at the front; the marks came last and lie behind, in their order.
    let length = fs::metadata(&mine).unwrap().len();
    spoil(&mine, length / 4 * 3, 4096);

    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    assert!(
        rows(&device, Collection::Notices)[0].starred,
        "a mark that lay elsewhere"
    );
    assert!(world.folder.path().join("phone/mine.broken").exists());
    device.star(Collection::Notices, 1, false).unwrap();
}

/// Everything but the first pages, which hold the schema: the file still opens.
fn spoil_second_half(file: &Path) {
    let length = fs::metadata(file).unwrap().len();
    spoil(file, length / 2, length / 2);
}

fn spoil(file: &Path, from: u64, bytes: u64) {
    let mut file = OpenOptions::new().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(from)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(bytes).unwrap()])
        .unwrap();
}

#[tokio::test]
async fn a_damaged_key_is_named_and_left_alone_and_a_copy_of_it_opens_everything_again() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let dump = world.dump().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    let id = written(&device, "示例：路灯不亮");
    drop(device);
    let key = world.folder.path().join("phone/mine.key");
    let copy = fs::read(&key).unwrap();
    for damaged in [&copy[..20], &[], &[0; 4096]] {
        fs::write(&key, damaged).unwrap();
        let error = world.device("phone", dump).map(drop).unwrap_err();
        assert_eq!(error.code(), Code::Sealed);
        let said = error.to_string();
        assert!(said.contains("mine.key") && said.contains("backup"), "{said}");
        assert_eq!(fs::read(&key).unwrap(), damaged, "nobody made another");
    }

    fs::write(&key, &copy).unwrap();
    let device = world.device("phone", dump).unwrap();
    assert_eq!(device.draft(&id).unwrap().form.title, "示例：路灯不亮");
    drop(device);

    // There is no copy, and the person does what the message says.
    fs::remove_file(&key).unwrap();
    let device = world.device("phone", dump).unwrap();
    assert_eq!(titles(&device), ["开学"]);
    assert_eq!(device.draft(&id).map(drop).unwrap_err().code(), Code::Sealed);
    let next = written(&device, "示例：井盖坏了");
    let drafts = device.drafts().unwrap();
    assert_eq!(drafts.iter().map(|d| &d.id).collect::<Vec<_>>(), [&next]);
}
