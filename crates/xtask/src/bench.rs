//! The measures against peers: built by themselves, because nobody else should have to build tantivy and jieba. The
//! desk's peers are other programs, so it is a bench of the server's own package.

use crate::process;
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Options {
    /// search, known-item, directory, topics or desk
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
