//! Lists against the plainest way to make them: every row read, sorted and counted here. And what SQLite does for
//! them: an index, and not every record.

use super::{Condition, READ, counts, facets, letters, page};
use crate::{
    error::Result,
    store::{Store, collection, mark, pack, pinyin::Readings, record, tally},
    view::{Filter, ListQuery},
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use rusqlite::{Connection, Transaction};
use std::collections::BTreeMap;
use weimenhu_domain::{
    Collection, Record,
    record::Sha256,
    wire::{Digest, Fingerprint, HeadRow, Lineage, ObjectRef, Pack},
};

const NAMES: [Collection; 4] = [
    Collection::News,
    Collection::Notices,
    Collection::Petitions,
    Collection::Agencies,
];
const DEPARTMENTS: [&str; 3] = ["", "示例局", "示例委"];
const COUNTIES: [&str; 3] = ["", "示例县", "示例区"];
const KINDS: [&str; 3] = ["甲", "乙", "丙"];

fn open(folder: &std::path::Path) -> Store {
    Store::open(folder).unwrap().0
}

fn wire(rng: &mut StdRng, name: Collection) -> String {
    let of = |rng: &mut StdRng, all: &[&str]| (*all.choose(rng).unwrap()).to_owned();
    if name.grows() {
        let (day, hour) = (rng.random_range(1..=9), rng.random_range(0..24));
        serde_json::json!({"title": of(rng, &["示例一", "示例二"]), "html": "<p>示例</p>",
            "published": format!("2026-03-0{day}T{hour:02}:00:00Z"), "department": of(rng, &DEPARTMENTS),
            "county": of(rng, &COUNTIES), "kind": of(rng, &KINDS)})
        .to_string()
    } else {
        serde_json::json!({"name": of(rng, &["温州示例", "乐清示例", "1示例", "瓯海示例"]), "kind": of(rng, &KINDS),
            "county": of(rng, &COUNTIES)})
        .to_string()
    }
}

fn head(tx: &Transaction, name: Collection, id: u32, wire: &str, date: Option<&str>) -> Result<()> {
    // Letters are lists of articles as far as lists know.
    let parsed = Record::parse(if name.grows() { Collection::News } else { name }, wire)?;
    let mut head = parsed.head();
    if let Some(date) = date {
        date.clone_into(&mut head.date);
    }
    let row = HeadRow {
        id,
        epoch: 1,
        fingerprint: Fingerprint::of(id, wire),
        head,
    };
    record::remove(tx, name, id, Digest::default())?;
    record::put_head(tx, name, &row, &Readings::new())?;
    tally::recount(tx, name)
}

/// One change, as syncs, redactions, the keep rule and the person make them.
fn change(store: &Store, rng: &mut StdRng) {
    let name = *NAMES.choose(rng).unwrap();
    let id = rng.random_range(1..60);
    let (none, readings) = (Digest::default(), Readings::new());
    let wire = wire(rng, name);
    let done = store.write(|tx| match rng.random_range(0..12) {
        0..=3 if name != Collection::Petitions => {
            record::put(tx, name, (id, 1, &wire), none, &readings).map(drop)
        }
        0..=3 => head(tx, name, id, &wire, None),
        4 => head(
            tx,
            name,
            id,
            &wire,
            Some(["", "2026-03", "二〇二六年三月一日不是日期"].choose(rng).unwrap()),
        ),
        5 => record::remove(tx, name, id, none).map(drop),
        6 => record::put(tx, name, (id, 1, "{\"unreadable\":1}"), none, &readings).map(drop),
        // Heads whose bodies come later; one that then turns out to be of another shape.
        7 => {
            head(tx, name, id, &wire, None)?;
            record::put_body(tx, name, id, &wire).map(drop)
        }
        8 => {
            let opaque = "{\"unreadable\":2}";
            let row = HeadRow {
                id,
                epoch: 1,
                fingerprint: Fingerprint::of(id, opaque),
                head: Record::parse(if name.grows() { Collection::News } else { name }, &wire)?.head(),
            };
            record::remove(tx, name, row.id, none)?;
            record::put_head(tx, name, &row, &readings)?;
            tally::recount(tx, name)?;
            record::put_body(tx, name, id, opaque).map(drop)
        }
        9 if name.grows() => {
            let standing = collection::Standing {
                lineage: Lineage("示例".into()),
                epoch: 9,
                digest: none,
            };
            let object = ObjectRef {
                sha: Sha256::of(b""),
                size: 0,
                raw_size: 0,
            };
            collection::stand(tx, name, &standing)?;
            pack::replace(tx, name, 9, &[0, 1].map(|number| Pack { number, object }))?;
            record::drop_bodies(tx, name, "2026-03-05T00:00:00Z").map(drop)
        }
        10 => record::reread(tx, &readings).map(drop),
        _ => {
            mark::set_read(tx, name, id, rng.random_bool(0.7))?;
            mark::set_starred(tx, name, id, rng.random_bool(0.7))
        }
    });
    done.unwrap();
}

fn filter(rng: &mut StdRng) -> Filter {
    let mut one = |all: &[&str]| {
        rng.random_bool(0.3)
            .then(|| (*all.choose(rng).unwrap()).to_owned())
    };
    Filter {
        department: one(&DEPARTMENTS),
        county: one(&COUNTIES),
        kind: one(&KINDS),
        from: one(&["2026-03-02", "2026-03-04"]),
        to: one(&["2026-03-04", "2026-03-07"]),
        text: one(&["一", "wz"]).unwrap_or_default(),
        starred: one(&[""]).is_some(),
    }
}

/// The numbers of a list, in order, made by reading everything.
fn plainly(conn: &Connection, name: Collection, filter: &Filter) -> Vec<u32> {
    let mut query = conn
        .prepare(
            "SELECT r.id, r.date, r.department, r.county, r.kind, r.title, r.pinyin, r.initials, r.position, r.letter,
                 EXISTS (SELECT 1 FROM mine.mark m WHERE m.collection = r.collection AND m.id = r.id AND m.starred)
             FROM record r WHERE +r.collection = ?1 AND +r.readable",
        )
        .unwrap();
    let is =
        |asked: &Option<String>, value: &str| asked.as_deref().is_none_or(|a| a.is_empty() || a == value);
    let mut rows: Vec<_> = query
        .query_map([name.name()], |r| {
            let text = |n| r.get::<_, String>(n);
            let (date, initials) = (text(1)?, text(7)?);
            let listed = is(&filter.department, &text(2)?)
                && is(&filter.county, &text(3)?)
                && is(&filter.kind, &text(4)?);
            let has = [text(5)?, text(6)?, initials]
                .iter()
                .any(|t| t.contains(&filter.text));
            // Days of the city begin eight hours before those of UTC.
            let from = filter.from.as_deref().map(|d| super::start_of_day(d).unwrap());
            let until = filter.to.as_deref().map(|d| super::day_after(d).unwrap());
            let dated = from.is_none_or(|f| date >= f) && until.is_none_or(|u| date < u);
            let starred = !filter.starred || r.get::<_, bool>(10)?;
            let letter = text(9)?;
            let by_name = (r.get::<_, i64>(8)?, letter == "#", letter, text(6)?);
            Ok((listed && has && dated && starred).then_some((date, by_name, r.get::<_, u32>(0)?)))
        })
        .unwrap()
        .filter_map(|row| row.unwrap())
        .collect();
    if name.grows() {
        rows.sort_by(|a, b| (&b.0, b.2).cmp(&(&a.0, a.2)));
    } else {
        rows.sort_by(|a, b| (&a.1, a.2).cmp(&(&b.1, b.2)));
    }
    rows.into_iter().map(|(.., id)| id).collect()
}

#[test]
fn every_page_total_and_tally_is_what_counting_the_rows_gives() {
    for seed in 1..=4 {
        println!("seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        for _ in 0..10 {
            (0..30).for_each(|_| change(&store, &mut rng));
            store
                .read(|c| {
                    tallied(c);
                    for name in NAMES {
                        for filter in [
                            Filter::default(),
                            filter(&mut rng),
                            filter(&mut rng),
                            filter(&mut rng),
                        ] {
                            listed(c, name, &filter, &mut rng);
                        }
                    }
                    Ok(())
                })
                .unwrap();
        }
    }
}

#[test]
fn a_body_is_listed_by_the_name_that_people_have_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let names = ["示例市交通运输局", "示例市市场监督管理局", "示例市教育局"];
    store
        .write(|tx| {
            (1..).zip(names).try_for_each(|(id, name)| {
                let wire = serde_json::json!({"name": name, "kind": "市级部门"}).to_string();
                record::put(
                    tx,
                    Collection::Agencies,
                    (id, 1, &wire),
                    Digest::default(),
                    &Readings::new(),
                )
                .map(drop)
            })
        })
        .unwrap();
    let listed = |text: &str| {
        let query = ListQuery {
            collection: Collection::Agencies,
            filter: Filter {
                text: text.to_owned(),
                ..Filter::default()
            },
            offset: 0,
            limit: 9,
        };
        let page = store.read(|c| page(c, &query)).unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        page.rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(listed("交通局"), [names[0]]);
    assert_eq!(listed(" 市监局 "), [names[1]]);
    assert_eq!(listed("工商局"), [names[1]]);
    assert_eq!(listed("教育局"), [names[2]]);
    assert!(listed("%局").is_empty() && listed("林业局").is_empty());
}

#[test]
fn many_bodies_are_dropped_a_thousand_at_a_time_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (none, readings) = (Digest::default(), Readings::new());
    let wire = r#"{"title":"示例","html":"<p>示例</p>","published":"2026-03-01T00:00:00Z"}"#;
    let object = ObjectRef {
        sha: Sha256::of(b""),
        size: 0,
        raw_size: 0,
    };
    let standing = collection::Standing {
        lineage: Lineage("示例".into()),
        epoch: 9,
        digest: none,
    };
    store
        .write(|tx| {
            collection::stand(tx, Collection::News, &standing)?;
            let packs: Vec<_> = (0..100).map(|number| Pack { number, object }).collect();
            pack::replace(tx, Collection::News, 9, &packs)?;
            (0..2300).try_for_each(|id| {
                record::put(tx, Collection::News, (id, 1, wire), none, &readings).map(drop)
            })
        })
        .unwrap();
    let dropped: Vec<usize> = (0..4)
        .map(|_| {
            store
                .write(|tx| record::drop_bodies(tx, Collection::News, "2026-03-02T00:00:00Z"))
                .unwrap()
        })
        .collect();
    assert_eq!(dropped, [1000, 1000, 300, 0]);
    store
        .read(|c| {
            tallied(c);
            assert_eq!(record::totals(c)?, (2300, 0));
            assert!(!record::has_outdated(
                c,
                Collection::News,
                "2026-03-02T00:00:00Z"
            )?);
            Ok(())
        })
        .unwrap();
}

fn listed(conn: &Connection, name: Collection, filter: &Filter, rng: &mut StdRng) {
    let all = plainly(conn, name, filter);
    for (offset, limit) in [
        (0, 500),
        (0, 3),
        (rng.random_range(0..70), rng.random_range(0..9)),
    ] {
        let query = ListQuery {
            collection: name,
            filter: filter.clone(),
            offset,
            limit,
        };
        let page = page(conn, &query).unwrap();
        let ids: Vec<u32> = page.rows.iter().map(|row| row.id).collect();
        let expected: Vec<u32> = all
            .iter()
            .copied()
            .skip(offset as usize)
            .take(limit as usize)
            .collect();
        assert_eq!(ids, expected, "{query:?}");
        assert_eq!(page.total as usize, all.len(), "{query:?}");
    }
    let headings = letters(conn, name, filter).unwrap();
    assert_eq!(
        headings.iter().map(|l| l.count as usize).sum::<usize>(),
        all.len()
    );
}

fn tallied(conn: &Connection) {
    let mut query = conn
        .prepare(
            "SELECT collection, 'day', substr(date, 1, 10), count(*) FROM record WHERE +readable GROUP BY 1, 3
             UNION ALL SELECT collection, 'department', department, count(*) FROM record
                 WHERE +readable AND +department <> '' GROUP BY 1, 3
             UNION ALL SELECT collection, 'county', county, count(*) FROM record WHERE +readable AND county <> ''
                 GROUP BY 1, 3
             UNION ALL SELECT collection, 'kind', kind, count(*) FROM record WHERE +readable AND kind <> '' GROUP BY 1, 3
             UNION ALL SELECT collection, 'body', '', count(*) FROM body JOIN record USING (doc) GROUP BY 1
             ORDER BY 1, 2, 3",
        )
        .unwrap();
    let mut kept = conn
        .prepare("SELECT collection, part, value, n FROM tally ORDER BY 1, 2, 3")
        .unwrap();
    let rows = |statement: &mut rusqlite::Statement| -> Vec<(String, String, String, u32)> {
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)));
        rows.unwrap().map(|r| r.unwrap()).collect()
    };
    assert_eq!(rows(&mut kept), rows(&mut query));
    let wrong: u32 = conn
        .query_row(
            "SELECT count(*) FROM record r WHERE here <> EXISTS (SELECT 1 FROM body b WHERE b.doc = r.doc)",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(wrong, 0, "whether a body is here");
    let (records, bodies): (u32, u32) = conn
        .query_row(
            "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM body)",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .unwrap();
    assert_eq!(record::totals(conn).unwrap(), (records, bodies));
    for count in counts(conn).unwrap() {
        let plain: (u32, u32) = conn
            .query_row(
                "SELECT count(*), count(*) - coalesce(sum(m.read), 0) FROM record r
                 LEFT JOIN mine.mark m USING (collection, id) WHERE r.collection = ?1 AND +r.readable",
                [count.collection.name()],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap();
        assert_eq!((count.total, count.unread), plain);
    }
    for name in NAMES {
        let found: BTreeMap<String, u32> = facets(conn, name)
            .unwrap()
            .departments
            .into_iter()
            .map(|f| (f.value, f.count))
            .collect();
        for department in DEPARTMENTS.into_iter().filter(|d| !d.is_empty()) {
            let filter = Filter {
                department: Some(department.into()),
                ..Filter::default()
            };
            let plain = u32::try_from(plainly(conn, name, &filter).len()).unwrap();
            assert_eq!(found.get(department).copied().unwrap_or_default(), plain);
        }
    }
}

/// What SQLite does for a statement, a line each.
fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut query = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // Parameters stay as they are: what is planned does not depend on them.
    let mut rows = query.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        lines.push(row.get(3).unwrap());
    }
    lines
}

#[test]
fn no_list_and_no_round_passes_over_every_record() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let named = |name: &str| Some(name.to_owned());
    let department = Filter {
        department: named("示例局"),
        ..Filter::default()
    };
    let county_too = Filter {
        county: named("示例县"),
        ..department.clone()
    };
    let days = Filter {
        from: named("2026-03-01"),
        to: named("2026-03-02"),
        ..Filter::default()
    };
    let starred = Filter {
        starred: true,
        ..Filter::default()
    };
    let all = Filter::default();
    let of = |name, filter: &Filter| Condition::new(name, filter).unwrap();
    // The statement, the index it must take, and whether the order must come from that index.
    let mut statements: Vec<(String, &str, bool)> = vec![
        (of(Collection::News, &all).page(50, 0), "record_listed", true),
        (of(Collection::News, &days).page(50, 0), "record_listed", true),
        (of(Collection::News, &days).count(), "record_listed", true),
        (
            of(Collection::News, &department).page(50, 0),
            "record_of_department",
            true,
        ),
        (
            of(Collection::News, &county_too).page(50, 0),
            "record_of_department",
            true,
        ),
        (
            of(Collection::News, &county_too).count(),
            "record_of_department",
            true,
        ),
        (of(Collection::Agencies, &all).page(50, 0), "record_by_name", true),
        // Marks are few: they are gone through, and sorted.
        (
            of(Collection::News, &starred).page(50, 0),
            "PRIMARY KEY (collection=?)",
            false,
        ),
        (
            of(Collection::News, &starred).count(),
            "PRIMARY KEY (collection=?)",
            true,
        ),
        (READ.into(), "PRIMARY KEY (collection=?)", true),
        (
            record::OUTDATED.into(),
            "record_by_body (collection=? AND here=? AND date<?)",
            true,
        ),
        (
            pack::WANTED.into(),
            "record_by_body (collection=? AND here=? AND date>?)",
            false,
        ),
        (record::NEWEST_PICTURES.into(), "record_pictured", false),
        (collection::UNREADABLE.into(), "record_opaque", true),
        (record::OPAQUE.into(), "record_opaque", false),
    ];
    let mut moved = of(Collection::News, &all);
    moved.and("r.date < :bound");
    statements.push((moved.page(50, 3), "record_listed (collection=? AND date<?)", true));
    store
        .read(|c| {
            for (sql, index, sorted) in statements {
                let plan = plan(c, &sql);
                assert!(plan.iter().any(|line| line.contains(index)), "{sql}\n{plan:#?}");
                let whole = |line: &&String| {
                    line.starts_with("SCAN ")
                        && !line.contains("SCAN p")
                        && !line.contains("SCAN w")
                        && !line.contains("SCAN (")
                        && !line.contains(index)
                };
                assert_eq!(plan.iter().find(whole), None, "{sql}");
                // The page itself, fifty rows, is put in order again; before that nothing is.
                let inner = plan.iter().take_while(|line| !line.starts_with("SCAN p"));
                let sorts = inner.filter(|line| line.contains("TEMP B-TREE")).count();
                assert!(!sorted || sorts == 0, "{sql}\n{plan:#?}");
            }
            Ok(())
        })
        .unwrap();
}
