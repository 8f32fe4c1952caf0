//! The walk of a letter: from the form in the real window, over the staff's desk in a real browser, to the answer and
//! the rating, while another citizen's device looks on.
//!
//! One story and not ten, because each step rests on the one before: the life of a letter is the thing under test.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

use jiff::{ToSpan, Zoned};
use serde_json::json;
use std::{path::PathBuf, time::Duration};
use tokio::time::sleep;
use weimenhu_core::{Client, view::LetterQuery};
use weimenhu_domain::Collection;
use weimenhu_tests::{
    desk::{Desk, SignIn},
    window::{Window, app},
    world::{World, any_file_holds},
};

/// Nobody but the writer and the staff may read it.
const PHONE: &str = "13800138000";
/// Nor this, because the letter was not to be public.
const PRIVATE: &str = "示例：邻居家的门牌是三幢二单元";

#[tokio::test]
async fn a_letter_walks_from_the_form_to_its_second_answer() {
    let mut world = World::of_the_sample().unwrap();
    let cache = world.folder.path().join("app");
    let window = Window::open(&app().unwrap(), &cache, &world.address(), (390, 844))
        .await
        .unwrap();
    let citizen = Citizen { window };
    citizen.window.prefer(json!({ "locale": "zh-CN" })).await.unwrap();
    citizen.window.css("[data-testid^=row-news-]").await.unwrap();

    // Written without a network, it waits.
    let text = format!("示例来信：小区门口的路灯坏了三天。我的电话是{PHONE}。");
    citizen.write("示例：路灯坏了没人修", &text, false).await;
    citizen.window.find("outbox-state").await.unwrap();
    citizen.window.wait_for_text("等待发出", true).await.unwrap();

    // The network is back.
    world.start().unwrap();
    citizen.window.click("retry-now").await.unwrap();
    let number = citizen.receipt().await;

    // Reviewed and routed by the Office.
    let staff = SignIn::of_the_demo(&world.data()).unwrap();
    let who = |login: &str| staff.iter().find(|one| one.login == login).unwrap();
    let (reviewer, handler) = (who("shenhe1"), who("jingban1"));
    let office = Desk::open(&world.address(), reviewer).await.unwrap();
    office.letter(&number).await.unwrap();
    assert!(
        office.text().await.unwrap().contains(PHONE),
        "staff read the original"
    );
    office.approve_all().await.unwrap();
    office
        .act("route", &[("department", &handler.department)])
        .await
        .unwrap();

    // Answered by the department, that asks for more days and gets them.
    let unit = Desk::open(&world.address(), handler).await.unwrap();
    unit.letter(&number).await.unwrap();
    unit.act("respond", &[("text", "示例：已派人查看。")])
        .await
        .unwrap();
    citizen.open(&number, "示例：已派人查看。").await;
    let promised = Zoned::now().date().saturating_add(60.days()).to_string();
    unit.act(
        "ask_extension",
        &[("date", &promised), ("reason", "示例：等配件")],
    )
    .await
    .unwrap();
    office.letter(&number).await.unwrap();
    office
        .act(
            "grant_extension",
            &[("date", &promised), ("reason", "示例：同意")],
        )
        .await
        .unwrap();
    resolve(&unit, &office, &number, "示例：路灯已经修好。").await;

    // Rated badly, opened again, answered again, rated well.
    citizen.open(&number, "示例：路灯已经修好。").await;
    let page = citizen.window.text().await.unwrap();
    assert!(page.contains("办复期限（已延期）"), "{page}");
    citizen.rate("bad", "示例：只亮了一晚").await;
    office.letter(&number).await.unwrap();
    office
        .act("confirm_reopen", &[("reason", "示例：属实")])
        .await
        .unwrap();
    resolve(&unit, &office, &number, "示例：线路已经换新。").await;
    citizen.open(&number, "示例：线路已经换新。").await;
    citizen.rate("good", "").await;
    citizen.open(&number, "办结").await;

    // Another citizen reads it, without what is nobody's business.
    let other = world.device("other", &[]).unwrap();
    let mut seen = String::new();
    // What waits is published every few seconds.
    for _ in 0..120 {
        seen = public_letter(&other, &number).await.unwrap_or_default();
        if seen.contains("\"closed\"") {
            break;
        }
        sleep(Duration::from_millis(250)).await;
    }
    for shown in ["路灯坏了三天", "已派人查看", "路灯已经修好", "线路已经换新"] {
        assert!(seen.contains(shown), "{shown} is not in {seen}");
    }
    assert!(!seen.contains(PHONE));
    for place in [world.tree(), world.folder.path().join("other")] {
        assert_eq!(
            any_file_holds(&place, PHONE.as_bytes()).unwrap(),
            Vec::<PathBuf>::new()
        );
    }

    // A letter that is not public: its answer reaches the writer and no one else.
    citizen.write("示例：不公开的来信", PRIVATE, true).await;
    let number = citizen.receipt().await;
    office.letter(&number).await.unwrap();
    office
        .act("route", &[("department", &handler.department)])
        .await
        .unwrap();
    unit.letter(&number).await.unwrap();
    let answer = "示例：已当面答复您";
    unit.act("resolve", &[("text", answer)]).await.unwrap();
    citizen.open(&number, answer).await;
    assert!(
        public_letter(&other, &number)
            .await
            .is_none_or(|seen| !seen.contains(answer))
    );
    for place in [world.tree(), world.folder.path().join("other")] {
        for secret in [PRIVATE, answer] {
            assert_eq!(
                any_file_holds(&place, secret.as_bytes()).unwrap(),
                Vec::<PathBuf>::new()
            );
        }
    }
    office.close().await.unwrap();
    unit.close().await.unwrap();
    citizen.window.close().await.unwrap();
}

/// The app in a citizen's hands.
struct Citizen {
    window: Window,
}

impl Citizen {
    async fn write(&self, title: &str, text: &str, private: bool) {
        self.window.go("/petitions/new").await.unwrap();
        self.fill("[data-testid=title]", title).await;
        self.fill("[data-testid=text]", text).await;
        if private {
            let choice = self.window.css("[data-testid=form-visibility] [value=private]");
            choice.await.unwrap().click().await.unwrap();
        }
        self.window.click("next").await.unwrap();
        self.window.click("consent").await.unwrap();
        self.window.click("submit").await.unwrap();
    }

    async fn fill(&self, selector: &str, text: &str) {
        let field = self.window.css(selector).await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// The number on the receipt of the letter that was just sent.
    async fn receipt(&self) -> String {
        let number = self.window.css("[data-testid=receipt].fresh dd").await.unwrap();
        number.text().await.unwrap()
    }

    /// Opens a letter as it stands at the server, where it says `shown`.
    async fn open(&self, number: &str, shown: &str) {
        self.window.go("/petitions").await.unwrap();
        self.window.click("letters-refresh").await.unwrap();
        self.window.go(&format!("/petitions/{number}")).await.unwrap();
        self.window.wait_for_text(shown, true).await.unwrap();
    }

    async fn rate(&self, grade: &str, reason: &str) {
        self.window.click(&format!("grade-{grade}")).await.unwrap();
        if !reason.is_empty() {
            self.fill("#rate-reason", reason).await;
        }
        self.window.click("rate-send").await.unwrap();
        let sent = "[data-testid=my-letter]:not(:has([data-testid=rate], [data-testid=pending]))";
        self.window.css(sent).await.unwrap();
    }
}

/// The department answers, and the Office approves what the public reads of it.
async fn resolve(unit: &Desk, office: &Desk, number: &str, text: &str) {
    unit.letter(number).await.unwrap();
    unit.act("resolve", &[("text", text)]).await.unwrap();
    office.letter(number).await.unwrap();
    office.approve_all().await.unwrap();
}

/// All that a device reads of a public letter after a round; nothing where there is none.
async fn public_letter(device: &Client, number: &str) -> Option<String> {
    device.sync().await.unwrap();
    let query = LetterQuery {
        text: number.to_owned(),
        limit: 1,
        ..LetterQuery::default()
    };
    let row = device.public_letters(&query).unwrap().rows.into_iter().next()?;
    let detail = device.detail(Collection::Petitions, row.id).await.unwrap();
    Some(serde_json::to_string(&detail).unwrap())
}
