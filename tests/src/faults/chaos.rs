//! A network that does everything networks do, and a device that becomes current as soon as it stops.

use super::{
    Effort, Tally,
    city::{self, City, Shown},
};
use crate::{
    mirror::{self, Answer, Mirror, Request},
    world::{device_config, open_device},
};
use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use weimenhu_core::{Code, Config};

/// How long a device of these campaigns waits for a silent connection. Real ones wait [`weimenhu_core::SILENCE`].
const IMPATIENT: Duration = Duration::from_millis(200);
/// Rounds that a device tries while the network is bad.
const ROUNDS: usize = 2;
/// Devices at a time: most of a round is waiting.
const AT_A_TIME: usize = 12;
/// The same where devices are impatient: with twelve on a busy machine most rounds ended because their turn came late,
/// and not by what the seed had in store (182 of 4,000 went well, instead of 4 in 10).
const IMPATIENT_AT_A_TIME: usize = 3;

/// A device's folder, in memory where there is such a place: what these campaigns break is the network, and the disk
/// made them wait for every transaction.
fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() {
        TempDir::new_in(memory)?
    } else {
        TempDir::new()?
    })
}

/// Breaks a download after every so manyth byte of the head, of an index and of a segment: by an end and by a reset in
/// turn. The next round goes on at that byte.
///
/// # Errors
/// The first byte after which something was not as it must be.
pub async fn offsets(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("downloads broken at a byte", effort);
    let city = City::found(40).await?;
    let used = city.used_device().await?;
    let whole = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    let folder = folder()?;
    mirror::copy(&used, folder.path())?;
    city::open(folder.path(), &whole.address)?.sync().await?;
    let asked: Vec<String> = whole.log().into_iter().map(|r| r.path).collect();
    let mut sizes = BTreeMap::new();
    for path in &asked {
        sizes.insert(path.clone(), fs::metadata(city.after.join(path))?.len());
    }
    let all: u64 = sizes.values().map(|n| n + 1).sum();
    let stride = (all / effort.faults.max(1) as u64).max(1);
    let every = sizes
        .iter()
        .flat_map(|(path, size)| (0..=*size).map(move |at| (path, *size, at)));
    let chosen = every
        .skip(usize::try_from(effort.seed % stride)?)
        .step_by(usize::try_from(stride)?);
    let (city, used) = (&city, &used);
    let mut broken = stream::iter(chosen.enumerate())
        .map(|(n, (path, size, at))| async move {
            let counts = broken_at(city, used, (path, size), (at, !n.is_multiple_of(2))).await;
            counts.with_context(|| format!("{path} broken after {at} of {size} bytes"))
        })
        .buffer_unordered(AT_A_TIME);
    while let Some(counts) = broken.try_next().await? {
        for what in counts {
            tally.count(what);
        }
    }
    Ok(tally)
}

/// Answers what is counted.
async fn broken_at(
    city: &City,
    used: &Path,
    (path, size): (&str, u64),
    (at, reset): (u64, bool),
) -> Result<Vec<&'static str>> {
    let (first, broken) = (AtomicBool::new(true), path.to_owned());
    let mirror = Mirror::serve(city.after.clone(), move |request| {
        if request.path != broken || !first.swap(false, Ordering::SeqCst) {
            Answer::Well
        } else if reset {
            Answer::ResetAfter(at)
        } else {
            Answer::CutAfter(at)
        }
    })?;
    let folder = folder()?;
    mirror::copy(used, folder.path())?;
    let device = city::open(folder.path(), &mirror.address)?;
    let answer = device.sync().await;
    city::at_one_of(&city::shown(&device).await?, &[&city.old, &city.new], false)?;
    if let Err(e) = &answer {
        ensure!(
            matches!(e.code(), Code::Offline | Code::Damaged | Code::Timeout),
            "{e}"
        );
        device.sync().await.context("the next round")?;
    }
    city::at_one_of(&city::shown(&device).await?, &[&city.new], false)?;
    city::marks_are_kept(&device)?;
    let mut counts = vec![if reset { "resets" } else { "ends" }];
    if path.contains("/o/") {
        let log = mirror.log();
        let asked: Vec<&Request> = log.iter().filter(|r| r.path == path).collect();
        let last = asked.last().context("it was not asked for")?;
        ensure!(last.from + last.sent == size, "not to its end: {asked:?}");
        // A reset may lose what was on its way; an end loses nothing.
        let exact = asked.iter().map(|r| r.sent).sum::<u64>() == size;
        ensure!(exact || reset, "not every byte came once: {asked:?}");
        counts.push(if last.from > 0 { "resumed" } else { "begun again" });
    }
    Ok(counts)
}

/// Rounds over a network that breaks, stalls, lies and redirects by chance, one seed each; then over a good one.
///
/// # Errors
/// The first seed whose device did not become current, with the seed.
pub async fn campaign(effort: Effort) -> Result<Tally> {
    let mut tally = Tally::of("bad networks", effort);
    let city = City::found(40).await?;
    let used = city.used_device().await?;
    let elsewhere = Mirror::serve(city.after.clone(), |_| Answer::Well)?;
    // The same machine under another name: another host.
    let other_host = elsewhere.address.replace("127.0.0.1", "localhost");
    let empty = Shown::new();
    let (city, used, empty, other_host) = (&city, &*used, &empty, &*other_host);
    let mut rounds = stream::iter(0..effort.faults)
        .map(|n| async move {
            let seed = effort.seed.wrapping_add(n as u64);
            let begins = (!n.is_multiple_of(4)).then_some(used);
            let old = if begins.is_some() { &city.old } else { empty };
            let well = one(city, (begins, old), seed, other_host).await;
            well.with_context(|| format!("seed {seed}"))
        })
        .buffer_unordered(IMPATIENT_AT_A_TIME);
    while let Some(well) = rounds.try_next().await? {
        tally.count("seeds");
        tally.add("rounds that went well", well);
        tally.add("rounds that failed", ROUNDS - well);
    }
    ensure!(
        elsewhere.log().is_empty(),
        "another host was asked: {:?}",
        elsewhere.log()
    );
    Ok(tally)
}

/// Answers how many rounds went well although the network was bad.
async fn one(
    city: &City,
    (begins, old): (Option<&Path>, &Shown),
    seed: u64,
    other_host: &str,
) -> Result<usize> {
    let rng = Mutex::new(StdRng::seed_from_u64(seed));
    let bad = Arc::new(AtomicBool::new(true));
    let (is_bad, tree, other_host) = (Arc::clone(&bad), city.after.clone(), other_host.to_owned());
    let mirror = Mirror::serve(city.after.clone(), move |request| {
        if is_bad.load(Ordering::SeqCst) {
            chance(
                &mut rng.lock().unwrap_or_else(PoisonError::into_inner),
                request,
                &tree,
                &other_host,
            )
        } else {
            Answer::Well
        }
    })?;
    let folder = folder()?;
    if let Some(begins) = begins {
        mirror::copy(begins, folder.path())?;
    }
    let device = open_device(|| {
        Ok(Config {
            silence: IMPATIENT,
            ..device_config(folder.path(), &mirror.address)?
        })
    })?;
    let mut well = 0;
    for _ in 0..ROUNDS {
        well += usize::from(device.sync().await.is_ok());
        let shown = city::shown(&device).await?;
        city::at_one_of(&shown, &[old, &city.new], begins.is_none())?;
        if begins.is_some() {
            city::marks_are_kept(&device)?;
        }
    }
    drop(device);
    bad.store(false, Ordering::SeqCst);
    let device = city::open(folder.path(), &mirror.address)?;
    device.sync().await.context("over a good network")?;
    let shown = city::shown(&device).await?;
    city::at_one_of(&shown, &[&city.new], false)?;
    city::index_agrees(&device, &shown)?;
    if begins.is_some() {
        city::marks_are_kept(&device)?;
    }
    Ok(well)
}

/// What happens to this request: four in five are answered well.
fn chance(rng: &mut StdRng, request: &Request, tree: &Path, other_host: &str) -> Answer {
    let size = fs::metadata(tree.join(&request.path)).map_or(0, |m| m.len());
    let at = rng.random_range(0..=size);
    match rng.random_range(0..60) {
        0 | 1 => Answer::CutAfter(at),
        2 | 3 => Answer::ResetAfter(at),
        4 => Answer::StallAfter(at, IMPATIENT * 3),
        5 => Answer::Late(IMPATIENT * 2),
        6 => Answer::Twice,
        7 => Answer::Whole,
        // The answer to another request.
        8 => Answer::Instead(fs::read(tree.join("sync/v1/head")).unwrap_or_default()),
        9 => Answer::Redirect(format!("{other_host}/{}", request.path)),
        10 => Answer::Portal,
        11 => Answer::Status(if at.is_multiple_of(2) {
            "503 Service Unavailable"
        } else {
            "404 Not Found"
        }),
        _ => Answer::Well,
    }
}
