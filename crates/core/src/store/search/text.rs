//! The words of a record: what the index is made of, what a candidate is verified against and what a snippet is
//! cut from. One function for all three, so that they cannot disagree.
//!
//! The text is taken from the record's JSON each time. Rejected: a column of plain text beside it, which doubles
//! the database and saves about 5 µs a candidate (measured); parsing the HTML with html5ever, 30 times slower for
//! the same words of HTML that was cleaned on its way in.

use super::fold;
use memchr::{memmem::Finder, memrchr2};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use weimenhu_domain::{Collection, Record, record::Tel};

/// The words of a record's body, its title left out.
pub fn of_body(collection: Collection, wire: &str) -> String {
    let mut text = String::new();
    of_body_into(collection, wire, &mut text);
    text
}

/// The same, over what `text` held.
pub fn of_body_into(collection: Collection, wire: &str, text: &mut String) {
    text.clear();
    if collection.grows() {
        if let Ok(article) = serde_json::from_str::<Article>(wire) {
            line(text, &article.summary);
            strip(&article.html, text);
            text.push('\n');
            article.attachments.iter().for_each(|a| line(text, &a.name));
        }
    } else if let Ok(record) = Record::parse(collection, wire) {
        of_entry(&record, text);
    }
}

#[derive(Deserialize)]
struct Article<'a> {
    #[serde(borrow, default)]
    summary: Cow<'a, str>,
    #[serde(borrow, default)]
    html: Cow<'a, str>,
    #[serde(borrow, default)]
    attachments: Vec<Attachment<'a>>,
}

#[derive(Deserialize)]
struct Attachment<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
}

/// The parts of an article's JSON in which its words are, as they were sent: with escapes, tags and entities.
pub struct Raw<'a> {
    summary: &'a str,
    html: &'a str,
    attachments: Vec<RawAttachment<'a>>,
}

#[derive(Deserialize)]
struct RawArticle<'a> {
    #[serde(borrow)]
    summary: Option<&'a RawValue>,
    #[serde(borrow)]
    html: Option<&'a RawValue>,
    #[serde(borrow, default)]
    attachments: Vec<RawAttachment<'a>>,
}

#[derive(Deserialize)]
struct RawAttachment<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
}

impl<'a> Raw<'a> {
    /// None of what is no article.
    pub fn of(collection: Collection, wire: &'a str) -> Option<Self> {
        if !collection.grows() {
            return None;
        }
        let article: RawArticle = serde_json::from_str(wire).ok()?;
        Some(Self {
            summary: article.summary.map_or("", RawValue::get),
            html: article.html.map_or("", RawValue::get),
            attachments: article.attachments,
        })
    }

    /// Its length.
    pub const fn bytes(&self) -> usize {
        self.summary.len() + self.html.len()
    }

    /// Times that a word stands in it, `most` at most. Whatever is found is in the text; what is not, may be there all
    /// the same: in other characters, as an entity, or with a tag within.
    pub fn times(&self, word: &Finder, most: usize) -> usize {
        let others = self
            .others()
            .map(|text| word.find_iter(text.as_bytes()).take(most).count());
        let within = word
            .find_iter(self.html.as_bytes())
            .filter(|at| self.in_words(*at));
        within.take(most).count() + others.sum::<usize>()
    }

    /// Whether a word that folding leaves as it is may be in the folded body and not be found in here.
    pub fn hides(&self, folded: &str) -> bool {
        let parts = |c: char| c.is_ascii() || fold::fold_char(c) != c;
        let runs = folded.split(parts);
        // In order, so that a long text is gone through once.
        let mut rest = self.html;
        runs.filter(|run| !run.is_empty()).any(|run| {
            // Mostly it is the next one, and nothing need be looked for.
            rest = rest.trim_start_matches(parts);
            if let Some(after) = rest.strip_prefix(run)
                && self.in_words(self.html.len() - rest.len())
            {
                rest = after;
                return false;
            }
            if self.others().any(|text| text.contains(run)) {
                return false;
            }
            while let Some(at) = rest.find(run) {
                let found = self.html.len() - rest.len() + at;
                rest = rest.get(at + run.len()..).unwrap_or_default();
                if self.in_words(found) {
                    return false;
                }
            }
            true
        })
    }

    /// Not within a tag, where it would be the name of a picture or an address.
    fn in_words(&self, at: usize) -> bool {
        let html = self.html.as_bytes();
        let before = html.get(..at).unwrap_or_default();
        memrchr2(b'<', b'>', before).is_none_or(|at| html.get(at) == Some(&b'>'))
    }

    fn others(&self) -> impl Iterator<Item = &'a str> {
        let names = self.attachments.iter().filter_map(|a| a.name).map(RawValue::get);
        names.chain([self.summary])
    }
}

fn of_entry(record: &Record, text: &mut String) {
    let mut all = |words: &[&str], phones: &[Tel]| {
        words.iter().for_each(|w| line(text, w));
        for phone in phones {
            line(text, &phone.label);
            line(text, &phone.number);
        }
    };
    match record {
        Record::Leader(l) => all(&[&l.post, &l.portfolio, &l.department], &[]),
        Record::Agency(a) => all(
            &[
                &a.short, &a.kind, &a.parent, &a.duties, &a.address, &a.hours, &a.county,
            ],
            &a.phones,
        ),
        Record::Phone(p) => all(&[&p.category, &p.hours, &p.note, &p.county], &p.phones),
        Record::School(s) => all(&[&s.level, &s.ownership, &s.address, &s.county], &s.phones),
        Record::Hospital(h) => all(&[&h.kind, &h.grade, &h.address, &h.hours, &h.county], &h.phones),
        // Articles were read without their pictures above; a calendar has no words.
        _ => {}
    }
}

fn line(text: &mut String, words: &str) {
    if !words.is_empty() {
        text.push_str(words);
        text.push('\n');
    }
}

/// The words of HTML. Tags within a word (`<b>温</b>州`) do not part it, all others do.
fn strip(html: &str, text: &mut String) {
    let mut rest = html;
    while let Some((words, tag)) = rest.split_once('<') {
        decode(words, text);
        let (tag, after) = end_of_tag(tag);
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next();
        let within_words = matches!(
            name,
            Some("a" | "b" | "code" | "em" | "i" | "s" | "strong" | "sub" | "sup" | "u")
        );
        if !within_words && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        rest = after;
    }
    decode(rest, text);
}

/// The tag up to its end and what follows; a `>` within quotes ends nothing.
fn end_of_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.and_then(|at| text.split_at_checked(at))
        .map_or((text, ""), |(tag, after)| {
            (tag, after.strip_prefix('>').unwrap_or(after))
        })
}

fn decode(words: &str, text: &mut String) {
    let mut rest = words;
    while let Some((before, entity)) = rest.split_once('&') {
        text.push_str(before);
        let named = entity
            .split_once(';')
            .and_then(|(name, after)| Some((entity_char(name)?, after)));
        match named {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            None => {
                text.push('&');
                rest = entity;
            }
        }
    }
    text.push_str(rest);
}

fn entity_char(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(html: &str) -> String {
        let mut text = String::new();
        strip(html, &mut text);
        text
    }

    #[test]
    fn html_gives_its_words() {
        assert_eq!(
            words("<p>温<b>州</b>市</p><p>教育局</p>"),
            "\n温州市\n教育局\n".trim_start()
        );
        assert_eq!(
            words("甲<br>乙<a href=\"https://x.example/?a>b\">丙</a>"),
            "甲\n乙丙"
        );
        assert_eq!(
            words("1&lt;2 &amp;&nbsp;3 &#20013;&#x56fd; &unknown; &"),
            "1<2 &\u{a0}3 中国 &unknown; &"
        );
        assert_eq!(words("没有结尾<a href=\"x"), "没有结尾");
        assert_eq!(words(""), "");
    }

    #[test]
    fn words_are_found_in_what_was_sent_or_known_to_hide() {
        let sent = |html: &str| {
            let wire =
                serde_json::json!({"summary": "摘要", "html": html, "attachments": [{"name": "附件"}]})
                    .to_string();
            let folded = fold::fold(&of_body(Collection::News, &wire));
            let raw = Raw::of(Collection::News, &wire).unwrap();
            (raw.times(&Finder::new("温州"), 9), raw.hides(&folded))
        };
        assert_eq!(sent("<p>温州，ABC温州</p><p>附件摘要</p>"), (2, false));
        assert_eq!(sent("<p>温<b>州</b></p>"), (0, true), "a tag within");
        assert_eq!(sent("<p>溫州</p>"), (0, true), "another character");
        assert_eq!(sent("<p>&#28201;州</p>"), (0, true), "an entity");
        assert_eq!(sent("<img alt=\"温州\">"), (0, false), "no word of the text");
        assert_eq!(sent("<img alt=\"温州\">温<i>州</i>"), (0, true));
    }

    #[test]
    fn an_article_is_read_with_its_summary_and_its_files() {
        let wire = r#"{"title":"题","summary":"摘要","html":"<p>正文 \"引\"</p>","published":"2026-01-01T00:00:00Z",
            "attachments":[{"name":"附件.pdf","sha256":"x","size":1,"media_type":"x"}]}"#;
        assert_eq!(of_body(Collection::News, wire), "摘要\n正文 \"引\"\n\n附件.pdf\n");
        assert_eq!(of_body(Collection::News, "no json"), "");
    }
}
