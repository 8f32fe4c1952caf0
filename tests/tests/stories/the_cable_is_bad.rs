//! A network that stutters: what was whole is never fetched twice, what was half is resumed, what is missing is
//! asked for elsewhere.

use super::{notice, titles};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};
use weimenhu_core::view::Body;
use weimenhu_domain::Collection;
use weimenhu_tests::{
    forge,
    mirror::{self, Answer, Mirror, Request},
    world::World,
};

/// Enough articles for several packs, each with a text of its own that does not compress away.
fn many(articles: u32) -> Vec<Value> {
    (1..=articles)
        .map(|n| {
            let mut row = notice(&n.to_string(), n % 28 + 1, &format!("通知{n}"));
            let digits: String = (0..300_u32)
                .map(|k| (n * 7919 + k * 104_729).wrapping_mul(2_654_435_761).to_string())
                .collect();
            row["html"] = format!("<p>{digits}</p>").into();
            row
        })
        .collect()
}

fn copy_of(world: &World) -> PathBuf {
    let copy = world.folder.path().join("mirror");
    mirror::copy(&world.data().join("objects"), &copy).unwrap();
    copy
}

/// Syncs so many articles over a wire that breaks the first three answers for each object after 700 bytes; answers
/// what each object was asked for, and its size.
async fn broken(articles: u32) -> Vec<(u64, Vec<Request>)> {
    let world = World::with(&[("notices", &many(articles))]).unwrap();
    // Counted by object: which of them is asked for first differs from run to run.
    let answers = Mutex::new(BTreeMap::<String, u32>::new());
    let mirror = Mirror::serve(copy_of(&world), move |request| {
        let mut answers = answers.lock().unwrap();
        let count = answers.entry(request.path.clone()).or_default();
        *count += 1;
        if *count <= 3 && request.path.contains("/o/") {
            Answer::CutAfter(700)
        } else {
            Answer::Well
        }
    })
    .unwrap();
    let device = world.device_at("phone", &[], &mirror.address).unwrap();
    for _ in 0..50 {
        if device.sync().await.is_ok() {
            break;
        }
    }
    assert_eq!(titles(&device).len(), articles as usize);
    assert_eq!(device.storage().unwrap().bodies, articles);
    let mut log = mirror.log();
    log.retain(|r| r.path.contains("/o/"));
    assert!(log.iter().any(|r| r.from > 0), "something was resumed: {log:?}");
    let objects: BTreeSet<_> = log.iter().map(|r| r.path.clone()).collect();
    let asked = |object: String| {
        let file = world.folder.path().join("mirror").join(&object);
        let of_object = log.iter().filter(|r| r.path == object);
        (fs::metadata(file).unwrap().len(), of_object.cloned().collect())
    };
    objects.into_iter().map(asked).collect()
}

/// One pack: each object is fetched alone, so nothing else ends a download half way.
#[tokio::test]
async fn a_download_goes_on_where_it_broke() {
    for (size, asked) in broken(20).await {
        let sent: u64 = asked.iter().map(|r| r.sent).sum();
        assert_eq!(sent, size, "{asked:?}: every byte came once");
    }
}

/// Several packs at a time: one that breaks ends the others of its round. What was on its way to them may be asked for
/// again, but nothing that lies here is, and nothing is left out.
#[tokio::test]
async fn downloads_that_end_each_other_go_on_too() {
    for (size, asked) in broken(40).await {
        let mut last = &asked[0];
        assert_eq!(last.from, 0, "{asked:?}");
        for next in &asked[1..] {
            let goes_on = last.from..=last.from + last.sent;
            assert!(goes_on.contains(&next.from), "{last:?}, then {next:?}");
            last = next;
        }
        assert_eq!(
            last.from + last.sent,
            size,
            "{asked:?}: to its end, and not again"
        );
    }
}

#[tokio::test]
async fn one_missing_pack_does_not_keep_back_the_others() {
    let world = World::with(&[("notices", &many(200))]).unwrap();
    let copy = copy_of(&world);
    let whole = Mirror::serve(copy.clone(), |_| Answer::Well).unwrap();
    let device = world.device_at("first", &[], &whole.address).unwrap();
    device.sync().await.unwrap();
    let mut packs = Vec::new();
    for request in whole.log() {
        let file = copy.join(&request.path);
        let raw = zstd::decode_all(&fs::read(&file).unwrap()[..]).unwrap_or_default();
        let articles = String::from_utf8_lossy(&raw).matches("<p>").count();
        if articles > 0 {
            packs.push((articles, file));
        }
    }
    assert_eq!(packs.len(), 7, "200 articles, 32 each");
    // Which of them is asked for first is the network's business: take a full one, not the second one.
    let (articles, full) = packs.iter().max().unwrap();
    assert_eq!(*articles, 32);
    fs::remove_file(full).unwrap();
    let device = world.device_at("second", &[], &whole.address).unwrap();
    device.sync().await.unwrap();
    let bodies = device.storage().unwrap().bodies;
    assert_eq!(titles(&device).len(), 100, "the first page of 200");
    assert_eq!(
        bodies,
        200 - 32,
        "one pack of 32 is missing, not a batch of packs"
    );
}

#[tokio::test]
async fn a_new_history_does_not_fetch_again_what_is_here() {
    let world = World::with(&[("notices", &many(70))]).unwrap();
    let copy = copy_of(&world);
    let first = Mirror::serve(copy.clone(), |_| Answer::Well).unwrap();
    let device = world.device_at("phone", &[], &first.address).unwrap();
    device.sync().await.unwrap();
    assert_eq!(device.storage().unwrap().bodies, 70);
    drop(device);
    // The same records under another history: only heads are asked for.
    let head: Value = serde_json::from_slice(&fs::read(copy.join("sync/v1/head")).unwrap()).unwrap();
    let payload = data_encoding::BASE64
        .decode(head["payload"].as_str().unwrap().as_bytes())
        .unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let named = payload["collections"]["notices"]["index"].as_str().unwrap();
    let raw = zstd::decode_all(&fs::read(copy.join("sync/v1/o").join(named)).unwrap()[..]).unwrap();
    let mut index: Value = serde_json::from_slice(&raw).unwrap();
    index["lineage"] = json!("restored");
    let packed = zstd::encode_all(index.to_string().as_bytes(), 3).unwrap();
    let sha = weimenhu_domain::record::Sha256::of(&packed).to_string();
    fs::write(copy.join("sync/v1/o").join(&sha), &packed).unwrap();
    let changed = forge::reissue(&fs::read(copy.join("sync/v1/head")).unwrap(), |head| {
        head["ver"] = 50.into();
        head["collections"]["notices"]["lineage"] = json!("restored");
        head["collections"]["notices"]["index"] = json!(sha);
        head["collections"]["notices"]["index_size"] = json!(packed.len());
    })
    .unwrap();
    fs::write(copy.join("sync/v1/head"), changed).unwrap();
    let second = Mirror::serve(copy, |_| Answer::Well).unwrap();
    let device = world.device_at("phone", &[], &second.address).unwrap();
    device.sync().await.unwrap();
    assert_eq!(device.storage().unwrap().bodies, 70);
    let asked = second.log().len();
    assert!(
        asked <= 4,
        "head, index, heads, pack list, and no pack: {:?}",
        second.log()
    );
}

#[tokio::test]
async fn an_article_opened_while_it_is_being_fetched_spoils_nothing() {
    let world = World::with(&[("notices", &many(100))]).unwrap();
    let slow = Mirror::serve(copy_of(&world), |_| Answer::Late(Duration::from_millis(60))).unwrap();
    let device = Arc::new(world.device_at("phone", &[], &slow.address).unwrap());
    let syncing = Arc::clone(&device);
    let round = tokio::spawn(async move { syncing.sync().await });
    while titles(&device).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let opened = (1..=100).map(|id| {
        let device = Arc::clone(&device);
        async move { device.detail(Collection::Notices, id).await.unwrap().body }
    });
    for body in futures::future::join_all(opened).await {
        assert!(matches!(body, Body::Article(_)));
    }
    round.await.unwrap().unwrap();
    assert_eq!(device.storage().unwrap().bodies, 100);
    let log = slow.log();
    let packs: BTreeSet<_> = log.iter().map(|r| &r.path).collect();
    assert_eq!(log.len(), packs.len(), "nothing was asked for twice: {log:?}");
}

#[tokio::test]
async fn an_older_signing_of_the_same_head_turns_no_date_back() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    world.start().unwrap();
    let copy = copy_of(&world);
    let head = fs::read(copy.join("sync/v1/head")).unwrap();
    let newer = forge::reissue(&head, |head| {
        head["issued"] = "2030-01-01T00:00:00Z".into();
        head["min_app"] = "9.0.0".into();
    })
    .unwrap();
    fs::write(copy.join("sync/v1/head"), newer).unwrap();
    let mirror = mirror::serve(copy).unwrap();
    let device = world.device_at("phone", &[], &mirror).unwrap();
    device.sync().await.unwrap();
    assert_eq!(device.sync_state().min_app.as_deref(), Some("9.0.0"));
    drop(device);
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    assert_eq!(
        device.sync_state().min_app.as_deref(),
        Some("9.0.0"),
        "the newer word holds"
    );
}

/// A few of the bytes and seeds that `cargo xtask faults` goes through.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_device_becomes_current_as_soon_as_the_network_is_good_again() {
    use weimenhu_tests::faults::{Effort, chaos};
    let effort = |faults| Effort { seed: 1, faults };
    println!("{}", chaos::offsets(effort(20)).await.unwrap());
    println!("{}", chaos::campaign(effort(20)).await.unwrap());
}
