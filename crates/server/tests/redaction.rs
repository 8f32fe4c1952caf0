//! Erasing: what was found before must be nowhere after.

#[cfg(test)]
mod common;

use common::*;
use jiff::Timestamp;
use weimenhu_domain::{Collection, Record};
use weimenhu_server::{edit, import};

const SECRET: &str = "身份证330302199001011234";

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_leave_every_object_the_database_and_the_cdn() {
    let told = tempfile::tempdir().unwrap();
    let urls = told.path().join("urls");
    let sample = sample_with(|config| {
        let hook = format!("cat >> {}", urls.display());
        config.purge_hook = vec!["/bin/sh".into(), "-c".into(), hook];
        config.public_url = "https://city.example".into();
    })
    .await;
    sample.file("own.png", png(1));
    sample.file("shared.png", png(2));
    let article = |id: &str, title: &str, pictures: &[&str]| {
        let files: Vec<_> = pictures.iter().map(|f| serde_json::json!({"file": f})).collect();
        serde_json::json!({"id": id, "title": title, "html": "<p>正文</p>", "published": "2026-01-01",
            "pictures": files})
        .to_string()
    };
    let other = article("b", "别的", &["shared.png"]);
    let import = |title: &str| {
        let lines = format!("{}\n{other}\n", article("a", title, &["own.png", "shared.png"]));
        sample.file("notices.jsonl", lines)
    };
    // A picture of an earlier version, taken out before anybody thought of erasing.
    sample.file("early.png", png(3));
    let early_row = article("a", "起初", &["early.png"]);
    sample
        .import(Collection::Notices, &sample.file("notices.jsonl", &early_row))
        .await;
    sample.publish().await;
    let first = Device::fresh(&sample.city.tree, &sample.index(Collection::Notices));
    let early = Record::parse(Collection::Notices, &first.records[&1])
        .unwrap()
        .objects()[0];
    sample.import(Collection::Notices, &import("起初")).await;
    sample.publish().await;
    assert!(sample.city.tree.has(early), "it waits for its time");
    let mut device = Device::fresh(&sample.city.tree, &sample.index(Collection::Notices));
    // The secret stands in fine and merged segments, in dropped objects and in a file left by a crash.
    let mut snapshots = std::collections::BTreeSet::new();
    for round in 0..20 {
        let file = import(&format!("{SECRET}{round}"));
        sample.import(Collection::Notices, &file).await;
        if round % 7 == 6 {
            let filler = |n: u32| article(&format!("f{round}-{n}"), "填充", &[]) + "\n";
            let file = sample.file("filler.jsonl", (0..64).map(filler).collect::<String>());
            sample.import(Collection::Notices, &file).await;
        }
        sample.publish().await;
        snapshots.insert(sample.index(Collection::Notices).snapshot.unwrap().heads.sha);
    }
    let kept = snapshots.iter().filter(|sha| sample.city.tree.has(**sha)).count();
    assert_eq!(
        (snapshots.len(), kept),
        (3, 3),
        "older snapshots are still there for a while"
    );
    let orphan = sample.city.tree.put(SECRET.as_bytes()).unwrap();
    let before = sample.index(Collection::Notices);
    let id = 1 + u32::from(!device.records[&1].contains("起初"));
    let with_secret = sample
        .all_bytes()
        .iter()
        .filter(|(_, b)| holds(b, SECRET))
        .count();
    assert!(with_secret > 20, "{with_secret}: it must be there to be found");
    assert!(before.segments.len() > 16, "and something was merged");
    let database = sample.city.config.data_dir.clone();
    let on_disk = |name: &str| std::fs::read(database.join(name)).is_ok_and(|b| holds(&b, SECRET));
    let sqlite = sample.city.config.database_url.is_none();
    assert!(!sqlite || on_disk("weimenhu.sqlite") || on_disk("weimenhu.sqlite-wal"));
    let media = |text: &str| -> Vec<weimenhu_domain::record::Sha256> {
        Record::parse(Collection::Notices, text).unwrap().objects()
    };
    let own = media(&device.records[&id])[0];
    let shared = media(&device.records[&id])[1];
    assert!(sample.city.tree.has(own) && sample.city.tree.has(shared));

    edit::redact(
        &sample.city,
        Collection::Notices,
        &edit::Which::Id(id),
        "身份证号码",
        Timestamp::now(),
    )
    .await
    .unwrap();
    sample.publish().await;

    for (sha, bytes) in sample.all_bytes() {
        assert!(!holds(&bytes, SECRET), "{sha} still holds it");
    }
    assert!(!on_disk("weimenhu.sqlite") && !on_disk("weimenhu.sqlite-wal"));
    assert!(
        !sample.city.tree.has(own)
            && !sample.city.tree.has(early)
            && sample.city.tree.has(shared)
            && !sample.city.tree.has(orphan)
    );
    let index = sample.index(Collection::Notices);
    assert_eq!(index.purge, [id]);
    assert_eq!((index.count, index.epoch), (before.count - 1, before.epoch + 1));
    device.follow(&sample.city.tree, &index);
    assert!(!device.records.contains_key(&id));
    Device::fresh(&sample.city.tree, &index);
    let urls = std::fs::read_to_string(urls).unwrap();
    assert!(urls.starts_with("https://city.example/sync/v1/head\n"));
    for gone in [
        own,
        before.segments[0].object.sha,
        before.snapshot.unwrap().heads.sha,
    ] {
        assert!(
            urls.contains(&format!("https://city.example/sync/v1/o/{gone}\n")),
            "{gone}"
        );
    }

    // No import brings it back, and none is silently dropped.
    let outcome = sample
        .import_with(
            Collection::Notices,
            &import("再来"),
            import::Options {
                prefer: import::Prefer::Import,
                ..import::Options::default()
            },
        )
        .await;
    assert_eq!((outcome.changed, outcome.new), (0, 0));
    let outcome = sample.import(Collection::Notices, &import("再来")).await;
    assert_eq!(outcome.conflicts.len(), 1);
    assert!(sample.publish().await.operations.is_empty());
    assert!(
        edit::delete(
            &sample.city,
            Collection::Notices,
            &edit::Which::Id(id),
            Timestamp::now()
        )
        .await
        .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_fails_is_run_again_and_the_files_are_gone_all_the_same() {
    let told = tempfile::tempdir().unwrap();
    let gate = told.path().join("gate");
    let sample = sample_with(|config| {
        config.purge_hook = vec!["/usr/bin/test".into(), "-e".into(), gate.display().to_string()];
    })
    .await;
    sample
        .phones(&[("a".into(), SECRET.into()), ("b".into(), "乙".into())])
        .await;
    sample.publish().await;
    edit::redact(
        &sample.city,
        Collection::Phones,
        &edit::Which::Id(1),
        "r",
        Timestamp::now(),
    )
    .await
    .unwrap();
    let failed = weimenhu_server::publish::publish(&sample.city, Timestamp::now()).await;
    assert!(failed.is_err());
    assert!(sample.all_bytes().iter().all(|(_, b)| !holds(b, SECRET)));
    assert_eq!(sample.index(Collection::Phones).purge, [1], "the head is out");
    std::fs::write(&gate, "").unwrap();
    let swept = weimenhu_server::publish::sweep(&sample.city, Timestamp::now())
        .await
        .unwrap();
    assert!(swept.purged > 0);
    let swept = weimenhu_server::publish::sweep(&sample.city, Timestamp::now())
        .await
        .unwrap();
    assert_eq!(swept.purged, 0, "once is enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_objects_stay_for_their_time_and_then_go() {
    let sample = sample().await;
    sample.phones(&[("a".into(), "甲".into())]).await;
    sample.publish().await;
    let old = sample.head().collections["phones"].index;
    sample.phones(&[("a".into(), "乙".into())]).await;
    sample.publish().await;
    let in_hours = |h: i64| Timestamp::now() + jiff::SignedDuration::from_hours(h);
    weimenhu_server::publish::sweep(&sample.city, in_hours(47))
        .await
        .unwrap();
    assert!(sample.city.tree.has(old), "a cached head may still name it");
    let swept = weimenhu_server::publish::sweep(&sample.city, in_hours(49))
        .await
        .unwrap();
    assert!(swept.deleted >= 1 && !sample.city.tree.has(old));
    let index = sample.index(Collection::Phones);
    Device::fresh(&sample.city.tree, &index);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_published_can_be_erased_and_twice_is_no_error() {
    let sample = sample().await;
    sample.phones(&[("a".into(), SECRET.into())]).await;
    let which = edit::Which::Source {
        system: "import".into(),
        id: "a".into(),
    };
    let redact = async || edit::redact(&sample.city, Collection::Phones, &which, "r", Timestamp::now()).await;
    assert!(redact().await.unwrap());
    sample.publish().await;
    assert!(!redact().await.unwrap());
    let on_disk =
        |name: &str| std::fs::read(sample.city.config.data_dir.join(name)).is_ok_and(|b| holds(&b, SECRET));
    assert!(!on_disk("weimenhu.sqlite") && !on_disk("weimenhu.sqlite-wal"));
    assert!(
        sample.city.tree.head().unwrap().is_none(),
        "and nothing was published of it"
    );
    let absent = edit::Which::Id(7);
    let error = edit::delete(&sample.city, Collection::Phones, &absent, Timestamp::now())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("weimenhu-server list phones"),
        "{error}"
    );
}
