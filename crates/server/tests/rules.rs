//! The city's numbers of days as rules with a time: which one a letter is judged by, who may set them, and what of it is
//! written down.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    letters::{self, city, on},
};
use jiff::civil::date;
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{
        Role, State,
        deadline::Light,
        policy::{Number, Rule},
    },
};
use weimenhu_server::petition::{self, desk, engine, staff::Who};

fn admin() -> Who {
    Who {
        id: 7,
        name: "示例管理员".into(),
        roles: vec![Role::Administrator, Role::Reviewer],
        department: 0,
        csrf: String::new(),
    }
}

fn rule(number: Number, days: u16, from: i8) -> Rule {
    Rule {
        id: 0,
        number,
        days,
        from: date(2025, 9, from),
        until: None,
    }
}

/// Sends a letter and routes it on that day; answers its number.
async fn routed(s: &Sample, key: &str, day: i8) -> String {
    letters::routed(s, key, day).await.to_string()
}

/// The last day for the answer.
async fn due(s: &Sample, number: &str, day: i8) -> String {
    let letter = desk::letter(&s.city, &admin(), number, on(day)).await.unwrap();
    let [_, _, _, due, _] = letter.dates;
    due
}

/// The numbers of the letters that burn so on that day.
async fn burning(s: &Sample, light: Light, day: i8) -> Vec<String> {
    let asked = desk::Asked {
        light: Some(light),
        ..desk::Asked::default()
    };
    let rows = desk::queue(&s.city, &admin(), &asked, on(day))
        .await
        .unwrap()
        .rows;
    assert!(rows.iter().all(|row| row.light == light.name()), "{rows:?}");
    rows.into_iter().map(|row| row.number).collect()
}

#[tokio::test]
async fn a_letter_is_judged_by_the_rules_of_its_day_zero() {
    let s = city().await;
    let old = routed(&s, "old", 1).await;
    for (number, days) in [(Number::Resolve, 3), (Number::Supervise, 2)] {
        let added = desk::add_policy(&s.city, &admin(), &rule(number, days, 2), on(1)).await;
        assert!(added.unwrap());
    }
    let new = routed(&s, "new", 2).await;
    assert_eq!(
        (due(&s, &old, 2).await.as_str(), due(&s, &new, 2).await.as_str()),
        ("2025-09-11", "2025-09-05")
    );

    // A holiday is announced: the old letter is counted again, by the old rule.
    let day = json!({"name": "示例节", "date": "2025-09-10", "isOffDay": true});
    let year = json!({"id": "2025", "year": 2025, "papers": [], "days": [day]}).to_string();
    s.import(Collection::Calendar, &s.file("calendar.jsonl", year))
        .await;
    assert_eq!(engine::scan(&s.city, on(3)).await.unwrap().moved, 1);
    assert_eq!(
        (due(&s, &old, 3).await.as_str(), due(&s, &new, 3).await.as_str()),
        ("2025-09-12", "2025-09-05")
    );

    // 督办 on the second working day overdue is for the new letter alone, in the queue as in what it costs.
    let costs = async |number: &str| -> Vec<String> {
        let id = desk::id_of(&s.city, number).await.unwrap();
        let all = petition::deductions(&s.city, id).await.unwrap();
        all.into_iter()
            .map(|d| format!("{} {}", d.cause, d.day))
            .collect()
    };
    engine::scan(&s.city, on(8)).await.unwrap();
    assert_eq!(burning(&s, Light::Supervised, 8).await, [""; 0]);
    let mut red = burning(&s, Light::Red, 8).await;
    red.sort();
    assert_eq!(
        red,
        [old.clone(), new.clone()],
        "the old one waits for its response"
    );
    engine::scan(&s.city, on(9)).await.unwrap();
    assert_eq!(burning(&s, Light::Supervised, 9).await, [new.as_str()]);
    assert!(costs(&new).await.contains(&"supervised 2025-09-09".to_owned()));
    // The old one: due on Friday the 12th, 督办 on the fourth working day after.
    engine::scan(&s.city, on(17)).await.unwrap();
    assert_eq!(burning(&s, Light::Red, 17).await, [old.as_str()]);
    engine::scan(&s.city, on(18)).await.unwrap();
    assert_eq!(burning(&s, Light::Red, 18).await, [""; 0]);
    assert!(costs(&old).await.contains(&"supervised 2025-09-18".to_owned()));
}

#[tokio::test]
async fn a_rule_begins_tomorrow_at_the_earliest_and_ends_where_nothing_was_judged_yet() {
    let s = city().await;
    let add = async |from: i8| {
        let rule = rule(Number::Resolve, 3, from);
        desk::add_policy(&s.city, &admin(), &rule, on(10)).await.unwrap()
    };
    assert!(!add(9).await && !add(10).await && add(11).await);
    assert_eq!(desk::policies(&s.city).await.unwrap().len(), 1);
    let under = routed(&s, "under", 11).await;
    let end = async |id: i64, until: i8, now: i8| {
        let until = date(2025, 9, until);
        desk::end_policy(&s.city, &admin(), id, until, on(now))
            .await
            .unwrap()
    };
    assert!(!end(1, 10, 10).await, "before it begins");
    assert!(!end(1, 11, 12).await, "before today");
    assert!(!end(2, 30, 12).await, "there is none");
    assert!(end(1, 12, 12).await);
    let after = routed(&s, "after", 15).await;
    assert_eq!(
        due(&s, &under, 15).await,
        "2025-09-16",
        "three days from the 11th, a weekend between"
    );
    assert_eq!(due(&s, &after, 15).await, "2025-09-25", "eight days, as before");
    let letter = desk::letter(&s.city, &admin(), &under, on(15)).await.unwrap();
    assert_eq!(letter.row.state, State::Routed.name());
    let counted = letter.days.iter().filter(|d| d.number > 0).count();
    assert_eq!(counted, 3, "explained as it was counted");

    let audit = desk::audit(&s.city, &desk::Trail::default()).await.unwrap();
    let said = |what: &str| -> Vec<String> {
        let steps = audit.iter().filter(|e| e.step.what == what);
        let facts = steps.flat_map(|e| &e.step.facts);
        facts.map(|f| format!("{} {}", f.name, f.value)).collect()
    };
    let limit = "limit resolve".to_owned();
    assert_eq!(said("policy_added"), ["days 3", "from 2025-09-11", &limit]);
    assert_eq!(said("policy_ended"), ["date 2025-09-12", "days 3", &limit]);
}
