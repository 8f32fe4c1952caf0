//! Whom to call: agencies, phones, schools, hospitals and leaders, found by name, reading, initials or number, in
//! memory. Half-typed and mixed input is what people type: `wz教育j`, `gaj`, `8888`.
//!
//! A character of a name takes from the query itself, one of its readings, or the beginning of one; a name is found
//! when consecutive characters take the whole query. 市 and its like may be passed over: 温州教育局 finds
//! 温州市教育局. What each distinct character can take from each place of the query is computed once a query, as bits,
//! so a name is a few shifts.
//!
//! Rejected: the readings as rows of the index (polyphones multiply them: 8 ways to read one school), nucleo (knows
//! no readings), ib-pinyin (does this well, and only this: no numbers, no passing over, no ranking).

use super::{
    candidates::Filter,
    fold::{self, GAP},
    index,
    numbers::Numbers,
    syllables::{self, Syllable},
};
use crate::{error::Result, store::pinyin::Readings};
use rusqlite::Connection;
use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};
use weimenhu_domain::{Collection, record::Id};

/// Characters of a query that a name is compared with: bits of a machine word.
const MAX_QUERY: usize = 60;
/// What a name may have and a query leave out.
const PASSED: &[char] = &['市', '县', '区', '省', '镇', '乡', '街', '道'];

/// One name of an entry, as characters of [`Directory::glyphs`].
struct Name {
    entry: u32,
    /// The entry's own title, and not another name.
    is_title: bool,
    glyphs: Range<u32>,
}

/// An entry of a directory.
pub struct Entry {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: Id,
    county: String,
    department: String,
}

impl Entry {
    /// One that no filter asks for.
    #[cfg(feature = "bench")]
    pub fn new(collection: Collection, id: Id) -> Self {
        Self {
            collection,
            id,
            county: String::new(),
            department: String::new(),
        }
    }
}

/// A distinct character and how it is read.
struct Glyph {
    c: char,
    readings: Vec<Syllable>,
}

/// An entry that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its collection.
    pub collection: Collection,
    /// Its id.
    pub id: Id,
    /// How good it is.
    pub score: f64,
    /// The characters of its title that the query stands for.
    pub place: Option<Range<usize>>,
}

/// All names and numbers.
#[derive(Default)]
pub struct Directory {
    entries: Vec<Entry>,
    names: Vec<Name>,
    glyphs: Vec<Glyph>,
    /// The names' characters, as numbers of `glyphs`, one after the other.
    text: Vec<u16>,
    numbers: Numbers,
}

/// Builds a [`Directory`].
#[derive(Default)]
pub struct Builder {
    directory: Directory,
    known: HashMap<(char, Vec<Syllable>), u16>,
}

impl Builder {
    /// Adds an entry: its title, its other names and its numbers.
    pub fn add(&mut self, entry: Entry, names: &[&str], phones: &[String], readings: &Readings) {
        let number = u32::try_from(self.directory.entries.len()).unwrap_or(u32::MAX);
        self.directory.entries.push(entry);
        for (n, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let start = self.directory.text.len();
            self.spell(name, readings);
            let glyphs = range_u32(start, self.directory.text.len());
            self.directory.names.push(Name {
                entry: number,
                is_title: n == 0,
                glyphs,
            });
        }
        for phone in phones {
            self.directory.numbers.add(number, phone);
        }
    }

    /// The directory.
    pub fn done(mut self) -> Directory {
        self.directory.text.shrink_to_fit();
        self.directory.names.shrink_to_fit();
        self.directory.entries.shrink_to_fit();
        self.directory
    }

    fn spell(&mut self, name: &str, readings: &Readings) {
        let folded: Vec<char> = name.chars().map(fold::fold_char).collect();
        let mut own: BTreeMap<usize, Syllable> = BTreeMap::new();
        for (word, syllables) in readings {
            let word: Vec<char> = word.chars().collect();
            for (at, _) in folded
                .windows(word.len().max(1))
                .enumerate()
                .filter(|(_, w)| *w == word)
            {
                let named = syllables.split(' ').map(Syllable::named).enumerate();
                own.extend(named.filter_map(|(n, s)| Some((at + n, s?))));
            }
        }
        for (at, &c) in folded.iter().enumerate() {
            // The city's own reading goes before a dictionary's, which somebody from elsewhere may type.
            let mut all: Vec<Syllable> = own.get(&at).copied().into_iter().collect();
            for s in syllables::of(c) {
                if !all.contains(&s) {
                    all.push(s);
                }
            }
            let glyph = self.glyph(c, all);
            self.directory.text.push(glyph);
        }
    }

    fn glyph(&mut self, c: char, readings: Vec<Syllable>) -> u16 {
        let key = (c, readings);
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        // More distinct characters than there are in the basic plane: the last one stands for the rest, which are
        // then not found by name.
        let Ok(new) = u16::try_from(self.directory.glyphs.len()) else {
            return u16::MAX;
        };
        self.directory.glyphs.push(Glyph {
            c,
            readings: key.1.clone(),
        });
        self.known.insert(key, new);
        new
    }
}

fn range_u32(start: usize, end: usize) -> Range<u32> {
    u32::try_from(start).unwrap_or(u32::MAX)..u32::try_from(end).unwrap_or(u32::MAX)
}

impl Directory {
    /// Reads all directories.
    pub fn read(conn: &Connection, readings: &Readings) -> Result<Self> {
        let mut builder = Builder::default();
        let mut query = conn.prepare_cached(
            "SELECT r.collection, r.id, r.title, r.subtitle, r.county, r.department, r.phone, b.wire
             FROM record r LEFT JOIN body b USING (doc) WHERE r.doc BETWEEN ?1 AND ?2 AND r.readable ORDER BY r.doc",
        )?;
        let mut rows = query.query((index::DIRECTORIES.start(), index::DIRECTORIES.end()))?;
        while let Some(row) = rows.next()? {
            let Ok(collection) = row.get::<_, String>(0)?.parse::<Collection>() else {
                continue;
            };
            let (title, subtitle): (String, String) = (row.get(2)?, row.get(3)?);
            let mut phones: Vec<String> = match row.get::<_, Option<String>>(7)? {
                Some(wire) => super::numbers::of_record(&wire),
                None => Vec::new(),
            };
            if phones.is_empty() {
                phones.push(row.get(6)?);
            }
            // What else it is called; a phone's line is a note, a school's its owner.
            let other = match collection {
                Collection::Agencies | Collection::Leaders => subtitle.as_str(),
                _ => "",
            };
            let entry = Entry {
                collection,
                id: row.get(1)?,
                county: row.get(4)?,
                department: row.get(5)?,
            };
            builder.add(entry, &[&title, other], &phones, readings);
        }
        Ok(builder.done())
    }

    /// The best entries that the query finds, at most `most`, and how many there are.
    pub fn find(
        &self,
        text: &str,
        only: Option<Collection>,
        filter: &Filter,
        most: usize,
    ) -> (Vec<Found>, u32) {
        if filter.days.is_some() {
            return (Vec::new(), 0);
        }
        let mut hits: Vec<(u32, f64, Option<Range<usize>>)> = Vec::new();
        let allowed = |entry: u32| {
            let entry = self.entries.get(entry as usize);
            entry.is_some_and(|e| {
                only.is_none_or(|c| c == e.collection) && filter.allows("", &e.county, &e.department)
            })
        };
        let best_first = |a: &(u32, f64, _), b: &(u32, f64, _)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        self.by_name(text, |name, score, place| {
            let place = name.is_title.then_some(place);
            // Its names are neighbours.
            let same = hits.last_mut().filter(|last| last.0 == name.entry);
            if let Some(last) = same {
                if score > last.1 {
                    (last.1, last.2) = (score, place);
                }
            } else if allowed(name.entry) {
                hits.push((name.entry, score, place));
            }
        });
        let named = hits.len();
        self.numbers.find(text, |entry, score| {
            if allowed(entry) {
                hits.push((entry, score + self.hotline(entry), None));
            }
        });
        if hits.len() > named {
            hits.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
            hits.dedup_by_key(|hit| hit.0);
        }
        let all = u32::try_from(hits.len()).unwrap_or(u32::MAX);
        if hits.len() > most {
            if most > 0 {
                hits.select_nth_unstable_by(most - 1, best_first);
            }
            hits.truncate(most);
        }
        hits.sort_by(best_first);
        let found = hits.into_iter().filter_map(|(entry, score, place)| {
            let e = self.entries.get(entry as usize)?;
            Some(Found {
                collection: e.collection,
                id: e.id,
                score,
                place,
            })
        });
        (found.collect(), all)
    }

    /// A hotline is its number; others are only reached by it, and many may be by the same one.
    fn hotline(&self, entry: u32) -> f64 {
        let entry = self.entries.get(entry as usize);
        match entry.is_some_and(|e| e.collection == Collection::Phones) {
            true => 0.5,
            false => 0.0,
        }
    }

    fn by_name(&self, text: &str, mut found: impl FnMut(&Name, f64, Range<usize>)) {
        let query: Vec<char> = text.chars().map(fold::fold_char).filter(|c| *c != GAP).collect();
        if query.is_empty() || query.len() > MAX_QUERY {
            return;
        }
        let takes = Takes::new(&self.glyphs, &query);
        for name in &self.names {
            let range = name.glyphs.start as usize..name.glyphs.end as usize;
            let glyphs = self.text.get(range).unwrap_or_default();
            for (start, &first) in glyphs.iter().enumerate() {
                if !takes.can_begin(first) {
                    continue;
                }
                if let Some(length) = takes.matched(glyphs.get(start..).unwrap_or_default()) {
                    let score = score(
                        name,
                        start,
                        length,
                        glyphs.len(),
                        takes.typed_whole(glyphs, start, length),
                    );
                    found(name, score, start..start + length);
                    break;
                }
            }
        }
    }
}

/// The whole name, then its beginning, then the longest part of it; the more is typed as written, the better.
fn score(name: &Name, start: usize, length: usize, of: usize, literal: usize) -> f64 {
    use super::document::count;
    let part = count(length) / count(of.max(1));
    let whole = if length == of { 4.0 } else { 0.0 };
    let beginning = if start == 0 { 2.0 } else { 0.0 };
    // What people call a body is typed more often than its full name.
    let own = if name.is_title { 0.0 } else { 0.5 };
    whole + beginning + own + part + count(literal) / count(length.max(1))
}

/// What each character can take from each place of a query.
struct Takes {
    width: usize,
    /// By glyph and place: bit n is set when n characters of the query can be taken.
    lengths: Vec<u8>,
    begins: Vec<bool>,
    literal: Vec<bool>,
    passed: Vec<bool>,
}

impl Takes {
    fn new(glyphs: &[Glyph], query: &[char]) -> Self {
        let width = query.len();
        let mut lengths = vec![0; glyphs.len() * width];
        // Only characters that somebody typed, or whose reading begins with a letter that somebody typed, take
        // anything: most do not.
        for (row, glyph) in lengths.chunks_mut(width.max(1)).zip(glyphs) {
            for (at, bits) in row.iter_mut().enumerate() {
                let rest = query.get(at..).unwrap_or_default();
                if rest.first() == Some(&glyph.c) {
                    *bits |= 1 << 1;
                }
                for reading in &glyph.readings {
                    let same = reading
                        .name()
                        .chars()
                        .zip(rest)
                        .take_while(|(a, b)| a == *b)
                        .count();
                    // Any beginning of the reading: bits 1 to `same`.
                    *bits |= u8::try_from((1_u32 << (same + 1)) - 2).unwrap_or(0);
                }
            }
        }
        Self {
            width,
            begins: lengths
                .chunks(width.max(1))
                .map(|row| row.first().is_some_and(|b| *b != 0))
                .collect(),
            literal: glyphs.iter().map(|g| query.contains(&g.c)).collect(),
            passed: glyphs
                .iter()
                .map(|g| PASSED.contains(&g.c) || g.c == GAP)
                .collect(),
            lengths,
        }
    }

    fn can_begin(&self, glyph: u16) -> bool {
        self.begins.get(usize::from(glyph)).copied().unwrap_or(false)
    }

    /// How many of these characters take the whole query.
    fn matched(&self, glyphs: &[u16]) -> Option<usize> {
        // Bit n: the first n characters of the query are taken.
        let mut reached = 1_u64;
        let whole = 1_u64 << self.width;
        for (n, &glyph) in glyphs.iter().enumerate() {
            let row = usize::from(glyph) * self.width;
            let row = self.lengths.get(row..row + self.width).unwrap_or_default();
            let mut next = 0;
            let mut places = reached & (whole - 1);
            while places != 0 {
                let at = places.trailing_zeros();
                places &= places - 1;
                next |= u64::from(row.get(at as usize).copied().unwrap_or(0)) << at;
            }
            if next & whole != 0 {
                return Some(n + 1);
            }
            if n > 0 && self.passed.get(usize::from(glyph)).copied().unwrap_or(false) {
                next |= reached & !1;
            }
            reached = next;
            if reached == 0 {
                return None;
            }
        }
        None
    }

    /// How many of these characters were typed as they are written.
    fn typed_whole(&self, glyphs: &[u16], start: usize, length: usize) -> usize {
        let taken = glyphs.get(start..start + length).unwrap_or_default();
        taken
            .iter()
            .filter(|g| self.literal.get(usize::from(**g)).copied().unwrap_or(false))
            .count()
    }
}

#[cfg(test)]
#[path = "directory_test.rs"]
mod tests;
