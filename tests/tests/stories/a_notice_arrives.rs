//! A notice: published, read, marked, corrected, taken back.

use super::{notice, record, rows, titles};
use serde_json::json;
use weimenhu_core::view::{Body, Filter, ListQuery};
use weimenhu_domain::{Collection, record::MarkKind};
use weimenhu_tests::world::World;

#[tokio::test]
async fn it_is_read_with_the_cable_cut() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    let device = world.device("phone", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();
    assert_eq!(
        titles(&device),
        ["放假", "开学"],
        "from the dump, without a network"
    );
    assert!(device.sync_state().content_as_of.is_some());

    world.start().unwrap();
    world.publish("notices", &record(3, "停课"), None).unwrap();
    device.sync().await.unwrap();
    world.cut();
    assert_eq!(titles(&device), ["停课", "放假", "开学"]);
    let newest = rows(&device, Collection::Notices).remove(0);
    let Body::Article(article) = device.detail(Collection::Notices, newest.id).await.unwrap().body else {
        panic!("no article")
    };
    assert_eq!(article.html, "<p>停课的正文。</p>");
    assert_eq!(article.department, "温州市教育局");
}

#[tokio::test]
async fn a_correction_replaces_it_and_the_persons_marks_stay() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();
    let id = rows(&device, Collection::Notices)[0].id;
    device.mark_read(Collection::Notices, id, true).unwrap();
    device.star(Collection::Notices, id, true).unwrap();

    world
        .publish("notices", &record(1, "开学推迟"), Some(id))
        .unwrap();
    device.sync().await.unwrap();
    let row = rows(&device, Collection::Notices).remove(0);
    assert_eq!(
        (row.title.as_str(), row.read, row.starred),
        ("示例：开学推迟", true, true)
    );
}

#[tokio::test]
async fn withdrawn_it_stays_readable_with_its_mark_and_deleted_it_leaves_the_lists() {
    let mut world = World::with(&[("notices", &[notice("a", 1, "开学"), notice("b", 2, "放假")])]).unwrap();
    world.start().unwrap();
    let device = world.device("phone", &[]).unwrap();
    device.sync().await.unwrap();

    world
        .server(&[
            "withdraw",
            "notices",
            "1",
            "--as",
            "repealed",
            "--since",
            "2026-11-20",
            "--reason",
            "另行通知",
        ])
        .unwrap();
    world.server(&["withdraw", "notices", "2", "--delete"]).unwrap();
    device.sync().await.unwrap();
    assert_eq!(titles(&device), ["开学"]);
    assert_eq!(
        rows(&device, Collection::Notices)[0].mark,
        Some(MarkKind::Repealed)
    );
    let Body::Article(article) = device.detail(Collection::Notices, 1).await.unwrap().body else {
        panic!("no article")
    };
    let mark = article.mark.unwrap();
    assert_eq!(
        (mark.since.to_string().as_str(), mark.reason.as_str()),
        ("2026-11-20", "另行通知")
    );
    assert!(device.detail(Collection::Notices, 2).await.is_err());
}

#[tokio::test]
async fn devices_at_every_epoch_arrive_at_the_same_city() {
    let first: Vec<_> = (1..=5)
        .map(|n| notice(&n.to_string(), n, &format!("通知{n}")))
        .collect();
    let mut world = World::with(&[("notices", &first)]).unwrap();
    world.start().unwrap();
    let mut devices = Vec::new();
    // More than two generations of merging, with corrections and deletions among them.
    for n in 6_u32..42 {
        if n % 4 == 0 {
            let device = world.device(&format!("d{n}"), &[]).unwrap();
            device.sync().await.unwrap();
            devices.push(device);
        }
        match n % 7 {
            3 => drop(
                world
                    .publish("notices", &record(1, &format!("更正{n}")), Some(n / 3))
                    .unwrap(),
            ),
            5 => drop(world.server(&["withdraw", "notices", &(n / 2).to_string(), "--delete"])),
            _ => drop(
                world
                    .publish("notices", &record(n % 28 + 1, &format!("通知{n}")), None)
                    .unwrap(),
            ),
        }
    }
    let newcomer = world.device("newcomer", &[]).unwrap();
    newcomer.sync().await.unwrap();
    let expected = titles(&newcomer);
    assert!(expected.len() > 20);
    for device in devices {
        device.sync().await.unwrap();
        assert_eq!(titles(&device), expected);
    }
}

#[tokio::test]
async fn lists_filter_by_what_a_citizen_would_ask() {
    let mut rows = vec![notice("a", 1, "开学"), notice("b", 2, "放假")];
    rows[1]["county"] = json!("乐清市");
    rows[1]["kind"] = json!("公告");
    let school = |id: &str, name: &str, county: &str| json!({"id": id, "name": name, "level": "小学", "county": county});
    let schools = [
        school("1", "瓯海区实验小学", "瓯海区"),
        school("2", "乐清市实验小学", "乐清市"),
        school("3", "温州小学", "鹿城区"),
    ];
    let phone =
        json!({"id": "1", "name": "市民热线", "category": "政务", "phones": [{"number": "0577-12345"}]});
    let world = World::with(&[("notices", &rows), ("schools", &schools), ("phones", &[phone])]).unwrap();
    let device = world.device("phone", world.dump().unwrap()).unwrap();
    device.open_dump().await.unwrap();

    let find = |collection, filter: Filter| -> Vec<String> {
        let page = device
            .list(&ListQuery {
                collection,
                filter,
                offset: 0,
                limit: 10,
            })
            .unwrap();
        page.rows
            .into_iter()
            .map(|r| r.title.replace("示例：", ""))
            .collect()
    };
    let text = |text: &str| Filter {
        text: text.into(),
        ..Filter::default()
    };
    assert_eq!(
        find(Collection::Schools, Filter::default()),
        ["瓯海区实验小学", "温州小学", "乐清市实验小学"],
        "O, W, Y"
    );
    assert_eq!(
        find(Collection::Schools, text("yqs")),
        ["乐清市实验小学"],
        "initials, as the city reads them"
    );
    assert_eq!(find(Collection::Schools, text("wenzhou")), ["温州小学"]);
    assert_eq!(
        find(Collection::Schools, text("%")),
        Vec::<String>::new(),
        "what one types is no pattern"
    );
    for typed in ["0577-123", "0577 12345", "057712345", "12345", "（0577）12345"] {
        assert_eq!(find(Collection::Phones, text(typed)), ["市民热线"], "{typed}");
    }
    assert_eq!(find(Collection::Phones, text("-")), Vec::<String>::new());
    let county = Filter {
        county: Some("乐清市".into()),
        ..Filter::default()
    };
    assert_eq!(find(Collection::Notices, county), ["放假"]);
    let day = Filter {
        from: Some("2026-11-01".into()),
        to: Some("2026-11-01".into()),
        ..Filter::default()
    };
    assert_eq!(
        find(Collection::Notices, day),
        ["开学"],
        "a day of the city, not of Greenwich"
    );
    let letters = device.letters(Collection::Schools, &Filter::default()).unwrap();
    let headings: Vec<_> = letters.iter().map(|l| (l.letter.as_str(), l.offset)).collect();
    assert_eq!(headings, [("O", 0), ("W", 1), ("Y", 2)]);
}
