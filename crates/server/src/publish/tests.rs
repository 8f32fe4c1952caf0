//! Crashes between the steps, which only the inside can bring about.

use super::*;
use crate::{Config, import, keys, store::meta};
use weimenhu_domain::wire::{Head, KeyList};

async fn city(dir: &std::path::Path) -> City {
    let city = City::open(Config::in_dir(dir).unwrap()).await.unwrap();
    keys::set_up_demo(&city.tree, &city.config.head_key).unwrap();
    city
}

async fn phone(city: &City, name: &str) {
    let file = city.config.data_dir.join("phones.csv");
    std::fs::write(&file, format!("id,name,category,phones\n1,{name},政务,12345\n")).unwrap();
    let options = import::Options::default();
    let outcome = import::import(city, Collection::Phones, &file, &options, Timestamp::now()).await;
    assert_eq!(outcome.unwrap().bad, 0);
}

fn head(city: &City) -> Head {
    let list = KeyList::open_shipped(&keys::demo_key_list().unwrap()).unwrap();
    Head::open(&city.tree.head_bytes().unwrap().unwrap(), &list)
        .unwrap()
        .0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_commit_leaves_only_files_that_nobody_asks_for() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(dir.path()).await;
    phone(&city, "甲").await;
    publish(&city, Timestamp::now()).await.unwrap();
    let before = head(&city);
    let files = city.tree.all().unwrap().len();
    phone(&city, "乙").await;
    let waiting = queue::waiting(city.store.read()).await.unwrap();
    drop(prepare(&city, waiting).await.unwrap());
    assert!(city.tree.all().unwrap().len() > files, "objects were written");
    assert_eq!(head(&city), before);

    phone(&city, "丙").await;
    let published = publish(&city, Timestamp::now()).await.unwrap();
    assert_eq!((published.ver, head(&city).collections["phones"].epoch), (2, 2));
    assert!(city.tree.all().unwrap().len() > files);
    sweep::orphans(&city, Duration::ZERO).await.unwrap();
    let known = crate::store::object::alive(city.store.read(), 0).await.unwrap();
    assert!(
        city.tree
            .all()
            .unwrap()
            .iter()
            .all(|(sha, _)| known.contains(sha))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_head_is_repaired_and_no_epoch_is_given_twice() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(dir.path()).await;
    phone(&city, "甲").await;
    publish(&city, Timestamp::now()).await.unwrap();
    phone(&city, "乙").await;
    let lease = Lease::take(&city.store, city.patience).await.unwrap();
    let waiting = queue::waiting(city.store.read()).await.unwrap();
    let prepared = prepare(&city, waiting).await.unwrap();
    commit::commit(&city, &lease, &prepared, Timestamp::now())
        .await
        .unwrap();
    lease.release().await.unwrap();
    assert_eq!(head(&city).ver, 1, "the head was not replaced");

    let published = publish(&city, Timestamp::now()).await.unwrap();
    assert!(published.operations.is_empty(), "nothing waits");
    assert_eq!(
        (head(&city).ver, head(&city).collections["phones"].epoch),
        (2, 2),
        "repaired"
    );
    phone(&city, "丙").await;
    publish(&city, Timestamp::now()).await.unwrap();
    assert_eq!((head(&city).ver, head(&city).collections["phones"].epoch), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_a_backup_starts_new_lineages_above_what_devices_saw() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(dir.path()).await;
    phone(&city, "甲").await;
    publish(&city, Timestamp::now()).await.unwrap();
    let lineage = head(&city).collections["phones"].lineage.clone();
    // As if the database were older than the head: three publications are forgotten.
    let tx = city.store.write().await.unwrap();
    meta::set(&tx, "ver", "0").await.unwrap();
    tx.commit().await.unwrap();
    publish(&city, Timestamp::now()).await.unwrap();
    let after = head(&city);
    assert_eq!(after.ver, 2);
    assert_ne!(after.collections["phones"].lineage, lineage);
    let index: weimenhu_domain::wire::Index =
        serde_json::from_slice(&crate::object::get(&city.tree, after.collections["phones"].index).unwrap())
            .unwrap();
    assert_eq!(
        (index.floor, index.segments.len(), index.count),
        (index.epoch, 0, 1)
    );
    assert!(index.snapshot.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_lost_its_right_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let city = city(dir.path()).await;
    phone(&city, "甲").await;
    let lease = Lease::take(&city.store, city.patience).await.unwrap();
    let waiting = queue::waiting(city.store.read()).await.unwrap();
    let prepared = prepare(&city, waiting).await.unwrap();
    // It stalls, its lease ends, another takes over.
    crate::store::lease::expire(&city.store).await.unwrap();
    publish(&city, Timestamp::now()).await.unwrap();
    let late = commit::commit(&city, &lease, &prepared, Timestamp::now()).await;
    assert!(matches!(late, Err(crate::Error::Overtaken)), "{late:?}");
    assert_eq!(head(&city).collections["phones"].epoch, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_is_signed_again_after_a_day_or_when_the_settings_change() {
    let dir = tempfile::tempdir().unwrap();
    let mut city = city(dir.path()).await;
    phone(&city, "甲").await;
    // A head says whole milliseconds.
    let now = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
    publish(&city, now).await.unwrap();
    let hours = |h| now + jiff::SignedDuration::from_hours(h);
    renew_if_due(&city, hours(23)).await.unwrap();
    assert_eq!(head(&city).issued, now);
    renew_if_due(&city, hours(25)).await.unwrap();
    assert_eq!((head(&city).issued, head(&city).ver), (hours(25), 1));
    city.config.backoff_s = 60;
    renew_if_due(&city, hours(26)).await.unwrap();
    assert_eq!((head(&city).issued, head(&city).backoff_s), (hours(26), 60));
}
