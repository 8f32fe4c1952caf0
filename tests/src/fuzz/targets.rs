//! What reads bytes of others, what each promises, and good inputs to begin from. What people bring as files and links
//! is in [`super::brought`].

use crate::world::{device_config, open_device};
use anyhow::{Result, ensure};
use jiff::civil::date;
use serde_json::json;
use tempfile::TempDir;
use weimenhu_core::{Bundle, view::SearchQuery};
use weimenhu_domain::{
    Collection, Record, html,
    petition::{receipt::Number, redaction, workday::WorkCalendar},
    record::CalendarYear,
    wire::{Head, Heads, Index, KeyList, PackList, read_operations, write_operations},
};

type Read = Box<dyn Fn(&[u8]) -> Result<()>>;

/// One reader.
pub struct Target {
    /// As the command names it.
    pub name: &'static str,
    /// Good inputs.
    pub corpus: Vec<Vec<u8>>,
    /// Reads one input; an error is a broken promise, never a refusal.
    pub read: Read,
}

pub(super) fn target(
    name: &'static str,
    corpus: Vec<Vec<u8>>,
    read: impl Fn(&[u8]) -> Result<()> + 'static,
) -> Target {
    let read = Box::new(read);
    Target { name, corpus, read }
}

pub(super) fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|t| t.as_bytes().to_vec()).collect()
}

/// Every target.
pub fn all() -> Result<Vec<Target>> {
    Ok([wire()?, vec![search()?], words(), super::brought::all()?]
        .into_iter()
        .flatten()
        .chain([record()])
        .collect())
}

/// What a mirror may say.
fn wire() -> Result<Vec<Target>> {
    let shipped = Bundle::built_in()?.keys;
    let keys = KeyList::open_shipped(&shipped)?;
    let sha = "9dcb2f847b8920307cd7f1c47d390c1f9271480ec1f1f26f10a1756cae644d38";
    let head = json!({"ver": 7, "issued": "2026-11-22T00:00:00Z", "min_app": "0.1.0", "backoff_s": 3, "audit_root": "",
        "collections": {"notices": {"lineage": "a", "epoch": 4, "schema": 1, "index": sha, "index_size": 300}}});
    let signed = crate::forge::reissue(
        &serde_json::to_vec(&json!({"payload": data_encoding::BASE64.encode(head.to_string().as_bytes())}))?,
        |_| {},
    )?;
    let object = json!({"sha": sha, "size": 195, "raw_size": 336});
    let index = json!({"lineage": "a", "epoch": 4, "schema": 1, "count": 2, "digest": "5fd98f0648dbbd0e", "floor": 1,
        "snapshot": {"epoch": 3, "heads": object, "packs": object}, "purge": [3],
        "segments": [{"from": 0, "to": 3, "sha": sha, "size": 9, "raw_size": 9}, {"from": 3, "to": 4, "sha": sha, "size": 9, "raw_size": 9}]});
    let packs = json!([{"number": 0, "sha": sha, "size": 195, "raw_size": 336}]);
    let heads = json!({"id": [1, 2], "epoch": [1, 2], "fingerprint": ["c281531115155711", "9d583bf533c665fd"],
        "title": ["示例：开学", "示例：放假"], "date": ["2026-11-01T01:00:00Z", "2026-11-02T01:00:00Z"], "order": [1, 2]});
    let lines = "{\"e\":41,\"i\":7,\"put\":{\"title\":\"示例\"}}\n{\"e\":42,\"i\":3,\"del\":1}\n{\"e\":43,\"i\":5,\"redact\":1}\n";
    let body = head.to_string().into_bytes();
    Ok(vec![
        target("head", vec![signed, body], move |bytes| {
            if let Ok((head, _)) = Head::open(bytes, &keys) {
                ensure!(head.ver == 7, "a head that nobody signed was taken");
            }
            // Also what a stolen key could sign.
            drop(serde_json::from_slice::<Head>(bytes));
            Ok(())
        }),
        target("keys", vec![shipped], |bytes| {
            if let Ok(list) = KeyList::open_shipped(bytes) {
                drop(list.open_successor(bytes));
            }
            Ok(())
        }),
        target(
            "index",
            vec![index.to_string().into_bytes(), packs.to_string().into_bytes()],
            |bytes| {
                drop(serde_json::from_slice::<PackList>(bytes));
                let Ok(index) = serde_json::from_slice::<Index>(bytes) else {
                    return Ok(());
                };
                for local in [0, 1, 3, 4, u64::MAX] {
                    let cover = index.cover(local);
                    let ends = cover
                        .as_ref()
                        .and_then(|c| c.last())
                        .is_none_or(|s| s.to == index.epoch);
                    ensure!(ends, "a cover of {local} that does not end at {}", index.epoch);
                }
                Ok(())
            },
        ),
        target("heads", vec![heads.to_string().into_bytes()], |bytes| {
            let Ok(rows) = serde_json::from_slice::<Heads>(bytes).map(Heads::into_rows) else {
                return Ok(());
            };
            let Ok(rows) = rows else { return Ok(()) };
            let again = Heads::from_rows(&rows).into_rows();
            ensure!(
                again.is_ok_and(|again| again == rows),
                "heads that do not come again"
            );
            Ok(())
        }),
        target("operations", vec![lines.as_bytes().to_vec()], |bytes| {
            if let Ok(operations) = read_operations(bytes) {
                let again = write_operations(&operations).and_then(|bytes| read_operations(&bytes));
                ensure!(again == Ok(operations), "operations that do not come again");
            }
            Ok(())
        }),
    ])
}

fn record() -> Target {
    let corpus = texts(&[
        r#"{"title":"示例：放假","html":"<p>正文</p>","published":"2026-11-02T01:00:00Z","department":"温州市教育局","kind":"通知"}"#,
        r#"{"name":"示例小学","level":"小学","county":"鹿城区","phones":[{"number":"12345"}],"location":{"lat":28.0,"lng":120.6}}"#,
        r#"{"year":2026,"papers":[],"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-04","isOffDay":false}]}"#,
        r#"{"name":"示例人","post":"市长","order":1,"duties":"示例","resume":"示例"}"#,
    ]);
    target("record", corpus, |bytes| {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Ok(());
        };
        for collection in Collection::ALL {
            let Ok(record) = Record::parse(collection, text) else {
                continue;
            };
            drop((record.head(), record.objects()));
            let wire = serde_json::to_string(&record)?;
            let again = Record::parse(collection, &wire);
            ensure!(again.is_ok_and(|again| again == record), "{collection}: {wire}");
        }
        let Ok(year) = serde_json::from_slice::<CalendarYear>(bytes) else {
            return Ok(());
        };
        let calendar = WorkCalendar::of([&year]);
        for day in [date(2026, 1, 1), date(9999, 12, 20), date(-9999, 1, 2)] {
            let (after, before) = (calendar.after(day, 5), calendar.before(day, 5));
            ensure!(
                after.is_none_or(|d| d > day) && before.is_none_or(|d| d < day),
                "{day}"
            );
        }
        Ok(())
    })
}

/// What people type, and what stands in articles.
fn words() -> Vec<Target> {
    let letter = "示例：我叫示例人，电话13800138000，0577-88880000，身份证330302199001011234，浙C12345，a@example.com。一三八零零一三八零零零";
    vec![
        target(
            "html",
            texts(&[
                "<p onclick='x()'>乙<b>丙</b></p><script>x()</script><a href='javascript:x()'>丁</a>",
                "<table><tr><td>一</td></tr></table><img src=\"object:1\" alt=\"二\"><svg><style><!--</style><img src=x onerror=y>",
                "<a><table><tr><td><a>甲</a></table>",
            ]),
            |bytes| {
                let text = String::from_utf8_lossy(bytes);
                let clean = html::clean(&text);
                ensure!(
                    html::clean(&clean) == clean,
                    "cleaned twice it differs: {}",
                    clean.chars().take(200).collect::<String>()
                );
                let low = clean.to_lowercase();
                ensure!(
                    !low.contains("<script") && !low.contains("<svg") && !low.contains("<style"),
                    "{clean}"
                );
                Ok(())
            },
        ),
        target(
            "receipt",
            texts(&["2026-000001-16", "202600000116", "２０２６　000001 16"]),
            |bytes| {
                if let Ok(number) = String::from_utf8_lossy(bytes).parse::<Number>() {
                    ensure!(
                        number.to_string().parse() == Ok(number),
                        "{number} is not read again"
                    );
                    ensure!(
                        number.digits().parse() == Ok(number),
                        "{number} is not read again"
                    );
                }
                Ok(())
            },
        ),
        target("redaction", texts(&[letter]), |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let found = redaction::find(&text, &["示例人", "e\u{301}"]);
            for one in &found {
                ensure!(
                    text.get(one.start..one.end).is_some(),
                    "a find that cuts a letter: {one:?}"
                );
            }
            ensure!(found.is_sorted_by(|a, b| a.end <= b.start), "finds overlap");
            let masked = redaction::mask(&text, &found);
            ensure!(
                masked.chars().count() == text.chars().count(),
                "letters were lost"
            );
            Ok(())
        }),
    ]
}

/// A search in a cache that is empty: the question is read all the same.
fn search() -> Result<Target> {
    let folder = TempDir::new()?;
    let device = open_device(|| device_config(folder.path(), ""))?;
    let corpus = texts(&[
        "开学",
        "wzsjyj",
        "\"放假\" 通知 -news",
        "公积金 OR (户口 AND NOT 身份证*)",
        "０５７７—88880000",
    ]);
    Ok(target("search", corpus, move |bytes| {
        let _kept = &folder;
        let text = String::from_utf8_lossy(bytes).into_owned();
        let query = SearchQuery {
            text,
            limit: 20,
            ..SearchQuery::default()
        };
        match device.search(&query) {
            Ok(_) => Ok(()),
            Err(e) => {
                let code = e.code();
                ensure!(code == weimenhu_core::Code::Invalid, "{code:?}: {e}");
                Ok(())
            }
        }
    }))
}
