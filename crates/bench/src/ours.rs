//! `bench ours`: ours alone, in a minute: what making the index costs, and which questions are the slow ones. For
//! whoever changes the engine; what is claimed of it comes from `bench search`.

use crate::{
    Options, corpus,
    measure::{self, cpu_ms, percentile},
    peers::{Peer, Us, Want},
    report,
    search::questions,
};
use anyhow::Result;
use std::collections::BTreeMap;

/// Runs it.
pub fn bench(options: &Options) -> Result<()> {
    println!("{}; CPU time; page of 20\n", report::machine());
    for &count in &options.docs {
        let docs = corpus::documents(&options.corpus, count)?;
        let text: usize = docs.iter().map(|d| d.title.len() + d.body.len()).sum();
        let folder = tempfile::tempdir_in(&options.out)?;
        let mut engine = Us::cold(folder.path())?;
        let before = measure::process();
        engine.index(&docs)?;
        let seconds = measure::process() - before;
        println!(
            "{count} documents, {:.1} MB: {:.0} docs/CPU-s, index/text {:.3}\n",
            text as f64 / 1e6,
            count as f64 / seconds,
            engine.index_bytes()? as f64 / text as f64
        );
        let mut all = Vec::new();
        for (kind, question) in questions(&docs) {
            let mut times = Vec::new();
            for _ in 0..options.rounds {
                let (ms, found) = cpu_ms(|| engine.best(&question, Want::All, 20));
                found?;
                times.push(ms);
            }
            all.push((percentile(&times, 0.5), kind, question));
        }
        let mut kinds: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (ms, kind, _) in &all {
            kinds.entry(kind).or_default().push(*ms);
            kinds.entry("all").or_default().push(*ms);
        }
        let shown: Vec<Vec<String>> = kinds
            .iter()
            .map(|(kind, ms)| {
                let at = |p| format!("{:.2}", percentile(ms, p));
                vec![(*kind).into(), at(0.5), at(0.95), at(0.99), at(1.0)]
            })
            .collect();
        report::table(
            &["characters", "p50 ms", "p95 ms", "p99 ms", "longest ms"],
            &shown,
        );
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (ms, kind, question) in all.iter().take(8) {
            println!("{ms:.2} ms ({kind}): {question}");
        }
    }
    Ok(())
}
