//! The server's publisher is killed, or refused by its disk: one chain of heads, contiguous epochs, no file that nobody knows.

use super::{
    Effort, Kind, Tally, choose_faults,
    city::{self, City, Shown},
};
use crate::{
    fault::{Fault, Place, Program},
    mirror,
    world::any_file_holds,
};
use anyhow::{Context, Result, ensure};
use data_encoding::BASE64;
use rand::{SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};
use tempfile::TempDir;
use weimenhu_domain::wire::{Envelope, Head, Index};

const ERASE: [&str; 6] = ["redact", "notices", "7", "--reason", "个人信息", "--yes"];

/// A command of the server, where it begins, and what came of it when nothing happened.
pub(super) struct Scene<'a> {
    pub name: &'static str,
    pub begins: &'a Path,
    pub args: &'a [&'a str],
    old: Shown,
    new: Shown,
    ver: u64,
    indexes: BTreeMap<String, Index>,
}

/// Kills the publisher, or refuses its writes, at as many places: half while it publishes, half while it erases.
///
/// # Errors
/// The first place after which something was not as it must be.
pub async fn campaign(kind: Kind, effort: Effort) -> Result<Tally> {
    let name = match kind {
        Kind::Kill => "kill -9 of the publisher",
        Kind::Disk => "a publisher's disk refuses",
    };
    let mut tally = Tally::of(name, effort);
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let mut rng = StdRng::seed_from_u64(effort.seed);
    for (n, scene) in scenes(&city).await?.into_iter().enumerate() {
        let folder = TempDir::new()?;
        let places = begin(scene.begins, scene.args, folder.path())?.places(folder.path())?;
        tally.add("places", places.len());
        for (place, fault) in choose_faults(kind, &places, (effort.faults + n) / 2, &mut rng) {
            let met = one(&scene, (&city, &used), (&place, fault), &mut tally).await;
            let met = met.with_context(|| format!("{}, {fault:?} at {place}", scene.name))?;
            tally.count(if met { kind.happened() } else { "not met" });
        }
    }
    let happened = kind.happened();
    tally.at_least((tally.get(happened) + tally.get("not met")) * 2 / 3, happened)?;
    Ok(tally)
}

/// Publishing and erasing, each run once undisturbed.
pub(super) async fn scenes(city: &City) -> Result<Vec<Scene<'_>>> {
    let commands = [
        ("publishing", &city.waiting, &["publish"][..]),
        ("erasing", &city.published, &ERASE),
    ];
    let mut scenes = Vec::new();
    for (name, begins, args) in commands {
        let folder = TempDir::new()?;
        let output = begin(begins, args, folder.path())?.run()?;
        ensure!(output.status.success(), "{name} undisturbed: {output:?}");
        scenes.push(Scene {
            name,
            begins,
            args,
            old: city::moment(&city.world, &begins.join("objects")).await?,
            new: city::moment(&city.world, &folder.path().join("objects")).await?,
            ver: head(folder.path())?.ver,
            indexes: indexes(folder.path())?,
        });
    }
    Ok(scenes)
}

fn begin(from: &Path, args: &[&str], folder: &Path) -> Result<Program> {
    mirror::copy(from, folder)?;
    server(folder, args)
}

fn server(folder: &Path, args: &[&str]) -> Result<Program> {
    let folder = folder.to_str().context("a path that is not UTF-8")?;
    Program::new("weimenhu-server", [args, &["--data-dir", folder]].concat())
}

/// One fault, and everything that must hold after it. Answers whether it happened.
async fn one(
    scene: &Scene<'_>,
    (city, used): (&City, &Path),
    (place, fault): (&Place, Fault),
    tally: &mut Tally,
) -> Result<bool> {
    let data = TempDir::new()?;
    let ended = begin(scene.begins, scene.args, data.path())?.run_with(place, fault)?;
    ended.said_why(fault, &[1])?;
    holds(scene, (city, used), data.path(), tally).await?;
    Ok(ended.met)
}

/// What is served is whole, at once and without the publisher; the next run, without the fault, ends where it would
/// have ended, and leaves nothing behind.
pub(super) async fn holds(
    scene: &Scene<'_>,
    (city, used): (&City, &Path),
    data: &Path,
    tally: &mut Tally,
) -> Result<()> {
    let phone = TempDir::new()?;
    mirror::copy(used, phone.path())?;
    let device = city::open(phone.path(), &mirror::serve(data.join("objects"))?)?;
    device.sync().await.context("a device, right after the fault")?;
    city::at_one_of(&city::shown(&device).await?, &[&scene.old, &scene.new], false)?;
    let (before, served) = (head(scene.begins)?.ver, head(data)?.ver);
    ensure!(
        (before..=scene.ver).contains(&served),
        "ver {before}, then {served}"
    );
    tally.count(if served == scene.ver {
        "head new"
    } else {
        "head old"
    });

    let orphans = strangers(data)?.len();
    tally.add("orphans", orphans);
    expire_lease(data)?;
    let output = server(data, scene.args)?.run()?;
    ensure!(output.status.success(), "the next run: {output:?}");
    let ver = head(data)?.ver;
    ensure!(
        ver == scene.ver,
        "ver {before}, {served}, {ver} instead of {}",
        scene.ver
    );
    epochs_are_contiguous(&indexes(data)?, &scene.indexes)?;
    device.sync().await.context("a device, after the next run")?;
    city::at_one_of(&city::shown(&device).await?, &[&scene.new], false)?;
    let fresh = city::moment(&city.world, &data.join("objects")).await?;
    city::at_one_of(&fresh, &[&scene.new], false)?;

    // An erasure leaves no file that the database does not know.
    let output = server(data, &ERASE)?.run()?;
    ensure!(output.status.success(), "the erasure: {output:?}");
    let left = strangers(data)?;
    ensure!(left.is_empty(), "nobody knows {left:?}");
    let erased = any_file_holds(&data.join("objects"), city::SECRET.as_bytes())?;
    ensure!(erased.is_empty(), "erased, and still in {erased:?}");
    Ok(())
}

/// The head that is served.
fn head(data: &Path) -> Result<Head> {
    let envelope: Envelope = serde_json::from_slice(&fs::read(data.join("objects/sync/v1/head"))?)?;
    Ok(serde_json::from_slice(
        &BASE64.decode(envelope.payload.as_bytes())?,
    )?)
}

/// The indexes that it names.
fn indexes(data: &Path) -> Result<BTreeMap<String, Index>> {
    let read = |(name, at): (String, weimenhu_domain::wire::CollectionHead)| {
        let packed = fs::read(data.join("objects/sync/v1/o").join(at.index.to_string()))?;
        Ok((name, serde_json::from_slice(&zstd::decode_all(&packed[..])?)?))
    };
    head(data)?.collections.into_iter().map(read).collect()
}

/// Every collection ends at the epoch it would have reached undisturbed, with the same records, and a device at any
/// epoch above the floor has a way there.
fn epochs_are_contiguous(now: &BTreeMap<String, Index>, undisturbed: &BTreeMap<String, Index>) -> Result<()> {
    ensure!(now.len() == undisturbed.len(), "other collections");
    for (name, index) in now {
        let other = undisturbed.get(name).context("another collection")?;
        ensure!(
            (index.epoch, index.count, index.digest) == (other.epoch, other.count, other.digest),
            "{name}: epoch {} with {} records instead of {} with {}",
            index.epoch,
            index.count,
            other.epoch,
            other.count
        );
        for local in index.floor..=index.epoch {
            ensure!(index.cover(local).is_some(), "{name}: no way from {local}");
        }
    }
    Ok(())
}

/// Files of the tree that no row names, and what is half-written beside it.
fn strangers(data: &Path) -> Result<BTreeSet<String>> {
    let db = Connection::open(data.join("weimenhu.sqlite"))?;
    let mut query = db.prepare("SELECT sha FROM object")?;
    let known: BTreeSet<String> = query.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let mut found = BTreeSet::new();
    for folder in ["objects/sync/v1/o", "objects/.scratch"] {
        for entry in fs::read_dir(data.join(folder))? {
            found.insert(entry?.file_name().to_string_lossy().into_owned());
        }
    }
    found.remove("head.lock");
    Ok(&found - &known)
}

/// As if half a minute had passed: the dead publisher's right has run out.
pub(super) fn expire_lease(data: &Path) -> Result<()> {
    let db = Connection::open(data.join("weimenhu.sqlite"))?;
    db.execute("UPDATE lease SET expires_ms = 0", [])?;
    Ok(())
}
