//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use crate::{
    Consent,
    process::{cargo, npm, run},
    run::{build_all, virtual_display},
    sample, setup,
};
use anyhow::Result;
use clap::{Args, ValueEnum};

/// What to test.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    consent: Consent,
    /// Only this part
    #[arg(long)]
    only: Option<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Format, lints, licences, Rust tests
    Rust,
    /// Types, texts and components of the UI
    Ui,
    /// The real window
    Window,
}

/// `cargo test` of the selection that is built, see [`crate::process::ALL`].
const ALL: [&str; 4] = ["test", "--workspace", "--features", "custom-protocol"];

/// Runs the tests; ends at the first that fails.
pub fn test(options: &Options) -> Result<()> {
    let wants = |part| options.only.is_none_or(|only| only == part);
    setup::everything(options.consent)?;
    if wants(Part::Ui) {
        npm(&["run", "check"])?;
        npm(&["test"])?;
    }
    // The app embeds the UI and the dump: both exist before the app is even checked.
    npm(&["run", "build"])?;
    sample::dump()?;
    if wants(Part::Rust) {
        cargo(&["fmt", "--all", "--check"])?;
        cargo(&[
            "deny",
            "--config",
            ".deny.toml",
            "check",
            "bans",
            "licenses",
            "sources",
        ])?;
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "custom-protocol",
            "--",
            "-D",
            "warnings",
        ])?;
        cargo(
            &[
                &ALL[..],
                &["--lib", "--bins", "--test", "*", "--exclude", "weimenhu-tests"],
            ]
            .concat(),
        )?;
    }
    if wants(Part::Rust) || wants(Part::Window) {
        // Stories and window run the programs themselves, which no test of theirs would build.
        build_all()?;
    }
    if wants(Part::Rust) {
        cargo(
            &[
                &ALL[..],
                &["--test", "house", "--test", "stories", "--test", "strange_bytes"],
            ]
            .concat(),
        )?;
    }
    if wants(Part::Window) {
        // One at a time: the app allows one instance of itself.
        let tests = ["--test", "window", "--test", "walk", "--", "--test-threads=1"];
        run(&mut virtual_display("cargo", &[&ALL[..], &tests].concat()))?;
    }
    Ok(())
}
