//! The engine against the plainest possible one: every record read, every word looked for. Random documents, random
//! changes, random questions, a killed writer; the seed of each run is printed with a failure and with `--nocapture`.

use super::{Asked, Memory, Stop, build, distrust, find, terms};
use super::{fold, index, prepare};
use crate::{
    error::Result,
    store::{Store, collection, pack, pinyin::Readings, record},
    view::{IndexState, SearchAnswer, SearchQuery, SearchSort},
};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rusqlite::{Connection, Transaction};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use weimenhu_domain::{
    Collection, Record,
    record::{Head, Sha256},
    wire::{Digest, Fingerprint, HeadRow, Lineage, ObjectRef, Pack},
};

pub(super) type Key = (Collection, u32);

/// Few characters, so that everything meets; none that a synonym or a reading could stand for.
const LETTERS: &[&str] = &[
    "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "𠮷", "の", "1", "2", "0", "v", "i", "戶", "Ｖ", "３",
    "é", " ", "，", "-", "\n", "&amp;", "<b>", "</b>", "<br>", "\"",
];
pub(super) const QUERY: &[&str] = &[
    "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "𠮷", "の", "1", "2", "0", "v", "i", "户", "戶", "V",
    "3", "É", " ", "，", "*", "\"",
];

pub(super) fn random_text(rng: &mut StdRng, letters: &[&str], most: usize) -> String {
    (0..rng.random_range(0..=most))
        .map(|_| *letters.choose(rng).unwrap())
        .collect()
}

fn article(rng: &mut StdRng) -> String {
    let long = if rng.random_bool(0.1) { 600 } else { 40 };
    let title = random_text(rng, &LETTERS[..22], 12);
    let html = format!(
        "<p>{}</p><p>{}</p>",
        random_text(rng, LETTERS, long),
        random_text(rng, LETTERS, 20)
    );
    let day: usize = rng.random_range(1..=28);
    let department = ["示例局", "示例委", ""][day % 3];
    serde_json::json!({"title": title, "html": html, "published": format!("2026-0{}-{day:02}T00:00:00Z", day % 9 + 1),
        "county": if day.is_multiple_of(2) { "示例县" } else { "" },
        "department": department})
    .to_string()
}

fn agency(rng: &mut StdRng) -> String {
    let name = random_text(rng, &LETTERS[..19], 8);
    serde_json::json!({"name": name, "kind": "甲乙", "duties": random_text(rng, &LETTERS[..22], 30)})
        .to_string()
}

pub(super) fn open(folder: &Path) -> Store {
    Store::open(folder).unwrap().0
}

/// One change, as a sync makes it.
pub(super) fn change(store: &Store, rng: &mut StdRng) -> Result<()> {
    let name = *[Collection::News, Collection::Notices, Collection::Agencies]
        .choose(rng)
        .unwrap();
    let id = rng.random_range(1..40);
    let (none, readings) = (Digest::default(), Readings::new());
    store.write(|tx| match rng.random_range(0..10) {
        0..=4 => {
            let wire = if name.grows() { article(rng) } else { agency(rng) };
            record::put(tx, name, (id, 1, &wire), none, &readings).map(drop)
        }
        5 => record::remove(tx, name, id, none).map(drop),
        6 => record::put(tx, name, (id, 1, "{\"unreadable\":1}"), none, &readings).map(drop),
        // Heads first, bodies later, as with a snapshot.
        7 | 8 => {
            let wires: Vec<_> = (0..5).map(|n| (id + n, article(rng))).collect();
            for (id, wire) in &wires {
                let head = Record::parse(Collection::News, wire)?.head();
                let row = HeadRow {
                    id: *id,
                    epoch: 1,
                    fingerprint: Fingerprint::of(*id, wire),
                    head,
                };
                record::remove(tx, Collection::News, row.id, none)?;
                record::put_head(tx, Collection::News, &row, &readings)?;
            }
            for (id, wire) in wires.iter().skip(1) {
                record::put_body(tx, Collection::News, *id, wire)?;
            }
            Ok(())
        }
        _ => {
            let packs: Vec<_> = (0..3)
                .map(|number| Pack {
                    number,
                    object: ObjectRef {
                        sha: Sha256::of(b""),
                        size: 0,
                        raw_size: 0,
                    },
                })
                .collect();
            let standing = collection::Standing {
                lineage: Lineage("示例".into()),
                epoch: 9,
                digest: none,
            };
            collection::stand(tx, Collection::News, &standing)?;
            pack::replace(tx, Collection::News, 9, &packs)?;
            record::drop_bodies(tx, Collection::News, "2026-05-01T00:00:00Z").map(drop)
        }
    })
}

fn ask(store: &Store, memory: &Memory, query: &SearchQuery) -> Result<SearchAnswer> {
    let asked = Asked {
        query,
        readings: &Readings::new(),
        now: "2026-11-23T00:00:00Z".parse::<Timestamp>().unwrap(),
    };
    store.read(|c| find(c, memory, &asked, &Stop::never()))
}

pub(super) fn question(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.into(),
        limit: 7,
        ..SearchQuery::default()
    }
}

/// Every record's folded title and body, without the engine's own reader.
pub(super) fn texts(conn: &Connection) -> Vec<(Key, String, String)> {
    let mut query = conn
        .prepare("SELECT collection, id, title, wire FROM record LEFT JOIN body USING (doc) WHERE readable")
        .unwrap();
    let rows = query.query_map([], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, u32>(1)?,
            r.get::<_, String>(2)?,
            r.get::<_, Option<String>>(3)?,
        ))
    });
    rows.unwrap()
        .map(|row| {
            let (name, id, title, wire) = row.unwrap();
            let wire: serde_json::Value =
                wire.map_or_else(Default::default, |w| serde_json::from_str(&w).unwrap());
            let field = |name: &str| wire[name].as_str().unwrap_or_default().to_owned();
            let html = field("html").replace("<b>", "").replace("</b>", "");
            let html = ["<p>", "</p>", "<br>"]
                .iter()
                .fold(html, |h, tag| h.replace(tag, "\n"))
                .replace("&amp;", "&");
            let body = format!("{html}\n{}\n{}", field("duties"), field("kind"));
            ((name.parse().unwrap(), id), fold::fold(&title), fold::fold(&body))
        })
        .collect()
}

pub(super) fn oracle(texts: &[(Key, String, String)], text: &str) -> BTreeSet<Key> {
    let words = terms::words(text);
    let has = |title: &str, body: &str| {
        words
            .iter()
            .all(|w| title.contains(w.as_str()) || body.contains(w.as_str()))
    };
    let found = texts
        .iter()
        .filter(|(_, title, body)| !words.is_empty() && has(title, body));
    found.map(|(key, ..)| *key).collect()
}

/// Pages through everything; no hit may come twice.
pub(super) fn everything(
    store: &Store,
    memory: &Memory,
    query: &SearchQuery,
) -> (BTreeSet<Key>, BTreeSet<Key>, Vec<SearchAnswer>) {
    let (mut names, mut documents, mut pages) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut offset = 0;
    loop {
        let page = ask(
            store,
            memory,
            &SearchQuery {
                offset,
                ..query.clone()
            },
        )
        .unwrap();
        for (hits, all) in [(&page.directory, &mut names), (&page.documents, &mut documents)] {
            for hit in hits {
                assert!(
                    all.insert((hit.row.collection, hit.row.id)),
                    "{query:?}: {} came twice",
                    hit.row.id
                );
            }
        }
        let shown = page.directory.len() + page.documents.len();
        offset += u32::try_from(shown).unwrap();
        pages.push(page);
        if shown == 0 {
            return (names, documents, pages);
        }
    }
}

fn holds(store: &Store, memory: &Memory, query: &SearchQuery, texts: &[(Key, String, String)]) {
    let (names, documents, pages) = everything(store, memory, query);
    let expected: BTreeSet<Key> = oracle(texts, &query.text).difference(&names).copied().collect();
    if pages[0].relaxed || !pages[0].expanded.is_empty() {
        assert!(
            expected.is_empty(),
            "{query:?}: something else where {expected:?} match"
        );
        return;
    }
    assert_eq!(documents, expected, "{query:?}");
    let total = names.len() + documents.len();
    assert!(
        pages[0].capped || pages[0].total as usize == total,
        "{query:?}: {} of {total}",
        pages[0].total
    );
    for hit in pages.iter().flat_map(|p| &p.documents) {
        let shown: String = hit.title.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(shown, hit.row.title, "{query:?}");
        let marked = hit.title.iter().chain(&hit.snippet).any(|s| s.hit);
        assert!(
            marked,
            "{query:?}: nothing is marked in {:?} {:?}",
            hit.title, hit.snippet
        );
    }
}

pub(super) fn seeds(from: u64, many: u64) -> impl Iterator<Item = (u64, StdRng)> {
    let own = std::env::var("WEIMENHU_SEED").ok().and_then(|s| s.parse().ok());
    let seeds = own.map_or(from..from + many, |seed: u64| seed..seed + 1);
    seeds.map(|seed| {
        println!("seed {seed} (WEIMENHU_SEED={seed} repeats it)");
        (seed, StdRng::seed_from_u64(seed))
    })
}

#[test]
fn the_engine_finds_what_reading_everything_finds() {
    for (_, mut rng) in seeds(1, 12) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        for round in 0..6 {
            for _ in 0..25 {
                change(&store, &mut rng).unwrap();
            }
            if round == 3 {
                store = open(folder.path());
                while store.write(super::merge).unwrap() {}
            }
            let texts = store.read(|c| Ok(texts(c))).unwrap();
            for n in 0..12 {
                let text = random_text(&mut rng, QUERY, 1 + n / 2);
                holds(&store, &Memory::default(), &question(&text), &texts);
            }
            let date = SearchQuery {
                sort: SearchSort::Date,
                ..question("甲")
            };
            holds(&store, &Memory::default(), &date, &texts);
        }
    }
}

/// Not a test of its own: the process that the next one kills.
#[test]
fn a_writer_to_be_killed() {
    let (Ok(folder), Ok(seed)) = (
        std::env::var("WEIMENHU_VICTIM"),
        std::env::var("WEIMENHU_VICTIM_SEED"),
    ) else {
        return;
    };
    let store = open(Path::new(&folder));
    let mut rng = StdRng::seed_from_u64(seed.parse().unwrap());
    println!("writing");
    loop {
        change(&store, &mut rng).unwrap();
        if rng.random_bool(0.05) {
            store.write(super::merge).unwrap();
        }
    }
}

#[test]
fn a_killed_writer_leaves_rows_and_index_of_one_moment() {
    for (seed, mut rng) in seeds(100, 6) {
        let folder = tempfile::tempdir().unwrap();
        for kill in 0..3 {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "store::search::tests::a_writer_to_be_killed",
                    "--nocapture",
                ])
                .env("WEIMENHU_VICTIM", folder.path())
                .env("WEIMENHU_VICTIM_SEED", (seed * 10 + kill).to_string())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            assert!(
                lines.map_while(Result::ok).any(|l| l.contains("writing")),
                "the writer did not begin"
            );
            std::thread::sleep(Duration::from_millis(rng.random_range(5..150)));
            child.kill().unwrap();
            child.wait().unwrap();
            let store = open(folder.path());
            let texts = store.read(|c| Ok(texts(c))).unwrap();
            for n in 0..10 {
                holds(
                    &store,
                    &Memory::default(),
                    &question(&random_text(&mut rng, QUERY, 1 + n / 2)),
                    &texts,
                );
            }
            store.check().unwrap();
        }
    }
}

fn filled(folder: &Path, seed: u64, changes: usize) -> Store {
    let store = open(folder);
    let mut rng = StdRng::seed_from_u64(seed);
    (0..changes).for_each(|_| change(&store, &mut rng).unwrap());
    store
}

#[test]
fn an_index_of_other_rules_is_made_anew_while_everything_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 7, 120);
    store.write(distrust).unwrap();
    drop(store);
    let store = open(folder.path());
    let mut rng = StdRng::seed_from_u64(8);
    let mut done = Some(0);
    let mut seen_building = false;
    while let Some(after) = done {
        let answer = ask(&store, &Memory::default(), &question("甲")).unwrap();
        seen_building |= matches!(answer.state, IndexState::Building { .. });
        let texts = store.read(|c| Ok(texts(c))).unwrap();
        holds(&store, &Memory::default(), &question("甲乙"), &texts);
        done = store.write(|tx| build(tx, after)).unwrap();
        // A sync goes on meanwhile.
        change(&store, &mut rng).unwrap();
    }
    assert!(seen_building);
    assert_eq!(
        ask(&store, &Memory::default(), &question("甲")).unwrap().state,
        IndexState::Ready
    );
    let texts = store.read(|c| Ok(texts(c))).unwrap();
    for text in ["甲", "甲乙", "1", "v", "户"] {
        holds(&store, &Memory::default(), &question(text), &texts);
    }
}

#[test]
fn a_damaged_index_is_noticed_stood_in_for_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 9, 120);
    let spoil = Connection::open(folder.path().join("city.db")).unwrap();
    spoil
        .execute("UPDATE gram_data SET block = x'FFFFFFFF' WHERE id > 10", [])
        .unwrap();
    drop(spoil);
    let texts = store.read(|c| Ok(texts(c))).unwrap();
    let answer = ask(&store, &Memory::default(), &question("甲")).unwrap();
    assert_eq!(answer.state, IndexState::Scanning);
    holds(&store, &Memory::default(), &question("甲乙"), &texts);
    store.write(distrust).unwrap();
    assert!(!store.write(prepare).unwrap());
    let mut done = Some(0);
    while let Some(after) = done {
        done = store.write(|tx| build(tx, after)).unwrap();
    }
    assert_eq!(
        ask(&store, &Memory::default(), &question("甲")).unwrap().state,
        IndexState::Ready
    );
    holds(&store, &Memory::default(), &question("甲乙"), &texts);
}

#[test]
fn a_damaged_index_does_not_cost_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 10, 60);
    let spoil = Connection::open(folder.path().join("city.db")).unwrap();
    spoil
        .execute("UPDATE gram_data SET block = zeroblob(40) WHERE id > 10", [])
        .unwrap();
    drop(spoil);
    store.check().unwrap();
    assert!(matches!(
        ask(&store, &Memory::default(), &question("甲")).unwrap().state,
        IndexState::Building { .. } | IndexState::Scanning
    ));
}

#[test]
fn what_is_redacted_leaves_the_index_and_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 11, 30);
    let secret = r#"{"title":"示例","html":"<p>qzjxkw 龘靐齉</p>","published":"2026-01-01T00:00:00Z"}"#;
    let none = Digest::default();
    store
        .write(|tx| record::put(tx, Collection::News, (77, 1, secret), none, &Readings::new()))
        .unwrap();
    let known = |gram: &str| -> bool {
        let conn = Connection::open(folder.path().join("city.db")).unwrap();
        conn.execute_batch("CREATE VIRTUAL TABLE temp.known USING fts5vocab('main', 'gram', 'row')")
            .unwrap();
        conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM temp.known WHERE term = ?1)",
            [gram],
            |r| r.get(0),
        )
        .unwrap()
    };
    assert!(known("龘靐") && known("zjx"));
    store
        .write(|tx| record::remove(tx, Collection::News, 77, none))
        .unwrap();
    store.forget().unwrap();
    assert!(!known("龘靐") && !known("zjx"));
    for file in ["city.db", "city.db-wal"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap_or_default();
        let there = |word: &str| memchr::memmem::find(&bytes, word.as_bytes()).is_some();
        assert!(!there("靐") && !there("qzjxkw"), "in {file}");
    }
}

#[test]
fn a_cache_of_the_first_schema_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let old = Connection::open(folder.path().join("city.db")).unwrap();
    old.execute_batch(crate::store::migrations::CITY[0]).unwrap();
    old.execute_batch(
        r#"PRAGMA user_version = 1;
        INSERT INTO record (doc, collection, id, epoch, fingerprint, title) VALUES
            (1, 'notices', 5, 1, '0000000000000000', '戶口通知'), (2, 'news', 5, 1, '0000000000000000', '示例新闻'),
            (3, 'calendar', 2026, 1, '0000000000000000', '2026');
        INSERT INTO body (doc, wire) VALUES (2, '{"title":"示例新闻","html":"<p>户口</p>"}'), (3, '{"year":2026}');"#,
    )
    .unwrap();
    drop(old);
    let store = open(folder.path());
    assert_eq!(
        store
            .read(|c| record::wire(c, Collection::Calendar, 2026))
            .unwrap()
            .as_deref(),
        Some("{\"year\":2026}")
    );
    let mut done = Some(0);
    while let Some(after) = done {
        done = store.write(|tx| build(tx, after)).unwrap();
    }
    let answer = ask(&store, &Memory::default(), &question("户口")).unwrap();
    let found: BTreeSet<Key> = answer
        .documents
        .iter()
        .map(|h| (h.row.collection, h.row.id))
        .collect();
    assert_eq!(
        found,
        BTreeSet::from([(Collection::News, 5), (Collection::Notices, 5)])
    );
    assert_eq!(answer.state, IndexState::Ready);
}

#[test]
fn a_frequent_word_is_paged_to_its_end_in_both_orders() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut rng = StdRng::seed_from_u64(12);
    let wires: Vec<String> = (0..1300).map(|_| {
        let (month, day) = (rng.random_range(1..=9), rng.random_range(1..=28));
        let word = if rng.random_bool(0.9) { "常见" } else { "常常看见" };
        format!(r#"{{"title":"示例","html":"<p>{word}的词语</p>","published":"2026-0{month}-{day:02}T00:00:00Z"}}"#)
    }).collect();
    store
        .write(|tx| {
            for (id, wire) in (1..).zip(&wires) {
                let name = if id % 3 == 0 {
                    Collection::Notices
                } else {
                    Collection::News
                };
                record::put(tx, name, (id, 1, wire), Digest::default(), &Readings::new())?;
            }
            Ok(())
        })
        .unwrap();
    let memory = Memory::default();
    let texts = store.read(|c| Ok(texts(c))).unwrap();
    for sort in [SearchSort::Relevance, SearchSort::Date] {
        for text in ["常", "常见", "见的词", "词语 常"] {
            let query = SearchQuery {
                sort,
                limit: 100,
                ..question(text)
            };
            holds(&store, &memory, &query, &texts);
            let (_, _, pages) = everything(&store, &memory, &query);
            let dates: Vec<&str> = pages
                .iter()
                .flat_map(|p| &p.documents)
                .map(|h| h.row.date.as_str())
                .collect();
            assert!(
                sort == SearchSort::Relevance || dates.is_sorted_by(|a, b| a >= b),
                "{text} is not in order"
            );
        }
    }
    let of = |query: SearchQuery| ask(&store, &memory, &query).unwrap();
    let days = of(SearchQuery {
        from: Some("2026-03-02".into()),
        to: Some("2026-03-04".into()),
        limit: 100,
        ..question("常")
    });
    assert!(!days.documents.is_empty());
    // Days of the city begin eight hours before those of UTC.
    assert!(
        days.documents
            .iter()
            .all(|h| ("2026-03-01T16:00:00Z".."2026-03-04T16:00:00Z").contains(&h.row.date.as_str()))
    );
    let notices = of(SearchQuery {
        collection: Some(Collection::Notices),
        ..question("常")
    });
    assert!(
        notices
            .documents
            .iter()
            .all(|h| h.row.collection == Collection::Notices)
    );
    assert_eq!(notices.total, 433);
    let counted = of(question("常"));
    let count = |c| {
        counted
            .counts
            .iter()
            .find(|n| n.collection == c)
            .map(|n| (n.count, n.capped))
    };
    assert_eq!(
        (count(Collection::News), count(Collection::Notices)),
        (Some((867, false)), Some((433, false)))
    );
}

#[test]
fn a_character_that_is_everywhere_is_found_where_it_stands_but_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let put = |tx: &Transaction, name, id, words: &str| {
        let day = id % 28 + 1;
        let wire =
            format!(r#"{{"title":"示例","html":"<p>{words}</p>","published":"2026-03-{day:02}T00:00:00Z"}}"#);
        record::put(tx, name, (id, 1, &wire), Digest::default(), &Readings::new()).map(drop)
    };
    store
        .write(|tx| {
            for id in 1..=1100 {
                put(tx, Collection::News, id, "国国国的词语")?;
            }
            for id in 1101..=1200 {
                put(tx, Collection::News, id, "一国的词语")?;
            }
            for id in 1..=300 {
                let words = if id % 3 == 0 { "我国的词语" } else { "词语" };
                put(tx, Collection::Notices, id, words)?;
            }
            Ok(())
        })
        .unwrap();
    let memory = Memory::default();
    let texts = store.read(|c| Ok(texts(c))).unwrap();
    for sort in [SearchSort::Relevance, SearchSort::Date] {
        for text in ["国", "国 语", "词语 国", "国 的词语"] {
            let query = SearchQuery {
                sort,
                limit: 100,
                ..question(text)
            };
            holds(&store, &memory, &query, &texts);
        }
        let notices = SearchQuery {
            sort,
            limit: 40,
            collection: Some(Collection::Notices),
            ..question("国")
        };
        let (_, found, pages) = everything(&store, &memory, &notices);
        assert_eq!(found.len(), 100, "{sort:?}");
        assert!(pages[0].capped && pages[0].total > 0, "{sort:?}");
    }
}

#[test]
fn what_has_no_date_is_paged_to_its_end_after_what_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (none, readings) = (Digest::default(), Readings::new());
    store
        .write(|tx| {
            for id in 1..=1100 {
                let wire = format!(r#"{{"name":"示例{id}","kind":"甲乙","duties":"常见的事"}}"#);
                record::put(tx, Collection::Agencies, (id, 1, &wire), none, &readings)?;
            }
            for id in 1..=20 {
                let wire = format!(
                    r#"{{"title":"示例","html":"<p>常见的事</p>","published":"2026-03-{id:02}T00:00:00Z"}}"#
                );
                record::put(tx, Collection::News, (id, 1, &wire), none, &readings)?;
                // A letter that does not say when it was sent.
                let row = HeadRow {
                    id,
                    epoch: 1,
                    fingerprint: Fingerprint::of(id, &wire),
                    head: Head {
                        title: "常见的事（示例）".into(),
                        subtitle: "answered".into(),
                        ..Head::default()
                    },
                };
                record::put_head(tx, Collection::Petitions, &row, &readings)?;
            }
            Ok(())
        })
        .unwrap();
    let texts = store.read(|c| Ok(texts(c))).unwrap();
    for only in [None, Some(Collection::Agencies), Some(Collection::Petitions)] {
        let query = SearchQuery {
            sort: SearchSort::Date,
            limit: 100,
            collection: only,
            ..question("常见")
        };
        let (names, found, pages) = everything(&store, &Memory::default(), &query);
        let mut expected = oracle(&texts, "常见");
        expected.retain(|(c, _)| only.is_none_or(|only| only == *c));
        expected = &expected - &names;
        let missed: Vec<_> = expected.symmetric_difference(&found).take(5).collect();
        assert!(missed.is_empty(), "{only:?}: among others {missed:?}");
        let dates = pages.iter().flat_map(|p| &p.documents).map(|h| &h.row.date);
        assert!(dates.is_sorted_by(|a, b| a >= b), "{only:?}");
    }
    let days = SearchQuery {
        sort: SearchSort::Date,
        limit: 100,
        from: Some("2026-01-01".into()),
        ..question("常见")
    };
    assert_eq!(everything(&store, &Memory::default(), &days).1.len(), 20);
}

#[test]
fn no_question_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 13, 60);
    let memory = Memory::default();
    let long = "甲乙丙丁".repeat(2500);
    for text in [
        "",
        " ",
        "\t\n　",
        long.as_str(),
        "😀",
        "甲😀乙",
        "\u{FFFD}",
        "\"*^:()-",
        "NEAR(甲 乙)",
        "OR",
        "AND NOT",
        "t:甲",
        "甲*",
        "\"甲",
        "'; DROP TABLE gram; --",
        "%",
        "_",
        "__c1",
        "0577-8888 8888",
        "甲a乙1 の é",
        "\0",
        "{}",
        "-甲",
    ] {
        for sort in [SearchSort::Relevance, SearchSort::Date] {
            for collection in [
                None,
                Some(Collection::News),
                Some(Collection::Agencies),
                Some(Collection::Calendar),
            ] {
                let query = SearchQuery {
                    collection,
                    sort,
                    offset: 0,
                    ..question(text)
                };
                let answer = ask(&store, &memory, &query).unwrap();
                assert!(answer.documents.len() + answer.directory.len() <= 7);
                ask(
                    &store,
                    &memory,
                    &SearchQuery {
                        offset: u32::MAX,
                        limit: u32::MAX,
                        ..query
                    },
                )
                .unwrap();
            }
        }
    }
    assert!(
        ask(
            &store,
            &memory,
            &SearchQuery {
                from: Some("gestern".into()),
                ..question("甲")
            }
        )
        .is_err()
    );
    // A half surrogate never gets this far: it is no JSON.
    assert!(serde_json::from_str::<SearchQuery>(r#"{"text":"甲\ud83d","offset":0,"limit":20}"#).is_err());
}

#[test]
fn a_question_during_a_sync_is_answered_from_one_state() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 14, 60);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut rng = StdRng::seed_from_u64(15);
            (0..150).for_each(|_| change(&store, &mut rng).unwrap());
        });
        while !writer.is_finished() {
            let asked = Asked {
                query: &question("甲"),
                readings: &Readings::new(),
                now: Timestamp::UNIX_EPOCH,
            };
            let (answer, texts) = store
                .read(|c| Ok((find(c, &Memory::default(), &asked, &Stop::never())?, texts(c))))
                .unwrap();
            assert_eq!(answer.total as usize, oracle(&texts, "甲").len());
        }
    });
}

#[test]
fn whoever_types_on_is_not_kept_waiting() {
    let newest = std::sync::atomic::AtomicU32::new(3);
    assert!(Stop::after(&newest, 3).check().is_ok());
    assert!(matches!(
        Stop::after(&newest, 2).check(),
        Err(crate::Error::Cancelled)
    ));
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path(), 16, 60);
    let asked = Asked {
        query: &question("甲"),
        readings: &Readings::new(),
        now: Timestamp::UNIX_EPOCH,
    };
    let answer = store.read(|c| find(c, &Memory::default(), &asked, &Stop::after(&newest, 2)));
    assert!(matches!(answer, Err(crate::Error::Cancelled)));
}

/// Titles and texts as a city has them, all 示例.
fn city(store: &Store) {
    let news = [
        (
            "公积金提取办法（示例）",
            "住房公积金提取需要的材料。公积金中心在市民中心。",
        ),
        ("公积金贷款利率（示例）", "公积金贷款的利率。"),
        (
            "公积金年度报告（示例）",
            "公积金缴存人数增加，公积金提取人数增加。",
        ),
        ("公积金业务（示例）", "公积金业务可以在网上办理，公积金服务。"),
        ("戶籍遷移（示例）", "辦理戶籍遷移的材料。"),
        ("教育（示例）", "教育工作会议。教育发展，教育公平，教育质量。"),
        ("教育招生（示例）", "教育招生办法。教育部门。"),
        ("教育资助（示例）", "教育资助办法。教育部门。"),
        ("教育督导（示例）", "教育督导办法。教育部门。"),
        ("台风防御（示例）", "台风防御工作，强台风来临前检查。"),
    ];
    store
        .write(|tx| {
            for (id, (title, text)) in (1..).zip(news) {
                let wire = serde_json::json!({"title": title, "html": format!("<p>{text}</p>"),
                    "published": format!("2026-0{}-01T00:00:00Z", id % 9 + 1)});
                record::put(tx, Collection::News, (id, 1, &wire.to_string()), Digest::default(), &Readings::new())?;
            }
            let agency = r#"{"name":"温州市教育局","short":"市教育局","kind":"示例","phones":[{"number":"0577-88888888"}]}"#;
            record::put(tx, Collection::Agencies, (1, 1, agency), Digest::default(), &Readings::new())?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn two_letters_a_synonym_and_a_slip_find_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    city(&store);
    let memory = Memory::default();
    let of = |text: &str| ask(&store, &memory, &question(text)).unwrap();
    let titles = |text: &str| {
        of(text)
            .documents
            .iter()
            .map(|h| h.row.title.clone())
            .collect::<Vec<_>>()
    };

    // Letters, whole, begun, and initials only.
    for text in ["gongjijin", "gongjij", "gjj"] {
        let answer = of(text);
        assert!(
            answer.expanded.contains(&"公积金".to_owned()),
            "{text}: {:?}",
            answer.expanded
        );
        assert!(titles(text)[0].starts_with("公积金"), "{text}");
    }
    let answer = of("jy");
    assert!(
        answer.expanded.contains(&"教育".to_owned()),
        "{:?}",
        answer.expanded
    );
    assert_eq!(answer.directory[0].row.title, "温州市教育局");
    assert!(titles("公积金tiqu")[0].contains("提取"));

    // What is said to be looked for as well stands somewhere: 育工 and 工作 are pairs of the city, 育工作 is no word
    // but stands in a text, and 育部门 stands in none.
    for text in ["gongjijin", "gjj", "jy", "jybm", "ygz", "gjjyw"] {
        for word in of(text).expanded {
            assert!(of(&word).total > 0, "{text}: {word}");
        }
    }

    // Another word for it, in another script.
    assert_eq!(titles("户口迁移"), ["戶籍遷移（示例）"]);
    assert!(of("户口迁移").expanded.contains(&"户籍迁移".to_owned()));

    // A slip: same sound, similar sound, one character other.
    for (typed, meant) in [
        ("公鸡金", "公积金"),
        ("叫育", "教育"),
        ("公积全", "公积金"),
        ("抬风", "台风"),
    ] {
        let suggested = of(typed).suggestion.map(|s| s.query);
        assert_eq!(suggested.as_deref(), Some(meant), "{typed}");
    }
    assert_eq!(of("公积金").suggestion, None);

    // A sentence of which no document has all.
    let answer = of("公积金贷款的利率会不会下调呢");
    assert!(answer.relaxed);
    assert_eq!(answer.documents[0].row.title, "公积金贷款利率（示例）");

    // A number, however it is written.
    assert_eq!(of("0577-8888 8888").directory[0].row.phone, "0577-88888888");
    assert_eq!(
        index::record(index::doc(Collection::Agencies, 1)),
        Some((Collection::Agencies, 1))
    );
}
