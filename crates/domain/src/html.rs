//! The HTML that a record may hold. The server applies it on the way in, the core again before it shows a
//! record, so that neither has to trust the other's version.
//!
//! Structure stays, appearance goes: no style, class or id, so every article looks like the app and follows
//! its type sizes and dark mode. Pictures are named by hash only; nothing in an article can make a request.
//!
//! Rejected: a Markdown column (sources deliver HTML) and cleaning in the web view (the only place where a
//! mistake runs code).

use crate::record::Sha256;
use ammonia::{Builder, UrlRelative};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// The scheme under which an article names its pictures: `picture:{sha256}`.
pub const PICTURE_SCHEME: &str = "picture:";

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "b",
            "blockquote",
            "br",
            "caption",
            "code",
            "dd",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "h2",
            "h3",
            "h4",
            "hr",
            "i",
            "img",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
        ]))
        .clean_content_tags(HashSet::from([
            "script", "style", "iframe", "object", "template", "noscript", "svg", "math",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt"])),
            ("ol", HashSet::from(["start"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan", "scope"])),
        ]))
        .url_schemes(HashSet::from(["https", "tel", "mailto", "picture"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .attribute_filter(|tag, attribute, value| match (tag, attribute) {
            ("img", "src") => picture(value).is_some().then_some(Cow::Borrowed(value)),
            ("a", "href") => (!value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with(PICTURE_SCHEME))
            .then_some(Cow::Borrowed(value)),
            _ => Some(Cow::Borrowed(value)),
        });
    builder
});

/// Cleaned so often, and still read otherwise: no person wrote that.
const ROUNDS: usize = 4;

/// `html` with everything removed that is not on the allow-list. Idempotent. Of what is nested too deeply only the
/// text stays: the parser's time grows with the square of the depth.
///
/// What was written is read again until it stays as it is: a parser moves links out of broken tables, and where it puts
/// them the next parser may read something else. The web view is a next parser, and what it reads was judged by nobody.
pub fn clean(html: &str) -> String {
    let mut before = clean_once(html);
    for _ in 0..ROUNDS {
        let after = clean_once(&before);
        if after == before {
            return after;
        }
        before = after;
    }
    only_text(&before)
}

fn only_text(html: &str) -> String {
    // Cleaned, because `clean_text` writes blanks as numbers, which the next cleaning would write as blanks.
    CLEANER.clean(&ammonia::clean_text(&text(html))).to_string()
}

fn clean_once(html: &str) -> String {
    let clean = if is_too_deep(html) {
        only_text(html)
    } else {
        CLEANER.clean(html).to_string()
    };
    // What a parser changes before it reads: a byte order mark at the front, and the two other ends of a line. Written as
    // numbers or pushed to the front by a broken table they come out of one cleaning and would be gone after the next.
    let lines = clean.replace("\r\n", "\n").replace('\r', "\n");
    lines.trim_start_matches('\u{feff}').to_owned()
}

/// Deeper than any text that a person wrote.
const MAX_DEPTH: usize = 256;

/// Elements that end by themselves, or when the next one begins: many in a row are no depth.
const FLAT: [&str; 20] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "source", "td", "th", "tr", "wbr",
];

/// Whether elements are nested deeper than [`MAX_DEPTH`]. A count of tags in one pass, so it never takes long itself;
/// what it counts too much is no text either.
pub fn is_too_deep(html: &str) -> bool {
    let mut depth = 0_usize;
    for tag in html.split('<').skip(1) {
        let end = tag
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !name.is_empty() && !FLAT.contains(&name.as_str()) {
            depth += 1;
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// What stands between the tags.
fn text(html: &str) -> String {
    let mut pieces = html.split('<');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces
        .filter_map(|piece| piece.split_once('>'))
        .fold(first, |text, (_, after)| text + after)
}

/// The text of cleaned HTML, for a line that quotes it; every tag counts as a space.
pub fn plain(html: &str) -> String {
    let text = text(&html.replace('<', " <"));
    let decoded = ENTITIES
        .iter()
        .fold(text, |text, (entity, character)| text.replace(entity, character));
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What [`clean`] writes for characters; `&amp;` last, so that nothing is decoded twice.
const ENTITIES: [(&str, &str); 5] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&nbsp;", " "),
    ("&amp;", "&"),
];

/// The object that an image's `src` names, if it is one of ours.
pub fn picture(src: &str) -> Option<Sha256> {
    src.strip_prefix(PICTURE_SCHEME)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_deep_is_cleaned_the_same_twice() {
        let clean = super::clean(&format!("{}甲 乙\n<丙 & 丁", "<b>".repeat(300)));
        assert_eq!(super::clean(&clean), clean);
        let ends = super::clean("&#13;&#10;甲&#13;<table>\u{feff}\u{feff}");
        assert_eq!(super::clean(&ends), ends);
        assert!(clean.contains("甲 乙\n"), "{clean}");
    }

    #[test]
    fn what_could_run_or_call_home_is_removed() {
        for (dirty, clean_text) in [
            ("<p>甲</p><script>alert(1)</script>", "<p>甲</p>"),
            (
                "<a href=\"javascript:alert(1)\">乙</a>",
                "<a rel=\"noopener noreferrer\">乙</a>",
            ),
            (
                "<a href=\" JaVaScRiPt:alert(1)\">乙</a>",
                "<a rel=\"noopener noreferrer\">乙</a>",
            ),
            (
                "<a href=\"data:text/html,x\">丙</a>",
                "<a rel=\"noopener noreferrer\">丙</a>",
            ),
            (
                "<p onclick=\"x()\" style=\"color:red\" class=\"c\">丁</p>",
                "<p>丁</p>",
            ),
            (
                "<img src=\"https://tracker.example/x.gif\" onerror=\"x()\">",
                "<img>",
            ),
            ("<svg><script>x()</script></svg>戊", "戊"),
            ("<iframe src=\"https://x.example\"></iframe>己", "己"),
            (
                "<a href=\"http://plain.example\">庚</a>",
                "<a rel=\"noopener noreferrer\">庚</a>",
            ),
        ] {
            assert_eq!(clean(dirty), clean_text, "{dirty}");
        }
    }

    #[test]
    fn what_is_nested_without_end_costs_no_time_and_keeps_its_text() {
        let deep = format!("{}底{}", "<div>".repeat(60_000), "</div>".repeat(60_000));
        assert_eq!(clean(&deep), "底");
        assert!(
            !is_too_deep(&"<p>段".repeat(10_000)),
            "paragraphs that nobody closed"
        );
        assert!(!is_too_deep(&"<ul><li>甲</ul>".repeat(10_000)));
    }

    #[test]
    fn a_quotation_has_the_words_and_no_markup() {
        let html = clean("<h2>甲</h2><p>乙 &amp; 丙&nbsp;&lt;b&gt;</p><script>x()</script><p>&amp;lt;</p>");
        assert_eq!(plain(&html), "甲 乙 & 丙 <b> &lt;");
    }

    #[test]
    fn what_was_cleaned_is_read_as_it_was_written() {
        // The parser takes the second link out of the table, and into the first.
        for html in [
            "<a><table><a>",
            "<a><table><tr><a>甲<table><a>乙</a>",
            "<b><table><p><b><table>",
        ] {
            assert_eq!(clean(&clean(html)), clean(html), "{html}");
        }
    }

    #[test]
    fn structure_links_and_own_pictures_stay() {
        let own = format!(
            "<p>见<a href=\"https://www.gov.cn/\" rel=\"noopener noreferrer\">通知</a></p>\
            <img src=\"picture:{}\" alt=\"江心屿\">",
            Sha256::of(b"x")
        );
        assert_eq!(clean(&own), own);
        assert_eq!(
            clean(&clean(
                "<h1>大</h1><h2>小</h2><table><tr><td colspan=\"2\">表</td></tr></table>"
            )),
            clean("<h1>大</h1><h2>小</h2><table><tr><td colspan=\"2\">表</td></tr></table>")
        );
    }
}
