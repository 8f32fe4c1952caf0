//! Grams: the pieces of text that the index knows, so that any substring is found by an AND of them.
//!
//! * of characters outside ASCII: each with its neighbour (温州), also across to ASCII (第1); alone only where it is
//!   strong or nothing follows it, for elsewhere it begins a pair ([`Gram::ask`]);
//! * of ASCII letters and digits: every piece of one, two and three (0577 → 0, 05, 057, 5, 57, 577, …);
//! * `_x` instead of x: the gram x is *strong* here, in the title or at least three times;
//! * `__c…`, `__d…`: the record's county and agency, so that filters cost no more than a word;
//! * `__h`: the body hides words from whoever looks for them in what was sent ([`HIDES`]).
//!
//! Each once a document: the index (FTS5, `detail=none`) knows where, not how often. Rejected: words of a dictionary
//! (jieba: half of what people type is no word of it), FTS5's trigram tokenizer (cannot answer two characters, twice
//! the text in size), prefix queries for one or two digits instead of their own grams (FTS5 merges every list that
//! begins so: 40 ms for `2` in a million documents; the grams cost 1 % of the index). Characters outside ASCII alone
//! were a third of the index: there the prefix is asked for, and only where few documents can have it (`candidates`).

use super::fold::GAP;
use weimenhu_domain::record::Sha256;

/// Of the rules in this file and in `fold` and `text`. Whoever changes one of them raises it; the index is made anew.
pub const VERSION: i64 = 4;

/// The gram of bodies that have words only once they are folded. Few: the question that has none among its candidates
/// need not fold any.
pub const HIDES: &str = "__h";

/// Times that a gram stands in a text to be strong.
const STRONG: usize = 3;

/// Up to three characters, 21 bits each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gram(u64);

impl Gram {
    /// One character.
    pub fn one(a: char) -> Self {
        Self(u64::from(u32::from(a)))
    }

    /// Two.
    pub fn two(a: char, b: char) -> Self {
        Self(u64::from(u32::from(a)) << 21 | u64::from(u32::from(b)))
    }

    /// Three.
    fn three(a: char, b: char, c: char) -> Self {
        Self(Self::two(a, b).0 << 21 | u64::from(u32::from(c)))
    }

    fn is_ascii(self) -> bool {
        u8::try_from(self.0 & 0x1F_FFFF).is_ok_and(|c| c.is_ascii())
    }

    /// One character outside ASCII: mostly it is there only as the beginning of pairs.
    pub fn is_begun(self) -> bool {
        self.0 >> 21 == 0 && !self.is_ascii()
    }

    /// How FTS5 is asked for it: strong, or in any way.
    pub fn ask(self, strong: bool, out: &mut String) {
        let begun = if self.is_begun() { " *" } else { "" };
        if !strong {
            out.push_str("(\"");
            self.write(out);
            out.push('"');
            out.push_str(begun);
            out.push_str(" OR ");
        }
        out.push_str("\"_");
        self.write(out);
        out.push('"');
        if !strong {
            out.push_str(begun);
            out.push(')');
        }
    }

    /// Writes its characters.
    pub fn write(self, out: &mut String) {
        for shift in [42, 21, 0] {
            let code = u32::try_from(self.0 >> shift & 0x1F_FFFF).unwrap_or(0);
            out.extend(char::from_u32(code).filter(|c| *c != '\0'));
        }
    }
}

/// What the index is told of a document: its grams, the strong ones as such.
pub fn of_document(title: &str, body: &str, hides: bool, [county, department]: [&str; 2]) -> String {
    let mut all = Vec::with_capacity(body.len());
    each(body, |gram| all.push(gram));
    all.sort_unstable();
    let (mut titled, mut last) = (Vec::new(), Vec::new());
    each(title, |gram| titled.push(gram));
    titled.sort_unstable();
    titled.dedup();
    ends(body, |gram| last.push(gram));
    last.sort_unstable();
    let mut out = String::with_capacity(all.len() * 6);
    let mut put = |gram: Gram, strong: bool| {
        if strong {
            out.push('_');
        } else if gram.is_begun() && last.binary_search(&gram).is_err() {
            return;
        }
        gram.write(&mut out);
        out.push(' ');
    };
    for same in all.chunk_by(|a, b| a == b) {
        if let Some(&gram) = same.first() {
            put(gram, same.len() >= STRONG || titled.binary_search(&gram).is_ok());
        }
    }
    let only_titled = titled.iter().filter(|gram| all.binary_search(gram).is_err());
    only_titled.for_each(|gram| put(*gram, true));
    if hides {
        out.push_str(HIDES);
        out.push(' ');
    }
    for (mark, name) in [('c', county), ('d', department)] {
        if !name.is_empty() {
            out.push_str(&tag(mark, name));
            out.push(' ');
        }
    }
    out
}

/// The gram of a filter: `c` for counties, `d` for agencies. A hash, for names have spaces; whoever asks compares
/// the record itself.
pub fn tag(mark: char, name: &str) -> String {
    format!("__{mark}{:.8}", Sha256::of(name.as_bytes()).to_string())
}

/// Every gram of a folded text, as often as it stands there.
pub fn each(folded: &str, mut found: impl FnMut(Gram)) {
    let (mut before, mut last) = ('\0', '\0');
    for c in folded.chars() {
        if c == GAP {
            (before, last) = ('\0', '\0');
            continue;
        }
        found(Gram::one(c));
        if last != '\0' {
            found(Gram::two(last, c));
            if before.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() && c.is_ascii_alphanumeric() {
                found(Gram::three(before, last, c));
            }
        }
        (before, last) = (last, c);
    }
}

/// The characters of a folded text that nothing follows.
fn ends(folded: &str, mut found: impl FnMut(Gram)) {
    let runs = folded.split(GAP);
    runs.filter_map(|run| run.chars().next_back())
        .for_each(|c| found(Gram::one(c)));
}

/// The grams that together ask for a folded term, and whether they alone decide: longer terms are only a hint, whose
/// places nobody knows.
pub fn of_term(term: &str) -> (Vec<Gram>, bool) {
    let mut all = Vec::new();
    each(term, |gram| all.push(gram));
    let length = term.chars().count();
    // Only the longest: whoever has 温州 has 温.
    let is_long = |g: &Gram| match length {
        0 | 1 => true,
        2 => g.0 >> 21 != 0,
        _ => g.0 >> 42 != 0 || (g.0 >> 21 != 0 && (!g.is_ascii() || is_edge(term, *g))),
    };
    all.retain(is_long);
    all.sort_unstable();
    all.dedup();
    let decides = length <= 2 || (length == 3 && term.is_ascii());
    (all, decides)
}

/// Two ASCII characters that are not part of three in the term: 第12条.
fn is_edge(term: &str, gram: Gram) -> bool {
    let mut part = String::new();
    gram.write(&mut part);
    term.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|run| run == part)
        || !part.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(grams: &[Gram]) -> Vec<String> {
        grams
            .iter()
            .map(|g| {
                let mut s = String::new();
                g.write(&mut s);
                s
            })
            .collect()
    }

    #[test]
    fn a_document_names_each_gram_once() {
        let mut tokens: Vec<_> = of_document("温州", "第12条 温 温 温", false, [""; 2])
            .split(' ')
            .map(str::to_owned)
            .collect();
        tokens.sort();
        assert_eq!(tokens.join(" ").trim(), "1 12 2 2条 _州 _温 _温州 条 第1");
    }

    #[test]
    fn a_term_asks_for_its_longest_grams() {
        let of = |term| written(&of_term(term).0);
        assert_eq!(of("医"), ["医"]);
        assert_eq!(of("温州"), ["温州"]);
        assert_eq!(of("公积金"), ["公积", "积金"]);
        assert_eq!(of("5"), ["5"]);
        assert_eq!(of("0577"), ["057", "577"]);
        assert_eq!(of("第12条"), ["12", "2条", "第1"]);
        assert!(of_term("温州").1 && of_term("abc").1 && !of_term("公积金").1 && !of_term("第1条").1);
        assert!(!of_term("哈哈哈").1, "哈哈 alone does not decide");
    }

    #[test]
    fn one_character_is_asked_for_as_the_beginning_of_pairs() {
        let asked = |c, strong| {
            let mut out = String::new();
            Gram::one(c).ask(strong, &mut out);
            out
        };
        assert_eq!(asked('医', false), r#"("医" * OR "_医" *)"#);
        assert_eq!(asked('医', true), r#""_医""#);
        assert_eq!(asked('1', false), r#"("1" OR "_1")"#);
    }

    #[test]
    fn counties_and_agencies_are_grams_that_no_text_can_spell() {
        let tagged = of_document("", "", true, ["鹿城区", "温州市教育局"]);
        assert!(tagged.contains(HIDES));
        assert!(tagged.contains(&tag('c', "鹿城区")) && tagged.contains(&tag('d', "温州市教育局")));
        assert_ne!(tag('c', "鹿城区"), tag('d', "鹿城区"));
    }
}
