//! A battery dies, a process is killed, a disk is full: everything stands where it stood or where it was going. A few places of each
//! campaign; `cargo xtask faults` goes through them all.

use weimenhu_tests::faults::{Effort, Kind, full, kill, publisher, restorer};

#[tokio::test]
async fn a_device_that_is_killed_anywhere_has_the_old_or_the_new_and_goes_on() {
    let effort = Effort { seed: 1, faults: 15 };
    println!("{}", kill::campaign(Kind::Kill, effort).await.unwrap());
}

#[tokio::test]
async fn a_publisher_that_is_killed_anywhere_leaves_one_history_and_nothing_that_nobody_knows() {
    let effort = Effort { seed: 1, faults: 12 };
    println!("{}", publisher::campaign(Kind::Kill, effort).await.unwrap());
}

#[tokio::test]
async fn on_a_disk_that_takes_nothing_everything_can_be_read_and_goes_on_when_there_is_room() {
    let effort = Effort { seed: 1, faults: 9 };
    println!("{}", kill::campaign(Kind::Disk, effort).await.unwrap());
    println!("{}", publisher::campaign(Kind::Disk, effort).await.unwrap());
}

#[tokio::test]
async fn a_restore_that_is_killed_anywhere_is_whole_or_says_that_it_is_not() {
    let effort = Effort { seed: 1, faults: 12 };
    println!("{}", restorer::campaign(effort).await.unwrap());
}

#[tokio::test]
async fn a_disk_that_is_full_at_any_write_leaves_the_old_or_the_new_and_goes_on_when_there_is_room() {
    if !full::possible() {
        println!("skipped: no file system can be mounted here");
        return;
    }
    let effort = Effort { seed: 1, faults: 8 };
    println!("{}", full::campaign(effort).await.unwrap());
    println!("{}", full::publisher(effort).await.unwrap());
}
