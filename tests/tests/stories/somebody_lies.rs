//! A mirror may withhold; it can never alter. Whatever it sends, the device keeps what it has and says why.

use super::{notice, record, titles};
use std::{fs, path::PathBuf};
use weimenhu_core::{Client, Code};
#[cfg(target_os = "linux")]
use weimenhu_tests::faults::{Effort, bombs, hostile};
use weimenhu_tests::world::World;

/// A city with one notice, a device that has it, and a second notice that the device has not seen.
async fn one_behind() -> (World, Client) {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    world.publish("notices", &record(2, "放假"), None).unwrap();
    (world, device)
}

/// The objects that are on the server now and were not `before`.
fn objects(world: &World) -> Vec<PathBuf> {
    let mut all: Vec<_> = fs::read_dir(world.tree().join("o"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_old_head_is_refused() {
    let (mut world, device) = one_behind().await;
    let old = fs::read(world.tree().join("head")).unwrap();
    device.sync().await.unwrap();
    world.publish("notices", &record(3, "停课"), None).unwrap();
    device.sync().await.unwrap();
    // A running server would repair its own head: this is a mirror that has an old copy.
    world.cut();
    let mirror = mirror(&world, |head| *head = old);
    let device = move_to(&world, device, &mirror);
    assert_eq!(device.sync().await.unwrap_err().code(), Code::Rollback);
    assert_eq!(titles(&device), ["停课", "放假", "开学"]);
}

#[tokio::test]
async fn a_truncated_or_flipped_object_is_refused_and_fetched_again_when_whole() {
    let (world, device) = one_behind().await;
    let whole: Vec<_> = objects(&world)
        .into_iter()
        .map(|p| (fs::read(&p).unwrap(), p))
        .collect();
    for damage in [flip as fn(&[u8]) -> Vec<u8>, cut_short, replace, lengthen] {
        for (bytes, path) in &whole {
            fs::write(path, damage(bytes)).unwrap();
        }
        let code = device.sync().await.unwrap_err().code();
        // A file shorter than promised looks like a connection that broke; one that is wrong is damage.
        assert!(
            matches!(code, Code::Damaged | Code::Offline | Code::CaptivePortal),
            "{code:?}"
        );
        assert_eq!(titles(&device), ["开学"]);
    }
    for (bytes, path) in &whole {
        fs::write(path, bytes).unwrap();
    }
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["放假", "开学"]);
}

fn flip(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    let middle = all.len() / 2;
    all[middle] ^= 0x10;
    all
}

fn cut_short(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn replace(_: &[u8]) -> Vec<u8> {
    b"<html>not found</html>".to_vec()
}

fn lengthen(bytes: &[u8]) -> Vec<u8> {
    [bytes, &[0; 4096]].concat()
}

#[tokio::test]
async fn a_city_with_other_keys_is_refused() {
    let (mut world, device) = one_behind().await;
    world.cut();
    let other = World::with(&[("notices", &[notice("x", 9, "假的")])]).unwrap();
    let stranger = strangers_head(&other);
    let address = mirror(&other, |head| *head = stranger);
    let device = move_to(&world, device, &address);
    assert_eq!(device.sync().await.unwrap_err().code(), Code::Untrusted);
    assert_eq!(titles(&device), ["开学"]);
}

/// The head of `world`, signed by a key that nobody trusts.
fn strangers_head(world: &World) -> Vec<u8> {
    let head: serde_json::Value =
        serde_json::from_slice(&fs::read(world.tree().join("head")).unwrap()).unwrap();
    weimenhu_tests::forge::resign(&head).to_string().into_bytes()
}

/// A static copy of the city's tree, its head changed, served by a plain file server.
fn mirror(world: &World, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let copy = world.folder.path().join("mirror");
    weimenhu_tests::mirror::copy(&world.data().join("objects"), &copy).unwrap();
    let head = copy.join("sync/v1/head");
    let mut bytes = fs::read(&head).unwrap();
    change(&mut bytes);
    fs::write(&head, bytes).unwrap();
    weimenhu_tests::mirror::serve(copy).unwrap()
}

/// The same device, asking another address.
fn move_to(world: &World, device: Client, address: &str) -> Client {
    drop(device);
    world.device_at("phone", &[], address).unwrap()
}

/// Some of thousands of lies; `cargo xtask faults` tells them all, every flipped byte among them.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn whatever_a_mirror_says_nothing_of_it_is_accepted() {
    let effort = Effort { seed: 1, faults: 120 };
    println!("{}", hostile::campaign(effort).await.unwrap());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_is_small_on_the_wire_and_large_in_memory_is_not_unpacked() {
    let effort = Effort { seed: 1, faults: 6 };
    println!("{}", bombs::campaign(effort).await.unwrap());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_mirror_that_stands_still_shows_its_age() {
    hostile::frozen().await.unwrap();
}
