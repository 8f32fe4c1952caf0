//! A dying battery, a full disk, a bad block: the cache is only a cache.

use super::{notice, rows, titles};
use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
};
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
    let path = world.folder.path().join("phone/city.db");
    let length = fs::metadata(&path).unwrap().len();
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    // Everything but the first pages, which hold the schema: the file still opens.
    file.seek(SeekFrom::Start(length / 2)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length / 2).unwrap()])
        .unwrap();
    drop(file);

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
