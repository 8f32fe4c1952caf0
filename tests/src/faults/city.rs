//! The city of the campaigns, at two moments, and what a device shows of it.
//!
//! Between the two an editor changed records, added some, took one out and erased one; every kind of operation is on
//! its way to the devices. Notices grow and travel as heads, bodies and segments; telephone numbers are wanted whole.

use crate::{
    mirror,
    world::{World, device_config, open_device},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use weimenhu_core::{
    Client,
    view::{Body, ListQuery, SearchQuery},
};
use weimenhu_domain::Collection;

/// Stands in the record that is erased.
pub const SECRET: &str = "张三的住址不该公开";
/// In titles and texts of the earlier and of the later moment.
const WORDINGS: [&str; 2] = ["旧版", "新版"];
/// The records that a person has marked: starred, and opened.
const STARRED: [u32; 3] = [1, 3, 5];
const OPENED: [u32; 2] = [2, 3];
/// Where nobody answers.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// A collection on a device: title and text by number; no text where the body is not here.
pub type Shown = BTreeMap<Collection, Rows>;
type Rows = BTreeMap<u32, (String, Option<String>)>;

/// The city and both its moments.
pub struct City {
    /// Its server, which stands at the later moment.
    pub world: World,
    /// The server's data at the earlier moment, with what came next waiting to be published.
    pub waiting: PathBuf,
    /// The server's data when that was published, and nothing erased yet.
    pub published: PathBuf,
    /// The tree of objects at the earlier moment.
    pub before: PathBuf,
    /// The same at the later one.
    pub after: PathBuf,
    /// What devices show at the earlier moment.
    pub old: Shown,
    /// And at the later one.
    pub new: Shown,
}

impl City {
    /// Builds it with so many notices; the more, the more packs.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn found(notices: u32) -> Result<Self> {
        let rows =
            |wording: usize, ids: &[u32]| -> Vec<Value> { ids.iter().map(|n| notice(*n, wording)).collect() };
        let all: Vec<u32> = (1..=notices).collect();
        let world = World::with(&[
            ("notices", &rows(0, &all)),
            ("phones", &(1..=12).map(|n| phone(n, 0)).collect::<Vec<_>>()),
        ])?;
        let keep = |name: &str| -> Result<PathBuf> {
            let copy = world.folder.path().join(name);
            mirror::copy(&world.data().join("objects"), &copy)?;
            Ok(copy)
        };
        let before = keep("before")?;
        let mut changed: Vec<Value> = rows(1, &[2, 3, 4, notices + 1, notices + 2, notices + 3]);
        let waiting = world.folder.path().join("waiting");
        import(&world, "notices", &changed)?;
        changed = vec![phone(1, 1), phone(2, 1), phone(13, 1)];
        import(&world, "phones", &changed)?;
        mirror::copy(&world.data(), &waiting)?;
        world.server(&["publish"])?;
        let published = world.folder.path().join("published");
        mirror::copy(&world.data(), &published)?;
        world.server(&["withdraw", "notices", "6", "--delete"])?;
        world.server(&["redact", "notices", "7", "--reason", "个人信息", "--yes"])?;
        let after = keep("after")?;
        let old = moment(&world, &before).await?;
        let new = moment(&world, &after).await?;
        ensure!(
            format!("{old:?}").contains(SECRET) && !format!("{new:?}").contains(SECRET),
            "nothing was erased"
        );
        Ok(Self {
            world,
            waiting,
            published,
            before,
            after,
            old,
            new,
        })
    }

    /// A device that stands at the earlier moment and has been used: a folder to copy.
    ///
    /// # Errors
    /// When it cannot be brought there.
    pub async fn used_device(&self) -> Result<PathBuf> {
        let folder = self.world.folder.path().join("used");
        let mirror = mirror::serve(self.before.clone())?;
        let device = open(&folder, &mirror)?;
        device.sync().await?;
        for id in STARRED {
            device.star(Collection::Notices, id, true)?;
        }
        for id in OPENED {
            device.mark_read(Collection::Notices, id, true)?;
        }
        device.make_index().await?;
        Ok(folder)
    }
}

/// A device over this folder that asks `server`.
///
/// # Errors
/// As for [`Client::open`].
pub fn open(folder: &Path, server: &str) -> Result<Client> {
    Ok(open_device(|| device_config(folder, server))?)
}

/// What a device shows, with every text that is here.
///
/// # Errors
/// The database's.
pub async fn shown(device: &Client) -> Result<Shown> {
    let mut all = Shown::new();
    for collection in Collection::ALL {
        let mut rows = BTreeMap::new();
        let mut offset = 0;
        loop {
            let query = ListQuery {
                collection,
                filter: Default::default(),
                offset,
                limit: 500,
            };
            let page = device.list(&query)?;
            for row in &page.rows {
                let body = device.detail(collection, row.id).await?.body;
                let text = (!matches!(body, Body::Absent))
                    .then(|| serde_json::to_string(&body))
                    .transpose()?;
                rows.insert(row.id, (row.title.clone(), text));
            }
            offset = offset.saturating_add(500);
            if offset >= page.total {
                break;
            }
        }
        if !rows.is_empty() {
            all.insert(collection, rows);
        }
    }
    Ok(all)
}

/// Holds that every collection stands at one of these moments and not between them. A body may be missing where
/// `bodies_may_follow`: then the heads came as a snapshot.
///
/// # Errors
/// When one does not, with what it shows.
pub fn at_one_of(shown: &Shown, moments: &[&Shown], bodies_may_follow: bool) -> Result<()> {
    let nothing = BTreeMap::new();
    for collection in Collection::ALL {
        let here = shown.get(&collection).unwrap_or(&nothing);
        let stands_at = |moment: &&&Shown| {
            let there = moment.get(&collection).unwrap_or(&nothing);
            here.len() == there.len()
                && here
                    .iter()
                    .zip(there)
                    .all(|((id, (title, text)), (other, (its_title, its_text)))| {
                        let follows = bodies_may_follow && text.is_none();
                        id == other && title == its_title && (follows || text == its_text)
                    })
        };
        ensure!(
            moments.iter().any(|m| stands_at(&m)),
            "{collection} stands between two moments: {}",
            moments
                .iter()
                .map(|m| difference(here, m.get(&collection).unwrap_or(&nothing)))
                .collect::<Vec<_>>()
                .join("; ")
        );
    }
    Ok(())
}

/// The first record that differs, for the message.
fn difference(here: &Rows, there: &Rows) -> String {
    let ids: BTreeSet<&u32> = here.keys().chain(there.keys()).collect();
    let first = ids.into_iter().find(|id| here.get(id) != there.get(id));
    let side = |rows: &Rows| {
        first
            .and_then(|id| rows.get(id))
            .map(|row| format!("{row:?}").chars().take(120).collect::<String>())
    };
    format!(
        "{} of {}, {first:?} is {:?} and not {:?}",
        here.len(),
        there.len(),
        side(here),
        side(there)
    )
}

/// Holds that the index finds a record by every word of its title, and nothing that has not the word; for the words of
/// this city's texts, exactly what the rows hold.
///
/// # Errors
/// When it does not.
pub fn index_agrees(device: &Client, shown: &Shown) -> Result<()> {
    let ids = |rows: &BTreeMap<u32, (String, Option<String>)>,
               holds: &dyn Fn(&str, &str) -> bool|
     -> BTreeSet<u32> {
        let of = rows
            .iter()
            .filter(|(_, (title, text))| holds(title, text.as_deref().unwrap_or_default()));
        of.map(|(id, _)| *id).collect()
    };
    for (word, exact) in [
        (WORDINGS[0], true),
        (WORDINGS[1], true),
        ("正文", true),
        ("示例", false),
    ] {
        for (collection, rows) in shown {
            let most = ids(rows, &|title, text| title.contains(word) || text.contains(word));
            // Of the sample's records, not every field is searched.
            let least = if exact {
                most.clone()
            } else {
                ids(rows, &|title, _| title.contains(word))
            };
            let found = found(device, word, *collection)?;
            ensure!(
                found.is_superset(&least) && found.is_subset(&most),
                "{collection} {word}: the index finds {found:?}, the rows hold {least:?} to {most:?}"
            );
        }
    }
    Ok(())
}

fn found(device: &Client, word: &str, collection: Collection) -> Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    loop {
        let answer = device.search(&SearchQuery {
            text: word.to_owned(),
            collection: Some(collection),
            offset: u32::try_from(found.len())?,
            limit: 100,
            ..SearchQuery::default()
        })?;
        let hits = answer.directory.iter().chain(&answer.documents);
        let before = found.len();
        // Relaxed, it answers what has a part of the word.
        found.extend(hits.filter(|_| !answer.relaxed).map(|hit| hit.row.id));
        if found.len() == before {
            return Ok(found);
        }
    }
}

/// Holds that every mark on a record that is still here is where the person put it.
///
/// # Errors
/// When one is lost.
pub fn marks_are_kept(device: &Client) -> Result<()> {
    let query = ListQuery {
        collection: Collection::Notices,
        filter: Default::default(),
        offset: 0,
        limit: 500,
    };
    for row in device.list(&query)?.rows {
        ensure!(
            row.starred == STARRED.contains(&row.id) && row.read == OPENED.contains(&row.id),
            "the marks of notice {} are not what they were: {row:?}",
            row.id
        );
    }
    Ok(())
}

/// What a fresh device shows that reads this tree.
///
/// # Errors
/// When it does not become current.
pub async fn moment(world: &World, tree: &Path) -> Result<Shown> {
    let folder = TempDir::new_in(world.folder.path())?;
    let device = open(folder.path(), &mirror::serve(tree.to_owned())?)?;
    device.sync().await.context("a fresh device")?;
    shown(&device).await
}

/// Puts rows into the queue.
fn import(world: &World, collection: &str, rows: &[Value]) -> Result<()> {
    let file = world.folder.path().join(format!("{collection}.jsonl"));
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(&file, lines.join("\n"))?;
    let file = file.to_str().context("a path that is not UTF-8")?;
    world.server(&["import", collection, file]).map(drop)
}

/// A notice with a text of its own that does not compress away.
fn notice(n: u32, wording: usize) -> Value {
    let wording = WORDINGS.get(wording).copied().unwrap_or_default();
    let secret = if n == 7 { SECRET } else { "" };
    let digits: String = (0..60_u32)
        .map(|k| (n * 7919 + k * 104_729).wrapping_mul(2_654_435_761).to_string())
        .collect();
    json!({
        "id": n.to_string(),
        "title": format!("示例：通知{n}，{wording}"),
        "html": format!("<p>{wording}的正文{secret}{digits}</p>"),
        // Numbers are given in the order of dates.
        "published": format!("2026-{:02}-{:02}T09:00:00+08:00", n / 28 + 1, n % 28 + 1),
        "department": "温州市教育局",
        "kind": "通知",
    })
}

fn phone(n: u32, wording: usize) -> Value {
    let wording = WORDINGS.get(wording).copied().unwrap_or_default();
    json!({
        "id": n.to_string(),
        "name": format!("示例电话{n}，{wording}"),
        "phones": [{"number": "12345"}],
        "category": "示例",
        "note": format!("示例：{wording}"),
    })
}
