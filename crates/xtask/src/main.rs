//! `cargo xtask`: set up, run, test and package 微门户. The README's two commands are here.
//!
//! Plain processes in a row, so that what a person would type can be read off. Rejected: a Makefile (no Windows),
//! a shell script (no errors worth reading), `just` (one more thing to install first).

mod bench;
mod bindings;
mod dist;
mod faults;
mod fuzz;
mod licences;
mod peers;
mod process;
mod run;
mod sample;
mod setup;
mod test;

use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set up, run, test and package 微门户")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything, start the server with the sample city, open the app against it
    Run(run::Options),
    /// Everything: format, lints, Rust tests, UI checks and tests, the real window
    Test(test::Options),
    /// Kill, starve, cut off and deceive the programs in thousands of ways (Linux; an hour)
    Faults(faults::Options),
    /// Give spoilt bytes to everything that reads them
    Fuzz(fuzz::Options),
    /// Measure against peers; results in target/bench
    Bench(bench::Options),
    /// Build the .deb (release)
    Dist(dist::Options),
    /// Build the sample city's dump, which the app brings along
    Dump,
    /// Write ui/src/bindings.ts from the app's commands
    Bindings,
    /// Write assets/licences.json from what the app is made of
    Licences,
    /// Install what is missing, and nothing else
    Setup(Consent),
}

/// Whether the set-up may install without asking.
#[derive(Args, Clone, Copy)]
pub struct Consent {
    /// Install missing packages without asking. Without a terminal nobody is asked either
    #[arg(long, short)]
    yes: bool,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::test(&options),
        Task::Faults(options) => faults::faults(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Bench(options) => bench::bench(&options),
        Task::Dist(options) => dist::dist(&options),
        Task::Dump => sample::dump().map(drop),
        Task::Bindings => bindings::write(),
        Task::Licences => licences::write(),
        Task::Setup(consent) => setup::everything(consent),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("xtask: {e:#}");
            ExitCode::FAILURE
        }
    }
}
