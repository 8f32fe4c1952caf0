//! A city moves on and an app does not: records, collections, schemas and databases of later apps are met by this one.
//! What it can read it shows, what it cannot it keeps, and nothing of the person's is lost.

use super::{notice, rows, titles};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::{fs, path::Path};
use weimenhu_core::{Client, Code, view::Body};
use weimenhu_domain::{
    Collection,
    record::Sha256,
    wire::{Change, Digest, Fingerprint, Operation, write_operations},
};
use weimenhu_tests::{
    forge,
    mirror::{self, Answer, Mirror},
    world::{World, device_config, open_device},
};

/// Puts an object into a copy of the tree; answers how an index names it.
fn object(copy: &Path, raw: &[u8]) -> Value {
    let packed = zstd::encode_all(raw, 3).unwrap();
    let sha = Sha256::of(&packed).to_string();
    fs::write(copy.join("sync/v1/o").join(&sha), &packed).unwrap();
    json!({"sha": sha, "size": packed.len(), "raw_size": raw.len()})
}

/// Signs a changed head in a copy of the tree.
fn reissue(copy: &Path, change: impl FnOnce(&mut Value)) {
    let file = copy.join("sync/v1/head");
    let next = |head: &mut Value| {
        head["ver"] = (head["ver"].as_u64().unwrap() + 1).into();
        change(head);
    };
    let head = forge::reissue(&fs::read(&file).unwrap(), next).unwrap();
    fs::write(file, head).unwrap();
}

/// Publishes new notices as a later server would: these records, whatever stands in them.
fn publish(copy: &Path, records: &[(u32, String)]) {
    let head = forge::payload(&fs::read(copy.join("sync/v1/head")).unwrap()).unwrap();
    let named = head["collections"]["notices"]["index"].as_str().unwrap();
    let raw = zstd::decode_all(&fs::read(copy.join("sync/v1/o").join(named)).unwrap()[..]).unwrap();
    let mut index: Value = serde_json::from_slice(&raw).unwrap();
    let from = index["epoch"].as_u64().unwrap();
    let mut digest: Digest = index["digest"].as_str().unwrap().parse().unwrap();
    let mut operations = Vec::new();
    for ((id, wire), epoch) in records.iter().zip(from + 1..) {
        digest = digest.plus(Fingerprint::of(*id, wire));
        let change = Change::Put(wire.clone());
        operations.push(Operation {
            epoch,
            id: *id,
            change,
        });
    }
    let to = from + records.len() as u64;
    let mut segment = object(copy, &write_operations(&operations).unwrap());
    segment["from"] = from.into();
    segment["to"] = to.into();
    index["segments"].as_array_mut().unwrap().push(segment);
    index["epoch"] = to.into();
    index["count"] = (index["count"].as_u64().unwrap() + records.len() as u64).into();
    index["digest"] = digest.to_string().into();
    index["hint_of_later"] = json!({"any": 1});
    let index = object(copy, index.to_string().as_bytes());
    reissue(copy, |head| {
        let notices = &mut head["collections"]["notices"];
        notices["epoch"] = to.into();
        notices["index"] = index["sha"].clone();
        notices["index_size"] = index["size"].clone();
    });
}

fn record(title: &Value, more: &Value) -> String {
    let mut record = super::record(9, "");
    record["title"] = title.clone();
    for (field, value) in more.as_object().unwrap() {
        record[field] = value.clone();
    }
    record.to_string()
}

/// The same device with an app of this version.
fn device(world: &World, mirror: &Mirror, version: &str) -> Client {
    let config = || {
        let mut config = device_config(&world.folder.path().join("phone"), &mirror.address)?;
        config.app_version = version.into();
        Ok(config)
    };
    open_device(config).unwrap()
}

/// What the cache says of the notices: rows, those it cannot read by its own count and row by row.
fn counted(world: &World) -> (u32, u32, u32) {
    let conn = Connection::open(world.folder.path().join("phone/city.db")).unwrap();
    let one = |sql: &str| conn.query_row(sql, [], |r| r.get(0)).unwrap();
    (
        one("SELECT count(*) FROM record WHERE collection = 'notices'"),
        one("SELECT unreadable FROM collection WHERE name = 'notices'"),
        one("SELECT count(*) FROM record WHERE collection = 'notices' AND NOT readable"),
    )
}

#[tokio::test]
async fn records_of_a_later_app_are_kept_and_appear_when_it_comes() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    let copy = world.folder.path().join("mirror");
    mirror::copy(&world.data().join("objects"), &copy).unwrap();
    let mirror = Mirror::serve(copy.clone(), |_| Answer::Well).unwrap();
    device(&world, &mirror, "0.1.0").sync().await.unwrap();
    let later = [
        (
            3,
            record(
                &json!("示例：带视频"),
                &json!({"video": {"sha": "?", "seconds": 7}}),
            ),
        ),
        (4, record(&json!({"zh": "示例：多语"}), &json!({}))),
        (5, record(&json!("示例：下一版"), &json!({}))),
    ];
    publish(&copy, &later);
    let phone = device(&world, &mirror, "0.1.0");
    let asked = mirror.log().len();
    phone.sync().await.unwrap();
    assert_eq!(
        mirror.log().len() - asked,
        3,
        "head, index and one segment: the digest agreed"
    );
    assert_eq!(
        titles(&phone).len(),
        4,
        "the one of another shape is listed nowhere"
    );
    assert!(matches!(
        phone.detail(Collection::Notices, 3).await.unwrap().body,
        Body::Article(_)
    ));
    let opened = phone.detail(Collection::Notices, 4).await.unwrap();
    assert!(matches!(opened.body, Body::Unreadable), "a link to it says so");
    drop(phone);
    assert_eq!(counted(&world), (5, 1, 1));

    // This very app is the later one for the last record: an older one had kept it unread.
    let conn = Connection::open(world.folder.path().join("phone/city.db")).unwrap();
    conn.execute_batch("UPDATE record SET readable = 0, title = '' WHERE collection = 'notices' AND id = 5")
        .unwrap();
    conn.execute_batch(
        "UPDATE collection SET unreadable = 2 WHERE name = 'notices';
         DELETE FROM tally WHERE collection = 'notices' AND part <> 'body';
         INSERT INTO tally (collection, part, value, n)
         SELECT collection, 'day', substr(date, 1, 10), count(*) FROM record WHERE collection = 'notices' AND readable
         GROUP BY 3;",
    )
    .unwrap();
    drop(conn);
    assert!(!titles(&device(&world, &mirror, "0.1.0")).contains(&"下一版".to_owned()));
    let updated = device(&world, &mirror, "0.2.0");
    updated.open_dump().await.unwrap();
    assert!(
        titles(&updated).contains(&"下一版".to_owned()),
        "{:?}",
        titles(&updated)
    );
    // The next change is a step and no snapshot: what is kept unread still counts.
    publish(&copy, &[(6, record(&json!("示例：以后"), &json!({})))]);
    let asked = mirror.log().len();
    updated.sync().await.unwrap();
    assert_eq!(mirror.log().len() - asked, 3);
    assert_eq!(titles(&updated).len(), 6 - 1);
    drop(updated);
    assert_eq!(counted(&world), (6, 1, 1));
}

#[tokio::test]
async fn a_collection_and_a_schema_of_later_do_not_keep_back_the_rest() {
    let phones = json!({"id": "p", "name": "示例热线", "category": "政务", "phones": [{"number": "12345"}]});
    let world = World::with(&[("notices", &[notice("a", 1, "开学")]), ("phones", &[phones])]).unwrap();
    let copy = world.folder.path().join("mirror");
    mirror::copy(&world.data().join("objects"), &copy).unwrap();
    let mirror = Mirror::serve(copy.clone(), |_| Answer::Well).unwrap();
    // A collection that this app has never heard of.
    reissue(&copy, |head| {
        head["collections"]["dances"] = head["collections"]["notices"].clone();
        head["of_later"] = json!([1]);
    });
    let phone = device(&world, &mirror, "0.1.0");
    phone.sync().await.unwrap();
    assert_eq!(phone.sync_state().problem, None, "nothing is wrong with it");
    assert_eq!(
        (titles(&phone).len(), rows(&phone, Collection::Phones).len()),
        (1, 1)
    );

    // One that has a shape it cannot read: what is here stays, the others go on, and the person is told.
    publish(&copy, &[(2, record(&json!("示例：放假"), &json!({})))]);
    reissue(&copy, |head| head["collections"]["phones"]["schema"] = 99.into());
    reissue(&copy, |head| head["collections"]["phones"]["epoch"] = 7.into());
    phone.sync().await.unwrap();
    assert_eq!(phone.sync_state().problem, Some(Code::UpdateApp));
    assert_eq!(
        (titles(&phone).len(), rows(&phone, Collection::Phones).len()),
        (2, 1)
    );
}

#[tokio::test]
async fn an_app_that_is_older_than_its_data_loses_nothing() {
    let world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    let dump = world.dump().unwrap();
    let phone = world.device("phone", dump).unwrap();
    phone.open_dump().await.unwrap();
    phone.star(Collection::Notices, 1, true).unwrap();
    drop(phone);
    let folder = world.folder.path().join("phone");
    let set = |file: &str, version: u32| {
        let conn = Connection::open(folder.join(file)).unwrap();
        let old: u32 = conn
            .pragma_query_value(None, "user_version", |r| r.get(0))
            .unwrap();
        conn.pragma_update(None, "user_version", version).unwrap();
        old
    };

    // The person's own file: an error that says what to do, and not one byte is touched.
    let known = set("mine.db", 999);
    let whole = fs::read(folder.join("mine.db")).unwrap();
    for _ in 0..2 {
        let refused = world.device("phone", dump).map(drop).unwrap_err();
        assert_eq!(refused.code(), Code::UpdateApp, "{refused}");
    }
    assert_eq!(fs::read(folder.join("mine.db")).unwrap(), whole);
    set("mine.db", known);

    // The cache: begun anew, silently, for it is not damaged; the star is still there.
    let known = set("city.db", 999);
    let phone = world.device("phone", dump).unwrap();
    assert_eq!(phone.about().rebuilt_from, None);
    phone.open_dump().await.unwrap();
    assert_eq!(titles(&phone), ["开学"]);
    assert!(rows(&phone, Collection::Notices)[0].starred);
    drop(phone);
    assert_eq!(set("city.db", known), known);
    assert!(!folder.join("city.broken").exists());
}
