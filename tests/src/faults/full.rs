//! A disk that really is full, the device's and the publisher's: a small file system in memory, one size after another,
//! so that it is full at one write after another. Here every kind of write fails: `write` into a half-fetched object, SQLite's `pwrite64`, the page of
//! its shared memory, the name of a new file. strace cannot refuse `write` (see [`super::Kind`]): threads wake each
//! other by it.
//!
//! The file system is mounted in a name space of its own (`unshare`), which ends with the program: nothing stays behind.

use super::{
    Effort, Tally,
    city::{City, Shown},
    kill::{Scene, holds},
    publisher,
};
use crate::{
    fault::Program,
    mirror::{Answer, Mirror},
};
use anyhow::{Context, Result, ensure};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// What runs inside: `$1` where to mount, `$2` what it begins with (or nothing), `$3` where the end is kept, `$4` the
/// size; then the program. A device's list is read while the disk is still full. Ends as the program, or with 99 when
/// even the beginning does not fit.
const INSIDE: &str = r#"
mount -t tmpfs -o "size=$4,mode=700" none "$1" || exit 98
[ -z "$2" ] || cp -a "$2/." "$1" 2>/dev/null || exit 99
at=$1; begins=$2; end=$3; shift 4
"$@"; code=$?
if [ -n "$begins" ] && [ "${1##*/}" = weimenhu-pocket ]; then
    "$1" --no-dump --server http://127.0.0.1:9 --data-dir "$at" list notices >"$end/list" 2>"$end/list.said"
    echo $? >"$end/list.code"
fi
cp -a "$at" "$end/after"
exit $code
"#;
const PAGE: u64 = 4096;
/// Nothing here needs more.
const AMPLE: u64 = 64 << 20;

/// Whether a file system can be mounted here: as root, or where the kernel lets everybody have name spaces.
pub fn possible() -> bool {
    let tried = unshare().args(["sh", "-c", "mount -t tmpfs none /mnt"]).output();
    tried.is_ok_and(|o| o.status.success())
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount"]);
    command
}

/// Fills the disk of the device at as many sizes: half of them in a round, half in a first round.
///
/// # Errors
/// The first size at which something was not as it must be.
pub async fn campaign(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("a device's disk is full", effort);
    ensure!(possible(), "no file system can be mounted here");
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let mirror = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    let empty = Shown::new();
    let scenes = Scene::rounds(&city, &used, &empty);
    let mut rng = StdRng::seed_from_u64(effort.seed);
    for scene in &scenes {
        let fits = smallest(|end, bytes| run(scene, &mirror.address, end, bytes))?;
        let begins = scene.begins.map_or(Ok(0), size)?;
        tally.add("sizes", usize::try_from((fits - begins) / PAGE)?);
        for _ in 0..effort.faults / scenes.len() {
            let bytes = rng.random_range(begins / PAGE..fits / PAGE) * PAGE;
            let full = one(scene, bytes, &mirror, &mut tally).await;
            let full = full.with_context(|| format!("{}, a disk of {bytes} bytes", scene.name))?;
            tally.count(if full { "full" } else { "room enough" });
        }
    }
    tally.at_least(effort.faults / 2, "full")?;
    Ok(tally)
}

/// The smallest disk on which the whole scene finds room, by halving.
fn smallest(run: impl Fn(&Path, u64) -> Result<Output>) -> Result<u64> {
    let (mut no, mut yes) = (0, AMPLE / PAGE);
    while yes - no > 1 {
        let middle = u64::midpoint(no, yes);
        let end = TempDir::new()?;
        if run(end.path(), middle * PAGE)?.status.success() {
            yes = middle;
        } else {
            no = middle;
        }
    }
    ensure!(yes * PAGE < AMPLE, "more than {AMPLE} bytes are needed");
    Ok(yes * PAGE)
}

fn run(scene: &Scene<'_>, server: &str, end: &Path, bytes: u64) -> Result<Output> {
    let args = [&["--server", server], scene.args].concat();
    inside(("weimenhu-pocket", &args), scene.begins, end, bytes)
}

/// Runs a program with its data folder on a disk of so many bytes, which begins as `begins`; its end is in `end/after`.
fn inside((name, args): (&str, &[&str]), begins: Option<&Path>, end: &Path, bytes: u64) -> Result<Output> {
    let at = end.join("disk");
    fs::create_dir(&at)?;
    let mut command = unshare();
    command.args(["sh", "-c", INSIDE, "sh"]);
    command.arg(&at).arg(begins.unwrap_or(Path::new("")));
    command.arg(end).arg(bytes.to_string());
    command.arg(crate::world::program(name)?).args(args);
    command.arg("--data-dir").arg(&at);
    command.output().context("unshare: apt-get install util-linux")
}

/// Fills the disk of the publisher at as many sizes: half while it publishes, half while it erases.
///
/// # Errors
/// The first size at which something was not as it must be.
pub async fn publisher(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("a publisher's disk is full", effort);
    ensure!(possible(), "no file system can be mounted here");
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let mut rng = StdRng::seed_from_u64(effort.seed);
    for scene in publisher::scenes(&city).await? {
        let run = |end: &Path, bytes| inside(("weimenhu-server", scene.args), Some(scene.begins), end, bytes);
        let (fits, begins) = (smallest(run)?, size(scene.begins)?);
        tally.add("sizes", usize::try_from((fits - begins) / PAGE)?);
        for _ in 0..effort.faults / 2 {
            let bytes = rng.random_range(begins / PAGE..fits / PAGE) * PAGE;
            let end = TempDir::new()?;
            let output = run(end.path(), bytes)?;
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            match output.status.code() {
                Some(99) => {
                    tally.count("room for nothing");
                    continue;
                }
                Some(0) => tally.count("room enough"),
                Some(1) if !said.is_empty() && !said.contains("panicked") => tally.count("full"),
                other => anyhow::bail!("{}, {bytes} bytes: {other:?}: {said}", scene.name),
            }
            let after = end.path().join("after");
            let holds = publisher::holds(&scene, (&city, &used), &after, &mut tally).await;
            holds.with_context(|| format!("{}, a disk of {bytes} bytes", scene.name))?;
        }
    }
    tally.at_least(effort.faults / 2, "full")?;
    Ok(tally)
}

/// One size, and everything that must hold after it. Answers whether the disk was full.
async fn one(scene: &Scene<'_>, bytes: u64, mirror: &Mirror, tally: &mut Tally) -> Result<bool> {
    let end = TempDir::new()?;
    let output = run(scene, &mirror.address, end.path(), bytes)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(99) => return Ok(false),
        Some(0) => {}
        Some(6) => ensure!(!said.is_empty() && !said.contains("panicked"), "{said}"),
        other => anyhow::bail!("ended with {other:?}: {said}"),
    }
    if scene.begins.is_some() {
        let code = fs::read_to_string(end.path().join("list.code"))?;
        let why = fs::read_to_string(end.path().join("list.said"))?;
        ensure!(code.trim() == "0", "reading on a full disk: {code}{why}");
        ensure!(
            fs::metadata(end.path().join("list"))?.len() > 0,
            "nothing was read"
        );
    }
    // There is room again.
    let after = end.path().join("after");
    let folder = after.to_str().context("a path that is not UTF-8")?;
    let args = [&["--server", &mirror.address, "--data-dir", folder], scene.args].concat();
    let next = Program::new("weimenhu-pocket", args)?;
    holds(scene, &next, &after, mirror, tally).await?;
    Ok(!output.status.success())
}

/// What a folder takes on such a disk: whole pages.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len().div_ceil(PAGE) * PAGE
        };
    }
    Ok(bytes)
}
