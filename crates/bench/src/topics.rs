//! `bench topics`: what following 200 topics costs a round that brings 1,000 records, beside looking for each topic's
//! words in each record by itself.

use crate::{
    Options,
    corpus::{Doc, documents},
    measure::{Dice, cpu_ms, percentile},
    report,
};
use anyhow::{Result, ensure};
use serde_json::json;
use std::collections::BTreeSet;
use weimenhu_core::bench::{Topics, folded, words_of_body};
use weimenhu_domain::Collection;

/// The design's numbers.
const TOPICS: usize = 200;
const RECORDS: usize = 1000;

/// Runs it.
pub fn bench(options: &Options) -> Result<()> {
    let docs = documents(&options.corpus, RECORDS)?;
    let mut dice = Dice(7);
    let mut words = BTreeSet::new();
    while words.len() < TOPICS {
        let Some(doc) = docs.get(dice.below(docs.len())) else {
            continue;
        };
        let title: Vec<char> = doc.title.chars().filter(|c| c.is_alphabetic()).collect();
        let length = 2 + dice.below(3);
        let from = dice.below(title.len().max(length + 1) - length);
        let word: String = title.iter().skip(from).take(length).collect();
        if word.chars().count() == length {
            words.insert(word);
        }
    }
    let (mut ours, mut each, mut made) = (Vec::new(), Vec::new(), Vec::new());
    let (mut met, mut met_each) = (0, 0);
    for _ in 0..options.rounds.max(1) {
        let (ms, topics) = cpu_ms(|| Topics::new(words.iter().cloned()));
        let mut topics = topics?;
        made.push(ms);
        let (ms, count) = cpu_ms(|| -> usize {
            let of = |doc: &Doc| topics.of(Collection::News, &doc.title, &doc.wire);
            docs.iter().map(of).sum()
        });
        ours.push(ms);
        met = count;
        let (ms, count) = cpu_ms(|| -> usize {
            let folded_words: Vec<String> = words.iter().map(|w| folded(w)).collect();
            let of = |doc: &Doc| {
                let title = folded(&doc.title);
                let body = folded(&words_of_body(Collection::News, &doc.wire));
                let has = |word: &&String| title.contains(word.as_str()) || body.contains(word.as_str());
                folded_words.iter().filter(has).count()
            };
            docs.iter().map(of).sum()
        });
        each.push(ms);
        met_each = count;
    }
    ensure!(met >= met_each, "{met} found, {met_each} are there");
    let row = |name: &str, times: &[f64], count: usize| {
        vec![
            name.to_owned(),
            format!("{:.1}", percentile(times, 0.5)),
            format!("{:.1}", percentile(times, 1.0)),
            count.to_string(),
        ]
    };
    println!("{TOPICS} topics, {RECORDS} records; {}\n", report::machine());
    report::table(
        &["", "median ms", "most ms", "matches"],
        &[
            row("微门户: one pass over each record", &ours, met),
            row("made ready for it, once a round", &made, 0),
            row("each word by itself", &each, met_each),
        ],
    );
    report::json(
        &options.out,
        "topics",
        &json!({ "topics": TOPICS, "records": RECORDS, "ours_ms": ours, "ready_ms": made, "each_ms": each, "matches": met }),
    )
}
