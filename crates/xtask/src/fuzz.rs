//! `cargo xtask fuzz`: spoilt bytes for everything that reads them; ends at the first that falls over.

use crate::process::{ALL, built, cargo, command, run};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// What to try.
#[derive(Args)]
pub struct Options {
    /// For so long each
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Chooses the inputs: the same seed, the same inputs in the same order
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this saved input
    #[arg(long)]
    input: Option<PathBuf>,
    /// Only this reader; a wrong name lists them all
    target: Option<String>,
}

/// Builds the program and runs it. An input that failed stays in `target/fuzz`.
pub fn fuzz(options: &Options) -> Result<()> {
    cargo(&[&ALL[..], &["--bin", "fuzz"]].concat())?;
    let program = built("fuzz");
    let folder = program.parent().and_then(|p| p.parent()).map(|p| p.join("fuzz"));
    let mut fuzz = command(&program.to_string_lossy(), &["--folder"]);
    fuzz.arg(folder.unwrap_or_default());
    fuzz.args([
        "--seed",
        &options.seed.to_string(),
        "--seconds",
        &options.seconds.to_string(),
    ]);
    if let Some(input) = &options.input {
        fuzz.arg("--input").arg(input);
    }
    fuzz.args(&options.target);
    run(&mut fuzz)
}
