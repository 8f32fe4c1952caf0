//! CPU time, memory, percentiles.

use rustix::time::{ClockId, clock_gettime};

fn seconds(clock: ClockId) -> f64 {
    let t = clock_gettime(clock);
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}

/// CPU seconds of this thread.
pub fn thread() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

/// CPU seconds of this process.
pub fn process() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// Milliseconds of this thread's CPU that `work` takes, and what it gives.
pub fn cpu_ms<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let before = thread();
    let done = work();
    ((thread() - before) * 1e3, done)
}

/// The value below which the share `p` (0–1) of the values lies.
pub fn percentile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = ((sorted.len() as f64 * p).ceil() as usize).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// Megabytes that only this process holds (anonymous), and all that it shows (RSS); Linux only.
pub fn memory() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find_map(|l| l.strip_prefix(name));
        line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok())
            .map_or(f64::NAN, |kb| kb / 1024.0)
    };
    (of("RssAnon:"), of("VmRSS:"))
}

/// A small seeded generator (splitmix64): the same questions and documents in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}
