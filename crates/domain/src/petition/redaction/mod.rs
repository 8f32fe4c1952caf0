//! Finds personal data in a text and masks it: the suggestion shown to a citizen before 提交 and to the reviewer
//! beside the original. People decide; the original is never written over.
//!
//! Digits are read however they are written: full-width, spaced, hyphenated, in brackets, and as 一三八〇…. A number
//! is only believed by its own rule (length, first digits, check digit), so that dates, amounts and file numbers stay.
//! Rejected: regular expressions, which know no check digits and no "not beside another digit"; and anything learned,
//! which cannot say why.

mod digits;
mod glyph;
mod words;

use glyph::Glyph;
use serde::Serialize;

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// 手机号码.
    Mobile,
    /// 固定电话.
    Landline,
    /// 身份证号码 of 18 places, whose check digit is right.
    IdCard,
    /// 银行卡号, whose check digit is right.
    BankCard,
    /// 车牌, of seven or (new energy) eight places.
    Plate,
    /// E-mail address.
    Email,
    /// A name that was typed into the form.
    Name,
}

/// One find: bytes of the text from `start` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What it is.
    pub sort: Sort,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// How many of its letters and digits stay: the area code, the 浙C of a plate, the family name.
    #[serde(skip)]
    keep: usize,
}

/// Everything found, in order and without overlap. `names` are those typed into the form.
pub fn find(text: &str, names: &[&str]) -> Vec<Found> {
    let plain = glyph::read(text, false);
    let mut all = digits::find(&plain, false);
    all.extend(words::plates(&plain));
    all.extend(words::emails(&plain));
    all.extend(words::names(&plain, names));
    if text.chars().any(glyph::is_numeral) {
        all.extend(digits::find(&glyph::read(text, true), true));
    }
    // Of two that overlap the longer is meant: a card number may hold a telephone number.
    all.sort_by_key(|f| (std::cmp::Reverse(f.end.saturating_sub(f.start)), f.start));
    let mut chosen: Vec<Found> = Vec::new();
    for found in all {
        if chosen
            .iter()
            .all(|c| found.end <= c.start || found.start >= c.end)
        {
            chosen.push(found);
        }
    }
    chosen.sort_by_key(|f| f.start);
    chosen
}

/// The text with everything found masked by `*`, letter for letter; gaps and signs stay.
pub fn mask(text: &str, found: &[Found]) -> String {
    let mut kept = 0;
    let mut inside: Option<usize> = None;
    let mut masked = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let here = found.iter().position(|f| (f.start..f.end).contains(&at));
        if here != inside {
            (inside, kept) = (here, 0);
        }
        let keep = here.and_then(|n| found.get(n)).map(|f| f.keep);
        match keep {
            Some(keep) if c.is_alphanumeric() => {
                masked.push(if kept < keep { c } else { '*' });
                kept += 1;
            }
            _ => masked.push(c),
        }
    }
    masked
}

/// [`find`] and [`mask`] in one.
pub fn masked(text: &str, names: &[&str]) -> String {
    mask(text, &find(text, names))
}

impl Found {
    /// From glyph `first` to glyph `last`, both included.
    fn over(sort: Sort, glyphs: &[Glyph], first: usize, last: usize, keep: usize) -> Option<Self> {
        Some(Self {
            sort,
            start: glyphs.get(first)?.start,
            end: glyphs.get(last)?.end,
            keep,
        })
    }
}

#[cfg(test)]
mod tests;
