//! `cargo xtask bench desk`: what a clerk and a citizen wait for, at 100,000 letters that all run: pages of the queue,
//! the engine's scan, letters taken in over HTTP; beside the disk's own fsync and pgbench in the same run.
//!
//! The server is a process of its own (this program, run again), so that what it costs is its own: CPU from
//! `/proc/PID/task/*/schedstat`, because the processor is often shared. The letters are those of the demo that run,
//! multiplied in SQL: a bench of reading needs numbers and not lives. Rejected: criterion, which measures wall time in
//! one process, and a place in `crates/bench`: whoever measures the desk need not build tantivy and jieba.

mod city;
mod http;
mod peer;
mod read;
mod write;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// What was asked for on the command line.
pub struct Options {
    /// `--letters 100000`.
    pub letters: usize,
    /// Requests of each page: `--rounds 100`.
    pub rounds: usize,
    /// Seconds of each measure of writing: `--seconds 5`.
    pub seconds: u64,
    /// Where the data and the results go: `--out DIR`.
    pub out: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut options = Options {
        letters: 100_000,
        rounds: 100,
        seconds: 5,
        out: "target/bench".into(),
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        // What cargo says to a bench.
        if arg == "--bench" {
            continue;
        }
        let value = args.next().with_context(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--serve" => return city::serve(value.as_ref()).await,
            "--letters" => options.letters = value.parse()?,
            "--rounds" => options.rounds = value.parse()?,
            "--seconds" => options.seconds = value.parse()?,
            "--out" => options.out = value.into(),
            _ => bail!("unknown option {arg}"),
        }
    }
    std::fs::create_dir_all(&options.out)?;
    let folder = tempfile::tempdir_in(&options.out)?;
    let data = folder.path().join("city");
    let staff = city::make(&data, options.letters).await?;
    println!("{} running letters; {} cores shared\n", options.letters, cores());
    // Before a server of the bench runs, whose own engine would look first.
    let scans = read::scans(&data).await?;
    let pages = read::pages(&data, &staff, &options)?;
    let writes = write::submits(&data, &folder.path().join("peer"), &options).await?;
    let all =
        serde_json::json!({ "letters": options.letters, "pages": pages, "scans": scans, "writes": writes });
    let file = options.out.join("desk.json");
    std::fs::write(&file, serde_json::to_string_pretty(&all)? + "\n")?;
    eprintln!("wrote {}", file.display());
    Ok(())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// The value below which the share `p` (0 to 1) of the values lies.
pub fn percentile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = ((sorted.len() as f64 * p).ceil() as usize).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
