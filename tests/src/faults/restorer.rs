//! A backup is killed while it is taken, and a restore while it sets a city up: the tar is whole or not there, and the
//! place of the restored city is whole or says itself that it is not.

use super::{
    Effort, Tally,
    city::{self, City, Shown},
};
use crate::{
    fault::{Fault, Place, Program, choose},
    mirror,
};
use anyhow::{Context, Result, ensure};
use rand::{SeedableRng, rngs::StdRng};
use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// How a restore begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    /// The machine is lost with everything on it; keys are in the tar, and a mirror tells what was served.
    Nothing,
    /// The objects and the keys survived, and the database did not.
    Objects,
}

struct Scene<'a> {
    city: &'a City,
    /// With the keys in it.
    tar: PathBuf,
    /// What the city showed.
    shown: Shown,
    from: From,
}

/// Kills a backup and two kinds of restore, at as many places.
///
/// # Errors
/// The first place after which something was not as it must be.
pub async fn campaign(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("kill -9 of a backup and of a restore", effort);
    let mut rng = StdRng::seed_from_u64(effort.seed);
    let city = City::found(80).await?;
    let shown = city::moment(&city.world, &city.published.join("objects")).await?;
    let folder = TempDir::new()?;
    let tar = folder.path().join("night.tar");
    taking(&city, &tar, effort.faults / 3, &mut tally, &mut rng)?;
    for (n, from) in [From::Nothing, From::Objects].into_iter().enumerate() {
        let scene = Scene {
            city: &city,
            tar: tar.clone(),
            shown: shown.clone(),
            from,
        };
        let data = TempDir::new()?;
        let places = scene.begin(data.path())?.places(data.path())?;
        tally.add("places", places.len());
        for place in choose(&places, (effort.faults + n) / 3, &mut rng) {
            let met = scene.one(&place, &mut tally).await;
            let met = met.with_context(|| format!("a restore from {from:?}, killed at {place}"))?;
            tally.count(if met { "killed" } else { "not met" });
        }
    }
    tally.at_least((tally.get("killed") + tally.get("not met")) * 2 / 3, "killed")?;
    Ok(tally)
}

fn server(data: &Path, args: &[&OsStr]) -> Result<Program> {
    let place = [OsStr::new("--data-dir"), data.as_os_str()];
    Program::new("weimenhu-server", args.iter().chain(&place))
}

/// Every kill leaves no tar or a whole one, and the next night takes one.
fn taking(city: &City, tar: &Path, many: usize, tally: &mut Tally, rng: &mut StdRng) -> Result<()> {
    let backup = |out: &Path| {
        let args = [OsStr::new("backup"), out.as_os_str(), OsStr::new("--with-keys")];
        server(&city.published, &args)
    };
    let folder = TempDir::new()?;
    let places = backup(&folder.path().join("recorded.tar"))?.places(folder.path())?;
    tally.add("places", places.len());
    for place in choose(&places, many, rng) {
        let night = TempDir::new()?;
        let out = night.path().join("night.tar");
        let ended = backup(&out)?.run_with(&place, Fault::Kill)?;
        tally.count(if ended.met { "killed" } else { "not met" });
        if out.exists() {
            tally.count("tar whole");
            restores(city, &out).with_context(|| format!("a backup killed at {place}"))?;
            fs::remove_file(&out)?;
        }
        let again = backup(&out)?.run()?;
        ensure!(again.status.success(), "the next night, after {place}: {again:?}");
        let left: Vec<_> = fs::read_dir(night.path())?.collect::<Result<_, _>>()?;
        ensure!(left.len() == 1, "beside the tar, after {place}: {left:?}");
    }
    let output = backup(tar)?.run()?;
    ensure!(output.status.success(), "{output:?}");
    Ok(())
}

fn restores(city: &City, tar: &Path) -> Result<()> {
    let data = TempDir::new()?;
    let output = restore(city, tar, From::Nothing, data.path())?.run()?;
    ensure!(output.status.success(), "it is there and not whole: {output:?}");
    Ok(())
}

fn restore(city: &City, tar: &Path, from: From, data: &Path) -> Result<Program> {
    let served = city.published.join("objects/sync/v1");
    let mut args = vec![OsStr::new("restore"), tar.as_os_str()];
    match from {
        From::Nothing => args.extend([OsStr::new("--served"), served.as_os_str()]),
        From::Objects => {
            for folder in ["objects", "keys"] {
                mirror::copy(&city.published.join(folder), &data.join(folder))?;
            }
        }
    }
    server(data, &args)
}

impl Scene<'_> {
    fn begin(&self, data: &Path) -> Result<Program> {
        restore(self.city, &self.tar, self.from, data)
    }

    /// One kill, and everything that must hold after it. Answers whether it happened.
    async fn one(&self, place: &Place, tally: &mut Tally) -> Result<bool> {
        let data = TempDir::new()?;
        let restore = self.begin(data.path())?;
        let ended = restore.run_with(place, Fault::Kill)?;
        ended.said_why(Fault::Kill, &[1])?;
        let begun = data.path().join("restoring").exists();
        let whole = data.path().join("weimenhu.sqlite").exists();
        if !whole && begun {
            // What begins a city elsewhere must not begin an empty one here, to be published over the old objects.
            let rows = self.city.world.folder.path().join("notices.jsonl");
            let import = [OsStr::new("import"), OsStr::new("notices"), rows.as_os_str()];
            let begun = server(data.path(), &import)?.run()?;
            let why = String::from_utf8_lossy(&begun.stderr).into_owned();
            ensure!(
                begun.status.code() == Some(2) && why.contains("restore"),
                "an unfinished restore is taken for a city: {begun:?}"
            );
            tally.count("refused as unfinished");
        }
        if !whole {
            let again = restore.run()?;
            ensure!(again.status.success(), "begun again: {again:?}");
        } else {
            tally.count("whole");
            super::publisher::expire_lease(data.path())?;
        }
        let published = server(data.path(), &[OsStr::new("publish")])?.run()?;
        ensure!(published.status.success(), "{published:?}");
        ensure!(
            !data.path().join("restoring").exists(),
            "what was unpacked is still there, letters among it"
        );
        let fresh = city::moment(&self.city.world, &data.path().join("objects")).await?;
        city::at_one_of(&fresh, &[&self.shown], false)?;
        Ok(ended.met)
    }
}
