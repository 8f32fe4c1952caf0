//! The server beside nginx, over one tree, asked by `wrk` for what every device asks for: the head, and an object.

use super::{
    Options,
    city::Grown,
    median,
    nginx::{self, Part},
    tied::{tied, within},
};
use crate::driver::free_port;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{fs::File, io::Read, process::Stdio, time::Duration};
use tempfile::NamedTempFile;

/// Connections at a time.
const CONNECTIONS: &str = "32";
/// How long the five seconds of wrk may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Requests a second, rounds interleaved.
///
/// # Errors
/// When a program is missing.
pub fn beside_nginx(options: &Options) -> Result<Vec<Value>> {
    let mut grown = Grown::of(options.records.first().copied().unwrap_or(1000))?;
    grown.change(10)?;
    let index = grown.index()?;
    let segment = index.segments.last().context("no segment")?.object;
    let port = free_port()?;
    let root = grown.world.data().join("objects");
    let _nginx = nginx::start(grown.world.folder.path(), port, &Part::Files(&root))?;
    grown.world.start()?;
    let servers = [
        ("微门户", grown.world.address()),
        ("nginx", format!("http://127.0.0.1:{port}")),
    ];
    let paths = [
        ("head".to_owned(), "sync/v1/head".to_owned()),
        (
            format!("segment of {} bytes", segment.size),
            format!("sync/v1/o/{}", segment.sha),
        ),
    ];
    let mut rows = Vec::new();
    let seconds = paths.len() * servers.len() * options.rounds * 5;
    eprintln!("{seconds} seconds of wrk");
    for (what, path) in &paths {
        let mut seen = [Vec::new(), Vec::new()];
        for round in 1..=options.rounds {
            for ((server, address), seen) in servers.iter().zip(&mut seen) {
                let measured = wrk(&format!("{address}/{path}"))?;
                eprintln!("{what}, round {round}, {server}: {:.0} requests/s", measured.0);
                seen.push(measured);
            }
        }
        for ((server, _), seen) in servers.iter().zip(seen) {
            let rates: Vec<f64> = seen.iter().map(|s| s.0).collect();
            rows.push(
                json!({"what": what, "server": server, "rps": median(rates.clone()).round(),
                "least": rates.iter().copied().fold(f64::MAX, f64::min).round(),
                "most": rates.iter().copied().fold(0.0, f64::max).round(),
                "p99": median(seen.iter().map(|s| s.1).collect())}),
            );
        }
    }
    Ok(rows)
}

/// Requests a second, and the 99th percentile in milliseconds.
fn wrk(url: &str) -> Result<(f64, f64)> {
    let said = NamedTempFile::new()?;
    let mut child = tied("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d5s", "--latency", url])
        .stdout(Stdio::from(said.reopen()?))
        .spawn()
        .context("apt-get install wrk")?;
    within(&mut child, PATIENCE).with_context(|| format!("wrk {url}"))?;
    let mut text = String::new();
    File::open(said.path())?.read_to_string(&mut text)?;
    anyhow::ensure!(!text.contains("Non-2xx"), "{url}: {text}");
    let after = |mark: &str| {
        text.lines()
            .find_map(|l| l.trim().strip_prefix(mark))
            .map(str::trim)
    };
    let rate = after("Requests/sec:").and_then(|n| n.parse().ok());
    Ok((
        rate.with_context(|| text.clone())?,
        after("99%").and_then(milliseconds).unwrap_or(f64::NAN),
    ))
}

/// `812.00us`, `1.20ms` or `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(n) = text.strip_suffix(unit) {
            return n.parse::<f64>().ok().map(|n| n * factor);
        }
    }
    None
}
