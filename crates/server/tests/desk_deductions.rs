//! A department that has a letter no longer, and what the letter cost it.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::{Answer, Running, start},
    letters::{city, on, routed},
};
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Role, Visibility},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    engine,
};

const SUPERVISOR: Actor = Actor {
    role: Role::Supervisor,
    staff: 1,
    department: 0,
};

async fn browser(s: &Sample, at: &Running, login: &str, role: Role, department: i64) -> Browser {
    let secret = hire(s, login, &[role], department).await;
    Browser::sign_in(at.at, login, &secret, "").await.1
}

fn text(answer: Answer) -> String {
    String::from_utf8(answer.body).unwrap()
}

#[tokio::test]
async fn the_head_of_a_former_lead_contests_what_was_late_then_and_sees_nothing_else() {
    let s = city().await;
    let agency = json!({"id": "b", "name": "示例局二", "kind": "市级部门"}).to_string();
    s.import(Collection::Agencies, &s.file("more.jsonl", agency))
        .await;
    petition::set_up(&s.city, on(1)).await.unwrap();
    let number = routed(&s, "late", 1).await.to_string();
    engine::scan(&s.city, on(4)).await.unwrap();
    let reroute = Order {
        department: 2,
        reason: "示例".into(),
        ..Order::new(Action::Reroute)
    };
    act(&s.city, 1, SUPERVISOR, &reroute, on(4)).await.unwrap();
    let classify = Order {
        visibility: Visibility::Secret,
        code: "privacy".into(),
        reason: "示例".into(),
        ..Order::new(Action::Classify)
    };
    act(&s.city, 1, SUPERVISOR, &classify, on(4)).await.unwrap();
    let deduction = petition::deductions(&s.city, 1).await.unwrap()[0].clone();
    assert_eq!(
        (deduction.cause.as_str(), deduction.state.as_str()),
        ("late_response", "standing")
    );

    let server = start(&s.city).await;
    const PAGE: &str = "/desk/deductions";
    let letter = format!("/desk/letters/{number}");
    let id = deduction.id.to_string();
    let contest = [("deduction", &*id), ("reason", "示例：当日系统故障")];
    let state = async || petition::deductions(&s.city, 1).await.unwrap()[0].state.clone();
    // Neither the department that has it now, nor anybody else of the one that had it.
    for (n, (role, department)) in [
        (Role::Head, 2),
        (Role::Handler, 1),
        (Role::Assistant, 1),
        (Role::Administrator, 0),
        (Role::Reviewer, 0),
    ]
    .into_iter()
    .enumerate()
    {
        let who = browser(&s, &server, &format!("u{n}"), role, department).await;
        // Only a head has a list, and of the department that has the letter now it holds nothing of the one before.
        let page = text(who.get(PAGE).await);
        let own = role == Role::Head;
        assert_eq!(page.contains("<h1>本单位扣分"), own, "{role:?} of {department}");
        let form = format!("name=\"deduction\" value=\"{id}\"");
        assert!(!page.contains(&form), "{role:?} of {department}");
        assert_eq!(
            who.post(PAGE, &contest).await.status,
            404,
            "{role:?} of {department}"
        );
        assert_eq!(state().await, "standing", "{role:?} of {department}");
    }
    let head = browser(&s, &server, "head", Role::Head, 1).await;
    assert_eq!(head.get(&letter).await.status, 404, "the letter is another's");
    let page = text(head.get(PAGE).await);
    assert!(page.contains(&number) && page.contains("-1"), "{page}");
    assert!(!page.contains("路灯"), "not a word of the letter: {page}");
    let empty = head.post(PAGE, &[("deduction", &id), ("reason", " ")]).await;
    assert_eq!((empty.status, state().await.as_str()), (409, "standing"));
    assert_eq!(head.post(PAGE, &contest).await.status, 303);
    assert_eq!(state().await, "contested");
    assert_eq!(head.post(PAGE, &contest).await.status, 409, "once");
    assert_eq!(head.get(&letter).await.status, 404, "contesting opens nothing");
    let other = [("deduction", "999"), ("reason", "示例")];
    assert_eq!(head.post(PAGE, &other).await.status, 404);

    let decides = browser(&s, &server, "supervisor", Role::Supervisor, 0).await;
    let decide = [
        ("action", "decide"),
        ("deduction", &*id),
        ("reason", "示例：属实"),
        ("upheld", "1"),
    ];
    assert_eq!(decides.post(&letter, &decide).await.status, 303);
    assert_eq!(state().await, "lifted");
    assert!(
        text(head.get(PAGE).await).contains(&number),
        "and the head reads what came of it"
    );
    petition::verify_chain(&s.city).await.unwrap();
    server.stop().await;
}
