//! `measure sync|growth|serve|start --out DIR [--records 10000,100000] [--rounds N] [--peers DIR]`, for `cargo xtask
//! bench`. `measure whole URL DIR` is the plainest of the devices that are measured.

#[cfg(target_os = "linux")]
use anyhow::{Context, Result, bail};
#[cfg(target_os = "linux")]
use std::{env, path::PathBuf};
#[cfg(target_os = "linux")]
use weimenhu_tests::measure::{self, Options};

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("memory and CPU time are read from /proc, which is Linux's");
}

#[cfg(target_os = "linux")]
fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let name = args.next().context("measure sync|growth|serve|start")?;
    let mut out = PathBuf::from("bench");
    let mut options = Options {
        records: Vec::new(),
        rounds: 3,
        peers: PathBuf::from("peers"),
    };
    if name == "whole" {
        let url = args.next().context("measure whole URL DIR")?;
        return measure::fetch_whole(
            &url,
            &PathBuf::from(args.next().context("measure whole URL DIR")?),
        );
    }
    while let Some(arg) = args.next() {
        let value = args.next().context("a value is missing")?;
        match arg.as_str() {
            "--out" => out = value.into(),
            "--records" => options.records = value.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--peers" => options.peers = value.into(),
            "--rounds" => options.rounds = value.parse()?,
            other => bail!("unknown: {other}"),
        }
    }
    if options.records.is_empty() {
        options.records = match name.as_str() {
            "sync" => vec![10_000, 100_000],
            "growth" => vec![10_000, 100_000],
            "start" => vec![1000, 100_000],
            _ => vec![1000],
        };
    }
    match name.as_str() {
        "sync" => measure::sync(&options, &out),
        "growth" => measure::growth(&options, &out),
        "serve" => measure::serve(&options, &out),
        "start" => measure::start(&options, &out),
        other => bail!("{other} is measured elsewhere"),
    }
}
