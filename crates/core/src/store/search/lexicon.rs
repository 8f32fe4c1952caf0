//! The words of this city: which characters stand together, and how often. From the newest documents and all names,
//! in memory, made in a quiet moment.
//!
//! Two uses: how rare a gram is, and a small input method. Letters become the characters they most likely stand for
//! (`gongjijin`, `gjj`, `gongjij` → 公积金) by a walk over pairs of neighbours, so that words need no dictionary and
//! new ones are there as soon as the news has them.
//!
//! Rejected: a bundled dictionary (half of a city's words are not in it), the index's own vocabulary (fts5vocab
//! reads all of it for the counts: a second at 100 k documents, where 1,000 documents tell the same), an FST (the
//! pairs are few enough for plain lists).

use super::{
    fold::{self, GAP},
    grams::{self, Gram},
    index,
    syllables::{self, Syllable, Unit},
    synonyms, text,
};
use crate::error::Result;
use rusqlite::Connection;
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};
use weimenhu_domain::Collection;

/// Documents read of each collection that grows: 50 ms.
const SAMPLE: u32 = 1000;
/// A name counts as this many documents: there is only one of it.
const NAME: u32 = 2;
/// Grams seen less often tell nothing.
const LEAST: u32 = 2;
/// Readings of one character that are considered.
const READINGS: usize = 3;
/// Half-made words that are followed at once.
const BEAM: usize = 24;

/// Two characters that stand together, as they are read.
struct Pair {
    a: char,
    b: char,
    first: Syllable,
    second: Syllable,
    count: u32,
}

/// What the documents here are made of.
#[derive(Default)]
pub struct Lexicon {
    documents: u32,
    counts: HashMap<Gram, u32>,
    /// By the letters that both begin with, the most frequent first.
    pairs: HashMap<(u8, u8), Vec<Pair>>,
    /// What stands behind a character, and before it, in its order, the most frequent first. Looked for among all
    /// pairs, it was a fifth of the questions' time.
    after: Vec<Beside>,
    before: Vec<Beside>,
}

/// A character, how often the other stands beside it, and the other.
type Beside = (char, Reverse<u32>, char);

impl Lexicon {
    /// Reads the newest documents and all names.
    pub fn read(conn: &Connection) -> Result<Self> {
        let mut counts: HashMap<Gram, u32> = HashMap::new();
        let mut documents = 0;
        let mut distinct = HashSet::new();
        let mut add = |folded: &str, times: u32| {
            documents += 1;
            distinct.clear();
            grams::each(folded, |g| {
                if distinct.insert(g) {
                    *counts.entry(g).or_default() += times;
                }
            });
        };
        let mut rows = conn.prepare_cached(
            "SELECT r.title, b.wire FROM record r LEFT JOIN body b USING (doc)
             WHERE r.doc BETWEEN ?1 AND ?2 AND r.readable ORDER BY r.doc DESC LIMIT ?3",
        )?;
        for collection in Collection::ALL.into_iter().filter(|c| index::is_searched(*c)) {
            let range = index::range(collection);
            let limit = if collection.grows() { SAMPLE } else { u32::MAX };
            let mut rows = rows.query((range.start(), range.end(), limit))?;
            while let Some(row) = rows.next()? {
                let title = fold::fold(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
                let wire = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?;
                match wire.filter(|_| collection.grows()) {
                    Some(wire) => {
                        let body = fold::fold(&text::of_body(collection, wire));
                        add(&format!("{title}{GAP}{body}"), 1);
                    }
                    None => add(&title, if collection.grows() { 1 } else { NAME }),
                }
            }
        }
        synonyms::all().for_each(|word| add(word, NAME));
        counts.retain(|_, n| *n >= LEAST);
        counts.shrink_to_fit();
        let pairs = pairs(&counts);
        let beside = |of: fn(&Pair) -> (char, char)| {
            let all = pairs.values().flatten();
            let mut all: Vec<Beside> = all
                .map(|pair| {
                    let (c, other) = of(pair);
                    (c, Reverse(pair.count), other)
                })
                .collect();
            all.sort_unstable();
            // Once for each way to read it.
            all.dedup();
            all.shrink_to_fit();
            all
        };
        Ok(Self {
            documents,
            after: beside(|pair| (pair.a, pair.b)),
            before: beside(|pair| (pair.b, pair.a)),
            pairs,
            counts,
        })
    }

    /// Documents of the sample that have the gram.
    pub fn documents_with(&self, gram: Gram) -> u32 {
        self.counts.get(&gram).copied().unwrap_or(0)
    }

    /// How much a word says that so many documents of the sample have.
    pub fn rarity(&self, documents: u32) -> f64 {
        let (n, all) = (f64::from(documents), f64::from(self.documents));
        (1.0 + (all - n.min(all) + 0.5) / (n + 0.5)).ln()
    }

    /// How often two characters stand together.
    pub fn together(&self, a: char, b: char) -> u32 {
        self.documents_with(Gram::two(a, b))
    }

    /// What most often stands before (`after`: behind) a character.
    pub fn neighbours(&self, c: char, after: bool, most: usize) -> Vec<char> {
        let all = if after { &self.after } else { &self.before };
        let from = all.partition_point(|(of, ..)| *of < c);
        let of_it = all.get(from..).unwrap_or_default();
        let of_it = of_it.iter().take_while(|(of, ..)| *of == c);
        of_it.take(most).map(|(.., other)| *other).collect()
    }

    /// The words that are read like this, the likeliest first. `fuzzy` takes sounds for each other that half the
    /// country does not tell apart.
    pub fn words(&self, units: &[Unit], fuzzy: bool, most: usize) -> Vec<(String, f64)> {
        let sets: Vec<_> = units.iter().map(|u| u.syllables(fuzzy)).collect();
        let mut beam: Vec<(Vec<char>, f64)> = Vec::new();
        for (n, two) in sets.windows(2).enumerate() {
            let [first, second] = two else { continue };
            let mut next: Vec<(Vec<char>, f64)> = Vec::new();
            for pair in self.bucket(first, second) {
                let gain = f64::from(pair.count).ln();
                if n == 0 {
                    next.push((vec![pair.a, pair.b], gain));
                } else {
                    let ending = beam.iter().filter(|(word, _)| word.last() == Some(&pair.a));
                    next.extend(ending.map(|(word, score)| ([&word[..], &[pair.b]].concat(), score + gain)));
                }
            }
            next.sort_by(|x, y| y.1.total_cmp(&x.1).then_with(|| x.0.cmp(&y.0)));
            next.dedup_by(|x, y| x.0 == y.0);
            // The first step is the widest: what begins rarely may go on well.
            next.truncate(if n + 2 == sets.len() { most } else { BEAM * 8 });
            beam = next;
        }
        beam.into_iter()
            .map(|(word, score)| (word.into_iter().collect(), score))
            .collect()
    }

    fn bucket<'a>(
        &'a self,
        first: &'a HashSet<Syllable>,
        second: &'a HashSet<Syllable>,
    ) -> impl Iterator<Item = &'a Pair> {
        let letters = |set: &HashSet<Syllable>| -> HashSet<u8> { set.iter().map(|s| s.letter()).collect() };
        let (left, right) = (letters(first), letters(second));
        let keys = left
            .into_iter()
            .flat_map(move |l| right.clone().into_iter().map(move |r| (l, r)));
        keys.filter_map(|key| self.pairs.get(&key))
            .flatten()
            .filter(|p| first.contains(&p.first) && second.contains(&p.second))
    }
}

fn pairs(counts: &HashMap<Gram, u32>) -> HashMap<(u8, u8), Vec<Pair>> {
    let mut pairs: HashMap<(u8, u8), Vec<Pair>> = HashMap::new();
    let mut written = String::new();
    for (gram, &count) in counts {
        written.clear();
        gram.write(&mut written);
        let mut chars = written.chars();
        let (Some(a), Some(b), None) = (chars.next(), chars.next(), chars.next()) else {
            continue;
        };
        for first in syllables::of(a).into_iter().take(READINGS) {
            for second in syllables::of(b).into_iter().take(READINGS) {
                pairs
                    .entry((first.letter(), second.letter()))
                    .or_default()
                    .push(Pair {
                        a,
                        b,
                        first,
                        second,
                        count,
                    });
            }
        }
    }
    for list in pairs.values_mut() {
        list.sort_unstable_by(|x, y| y.count.cmp(&x.count).then((x.a, x.b).cmp(&(y.a, y.b))));
        list.shrink_to_fit();
    }
    pairs
}
