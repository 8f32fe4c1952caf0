//! 您是不是找…: what was probably meant, when little or nothing was found.
//!
//! First other characters of the same sound (户扣 → 户口), then of a similar sound (fulan → hunan), then one character
//! exchanged, left out or turned round. Nothing is suggested that would not find clearly more.

use super::{
    lexicon::Lexicon,
    syllables::{self, Unit},
};

/// Longer words are sentences: what is wrong in them cannot be guessed.
const LONGEST: usize = 10;
/// Suggestions that are tried against the index.
const TRIED: usize = 6;

/// What may have been meant by a folded term, the likeliest first.
pub fn instead_of(term: &str, lexicon: &Lexicon) -> Vec<String> {
    let chars: Vec<char> = term.chars().collect();
    if chars.len() < 2 || chars.len() > LONGEST {
        return Vec::new();
    }
    let mut all = if term.is_ascii() {
        of_letters(term, lexicon)
    } else {
        let mut all = alike(&chars, lexicon);
        all.extend(edited(&chars, lexicon));
        all
    };
    all.retain(|other| other != term);
    let mut seen = Vec::new();
    all.retain(|other| {
        !seen.contains(other) && {
            seen.push(other.clone());
            true
        }
    });
    all.truncate(TRIED);
    all
}

/// Letters that are a word only if one listens loosely.
fn of_letters(letters: &str, lexicon: &Lexicon) -> Vec<String> {
    let ways = syllables::units(letters);
    let words = ways.iter().flat_map(|way| lexicon.words(way, true, 3));
    words.map(|(word, _)| word).collect()
}

/// The same sounds, then similar ones.
fn alike(chars: &[char], lexicon: &Lexicon) -> Vec<String> {
    let read = |c: &char| syllables::of(*c).first().copied().map(Unit::Whole);
    let Some(units) = chars.iter().map(read).collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let same = lexicon.words(&units, false, 3);
    let similar = lexicon.words(&units, true, 3);
    same.into_iter().chain(similar).map(|(word, _)| word).collect()
}

/// One character other, too many, or in the wrong place.
fn edited(chars: &[char], lexicon: &Lexicon) -> Vec<String> {
    let mut all: Vec<(u32, String)> = Vec::new();
    let mut try_one = |word: Vec<char>| {
        // As likely as its rarest pair; a pair that never was makes it no word.
        let pairs = word.windows(2).map(|two| match two {
            [a, b] => lexicon.together(*a, *b),
            _ => 0,
        });
        if let Some(least) = pairs.min().filter(|least| *least > 0) {
            all.push((least, word.into_iter().collect()));
        }
    };
    for n in 0..chars.len() {
        let (before, rest) = chars.split_at(n);
        let [c, after @ ..] = rest else { continue };
        if chars.len() > 2 {
            try_one([before, after].concat());
        }
        if let [next, after @ ..] = after {
            try_one([before, &[*next, *c], after].concat());
        }
        let candidates = match before.last() {
            Some(left) => lexicon.neighbours(*left, true, 200),
            None => after
                .first()
                .map_or_else(Vec::new, |right| lexicon.neighbours(*right, false, 200)),
        };
        if chars.len() > 2 {
            candidates
                .into_iter()
                .filter(|other| other != c)
                .for_each(|other| {
                    try_one([before, &[other], after].concat());
                });
        }
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.into_iter().map(|(_, word)| word).collect()
}
