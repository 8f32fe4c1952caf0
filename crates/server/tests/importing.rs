//! Tables as offices send them, and what must never get through.

#[cfg(test)]
mod common;

use common::*;
use jiff::Timestamp;
use weimenhu_domain::{Collection, Record};
use weimenhu_server::{
    edit,
    import::{Options, Outcome, Prefer},
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
        .unwrap()
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
