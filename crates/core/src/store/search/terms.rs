//! What was typed, as the index and the candidates are asked for it.

use super::{
    fold::{self, GAP},
    grams::{self, Gram},
    lexicon::Lexicon,
};
use memchr::memmem::Finder;

/// Characters of a query that are looked at. Whoever pastes an article finds it by its beginning.
const MAX_CHARS: usize = 200;
/// Words of a query that are looked at.
const MAX_TERMS: usize = 16;
/// Grams of one alternative that the index is asked for: more open more lists and exclude nothing.
const MAX_GRAMS: usize = 4;

/// One way to say a term.
pub struct Alternative {
    /// Folded, without gaps.
    pub text: String,
    /// The rarest grams.
    pub grams: Vec<Gram>,
    /// The grams alone decide: candidates need no verification.
    pub decides: bool,
    /// Against what was typed, which is 1.
    pub weight: f64,
    /// Folding leaves it as it is, and it has nothing that markup is made of: it can be looked for in what was sent.
    pub is_plain: bool,
    /// Finds it in folded text.
    pub finder: Finder<'static>,
}

impl Alternative {
    /// Of a folded text without gaps.
    pub fn new(text: &str, weight: f64, lexicon: Option<&Lexicon>) -> Self {
        let (mut grams, mut decides) = grams::of_term(text);
        if grams.len() > MAX_GRAMS {
            // Without a lexicon the later grams go: what one types begins with what is particular.
            if let Some(lexicon) = lexicon {
                grams.sort_by_key(|g| lexicon.documents_with(*g));
            }
            grams.truncate(MAX_GRAMS);
            decides = false;
        }
        Self {
            text: text.to_owned(),
            grams,
            decides,
            weight,
            is_plain: text.chars().all(|c| !c.is_ascii() && fold::fold_char(c) == c),
            finder: Finder::new(text).into_owned(),
        }
    }
}

/// A word that is wanted, in any of its ways.
pub struct Term {
    /// What was typed first, then the others.
    pub alternatives: Vec<Alternative>,
    /// So many documents have it that the index is not asked for it where there is something else to ask for.
    pub is_everywhere: bool,
}

impl Term {
    /// What was typed.
    pub fn typed(&self) -> &str {
        self.alternatives.first().map_or("", |a| a.text.as_str())
    }

    /// The index has to read many lists for it: one character, with which pairs begin.
    pub fn is_begun(&self) -> bool {
        let mut grams = self.alternatives.iter().flat_map(|a| &a.grams);
        grams.any(|gram| gram.is_begun())
    }

    /// Leaves it to whoever reads the candidates.
    pub fn be_everywhere(&mut self) {
        self.is_everywhere = true;
        self.alternatives.iter_mut().for_each(|a| a.decides = false);
    }

    /// Adds another way to say it, unless it is there.
    pub fn or(&mut self, text: &str, weight: f64, lexicon: Option<&Lexicon>) {
        if !text.is_empty() && self.alternatives.iter().all(|a| a.text != text) {
            self.alternatives.push(Alternative::new(text, weight, lexicon));
        }
    }
}

/// The folded words of a query, each once.
pub fn words(text: &str) -> Vec<String> {
    let typed: String = text.chars().take(MAX_CHARS).collect();
    let folded = fold::fold(&typed);
    let mut words: Vec<String> = Vec::new();
    for word in folded.split(GAP).filter(|w| !w.is_empty()) {
        if words.iter().all(|w| w != word) && words.len() < MAX_TERMS {
            words.push(word.to_owned());
        }
    }
    words
}

/// Those words as terms, in no other way than typed.
pub fn of(words: &[String], lexicon: Option<&Lexicon>) -> Vec<Term> {
    words
        .iter()
        .map(|w| Term {
            alternatives: vec![Alternative::new(w, 1.0, lexicon)],
            is_everywhere: false,
        })
        .collect()
}

/// Which of the terms must be strong in a candidate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Strong {
    /// None.
    None,
    /// All.
    All,
    /// The n-th.
    Only(usize),
}

/// The terms and the filters' tags as FTS5 is asked. Grams are letters and digits only, so nothing a person types
/// can be syntax.
pub fn expression(terms: &[Term], strong: Strong, tags: &[String]) -> String {
    let term = |(n, term): (usize, &Term)| {
        let strong = strong == Strong::All || strong == Strong::Only(n);
        let ways = term.alternatives.iter().map(|a| {
            let grams = a.grams.iter().map(|g| {
                let mut asked = String::new();
                g.ask(strong, &mut asked);
                asked
            });
            format!("({})", grams.collect::<Vec<_>>().join(" AND "))
        });
        format!("({})", ways.collect::<Vec<_>>().join(" OR "))
    };
    let tags = tags.iter().map(|t| format!("\"{t}\""));
    let asked = |(n, term): &(usize, &Term)| {
        !term.is_everywhere || strong == Strong::All || strong == Strong::Only(*n)
    };
    terms
        .iter()
        .enumerate()
        .filter(asked)
        .map(term)
        .chain(tags)
        .collect::<Vec<_>>()
        .join(" AND ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_and_blanks_are_no_words() {
        for text in ["", "  \n\t　", "\"*^:()-", "😀🎉", "%_'; --", "\u{FFFD}"] {
            assert!(words(text).is_empty(), "{text:?}");
        }
        assert_eq!(
            words("NEAR(a OR b) AND \"c\""),
            ["near", "a", "or", "b", "and", "c"]
        );
        assert_eq!(words("社保 社保，SOCIAL"), ["社保", "social"]);
        assert_eq!(words(&"很长".repeat(5000)).concat().chars().count(), MAX_CHARS);
        assert_eq!(
            words(&(0..100).map(|n| format!("{n} ")).collect::<String>()).len(),
            MAX_TERMS
        );
    }

    #[test]
    fn an_expression_names_grams_only() {
        let terms = of(&words("公积金 near"), None);
        assert_eq!(
            expression(&terms, Strong::Only(1), &["__c1".into()]),
            "(((\"公积\" OR \"_公积\") AND (\"积金\" OR \"_积金\"))) AND ((\"_ear\" AND \"_nea\")) AND \"__c1\""
        );
    }
}
