//! Faults of the app's core: the real command line, killed at one system call after another of a round, of a first
//! round and of a first start, or refused by its disk there.

use super::{
    Effort, Kind, Tally, choose_faults,
    city::{self, City, NOWHERE, Shown},
};
use crate::{
    fault::{Fault, Place, Program},
    mirror::{self, Answer, Mirror, Request},
    world::any_file_holds,
};
use anyhow::{Context, Result, ensure};
use rand::{SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, fs, path::Path, process::Output, thread, time::Duration};
use tempfile::TempDir;

/// What is killed, and between which moments it moves.
pub(super) struct Scene<'a> {
    pub name: &'static str,
    /// The folder it begins with; none for an app that was just installed.
    pub begins: Option<&'a Path>,
    pub args: &'a [&'a str],
    pub moments: [&'a Shown; 2],
    /// Its heads come first and its bodies later.
    pub bodies_follow: bool,
}

impl<'a> Scene<'a> {
    /// A round of a device that has the old city, and the first one of a device that has nothing.
    pub fn rounds(city: &'a City, used: &'a Path, empty: &'a Shown) -> [Self; 2] {
        let round = Self {
            name: "a round",
            begins: Some(used),
            args: &["--no-dump", "sync"],
            moments: [&city.old, &city.new],
            bodies_follow: false,
        };
        let first = Self {
            name: "a first round",
            begins: None,
            moments: [empty, &city.new],
            bodies_follow: true,
            ..round
        };
        [round, first]
    }
}

/// Kills the device's program, or refuses its writes, at as many places, a third of them in each of three scenes.
///
/// # Errors
/// The first place after which something was not as it must be.
pub async fn campaign(kind: Kind, effort: Effort) -> Result<Tally> {
    let name = match kind {
        Kind::Kill => "kill -9 of the device",
        Kind::Disk => "a device's disk refuses",
    };
    let mut tally = Tally::of(name, effort);
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let mirror = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    let empty = Shown::new();
    let bundled = first_start(&city).await?;
    let [round, first] = Scene::rounds(&city, &used, &empty);
    let scenes = [
        round,
        first,
        Scene {
            name: "a first start",
            begins: None,
            args: &["status"],
            moments: [&empty, &bundled],
            bodies_follow: true,
        },
    ];
    let mut rng = StdRng::seed_from_u64(effort.seed);
    for (n, scene) in scenes.iter().enumerate() {
        let record = TempDir::new()?;
        let program = begin(scene, record.path(), &mirror.address)?;
        let places = program.places(record.path())?;
        tally.add("places", places.len());
        let share = effort.faults * (n + 1) / scenes.len() - effort.faults * n / scenes.len();
        for (place, fault) in choose_faults(kind, &places, share, &mut rng) {
            let met = one(scene, (&place, fault), &mirror, &mut tally).await;
            let met = met.with_context(|| format!("{}, {fault:?} at {place}", scene.name))?;
            tally.count(if met { kind.happened() } else { "not met" });
        }
    }
    let happened = kind.happened();
    tally.at_least((tally.get(happened) + tally.get("not met")) * 2 / 3, happened)?;
    Ok(tally)
}

/// What a new device shows that has the dump of the program.
async fn first_start(city: &City) -> Result<Shown> {
    let folder = city.world.folder.path().join("bundled");
    let program = pocket(&folder, NOWHERE, &["status"])?;
    let output = program.run()?;
    ensure!(output.status.success(), "{output:?}");
    let shown = city::shown(&city::open(&folder, NOWHERE)?).await?;
    ensure!(!shown.is_empty(), "the program has no dump: cargo xtask dump");
    Ok(shown)
}

fn begin(scene: &Scene<'_>, folder: &Path, server: &str) -> Result<Program> {
    if let Some(begins) = scene.begins {
        mirror::copy(begins, folder)?;
    }
    let server = if scene.args.contains(&"sync") {
        server
    } else {
        NOWHERE
    };
    pocket(folder, server, scene.args)
}

fn pocket(folder: &Path, server: &str, args: &[&str]) -> Result<Program> {
    let folder = folder.to_str().context("a path that is not UTF-8")?;
    Program::new(
        "weimenhu-pocket",
        [&["--server", server, "--data-dir", folder], args].concat(),
    )
}

/// One fault, and everything that must hold after it. Answers whether it happened.
async fn one(
    scene: &Scene<'_>,
    (place, fault): (&Place, Fault),
    mirror: &Mirror,
    tally: &mut Tally,
) -> Result<bool> {
    let folder = TempDir::new()?;
    let program = begin(scene, folder.path(), &mirror.address)?;
    let ended = program.run_with(place, fault)?;
    ended.said_why(fault, &[1, 6])?;
    if fault != Fault::Kill {
        reading_goes_on(scene, folder.path())?;
    }
    holds(scene, &program, folder.path(), mirror, tally).await?;
    Ok(ended.met)
}

/// The old or the new, never a mix; and the next run, without the fault, ends at the new and fetches nothing twice.
pub(super) async fn holds(
    scene: &Scene<'_>,
    program: &Program,
    folder: &Path,
    mirror: &Mirror,
    tally: &mut Tally,
) -> Result<()> {
    let device = city::open(folder, NOWHERE)?;
    // After the start, which throws away what may hold the bytes of an erased record.
    let staged = staged(folder)?;
    ensure!(device.about().rebuilt_from.is_none(), "the cache was damaged");
    let shown = city::shown(&device).await?;
    city::at_one_of(&shown, &scene.moments, scene.bodies_follow)?;
    city::index_agrees(&device, &shown)?;
    if scene.begins.is_some() {
        city::marks_are_kept(&device)?;
    }
    device.check().await?;
    ensure!(device.about().rebuilt_from.is_none(), "a page was damaged");
    drop(device);
    let [old, new] = scene.moments;
    tally.count(if &shown == new {
        "all new"
    } else if &shown == old {
        "all old"
    } else {
        "some collections new"
    });

    let asked_before = mirror.log().len();
    let output = when_free(program)?;
    ensure!(output.status.success(), "the next run: {output:?}");
    let log = mirror.log().split_off(asked_before);
    tally.add("bytes not fetched again", resumed(&staged, &log)?);
    let device = city::open(folder, NOWHERE)?;
    let shown = city::shown(&device).await?;
    city::at_one_of(&shown, &[new], false)?;
    city::index_agrees(&device, &shown)?;
    if scene.begins.is_some() {
        city::marks_are_kept(&device)?;
    }
    drop(device);
    let erased = any_file_holds(folder, city::SECRET.as_bytes())?;
    ensure!(erased.is_empty(), "erased, and still in {erased:?}");
    Ok(())
}

/// A list can be read while the disk takes nothing at all.
fn reading_goes_on(scene: &Scene<'_>, folder: &Path) -> Result<()> {
    if scene.begins.is_none() {
        return Ok(());
    }
    let first_write = Place {
        call: "pwrite64".into(),
        nth: 1,
    };
    let list = pocket(folder, NOWHERE, &["--no-dump", "list", "notices"])?;
    let ended = list.run_with(&first_write, Fault::FromHere("ENOSPC"))?;
    let output = ended.output;
    ensure!(output.status.success(), "reading on a full disk: {output:?}");
    ensure!(!output.stdout.is_empty(), "nothing was read");
    Ok(())
}

/// Runs it, and again while the folder is in use: see [`city::open`].
fn when_free(program: &Program) -> Result<Output> {
    for _ in 0..500 {
        let output = program.run()?;
        if output.status.code() != Some(7) {
            return Ok(output);
        }
        thread::sleep(Duration::from_millis(10));
    }
    program.run()
}

/// What waits in the staging folder: bytes by name.
fn staged(folder: &Path) -> Result<BTreeMap<String, u64>> {
    let staging = folder.join("staging");
    let mut all = BTreeMap::new();
    if staging.exists() {
        for entry in fs::read_dir(staging)? {
            let entry = entry?;
            all.insert(
                entry.file_name().to_string_lossy().into_owned(),
                entry.metadata()?.len(),
            );
        }
    }
    Ok(all)
}

/// Holds that what was whole was not asked for again and what was half was continued. Answers the bytes that were
/// spared.
fn resumed(staged: &BTreeMap<String, u64>, log: &[Request]) -> Result<usize> {
    let mut spared = 0;
    for (name, size) in staged {
        let object = name.trim_end_matches(".part");
        let asked: Vec<&Request> = log.iter().filter(|r| r.path.ends_with(object)).collect();
        let half = name.ends_with(".part");
        match asked.first() {
            Some(first) if half => ensure!(
                first.from == *size,
                "{size} bytes of {object} were here: {asked:?}"
            ),
            Some(_) => anyhow::bail!("{object} was whole: {asked:?}"),
            None => {}
        }
        ensure!(asked.len() <= 1, "{object} was asked for {} times", asked.len());
        spared += usize::try_from(*size)?;
    }
    Ok(spared)
}
