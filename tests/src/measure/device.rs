//! A device at work: the program without a window, in a process of its own.

use super::{
    city::Grown,
    median,
    process::{children_cpu_s, pss_kib},
};
use crate::{
    mirror::{self, Answer, Mirror},
    world::{device_config, open_device, program},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use weimenhu_core::view::ListQuery;
use weimenhu_domain::{
    Collection,
    wire::{Change, read_operations},
};

/// One run of the device's program.
struct Run {
    s: f64,
    cpu_s: f64,
    pss_mb: f64,
}

/// A first synchronisation. The device that made it stays, for what changes next.
///
/// # Errors
/// When it fails.
pub fn first(grown: &mut Grown, rounds: usize) -> Result<Value> {
    let mirror = Mirror::serve(grown.world.data().join("objects"), |_| Answer::Well)?;
    run(&used(grown), &mirror.address)?;
    let log = mirror.log();
    let bytes: u64 = log.iter().map(|r| r.sent).sum();
    grown.world.start()?;
    let mut runs = Vec::new();
    for _ in 0..rounds {
        let fresh = TempDir::new()?;
        runs.push(run(fresh.path(), &grown.world.address())?);
    }
    grown.world.cut();
    let heads = grown.index()?.snapshot.map_or(0, |s| s.heads.size);
    let of = |get: fn(&Run) -> f64| median(runs.iter().map(get).collect());
    Ok(
        json!({"mb": mb(bytes), "heads_mb": mb(heads), "requests": log.len(), "s": of(|r| r.s),
        "cpu_s": of(|r| r.cpu_s), "pss_mb": of(|r| r.pss_mb)}),
    )
}

/// The cache of a device that has everything.
///
/// # Errors
/// When synchronising fails.
pub fn filled(grown: &Grown) -> Result<PathBuf> {
    let mirror = Mirror::serve(grown.world.data().join("objects"), |_| Answer::Well)?;
    run(&used(grown), &mirror.address)?;
    Ok(used(grown))
}

/// So many records change, and the device that had them all learns of it.
///
/// # Errors
/// When it fails.
pub fn delta(grown: &mut Grown, changed: usize, rounds: usize) -> Result<Value> {
    let from = grown.index()?.epoch;
    let before = TempDir::new()?;
    mirror::copy(&used(grown), before.path())?;
    let published = children_cpu_s()?;
    grown.change(changed)?;
    let published = children_cpu_s()? - published;
    let index = grown.index()?;
    ensure!(
        index.epoch == from + changed as u64,
        "{from} to {} is not {changed}",
        index.epoch
    );
    let mut records = Vec::new();
    for segment in index.cover(from).context("no way from the epoch before")? {
        for operation in read_operations(&grown.object(&segment.object.sha.to_string())?)? {
            if let Change::Put(wire) = operation.change {
                records.push(wire);
            }
        }
    }
    ensure!(
        records.len() == changed,
        "{} records on their way, not {changed}",
        records.len()
    );
    let limit = zstd::bulk::compress(records.join("\n").as_bytes(), 19)?.len() as u64;

    let mirror = Mirror::serve(grown.world.data().join("objects"), |_| Answer::Well)?;
    run(&used(grown), &mirror.address)?;
    let log = mirror.log();
    let bytes: u64 = log.iter().map(|r| r.sent).sum();
    let segments: u64 = index
        .cover(from)
        .into_iter()
        .flatten()
        .map(|s| s.object.size)
        .sum();
    grown.world.start()?;
    let mut runs = Vec::new();
    for _ in 0..rounds {
        let copy = TempDir::new()?;
        mirror::copy(before.path(), copy.path())?;
        runs.push(run(copy.path(), &grown.world.address())?);
    }
    grown.world.cut();
    let of = |get: fn(&Run) -> f64| median(runs.iter().map(get).collect());
    Ok(
        json!({"changed": changed, "publish_cpu_s": published, "bytes": bytes, "segment": segments, "limit": limit,
        "ratio": segments as f64 / limit as f64, "requests": log.len(), "s": of(|r| r.s), "cpu_s": of(|r| r.cpu_s)}),
    )
}

/// The app's start on this cache, and pages of a list.
///
/// # Errors
/// When it cannot be opened.
pub fn opened(grown: &Grown, rounds: usize) -> Result<Value> {
    let folder = used(grown);
    let size = ["city.db", "city.db-wal"]
        .iter()
        .filter_map(|name| fs::metadata(folder.join(name)).ok());
    let size: u64 = size.map(|m| m.len()).sum();
    let (mut opens, mut pages, mut middles) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds * 5 {
        let begun = Instant::now();
        let device = open_device(|| device_config(&folder, ""))?;
        opens.push(ms(begun));
        for (offset, times) in [(0, &mut pages), (grown.records / 2, &mut middles)] {
            let begun = Instant::now();
            let page = device.list(&ListQuery {
                collection: Collection::News,
                filter: Default::default(),
                offset,
                limit: 50,
            })?;
            times.push(ms(begun));
            ensure!(page.total == grown.records, "{} records", page.total);
        }
    }
    Ok(
        json!({"database_mb": mb(size), "open_ms": median(opens), "page_ms": median(pages), "middle_ms": median(middles)}),
    )
}

/// The device that has everything.
fn used(grown: &Grown) -> PathBuf {
    grown.world.folder.path().join("device")
}

fn run(folder: &Path, server: &str) -> Result<Run> {
    let before = children_cpu_s()?;
    let begun = Instant::now();
    let mut child = Command::new(program("weimenhu-pocket")?)
        .args(["--no-dump", "--server", server, "--data-dir"])
        .arg(folder)
        .arg("sync")
        .stdout(Stdio::null())
        .spawn()?;
    let mut pss = 0;
    let status = loop {
        pss = pss.max(pss_kib(child.id()).unwrap_or(0));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(5));
    };
    ensure!(status.success(), "sync: {status}");
    Ok(Run {
        s: begun.elapsed().as_secs_f64(),
        cpu_s: children_cpu_s()? - before,
        pss_mb: pss as f64 / 1024.0,
    })
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
