//! `bench known-item`: a title is asked for, its document is to be found, by its body alone.

use crate::{
    Options,
    corpus::{self, Doc, Raw, lines, text},
    measure::{cpu_ms, percentile},
    peers::{self, Want},
    report,
};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The title of every document: bodies only are searched.
const NONE: &str = "·";

/// Runs it.
pub fn bench(options: &Options) -> Result<()> {
    let data = &options.corpus;
    let mut results = Vec::new();
    for (set, raw, queries) in [
        ("news", corpus::news(data)?, "known_item_xwlb_1000"),
        ("letters", corpus::petitions(data)?, "known_item_petitions_1000"),
    ] {
        let queries = lines(&data.join(format!("search_eval/{queries}.jsonl")))?;
        results.extend(over(options, set, raw, &queries)?);
    }
    report::json(
        &options.out,
        "known-item",
        &json!({"machine": report::machine(), "rows": results}),
    )
}

fn over(options: &Options, set: &str, mut raw: Vec<Raw>, queries: &[Value]) -> Result<Vec<Value>> {
    raw.sort_by(|a, b| a.published.cmp(&b.published));
    let docs: Vec<Doc> = raw.iter().map(|r| Doc::new(r, NONE)).collect();
    // The same letter may stand in several of the source's files: any of its copies is the one.
    let mut by_key: HashMap<&str, &str> = HashMap::new();
    for doc in &docs {
        by_key.insert(&doc.key, &doc.body);
    }
    println!(
        "### {set}: {} queries, {} documents, bodies only\n",
        queries.len(),
        docs.len()
    );
    let folder = tempfile::tempdir_in(&options.out)?;
    let mut rows = Vec::new();
    for kind in &options.only {
        let mut engine = peers::open(kind, folder.path())?;
        engine.index(&docs)?;
        for (want, how) in [(Want::All, "all words"), (Want::Any, "any word")] {
            // Ours decides by itself when to be content with most of a query.
            if kind == "us" && want == Want::All {
                continue;
            }
            let (mut reciprocal, mut found_in_10, mut asked, mut times) = (0.0, 0, 0, Vec::new());
            for query in queries {
                let Some(body) = by_key.get(text(query, "doc_id")) else {
                    continue;
                };
                let (ms, found) = cpu_ms(|| engine.best(text(query, "query"), want, 10));
                asked += 1;
                times.push(ms);
                let rank = found?.iter().position(|id| docs[*id as usize - 1].body == *body);
                if let Some(rank) = rank {
                    reciprocal += 1.0 / (rank + 1) as f64;
                    found_in_10 += 1;
                }
            }
            let how = if kind == "us" { "as typed" } else { how };
            rows.push(json!({
                "set": set, "engine": engine.name(), "how": how, "asked": asked,
                "mrr_10": reciprocal / asked as f64, "success_10": found_in_10 as f64 / asked as f64,
                "p50_ms": percentile(&times, 0.5), "p99_ms": percentile(&times, 0.99),
            }));
        }
    }
    let number =
        |row: &Value, name: &str, digits| format!("{:.digits$}", row[name].as_f64().unwrap_or(f64::NAN));
    let shown: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            vec![
                format!("{}, {}", text(r, "engine"), text(r, "how")),
                number(r, "mrr_10", 3),
                number(r, "success_10", 3),
                number(r, "p50_ms", 2),
                number(r, "p99_ms", 2),
            ]
        })
        .collect();
    report::table(&["engine", "MRR@10", "success@10", "p50 ms", "p99 ms"], &shown);
    Ok(rows)
}
