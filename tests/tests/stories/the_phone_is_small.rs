//! A cheap phone keeps what is recent and what its owner opened; the rest is a tap away.

use super::{notice, rows};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs};
use weimenhu_core::{
    Client, Code,
    view::{Body, FetchPictures, Keep},
};
use weimenhu_domain::Collection;
use weimenhu_tests::world::{World, any_file_holds};

/// A notice of so many days ago. Packs hold 32, so that the old ones fill some of their own.
fn aged(n: u32, days: i64) -> Value {
    let mut row = notice(&n.to_string(), 1, &format!("通知{n}"));
    let date = Timestamp::now().checked_sub((days * 24).hours()).unwrap();
    row["published"] = json!(date.to_string());
    row
}

fn bodies(device: &Client) -> u32 {
    device.storage().unwrap().bodies
}

#[tokio::test]
async fn it_keeps_ninety_days_and_what_was_opened_and_fetches_the_rest_when_asked() {
    let mut all: Vec<_> = (1..=64).map(|n| aged(n, 400)).collect();
    all.extend((65..=95).map(|n| aged(n, 3)));
    let mut world = World::with(&[("notices", &all)]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.set_keep(Keep::Days90).unwrap();
    device.sync().await.unwrap();
    assert_eq!(rows(&device, Collection::Notices).len(), 95, "all heads, always");
    let recent = bodies(&device);
    assert!(
        (31..95).contains(&recent),
        "{recent}: the recent ones, and what shares a pack with them"
    );

    let old = 5;
    let Body::Article(article) = device.detail(Collection::Notices, old).await.unwrap().body else {
        panic!("an old article is fetched when it is opened")
    };
    assert_eq!(article.html, "<p>通知5的正文。</p>");
    device.mark_read(Collection::Notices, old, true).unwrap();
    device.sync().await.unwrap();
    assert!(bodies(&device) < 95);
    world.cut();
    let opened = device.detail(Collection::Notices, old).await.unwrap();
    assert!(
        matches!(opened.body, Body::Article(_)),
        "what was opened stays, without a network"
    );
    let other = device.detail(Collection::Notices, 40).await.unwrap();
    assert!(
        matches!(other.body, Body::Absent),
        "and what was not is honestly absent"
    );

    world.start().unwrap();
    device.set_keep(Keep::Everything).unwrap();
    device.sync().await.unwrap();
    assert_eq!(bodies(&device), 95);
    device.set_keep(Keep::Days90).unwrap();
    let storage = device.clean_up().unwrap();
    assert!(storage.bodies < 95, "space is freed at once: {}", storage.bodies);

    // Whoever erases what is theirs leaves no trace of what they read, looked for and chose.
    let others = storage.bodies;
    device.detail(Collection::Notices, 40).await.unwrap();
    device.star(Collection::Notices, old, true).unwrap();
    device.remember_search("示例查找").unwrap();
    device.set_language("it-示例").unwrap();
    let export = String::from_utf8(device.export_mine().await.unwrap().bytes).unwrap();
    assert!(
        export.contains("示例：通知5") && export.contains("示例查找"),
        "{export}"
    );
    device.set_recent_searches(false).unwrap();
    device.erase_mine().unwrap();
    assert_eq!(
        bodies(&device),
        others - 1,
        "also what was kept for having been opened"
    );
    assert_eq!(device.language().unwrap(), None);
    assert!(device.recent_searches_on().unwrap());
    assert_eq!(device.storage().unwrap().pictures, 0.0);
    let folder = world.folder.path().join("phone");
    for trace in ["通知5的正文", "通知40的正文", "示例查找", "it-示例"] {
        let found = any_file_holds(&folder, trace.as_bytes()).unwrap();
        assert!(found.is_empty(), "{trace} stands in {found:?}");
    }
}

#[tokio::test]
async fn pictures_take_what_they_may_and_no_more() {
    let mut world = World::with(&[("notices", &[notice("x", 1, "放假")])]).unwrap();
    let folder = world.folder.path().to_owned();
    let mut lines = Vec::new();
    for n in 0..5_u32 {
        // Noise does not compress: a few hundred kilobytes each.
        let mut state = n + 1;
        let noise = image::RgbImage::from_fn(500, 500, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = state.to_be_bytes();
            image::Rgb([a, b, c])
        });
        noise.save(folder.join(format!("{n}.png"))).unwrap();
        let mut row = notice(&format!("p{n}"), n + 1, &format!("图{n}"));
        row["pictures"] = json!([{"file": format!("{n}.png")}]);
        lines.push(row.to_string());
    }
    let file = folder.join("notices.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    world
        .server(&["import", "notices", file.to_str().unwrap(), "--publish"])
        .unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    assert_eq!(device.set_picture_cap(1000).unwrap_err().code(), Code::Invalid);
    device.set_picture_cap(1 << 20).unwrap();
    device.sync().await.unwrap();
    let shas: BTreeSet<_> = rows(&device, Collection::Notices)
        .into_iter()
        .filter_map(|r| r.picture)
        .collect();
    assert_eq!(shas.len(), 5);
    // Fetched when the person asks, or not over mobile data.
    let first = shas.first().unwrap().parse().unwrap();
    for (when, metered, shown) in [
        (FetchPictures::Asked, false, false),
        (FetchPictures::Unmetered, true, false),
        (FetchPictures::Unmetered, false, true),
    ] {
        device.clean_up().unwrap();
        device.set_fetch_pictures(when).unwrap();
        device.set_metered(metered);
        device.sync().await.unwrap();
        if !shown {
            assert_eq!(device.storage().unwrap().pictures, 0.0, "{when:?}: none ahead");
        }
        assert_eq!(
            device.picture_shown(&first).await.is_ok(),
            shown,
            "{when:?} {metered}"
        );
    }
    for sha in &shas {
        device.picture(&sha.parse().unwrap()).await.unwrap();
    }
    let kept = device.storage().unwrap().pictures;
    assert!(kept > 0.0 && kept <= f64::from(1 << 20), "{kept}");
    let sizes: f64 = shas
        .iter()
        .map(|sha| fs::metadata(world.tree().join("o").join(sha)).unwrap().len() as f64)
        .sum();
    assert!(sizes > f64::from(1 << 20), "more than may stay: {sizes}");
}
