//! When nothing has all of what was typed: the documents that have most of it. Whole sentences are typed and pasted,
//! and a headline stands in its own text in other words.
//!
//! Each gram votes with its rarity for the newest documents that have it; the best are then read and scored by all
//! grams in their text. Age says nothing here: whoever pastes a headline means that one document (MRR@10 of the news'
//! headlines 0.673 when what is new counted more, 0.732 since). Rows of three characters counted as well: 0.719.

use super::{
    candidates::{self, Filter},
    document::{Found, Reader, count},
    fold,
    grams::{self, Gram},
};
use crate::error::Result;
use rusqlite::Connection;
use std::{
    collections::{HashMap, HashSet},
    ops::RangeInclusive,
};

/// Grams that vote: the rarest.
const VOTERS: usize = 24;
/// Documents that one gram votes for.
const VOTES: u32 = 3000;
/// Documents that are read.
const READ: usize = 100;
/// Of the best document's score, what others must have to be shown.
const NEAR: f64 = 0.35;
/// Of the weight of all grams, what a document must have: two of three words of a sentence.
const ENOUGH: f64 = 0.3;

/// The documents that have most of these words, the best first; none when the words are too few to choose among.
pub fn find(
    conn: &Connection,
    words: &[String],
    parts: &[RangeInclusive<i64>],
    filter: &Filter,
    mut tired: impl FnMut() -> Result<()>,
) -> Result<Vec<Found>> {
    let grams = pairs(words);
    if grams.len() < 3 {
        return Ok(Vec::new());
    }
    let parts: Vec<_> = parts.iter().map(|part| (part.clone(), VOTES)).collect();
    let mut weights: Vec<(Gram, f64)> = Vec::new();
    let mut votes: HashMap<i64, f64> = HashMap::new();
    for &gram in grams.iter().take(VOTERS * 2) {
        tired()?;
        let mut expression = String::new();
        gram.ask(false, &mut expression);
        for tag in &filter.tags {
            expression.push_str(&format!(" AND \"{tag}\""));
        }
        let having = candidates::newest_in(conn, &expression, &parts, filter)?.concat();
        if having.is_empty() {
            weights.push((gram, 0.0));
            continue;
        }
        let weight = (count(VOTES as usize * 4) / count(having.len())).ln();
        weights.push((gram, weight));
        for doc in having {
            *votes.entry(doc).or_default() += weight;
        }
    }
    let mut best: Vec<(i64, f64)> = votes.into_iter().collect();
    let order = |a: &(i64, f64), b: &(i64, f64)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
    if best.len() > READ {
        best.select_nth_unstable_by(READ, order);
        best.truncate(READ);
    }
    let weights: HashMap<Gram, f64> = weights.into_iter().filter(|(_, w)| *w > 0.0).collect();
    let possible: f64 = weights.values().sum();
    let mut reader = Reader::new(conn)?;
    let mut found = Vec::new();
    for (doc, _) in best {
        tired()?;
        let score = reader.read(doc, filter, |mut seen| {
            let title = seen.title;
            let (score, share) = likeness(&weights, title, seen.body());
            (share / possible >= ENOUGH).then_some(score)
        })?;
        found.extend(score.flatten().map(|score| Found { doc, score }));
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.doc.cmp(&a.doc)));
    let least = found.first().map_or(0.0, |f| f.score * NEAR);
    found.retain(|f| f.score >= least);
    Ok(found)
}

/// BM25 of all grams, and the weight of those that are there.
fn likeness(weights: &HashMap<Gram, f64>, title: &str, body: &str) -> (f64, f64) {
    let mut times: HashMap<Gram, f64> = HashMap::new();
    for (text, worth) in [(title, 3.0), (body, 1.0)] {
        grams::each(text, |g| {
            if weights.contains_key(&g) {
                *times.entry(g).or_default() += worth;
            }
        });
    }
    let length = count(body.len() / 3 + 50);
    let (mut score, mut share) = (0.0, 0.0);
    for (gram, times) in times {
        let weight = weights.get(&gram).copied().unwrap_or(0.0);
        share += weight;
        score += weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / 700.0));
    }
    (score, share)
}

/// The words' pairs of neighbours, and their groups of three letters or digits, each once.
fn pairs(words: &[String]) -> Vec<Gram> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for word in words {
        let (of_word, _) = grams::of_term(&fold::fold(word));
        all.extend(of_word.into_iter().filter(|g| seen.insert(*g)));
    }
    all
}
