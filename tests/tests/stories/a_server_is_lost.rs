//! A server is set up anew in the place of a lost one. Key rotation on a device has no story yet.

use super::{notice, record, titles};
use std::fs;
use weimenhu_tests::{mirror, world::World};

#[tokio::test]
async fn a_server_that_lost_its_history_starts_a_new_one_and_devices_follow() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    world.publish("notices", &record(2, "备份之后"), None).unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["备份之后", "开学"]);

    world.cut();
    // A new city in the same place: other lineages, and a `ver` that must still be above what was seen.
    let rebuilt = World::with(&[("notices", &[notice("a", 1, "重建")])]).unwrap();
    fs::remove_dir_all(world.data()).unwrap();
    mirror::copy(&rebuilt.data(), &world.data()).unwrap();
    world.start().unwrap();
    for day in 2..6 {
        world
            .publish("notices", &record(day, &format!("重建{day}")), None)
            .unwrap();
    }
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["重建5", "重建4", "重建3", "重建2", "重建"]);
}
