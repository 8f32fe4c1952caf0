//! Pinyin: the syllables, how characters are read, and what letters may stand for.

use crate::store::pinyin::typed;
use pinyin::{ToPinyin, ToPinyinMulti};
use std::{
    collections::{BTreeMap, HashSet},
    sync::LazyLock,
};

/// A syllable without its tone, by its place in the alphabet of syllables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Syllable(u16);

/// Every syllable that any common character has, in order.
static ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let readings = ('\u{4e00}'..='\u{9fff}').filter_map(|c| c.to_pinyin());
    // The dictionary has sounds (hm, ng) that nobody types for a word.
    let mut all: Vec<_> = readings
        .map(|p| typed(p.plain()))
        .filter(|p| p.is_ascii() && p.contains(['a', 'e', 'i', 'o', 'u', 'v']))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
});

/// Syllables that are taken for each other, by what they have in common.
static ALIKE: LazyLock<BTreeMap<String, Vec<Syllable>>> = LazyLock::new(|| {
    let mut alike: BTreeMap<String, Vec<Syllable>> = BTreeMap::new();
    for (n, name) in (0_u16..).zip(ALL.iter()) {
        alike.entry(blurred(name)).or_default().push(Syllable(n));
    }
    alike
});

/// Characters that are read in several ways today: in common words, surnames and names of places (《普通话异读词审音表》
/// and the surnames and places of this country). A dictionary knows old readings of nearly all the others (市 as fu, 服
/// as bi, 部 as pou); by those `yb` found 农业服务.
const POLYPHONES: &str = "\
    行长乐重都会单参藏传调佛给还和降觉角解卡壳了落没模弄泊便曝圈刹杉厦省似宿尾吓\
    巷校血削钥扎着种系查差称盛匙薄剥堡辟卜柏露陆勒烙络埋脉蔓抹呢疟刨朴埔栖茄雀塞莎什\
    熟伺拓褪纤咽轧翟爪幢咖咳姥肋棱俩劲嚼秘泌绿累粘仔掺槛蛤脯傀炔曾朝仇折贾缪牟覃尉圩\
    莘番蚌荥浒泷冯\
    ";
/// The longest syllable: zhuang.
const LONGEST: usize = 6;
/// Ways to part a row of letters that are followed.
const WAYS: usize = 6;
/// Rows of initials longer than this are no word that somebody abbreviates.
const MOST_INITIALS: usize = 8;

impl Syllable {
    /// Its letters.
    pub fn name(self) -> &'static str {
        ALL.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// Its first letter.
    pub fn letter(self) -> u8 {
        self.name().bytes().next().unwrap_or(b'?')
    }

    /// The syllable that is written so.
    pub fn named(name: &str) -> Option<Self> {
        let n = ALL.binary_search(&name).ok()?;
        u16::try_from(n).ok().map(Self)
    }
}

/// How a character is read today, the most usual way first.
pub fn of(c: char) -> Vec<Syllable> {
    let usual = c.to_pinyin().and_then(|p| Syllable::named(typed(p.plain())));
    let mut all: Vec<Syllable> = usual.into_iter().collect();
    if let Some(multi) = c.to_pinyin_multi().filter(|_| POLYPHONES.contains(c)) {
        for reading in multi {
            match Syllable::named(typed(reading.plain())) {
                Some(s) if !all.contains(&s) => all.push(s),
                _ => {}
            }
        }
    }
    all
}

/// What stands for one character in a row of letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// Exactly this syllable.
    Whole(Syllable),
    /// A syllable that begins so: an initial, or one not typed to its end.
    Begun(String),
}

impl Unit {
    /// The syllables it may be.
    pub fn syllables(&self, fuzzy: bool) -> HashSet<Syllable> {
        match self {
            Self::Whole(s) if fuzzy => ALIKE
                .get(&blurred(s.name()))
                .into_iter()
                .flatten()
                .copied()
                .collect(),
            Self::Whole(s) => HashSet::from([*s]),
            Self::Begun(start) => {
                let begins = |s: &Syllable| match fuzzy {
                    true => blurred(s.name()).starts_with(&blurred(start)),
                    false => s.name().starts_with(start.as_str()),
                };
                (0..u16::try_from(ALL.len()).unwrap_or(0))
                    .map(Syllable)
                    .filter(begins)
                    .collect()
            }
        }
    }
}

/// The ways in which letters can be two syllables or more, the fewest first; the last one may be half typed. Letters
/// that are no syllables are initials.
pub fn units(letters: &str) -> Vec<Vec<Unit>> {
    if letters.len() < 2 || !letters.bytes().all(|b| b.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut ways: Vec<Vec<Unit>> = vec![];
    part(letters, &mut Vec::new(), &mut ways);
    ways.retain(|way| way.len() >= 2);
    ways.sort_by_key(Vec::len);
    ways.truncate(WAYS);
    let is_initial = |b: u8| !matches!(b, b'i' | b'u' | b'v');
    if ways.is_empty() && letters.len() <= MOST_INITIALS && letters.bytes().all(is_initial) {
        ways.push(letters.chars().map(|c| Unit::Begun(c.into())).collect());
    }
    ways
}

fn part(rest: &str, way: &mut Vec<Unit>, ways: &mut Vec<Vec<Unit>>) {
    if rest.is_empty() {
        ways.push(way.clone());
        return;
    }
    // A long row has many ways; the first ones found use the longest syllables.
    if ways.len() >= WAYS * 8 {
        return;
    }
    for length in (1..=LONGEST.min(rest.len())).rev() {
        let Some((syllable, after)) = rest.split_at_checked(length) else {
            continue;
        };
        let unit = match Syllable::named(syllable) {
            Some(s) => Unit::Whole(s),
            None if after.is_empty() && !way.is_empty() && begins_one(syllable) => {
                Unit::Begun(syllable.to_owned())
            }
            None => continue,
        };
        way.push(unit);
        part(after, way, ways);
        way.pop();
    }
}

fn begins_one(start: &str) -> bool {
    let at = ALL.partition_point(|s| *s < start);
    ALL.get(at).is_some_and(|s| s.starts_with(start))
}

/// A syllable without what half the country does not tell apart: zh and z, ch and c, sh and s, n and l, h and f, and
/// a final n and ng.
fn blurred(syllable: &str) -> String {
    let (start, rest) = ["zh", "ch", "sh"]
        .iter()
        .find_map(|two| Some((two.get(..1)?, syllable.strip_prefix(two)?)))
        .or_else(|| Some(("l", syllable.strip_prefix(['n', 'l'])?)))
        .unwrap_or(("", syllable));
    let end = rest.strip_suffix("ng").map(|vowels| format!("{vowels}n"));
    format!("{start}{}", end.unwrap_or_else(|| rest.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(letters: &str) -> Vec<String> {
        let shown = |unit: &Unit| match unit {
            Unit::Whole(s) => s.name().to_owned(),
            Unit::Begun(start) => format!("{start}-"),
        };
        units(letters)
            .iter()
            .map(|way| way.iter().map(shown).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn letters_are_parted_into_syllables() {
        assert_eq!(ways("jiaoyu").first().map(String::as_str), Some("jiao yu"));
        assert!(ways("xian").contains(&"xi an".to_owned()));
        assert_eq!(ways("gongjij").first().map(String::as_str), Some("gong ji j-"));
        assert_eq!(ways("gjj"), ["g- j- j-"]);
        assert_eq!(ways("jy"), ["j- y-"]);
        assert!(ways("a").is_empty() && ways("uvi").is_empty() && ways("wz1").is_empty());
    }

    #[test]
    fn sounds_that_are_alike_are_taken_for_each_other() {
        for (a, b) in [
            ("zhang", "zan"),
            ("nan", "lang"),
            ("shen", "seng"),
            ("jing", "jin"),
        ] {
            assert_eq!(blurred(a), blurred(b));
        }
        assert_ne!(blurred("wen"), blurred("wan"));
    }

    #[test]
    fn a_character_is_read_in_all_the_ways_of_today() {
        let names = |c| of(c).iter().map(|s| s.name()).collect::<Vec<_>>();
        assert!(names('长').contains(&"chang") && names('长').contains(&"zhang"));
        assert_eq!((names('旅'), names('略')), (vec!["lv"], vec!["lve"]));
        assert_eq!(names('服'), ["fu"], "bi is a reading of two thousand years ago");
        assert!(names('a').is_empty());
        // Each of them has several: one that has not was written here by mistake.
        for c in POLYPHONES.chars() {
            assert!(names(c).len() > 1, "{c}");
        }
    }
}
