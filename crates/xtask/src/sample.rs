//! The sample city: imported, signed with the demo keys and published by the real server; the dump that the app
//! brings along and the demo server's content are this one publication.

use crate::process::{self, built, cargo, command, root, run, target};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Makes the dump if the sample is newer, and answers where the server's data are.
pub fn dump() -> Result<PathBuf> {
    // With the selection of everything else, so that the server is not built twice.
    cargo(&[&process::ALL[..], &["--bin", "weimenhu-server"]].concat())?;
    let (data, sample, dump) = (
        target().join("demo"),
        root().join("assets/wenzhou/sample"),
        root().join("assets/wenzhou/dump.tar"),
    );
    let made = fs::metadata(&dump).and_then(|m| m.modified()).ok();
    if made.is_some_and(|made| data.exists() && newest(&sample).is_ok_and(|changed| changed < made)) {
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
