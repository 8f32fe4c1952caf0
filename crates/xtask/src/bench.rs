//! The measures against peers: built by themselves, because nobody else should have to build tantivy and jieba.

use crate::process;
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Options {
    /// search, known-item, directory or topics
    #[arg(default_value = "search")]
    name: String,
    /// Passed on: --docs 10000,100000 --rounds 3 --corpus DIR
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds `crates/bench` and runs one of its measures; results are written to `target/bench`.
pub fn bench(options: &Options) -> Result<()> {
    let built = process::target().join("bench-build");
    let (built, out) = (built.to_string_lossy(), process::target().join("bench"));
    let out = out.to_string_lossy();
    let mut args = vec![
        "run",
        "--release",
        "--locked",
        "--manifest-path",
        "crates/bench/Cargo.toml",
        "--target-dir",
        &built,
        "--",
        &options.name,
        "--out",
        &out,
    ];
    args.extend(options.rest.iter().map(String::as_str));
    process::cargo(&args)
}
