//! `bench directory`: names by their characters, pinyin, initials, half of them and their numbers, beside nucleo and
//! ib-matcher.

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
const WAYS: [&str; 8] = [
    "characters",
    "pinyin",
    POLYPHONES,
    "initials",
    "half-typed",
    "mixed",
    "number",
    "six digits",
];
/// By pinyin, of names with a character that is read in several ways.
const POLYPHONES: &str = "polyphones";
/// Characters of names that are read in several ways, the commonest.
const SEVERAL: &str = "乐重行长曾单解区仇盖查华任翟车厦六台石都朝会地大中合沈沙南藏省和处校参种调";

/// A name, its pinyin and its initials as the data set has them: another source than the engine's.
struct Spelled {
    name: String,
    pinyin: String,
    initials: String,
}

impl Spelled {
    /// Asked for in this way.
    fn is_asked(&self, way: &str) -> bool {
        way != POLYPHONES || self.name.contains(|c| SEVERAL.contains(c))
    }

    /// What is typed for it, the n-th name.
    fn typed(&self, way: &str, n: usize) -> String {
        let chars: Vec<char> = self.name.chars().collect();
        let part =
            |text: &str, from: usize, length: usize| text.chars().skip(from).take(length).collect::<String>();
        match way {
            "characters" => chars.iter().rev().take(4).rev().collect(),
            "pinyin" | POLYPHONES => self.pinyin.clone(),
            "initials" => self.initials.clone(),
            "half-typed" => part(&self.pinyin, 0, self.pinyin.len() * 7 / 10),
            "number" => number(n),
            "six digits" => part(&number(n).replace(['-', ' '], ""), 6, 6),
            _ => part(&self.name, 0, 2) + &part(&self.initials, 2, usize::MAX),
        }
    }
}

/// The made-up number of the n-th name: no two share their last six digits.
fn number(n: usize) -> String {
    let digits = format!("{:07}", (n * 7919 + 123_456) % 1_000_000 + 8_000_000);
    let (four, rest) = digits.split_at(4);
    format!("0577-8{four} {rest}")
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
    let numbers: Vec<String> = (0..names.len()).map(number).collect();
    let ours = Names::new(names.iter().copied().zip(numbers.iter().map(String::as_str)));
    // The peers know no numbers: they are asked for them as they stand, after the name.
    let both: Vec<String> = (names.iter().zip(&numbers))
        .map(|(name, number)| format!("{name} {number}"))
        .collect();
    let haystacks: Vec<Utf32String> = both.iter().map(|text| Utf32String::from(text.as_str())).collect();
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
                let found = (0..).zip(&both).filter_map(|(n, text)| {
                    let at = matcher.find(text.as_str())?;
                    Some((at.start(), text.len(), n))
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
                for (n, name) in spelled.iter().enumerate().filter(|(_, name)| name.is_asked(way)) {
                    let typed = name.typed(way, n);
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
            let asked = spelled.iter().filter(|name| name.is_asked(way)).count();
            let share = |n: usize| 100.0 * n as f64 / asked as f64;
            cells.push(format!(
                "{:.0} / {:.0}",
                share(found[e][w].0),
                share(found[e][w].1)
            ));
            rows.push(json!({
                "engine": name, "names": names.len(), "way": way, "asked": asked,
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
