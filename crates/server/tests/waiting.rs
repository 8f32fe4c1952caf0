//! What waits for whom: each finds what they have to decide without turning the pages of the queue, and it is gone from
//! there when it is decided.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::start,
    letters::{self, on},
};
use jiff::{Timestamp, civil::date};
use weimenhu_domain::petition::{Action, Rating, Refusal, Role, State, receipt::Number};
use weimenhu_server::petition::{
    act::{Actor, Halt, Order, act},
    desk::{self, Asked, Waiting},
    engine,
    staff::Who,
};

fn who(role: Role, department: i64) -> Who {
    Who {
        id: 9,
        name: "示例".into(),
        roles: vec![role],
        department,
        csrf: String::new(),
    }
}

/// What waits, without what nothing waits for.
async fn waits(s: &Sample, role: Role, department: i64) -> Vec<(Waiting, u64)> {
    let all = desk::waits(&s.city, &who(role, department)).await.unwrap();
    all.into_iter().filter(|(_, letters)| *letters > 0).collect()
}

/// The numbers that the queue shows of it.
async fn found(s: &Sample, role: Role, department: i64, waiting: Waiting) -> Vec<String> {
    let asked = Asked {
        waiting: Some(waiting),
        ..Asked::default()
    };
    let found = desk::queue(&s.city, &who(role, department), &asked, on(2))
        .await
        .unwrap();
    assert_eq!(found.rows.len() as u64, found.total);
    found.rows.into_iter().map(|row| row.number).collect()
}

async fn does(s: &Sample, number: Number, role: Role, order: Order, now: Timestamp) -> Result<(), Halt> {
    let (staff, department) = match role {
        Role::Writer => (0, 0),
        Role::Handler => (4, 1),
        Role::Head => (5, 1),
        _ => (1, 0),
    };
    let actor = Actor {
        role,
        staff,
        department,
    };
    act(&s.city, number.count().into(), actor, &order, now)
        .await
        .map(drop)
}

fn with(action: Action, text: &str) -> Order {
    Order {
        text: text.into(),
        reason: text.into(),
        ..Order::new(action)
    }
}

/// Judges the newest words that are not judged; nothing to be shown means that nothing of them is public.
async fn judge(s: &Sample, number: Number, shown: &str) {
    let reviewer = who(Role::Reviewer, 0);
    let letter = desk::letter(&s.city, &reviewer, &number.to_string(), on(3))
        .await
        .unwrap();
    let mut words = letter.words.iter().filter(|w| w.publishable && !w.judged);
    let order = Order {
        wording: words.next_back().unwrap().id,
        text: shown.into(),
        ..Order::new(Action::ApproveText)
    };
    does(s, number, Role::Reviewer, order, on(3)).await.unwrap();
}

#[tokio::test]
async fn words_wait_until_somebody_says_what_is_public_of_them() {
    let s = letters::city().await;
    let number = letters::routed(&s, "words", 1).await;
    assert_eq!(waits(&s, Role::Reviewer, 0).await, [(Waiting::Words, 1)]);
    assert_eq!(
        waits(&s, Role::Supervisor, 0).await,
        [],
        "who may not judge them is not asked"
    );
    judge(&s, number, "示例").await;
    assert_eq!(
        found(&s, Role::Reviewer, 0, Waiting::Words).await,
        [number.to_string()]
    );
    judge(&s, number, "示例标题").await;
    assert_eq!(waits(&s, Role::Reviewer, 0).await, []);

    does(
        &s,
        number,
        Role::Handler,
        with(Action::Respond, "示例回应"),
        on(2),
    )
    .await
    .unwrap();
    assert_eq!(waits(&s, Role::Reviewer, 0).await, [(Waiting::Words, 1)]);
    judge(&s, number, "").await;
    assert_eq!(
        waits(&s, Role::Reviewer, 0).await,
        [],
        "to show nothing is a decision too"
    );

    // What is not public needs no public words.
    does(
        &s,
        number,
        Role::Writer,
        with(Action::Supplement, "示例补充"),
        on(2),
    )
    .await
    .unwrap();
    let hide = Order {
        visibility: weimenhu_domain::petition::Visibility::Secret,
        code: "privacy".into(),
        ..with(Action::Classify, "示例")
    };
    assert_eq!(waits(&s, Role::Reviewer, 0).await, [(Waiting::Words, 1)]);
    does(&s, number, Role::Reviewer, hide, on(2)).await.unwrap();
    assert_eq!(waits(&s, Role::Reviewer, 0).await, []);
}

#[tokio::test]
async fn whoever_decides_is_shown_what_was_asked_and_nobody_else() {
    let s = letters::city().await;
    let number = letters::routed(&s, "asked", 1).await;
    judge(&s, number, "示例").await;
    judge(&s, number, "示例").await;
    does(
        &s,
        number,
        Role::Handler,
        with(Action::Return, "示例：不归本局"),
        on(1),
    )
    .await
    .unwrap();
    let ask = Order {
        date: Some(date(2025, 9, 20)),
        ..with(Action::AskExtension, "示例")
    };
    does(&s, number, Role::Handler, ask, on(1)).await.unwrap();
    let both = [(Waiting::Return, 1), (Waiting::Extension, 1)];
    assert_eq!(waits(&s, Role::Reviewer, 0).await, both);
    assert_eq!(waits(&s, Role::Supervisor, 0).await, both);
    for role in [
        Role::Handler,
        Role::Head,
        Role::Auditor,
        Role::Assistant,
        Role::Operator,
    ] {
        assert_eq!(waits(&s, role, 1).await, [], "{role:?}");
    }
    for action in [Action::SettleReturn, Action::RefuseExtension] {
        does(&s, number, Role::Reviewer, with(action, "示例"), on(1))
            .await
            .unwrap();
    }
    assert_eq!(waits(&s, Role::Reviewer, 0).await, []);

    // Late, so it costs points, which its head contests and the supervisor decides.
    engine::scan(&s.city, on(20)).await.unwrap();
    assert_eq!(waits(&s, Role::Supervisor, 0).await, []);
    let letter = desk::letter(&s.city, &who(Role::Head, 1), &number.to_string(), on(20))
        .await
        .unwrap();
    let order = |action| Order {
        deduction: letter.deductions[0].id,
        ..with(action, "示例")
    };
    does(&s, number, Role::Head, order(Action::Contest), on(20))
        .await
        .unwrap();
    assert_eq!(waits(&s, Role::Supervisor, 0).await, [(Waiting::Deduction, 1)]);
    let numbers = found(&s, Role::Supervisor, 0, Waiting::Deduction).await;
    assert_eq!(numbers, [number.to_string()]);
    does(&s, number, Role::Supervisor, order(Action::Decide), on(20))
        .await
        .unwrap();
    assert_eq!(waits(&s, Role::Supervisor, 0).await, []);
}

#[tokio::test]
async fn an_answer_waits_for_its_own_head_and_one_of_before_does_not_count_again() {
    let s = letters::city().await;
    desk::set_department(&s.city, &who(Role::Administrator, 0), 1, (true, true), on(1))
        .await
        .unwrap();
    let number = letters::routed(&s, "proposed", 1).await;
    let propose = || with(Action::ProposeAnswer, "示例答复");
    does(&s, number, Role::Handler, propose(), on(1)).await.unwrap();
    assert_eq!(waits(&s, Role::Head, 1).await, [(Waiting::Proposal, 1)]);
    assert_eq!(waits(&s, Role::Head, 2).await, []);
    assert_eq!(waits(&s, Role::Handler, 1).await, []);
    let approve = || Order::new(Action::Resolve);
    does(&s, number, Role::Head, approve(), on(2)).await.unwrap();
    assert_eq!(waits(&s, Role::Head, 1).await, []);

    let rate = Order {
        rating: Some(Rating::VeryBad),
        ..with(Action::Rate, "示例：没有办好")
    };
    does(&s, number, Role::Writer, rate, on(3)).await.unwrap();
    let waiting = waits(&s, Role::Reviewer, 0).await;
    assert!(waiting.contains(&(Waiting::Reopening, 1)), "{waiting:?}");
    does(
        &s,
        number,
        Role::Reviewer,
        with(Action::ConfirmReopen, "示例"),
        on(3),
    )
    .await
    .unwrap();
    assert_eq!(found(&s, Role::Reviewer, 0, Waiting::Reopening).await, [""; 0]);
    let again = does(&s, number, Role::Head, approve(), on(4)).await;
    assert!(
        matches!(again, Err(Halt::Rule(Refusal::NothingProposed))),
        "the answer that was not good enough is not proposed anew: {again:?}"
    );
    does(&s, number, Role::Handler, propose(), on(4)).await.unwrap();
    does(&s, number, Role::Head, approve(), on(4)).await.unwrap();
    let asked = Asked {
        state: Some(State::Resolved),
        ..Asked::default()
    };
    let found = desk::queue(&s.city, &who(Role::Head, 1), &asked, on(4))
        .await
        .unwrap();
    assert_eq!(found.rows.len(), 1);
}

#[tokio::test]
async fn the_page_begins_with_what_waits_and_keeps_to_it_when_more_is_asked() {
    let s = letters::city().await;
    let server = start(&s.city).await;
    let number = letters::routed(&s, "page", 1).await.to_string();
    let secret = hire(&s, "reviewer", &[Role::Reviewer], 0).await;
    let (_, reviewer) = Browser::sign_in(server.at, "reviewer", &secret, "").await;
    let page = async |path: &str| String::from_utf8(reviewer.get(path).await.body).unwrap();
    let all = page("/desk").await;
    assert!(all.contains(r#"<a href="/desk?waiting=words">待审公开文字 <b class="num">1</b></a>"#));
    let words = page("/desk?waiting=words").await;
    assert!(words.contains(r#"href="/desk?waiting=words" aria-current="true""#) && words.contains(&number));
    assert!(words.contains(r#"<input type="hidden" name="waiting" value="words">"#));
    assert!(!page("/desk?waiting=words&kind=thank").await.contains(&number));
    let nothing = page("/desk?waiting=return").await;
    assert!(nothing.contains("没有符合条件的信件") && nothing.contains("派单异议 <b class=\"num\">0</b>"));
    server.stop().await;
}
