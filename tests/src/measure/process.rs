//! What the kernel says of a process, see proc(5): its CPU time, its birth, its share of memory.

use anyhow::{Context, Result};
use std::fs;

/// The kernel counts in ticks of 10 ms.
pub const TICKS: f64 = 100.0;

/// What stands behind its name in `/proc/…/stat`: state, parent, …
///
/// # Errors
/// There is no such process, or no `/proc`.
pub fn stat(process: u32) -> Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).context("measured on Linux")?;
    let behind = stat.rsplit(')').next().unwrap_or_default();
    Ok(behind.split_whitespace().map(str::to_owned).collect())
}

/// Two of them, one after the other, in seconds: of the user and of the kernel.
fn seconds(stat: &[String], first: usize) -> f64 {
    let ticks = stat.iter().skip(first).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// CPU seconds of a running process and of its children; none of one that has ended.
pub fn cpu_s(process: u32) -> f64 {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let children = children.unwrap_or_default();
    let children = children.split_whitespace().filter_map(|n| n.parse().ok());
    seconds(&stat(process).unwrap_or_default(), 11) + children.map(cpu_s).sum::<f64>()
}

/// CPU seconds of every child of this process that was waited for.
///
/// # Errors
/// Where there is no `/proc`.
pub fn children_cpu_s() -> Result<f64> {
    Ok(seconds(&stat(std::process::id())?, 13))
}

/// The share of memory that is this process's, in KiB.
pub fn pss_kib(process: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|l| l.strip_prefix("Pss:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
