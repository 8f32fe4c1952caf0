//! One question answered: names above, documents below, counted, paged, and with a word of help when there is little.

use super::{
    Asked, Memory, Stop,
    by_date::{self, Wanted},
    candidates::{self, Begun, Candidates, Filter},
    directory::{self, Directory},
    document::{Found, Reader, Scale},
    expand::{self, Expanded},
    grams, index, relaxed, scan, spans, suggest,
    terms::{self, Strong, Term, expression},
    text,
};
use crate::{
    error::{Error, Result},
    store::{list, record},
    view::{Hit, IndexState, SearchAnswer, SearchCount, SearchSort, Suggestion},
};
use rusqlite::Connection;
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::RangeInclusive,
};
use weimenhu_domain::Collection;

/// The most hits one page gives.
const MAX_PAGE: u32 = 100;
/// Names above the documents where the query asks for no directory.
const NAMES: usize = 6;
/// Candidates read of each part of the index, and again for each way of being strong.
const TIER: u32 = 120;
/// Candidates read of a part that is only counted.
const ASIDE: u32 = 40;
/// Fewer hits than this, and something else may have been meant.
const FEW: u32 = 3;

/// Answers the question. Reads only, one state of the database.
pub(crate) fn find(conn: &Connection, memory: &Memory, asked: &Asked, stop: &Stop) -> Result<SearchAnswer> {
    let filter = Filter::new(asked.query)?;
    let mut state = match index::progress(conn)? {
        None => IndexState::Ready,
        Some((done, total)) => IndexState::Building { done, total },
    };
    let directory = memory.directory(conn, asked.readings)?;
    let search = |state| Search::new(conn, memory, asked, &filter, &directory, state, stop)?.answer();
    match search(state) {
        Err(Error::Index) => {
            state = IndexState::Scanning;
            search(state)
        }
        other => other,
    }
}

struct Search<'a> {
    conn: &'a Connection,
    memory: &'a Memory,
    asked: &'a Asked<'a>,
    filter: &'a Filter,
    directory: &'a Directory,
    state: IndexState,
    stop: &'a Stop<'a>,
    words: Vec<String>,
    expanded: Expanded,
    scale: Scale,
}

/// The documents of an answer, before they are read again to be shown.
#[derive(Default)]
struct Documents {
    page: Vec<Found>,
    counts: BTreeMap<Collection, (u32, bool)>,
    relaxed: bool,
}

impl<'a> Search<'a> {
    fn new(
        conn: &'a Connection,
        memory: &'a Memory,
        asked: &'a Asked<'a>,
        filter: &'a Filter,
        directory: &'a Directory,
        state: IndexState,
        stop: &'a Stop<'a>,
    ) -> Result<Self> {
        let words = terms::words(&asked.query.text);
        let expanded = expand::expand(conn, memory, words.clone(), state == IndexState::Ready)?;
        let scale = Scale::new(&expanded.terms, expanded.lexicon.as_deref(), asked.now);
        Ok(Self {
            conn,
            memory,
            asked,
            filter,
            directory,
            state,
            stop,
            words,
            expanded,
            scale,
        })
    }

    fn answer(&self) -> Result<SearchAnswer> {
        let query = self.asked.query;
        let (offset, limit) = (query.offset as usize, query.limit.min(MAX_PAGE) as usize);
        let only = query.collection;
        let most = match only {
            Some(c) if c.grows() => 0,
            Some(_) => usize::MAX,
            None => NAMES,
        };
        let (names, all_names) = self.directory.find(&query.text, only, self.filter, most);
        let hidden: HashSet<i64> = names.iter().map(|n| index::doc(n.collection, n.id)).collect();
        let documents = if self.words.is_empty() {
            Documents::default()
        } else {
            let skipped = offset.saturating_sub(names.len());
            let shown = names.len().saturating_sub(offset).min(limit);
            self.documents(&hidden, skipped, limit - shown)?
        };
        let named = u32::try_from(names.len()).unwrap_or(u32::MAX);
        let asked_for = documents
            .counts
            .iter()
            .filter(|(c, _)| only.is_none_or(|only| only == **c));
        let (found, capped) = asked_for.fold((0, false), |(n, capped), (_, (more, cap))| {
            (n + more, capped || *cap)
        });
        let total = named + found;
        let counts = match offset {
            0 => self.counts(&documents)?,
            _ => Vec::new(),
        };
        Ok(SearchAnswer {
            directory: self.name_hits(names.iter().skip(offset).take(limit))?,
            suggestion: match total.max(all_names) < FEW && offset == 0 && !self.words.is_empty() {
                true => self.suggestion(if documents.relaxed { 0 } else { total })?,
                false => None,
            },
            documents: self.hits(&documents)?,
            total,
            capped,
            counts,
            expanded: self.expanded.added.clone(),
            relaxed: documents.relaxed,
            state: self.state,
        })
    }

    fn documents(&self, hidden: &HashSet<i64>, offset: usize, limit: usize) -> Result<Documents> {
        if self.state != IndexState::Ready {
            return self.scanned(hidden, offset, limit);
        }
        let (terms, only) = (&self.expanded.terms, self.asked.query.collection);
        let mut reader = Reader::new(self.conn)?;
        let mut all = Vec::new();
        let mut documents = Documents::default();
        let mut ranked: Vec<Found> = Vec::new();
        let begun = Begun::of(self.conn, terms, self.filter)?;
        // What the grams alone do not decide is counted by reading, and only the ranked are read.
        let most = match terms.iter().flat_map(|t| &t.alternatives).all(|a| a.decides) {
            false if self.asked.query.sort == SearchSort::Relevance => 0,
            _ => candidates::COUNTED + 1,
        };
        // What stands beside the answer is counted with the first page only.
        let parts = candidates::parts(only.filter(|_| offset > 0 || limit == 0));
        let is_wanted = |part: &RangeInclusive<i64>| only.is_none_or(|c| part.contains(&index::doc(c, 0)));
        let parts = parts.into_iter().map(|part| {
            let tier = if is_wanted(&part) { TIER } else { ASIDE };
            (part, tier)
        });
        let parts: Vec<_> = parts.collect();
        let parts = candidates::of(self.conn, terms, &parts, self.filter, &begun, most)?;
        self.stop.check()?;
        let having = parts.iter().filter(|part| !part.ranked.is_empty());
        let ranges = having.map(|part| part.range.clone());
        let mut hiding = candidates::hiding(self.conn, terms, ranges, self.filter)?.into_iter();
        for part in parts {
            let mut verified = Vec::new();
            if !part.ranked.is_empty() {
                reader.hiding(hiding.next().flatten());
            }
            for &doc in &part.ranked {
                self.stop.check()?;
                verified.extend(reader.verify(doc, terms, self.filter, &self.scale)?);
            }
            count(&mut documents.counts, &part, &verified, terms, hidden);
            ranked.extend(verified);
            if is_wanted(&part.range) {
                all.push(part);
            }
        }
        let allowed =
            |doc: i64| !hidden.contains(&doc) && only.is_none_or(|c| index::range(c).contains(&doc));
        ranked.retain(|f| allowed(f.doc));
        ranked.sort_by(best_first);
        documents.page = match self.asked.query.sort {
            SearchSort::Date => {
                let wanted = Wanted {
                    terms,
                    filter: self.filter,
                    only,
                    scale: &self.scale,
                    begun: &begun,
                    hidden,
                    offset,
                    limit,
                };
                by_date::page(self.conn, &wanted, &all, || self.stop.check())?
            }
            SearchSort::Relevance => {
                let first = ranked.len();
                let mut page: Vec<Found> = ranked.into_iter().skip(offset).take(limit).collect();
                if page.len() < limit {
                    let seen: HashSet<i64> = all.iter().flat_map(|c| c.ranked.iter().copied()).collect();
                    let rest = |doc| allowed(doc) && !seen.contains(&doc);
                    self.walk(&all, &rest, offset.saturating_sub(first), limit, &mut page)?;
                }
                page
            }
        };
        let found: u32 = documents.counts.values().map(|(n, _)| n).sum();
        if found == 0 && hidden.is_empty() && documents.page.is_empty() {
            self.relax(&mut documents, offset, limit)?;
        }
        Ok(documents)
    }

    /// What else matches after the ranked, newest first, until the page is full.
    fn walk(
        &self,
        all: &[Candidates],
        rest: &dyn Fn(i64) -> bool,
        mut skip: usize,
        limit: usize,
        page: &mut Vec<Found>,
    ) -> Result<()> {
        let plain = expression(&self.expanded.terms, Strong::None, &self.filter.tags);
        let mut reader = Reader::new(self.conn)?;
        for part in all.iter().filter(|p| p.more) {
            let range = std::iter::once(part.range.clone());
            let hiding = candidates::hiding(self.conn, &self.expanded.terms, range, self.filter)?;
            reader.hiding(hiding.into_iter().next().flatten());
            candidates::each(self.conn, &plain, &part.range, self.filter, |doc| {
                self.stop.check()?;
                if page.len() >= limit {
                    return Ok(false);
                }
                if rest(doc) {
                    let found = reader.verify(doc, &self.expanded.terms, self.filter, &self.scale)?;
                    match found {
                        Some(_) if skip > 0 => skip -= 1,
                        found => page.extend(found),
                    }
                }
                Ok(true)
            })?;
        }
        Ok(())
    }

    fn scanned(&self, hidden: &HashSet<i64>, offset: usize, limit: usize) -> Result<Documents> {
        let parts = candidates::parts(None);
        let check = || self.stop.check();
        let mut all = scan::all(
            self.conn,
            &self.expanded.terms,
            &parts,
            self.filter,
            &self.scale,
            check,
        )?;
        let mut documents = Documents::default();
        for (found, _) in all.iter().filter(|(f, _)| !hidden.contains(&f.doc)) {
            if let Some((collection, _)) = index::record(found.doc) {
                documents.counts.entry(collection).or_default().0 += 1;
            }
        }
        let only = self.asked.query.collection;
        all.retain(|(f, _)| {
            !hidden.contains(&f.doc) && only.is_none_or(|c| index::range(c).contains(&f.doc))
        });
        match self.asked.query.sort {
            SearchSort::Relevance => all.sort_by(|a, b| best_first(&a.0, &b.0)),
            SearchSort::Date => all.sort_by(|a, b| (&b.1, b.0.doc).cmp(&(&a.1, a.0.doc))),
        }
        documents.page = all.into_iter().skip(offset).take(limit).map(|(f, _)| f).collect();
        Ok(documents)
    }

    fn relax(&self, documents: &mut Documents, offset: usize, limit: usize) -> Result<()> {
        let parts = candidates::parts(self.asked.query.collection);
        let check = || self.stop.check();
        let near = relaxed::find(self.conn, &self.words, &parts, self.filter, check)?;
        documents.relaxed = !near.is_empty();
        for found in &near {
            if let Some((collection, _)) = index::record(found.doc) {
                documents.counts.entry(collection).or_default().0 += 1;
            }
        }
        documents.page = near.into_iter().skip(offset).take(limit).collect();
        Ok(())
    }

    /// By collection: documents, and names that are not among them.
    fn counts(&self, documents: &Documents) -> Result<Vec<SearchCount>> {
        let mut counts = Vec::new();
        for collection in Collection::ALL {
            let (mut count, capped) = documents.counts.get(&collection).copied().unwrap_or_default();
            if !collection.grows() && index::is_searched(collection) {
                let (_, named) =
                    self.directory
                        .find(&self.asked.query.text, Some(collection), self.filter, 0);
                // Whatever has the words in its name was counted by its text as well.
                count = count.max(named);
            }
            if count > 0 {
                counts.push(SearchCount {
                    collection,
                    count,
                    capped,
                });
            }
        }
        Ok(counts)
    }

    fn suggestion(&self, found: u32) -> Result<Option<Suggestion>> {
        if self.state != IndexState::Ready || !self.expanded.added.is_empty() && found > 0 {
            return Ok(None);
        }
        let lexicon = self.memory.lexicon_now(self.conn)?;
        for (n, word) in self.words.iter().enumerate() {
            for other in suggest::instead_of(word, &lexicon) {
                self.stop.check()?;
                let mut words = self.words.clone();
                if let Some(place) = words.get_mut(n) {
                    *place = other;
                }
                let text = words.join(" ");
                if self.matches(&words, &text)? > found * 5 {
                    return Ok(Some(Suggestion {
                        query: text.clone(),
                        text,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// How many hits other words would have, counted as far as it matters here.
    fn matches(&self, words: &[String], text: &str) -> Result<u32> {
        let only = self.asked.query.collection;
        let (_, mut matches) = self.directory.find(text, only, self.filter, 0);
        let terms = terms::of(words, self.expanded.lexicon.as_deref());
        let plain = expression(&terms, Strong::None, &self.filter.tags);
        let mut reader = Reader::new(self.conn)?;
        let parts = candidates::parts(only).into_iter().map(|part| (part, FEW * 5));
        let parts: Vec<_> = parts.collect();
        let newest = candidates::newest_in(self.conn, &plain, &parts, self.filter)?;
        for doc in newest.into_iter().flatten() {
            let found = reader.verify(doc, &terms, self.filter, &self.scale)?;
            matches += u32::from(found.is_some());
        }
        Ok(matches)
    }

    fn name_hits<'n>(&self, names: impl Iterator<Item = &'n directory::Found>) -> Result<Vec<Hit>> {
        let mut hits = Vec::new();
        for name in names {
            if let Some(row) = list::row(self.conn, name.collection, name.id)? {
                let title = match &name.place {
                    Some(place) => spans::marked(&row.title, place),
                    None => spans::title(&row.title, &self.expanded.terms),
                };
                hits.push(Hit {
                    row,
                    title,
                    snippet: Vec::new(),
                    score: name.score,
                });
            }
        }
        Ok(hits)
    }

    fn hits(&self, documents: &Documents) -> Result<Vec<Hit>> {
        let pieces;
        let terms: &[Term] = if documents.relaxed {
            pieces = pieces_of(&self.words);
            &pieces
        } else {
            &self.expanded.terms
        };
        let mut hits = Vec::new();
        for found in &documents.page {
            let Some((collection, id)) = index::record(found.doc) else {
                continue;
            };
            let Some(row) = list::row(self.conn, collection, id)? else {
                continue;
            };
            let wire = record::wire(self.conn, collection, id)?;
            let body = wire
                .map(|wire| text::of_body(collection, &wire))
                .unwrap_or_default();
            hits.push(Hit {
                title: spans::title(&row.title, terms),
                snippet: spans::snippet(&body, terms),
                row,
                score: found.score,
            });
        }
        Ok(hits)
    }
}

fn best_first(a: &Found, b: &Found) -> Ordering {
    b.score.total_cmp(&a.score).then(b.doc.cmp(&a.doc))
}

/// How many match in this part, by collection. Where only some candidates were verified and the grams alone do not
/// decide, those are the ones that are known.
fn count(
    counts: &mut BTreeMap<Collection, (u32, bool)>,
    part: &Candidates,
    verified: &[Found],
    terms: &[Term],
    hidden: &HashSet<i64>,
) {
    let decided = terms.iter().flat_map(|t| &t.alternatives).all(|a| a.decides);
    let seen = verified.iter().map(|f| f.doc);
    let known: BTreeSet<i64> = if !part.more || !decided {
        seen.collect()
    } else {
        let counted = part.counted.iter().copied();
        counted.chain(seen).take(candidates::COUNTED as usize).collect()
    };
    let capped = part.cut || part.more && !decided;
    for doc in known.into_iter().filter(|doc| !hidden.contains(doc)) {
        if let Some((collection, _)) = index::record(doc) {
            let entry = counts.entry(collection).or_default();
            *entry = (entry.0 + 1, capped);
        }
    }
}

/// What is marked where only most of the words are.
fn pieces_of(words: &[String]) -> Vec<Term> {
    let mut pieces = Vec::new();
    for word in words {
        for gram in grams::of_term(word).0 {
            let mut piece = String::new();
            gram.write(&mut piece);
            pieces.push(piece);
        }
    }
    terms::of(&pieces, None)
}
