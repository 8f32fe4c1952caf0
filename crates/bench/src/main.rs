//! `cargo xtask bench`: 微门户's search beside what one would use instead, over the same documents in the same run.
//!
//! The processor is often shared, so times are CPU times: of the thread for questions, of the process for making an
//! index (tantivy has threads of its own). Rejected: criterion, which measures wall time and knows no recall.

mod corpus;
mod directory;
mod known_item;
mod measure;
mod ours;
mod peers;
mod report;
mod search;
mod topics;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;

/// What was asked for on the command line.
pub struct Options {
    /// Where documents are read from: `--corpus PATH`, or `../shared/data`.
    pub corpus: PathBuf,
    /// How many documents, each number one measure: `--docs 10000,100000`.
    pub docs: Vec<usize>,
    /// Times every question is asked: `--rounds 3`.
    pub rounds: usize,
    /// Where results go: `--out DIR`.
    pub out: PathBuf,
    /// The engines measured, beside the scan: `--only us,tantivy`; all of them unless said.
    pub only: Vec<String>,
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "search".into());
    let mut options = Options {
        corpus: "../shared/data".into(),
        docs: vec![10_000, 100_000],
        rounds: 3,
        out: "target/bench".into(),
        only: peers::KINDS.map(String::from).into(),
    };
    let mut rest: Vec<String> = Vec::new();
    while let Some(arg) = args.next() {
        if !arg.starts_with("--") {
            rest.push(arg);
            continue;
        }
        let value = args.next().with_context(|| format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--corpus" => options.corpus = value.into(),
            "--docs" => options.docs = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--rounds" => options.rounds = value.parse()?,
            "--out" => options.out = value.into(),
            "--only" => options.only = value.split(',').map(String::from).collect(),
            _ => bail!("unknown option {arg}"),
        }
    }
    std::fs::create_dir_all(&options.out)?;
    match name.as_str() {
        "search" => search::bench(&options),
        "known-item" => known_item::bench(&options),
        "ours" => ours::bench(&options),
        "directory" => directory::bench(&options),
        "topics" => topics::bench(&options),
        "memory" => search::memory(&rest),
        _ => bail!("no bench {name}: search, ours, known-item, directory, topics"),
    }
}
