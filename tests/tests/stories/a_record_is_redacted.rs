//! What must be gone is gone without a trace: from every list, file and log, of the server and of every device.

use super::{notice, record, rows, titles};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use weimenhu_core::{Client, Code, first_screen};
use weimenhu_domain::Collection;
use weimenhu_tests::world::{World, any_file_holds};

const SECRET: &str = "张三的住址不该公开";

#[tokio::test]
async fn it_leaves_every_disk() {
    let mut rows: Vec<_> = (1..=20)
        .map(|n| notice(&n.to_string(), n, &format!("通知{n}")))
        .collect();
    rows[6] = notice("7", 7, SECRET);
    let mut world = World::with(&[("notices", &rows)]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    // A later revision puts it into a segment too.
    world
        .publish("notices", &record(7, &format!("{SECRET}，已更正")), Some(7))
        .unwrap();
    device.sync().await.unwrap();
    device.star(Collection::Notices, 7, true).unwrap();
    let (objects, cache) = (world.tree(), world.folder.path().join("phone"));
    for place in [&objects, &cache] {
        assert!(
            !any_file_holds(place, SECRET.as_bytes()).unwrap().is_empty(),
            "the bytes are there before"
        );
    }

    world
        .server(&["redact", "notices", "7", "--reason", "个人信息", "--yes"])
        .unwrap();
    assert_eq!(
        any_file_holds(&objects, SECRET.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );
    device.sync().await.unwrap();
    assert_eq!(titles(&device).len(), 19);
    assert_eq!(
        any_file_holds(&cache, SECRET.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );

    let fresh = world.device("second", &[]).unwrap();
    fresh.sync().await.unwrap();
    assert_eq!(
        titles(&fresh).len(),
        19,
        "a device that comes later never sees it"
    );
}

#[tokio::test]
async fn it_leaves_what_the_next_start_would_show_first() {
    let rows = [notice("1", 1, "新闻"), notice("2", 2, SECRET)];
    let mut world = World::with(&[("news", &rows)]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    let folder = world.folder.path().join("phone");
    let screen = format!("<b>{SECRET}</b>");
    device.keep_first_screen(&screen).unwrap();
    device.sync().await.unwrap();
    assert_eq!(
        first_screen(&folder).as_deref(),
        Some(&*screen),
        "nothing changed"
    );

    world
        .server(&["redact", "news", "2", "--reason", "个人信息", "--yes"])
        .unwrap();
    device.sync().await.unwrap();
    assert_eq!(first_screen(&folder), None);
    assert_eq!(
        any_file_holds(&folder, SECRET.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );

    // What a person erases of their own goes as well: it shows what was read.
    device.keep_first_screen("<b>新闻</b>").unwrap();
    device.erase_mine().unwrap();
    assert_eq!(first_screen(&folder), None);
    device.forget_first_screen().unwrap();
    let long = "x".repeat(1 << 20);
    assert_eq!(device.keep_first_screen(&long).unwrap_err().code(), Code::Invalid);
}

#[tokio::test]
async fn its_picture_leaves_too_and_that_of_its_earlier_wording() {
    let (world, device, pictures) = with_pictures().await;
    assert_eq!(in_folder(&pictures), 2, "both wordings were looked at");
    redact(&world, 2);
    device.sync().await.unwrap();
    assert_eq!(in_folder(&pictures), 0);
}

#[tokio::test]
async fn taken_back_first_and_redacted_later_it_leaves_as_well() {
    let (world, device, pictures) = with_pictures().await;
    world.server(&["withdraw", "notices", "2", "--delete"]).unwrap();
    device.sync().await.unwrap();
    redact(&world, 2);
    device.sync().await.unwrap();
    assert_eq!(in_folder(&pictures), 0);
    let cache = world.folder.path().join("phone");
    assert_eq!(
        any_file_holds(&cache, SECRET.as_bytes()).unwrap(),
        Vec::<PathBuf>::new()
    );
}

#[tokio::test]
async fn a_device_killed_before_it_had_wiped_wipes_at_its_next_start() {
    let (mut world, device, pictures) = with_pictures().await;
    drop(device);
    // What a kill between the commit and the wiping leaves: rows gone, pictures there, and the note to wipe.
    let mine = rusqlite::Connection::open(world.folder.path().join("phone/mine.db")).unwrap();
    mine.execute(
        "INSERT OR REPLACE INTO setting (name, value) VALUES ('wipe', '1')",
        [],
    )
    .unwrap();
    drop(mine);
    fs::write(pictures.join("0".repeat(64)), "of a record that is gone").unwrap();
    world.cut();
    let device = world.device("phone", &[]).unwrap();
    assert!(!pictures.join("0".repeat(64)).exists());
    assert_eq!(in_folder(&pictures), 1, "what a record shows stays");
    drop(device);
}

#[tokio::test]
async fn a_cache_rebuilt_from_an_old_dump_does_not_show_it_again() {
    let world_rows = [notice("a", 1, SECRET), notice("b", 2, "放假")];
    let mut world = World::with(&[("notices", &world_rows)]).unwrap();
    let dump = world.dump().unwrap();
    world.start().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(titles(&device), ["放假", SECRET]);
    redact(&world, 1);
    device.sync().await.unwrap();
    drop(device);
    world.cut();
    fs::write(world.folder.path().join("phone/city.db"), [0x55; 9000]).unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(titles(&device), ["放假"]);
    world.start().unwrap();
    world.publish("notices", &record(3, "停课"), None).unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["停课", "放假"]);
}

/// A notice in two wordings, each with a picture, both looked at on the device.
async fn with_pictures() -> (World, Client, PathBuf) {
    let mut world = World::with(&[("notices", &[notice("x", 2, "放假")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    let pictures = world.folder.path().join("phone/pictures");
    for shade in [60, 200] {
        import_with_picture(&world, shade);
        device.sync().await.unwrap();
        let row = rows(&device, Collection::Notices)
            .into_iter()
            .find(|r| r.title.contains(SECRET))
            .unwrap();
        device
            .picture(&row.picture.unwrap().parse().unwrap())
            .await
            .unwrap();
    }
    assert_eq!(in_folder(&pictures), 2);
    (world, device, pictures)
}

fn import_with_picture(world: &World, shade: u8) {
    let folder = world.folder.path();
    image::GrayImage::from_pixel(8, 8, image::Luma([shade]))
        .save(folder.join("picture.png"))
        .unwrap();
    let mut row = notice("s", 1, SECRET);
    row["pictures"] = json!([{"file": "picture.png"}]);
    let file = folder.join("notices.jsonl");
    fs::write(&file, row.to_string()).unwrap();
    world
        .server(&["import", "notices", file.to_str().unwrap(), "--publish"])
        .unwrap();
}

fn redact(world: &World, id: u32) {
    let id = id.to_string();
    world
        .server(&["redact", "notices", &id, "--reason", "个人信息", "--yes"])
        .unwrap();
}

fn in_folder(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}
