//! `bench search`: time, size, recall and precision over growing numbers of documents.

use crate::{
    Options,
    corpus::{self, Doc},
    measure::{self, Dice, cpu_ms, percentile},
    peers::{self, Peer, Scan, Us, Want},
    report::{self, Line},
};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::{collections::HashSet, path::Path, process::Command};

/// Questions of each kind.
const EACH: usize = 40;
/// Recall and precision are held against questions with at most so many answers: all of them are fetched, page by page.
const WHOLE: usize = 1000;

/// Questions, each a piece of some document: one, two, three, four and eight characters, two words of two characters,
/// and a phrase of six at which somebody stopped typing.
pub fn questions(docs: &[Doc]) -> Vec<(&'static str, String)> {
    let mut dice = Dice(3);
    let han = |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c);
    let mut cut = |doc: &Doc, length: usize| {
        let chars: Vec<char> = doc.body.chars().collect();
        (0..50).find_map(|_| {
            let at = dice.below(chars.len());
            let piece = chars.get(at..at + length)?;
            piece.iter().all(han).then(|| piece.iter().collect::<String>())
        })
    };
    let mut choose = Dice(4);
    let mut all = Vec::new();
    for (kind, lengths) in [
        ("1", &[1][..]),
        ("2", &[2]),
        ("3", &[3]),
        ("4", &[4]),
        ("6", &[6]),
        ("8", &[8]),
        ("2+2", &[2, 2]),
    ] {
        let mut made = 0;
        while made < EACH {
            let doc = &docs[choose.below(docs.len())];
            let words: Option<Vec<String>> = lengths.iter().map(|l| cut(doc, *l)).collect();
            if let Some(words) = words {
                all.push((kind, words.join(" ")));
                made += 1;
            }
        }
    }
    all
}

/// Runs it.
pub fn bench(options: &Options) -> Result<()> {
    let machine = report::machine();
    println!(
        "{machine}; CPU time; {} rounds interleaved; page of 20\n",
        options.rounds
    );
    let (mut results, mut lines) = (Vec::new(), Vec::<Line>::new());
    for &count in &options.docs {
        for row in measure_at(options, count)? {
            let name = row["engine"].as_str().unwrap_or_default().to_owned();
            let point = (count as f64, row["p99_ms"].as_f64().unwrap_or(1.0).max(0.01));
            match lines.iter_mut().find(|l| l.name == name) {
                Some(line) => line.points.push(point),
                None => lines.push(Line {
                    name,
                    points: vec![point],
                }),
            }
            results.push(row);
        }
        report::json(
            &options.out,
            "search",
            &json!({"machine": machine, "rows": results}),
        )?;
    }
    report::plot(
        &options.out.join("search.svg"),
        "p99 of a question (CPU) by documents",
        &lines,
    )
}

fn measure_at(options: &Options, count: usize) -> Result<Vec<Value>> {
    let docs = corpus::documents(&options.corpus, count)?;
    let text: usize = docs.iter().map(|d| d.title.len() + d.body.len()).sum();
    let questions = questions(&docs);
    println!(
        "### {count} documents, {:.1} MB of text, {} questions\n",
        text as f64 / 1e6,
        questions.len()
    );
    let folder = tempfile::tempdir_in(&options.out)?;

    let mut engines: Vec<Box<dyn Peer + '_>> = Vec::new();
    let mut seconds = Vec::new();
    for kind in &options.only {
        let mut engine = peers::open(kind, folder.path())?;
        let before = measure::process();
        engine.index(&docs)?;
        seconds.push(measure::process() - before);
        eprintln!(
            "{} indexed: {:.1} CPU s",
            engine.name(),
            measure::process() - before
        );
        engines.push(engine);
    }
    engines.push(Box::new(Scan(&docs)));
    seconds.push(0.0);

    // A question's time is the median of its rounds.
    let mut times = vec![vec![Vec::new(); questions.len()]; engines.len()];
    for _ in 0..options.rounds {
        for (engine, times) in engines.iter().zip(&mut times) {
            for ((_, question), times) in questions.iter().zip(times) {
                let (ms, found) = cpu_ms(|| engine.best(question, Want::All, 20));
                found?;
                times.push(ms);
            }
        }
    }

    let truth: Vec<HashSet<u32>> = questions
        .iter()
        .map(|(_, q)| Ok(Scan(&docs).all(q)?.into_iter().collect()))
        .collect::<Result<_>>()?;
    std::fs::write(
        folder.path().join("questions.json"),
        json!(questions.iter().map(|q| &q.1).collect::<Vec<_>>()).to_string(),
    )?;

    let mut rows = Vec::new();
    for (n, engine) in engines.iter().enumerate() {
        let (mut right, mut given, mut wanted, mut held, mut other) = (0, 0, 0, 0, 0);
        for ((_, question), truth) in questions.iter().zip(&truth) {
            if truth.len() > WHOLE {
                continue;
            }
            let found: HashSet<u32> = engine.all(question)?.into_iter().collect();
            held += 1;
            right += found.intersection(truth).count();
            given += found.len();
            wanted += truth.len();
            let added = engine.added(question)?;
            let has = |id: &u32| {
                let doc = &docs[*id as usize - 1];
                added
                    .iter()
                    .any(|a| doc.title.contains(a) || doc.body.contains(a))
            };
            other += found.difference(truth).filter(|id| has(id)).count();
        }
        let medians: Vec<f64> = times[n].iter().map(|t| percentile(t, 0.5)).collect();
        let rss = match options.only.get(n) {
            Some(kind) => memory_of(kind, folder.path())?,
            None => Value::Null,
        };
        let slowest = medians.iter().zip(&questions).max_by(|a, b| a.0.total_cmp(b.0));
        rows.push(json!({
            "engine": engine.name(), "docs": count, "text_bytes": text,
            "p50_ms": percentile(&medians, 0.5), "p95_ms": percentile(&medians, 0.95),
            "p99_ms": percentile(&medians, 0.99), "slowest": slowest.map(|s| &s.1.1),
            "index_per_text": engine.index_bytes()? as f64 / text as f64,
            "docs_per_cpu_s": count as f64 / seconds[n],
            "recall": right as f64 / wanted as f64, "precision": right as f64 / given as f64,
            "questions_held": held, "beyond": given - right, "beyond_by_added_words": other, "memory": rss,
        }));
    }
    let shown: Vec<Vec<String>> = rows.iter().map(shown).collect();
    report::table(
        &[
            "engine",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "index/text",
            "docs/CPU-s",
            "recall",
            "precision",
            "memory MB (anonymous / RSS)",
        ],
        &shown,
    );
    if let Some(us) = rows
        .first_mut()
        .filter(|_| options.only.first().is_some_and(|kind| kind == "us"))
    {
        println!(
            "{} hits of ours beyond the scan's, {} of them by synonyms and readings\n",
            us["beyond"], us["beyond_by_added_words"]
        );
        drop(engines);
        us["start_and_sync"] = start_and_sync(folder.path(), &docs, &questions)?;
    }
    Ok(rows)
}

/// What only ours has: a first question after the work that is done before it, and syncs of a hundred new documents.
fn start_and_sync(folder: &Path, docs: &[Doc], questions: &[(&str, String)]) -> Result<Value> {
    let folder = folder.join("us");
    let (mut warmed, mut first) = (Vec::new(), Vec::new());
    for (_, question) in questions.iter().step_by(questions.len() / 20) {
        let engine = Us::cold(&folder)?;
        warmed.push(cpu_ms(|| engine.warm()).0);
        let (ms, found) = cpu_ms(|| engine.best(question, Want::All, 20));
        found?;
        first.push(ms);
    }
    let engine = Us::cold(&folder)?;
    let mut dice = Dice(5);
    let (mut synced, mut waited, mut grams) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..20 {
        let new: Vec<&Doc> = (0..100).map(|_| &docs[dice.below(docs.len())]).collect();
        let before = std::time::Instant::now();
        let (ms, done) = cpu_ms(|| engine.add(docs.len() + 100 * round, &new));
        done?;
        synced.push(ms);
        waited.push(before.elapsed().as_secs_f64() * 1e3);
        let (ms, done) = cpu_ms(|| engine.add_to_index(docs.len() + 100 * round, new.len()));
        done?;
        grams.push(ms);
    }
    let of = |values: &[f64]| json!([percentile(values, 0.5), percentile(values, 1.0)]);
    let all = [
        ("made ready before it", &warmed),
        ("the first question after that", &first),
        ("100 documents: rows, bodies, index", &synced),
        ("the same by the clock, with its fsync", &waited),
        ("100 documents put again into the index alone", &grams),
    ];
    let shown: Vec<Vec<String>> = all
        .iter()
        .map(|(name, ms)| {
            vec![
                (*name).to_owned(),
                format!("{:.1}", percentile(ms, 0.5)),
                format!("{:.1}", percentile(ms, 1.0)),
            ]
        })
        .collect();
    report::table(&["of 20", "median ms", "longest ms"], &shown);
    Ok(all
        .iter()
        .map(|(name, ms)| ((*name).to_owned(), of(ms)))
        .collect::<serde_json::Map<_, _>>()
        .into())
}

fn shown(row: &Value) -> Vec<String> {
    let number = |name: &str, digits| row[name].as_f64().map_or("–".into(), |v| format!("{v:.digits$}"));
    let share = |name: &str| {
        row[name]
            .as_f64()
            .map_or("–".into(), |v| format!("{:.2} %", 100.0 * v))
    };
    let memory = row["memory"].as_array().map_or("–".into(), |m| {
        format!(
            "{:.0} / {:.0}",
            m[0].as_f64().unwrap_or_default(),
            m[1].as_f64().unwrap_or_default()
        )
    });
    vec![
        row["engine"].as_str().unwrap_or_default().into(),
        number("p50_ms", 2),
        number("p95_ms", 2),
        number("p99_ms", 2),
        number("index_per_text", 3),
        number("docs_per_cpu_s", 0),
        share("recall"),
        share("precision"),
        memory,
    ]
}

/// What an engine holds in a process of its own, once it has answered all questions.
fn memory_of(kind: &str, folder: &Path) -> Result<Value> {
    let run = Command::new(std::env::current_exe()?)
        .arg("memory")
        .arg(kind)
        .arg(folder)
        .output()?;
    serde_json::from_slice(&run.stdout).with_context(|| String::from_utf8_lossy(&run.stderr).into_owned())
}

/// The other side of it.
pub fn memory(args: &[String]) -> Result<()> {
    let [kind, folder] = args else {
        anyhow::bail!("memory KIND FOLDER")
    };
    let folder = Path::new(folder);
    let questions: Vec<String> = serde_json::from_slice(&std::fs::read(folder.join("questions.json"))?)?;
    let engine = peers::open(kind, folder)?;
    for question in &questions {
        engine.best(question, Want::All, 20)?;
    }
    let (anonymous, rss) = measure::memory();
    println!("{}", json!([anonymous, rss]));
    Ok(())
}
