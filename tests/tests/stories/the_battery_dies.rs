//! A battery dies, a process is killed: everything stands where it stood or where it was going. A few places of each
//! campaign; `cargo xtask faults` goes through them all.

use weimenhu_tests::faults::{Effort, kill, publisher};

#[tokio::test]
async fn a_device_that_is_killed_anywhere_has_the_old_or_the_new_and_goes_on() {
    let effort = Effort { seed: 1, faults: 15 };
    println!("{}", kill::campaign(effort).await.unwrap());
}

#[tokio::test]
async fn a_publisher_that_is_killed_anywhere_leaves_one_history_and_nothing_that_nobody_knows() {
    let effort = Effort { seed: 1, faults: 12 };
    println!("{}", publisher::campaign(effort).await.unwrap());
}
