//! Answers that are small on the wire and large in memory, or that never end: what the real command line takes for
//! them at its peak. Some are signed: by a thief of the head key, for nobody else can name an object.

use super::{Effort, Tally, city::City};
use crate::{
    forge,
    mirror::{self, Answer, Mirror},
    world::program,
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;
use weimenhu_domain::{record::Sha256, wire::MAX_RAW_OBJECT};

/// A gibibyte of nothing, which is 32 KB of zstd.
const BOMB: usize = 1 << 30;
/// What a lying mirror may make the program take, in MiB: a few of its objects, and what the program takes anyway.
const BY_A_MIRROR: usize = 128;
/// What a thief of the head key may: one object of the largest size allowed, and what the program takes anyway.
const BY_A_THIEF: usize = BY_A_MIRROR + (MAX_RAW_OBJECT >> 20) as usize;

/// Throws them all.
///
/// # Errors
/// When one was accepted, or took more memory than it may.
pub async fn campaign(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("peak memory in MiB", effort);
    let city = City::found(80).await?;
    let used = city.used_device().await?;
    let honest = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    tally.add("an honest round", peak(&used, &honest, true)?);
    for (name, part) in [
        ("an endless head", "sync/v1/head"),
        ("an endless object", "sync/v1/o/"),
    ] {
        let endless = Mirror::serve(city.after.clone(), move |request| {
            if request.path.starts_with(part) {
                Answer::Endless
            } else {
                Answer::Well
            }
        })?;
        tally.add(name, bounded(name, peak(&used, &endless, false)?, BY_A_MIRROR)?);
    }
    let bomb = zstd::encode_all(&vec![0; BOMB][..], 1)?;
    for (name, raw_size, limit) in [
        ("a signed bomb that says it is small", 1000, BY_A_MIRROR),
        ("a signed bomb that says what it is", BOMB as u64, BY_A_MIRROR),
        ("a signed object of the largest size", MAX_RAW_OBJECT, BY_A_THIEF),
    ] {
        let object = match raw_size {
            MAX_RAW_OBJECT => zstd::encode_all(&vec![0; MAX_RAW_OBJECT as usize][..], 1)?,
            _ => bomb.clone(),
        };
        let tree = signed(&city, Some((&object, raw_size)))?;
        let mirror = Mirror::serve(tree.path().to_owned(), |_| Answer::Well)?;
        tally.add(name, bounded(name, peak(&used, &mirror, false)?, limit)?);
    }
    let tree = signed(&city, None)?;
    let mirror = Mirror::serve(tree.path().to_owned(), |_| Answer::Well)?;
    let name = "a signed index that is a bomb";
    tally.add(name, bounded(name, peak(&used, &mirror, false)?, BY_A_MIRROR)?);
    Ok(tally)
}

fn bounded(name: &str, peak: usize, limit: usize) -> Result<usize> {
    ensure!(peak <= limit, "{name} took {peak} MiB, {limit} are allowed");
    Ok(peak)
}

/// The city with notices whose only segment is this object, or whose index is a bomb, under the demo's head key.
fn signed(city: &City, segment: Option<(&[u8], u64)>) -> Result<TempDir> {
    let tree = TempDir::new()?;
    mirror::copy(&city.after, tree.path())?;
    let objects = tree.path().join("sync/v1/o");
    let put = |bytes: &[u8]| -> Result<String> {
        let sha = Sha256::of(bytes).to_string();
        fs::write(objects.join(&sha), bytes)?;
        Ok(sha)
    };
    let head = tree.path().join("sync/v1/head");
    let old = fs::read(&head)?;
    let named = forge::payload(&old)?;
    let named = named
        .pointer("/collections/notices/index")
        .and_then(Value::as_str);
    let packed = match segment {
        Some((object, raw_size)) => {
            let index = fs::read(objects.join(named.context("no index")?))?;
            let mut index: Value = serde_json::from_slice(&zstd::decode_all(&index[..])?)?;
            let epoch = index.get("epoch").cloned().context("no epoch")?;
            let only = json!([{"from": 0, "to": epoch, "sha": put(object)?, "size": object.len(), "raw_size": raw_size}]);
            let segments = index.get_mut("segments").context("no segments")?;
            *segments = only;
            zstd::encode_all(index.to_string().as_bytes(), 3)?
        }
        None => zstd::encode_all(&vec![b' '; BOMB][..], 1)?,
    };
    let sha = put(&packed)?;
    let changed = forge::reissue(&old, |head| {
        if let Some(entry) = head.pointer_mut("/collections/notices") {
            entry["index"] = json!(sha);
            entry["index_size"] = json!(packed.len());
        }
    })?;
    fs::write(head, changed)?;
    Ok(tree)
}

/// The peak of one round, in MiB, from a copy of this folder. It must end well or not.
fn peak(used: &Path, mirror: &Mirror, ends_well: bool) -> Result<usize> {
    let folder = TempDir::new()?;
    mirror::copy(used, folder.path())?;
    let mut child = Command::new(program("weimenhu-pocket")?)
        .args(["--no-dump", "--server", &mirror.address, "--data-dir"])
        .arg(folder.path())
        .arg("sync")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let status = loop {
        peak = resident(&child).unwrap_or(0).max(peak);
        match child.try_wait()? {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    ensure!(status.success() == ends_well, "it ended with {status}");
    ensure!(peak > 0, "its memory was never seen");
    Ok(peak)
}

/// The kernel's own high-water mark, so that what lies between two looks is seen too.
fn resident(child: &Child) -> Option<usize> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: usize = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib.div_ceil(1024))
}
