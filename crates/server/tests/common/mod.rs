//! What the tests share: a city in a temporary directory, and a device that believes nothing it has not checked.

#![expect(dead_code, reason = "each test file uses a part")]

pub mod desk;
pub mod http;
pub mod letters;

use jiff::Timestamp;
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use weimenhu_domain::{
    Collection,
    record::{Id, Sha256},
    wire::*,
};
use weimenhu_server::{
    City, Config, edit, import, keys, object,
    publish::{self, Published},
    tree::Tree,
};

/// A city with the demo's keys and nothing in it.
pub struct Sample {
    pub dir: tempfile::TempDir,
    pub city: City,
}

pub async fn sample() -> Sample {
    sample_with(|_| {}).await
}

pub async fn sample_with(set: impl FnOnce(&mut Config)) -> Sample {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::in_dir(&dir.path().join("data")).unwrap();
    config.listen = "127.0.0.1:0".into();
    config.database_url = postgres().await;
    set(&mut config);
    let city = City::open(config).await.unwrap();
    keys::set_up_demo(&city.tree, &city.config.head_key).unwrap();
    Sample { dir, city }
}

/// A new PostgreSQL database when WEIMENHU_TEST_POSTGRES names a server (`postgres://user@host:port`): the same
/// tests then show that the same code runs there. Without it they run on SQLite.
async fn postgres() -> Option<String> {
    use sea_orm::ConnectionTrait;
    let server = std::env::var("WEIMENHU_TEST_POSTGRES").ok()?;
    let name = format!("weimenhu_{:016x}", rand::random::<u64>());
    let admin = sea_orm::Database::connect(format!("{server}/postgres"))
        .await
        .unwrap();
    admin
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    Some(format!("{server}/{name}"))
}

impl Sample {
    /// The database, as whoever may do anything with it has it.
    pub async fn database(&self) -> sea_orm::DatabaseConnection {
        let file = self.city.config.data_dir.join("weimenhu.sqlite");
        let own = format!("sqlite://{}", file.display());
        let url = self.city.config.database_url.clone().unwrap_or(own);
        sea_orm::Database::connect(url).await.unwrap()
    }

    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub async fn import(&self, collection: Collection, file: &Path) -> import::Outcome {
        self.import_with(collection, file, import::Options::default())
            .await
    }

    pub async fn import_with(
        &self,
        collection: Collection,
        file: &Path,
        options: import::Options,
    ) -> import::Outcome {
        import::import(&self.city, collection, file, &options, Timestamp::now())
            .await
            .unwrap()
    }

    /// Imports phones as (source id, name).
    pub async fn phones(&self, rows: &[(String, String)]) -> import::Outcome {
        let line = |(id, name): &(String, String)| {
            json!({"id": id, "name": name, "category": "政务服务", "phones": ["12345"]}).to_string() + "\n"
        };
        let text: String = rows.iter().map(line).collect();
        let outcome = self
            .import(Collection::Phones, &self.file("phones.jsonl", text))
            .await;
        assert_eq!(outcome.faults, []);
        outcome
    }

    pub async fn publish(&self) -> Published {
        publish::publish(&self.city, Timestamp::now()).await.unwrap()
    }

    pub async fn delete(&self, collection: Collection, id: Id) {
        edit::delete(&self.city, collection, &edit::Which::Id(id), Timestamp::now())
            .await
            .unwrap();
    }

    pub fn head(&self) -> Head {
        verified_head(&self.city.tree)
    }

    pub fn index(&self, collection: Collection) -> Index {
        let head = self.head();
        let at = &head.collections[collection.name()];
        let bytes = self.city.tree.get(at.index).unwrap();
        assert_eq!(bytes.len() as u64, at.index_size);
        let index: Index = json_of(&self.city.tree, at.index);
        assert_eq!((&index.lineage, index.epoch), (&at.lineage, at.epoch));
        index
    }

    /// Every file of the objects directory, decompressed where it is compressed.
    pub fn all_bytes(&self) -> Vec<(Sha256, Vec<u8>)> {
        Self::bytes_of(&self.city.tree)
    }

    pub fn bytes_of(tree: &Tree) -> Vec<(Sha256, Vec<u8>)> {
        let all = tree.all().unwrap();
        all.into_iter()
            .map(|(sha, _)| {
                let bytes = tree.get(sha).unwrap();
                (sha, object::unpack(&bytes).unwrap_or(bytes))
            })
            .collect()
    }
}

pub fn verified_head(tree: &Tree) -> Head {
    let list = keys::published(tree).unwrap().pop().unwrap();
    Head::open(&tree.head_bytes().unwrap().unwrap(), &list).unwrap().0
}

pub fn json_of<T: serde::de::DeserializeOwned>(tree: &Tree, sha: Sha256) -> T {
    serde_json::from_slice(&object::get(tree, sha).unwrap()).unwrap()
}

/// Reads an object and holds it against what the index promised.
pub fn checked(tree: &Tree, promised: &ObjectRef) -> Vec<u8> {
    let bytes = tree.get(promised.sha).unwrap();
    let raw = object::unpack(&bytes).unwrap();
    assert_eq!(
        (bytes.len() as u64, raw.len() as u64),
        (promised.size, promised.raw_size)
    );
    raw
}

/// What a device holds of a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    pub epoch: Epoch,
    pub records: BTreeMap<Id, String>,
}

impl Device {
    pub fn apply(&mut self, operation: Operation) {
        match operation.change {
            Change::Put(json) => self.records.insert(operation.id, json),
            Change::Delete | Change::Redact => self.records.remove(&operation.id),
        };
        self.epoch = self.epoch.max(operation.epoch);
    }

    pub fn digest(&self) -> Digest {
        self.records
            .iter()
            .map(|(id, json)| Fingerprint::of(*id, json))
            .collect()
    }

    /// Goes from where it stands to the index's epoch by segments.
    pub fn follow(&mut self, tree: &Tree, index: &Index) {
        let mut at = self.epoch;
        for segment in index.cover(self.epoch).expect("a chain") {
            assert!(
                segment.from <= at && segment.to > at,
                "a gap before {}",
                segment.from
            );
            for operation in read_operations(&checked(tree, &segment.object)).unwrap() {
                assert!(segment.from < operation.epoch && operation.epoch <= segment.to);
                self.apply(operation);
            }
            at = segment.to;
        }
        self.epoch = at;
        self.agree(index);
    }

    /// Starts from the snapshot, then follows.
    pub fn fresh(tree: &Tree, index: &Index) -> Self {
        let snapshot = index.snapshot.expect("a snapshot");
        let mut device = Self::from_snapshot(tree, &snapshot);
        device.follow(tree, index);
        device
    }

    pub fn from_snapshot(tree: &Tree, snapshot: &Snapshot) -> Self {
        let heads: Heads = serde_json::from_slice(&checked(tree, &snapshot.heads)).unwrap();
        let rows = heads.into_rows().unwrap();
        let packs: PackList = serde_json::from_slice(&checked(tree, &snapshot.packs)).unwrap();
        let mut device = Self::default();
        for pack in packs.0 {
            for operation in read_operations(&checked(tree, &pack.object)).unwrap() {
                let Change::Put(json) = &operation.change else {
                    panic!("a pack holds only puts")
                };
                let row = rows
                    .iter()
                    .find(|r| r.id == operation.id)
                    .expect("a head for every body");
                assert_eq!(row.fingerprint, Fingerprint::of(operation.id, json));
                assert_eq!(row.epoch, operation.epoch);
                device.apply(operation);
            }
        }
        assert_eq!(rows.len(), device.records.len(), "a body for every head");
        let newest_first = rows.windows(2).all(|w| w[0].id > w[1].id);
        assert!(newest_first);
        device.epoch = snapshot.epoch;
        device
    }

    pub fn agree(&self, index: &Index) {
        assert_eq!(self.epoch, index.epoch);
        assert_eq!(self.records.len(), index.count as usize);
        assert_eq!(self.digest(), index.digest);
    }
}

pub fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|w| w == text.as_bytes())
}

pub fn png(red: u8) -> Vec<u8> {
    let image = image::RgbImage::from_fn(40, 30, |x, y| image::Rgb([red, x as u8, y as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A sample of two collections, with a picture and a large attachment.
pub fn sample_folder(dir: &Path) -> PathBuf {
    let folder = dir.join("sample");
    std::fs::create_dir_all(folder.join("pictures")).unwrap();
    std::fs::write(folder.join("pictures/a.png"), png(5)).unwrap();
    std::fs::write(folder.join("big.txt"), "文".repeat(100_000)).unwrap();
    let news = r#"{"id":"1","title":"题","html":"<p>文</p><img src=\"pictures/a.png\">","published":"2026-01-01T08:00:00+08:00","attachments":[{"file":"big.txt"}]}"#;
    std::fs::write(folder.join("news.jsonl"), news).unwrap();
    let phones = r#"{"id":"1","name":"热线","category":"政务服务","phones":[{"number":"12345"}]}"#;
    std::fs::write(folder.join("phones.jsonl"), phones).unwrap();
    folder
}
