//! The sample city: imported, signed with the demo keys and published by the real server; the dump that the app
//! brings along and the demo server's content are this one publication.
//!
//! It is made anew each day: the demo's letters began so many working days ago, and in the sample of last week every
//! light is red. Rejected: dates that the server moves as it runs, which would be a second truth about every letter.

use crate::process::{self, built, cargo, command, root, run, target};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Makes the dump if the sample is newer or it is of another day, and answers where the server's data are.
pub fn dump() -> Result<PathBuf> {
    // With the selection of everything else, so that the server is not built twice.
    cargo(&[&process::ALL[..], &["--bin", "weimenhu-server"]].concat())?;
    let (data, sample, dump) = (
        target().join("demo"),
        root().join("assets/wenzhou/sample"),
        root().join("assets/wenzhou/dump.tar"),
    );
    let made = fs::metadata(&dump).and_then(|m| m.modified()).ok();
    let holds = |made| {
        let unchanged = newest(&sample).is_ok_and(|changed| changed < made);
        data.exists() && unchanged && city_day(made) == city_day(SystemTime::now())
    };
    if made.is_some_and(holds) {
        return Ok(data);
    }
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let server = |args: &[&str]| run(&mut command(&built("weimenhu-server").to_string_lossy(), args));
    fn text(path: &Path) -> Result<&str> {
        path.to_str().context("a path that is not UTF-8")
    }
    server(&[
        "demo",
        "--no-serve",
        "--sample",
        text(&sample)?,
        "--data-dir",
        text(&data)?,
    ])?;
    server(&["dump", "--data-dir", text(&data)?, "--out", text(&dump)?])?;
    Ok(data)
}

/// The number of a day in the city, which keeps UTC+8 all year.
fn city_day(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    (since.as_secs() + 8 * 3600) / (24 * 3600)
}

fn newest(folder: &Path) -> Result<SystemTime> {
    let mut newest = fs::metadata(folder)?.modified()?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let changed = if entry.file_type()?.is_dir() {
            self::newest(&entry.path())?
        } else {
            entry.metadata()?.modified()?
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_day_of_the_city_begins_at_four_in_the_afternoon_of_greenwich() {
        let midnight = UNIX_EPOCH + Duration::from_secs(20_000 * 24 * 3600 + 16 * 3600);
        let before = midnight - Duration::from_secs(1);
        let evening = midnight + Duration::from_secs(24 * 3600 - 1);
        assert_eq!(city_day(before) + 1, city_day(midnight));
        assert_eq!(city_day(midnight), city_day(evening));
    }
}
