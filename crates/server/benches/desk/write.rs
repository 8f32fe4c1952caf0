//! Writing: letters taken in over HTTP by some writers at once, each answered when it is on the disk; beside what the
//! disk can do and what pgbench does in the same minute.

use crate::{Options, city::Running, http::Connection, peer::Peer};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Write,
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// Measures in rounds: disk, ours, peer, for each number of writers.
pub async fn submits(data: &Path, peer: &Path, options: &Options) -> Result<Value> {
    let server = Running::start(data)?;
    let time = Duration::from_secs(options.seconds);
    let peer = Peer::start(peer).await;
    if let Err(why) = &peer {
        println!("pgbench: not measured ({why})\n");
    }
    println!(
        "| writers | ours, letters/s | CPU ms each | fsync floor/s | ours/floor | pgbench, tx/s | ours/pgbench |\n|---|---|---|---|---|---|---|"
    );
    let mut told = Vec::new();
    for writers in [1_u32, 16, 64] {
        let before = floor(data, time / 4)?;
        let cpu = server.cpu_ms()?;
        let (letters, took) = ours(server.at, writers, time)?;
        let cpu = (server.cpu_ms()? - cpu) / f64::from(letters.max(1));
        let after = floor(data, time / 4)?;
        let (rate, floor) = (f64::from(letters) / took, (before + after) / 2.0);
        let theirs = match &peer {
            Ok(peer) => Some(peer.run(writers, options.seconds)?),
            Err(_) => None,
        };
        let shown = |n: Option<f64>, digits: usize| n.map_or("–".to_owned(), |n| format!("{n:.digits$}"));
        println!(
            "| {writers} | {rate:.0} | {cpu:.2} | {floor:.0} | {:.2} | {} | {} |",
            rate / floor,
            shown(theirs, 0),
            shown(theirs.map(|t| rate / t), 2)
        );
        told.push(
            json!({"writers": writers, "ours": rate, "cpu_ms": cpu, "floor": floor, "pgbench": theirs}),
        );
    }
    let (pss, rss) = server.memory()?;
    println!("\nmemory of the server after that: {pss:.0} MiB PSS, {rss:.0} MiB RSS");
    Ok(json!({"rates": told, "pss_mib": pss, "rss_mib": rss}))
}

/// Letters that these writers get receipts for in this time, and the seconds it took.
fn ours(at: SocketAddr, writers: u32, time: Duration) -> Result<(u32, f64)> {
    let began = Instant::now();
    let all: Vec<_> = (0..writers)
        .map(|n| thread::spawn(move || write(at, writers, n, began + time)))
        .collect();
    let mut letters = 0;
    for writer in all {
        letters += writer
            .join()
            .map_err(|_| anyhow::anyhow!("a writer ended badly"))??;
    }
    Ok((letters, began.elapsed().as_secs_f64()))
}

fn write(at: SocketAddr, run: u32, writer: u32, until: Instant) -> Result<u32> {
    let mut to = Connection::open(at)?;
    let mut sent = 0;
    while Instant::now() < until {
        let body = json!({
            "kind": "help", "title": format!("示例：第 {writer} 人的第 {sent} 封信"),
            "text": "示例来信：小区门口的路灯坏了三天，夜里看不清路，请派人查看。".repeat(4),
            "visibility": "public", "contact": {"name": "示例", "phone": "13800138000"}, "consent": true,
        });
        let headers = format!(
            "content-type: application/json\r\nidempotency-key: bench-letter-{run:04}-{writer:04}-{sent:08}\r\n"
        );
        let answer = to.ask("POST", "/api/v1/letters", &headers, &body.to_string())?;
        ensure!(answer.status == 201, "{}: {}", answer.status, answer.body);
        sent += 1;
    }
    Ok(sent)
}

/// Blocks of 4 KiB that one writer appends and makes durable in a second.
fn floor(folder: &Path, time: Duration) -> Result<f64> {
    let path = folder.join("floor");
    let mut file = File::create(&path)?;
    let (began, mut n) = (Instant::now(), 0_u32);
    while began.elapsed() < time {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        n += 1;
    }
    let rate = f64::from(n) / began.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(rate)
}
