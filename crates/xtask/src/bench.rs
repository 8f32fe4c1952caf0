//! The measures. Those of search are built by themselves, because nobody else should have to build tantivy and jieba;
//! those of synchronising and of the app's start run the programs of the workspace, built for release; the desk's peers
//! are other programs, so it is a bench of the server's own package.

use crate::{peers, process, run::virtual_display, sample};
use anyhow::Result;
use clap::Args;
use std::env;

#[derive(Args)]
pub struct Options {
    /// search, ours (search without peers, in a minute), known-item, directory or topics; sync, growth, serve or start; desk
    #[arg(default_value = "search")]
    name: String,
    /// Passed on: --docs 10000,100000 --rounds 3 --corpus DIR; or --records 10000,100000 --rounds 3
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Builds what a measure needs and runs it; results are written to `target/bench`.
pub fn bench(options: &Options) -> Result<()> {
    let built = process::target().join("bench-build");
    if ["sync", "growth", "serve", "start"].contains(&options.name.as_str()) {
        return of_the_workspace(options);
    }
    let (built, out) = (built.to_string_lossy(), process::target().join("bench"));
    let out = out.to_string_lossy();
    if options.name == "desk" {
        let mut args = vec![
            "bench",
            "--locked",
            "--package",
            "weimenhu-server",
            "--bench",
            "desk",
        ];
        args.extend(["--", "--out", &out]);
        args.extend(options.rest.iter().map(String::as_str));
        return process::cargo(&args);
    }
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

/// Measures of the programs themselves.
fn of_the_workspace(options: &Options) -> Result<()> {
    if options.name == "sync" {
        peers::install()?;
    }
    let start = options.name == "start";
    // No others: linking one for release takes minutes.
    let mut packages = vec!["weimenhu-server", "weimenhu-pocket", "weimenhu-tests"];
    let mut programs = vec!["weimenhu-server", "weimenhu-pocket", "measure"];
    let mut args = vec!["build", "--release", "--locked"];
    if start {
        process::npm(&["run", "build"])?;
        sample::dump()?;
        packages.push("weimenhu");
        programs.push("weimenhu");
        args.extend(["--example", "empty", "--features", "weimenhu/custom-protocol"]);
    }
    args.extend(packages.iter().flat_map(|package| ["--package", package]));
    args.extend(programs.iter().flat_map(|program| ["--bin", program]));
    process::cargo(&args)?;
    let measure = process::target()
        .join("release")
        .join(format!("measure{}", env::consts::EXE_SUFFIX));
    let measure = measure.to_string_lossy();
    let args = [&options.name, "--out"];
    let mut measure = if start {
        virtual_display(&measure, &args)
    } else {
        process::command(&measure, &args)
    };
    measure.arg(process::target().join("bench"));
    measure.arg("--peers").arg(process::target().join("peers"));
    measure.args(&options.rest);
    process::run(&mut measure)
}
