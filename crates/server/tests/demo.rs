//! The demo shows the whole house at work, is built by the real actions alone, and building it again changes nothing.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what fails here must fail the test"
)]

#[cfg(test)]
mod common;

use jiff::Timestamp;
use std::{collections::BTreeSet, fs, path::Path};
use weimenhu_domain::{
    Collection, Record,
    petition::{Rating, Role, State, deadline::Light},
    record::Petition,
};
use weimenhu_server::{City, Config, demo, petition, petition::desk, petition::staff::Who};

/// The sample's letters, agencies and calendar; the rest has tests of its own.
fn sample(dir: &Path) -> std::path::PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/wenzhou/sample");
    let folder = dir.join("sample");
    fs::create_dir_all(&folder).unwrap();
    for name in ["letters.jsonl", "agencies.jsonl", "calendar.jsonl"] {
        fs::copy(from.join(name), folder.join(name)).unwrap();
    }
    folder
}

async fn lived(now: Timestamp) -> (tempfile::TempDir, City, Vec<Petition>) {
    let dir = tempfile::tempdir().unwrap();
    let city = City::open(Config::in_dir(&dir.path().join("data")).unwrap())
        .await
        .unwrap();
    let folder = sample(dir.path());
    let (_, sign_ins, _) = demo::set_up(&city, &folder, now).await.unwrap();
    assert_eq!(
        sign_ins.len(),
        12,
        "six of the Office, three in each of two departments"
    );
    let events = petition::verify_chain(&city).await.unwrap();
    let (_, again, published) = demo::set_up(&city, &folder, now).await.unwrap();
    assert!(again.is_empty(), "sign-ins are shown once");
    assert!(published.operations.is_empty(), "{published:?}");
    assert_eq!(petition::verify_chain(&city).await.unwrap(), events);
    let head = common::verified_head(&city.tree);
    let index = common::json_of(&city.tree, head.collections["petitions"].index);
    let device = common::Device::fresh(&city.tree, &index);
    let public =
        device
            .records
            .values()
            .map(|json| match Record::parse(Collection::Petitions, json).unwrap() {
                Record::Petition(p) => *p,
                other => panic!("{other:?}"),
            });
    let public = public.collect();
    (dir, city, public)
}

/// One city for all of it: four hundred actions take their time.
#[tokio::test]
async fn the_demo_has_letters_in_every_state_and_lights_of_every_colour() {
    // A Wednesday in the city.
    let now: Timestamp = "2026-11-25T08:00:00Z".parse().unwrap();
    let (_dir, city, public) = lived(now).await;
    let who = Who {
        id: 1,
        name: "示例".into(),
        roles: vec![Role::Auditor],
        department: 0,
        csrf: String::new(),
    };
    let (mut all, mut lights, mut flags) = (0, BTreeSet::new(), BTreeSet::new());
    for state in State::ALL {
        let wanted = desk::Asked {
            state: Some(*state),
            ..desk::Asked::default()
        };
        let desk::Page { rows, total, .. } = desk::queue(&city, &who, &wanted, now).await.unwrap();
        assert!(total > 0, "none is {}", state.name());
        all += total;
        for row in rows {
            assert!(row.title.contains("示例"), "{}", row.title);
            lights.insert(row.light);
            flags.extend(row.flags);
        }
    }
    assert!(all >= 120, "{all}");
    assert_eq!(
        lights,
        BTreeSet::from(["", "green", "yellow", "red", "supervised"])
    );
    let waits = [
        "flag-appeal",
        "flag-dispute",
        "flag-erase",
        "flag-extension",
        "flag-reopening",
    ];
    assert_eq!(flags, BTreeSet::from(waits));
    let ratings: BTreeSet<_> = public.iter().filter_map(|p| p.rating).map(Rating::name).collect();
    assert_eq!(ratings.len(), Rating::ALL.len(), "{ratings:?}");
    assert!(public.iter().any(|p| p.joiners > 0) && public.iter().any(|p| p.extended));
    assert!(public.iter().filter(|p| p.state.shows_text()).count() > 80);
    for (_, bytes) in common::Sample::bytes_of(&city.tree) {
        assert!(
            !common::holds(&bytes, "13800138000"),
            "a telephone number is public"
        );
        assert!(!common::holds(&bytes, "示例市民"), "a name is public");
    }
    the_queue_finds_by_light_and_words_what_it_shows(&city, &who, now).await;
}

#[tokio::test]
async fn the_demo_can_be_built_on_any_day_at_any_hour() {
    // A Sunday before dawn, soon after the National Day holiday.
    let (_dir, _city, public) = lived("2026-10-10T20:30:00Z".parse().unwrap()).await;
    assert!(public.len() > 80);
}

async fn the_queue_finds_by_light_and_words_what_it_shows(city: &City, who: &Who, now: Timestamp) {
    let ask = async |asked: desk::Asked| desk::queue(city, who, &asked, now).await.unwrap();
    let (mut burning, mut shown) = (0, 0);
    for light in [Light::Green, Light::Yellow, Light::Red, Light::Supervised] {
        let asked = desk::Asked {
            light: Some(light),
            ..desk::Asked::default()
        };
        let desk::Page { rows, total, .. } = ask(asked).await;
        assert!(
            total > 0 && rows.iter().all(|r| r.light == light.name()),
            "{light:?}"
        );
        burning += total;
    }
    for state in [State::Routed, State::Responded, State::Reopened] {
        let asked = desk::Asked {
            state: Some(state),
            ..desk::Asked::default()
        };
        shown += ask(asked).await.total;
    }
    assert_eq!(burning, shown, "every running letter burns in one colour");
    let rows = ask(desk::Asked::default()).await.rows;
    let due: Vec<_> = rows
        .iter()
        .map(|r| r.due.as_str())
        .filter(|d| !d.is_empty())
        .collect();
    assert!(due.len() > 20 && due.is_sorted(), "the nearest limit first");
    let (mut seen, mut last) = (BTreeSet::new(), String::new());
    for page in 0.. {
        let asked = desk::Asked {
            page,
            ..desk::Asked::default()
        };
        let found = ask(asked).await;
        if found.number < page {
            assert!(page > 1, "the sample has more than one page");
            assert_eq!(seen.len() as u64, found.total, "every letter stands on one page");
            let shown = found.rows.iter().filter(|row| seen.contains(&row.number));
            assert!(shown.count() > 0, "behind the last page there is the last");
            break;
        }
        for row in &found.rows {
            assert!(row.due.is_empty() || row.due >= last, "{} after {last}", row.due);
            last.clone_from(&row.due);
            assert!(seen.insert(row.number.clone()), "{} stands twice", row.number);
        }
    }
    let number = rows[3].number.clone();
    let by = |text: &str| desk::Asked {
        text: text.to_owned(),
        ..desk::Asked::default()
    };
    let found = ask(by(&number)).await;
    assert_eq!((found.rows[0].number.clone(), found.total), (number, 1));
    let found = ask(by("路灯不亮")).await;
    assert!(found.total >= 1 && found.rows.iter().all(|r| r.title.contains("路灯不亮")));
    assert_eq!(
        ask(by("%")).await.total,
        0,
        "what is typed is words and no pattern"
    );
}
