//! The walk of a letter: from the form in the real window, over the staff's desk in a real browser, to the answer and
//! the rating, while another citizen's device looks on.
//!
//! Few stories and long ones, because each step rests on the one before: the life of a letter is the thing under test.
//! The second is of a letter that nobody answers; its weeks pass by the clock of the real programs ([`ahead`]).
//!
//! [`ahead`]: weimenhu_tests::world::ahead

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

use jiff::{Timestamp, ToSpan, Zoned, civil::Date, tz};
use serde_json::json;
use std::{
    io::{Cursor, Read},
    path::PathBuf,
    time::Duration,
};
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

/// The letter that nobody answers.
const LATE: &str = "示例：护栏断了没人管";

#[tokio::test]
async fn a_letter_walks_from_the_form_to_its_second_answer() {
    let mut world = World::of_the_sample().unwrap();
    let citizen = Citizen::of(&world).await;

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

#[tokio::test]
async fn a_letter_that_nobody_answers_turns_red_is_supervised_and_costs_points() {
    let mut world = World::of_the_sample().unwrap();
    let staff = SignIn::of_the_demo(&world.data()).unwrap();
    let who = |login: &str| staff.iter().find(|one| one.login == login).unwrap();
    let department = &who("jingban1").department;

    // Day zero is a day on which the sample sends nothing: the report of that day is of this letter alone.
    let zero = 1;
    world.start_ahead(zero).unwrap();
    let citizen = Citizen::of(&world).await;
    let text = "示例来信：河边的护栏断了一截，夜里看不见。";
    citizen.write(LATE, text, false).await;
    let number = citizen.receipt().await;
    citizen.window.close().await.unwrap();
    let office = Desk::open_ahead(&world.address(), who("shenhe1"), zero)
        .await
        .unwrap();
    office.letter(&number).await.unwrap();
    office.approve_all().await.unwrap();
    office.act("route", &[("department", department)]).await.unwrap();
    let day = |text: String| text.get(..10).unwrap().parse::<Date>().unwrap();
    let routed = day(office.fact("推送日期").await.unwrap());
    let due = day(office.fact("办复期限").await.unwrap());
    assert!(office.text().await.unwrap().contains("绿灯"));
    assert!(office.queue(&number, "red").await.unwrap().is_empty());
    office.close().await.unwrap();

    // The day after the last one: red at the desk, and red for everybody.
    let today = Timestamp::now()
        .to_zoned(tz::TimeZone::fixed(tz::offset(8)))
        .date();
    let late = i64::from(due.since(today).unwrap().get_days()) + 1;
    world.cut();
    world.start_ahead(late).unwrap();
    let supervisor = Desk::open_ahead(&world.address(), who("duban"), late)
        .await
        .unwrap();
    let rows = supervisor.queue(&number, "red").await.unwrap();
    let row = rows.first().expect("the letter is in the queue of the red light");
    assert_eq!(rows.len(), 1);
    for shown in ["红灯", LATE, department] {
        assert!(row.contains(shown), "{shown} is not in {row:?}");
    }
    assert!(supervisor.queue(&number, "supervised").await.unwrap().is_empty());
    let costs = deductions(&supervisor, &number, "逾期办复").await;
    assert_eq!(
        costs,
        [cost("逾期回应", "-1", "有效"), cost("逾期办复", "-2", "有效")]
    );
    supervisor.close().await.unwrap();
    let public = "[data-testid=public-letter] [data-testid=light-";
    public_light(&world, &number, late, &format!("{public}red]")).await;

    // Weeks later: 督办, which the supervisor and the department see, and whoever reads the letter.
    let later = late + 30;
    world.cut();
    world.start_ahead(later).unwrap();
    let supervisor = Desk::open_ahead(&world.address(), who("duban"), later)
        .await
        .unwrap();
    let costs = deductions(&supervisor, &number, "督办后仍未办结").await;
    let all = [
        cost("逾期回应", "-1", "有效"),
        cost("逾期办复", "-2", "有效"),
        cost("被督办", "-3", "有效"),
        cost("督办后仍未办结", "-5", "有效"),
    ];
    assert_eq!(costs, all);
    let trail = supervisor.table("h2:last-of-type + table").await.unwrap();
    assert!(
        trail
            .iter()
            .any(|step| step.get(2).is_some_and(|what| what == "督办")),
        "{trail:?}"
    );
    let rows = supervisor.queue(&number, "supervised").await.unwrap();
    assert!(
        rows.len() == 1 && rows.first().unwrap().contains("督办"),
        "{rows:?}"
    );
    supervisor.go("/desk/messages").await.unwrap();
    let messages = supervisor.text().await.unwrap();
    let told = |line: &str| line.contains(&number) && line.starts_with("督办");
    assert!(messages.lines().any(told), "{messages}");
    public_light(&world, &number, later, &format!("{public}supervised]")).await;

    // The department answers; its head contests what the late response cost, and the supervisor takes it back.
    let unit = Desk::open_ahead(&world.address(), who("jingban1"), later)
        .await
        .unwrap();
    let rows = unit.queue(&number, "supervised").await.unwrap();
    assert_eq!(rows.len(), 1);
    unit.letter(&number).await.unwrap();
    unit.act("resolve", &[("text", "示例：护栏已经接好。")])
        .await
        .unwrap();
    unit.close().await.unwrap();
    let head = Desk::open_ahead(&world.address(), who("fuze1"), later)
        .await
        .unwrap();
    head.letter(&number).await.unwrap();
    head.decide("contest", "逾期回应", "示例：当天系统停用")
        .await
        .unwrap();
    head.close().await.unwrap();
    supervisor.letter(&number).await.unwrap();
    supervisor
        .decide("decide", "逾期回应", "示例：属实")
        .await
        .unwrap();
    let costs = deductions(&supervisor, &number, "撤销").await;
    assert_eq!(costs.first(), Some(&cost("逾期回应", "-1", "撤销")));
    assert!(supervisor.queue(&number, "supervised").await.unwrap().is_empty());

    // The report of the day it came: on the page, in its chart, for the public, and in both files.
    let query = format!("from={routed}&until={routed}&by=department");
    supervisor.go(&format!("/desk/report?{query}")).await.unwrap();
    let page = supervisor.table("main table").await.unwrap();
    let (titles, lines) = page.split_first().unwrap();
    let line = lines.iter().find(|line| line.first() == Some(department));
    let line = line.expect("the department has a line");
    let cell = |title: &str| {
        let column = titles.iter().position(|t| t == title).unwrap();
        line.get(column).unwrap().as_str()
    };
    let shown = ["收到", "按期回应率 %", "按期反馈率 %", "红灯", "督办", "得分"].map(cell);
    assert_eq!(shown, ["1", "0.0", "0.0", "1", "1", "-10"], "{page:?}");
    let chart = supervisor.css("svg[aria-labelledby=chart-rates]").await.unwrap();
    let chart = chart.prop("textContent").await.unwrap().unwrap();
    assert!(
        chart.contains(department) && chart.contains("反馈 0.0 %"),
        "{chart}"
    );
    let csv = String::from_utf8(supervisor.save("CSV", "report.csv").await.unwrap()).unwrap();
    let rows = page.iter().map(|row| row.join(","));
    let kept: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(kept, rows.collect::<Vec<_>>());
    let book = supervisor.save("XLSX", "report.xlsx").await.unwrap();
    assert!(part(&book, "xl/sharedStrings.xml").contains(department));
    assert!(part(&book, "xl/worksheets/sheet1.xml").contains("<v>-10</v>"));
    supervisor.go(&format!("/report?{query}")).await.unwrap();
    assert_eq!(
        supervisor.table("main table").await.unwrap(),
        page,
        "the same for everybody"
    );
    supervisor.close().await.unwrap();
}

/// What a line of the deductions says: why, how many points, and what became of it.
fn cost(why: &str, points: &str, state: &str) -> [String; 3] {
    [why, points, state].map(str::to_owned)
}

/// The deductions of a letter as its page at the desk shows them, once it shows `wanted`: the engine looks by itself.
async fn deductions(desk: &Desk, number: &str, wanted: &str) -> Vec<[String; 3]> {
    for _ in 0..120 {
        desk.letter(number).await.unwrap();
        if desk.text().await.unwrap().contains(wanted) {
            break;
        }
        sleep(Duration::from_millis(250)).await;
    }
    let rows = desk.table("table:has(+ h2)").await.unwrap();
    let told = |row: &Vec<String>| [1, 2, 3].map(|n| row.get(n).cloned().unwrap_or_default());
    rows.iter().map(told).collect()
}

/// Another citizen, so many days later, opens the public letter and sees this.
async fn public_light(world: &World, number: &str, days: i64, light: &str) {
    let cache = world.folder.path().join(format!("public-{days}"));
    let window = Window::open_ahead(&app().unwrap(), &cache, &world.address(), (390, 844), days)
        .await
        .unwrap();
    window.prefer(json!({ "locale": "zh-CN" })).await.unwrap();
    window.css("[data-testid^=row-news-]").await.unwrap();
    // What waits is published every few seconds.
    for _ in 0..20 {
        window.sync().await.unwrap();
        window
            .go(&format!("/petitions/public?text={number}"))
            .await
            .unwrap();
        sleep(Duration::from_secs(1)).await;
        if window.text().await.unwrap().contains(LATE) {
            break;
        }
    }
    let row = window.css("[data-testid^=row-letter-]").await.unwrap();
    row.click().await.unwrap();
    window.css(light).await.unwrap();
    window.close().await.unwrap();
}

/// A part of a workbook.
fn part(book: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The app in a citizen's hands.
struct Citizen {
    window: Window,
}

impl Citizen {
    /// Somebody in this city, with the news in front of them.
    async fn of(world: &World) -> Self {
        let window = Window::of(world, (390, 844)).await.unwrap();
        window.css("[data-testid^=row-news-]").await.unwrap();
        Self { window }
    }

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
