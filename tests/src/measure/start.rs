//! The app's start: from the birth of its process to the first row that can be read and to the first that can be opened,
//! and the memory of all its processes, beside a window with nothing in it. Both are driven alike, so that what the driver
//! costs is in both.

use super::{
    city::Grown,
    device, median,
    process::{TICKS, pss_kib, stat},
};
use crate::{
    window::{Window, driven},
    world::program,
};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// A row of a list.
const ROW: &str = "[data-testid^=row-news-]";
/// When something was painted first, in milliseconds since 1970; and whether that was all there is: what the screen looked
/// like last time, with its rows, or the empty window.
const PAINTED: &str = "const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const whole = performance.getEntriesByName('before').length > 0 || !!document.querySelector('#here');
    return paint ? [performance.timeOrigin + paint.startTime, whole] : null";
/// All there is in an empty window.
const EMPTY: &str = "#here";
/// How long a program may take to end, in hundredths of a second.
const PATIENCE: usize = 1000;

struct Start {
    /// Until there are rows to read.
    read_ms: f64,
    /// Until they can be opened.
    ms: f64,
    pss_mb: f64,
}

/// Starts the app with so many records, and the empty window, one after the other.
///
/// # Errors
/// When one does not start; or without an X server.
pub async fn beside_an_empty_window(records: u32, rounds: usize) -> Result<Value> {
    let grown = Grown::of(records)?;
    let folder = device::filled(&grown)?;
    let (app, empty) = (program("weimenhu")?, program("examples/empty")?);
    // What a first start asks is behind us, and the second has left what the third shows.
    let window = Window::open(&app, &folder, "", (390, 844)).await?;
    window.close().await?;
    start(&app, &folder, ROW).await?;
    let nothing = TempDir::new()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(start(&app, &folder, ROW).await?);
        theirs.push(start(&empty, nothing.path(), EMPTY).await?);
    }
    let of = |starts: &[Start], get: fn(&Start) -> f64| median(starts.iter().map(get).collect());
    let (ms, pss) = (of(&ours, |s| s.ms), of(&ours, |s| s.pss_mb));
    let read_ms = of(&ours, |s| s.read_ms);
    let empty_read_ms = of(&theirs, |s| s.read_ms);
    let (empty_ms, empty_pss) = (of(&theirs, |s| s.ms), of(&theirs, |s| s.pss_mb));
    let most_of = |get: fn(&Start) -> f64| ours.iter().map(get).fold(0.0, f64::max);
    let (most_read, most) = (most_of(|s| s.read_ms), most_of(|s| s.ms));
    Ok(json!({
        "records": records, "read_ms": read_ms, "most_read_ms": most_read, "empty_read_ms": empty_read_ms,
        "times_read": read_ms / empty_read_ms,
        "ms": ms, "most_ms": most, "empty_ms": empty_ms, "times": ms / empty_ms,
        "pss_mb": pss, "empty_pss_mb": empty_pss, "times_pss": pss / empty_pss,
    }))
}

async fn start(app: &Path, folder: &Path, wanted: &str) -> Result<Start> {
    let (_driver, client) = driven(app, folder, "", 0).await?;
    let script = "return !!document.querySelector(arguments[0])";
    while client.execute(script, vec![json!(wanted)]).await? != json!(true) {
        sleep(Duration::from_millis(2)).await;
    }
    let now = up()?;
    let process = of_program(app)?.context("the app is gone")?;
    let birth = birth(process)?;
    let ms = (now - birth) * 1000.0;
    let painted: Option<(f64, bool)> = loop {
        let painted = client.execute(PAINTED, Vec::new()).await?;
        match serde_json::from_value(painted)? {
            None => sleep(Duration::from_millis(10)).await,
            some => break some,
        }
    };
    let (painted, whole) = painted.unwrap_or_default();
    let born = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() - (up()? - birth);
    let read_ms = painted - born * 1000.0;
    // Else the first thing painted may have been the frame around a list that was not there yet.
    let read_ms = if whole { read_ms } else { read_ms.max(ms) };
    // What is put off until the screen stands is over by then.
    sleep(Duration::from_secs(2)).await;
    let pss: u64 = family(process)?.into_iter().filter_map(pss_kib).sum();
    client.close().await?;
    for _ in 0..PATIENCE {
        if of_program(app)?.is_none() {
            return Ok(Start {
                read_ms,
                ms,
                pss_mb: pss as f64 / 1024.0,
            });
        }
        sleep(Duration::from_millis(10)).await;
    }
    bail!("the app did not end with its window")
}

/// Seconds since the kernel was started.
fn up() -> Result<f64> {
    let uptime = fs::read_to_string("/proc/uptime").context("measured on Linux")?;
    let seconds = uptime
        .split_whitespace()
        .next()
        .context("an empty /proc/uptime")?;
    Ok(seconds.parse()?)
}

/// When a process was born, in seconds since the kernel was started.
fn birth(process: u32) -> Result<f64> {
    let ticks = stat(process)?.get(19).context("a short stat")?.parse::<f64>()?;
    Ok(ticks / TICKS)
}

fn parent(process: u32) -> Result<u32> {
    Ok(stat(process)?.get(1).context("a short stat")?.parse()?)
}

fn processes() -> Result<Vec<u32>> {
    let names = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}

/// The process that runs this program.
fn of_program(app: &Path) -> Result<Option<u32>> {
    let runs =
        |process: &u32| fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe: PathBuf| exe == app);
    Ok(processes()?.into_iter().find(runs))
}

/// A process and its children: a web view draws and loads in processes of its own.
fn family(process: u32) -> Result<Vec<u32>> {
    let mut found = vec![process];
    found.extend(
        processes()?
            .into_iter()
            .filter(|one| parent(*one).is_ok_and(|parent| parent == process)),
    );
    Ok(found)
}
