//! `cargo xtask faults`: every campaign of the stories in full. What fails here becomes a story with its seed.

use crate::{
    Consent,
    process::{ALL, built, cargo, command, run},
    sample, setup,
};
use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

/// What to run.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    consent: Consent,
    /// Chooses the faults: the same seed, the same faults
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only this part
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// kill -9 of device, publisher, both ends of a letter, backup and restore, at one system call after another
    Kill,
    /// kill -9 of app and server between 提交 and the receipt, the same way
    Letters,
    /// kill -9 of a backup and of a restore, the same way
    Restore,
    /// Full disks and disks that fail
    Disk,
    /// Full disks alone, at one write after another
    Full,
    /// Networks that break, stall and redirect
    Chaos,
    /// Mirrors that lie
    Hostile,
}

/// Builds the programs and runs the campaigns; ends at the first fault that was not survived.
pub fn faults(options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("the campaigns follow programs with strace, which is for Linux");
    }
    setup::faults(options.consent)?;
    // The first start is killed as well: the command line must have its dump before it is built.
    sample::dump()?;
    let programs = ["weimenhu-server", "weimenhu-pocket", "faults"].map(|name| ["--bin", name]);
    cargo(&[&ALL[..], programs.as_flattened()].concat())?;
    let mut campaigns = command(&built("faults").to_string_lossy(), &["--seed"]);
    campaigns.arg(options.seed.to_string());
    if let Some(part) = options.only.and_then(|only| only.to_possible_value()) {
        campaigns.args(["--only", part.get_name()]);
    }
    run(&mut campaigns)
}
