//! Keys are replaced: planned, or because one was stolen. Devices walk from the list they came with to the newest.

use super::{notice, record, titles};
use std::{fs, process::Command};
use weimenhu_core::Code;
use weimenhu_tests::{
    forge, mirror,
    world::{World, program},
};

/// Publishes a key list that names a new head key only, from `floor` on, and gives that key to the publisher.
fn replace_head_key(world: &World, floor: &str) {
    let folder = world.folder.path();
    let roots: Vec<String> = (1..=2)
        .map(|n| {
            let file = folder.join(format!("root{n}.key"));
            forge::demo_root(n, &file).unwrap();
            file.to_str().unwrap().to_owned()
        })
        .collect();
    fs::remove_file(world.data().join("keys/head.key")).unwrap();
    let made = world.server(&["keys", "new-head"]).unwrap();
    let public = made.trim().rsplit(' ').next().unwrap();
    world
        .server(&[
            "keys",
            "sign-list",
            "--head",
            public,
            "--ver-floor",
            floor,
            "--sign-with",
            &roots[0],
            "--sign-with",
            &roots[1],
        ])
        .unwrap();
}

#[tokio::test]
async fn a_device_walks_to_the_new_key_and_the_old_one_is_worth_nothing() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let stolen = fs::read(world.tree().join("head")).unwrap();
    world.start().unwrap();
    let dump = world.dump().unwrap();
    let device = world.device("phone", dump).unwrap();
    device.open_dump().await.unwrap();
    device.sync().await.unwrap();
    world.cut();
    replace_head_key(&world, "1");
    world.start().unwrap();
    world.publish("notices", &record(2, "放假"), None).unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["放假", "开学"]);

    // Whoever stole the old key says that everything is new; nobody believes it any more.
    let copy = world.folder.path().join("mirror");
    mirror::copy(&world.data().join("objects"), &copy).unwrap();
    let forged = forge::reissue(&stolen, |head| head["ver"] = 1_000_000.into()).unwrap();
    fs::write(copy.join("sync/v1/head"), forged).unwrap();
    let address = mirror::serve(copy).unwrap();
    drop(device);
    let device = world.device_at("phone", dump, &address).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(device.sync().await.unwrap_err().code(), Code::Untrusted);
    assert_eq!(titles(&device), ["放假", "开学"]);
}

#[tokio::test]
async fn a_stolen_key_that_pushed_the_number_up_cannot_block_the_future() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let copy = world.folder.path().join("mirror");
    mirror::copy(&world.data().join("objects"), &copy).unwrap();
    let head = fs::read(copy.join("sync/v1/head")).unwrap();
    let forged = forge::reissue(&head, |head| head["ver"] = 1_000_000.into()).unwrap();
    fs::write(copy.join("sync/v1/head"), forged).unwrap();
    let address = mirror::serve(copy).unwrap();
    let device = world.device_at("phone", &[], &address).unwrap();
    device.sync().await.unwrap();
    drop(device);

    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    assert_eq!(device.sync().await.unwrap_err().code(), Code::Rollback);
    world.cut();
    replace_head_key(&world, "1");
    world.start().unwrap();
    world.publish("notices", &record(2, "放假"), None).unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["放假", "开学"]);
}

#[tokio::test]
async fn a_script_still_runs_after_the_key_of_its_dump_was_retired() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    world.start().unwrap();
    world.cut();
    replace_head_key(&world, "1");
    world.start().unwrap();
    let pocket = |args: &[&str]| {
        Command::new(program("weimenhu-pocket").unwrap())
            .args(["--server", &world.address(), "--data-dir"])
            .arg(world.folder.path().join("pocket"))
            .args(args)
            .output()
            .unwrap()
    };
    for args in [&["sync"][..], &["status"], &["list", "notices"]] {
        let output = pocket(args);
        assert!(output.status.success(), "{args:?} {output:?}");
    }
}
