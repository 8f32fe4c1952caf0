//! What goes wrong on a server's disk, and how publishing gets over it.

#[cfg(test)]
mod common;

use common::http::{get, start};
use common::*;
use jiff::Timestamp;
use std::{fs, path::Path, time::Duration};
use weimenhu_domain::{Collection, wire::Segment};
use weimenhu_server::{City, dump, edit, keys, publish};

const SECRET: &str = "身份证330302199001011234";

fn rows(names: &[&str]) -> Vec<(String, String)> {
    (0..)
        .zip(names)
        .map(|(n, name)| (format!("s{n}"), (*name).to_owned()))
        .collect()
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let from = entry?.path();
        let to = to.join(from.file_name().unwrap_or_default());
        if from.is_dir() {
            copy(&from, &to)?;
        } else {
            fs::copy(from, to)?;
        }
    }
    Ok(())
}

/// The database of `backup` beside the objects that are served.
async fn with_database_of(sample: &Sample, backup: &Path) -> weimenhu_server::Result<City> {
    let mut config = sample.city.config.clone();
    config.data_dir = backup.to_owned();
    City::open(config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_from_a_backup_brings_nothing_back_that_was_erased_and_gives_no_number_twice() {
    let sample = sample().await;
    if sample.city.config.database_url.is_some() {
        return; // The copy below is of SQLite's files; PostgreSQL has its own backups.
    }
    sample.phones(&rows(&[SECRET, "乙", "丙"])).await;
    sample.publish().await;
    let backup = sample.dir.path().join("backup");
    copy(&sample.city.config.data_dir, &backup).unwrap();

    edit::redact(
        &sample.city,
        Collection::Phones,
        &edit::Which::Id(1),
        "r",
        Timestamp::now(),
    )
    .await
    .unwrap();
    sample.publish().await;
    let mut newer = rows(&["甲", "乙", "丙", "丁"]);
    newer.remove(0);
    sample.phones(&newer).await;
    sample.publish().await;
    let before = sample.index(Collection::Phones);

    let city = with_database_of(&sample, &backup).await.unwrap();
    let published = publish::publish(&city, Timestamp::now()).await.unwrap();
    assert_eq!(published.rebuilt, [Collection::Phones], "and it says so");
    let index = sample.index(Collection::Phones);
    assert_ne!(index.lineage, before.lineage);
    let device = Device::fresh(&sample.city.tree, &index);
    assert!(!device.records.contains_key(&1), "erased stays erased");
    assert_eq!(index.purge, [1]);
    assert!(sample.all_bytes().iter().all(|(_, bytes)| !holds(bytes, SECRET)));
    let restored = Sample {
        dir: tempfile::tempdir().unwrap(),
        city,
    };
    restored.phones(&rows(&["甲", "乙", "丙", "", "新"])[4..]).await;
    let published = restored.publish().await;
    assert_eq!(
        published.numbered,
        [(Collection::Phones, 5)],
        "4 was given before the restore"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_object_stops_neither_the_next_publication_nor_an_erasure() {
    let sample = sample().await;
    sample.phones(&rows(&[SECRET, "乙", "丙"])).await;
    sample.publish().await;
    for round in 0..4 {
        sample
            .phones(&rows(&[&format!("{SECRET}{round}"), "乙", "丙"]))
            .await;
        sample.publish().await;
    }
    let index = sample.index(Collection::Phones);
    let Segment { object, .. } = index.segments[1];
    let path = sample.city.tree.object_path(object.sha);
    let mut bytes = fs::read(&path).unwrap();
    bytes[20] ^= 1;
    fs::write(&path, bytes).unwrap();

    edit::redact(
        &sample.city,
        Collection::Phones,
        &edit::Which::Id(1),
        "r",
        Timestamp::now(),
    )
    .await
    .unwrap();
    sample.publish().await;
    let index = sample.index(Collection::Phones);
    let device = Device::fresh(&sample.city.tree, &index);
    assert_eq!(device.records.len(), 2);
    assert!(
        !sample.city.tree.has(object.sha),
        "what is damaged is named no more"
    );
    for segment in &index.segments {
        checked(&sample.city.tree, &segment.object);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_were_lost_are_made_again_from_the_database() {
    let sample = sample().await;
    sample.phones(&rows(&["甲", "乙"])).await;
    sample.publish().await;
    for (sha, _) in sample.city.tree.all().unwrap() {
        sample.city.tree.remove(sha).unwrap();
    }
    sample.publish().await;
    let device = Device::fresh(&sample.city.tree, &sample.index(Collection::Phones));
    assert_eq!(device.records.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_goes_on_erasing_until_the_cdn_has_heard_of_it_and_says_so_meanwhile() {
    let told = tempfile::tempdir().unwrap();
    let gate = told.path().join("gate");
    let sample = sample_with(|config| {
        config.purge_hook = vec!["/usr/bin/test".into(), "-e".into(), gate.display().to_string()];
    })
    .await;
    sample.phones(&rows(&[SECRET, "乙"])).await;
    sample.publish().await;
    let left_by_a_crash = sample.city.config.objects_dir.join(".scratch").join("0badc0de");
    fs::write(&left_by_a_crash, SECRET).unwrap();
    let staged_before = sample.city.config.data_dir.join("staged").join("a".repeat(64));
    fs::write(&staged_before, SECRET).unwrap();

    edit::redact(
        &sample.city,
        Collection::Phones,
        &edit::Which::Id(1),
        "r",
        Timestamp::now(),
    )
    .await
    .unwrap();
    assert!(
        publish::publish(&sample.city, Timestamp::now()).await.is_err(),
        "the hook fails"
    );
    assert!(
        !left_by_a_crash.exists() && !staged_before.exists(),
        "but nothing here waits for it"
    );
    let on_disk =
        |name: &str| fs::read(sample.city.config.data_dir.join(name)).is_ok_and(|b| holds(&b, SECRET));
    assert!(!on_disk("weimenhu.sqlite") && !on_disk("weimenhu.sqlite-wal"));

    let server = start(&sample.city).await;
    let healthy = async || {
        let report: serde_json::Value =
            serde_json::from_slice(&get(server.at, "/healthz").await.body).unwrap();
        report["publishes"] == true
    };
    let wait = async |well: bool| {
        for _ in 0..200 {
            if healthy().await == well {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("healthy should become {well}");
    };
    wait(false).await;
    fs::write(&gate, "").unwrap();
    wait(true).await;
    assert!(!publish::is_erasing(&sample.city).await.unwrap());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_needs_no_picture_of_a_record_that_is_gone() {
    let sample = sample().await;
    let notice = |id: &str, file: &str| {
        serde_json::json!({"id": id, "title": "示例", "html": "<p>正文</p>", "published": "2026-01-01",
            "pictures": [{"file": file}]})
        .to_string()
    };
    sample.file("a.png", png(1));
    sample.file("b.png", png(2));
    let keep = sample.file("n.jsonl", notice("keep", "b.png"));
    sample.import(Collection::Notices, &keep).await;
    sample.publish().await;
    let gone = sample.file("n.jsonl", notice("gone", "a.png"));
    sample.import(Collection::Notices, &gone).await;
    sample.publish().await;
    sample.delete(Collection::Notices, 2).await;
    sample.publish().await;
    let later = Timestamp::now() + jiff::SignedDuration::from_hours(49);
    publish::sweep(&sample.city, later).await.unwrap();
    let out = sample.dir.path().join("dump.tar");
    dump::dump(&sample.city, &out).unwrap();
    assert!(
        !sample.index(Collection::Notices).segments.is_empty(),
        "the picture was named in a segment"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_is_signed_again_as_soon_as_the_key_list_or_the_settings_say_otherwise() {
    let mut sample = sample().await;
    sample.phones(&rows(&["甲"])).await;
    sample.publish().await;
    let before = sample.city.tree.head_bytes().unwrap();
    publish::renew_if_due(&sample.city, Timestamp::now())
        .await
        .unwrap();
    assert_eq!(sample.city.tree.head_bytes().unwrap(), before, "nothing to say");

    sample.city.config.min_app = "1.2.3".into();
    publish::renew_if_due(&sample.city, Timestamp::now())
        .await
        .unwrap();
    assert_eq!(sample.head().min_app, "1.2.3");

    let roots = keys::demo_roots();
    let next = keys::Key::generate(keys::Role::Head);
    let newest = keys::published(&sample.city.tree).unwrap().pop().unwrap();
    let draft = keys::ListDraft {
        heads: Some(vec![next.public()]),
        ..keys::ListDraft::default()
    };
    let mut envelope = draft.envelope(Some(&newest)).unwrap();
    keys::add_signatures(&mut envelope, &roots[..2]).unwrap();
    sample
        .city
        .tree
        .put_key_list(2, &serde_json::to_vec(&envelope).unwrap())
        .unwrap();
    fs::remove_file(&sample.city.config.head_key).unwrap();
    next.write(&sample.city.config.head_key).unwrap();
    publish::renew_if_due(&sample.city, Timestamp::now())
        .await
        .unwrap();
    assert_eq!(
        sample.head().ver,
        1,
        "signed by the new key, or this would not be believed"
    );
}
