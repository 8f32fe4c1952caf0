//! Bytes that nobody wrote, for everything that reads bytes of others: spoilt copies of good inputs, by a seed.
//!
//! A target must neither panic nor hang nor fill the memory, and holds what it promises: what was read is written and
//! read again as the same. The input that is being tried lies in a file, so that it is there whatever ends the process,
//! a full stack as well.
//!
//! Rejected: cargo-fuzz, whose coverage finds more but needs a nightly compiler and a sanitizer's build of everything:
//! nothing that `cargo xtask test` could run. `arbitrary` makes well-formed values, and ill-formed ones are the point.
//! `bolero` without its engines does what is here, with a macro for each target. `rand` is here already, and the plain
//! debug build checks every overflow.

mod brought;
mod mutate;
mod targets;

use anyhow::{Context, Result, bail, ensure};
use rand::{SeedableRng, rngs::StdRng};
use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
pub use targets::Target;

/// What one input may take before it counts as a hang, on the busiest machine.
const HANG: Duration = Duration::from_secs(60);
/// What the process may take at its peak, in KiB.
const MEMORY: u64 = 1 << 20;

/// How long a target is tried.
#[derive(Debug, Clone, Copy)]
pub enum Effort {
    /// So many inputs: the same ones each time.
    Inputs(u64),
    /// So long; a failing input is found again by its file.
    Time(Duration),
}

/// Tries one target; answers how many inputs it took. The input that failed is saved in `folder`.
///
/// # Errors
/// With the file, when an input made it panic, break a promise or take too much memory. One that hangs ends the process.
pub fn run(target: &Target, seed: u64, effort: Effort, folder: &Path) -> Result<u64> {
    fs::create_dir_all(folder)?;
    let path = folder.join(format!("{}-{seed}.input", target.name));
    let mut file = File::create(&path)?;
    let tried = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    watch(Arc::clone(&tried), Arc::clone(&over), path.clone());
    let answer = try_all(target, seed, effort, &mut file, &tried);
    over.store(true, Ordering::SeqCst);
    drop(file);
    answer.with_context(|| format!("{}, seed {seed}: the input is in {}", target.name, path.display()))?;
    fs::remove_file(path)?;
    Ok(tried.load(Ordering::SeqCst))
}

/// Tries one saved input again.
///
/// # Errors
/// As for [`run`].
pub fn again(target: &Target, input: &[u8]) -> Result<()> {
    match catch_unwind(AssertUnwindSafe(|| (target.read)(input))) {
        Ok(answer) => answer,
        Err(_) => bail!("it panicked"),
    }
}

fn try_all(target: &Target, seed: u64, effort: Effort, file: &mut File, tried: &AtomicU64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let begun = Instant::now();
    for n in 0_u64.. {
        match effort {
            Effort::Inputs(many) if n >= many => break,
            Effort::Time(long) if begun.elapsed() >= long => break,
            _ => {}
        }
        let input = mutate::spoil(&target.corpus, &mut rng);
        file.seek(SeekFrom::Start(0))?;
        file.set_len(0)?;
        file.write_all(&input)?;
        again(target, &input)?;
        tried.store(n + 1, Ordering::SeqCst);
        if n.is_multiple_of(256) {
            let peak = peak()?;
            ensure!(peak < MEMORY, "{peak} KiB of memory");
        }
    }
    Ok(())
}

/// Ends the process when an input takes too long: a thread that hangs cannot be stopped.
fn watch(tried: Arc<AtomicU64>, over: Arc<AtomicBool>, path: PathBuf) {
    thread::spawn(move || {
        let mut last = (tried.load(Ordering::SeqCst), Instant::now());
        while !over.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(200));
            let now = tried.load(Ordering::SeqCst);
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > HANG {
                eprintln!("an input hangs: it is in {}", path.display());
                process::exit(1);
            }
        }
    });
}

/// The most memory that the process ever had, in KiB; 0 where no file tells.
fn peak() -> Result<u64> {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return Ok(0);
    };
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    Ok(line.unwrap_or("0").trim().trim_end_matches(" kB").parse()?)
}

/// Every target, with what it begins from.
///
/// # Errors
/// When the device of the search cannot be opened.
pub fn targets() -> Result<Vec<Target>> {
    let mut all = targets::all()?;
    for target in &mut all {
        target.corpus.extend(kept(target.name)?);
    }
    Ok(all)
}

/// Inputs that failed once, as files: `tests/fixtures/fuzz/TARGET/WHAT-IT-WAS`. They are begun from like the good ones.
///
/// # Errors
/// When they cannot be read.
pub fn kept(target: &str) -> Result<Vec<Vec<u8>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/fuzz")
        .join(target);
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    files.iter().map(|file| Ok(fs::read(file)?)).collect()
}
