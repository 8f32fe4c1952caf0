//! Tables as offices send them, and what must never get through.

#[cfg(test)]
mod common;

use common::*;
use jiff::Timestamp;
use serde_json::json;
use weimenhu_domain::{Collection, Record};
use weimenhu_server::{
    edit,
    import::{self, Options, Outcome, Prefer},
};

fn faults(outcome: &Outcome) -> Vec<(u64, &str, &str, bool)> {
    let all = outcome.faults.iter();
    all.map(|f| (f.row, f.field.as_str(), f.what.as_str(), f.warning))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn csv_in_any_usual_encoding_gives_the_same_records() {
    let text =
        "id,name,category,phones\n1,市民热线,政务服务,12345\n2,急救,紧急求助,急诊:120、0577-88888888\n";
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "UTF-8"),
        (format!("\u{feff}{text}").into_bytes(), "UTF-8"),
        (gb, "GB18030"),
    ] {
        let sample = sample().await;
        let outcome = sample
            .import(Collection::Phones, &sample.file("p.csv", bytes))
            .await;
        assert_eq!(
            (outcome.encoding, outcome.new, faults(&outcome)),
            (encoding, 2, vec![])
        );
        sample.publish().await;
        let device = Device::fresh(&sample.city.tree, &sample.index(Collection::Phones));
        assert!(
            device.records[&2].contains("{\"label\":\"急诊\",\"number\":\"120\"}"),
            "{device:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_row_keeps_the_whole_file_out_unless_told_otherwise() {
    let sample = sample().await;
    let text = "id,name,category,phones,nmae\n1,甲,政务,12345,\n2,乙\n1,丙,政务,12345,\n,丁,政务,12345,\n5,,政务,八八八,\n6,己,政务,12345,,\n";
    let file = sample.file("p.csv", text);
    let outcome = sample.import(Collection::Phones, &file).await;
    assert!(
        outcome.nothing_imported && outcome.bad == 5 && outcome.new == 0,
        "{outcome}"
    );
    assert_eq!(
        faults(&outcome),
        [
            (0, "nmae", "no such field: the column is ignored", true),
            (3, "", "missing cells: 2 instead of 5", false),
            (4, "id", "the same id as row 2", false),
            (5, "id", "empty", false),
            (6, "name", "empty", false),
            (6, "phones", "not a telephone number", false),
            (7, "", "extra cells: 6 instead of 5", false),
        ]
    );
    assert!(sample.publish().await.operations.is_empty());
    let options = Options {
        skip_bad: true,
        ..Options::default()
    };
    let outcome = sample.import_with(Collection::Phones, &file, options).await;
    assert_eq!(
        (outcome.new, outcome.bad, outcome.nothing_imported),
        (1, 5, false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_again_changes_nothing_and_a_dry_run_writes_nothing() {
    let sample = sample().await;
    let rows = [
        ("a".to_owned(), "甲".to_owned()),
        ("b".to_owned(), "乙".to_owned()),
    ];
    let file = sample.file("x.csv", "id,name,category,phones\na,甲,政务服务,12345\n");
    let dry = Options {
        dry_run: true,
        ..Options::default()
    };
    let outcome = sample.import_with(Collection::Phones, &file, dry).await;
    assert!(outcome.dry_run && outcome.new == 1);
    assert!(sample.publish().await.operations.is_empty());
    assert_eq!(sample.phones(&rows).await.new, 2);
    sample.publish().await;
    let outcome = sample.phones(&rows).await;
    assert_eq!((outcome.new, outcome.changed, outcome.unchanged), (0, 0, 2));
    assert!(sample.publish().await.operations.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_corrected_by_hand_is_never_silently_lost() {
    let sample = sample().await;
    let name = |name: &str| vec![("a".to_owned(), name.to_owned())];
    sample.phones(&name("来源一")).await;
    sample.publish().await;
    let by_hand = r#"{"name":"更正","category":"政务服务","phones":[{"number":"12345"}]}"#;
    let item = sample.file("item.json", by_hand);
    edit::put(&sample.city, Collection::Phones, &item, Some(1), Timestamp::now())
        .await
        .unwrap();
    sample.publish().await;
    let shown = |sample: &Sample| {
        let device = Device::fresh(&sample.city.tree, &sample.index(Collection::Phones));
        device.records[&1].clone()
    };
    let outcome = sample.phones(&name("来源一")).await;
    assert_eq!(
        (outcome.unchanged, outcome.conflicts.len()),
        (1, 0),
        "only ours changed"
    );
    for _ in 0..2 {
        let outcome = sample.phones(&name("来源二")).await;
        assert_eq!(outcome.conflicts.len(), 1, "until somebody decides");
        assert_eq!(
            outcome.conflicts[0].fields,
            [("name".into(), "更正".into(), "来源二".into())]
        );
        sample.publish().await;
        assert!(shown(&sample).contains("更正"));
    }
    let file = sample.dir.path().join("phones.jsonl");
    let prefer = |prefer| Options {
        prefer,
        ..Options::default()
    };
    sample
        .import_with(Collection::Phones, &file, prefer(Prefer::Ours))
        .await;
    assert_eq!(
        sample.phones(&name("来源二")).await.unchanged,
        1,
        "decided for ours"
    );
    sample.phones(&name("来源三")).await;
    sample
        .import_with(Collection::Phones, &file, prefer(Prefer::Import))
        .await;
    sample.publish().await;
    assert!(shown(&sample).contains("来源三"), "decided for the import");
}

#[tokio::test(flavor = "multi_thread")]
async fn html_is_cleaned_pictures_are_taken_and_what_cannot_be_is_named() {
    let sample = sample().await;
    sample.file("pictures/a.png", png(9));
    sample.file("pictures/broken.jpg", b"\xff\xd8\xff\xe0 not a picture");
    sample.file("files/a.pdf", b"%PDF-1.7\n");
    sample.file("files/evil.pdf", b"MZ\x90\x00");
    let row = |id: &str, html: &str, extra: &str| {
        let html = serde_json::to_string(html).unwrap();
        format!("{{\"id\":\"{id}\",\"title\":\"题\",\"published\":\"2026-01-02\",\"html\":{html}{extra}}}\n")
    };
    let good = row(
        "good",
        "<p onclick=\"x()\">甲<script>alert(1)</script><a href=\"javascript:alert(1)\">乙</a></p>\
         <img alt=\"瓯江\" src=\"pictures/a.png\"><img src=\"https://t.example/x.gif\">",
        ",\"attachments\":[{\"file\":\"files/a.pdf\",\"name\":\"附件.pdf\"}]",
    );
    let outcome = sample
        .import(Collection::Notices, &sample.file("good.jsonl", &good))
        .await;
    let remote = "https://t.example/x.gif: an address on the network is not fetched";
    assert_eq!(faults(&outcome), [(1, "html", remote, true)]);
    assert_eq!(outcome.new, 1);
    sample.publish().await;
    let device = Device::fresh(&sample.city.tree, &sample.index(Collection::Notices));
    let Record::Notice(article) = Record::parse(Collection::Notices, &device.records[&1]).unwrap() else {
        panic!("a notice")
    };
    let sha = article.pictures[0].sha256;
    assert!(
        article
            .html
            .starts_with("<p>甲<a rel=\"noopener noreferrer\">乙</a></p>"),
        "{}",
        article.html
    );
    assert_eq!(article.html.matches("<img").count(), 1, "{}", article.html);
    assert!(article.html.contains(&format!("picture:{sha}")) && article.html.contains("瓯江"));
    assert_eq!((article.pictures[0].width, article.pictures[0].height), (40, 30));
    assert_eq!(article.attachments[0].media_type, "application/pdf");
    for sha in [sha, article.attachments[0].sha256] {
        assert!(sample.city.tree.has(sha), "it is in the tree");
    }

    let bad = [
        row("long", &format!("<p>{}</p>", "长".repeat(3 << 20)), ""),
        row("empty", "<script>alert(1)</script>", ""),
        row("broken", "<p>甲</p><img src=\"pictures/broken.jpg\">", ""),
        row("gone", "<p>甲</p><img src=\"pictures/none.jpg\">", ""),
        row(
            "outside",
            "<p>甲</p>",
            ",\"attachments\":[{\"file\":\"../../etc/passwd\"}]",
        ),
        row(
            "evil",
            "<p>甲</p>",
            ",\"attachments\":[{\"file\":\"files/evil.pdf\"}]",
        ),
    ]
    .concat();
    let outcome = sample
        .import(Collection::Notices, &sample.file("bad.jsonl", &bad))
        .await;
    let fields: Vec<_> = outcome
        .faults
        .iter()
        .map(|f| (f.id.as_str(), f.field.as_str()))
        .collect();
    assert_eq!(
        fields,
        [
            ("long", "html"),
            ("empty", "html"),
            ("broken", "html"),
            ("gone", "html"),
            ("outside", "attachments"),
            ("evil", "attachments"),
        ],
        "{outcome}"
    );
    assert!(outcome.nothing_imported);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_reads_what_another_system_exported() {
    let sample = sample().await;
    let map = sample.file(
        "m.toml",
        r#"
        id = { columns = ["no", "meta.part"], join = "/" }
        source_system = "cctv"
        [fields]
        name = "content.name"
        category = { value = "民生服务" }
        phones = { column = "tel", split = "|" }
        county = { column = "areaCode", table = { "330302" = "鹿城区" }, default = "" }
        "#,
    );
    let options = || Options {
        map: Some(map.clone()),
        ..Options::default()
    };
    let line = r#"{"no":7,"meta":{"part":"b"},"content":{"name":"甲"},"tel":"110|120","areaCode":330302}"#;
    let outcome = sample
        .import_with(Collection::Phones, &sample.file("x.jsonl", line), options())
        .await;
    assert_eq!((outcome.new, faults(&outcome)), (1, vec![]));
    let unknown = line.replace("330302", "999999");
    let outcome = sample
        .import_with(Collection::Phones, &sample.file("x.jsonl", unknown), options())
        .await;
    assert_eq!(
        faults(&outcome),
        [(
            1,
            "county",
            "the code \"999999\" is not in the mapping's table",
            false
        )]
    );
    sample.publish().await;
    let device = Device::fresh(&sample.city.tree, &sample.index(Collection::Phones));
    assert!(device.records[&1].contains("鹿城区") && device.records[&1].contains("\"number\":\"120\""));

    let map = sample.file("school.toml", "id = \"id\"\n[fields]\nname = \"n\"\nlevel = { value = \"小学\" }\nlocation = { lat = \"y\", lng = \"x\", datum = \"gcj02\" }\n");
    let csv = sample.file("s.csv", "id,n,x,y\n1,校,120.70403,27.99121\n2,校二,27.9,120.7\n");
    let with = Options {
        map: Some(map),
        ..Options::default()
    };
    let outcome = sample.import_with(Collection::Schools, &csv, with).await;
    assert_eq!(
        faults(&outcome),
        [(3, "location", "not a point on earth", false)],
        "exchanged"
    );
    for wrong in [
        "id = \"id\"\n[fields]\ntitel = \"x\"\n",
        "id = \"id\"\n[fields]\nname = { colunm = \"x\" }\n",
    ] {
        let options = Options {
            map: Some(sample.file("w.toml", wrong)),
            ..Options::default()
        };
        let error = weimenhu_server::import::import(
            &sample.city,
            Collection::Phones,
            &csv,
            &options,
            Timestamp::now(),
        );
        assert_eq!(error.await.unwrap_err().exit_code(), 2);
    }
}

/// What an operator reads when a file cannot be a table.
async fn refused(sample: &Sample, name: &str, bytes: &[u8], map: Option<&str>) -> String {
    let options = import::Options {
        map: map.map(|text| sample.file("map.toml", text)),
        ..import::Options::default()
    };
    let file = sample.file(name, bytes);
    import::import(
        &sample.city,
        Collection::Phones,
        &file,
        &options,
        Timestamp::now(),
    )
    .await
    .map_or_else(|e| e.to_string(), |outcome| format!("taken: {outcome}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_table_is_refused_by_name() {
    let sample = sample().await;
    for (name, bytes, says) in [
        ("a.xlsx", &b"PK\x03\x04 and so on"[..], "spreadsheet"),
        ("a.csv", b"PK\x03\x04 renamed", "spreadsheet"),
        ("b.csv", b"", "holds no rows"),
        ("c.csv", b"id,name,category,phones\n", "holds no rows"),
        ("d.csv", b"id,name,name\n1,a,b\n", "called name"),
        ("e.csv", b"id,name\n1,\x00\n", "no text has"),
        ("f.jsonl", b"\n\n", "holds no rows"),
    ] {
        let said = refused(&sample, name, bytes, None).await;
        assert!(said.contains(says), "{name}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_not_there_never_empties_a_field() {
    let sample = sample().await;
    let map = "id = \"no\"\n[fields]\nname = \"mc\"\ncategory = { value = \"政务服务\" }\nphones = \"dh\"\nnote = \"beizhu\"\n";
    let csv = "no,mc,dh,bz\n1,甲,12345,说明\n";
    let said = refused(&sample, "p.csv", csv.as_bytes(), Some(map)).await;
    assert!(
        said.contains("no row has beizhu; there is: no, mc, dh, bz"),
        "{said}"
    );
    let lines = "{\"no\": 1, \"mc\": \"甲\", \"dh\": \"12345\"}\n";
    let said = refused(&sample, "p.jsonl", lines.as_bytes(), Some(map)).await;
    assert!(said.contains("no row has beizhu"), "{said}");
    let said = refused(
        &sample,
        "p.csv",
        csv.as_bytes(),
        Some(&format!("\u{feff}{}", map.replace("beizhu", "bz"))),
    )
    .await;
    assert!(said.contains("new 1"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_under_another_name_brings_no_record_twice() {
    let sample = sample().await;
    let line = "{\"id\": 1, \"name\": \"甲\", \"category\": \"乙\", \"phones\": \"12345\"}";
    let first = sample
        .import(Collection::Phones, &sample.file("monday.jsonl", line))
        .await;
    let second = sample
        .import(Collection::Phones, &sample.file("tuesday.jsonl", line))
        .await;
    assert_eq!((first.new, second.new, second.unchanged), (1, 0, 1));
    let options = import::Options {
        source: Some("oa".into()),
        ..import::Options::default()
    };
    let other = sample
        .import_with(Collection::Phones, &sample.file("oa.jsonl", line), options)
        .await;
    assert_eq!(other.new, 1, "another system may use the same number");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_held_back_goes_out_when_it_is_imported_again() {
    let sample = sample().await;
    sample.file("a.png", png(1));
    let row = json!({"id": 1, "title": "示例", "html": "<p>正文</p>", "published": "2026-01-01", "pictures": [{"file": "a.png"}]});
    let file = sample.file("n.jsonl", row.to_string());
    sample.import(Collection::Notices, &file).await;
    for staged in std::fs::read_dir(sample.city.config.data_dir.join("staged")).unwrap() {
        std::fs::remove_file(staged.unwrap().path()).unwrap();
    }
    assert_eq!(sample.publish().await.held.len(), 1);
    let listed = edit::list(&sample.city, Collection::Notices).await.unwrap();
    assert!(listed[0].queue.contains("missing") && listed[0].id.is_none());
    sample.import(Collection::Notices, &file).await;
    let published = sample.publish().await;
    assert_eq!((published.held.len(), published.numbered.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_put_in_by_hand_may_begin_with_a_mark_and_says_what_it_left_out() {
    let sample = sample().await;
    let item = "\u{feff}{\"name\": \"甲\", \"category\": \"乙\", \"phones\": \"12345\", \"nmae\": \"x\"}";
    let file = sample.file("item.json", item);
    let (done, faults) = edit::put(&sample.city, Collection::Phones, &file, None, Timestamp::now())
        .await
        .unwrap();
    assert!(
        done && faults.iter().any(|f| f.field == "nmae" && f.warning),
        "{faults:?}"
    );
    let listed = edit::list(&sample.city, Collection::Phones).await.unwrap();
    assert_eq!(
        (listed[0].title.as_str(), listed[0].queue.as_str()),
        ("甲", "waiting")
    );
}
