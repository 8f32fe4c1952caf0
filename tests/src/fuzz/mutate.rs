//! How a good input is spoilt: a few changes in a row, of the kinds that have broken readers before.

use rand::{Rng, rngs::StdRng};

/// What stands in formats and is seldom where it should not be.
const PIECES: [&str; 36] = [
    "",
    "\0",
    "\n",
    "\r\n",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "18446744073709551616",
    "<",
    "</",
    "<p>",
    "<table>",
    "<svg><style>",
    "&#0;",
    "&lt;",
    "\u{202e}",
    "\u{feff}",
    "\u{3000}",
    "０",
    "一二三",
    "𠮷",
    "e\u{301}",
    "9999-12-31",
    "-009999-01-01",
];
/// No input grows beyond this by being spoilt.
const MOST: usize = 1 << 16;

/// One of the corpus, with one to eight changes.
pub fn spoil(corpus: &[Vec<u8>], rng: &mut StdRng) -> Vec<u8> {
    let mut input = pick(corpus, rng);
    for _ in 0..rng.random_range(1..=8) {
        change(&mut input, corpus, rng);
        input.truncate(MOST);
    }
    input
}

fn pick(corpus: &[Vec<u8>], rng: &mut StdRng) -> Vec<u8> {
    let n = rng.random_range(0..corpus.len().max(1));
    corpus.get(n).cloned().unwrap_or_default()
}

/// Two places of the input, in order.
fn range(input: &[u8], rng: &mut StdRng) -> std::ops::Range<usize> {
    let (a, b) = (
        rng.random_range(0..=input.len()),
        rng.random_range(0..=input.len()),
    );
    a.min(b)..a.max(b)
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], rng: &mut StdRng) {
    let at = rng.random_range(0..=input.len());
    match rng.random_range(0..8) {
        0 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << rng.random_range(0..8);
            }
        }
        1 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = rng.random();
            }
        }
        2 => input.truncate(at),
        3 => drop(input.drain(range(input, rng))),
        4 => {
            let part = input.get(range(input, rng)).unwrap_or_default().to_vec();
            drop(input.splice(at..at, part));
        }
        // The same again and again: depth and length.
        5 => {
            let many = 1_usize << rng.random_range(1..12);
            let part = PIECES
                .get(rng.random_range(0..PIECES.len()))
                .copied()
                .unwrap_or_default();
            drop(input.splice(at..at, part.repeat(many).into_bytes()));
        }
        6 => {
            let part = PIECES
                .get(rng.random_range(0..PIECES.len()))
                .copied()
                .unwrap_or_default();
            drop(input.splice(at..at, part.bytes()));
        }
        _ => {
            let other = pick(corpus, rng);
            let part = other.get(range(&other, rng)).unwrap_or_default().to_vec();
            drop(input.splice(at..at, part));
        }
    }
}
