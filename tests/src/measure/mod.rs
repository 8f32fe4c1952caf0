//! What synchronising costs: the real server, the real device program and the real tree of objects, by number of
//! records. For `cargo xtask bench sync|growth|serve|start`, which builds everything for release.
//!
//! Bytes are those of the bodies that a plain file server sent; headers are not in them. CPU time is that of the device's
//! process, in the kernel's ticks of 10 ms. Memory is the highest proportional share (PSS) that was seen every few
//! milliseconds.
//!
//! Rejected: criterion. What is measured takes seconds, a process of its own and a tree of files, and its spread is
//! printed as it is.

mod city;
mod counted;
mod device;
mod nginx;
mod peers;
mod process;
// Tables, JSON and plot as the other benches make them; that crate is none of the workspace, because of its peers.
#[path = "../../../crates/bench/src/report.rs"]
mod report;
mod serve;
mod start;
mod tied;
mod whole;

pub use whole::fetch as fetch_whole;

use anyhow::Result;
use city::Grown;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Changed records that are waited for.
const DELTAS: [usize; 3] = [1, 10, 100];

/// What to measure.
#[derive(Debug, Clone)]
pub struct Options {
    /// Numbers of records.
    pub records: Vec<u32>,
    /// How often each is repeated.
    pub rounds: usize,
    /// Where the peers are installed.
    pub peers: PathBuf,
}

/// Measures a first synchronisation and changes beside the peers, at each number of records.
///
/// # Errors
/// When a program fails.
pub fn sync(options: &Options, out: &Path) -> Result<()> {
    begin(out)?;
    let mut all = Vec::new();
    for records in &options.records {
        all.extend(peers::beside(*records, options, &DELTAS)?);
        // What was measured stays, whatever becomes of the next.
        keep(out, "sync", &all)?;
    }
    let head = [
        "records",
        "changed (0: all, first)",
        "by",
        "bytes, with headers, both ways",
        "requests",
        "s",
        "CPU s of the device",
        "CPU s of the server",
    ];
    let keys = [
        "records",
        "changed",
        "peer",
        "bytes",
        "requests",
        "s",
        "device_cpu_s",
        "server_cpu_s",
    ];
    all.sort_by_key(|row| ["records", "changed"].map(|key| row.get(key).and_then(Value::as_u64)));
    report::table(
        &head,
        &rows(&all, |row| keys.map(|key| shown(row.get(key))).to_vec()),
    );
    Ok(())
}

/// Measures what we cost ourselves, at each number of records, and plots it.
///
/// # Errors
/// When a program fails.
pub fn growth(options: &Options, out: &Path) -> Result<()> {
    begin(out)?;
    let mut all = Vec::new();
    for records in &options.records {
        all.push(one(*records, options.rounds)?);
        keep(out, "growth", &all)?;
        plot(&all, &out.join("growth.svg"))?;
    }
    println!("The server:\n");
    let server = [
        "records",
        "import and first publication CPU s",
        "database MB",
        "objects MB",
        "publishing 10 changes CPU s",
        "head bytes",
        "index bytes",
    ];
    report::table(&server, &rows(&all, server_row));
    println!("First synchronisation, of everything:\n");
    let first = [
        "records",
        "MB",
        "of which heads",
        "requests",
        "s",
        "CPU s",
        "PSS MB",
    ];
    report::table(&first, &rows(&all, first_row));
    println!("Then so many of them change:\n");
    let delta = [
        "records", "changed", "bytes", "segment", "zstd -19", "ratio", "requests", "s", "CPU s",
    ];
    report::table(&delta, &all.iter().flat_map(delta_rows).collect::<Vec<_>>());
    println!("With so many on the device:\n");
    let opened = [
        "records",
        "database MB",
        "open ms",
        "first page ms",
        "page from the middle ms",
    ];
    report::table(&opened, &rows(&all, opened_row));
    Ok(())
}

/// Requests a second of the server beside nginx over the same tree.
///
/// # Errors
/// When `wrk` or `nginx` is missing.
pub fn serve(options: &Options, out: &Path) -> Result<()> {
    begin(out)?;
    let rows = serve::beside_nginx(options)?;
    keep(out, "serve", &rows)?;
    let head = ["what", "server", "requests/s", "from", "to", "p99 ms"];
    let row = |row: &Value| {
        ["what", "server", "rps", "least", "most", "p99"]
            .map(|key| shown(row.get(key)))
            .to_vec()
    };
    report::table(&head, &rows.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

/// The app's start beside an empty window.
///
/// # Errors
/// When a program does not start.
pub fn start(options: &Options, out: &Path) -> Result<()> {
    begin(out)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut rows = Vec::new();
    for records in &options.records {
        rows.push(runtime.block_on(start::beside_an_empty_window(*records, options.rounds))?);
    }
    keep(out, "start", &rows)?;
    let head = [
        "records",
        "rows painted ms",
        "most ms",
        "empty window painted ms",
        "times",
        "rows there ms",
        "most ms",
        "empty window there ms",
        "times",
        "PSS MB",
        "empty MB",
        "times",
    ];
    let keys = [
        "records",
        "read_ms",
        "most_read_ms",
        "empty_read_ms",
        "times_read",
        "ms",
        "most_ms",
        "empty_ms",
        "times",
        "pss_mb",
        "empty_pss_mb",
        "times_pss",
    ];
    let row = |row: &Value| keys.map(|key| shown(row.get(key))).to_vec();
    report::table(&head, &rows.iter().map(row).collect::<Vec<_>>());
    Ok(())
}

/// Says on what machine and with which build it is measured.
fn begin(out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    println!("{}; {} build\n", report::machine(), profile());
    Ok(())
}

/// Writes what was measured to `NAME.json`, with the same beside it.
fn keep(out: &Path, name: &str, rows: &[Value]) -> Result<()> {
    let told = json!({"machine": report::machine(), "profile": profile(), "rows": rows});
    report::json(out, name, &told)
}

fn profile() -> &'static str {
    if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    }
}

fn one(records: u32, rounds: usize) -> Result<Value> {
    eprintln!("{records} records: making the city");
    let mut grown = Grown::of(records)?;
    let first = device::first(&mut grown, rounds)?;
    let mut deltas = Vec::new();
    for changed in DELTAS {
        eprintln!("{records} records: {changed} changed");
        deltas.push(device::delta(&mut grown, changed, rounds)?);
    }
    let opened = device::opened(&grown, rounds)?;
    let server = grown.size()?;
    Ok(
        json!({"records": records, "server_cpu_s": grown.cpu_s, "server": server, "first": first, "deltas": deltas,
        "opened": opened}),
    )
}

fn rows(all: &[Value], row: impl Fn(&Value) -> Vec<String>) -> Vec<Vec<String>> {
    all.iter().map(row).collect()
}

fn first_row(row: &Value) -> Vec<String> {
    let first = row.get("first").unwrap_or(&Value::Null);
    let of = |key: &str| shown(first.get(key));
    vec![
        shown(row.get("records")),
        of("mb"),
        of("heads_mb"),
        of("requests"),
        of("s"),
        of("cpu_s"),
        of("pss_mb"),
    ]
}

fn server_row(row: &Value) -> Vec<String> {
    let of = |pointer: &str| shown(row.pointer(pointer));
    let cells = [
        "/records",
        "/server_cpu_s",
        "/server/database_mb",
        "/server/objects_mb",
    ];
    let more = ["/deltas/1/publish_cpu_s", "/server/head", "/server/index"];
    cells.into_iter().chain(more).map(of).collect()
}

fn delta_rows(row: &Value) -> Vec<Vec<String>> {
    let deltas = row.get("deltas").and_then(Value::as_array);
    let keys = [
        "changed", "bytes", "segment", "limit", "ratio", "requests", "s", "cpu_s",
    ];
    let one = |delta: &Value| {
        let cells = keys.map(|key| shown(delta.get(key)));
        [vec![shown(row.get("records"))], cells.to_vec()].concat()
    };
    deltas.into_iter().flatten().map(one).collect()
}

fn opened_row(row: &Value) -> Vec<String> {
    let opened = row.get("opened").unwrap_or(&Value::Null);
    let cells = ["database_mb", "open_ms", "page_ms", "middle_ms"].map(|key| shown(opened.get(key)));
    [vec![shown(row.get("records"))], cells.to_vec()].concat()
}

fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(n)) if n.is_f64() => format!("{:.2}", n.as_f64().unwrap_or_default()),
        Some(other) => other.to_string(),
        None => "–".into(),
    }
}

fn plot(all: &[Value], path: &Path) -> Result<()> {
    let line = |name: &str, pointer: &str, factor: f64| report::Line {
        name: name.into(),
        points: all
            .iter()
            .filter_map(|row| {
                let y = row.pointer(pointer)?.as_f64()? * factor;
                Some((row.get("records")?.as_f64()?, y.max(0.01)))
            })
            .collect(),
    };
    let lines = [
        line("first sync, CPU", "/first/cpu_s", 1000.0),
        line("10 changes, CPU", "/deltas/1/cpu_s", 1000.0),
        line("publishing them, CPU", "/deltas/1/publish_cpu_s", 1000.0),
        line("open", "/opened/open_ms", 1.0),
        line("first page", "/opened/page_ms", 1.0),
    ];
    report::plot(path, "Time by number of records", &lines)
}

/// The middle one.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
