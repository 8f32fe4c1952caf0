//! The other words that are looked for as well: synonyms, and the characters that letters stand for.

use super::{
    candidates::{self, Filter},
    lexicon::Lexicon,
    memory::Memory,
    syllables, synonyms,
    terms::{self, Strong, Term, expression},
};
use crate::error::Result;
use rusqlite::Connection;
use std::{slice, sync::Arc};

/// Documents that have the letters themselves, above which nobody means pinyin.
const LITERAL: usize = 3;
/// Documents that have a character strongly, above which it is not asked for beside other words: the index would read
/// every list of pairs that begins with it, each time it is asked.
const FEW_LISTS: u32 = 100;
/// Words that letters are taken for.
const MOST: usize = 4;
/// The weight of a synonym, and of a word that letters may stand for.
const SYNONYM: f64 = 0.6;
const READING: f64 = 0.8;

/// The terms of a query with all their ways, and the words that were added.
pub struct Expanded {
    /// The terms.
    pub terms: Vec<Term>,
    /// What was added to what was typed.
    pub added: Vec<String>,
    /// For rarity; perhaps not yet there.
    pub lexicon: Option<Arc<Lexicon>>,
}

/// Expands the folded words of a query. `indexed`: the index can be asked whether letters stand in documents as they
/// are.
pub fn expand(conn: &Connection, memory: &Memory, words: Vec<String>, indexed: bool) -> Result<Expanded> {
    let mut lexicon = memory.lexicon();
    let (mut parted, mut added) = (Vec::new(), Vec::new());
    for word in words {
        if is_mixed(&word) && indexed && literal(conn, &word)? == 0 {
            let runs = runs(&word);
            added.push(runs.join(" "));
            parted.extend(runs);
        } else {
            parted.push(word);
        }
    }
    let mut terms = terms::of(&parted, lexicon.as_deref());
    for term in &mut terms {
        let typed = term.typed().to_owned();
        for other in synonyms::of(&typed) {
            term.or(&other, SYNONYM, lexicon.as_deref());
            added.push(other);
        }
        if syllables::units(&typed).is_empty() || (indexed && literal(conn, &typed)? > LITERAL) {
            continue;
        }
        let known = memory.lexicon_now(conn)?;
        for word in meant(&typed, &known) {
            // A chain of pairs need not stand anywhere as a whole: 为示中学 is no word, though 为示, 示中 and 中学 are pairs.
            if indexed && literal(conn, &word)? == 0 {
                continue;
            }
            term.or(&word, READING, Some(&known));
            added.push(word);
        }
        lexicon = Some(known);
    }
    if indexed && !terms.iter().all(Term::is_begun) {
        for term in terms.iter_mut().filter(|t| t.is_begun()) {
            if candidates::is_strong_in(conn, slice::from_ref(term), FEW_LISTS)? {
                term.be_everywhere();
            }
        }
    }
    Ok(Expanded {
        terms,
        added,
        lexicon,
    })
}

/// The words that letters most likely stand for.
fn meant(letters: &str, lexicon: &Lexicon) -> Vec<String> {
    let mut words: Vec<(String, f64)> = Vec::new();
    for way in syllables::units(letters) {
        for (word, score) in lexicon.words(&way, false, MOST) {
            // Per pair: a longer word is not likelier for being longer.
            let pairs = super::document::count(way.len() - 1);
            if words.iter().all(|(known, _)| *known != word) {
                words.push((word, score / pairs));
            }
        }
    }
    words.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    // An eighth as frequent as the likeliest: e² is near enough.
    let least = words.first().map_or(0.0, |(_, score)| score - 2.0);
    words.retain(|(_, score)| *score >= least);
    words.truncate(MOST);
    words.into_iter().map(|(word, _)| word).collect()
}

/// Documents that have the word as it is, as far as that matters.
fn literal(conn: &Connection, word: &str) -> Result<usize> {
    let term = terms::of(&[word.to_owned()], None);
    let expression = expression(&term, Strong::None, &[]);
    let limit = u32::try_from(LITERAL + 1).unwrap_or(0);
    let found = candidates::newest(conn, &expression, &candidates::EVERYWHERE, &Filter::none(), limit)?;
    Ok(found.len())
}

fn is_mixed(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_alphabetic()) && !word.is_ascii()
}

/// 温州jiaoyu as 温州 and jiaoyu.
fn runs(word: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    for c in word.chars() {
        match runs.last_mut() {
            Some(run) if run.is_ascii() == c.is_ascii() => run.push(c),
            _ => runs.push(c.into()),
        }
    }
    runs
}
