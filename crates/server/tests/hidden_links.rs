//! What the public record of one letter says of another, and of where it is: a number that became confidential and a
//! county that somebody made up stand nowhere, in no object and in no answer.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample, holds,
    http::{get, start},
    letters::{city, on},
    sample,
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Role, Visibility},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    citizen, public,
    submit::{self, Receipt, Submission},
};

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};

async fn does(s: &Sample, id: i64, who: Actor, order: Order) {
    act(&s.city, id, who, &order, on(3)).await.unwrap();
}

/// How many objects hold this.
fn said(s: &Sample, text: &str) -> usize {
    s.all_bytes()
        .iter()
        .filter(|(_, bytes)| holds(bytes, text))
        .count()
}

/// Whether a public page of a letter holds this.
async fn on_a_page(s: &Sample, text: &str) -> bool {
    let server = start(&s.city).await;
    let mut found = false;
    for id in 1..=9 {
        let page = get(server.at, &format!("/s/petitions/{id}")).await;
        found |= holds(&page.body, text);
    }
    server.stop().await;
    found
}

/// Two letters, the second merged into the first, both public.
async fn merged() -> (Sample, Receipt, Receipt) {
    let s = city().await;
    let target = about(&s, "key-of-the-target", "").await;
    let other = about(&s, "key-of-the-other-letter", "").await;
    let merge = Order {
        target: 1,
        ..Order::new(Action::Merge)
    };
    does(&s, 2, REVIEWER, merge).await;
    s.publish().await;
    assert!(said(&s, &target.number.to_string()) > 0 && on_a_page(&s, &target.number.to_string()).await);
    (s, target, other)
}

fn hide(visibility: Visibility) -> (Actor, Order) {
    let order = |action| Order {
        visibility,
        code: "privacy".into(),
        reason: "示例".into(),
        ..Order::new(action)
    };
    if visibility == Visibility::Secret {
        (REVIEWER, order(Action::Classify))
    } else {
        (Actor::WRITER, order(Action::SetVisibility))
    }
}

#[tokio::test]
async fn a_letter_that_is_hidden_is_nowhere_as_where_another_one_went() {
    for visibility in [Visibility::Secret, Visibility::Private] {
        let (s, target, other) = merged().await;
        let (target, token) = (target.number.to_string(), other.token);
        let other = other.number.to_string();
        let own = citizen::track(&s.city, &token, on(3)).await.unwrap();
        assert_eq!((&own.number, &own.merged_into), (&other, &target));

        let (who, order) = hide(visibility);
        does(&s, 1, who, order).await;
        s.publish().await;
        assert_eq!(said(&s, &target), 0, "{visibility:?}");
        assert!(said(&s, &other) > 0, "the merged letter's own number stays");
        assert!(!on_a_page(&s, &target).await, "{visibility:?}");
        let own = citizen::track(&s.city, &token, on(3)).await.unwrap();
        let export = citizen::export(&s.city, &token, on(3)).await.unwrap();
        for answer in [serde_json::to_string(&own).unwrap(), export.to_string()] {
            assert!(!answer.contains(&target), "{visibility:?}: {answer}");
        }

        // Public again, it is where the other one went.
        let (who, mut order) = hide(visibility);
        order.visibility = Visibility::Public;
        does(&s, 1, who, order).await;
        s.publish().await;
        let link = format!("\"merged_into\":\"{target}\"");
        assert!(said(&s, &link) > 0, "{visibility:?}");
        let own = citizen::track(&s.city, &token, on(3)).await.unwrap();
        assert_eq!(own.merged_into, target);
        petition::verify_chain(&s.city).await.unwrap();
    }
}

#[tokio::test]
async fn a_letter_that_was_taken_out_again_names_nowhere_where_it_had_gone() {
    let (s, target, _) = merged().await;
    let target = target.number.to_string();
    let unmerge = Order {
        reason: "示例".into(),
        ..Order::new(Action::Unmerge)
    };
    does(&s, 2, REVIEWER, unmerge).await;
    s.publish().await;
    let (who, order) = hide(Visibility::Secret);
    does(&s, 1, who, order).await;
    s.publish().await;
    assert_eq!(said(&s, &target), 0);
    assert!(!on_a_page(&s, &target).await);
}

/// Sends a letter about a county, has it routed and its title approved.
async fn about(s: &Sample, key: &str, county: &str) -> Receipt {
    let letter: Submission =
        serde_json::from_value(json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮",
        "county": county, "visibility": "public", "consent": true}))
        .unwrap();
    let body = serde_json::to_vec(&letter).unwrap();
    let receipt = submit::submit(&s.city, key, &body, &letter, ("app", Actor::WRITER), on(1)).await;
    let receipt = receipt.unwrap();
    let route = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    does(s, receipt.number.count().into(), REVIEWER, route).await;
    receipt
}

#[tokio::test]
async fn only_a_county_of_a_department_is_public_and_the_writer_keeps_what_was_typed() {
    let s = sample().await;
    let agency = json!({"id": "a", "name": "示例局一", "kind": "市级部门", "county": "示例区"}).to_string();
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    petition::set_up(&s.city, on(1)).await.unwrap();
    let typed = "示例花园3幢张示例家";
    about(&s, "key-of-a-known-county", "示例区").await;
    let token = about(&s, "key-of-a-typed-county", typed).await.token;
    s.publish().await;
    let county = |name: &str| format!("\"county\":\"{name}\"");
    assert!(said(&s, &county("示例区")) > 0);
    assert_eq!(said(&s, typed), 0);
    let own = citizen::track(&s.city, &token, on(3)).await.unwrap();
    assert_eq!(own.county, typed);
}

#[tokio::test]
async fn what_a_server_of_before_published_is_erased_once() {
    let (s, target, _) = merged().await;
    let db = s.database().await;
    let known = "UPDATE department SET county = '示例区'";
    db.execute_unprepared(known).await.unwrap();
    about(&s, "key-of-a-known-county", "示例区").await;
    s.publish().await;
    let target = target.number.to_string();
    assert!(said(&s, "\"county\":\"示例区\"") > 0 && said(&s, &target) > 0);
    // As if a server that did not look had written these.
    for sql in [
        "DELETE FROM meta WHERE name LIKE 'letters_mended%'",
        "UPDATE petition SET visibility = 'secret', record_key = 0 WHERE id = 1",
        "UPDATE department SET county = ''",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    assert_eq!(public::mend(&s.city, on(3)).await.unwrap(), 2);
    assert_eq!(public::mend(&s.city, on(3)).await.unwrap(), 0);
    s.publish().await;
    let records = common::Device::fresh(&s.city.tree, &s.index(Collection::Petitions)).records;
    let linked = records
        .values()
        .filter(|json| json.contains("merged_into"))
        .count();
    assert_eq!(
        (linked, said(&s, "merged_into"), said(&s, "\"county\":\"示例区\"")),
        (0, 0, 0)
    );
}
