//! The server beside nginx, over one tree, asked by `wrk` for what every device asks for: the head, and an object.

use super::{Options, city::Grown, median};
use crate::driver::free_port;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{
    fs,
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Connections at a time.
const CONNECTIONS: &str = "32";

/// Ends with this value.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

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
    let _nginx = nginx(
        grown.world.folder.path(),
        &grown.world.data().join("objects"),
        port,
    )?;
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
    for (what, path) in &paths {
        let mut seen = [Vec::new(), Vec::new()];
        for _ in 0..options.rounds {
            for ((_, address), seen) in servers.iter().zip(&mut seen) {
                seen.push(wrk(&format!("{address}/{path}"))?);
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

fn nginx(folder: &Path, root: &Path, port: u16) -> Result<Nginx> {
    let own = folder.join("nginx");
    fs::create_dir_all(&own)?;
    let (own_text, root) = (own.display(), root.display());
    // The tree is its owner's alone, so the workers must be the owner.
    let user = if cfg!(unix) { "user root;" } else { "" };
    let config = format!(
        "{user} daemon off; worker_processes auto; pid {own_text}/pid; error_log {own_text}/error.log;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; open_file_cache max=1000; keepalive_requests 1000000;\n\
         client_body_temp_path {own_text}/b; proxy_temp_path {own_text}/p; fastcgi_temp_path {own_text}/f;\n\
         uwsgi_temp_path {own_text}/u; scgi_temp_path {own_text}/s;\n\
         server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n"
    );
    let file = own.join("nginx.conf");
    fs::write(&file, config)?;
    let child = Command::new("nginx")
        .arg("-c")
        .arg(&file)
        .stderr(Stdio::null())
        .spawn()
        .context("apt-get install nginx-light")?;
    let nginx = Nginx(child);
    for _ in 0..100 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(nginx)
}

/// Requests a second, and the 99th percentile in milliseconds.
fn wrk(url: &str) -> Result<(f64, f64)> {
    let output = Command::new("wrk")
        .args(["-t1", "-c", CONNECTIONS, "-d5s", "--latency", url])
        .output()
        .context("apt-get install wrk")?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
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
