//! Whatever is filtered and however it is sorted: every match that the filters allow is reached, and nothing else.

use super::tests::{Key, QUERY, change, everything, open, oracle, question, random_text, seeds, texts};
use super::{Memory, build, distrust};
use crate::view::{SearchQuery, SearchSort};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use rusqlite::Connection;
use std::collections::BTreeMap;
use weimenhu_domain::Collection;

/// What the filters look at, of a record.
struct Facts {
    date: String,
    county: String,
    department: String,
}

fn facts(conn: &Connection) -> BTreeMap<Key, Facts> {
    let mut query = conn
        .prepare("SELECT collection, id, date, county, department FROM record")
        .unwrap();
    let rows = query.query_map([], |r| {
        let facts = Facts {
            date: r.get(2)?,
            county: r.get(3)?,
            department: r.get(4)?,
        };
        Ok(((r.get::<_, String>(0)?, r.get(1)?), facts))
    });
    rows.unwrap()
        .map(Result::unwrap)
        .map(|((name, id), facts)| ((name.parse().unwrap(), id), facts))
        .collect()
}

/// Days as `change` gives them, now and then the wrong way round.
fn day(rng: &mut StdRng) -> Option<String> {
    let day = format!(
        "2026-0{}-{:02}",
        rng.random_range(1..=9),
        rng.random_range(1..=28)
    );
    rng.random_bool(0.5).then_some(day)
}

fn filtered(rng: &mut StdRng, text: &str) -> SearchQuery {
    let named = |rng: &mut StdRng, names: &[&str]| -> Option<String> {
        rng.random_bool(0.5)
            .then(|| (*names.choose(rng).unwrap()).to_owned())
    };
    SearchQuery {
        collection: [
            None,
            Some(Collection::News),
            Some(Collection::Notices),
            Some(Collection::Agencies),
        ]
        .choose(rng)
        .copied()
        .unwrap(),
        // An empty name filters nothing, one that nobody has filters everything.
        county: named(rng, &["示例县", "", "无此县"]),
        department: named(rng, &["示例局", "示例委", ""]),
        from: day(rng),
        to: day(rng),
        sort: if rng.random_bool(0.5) {
            SearchSort::Date
        } else {
            SearchSort::Relevance
        },
        ..question(text)
    }
}

/// The eight hours are spelt out here: a day of the city begins at four in the afternoon of the day before in UTC.
fn allows(query: &SearchQuery, key: &Key, facts: &Facts) -> bool {
    let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|w| w.is_empty() || w == has);
    let local = |date: &str| {
        let instant: jiff::Timestamp = date.parse().unwrap();
        (instant + jiff::SignedDuration::from_hours(8))
            .strftime("%Y-%m-%d")
            .to_string()
    };
    query.collection.is_none_or(|c| c == key.0)
        && is(&query.county, &facts.county)
        && is(&query.department, &facts.department)
        && (query.from.is_none() && query.to.is_none()
            || !facts.date.is_empty() && {
                let day = local(&facts.date);
                query.from.as_ref().is_none_or(|from| day >= *from)
                    && query.to.as_ref().is_none_or(|to| day <= *to)
            })
}

#[test]
fn every_filter_and_order_finds_what_reading_everything_finds() {
    let (mut asked, mut answered, mut dated) = (0, 0, 0);
    for (seed, mut rng) in seeds(200, 4) {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        for round in 0..5 {
            for _ in 0..40 {
                change(&store, &mut rng).unwrap();
            }
            // The same answers while the index is made, and after.
            if round == 3 {
                store.write(distrust).unwrap();
            } else if round == 4 {
                let mut after = Some(0);
                while let Some(done) = after {
                    after = store.write(|tx| build(tx, done)).unwrap();
                }
            }
            let (texts, facts) = store.read(|c| Ok((texts(c), facts(c)))).unwrap();
            for n in 0..40 {
                let text = random_text(&mut rng, QUERY, 1 + n / 15);
                let query = filtered(&mut rng, &text);
                let (names, documents, pages) = everything(&store, &Memory::default(), &query);
                for key in names.iter().chain(&documents) {
                    assert!(
                        allows(&query, key, &facts[key]),
                        "seed {seed}: {query:?} gives {key:?}"
                    );
                }
                if pages[0].relaxed || !pages[0].expanded.is_empty() {
                    continue;
                }
                let mut expected = oracle(&texts, &text);
                expected.retain(|key| allows(&query, key, &facts[key]));
                expected.retain(|key| !names.contains(key));
                assert_eq!(documents, expected, "seed {seed}: {query:?}");
                asked += 1;
                answered += usize::from(!documents.is_empty());
                if query.sort == SearchSort::Date {
                    let dates = pages.iter().flat_map(|p| &p.documents).map(|h| &h.row.date);
                    assert!(dates.is_sorted_by(|a, b| a >= b), "seed {seed}: {query:?}");
                    dated += usize::from(documents.len() > 7);
                }
            }
        }
    }
    println!("{asked} questions, {answered} with an answer, {dated} by date over more than a page");
    assert!(answered * 10 > asked && dated > 10, "{asked} {answered} {dated}");
}
