//! What is shown of a hit: the title and a piece of the text, with the words that were looked for marked.
//!
//! Folding keeps the number of characters, so a place in the folded text is a place in the original.

use super::{fold, terms::Term};
use crate::view::Span;
use std::ops::Range;

/// Characters of a snippet: two lines on a phone.
const WINDOW: usize = 64;
/// Characters before the first word of a snippet.
const LEAD: usize = 12;
/// Characters of a body that are looked through for a snippet.
const SEEN: usize = 20_000;

/// The title in pieces.
pub fn title(title: &str, terms: &[Term]) -> Vec<Span> {
    let chars: Vec<char> = title.chars().collect();
    let places = places(&chars, terms);
    pieces(&chars, 0..chars.len(), &places)
}

/// The title with one piece of it marked.
pub fn marked(title: &str, place: &Range<usize>) -> Vec<Span> {
    let chars: Vec<char> = title.chars().collect();
    pieces(&chars, 0..chars.len(), &[(place.clone(), 0)])
}

/// The piece of the body with most of the words; nothing when it has none of them.
pub fn snippet(body: &str, terms: &[Term]) -> Vec<Span> {
    let chars: Vec<char> = body.chars().take(SEEN).map(one_line).collect();
    let places = places(&chars, terms);
    let mut best = (0, 0..0);
    let mut from = 0;
    for (n, (place, _)) in places.iter().enumerate() {
        // Most distinct words, then most words; of equals the first.
        let within = || {
            places
                .iter()
                .skip(n)
                .take_while(|(p, _)| p.end <= place.start + WINDOW - LEAD)
        };
        let mut distinct: Vec<usize> = within().map(|(_, term)| *term).collect();
        let all = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        let worth = distinct.len() * 100 + all.min(99);
        if worth > best.0 {
            best = (worth, place.clone());
            from = place.start;
        }
    }
    if best.0 == 0 {
        return Vec::new();
    }
    let start = sentence(&chars, from);
    let end = (start + WINDOW.max(best.1.len() + LEAD)).min(chars.len());
    let mut spans = pieces(&chars, start..end, &places);
    if start > 0 {
        push(&mut spans, "…", false, true);
    }
    if end < chars.len() {
        push(&mut spans, "…", false, false);
    }
    spans
}

/// Where to begin: at the sentence's beginning if that is near, else a little before the word.
fn sentence(chars: &[char], word: usize) -> usize {
    let near = word.saturating_sub(LEAD);
    let before = chars.iter().enumerate().take(word).skip(near);
    let ends = before.filter(|(_, c)| matches!(c, '。' | '！' | '？' | '；' | ' '));
    ends.map(|(n, _)| n + 1).max().unwrap_or(near)
}

fn one_line(c: char) -> char {
    if c.is_whitespace() || c.is_control() {
        ' '
    } else {
        c
    }
}

/// Where the words are, in order and apart, and of which term each is.
fn places(chars: &[char], terms: &[Term]) -> Vec<(Range<usize>, usize)> {
    let folded: Vec<char> = chars.iter().map(|c| fold::fold_char(*c)).collect();
    let mut found = Vec::new();
    for (n, term) in terms.iter().enumerate() {
        for way in &term.alternatives {
            let word: Vec<char> = way.text.chars().collect();
            let starts = folded.windows(word.len().max(1)).enumerate();
            found.extend(
                starts
                    .filter(|(_, window)| *window == word.as_slice())
                    .map(|(at, _)| (at..at + word.len(), n)),
            );
        }
    }
    found.sort_by_key(|(place, _)| (place.start, usize::MAX - place.end));
    let mut apart: Vec<(Range<usize>, usize)> = Vec::new();
    for (place, term) in found {
        match apart.last_mut() {
            // Words that overlap (公积金 found as 公积 and 积金) are marked as one.
            Some((last, _)) if place.start < last.end => last.end = last.end.max(place.end),
            _ => apart.push((place, term)),
        }
    }
    apart
}

fn pieces(chars: &[char], window: Range<usize>, places: &[(Range<usize>, usize)]) -> Vec<Span> {
    let text = |range: Range<usize>| chars.get(range).unwrap_or_default().iter().collect::<String>();
    let mut spans = Vec::new();
    let mut at = window.start;
    for (place, _) in places {
        let (start, end) = (place.start.max(at), place.end.min(window.end));
        if start >= end {
            continue;
        }
        push(&mut spans, &text(at..start), false, false);
        push(&mut spans, &text(start..end), true, false);
        at = end;
    }
    push(&mut spans, &text(at..window.end), false, false);
    spans
}

fn push(spans: &mut Vec<Span>, text: &str, hit: bool, in_front: bool) {
    let span = || Span {
        text: text.to_owned(),
        hit,
    };
    let neighbour = if in_front {
        spans.first_mut()
    } else {
        spans.last_mut()
    };
    match neighbour {
        _ if text.is_empty() => {}
        Some(last) if last.hit == hit && in_front => last.text.insert_str(0, text),
        Some(last) if last.hit == hit => last.text.push_str(text),
        _ if in_front => spans.insert(0, span()),
        _ => spans.push(span()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::terms;
    use super::*;

    fn shown(spans: &[Span]) -> String {
        let mark = |s: &Span| {
            if s.hit {
                format!("[{}]", s.text)
            } else {
                s.text.clone()
            }
        };
        spans.iter().map(mark).collect()
    }

    fn of(text: &str) -> Vec<Term> {
        terms::of(&terms::words(text), None)
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        assert_eq!(
            shown(&title("戶口遷移ＡＢＣ", &of("户口 abc"))),
            "[戶口]遷移[ＡＢＣ]"
        );
        assert_eq!(shown(&title("公积积金", &of("公积 积积金"))), "[公积积金]");
        assert_eq!(shown(&title("无关", &of("户口"))), "无关");
        assert_eq!(shown(&title("", &of("户口"))), "");
    }

    #[test]
    fn a_snippet_shows_most_of_the_words() {
        let far = "无关的话。".repeat(30);
        let body = format!("{far}户口在这里。{far}户口和社保\n在这里。{far}");
        let snippet = shown(&snippet(&body, &of("户口 社保")));
        assert!(snippet.starts_with("…[户口]和[社保] 在这里。无关"), "{snippet}");
        assert!(snippet.ends_with('…'));
        assert!(snippet.chars().count() < WINDOW + 10);
        assert_eq!(shown(&super::snippet("短", &of("户口"))), "");
        assert_eq!(shown(&super::snippet("户口", &of("户口"))), "[户口]");
    }
}
