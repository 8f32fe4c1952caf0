//! The publisher as devices see it: whoever stands anywhere arrives at the same city.

#[cfg(test)]
mod common;

use common::*;
use weimenhu_domain::{Collection, wire::*};
use weimenhu_server::publish::{FAN, REACH};

/// Small, repeatable randomness: a failing run must be the same run tomorrow.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_epoch_leads_to_the_newest_by_segments() {
    let sample = sample().await;
    let mut dice = Dice(7);
    let name = |dice: &mut Dice| format!("名称{}", dice.below(1_000_000));
    let mut rows: Vec<(String, String)> = (0..12).map(|n| (format!("s{n:03}"), name(&mut dice))).collect();
    sample.phones(&rows).await;
    sample.publish().await;
    let first = sample.index(Collection::Phones);
    assert_eq!(
        (first.epoch, first.floor, first.segments.len()),
        (12, 12, 0),
        "first: a snapshot only"
    );

    // What a device that took every publication at once held at every single epoch.
    let mut history = vec![Device::fresh(&sample.city.tree, &first)];
    let mut ver = sample.head().ver;
    for round in 0..70 {
        for _ in 0..=dice.below(3) {
            let n = dice.below(rows.len() as u64 + 3) as usize;
            match rows.get_mut(n) {
                Some(row) => row.1 = name(&mut dice),
                None => rows.push((format!("s{:03}", rows.len()), name(&mut dice))),
            }
        }
        sample.phones(&rows).await;
        if round % 5 == 4 {
            let alive: Vec<_> = history.last().unwrap().records.keys().copied().collect();
            let id = alive[dice.below(alive.len() as u64) as usize];
            sample.delete(Collection::Phones, id).await;
        }
        let published = sample.publish().await;
        let index = sample.index(Collection::Phones);
        let from = history.last().unwrap().epoch;
        if published.operations.is_empty() {
            assert_eq!(index.epoch, from, "nothing changed, nothing is published");
            continue;
        }
        assert_eq!(
            index.epoch,
            from + published.operations[&Collection::Phones] as u64
        );
        ver += 1;
        assert_eq!((published.ver, sample.head().ver), (ver, ver));
        let newest = index
            .segments
            .iter()
            .find(|s| s.from == from && s.to == index.epoch);
        let raw = checked(&sample.city.tree, &newest.expect("its own segment").object);
        let operations = read_operations(&raw).unwrap();
        let epochs: Vec<_> = operations.iter().map(|o| o.epoch).collect();
        assert_eq!(epochs, (from + 1..=index.epoch).collect::<Vec<_>>(), "contiguous");
        for operation in operations {
            let mut device = history.last().unwrap().clone();
            device.apply(operation);
            history.push(device);
        }
        history.last().unwrap().agree(&index);
    }

    let index = sample.index(Collection::Phones);
    let merged = index.segments.iter().filter(|s| {
        index
            .segments
            .iter()
            .filter(|f| f.from >= s.from && f.to <= s.to)
            .count()
            > FAN
    });
    assert!(
        merged.count() >= 1,
        "something was merged and its parts are still there"
    );
    assert!(index.segments.len() < 50, "{} segments", index.segments.len());
    let snapshot = index.snapshot.unwrap();
    assert!(
        snapshot.epoch > first.epoch && index.epoch - snapshot.epoch < 64,
        "snapshots follow"
    );
    for device in &history {
        assert!(device.epoch >= index.floor);
        let mut traveller = device.clone();
        traveller.follow(&sample.city.tree, &index);
        assert_eq!(&traveller, history.last().unwrap(), "from epoch {}", device.epoch);
        let chain = index.cover(device.epoch).unwrap();
        assert!(
            chain.len() <= 20,
            "{} files from epoch {}",
            chain.len(),
            device.epoch
        );
    }
    let at_snapshot = Device::from_snapshot(&sample.city.tree, &snapshot);
    assert_eq!(
        at_snapshot,
        history[(snapshot.epoch - 12) as usize],
        "the snapshot is the replay"
    );
    assert_eq!(&Device::fresh(&sample.city.tree, &index), history.last().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_is_a_snapshot_and_the_floor_follows_the_reach() {
    let sample = sample().await;
    let rows = |mark: &str, n: usize| -> Vec<(String, String)> {
        (0..n)
            .map(|i| (format!("{i:05}"), format!("{mark}{i}")))
            .collect()
    };
    sample.phones(&rows("甲", 5)).await;
    sample.publish().await;
    sample.phones(&rows("乙", 4_200)).await;
    sample.publish().await;
    let index = sample.index(Collection::Phones);
    assert_eq!(
        (index.epoch, index.floor, index.segments.len()),
        (4_205, 4_205, 0)
    );
    let mut device = Device::fresh(&sample.city.tree, &index);
    let packs: PackList = json_of(&sample.city.tree, index.snapshot.unwrap().packs.sha);
    assert_eq!(
        packs.0.iter().map(|p| p.number).collect::<Vec<_>>(),
        [1, 0],
        "newest first, by id"
    );
    let oldest = packs.0[1];

    for (round, mark) in ["丙", "丁", "戊"].iter().enumerate() {
        sample.phones(&rows(mark, 1_500)).await;
        sample.publish().await;
        let index = sample.index(Collection::Phones);
        assert_eq!(index.epoch, 4_205 + 1_500 * (round as u64 + 1));
        device.follow(&sample.city.tree, &index);
    }
    let index = sample.index(Collection::Phones);
    assert_eq!(index.floor, index.epoch - REACH);
    assert_eq!(
        index.segments.iter().map(|s| s.from).min(),
        Some(4_205),
        "the one around the floor stays"
    );
    assert!(index.cover(index.floor).is_some() && index.cover(index.floor - 1).is_none());
    let packs: PackList = json_of(&sample.city.tree, index.snapshot.unwrap().packs.sha);
    assert_ne!(packs.0[1], oldest, "its records changed");

    sample.phones(&[("04199".into(), "己".into())]).await;
    sample.publish().await;
    assert_eq!(
        sample.index(Collection::Phones).snapshot,
        index.snapshot,
        "one change is no new snapshot"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_publishers_at_once_give_every_epoch_once() {
    let sample = sample().await;
    sample.phones(&[("a".into(), "甲".into())]).await;
    sample.publish().await;
    let other = weimenhu_server::City::open(sample.city.config.clone())
        .await
        .unwrap();
    for round in 0..6 {
        sample
            .phones(&[
                ("a".into(), format!("甲{round}")),
                (format!("b{round}"), "乙".into()),
            ])
            .await;
        let now = jiff::Timestamp::now();
        let (one, two) = tokio::join!(
            weimenhu_server::publish::publish(&sample.city, now),
            weimenhu_server::publish::publish(&other, now)
        );
        let sizes: usize = [one.unwrap(), two.unwrap()]
            .iter()
            .flat_map(|p| p.operations.values())
            .sum();
        assert_eq!(sizes, 2, "one of them did it, the other found nothing");
    }
    let index = sample.index(Collection::Phones);
    assert_eq!((index.epoch, sample.head().ver), (13, 7));
    Device::fresh(&sample.city.tree, &index);
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_articles_get_higher_numbers_and_one_bad_record_does_not_stop_the_rest() {
    let sample = sample().await;
    let article = |id: &str, day: &str, html: &str| {
        serde_json::json!({"id": id, "title": id, "html": html, "published": day}).to_string()
    };
    let missing = format!(
        "<p>文</p><img src=\"picture:{}\">",
        weimenhu_domain::record::Sha256::of(b"?")
    );
    let lines = [
        article("new", "2026-03-01", "<p>文</p>"),
        article("old", "2025-03-01", "<p>文</p>"),
        article("mid", "2025-09-01", "<p>文</p>"),
    ];
    let file = sample.file("news.jsonl", lines.join("\n"));
    assert_eq!(sample.import(Collection::News, &file).await.new, 3);
    let stored = serde_json::json!({"id": "bad", "title": "bad", "html": missing, "published": "2024-01-01",
        "pictures": [{"sha256": weimenhu_domain::record::Sha256::of(b"?"), "width": 1, "height": 1}]});
    let file = sample.file("more.jsonl", stored.to_string());
    assert_eq!(sample.import(Collection::News, &file).await.new, 1);
    let published = sample.publish().await;
    assert_eq!(published.operations[&Collection::News], 3);
    assert_eq!(published.held.len(), 1, "{published:?}");
    let device = Device::fresh(&sample.city.tree, &sample.index(Collection::News));
    let titles: Vec<_> = device
        .records
        .values()
        .map(|json| json.split('"').nth(3).unwrap())
        .collect();
    assert_eq!(titles, ["old", "mid", "new"]);
}
