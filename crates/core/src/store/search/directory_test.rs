//! What people type to find a body, and what they get.

use super::*;
use crate::view::SearchQuery;

fn directory() -> Directory {
    let readings = Readings::from([("乐清".into(), "yue qing".into())]);
    let mut builder = Builder::default();
    let names: [&[&str]; 10] = [
        &["温州市教育局", "市教育局"],
        &["温州市公安局", "市公安局"],
        &["乐清市教育局"],
        &["温州市第十四高级中学"],
        &["温州医科大学附属第一医院"],
        &["长城小学"],
        &["温州市市场监督管理局"],
        &["（示例）鹿城区卫生院"],
        &["12345政务服务便民热线"],
        &["文化广电旅游局"],
    ];
    for (id, names) in (1..).zip(names) {
        let entry = Entry {
            collection: if id == 4 {
                Collection::Schools
            } else {
                Collection::Agencies
            },
            id,
            county: if id == 3 {
                "乐清市".into()
            } else {
                String::new()
            },
            department: String::new(),
        };
        builder.add(entry, names, &[format!("0577-8800{id:04}")], &readings);
    }
    builder.done()
}

fn anything() -> Filter {
    Filter::new(&SearchQuery::default()).unwrap()
}

fn ids(text: &str) -> Vec<Id> {
    directory()
        .find(text, None, &anything(), 50)
        .0
        .iter()
        .map(|f| f.id)
        .collect()
}

#[test]
fn names_are_found_as_people_type_them() {
    for (typed, first) in [
        ("温州市教育局", 1),
        ("教育", 1),
        ("温州教育局", 1),
        ("市教育局", 1),
        ("wenzhoushijiaoyuju", 1),
        ("wenzhoujiaoyuju", 1),
        ("wzsjyj", 1),
        ("wzjyj", 1),
        ("wz教育j", 1),
        ("wenzjiaoy", 1),
        ("WZSGAJ", 2),
        ("gaj", 2),
        ("公an局", 2),
        ("yqsjyj", 3),
        ("yueqing", 3),
        ("leqing", 3),
        ("dssgjzx", 4),
        ("shisi gao", 4),
        ("第十四", 4),
        ("wenzhouyike", 5),
        ("chchxx", 6),
        ("zhangchengxiaoxue", 6),
        ("温州市場監督", 7),
        ("scjdgl", 7),
        ("鹿城卫生院", 8),
        ("lchqwsy", 8),
        ("12345", 9),
        ("88000006", 6),
        ("lvyouju", 10),
        ("whgdlyj", 10),
    ] {
        assert_eq!(ids(typed).first(), Some(&first), "{typed} finds {:?}", ids(typed));
    }
}

#[test]
fn a_hotline_stands_before_those_who_are_only_reached_by_it() {
    let mut builder = Builder::default();
    for (collection, id, name, phones) in [
        (Collection::Agencies, 1, "温州市公安局", vec!["12345", "110"]),
        (Collection::Agencies, 2, "温州市教育局", vec!["12345"]),
        (Collection::Phones, 3, "政务服务热线", vec!["12345"]),
        (Collection::Phones, 4, "报警服务台", vec!["110"]),
    ] {
        let entry = Entry {
            collection,
            id,
            county: String::new(),
            department: String::new(),
        };
        let phones: Vec<String> = phones.into_iter().map(str::to_owned).collect();
        builder.add(entry, &[name], &phones, &Readings::new());
    }
    let directory = builder.done();
    for (typed, first) in [("12345", 3), ("0577-12345", 3), ("110", 4)] {
        let found = directory.find(typed, None, &anything(), 1).0;
        assert_eq!(found.first().map(|f| f.id), Some(first), "{typed}");
    }
}

#[test]
fn what_is_no_name_finds_nothing() {
    for typed in ["", "  ", "教育院", "xyzxyz", "jyjx", "\"*^:()-", "😀", "0577-9"] {
        assert!(ids(typed).is_empty(), "{typed} finds {:?}", ids(typed));
    }
    assert!(ids(&"w".repeat(10_000)).is_empty());
}

#[test]
fn filters_hold_for_names_too() {
    let d = directory();
    let schools = d.find("wenzhou", Some(Collection::Schools), &anything(), 50).0;
    assert_eq!(schools.iter().map(|f| f.id).collect::<Vec<_>>(), [4]);
    let of = |query: SearchQuery| d.find("教育局", None, &Filter::new(&query).unwrap(), 50).1;
    assert_eq!(
        of(SearchQuery {
            county: Some("乐清市".into()),
            ..Default::default()
        }),
        1
    );
    assert_eq!(
        of(SearchQuery {
            from: Some("2026-01-01".into()),
            ..Default::default()
        }),
        0
    );
}

#[test]
fn the_place_in_the_title_is_told() {
    let d = directory();
    let place = |typed: &str| {
        d.find(typed, None, &anything(), 1)
            .0
            .first()
            .and_then(|f| f.place.clone())
    };
    assert_eq!(place("教育局"), None, "found by its other name");
    assert_eq!(place("jianduguanli"), Some(5..9));
    assert_eq!(place("88000006"), None);
}
