//! Official and everyday names of the same thing: 户口 and 户籍, 社保 and 社会保险.
//!
//! The pairs are data, `assets/synonyms.txt`: a line a group, words apart by spaces. They are the government's words
//! and not one city's.

use super::fold;
use std::{collections::HashMap, sync::LazyLock};

/// The most ways to say one term.
pub const MOST: usize = 4;

struct Groups {
    groups: Vec<Vec<String>>,
    /// A word's groups.
    of: HashMap<String, Vec<usize>>,
    longest: usize,
}

static GROUPS: LazyLock<Groups> = LazyLock::new(|| parse(include_str!("../../../../../assets/synonyms.txt")));

fn parse(text: &str) -> Groups {
    let lines = text
        .lines()
        .filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let groups: Vec<Vec<String>> = lines
        .map(|l| l.split_whitespace().map(fold::fold).collect())
        .collect();
    let mut of: HashMap<String, Vec<usize>> = HashMap::new();
    for (n, group) in groups.iter().enumerate() {
        group
            .iter()
            .for_each(|w| of.entry(w.clone()).or_default().push(n));
    }
    let longest = of.keys().map(|w| w.chars().count()).max().unwrap_or(0);
    Groups { groups, of, longest }
}

/// Every word of the list, folded.
pub fn all() -> impl Iterator<Item = &'static str> {
    GROUPS.groups.iter().flatten().map(String::as_str)
}

/// The other ways to say a folded term: its longest known word exchanged (户口迁移 → 户籍迁移).
pub fn of(term: &str) -> Vec<String> {
    let starts: Vec<usize> = term
        .char_indices()
        .map(|(at, _)| at)
        .chain([term.len()])
        .collect();
    let count = starts.len().saturating_sub(1);
    for length in (1..=count.min(GROUPS.longest)).rev() {
        for (start, end) in starts.iter().zip(starts.iter().skip(length)) {
            let Some(word) = term.get(*start..*end) else {
                continue;
            };
            let Some(groups) = GROUPS.of.get(word) else {
                continue;
            };
            let (before, after) = (term.get(..*start).unwrap_or(""), term.get(*end..).unwrap_or(""));
            let others = groups.iter().filter_map(|n| GROUPS.groups.get(*n)).flatten();
            return others
                .filter(|other| *other != word)
                // Whatever has 高速公路 has 高速, and is found by it already.
                .filter(|other| !term.contains(other.as_str()) && !other.contains(word))
                .take(MOST)
                .map(|other| format!("{before}{other}{after}"))
                .collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let pairs: usize = GROUPS.groups.iter().map(|g| g.len() * (g.len() - 1) / 2).sum();
        assert!(
            GROUPS.groups.len() >= 150 && pairs >= 150,
            "{} groups, {pairs} pairs",
            GROUPS.groups.len()
        );
        for group in &GROUPS.groups {
            assert!(group.len() >= 2, "{group:?} says one thing once");
            for word in group {
                assert!(word.chars().count() >= 2 && !word.contains(' '), "{word}");
            }
        }
    }

    #[test]
    fn a_word_is_exchanged_within_a_term() {
        assert!(of("户口").contains(&"户籍".to_owned()));
        assert!(of("户口迁移").contains(&"户籍迁移".to_owned()));
        assert!(of("社保").contains(&"社会保险".to_owned()));
        assert!(of("无此词语").is_empty() && of("").is_empty());
    }
}
