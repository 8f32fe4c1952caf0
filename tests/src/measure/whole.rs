//! The plainest device there can be: one file, unpacked, its lines put into one table in one transaction.

use anyhow::{Context, Result, ensure};
use rusqlite::Connection;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
};

/// Fetches `url` and keeps it in `folder`.
///
/// # Errors
/// It is not there, or is no such file.
pub fn fetch(url: &str, folder: &Path) -> Result<()> {
    let rest = url.strip_prefix("http://").context("no http address")?;
    let (host, path) = rest.split_once('/').context("no path")?;
    let mut stream = TcpStream::connect(host)?;
    stream
        .write_all(format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    ensure!(answer.starts_with(b"HTTP/1.1 200"), "{url} is not there");
    let end = answer
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .context("no end of the headers")?;
    let (_, body) = answer.split_at(end + 4);
    let mut cache = Connection::open(folder.join("cache.db"))?;
    cache.pragma_update(None, "journal_mode", "WAL")?;
    cache.execute(
        "CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID",
        (),
    )?;
    let tx = cache.transaction()?;
    for line in BufReader::new(zstd::Decoder::new(body)?).lines() {
        let line = line?;
        // As the measure itself wrote it.
        let record = line.strip_prefix("{\"key\":\"").and_then(|l| l.strip_suffix('}'));
        let record = record.and_then(|l| l.split_once("\",\"record\":"));
        tx.execute(
            "INSERT OR REPLACE INTO record (id, json) VALUES (?1, ?2)",
            record.with_context(|| line.clone())?,
        )?;
    }
    Ok(tx.commit()?)
}
