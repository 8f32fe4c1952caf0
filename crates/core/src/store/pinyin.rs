//! How a name is read: for sorting a directory from A to Z and for finding by letters.
//!
//! One reading a character, from a dictionary; names that read otherwise (乐清 is *Yueqing*) stand in the city's
//! profile. Polyphones and half-typed input come with search.

use pinyin::ToPinyin;
use std::collections::BTreeMap;

/// The city's own readings, from its profile.
pub(crate) type Readings = BTreeMap<String, String>;

/// A name's reading in lower-case Latin letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Whole syllables, no spaces: `wenzhoushi`. Letters and digits of the name itself stay.
    pub full: String,
    /// First letters: `wzs`.
    pub initials: String,
    /// The heading in an A–Z index: `A`–`Z`, or `#`.
    pub letter: char,
}

/// A syllable as it is typed: no keyboard has ü, and every input method takes v for it.
pub(crate) fn typed(syllable: &'static str) -> &'static str {
    match syllable {
        "lü" => "lv",
        "lüe" => "lve",
        "nü" => "nv",
        "nüe" => "nve",
        other => other,
    }
}

/// Reads `name`.
pub(crate) fn read(name: &str, readings: &Readings) -> Reading {
    let mut reading = Reading {
        full: String::new(),
        initials: String::new(),
        letter: '#',
    };
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        match readings.iter().find(|(own, _)| rest.starts_with(own.as_str())) {
            Some((own, syllables)) => {
                syllables.split(' ').for_each(|s| reading.push(s));
                rest = rest.strip_prefix(own.as_str()).unwrap_or_default();
            }
            None => {
                match first.to_pinyin() {
                    Some(syllable) => reading.push(typed(syllable.plain())),
                    None if first.is_alphanumeric() => reading.push(&first.to_lowercase().to_string()),
                    None => {}
                }
                rest = rest.strip_prefix(first).unwrap_or_default();
            }
        }
    }
    reading.letter = reading
        .full
        .chars()
        .next()
        .filter(char::is_ascii_alphabetic)
        .map_or('#', |c| c.to_ascii_uppercase());
    reading
}

impl Reading {
    fn push(&mut self, syllable: &str) {
        self.full.push_str(syllable);
        self.initials.extend(syllable.chars().next());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_the_city_reads_them() {
        let readings = Readings::from([("乐清".into(), "yue qing".into())]);
        let r = read("乐清市教育局", &readings);
        assert_eq!(
            (r.full.as_str(), r.initials.as_str(), r.letter),
            ("yueqingshijiaoyuju", "yqsjyj", 'Y')
        );
        assert_eq!(read("旅游局", &readings).full, "lvyouju");
        assert_eq!(read("12345 热线", &readings).letter, '#');
        assert_eq!(read("（示例）", &readings).full, "shili");
        assert_eq!(read("", &readings).letter, '#');
    }
}
