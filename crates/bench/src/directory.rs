//! `bench directory`: names by their characters, pinyin, initials, and half of them, beside nucleo and ib-matcher.

use crate::{
    Options,
    corpus::{lines, text},
    measure::{cpu_ms, percentile},
    report,
};
use anyhow::Result;
use ib_matcher::matcher::{IbMatcher, PinyinMatchConfig};
use nucleo_matcher::{
    Config, Matcher, Utf32String,
    pattern::{CaseMatching, Normalization, Pattern},
};
use serde_json::{Value, json};
use std::{collections::HashSet, path::Path};
use weimenhu_core::bench::Names;

/// Names asked for, each in all ways.
const NAMES: usize = 150;
const WAYS: [&str; 5] = ["characters", "pinyin", "initials", "half-typed", "mixed"];

/// A name, its pinyin and its initials as the data set has them: another source than the engine's.
struct Spelled {
    name: String,
    pinyin: String,
    initials: String,
}

impl Spelled {
    fn typed(&self, way: &str) -> String {
        let chars: Vec<char> = self.name.chars().collect();
        let part =
            |text: &str, from: usize, length: usize| text.chars().skip(from).take(length).collect::<String>();
        match way {
            "characters" => chars.iter().rev().take(4).rev().collect(),
            "pinyin" => self.pinyin.clone(),
            "initials" => self.initials.clone(),
            "half-typed" => part(&self.pinyin, 0, self.pinyin.len() * 7 / 10),
            _ => part(&self.name, 0, 2) + &part(&self.initials, 2, usize::MAX),
        }
    }
}

/// Runs it.
pub fn bench(options: &Options) -> Result<()> {
    let data = &options.corpus;
    let plain = |name: &str| name.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    // Names recur in the data set: each once, so that its place is its number.
    let mut once = HashSet::new();
    let spelled: Vec<Spelled> = lines(&data.join("search_eval/pinyin_oracle.jsonl"))?
        .iter()
        .filter(|v| {
            text(v, "kind") != "news" && plain(text(v, "name")) && once.insert(text(v, "name").to_owned())
        })
        .map(|v| Spelled {
            name: text(v, "name").into(),
            pinyin: text(v, "pinyin").into(),
            initials: text(v, "initials").into(),
        })
        .take(NAMES)
        .collect();
    let own: Vec<String> = ["agencies", "phones", "schools", "hospitals"]
        .iter()
        .map(|n| lines(&Path::new("assets/wenzhou/sample").join(format!("{n}.jsonl"))))
        .collect::<Result<Vec<_>>>()?
        .iter()
        .flatten()
        .map(|v| text(v, "name").to_owned())
        .collect();
    let schools = lines(&data.join("directory/schools_china_28610.jsonl"))?;
    let mut results = Vec::new();
    for size in [0, 20_000] {
        let mut seen = HashSet::new();
        let names: Vec<&str> = spelled
            .iter()
            .map(|s| s.name.as_str())
            .chain(own.iter().map(String::as_str))
            .chain(schools.iter().map(|v| text(v, "name")).take(size))
            .filter(|n| seen.insert(*n))
            .collect();
        println!(
            "### {} names, {} asked for in {} ways\n",
            names.len(),
            spelled.len(),
            WAYS.len()
        );
        results.extend(over(options, &names, &spelled)?);
    }
    report::json(
        &options.out,
        "directory",
        &json!({"machine": report::machine(), "rows": results}),
    )
}

type Find<'a> = Box<dyn FnMut(&str) -> Vec<usize> + 'a>;

fn over(options: &Options, names: &[&str], spelled: &[Spelled]) -> Result<Vec<Value>> {
    let ours = Names::new(names.iter().map(|n| (*n, "")));
    let haystacks: Vec<Utf32String> = names.iter().map(|n| Utf32String::from(*n)).collect();
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut engines: Vec<(&str, Find<'_>)> = vec![
        (
            "微门户",
            Box::new(|q| ours.find(q, 10).0.iter().map(|id| *id as usize).collect()),
        ),
        (
            "ib-matcher (pinyin)",
            Box::new(|q| {
                let matcher = IbMatcher::builder(q).pinyin(PinyinMatchConfig::default()).build();
                let found = (0..).zip(names).filter_map(|(n, name)| {
                    let at = matcher.find(*name)?;
                    Some((at.start(), name.len(), n))
                });
                best(found.collect())
            }),
        ),
        (
            "nucleo-matcher (no pinyin)",
            Box::new(move |q| {
                let pattern = Pattern::parse(q, CaseMatching::Ignore, Normalization::Smart);
                let found = (0..).zip(&haystacks).filter_map(|(n, hay)| {
                    let score = pattern.score(hay.slice(..), &mut matcher)?;
                    Some((u32::MAX as usize - score as usize, hay.len(), n))
                });
                best(found.collect())
            }),
        ),
    ];
    let mut rows = Vec::new();
    let mut times = vec![vec![Vec::new(); WAYS.len()]; engines.len()];
    let mut found = vec![vec![(0, 0); WAYS.len()]; engines.len()];
    for round in 0..options.rounds {
        for (e, (_, find)) in engines.iter_mut().enumerate() {
            for (w, way) in WAYS.iter().enumerate() {
                for (n, name) in spelled.iter().enumerate() {
                    let typed = name.typed(way);
                    let (ms, ids) = cpu_ms(|| find(&typed));
                    times[e][w].push(ms);
                    if round == 0 {
                        found[e][w].0 += usize::from(ids.first() == Some(&n));
                        found[e][w].1 += usize::from(ids.contains(&n));
                    }
                }
            }
        }
    }
    let mut shown = Vec::new();
    for (e, (name, _)) in engines.iter().enumerate() {
        let all: Vec<f64> = times[e].iter().flatten().copied().collect();
        let mut cells = vec![
            (*name).to_owned(),
            format!("{:.2}", percentile(&all, 0.5)),
            format!("{:.2}", percentile(&all, 0.99)),
        ];
        for (w, way) in WAYS.iter().enumerate() {
            let share = |n: usize| 100.0 * n as f64 / spelled.len() as f64;
            cells.push(format!(
                "{:.0} / {:.0}",
                share(found[e][w].0),
                share(found[e][w].1)
            ));
            rows.push(json!({
                "engine": name, "names": names.len(), "way": way,
                "at_1": share(found[e][w].0), "at_10": share(found[e][w].1),
                "p50_ms": percentile(&times[e][w], 0.5), "p99_ms": percentile(&times[e][w], 0.99),
            }));
        }
        shown.push(cells);
    }
    let mut head = vec!["found at 1 / at 10, %", "p50 ms", "p99 ms"];
    head.extend(WAYS);
    report::table(&head, &shown);
    Ok(rows)
}

/// The ten with the lowest keys.
fn best(mut found: Vec<(usize, usize, usize)>) -> Vec<usize> {
    found.sort_unstable();
    found.into_iter().take(10).map(|f| f.2).collect()
}
