//! 统计考核: whose a late limit is after a letter went on, and the filters that a page and its files share.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::{get, send, start},
    sample_with,
};
use jiff::{Timestamp, civil::date, tz};
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Rating, Role},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    report::{Asked, By, Kept, Line, bounded, figures},
    submit::{self, Submission},
};

/// At this hour of a day in 2025 in the city.
fn at(month: i8, day: i8) -> Timestamp {
    let zone = tz::TimeZone::fixed(tz::offset(8));
    let hour = date(2025, month, day).at(10, 0, 0, 0);
    hour.to_zoned(zone).unwrap().timestamp()
}

/// Two departments in two counties, and the autumn of the design's example.
async fn city() -> Sample {
    let s = sample_with(|config| config.writes_per_minute = 10_000).await;
    let agency = |id: &str, name: &str, county: &str| {
        json!({"id": id, "name": name, "kind": "县级部门", "county": county}).to_string()
    };
    let agencies = [
        agency("a", "示例局一", "鹿城区"),
        agency("b", "示例局二", "瑞安市"),
    ]
    .join("\n");
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agencies))
        .await;
    let day = |date: &str, off: bool| json!({"name": "国庆节", "date": date, "isOffDay": off});
    let mut days = vec![day("2025-09-28", false), day("2025-10-11", false)];
    days.extend((1..=8).map(|d| day(&format!("2025-10-{d:02}"), true)));
    let year = json!({"id": "2025", "year": 2025, "papers": [], "days": days}).to_string();
    s.import(Collection::Calendar, &s.file("calendar.jsonl", year))
        .await;
    petition::set_up(&s.city, at(9, 1)).await.unwrap();
    s
}

async fn sent(s: &Sample, key: &str, kind: &str, county: &str, now: Timestamp) -> i64 {
    let letter: Submission = serde_json::from_value(json!({
        "kind": kind, "title": "示例", "text": "示例：路灯不亮。", "county": county,
        "address": "示例路1号", "visibility": "public", "contact": {"name": "", "phone": ""}, "consent": true,
    }))
    .unwrap();
    let body = serde_json::to_vec(&letter).unwrap();
    let sent = submit::submit(&s.city, key, &body, &letter, ("app", Actor::WRITER), now)
        .await
        .unwrap();
    sent.number.count().into()
}

const fn staff(role: Role, department: i64) -> Actor {
    Actor {
        role,
        staff: 1,
        department,
    }
}

async fn does(s: &Sample, id: i64, who: Actor, action: Action, department: i64, now: Timestamp) {
    let order = Order {
        department,
        reason: "示例".into(),
        text: "示例".into(),
        rating: Some(Rating::Bad),
        upheld: true,
        ..Order::new(action)
    };
    act(&s.city, id, who, &order, now).await.unwrap();
}

async fn lines(s: &Sample, by: By, county: &str, now: Timestamp) -> Vec<Line> {
    let asked = Asked {
        from: date(2025, 1, 1),
        until: date(2025, 12, 31),
        kind: None,
        county: county.to_owned(),
        by,
    };
    figures(&s.city, &asked, now).await.unwrap().lines
}

#[tokio::test]
async fn what_was_late_stays_with_whoever_had_the_letter_then() {
    let s = city().await;
    let reviewer = staff(Role::Reviewer, 0);
    let [one, two] = [1, 2].map(|department| staff(Role::Handler, department));
    // Answered a week late, rated badly, opened again, and then given to the other, who answers the next day.
    let reopened = sent(&s, "key-reopened", "complain", "鹿城区", at(9, 24)).await;
    does(&s, reopened, reviewer, Action::Route, 1, at(9, 25)).await;
    does(&s, reopened, one, Action::Respond, 0, at(9, 26)).await;
    does(&s, reopened, one, Action::Resolve, 0, at(10, 20)).await;
    does(&s, reopened, Actor::WRITER, Action::Rate, 0, at(10, 20)).await;
    does(&s, reopened, reviewer, Action::ConfirmReopen, 0, at(10, 21)).await;
    // While it stands reopened, the late answer still counts, and the new limit does not yet.
    let before = lines(&s, By::Department, "", at(10, 21)).await;
    assert_eq!(
        (before[1].answers, before[1].red, before[1].answered),
        ((1, 0), 1, 1)
    );
    does(&s, reopened, reviewer, Action::Reroute, 2, at(10, 22)).await;
    does(&s, reopened, two, Action::Resolve, 0, at(10, 23)).await;
    // Returned in time, and decided only after the response was due: nobody's fault.
    let returned = sent(&s, "key-returned", "complain", "鹿城区", at(9, 24)).await;
    does(&s, returned, reviewer, Action::Route, 1, at(9, 25)).await;
    does(&s, returned, one, Action::Return, 0, at(9, 26)).await;
    does(&s, returned, reviewer, Action::Reroute, 2, at(9, 29)).await;
    does(&s, returned, two, Action::Resolve, 0, at(9, 30)).await;
    // Not returned, only not looked at until it was taken away.
    let slept = sent(&s, "key-slept-upon", "consult", "瑞安市", at(9, 24)).await;
    does(&s, slept, reviewer, Action::Route, 1, at(9, 25)).await;
    does(&s, slept, reviewer, Action::Reroute, 2, at(9, 29)).await;
    does(&s, slept, two, Action::Resolve, 0, at(9, 30)).await;
    // Taken back by its writer after the response was late, and before the answer was.
    let withdrawn = sent(&s, "key-withdrawn", "consult", "示例：不是县", at(10, 9)).await;
    does(&s, withdrawn, reviewer, Action::Route, 1, at(10, 9)).await;
    does(&s, withdrawn, Actor::WRITER, Action::Withdraw, 0, at(10, 16)).await;

    // Months later it is the same: what was over is over.
    for now in [at(10, 24), at(12, 31)] {
        let all = lines(&s, By::Department, "", now).await;
        let [whole, one, two] = &all[..] else {
            unreachable!()
        };
        assert_eq!((&*one.name, &*two.name), ("示例局一", "示例局二"));
        assert_eq!(
            (one.received, one.routed, one.answered, one.reopened),
            (4, 4, 1, 1)
        );
        assert_eq!((one.responses, one.answers, one.red), ((3, 1), (1, 0), 3));
        assert_eq!(
            (two.received, two.routed, two.answered, two.reopened),
            (0, 3, 3, 0)
        );
        assert_eq!((two.responses, two.answers, two.red), ((3, 3), (3, 3), 0));
        assert_eq!(
            (one.grades, two.rated()),
            ([0, 0, 0, 1, 0], 0),
            "of the first answer"
        );
        assert_eq!((whole.received, whole.routed, whole.answered), (4, 4, 3));
        assert_eq!((whole.responses, whole.answers, whole.red), ((6, 4), (4, 3), 3));
        assert_eq!(one.score + two.score, whole.score);
    }
    let by = |by, county| lines(&s, by, county, at(10, 24));
    let named = |all: &[Line]| -> Vec<(String, u32, (u32, u32))> {
        let of = |l: &Line| (l.name.clone(), l.received, l.responses);
        all[1..].iter().map(of).collect()
    };
    let line = |name: &str, n, responses| (name.to_owned(), n, responses);
    assert_eq!(
        named(&by(By::Month, "").await),
        [line("2025-09", 3, (5, 4)), line("2025-10", 1, (1, 0))]
    );
    assert_eq!(
        named(&by(By::Kind, "").await),
        [line("consult", 2, (3, 1)), line("complain", 2, (3, 3))]
    );
    // What somebody typed for a county is shown to nobody.
    let counties = [
        line("", 1, (1, 0)),
        line("瑞安市", 1, (2, 1)),
        line("鹿城区", 2, (3, 3)),
    ];
    assert_eq!(named(&by(By::County, "").await), counties);
    assert_eq!(named(&by(By::County, "鹿城区").await), counties[2..]);
}

#[tokio::test]
async fn the_files_hold_what_the_page_was_asked_for() {
    let s = city().await;
    let now = Timestamp::now();
    let here = sent(&s, "key-of-a-letter-here", "help", "鹿城区", now).await;
    let there = sent(&s, "key-of-a-letter-there", "thank", "瑞安市", now).await;
    for (id, department) in [(here, 1), (there, 2)] {
        does(&s, id, staff(Role::Reviewer, 0), Action::Route, department, now).await;
    }
    sent(&s, "key-of-a-letter-nowhere", "help", "<b>示例", now).await;
    let server = start(&s.city).await;
    let secret = hire(&s, "auditor", &[Role::Auditor], 0).await;
    let (_, desk) = Browser::sign_in(server.at, "auditor", &secret, "").await;
    let text = |answer: common::http::Answer| String::from_utf8(answer.body).unwrap();

    let county = "%E9%B9%BF%E5%9F%8E%E5%8C%BA";
    let page = text(desk.get(&format!("/desk/report?county={county}&by=kind")).await);
    assert!(page.contains("<option selected>鹿城区</option>"), "{page}");
    assert!(
        page.contains("<option>瑞安市</option>"),
        "another can be chosen: {page}"
    );
    let table = page.split("<table>").nth(1).unwrap();
    assert!(table.contains("求助") && !table.contains("感谢"), "{table}");
    let none = text(
        desk.get(&format!("/desk/report?county={county}&until=2020-01-01"))
            .await,
    );
    assert!(
        none.contains("<option selected>鹿城区</option>"),
        "also where no letter is about it: {none}"
    );
    let link = page.split("href=\"/desk/report.csv?").nth(1).unwrap();
    let query = link.split('"').next().unwrap();
    assert!(query.contains(county) && query.contains("by=kind"), "{query}");
    let query = query.replace("&amp;", "&").replace("&#38;", "&");
    let csv = text(desk.get(&format!("/desk/report.csv?{query}")).await);
    let names: Vec<&str> = csv.lines().map(|l| l.split(',').next().unwrap()).collect();
    assert_eq!(names, ["\u{feff}类型", "全市", "求助"]);
    assert!(csv.lines().nth(1).unwrap().starts_with("全市,1,1,"), "{csv}");
    let book = desk.get(&format!("/desk/report.xlsx?{query}")).await;
    assert!(book.body.starts_with(b"PK"));

    // The charts say what they show: three letters came this month, and those that were routed are still in time.
    for path in ["/desk/report", "/report"] {
        let page = text(desk.get(path).await);
        let charts: Vec<&str> = page.split("<svg ").skip(1).collect();
        let [months] = charts[..] else {
            panic!("nothing was due yet: {page}")
        };
        assert!(
            months.contains("<title id=\"chart-months\">每月收到的信件</title>"),
            "{months}"
        );
        let month = petition::city_day(now).strftime("%Y-%m").to_string();
        assert!(
            months.contains(&format!(">{month}</text>")) && months.contains(">3</text>"),
            "{months}"
        );
        assert!(
            !page.contains("<script") && !page.contains("style="),
            "the policy forbids them"
        );
    }
    let one = staff(Role::Handler, 1);
    does(&s, here, one, Action::Respond, 0, now).await;
    // The page of a minute ago is answered again; another question is counted.
    let today = petition::city_day(now);
    let page = text(get(server.at, &format!("/report?from={today}")).await);
    let rates = page.split("<svg ").nth(1).unwrap();
    assert!(
        rates.contains(">示例局一</text>") && rates.contains(">回应 100.0 %</text>"),
        "{rates}"
    );
    assert!(
        rates.contains(">反馈 —</text>") && !rates.contains("示例局二"),
        "{rates}"
    );

    // For everybody, without what nobody reviewed, also when it is asked for.
    for query in ["by=county", "by=county&county=%3Cb%3E%E7%A4%BA%E4%BE%8B"] {
        let public = text(get(server.at, &format!("/report?{query}")).await);
        assert!(
            public.contains("未写明或其他") && public.contains("瑞安市"),
            "{public}"
        );
        assert!(
            !public.contains("示例") && !public.contains("report.csv"),
            "{public}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn what_everybody_may_ask_is_bounded_kept_for_a_minute_and_counted_one_at_a_time() {
    let s = city().await;
    let now = at(10, 24);
    let today = petition::city_day(now);
    let asked = |from, until, county: &str| Asked {
        from,
        until,
        kind: None,
        county: county.to_owned(),
        by: By::Month,
    };
    let long = asked(date(1900, 1, 1), date(2999, 1, 1), "<b>示例");
    let bound = bounded(&s.city, long, today).await.unwrap();
    assert_eq!(bound, asked(date(2024, 10, 24), today, ""));
    let short = asked(date(2025, 9, 1), date(2025, 9, 30), "鹿城区");
    assert_eq!(bounded(&s.city, short.clone(), today).await.unwrap(), short);

    sent(&s, "key-of-the-first", "help", "鹿城区", at(9, 24)).await;
    let kept = Kept::default();
    let count = async |now| kept.figures(&s.city, &short, now).await.unwrap().unwrap();
    let first = count(now).await;
    sent(&s, "key-of-the-second", "help", "鹿城区", at(9, 24)).await;
    let soon = count(now + jiff::SignedDuration::from_secs(59)).await;
    let later = count(now + jiff::SignedDuration::from_secs(60)).await;
    let received = [&first, &soon, &later].map(|f| f.lines[0].received);
    assert_eq!(received, [1, 1, 2]);

    // Twenty questions at once: some are counted one after another, the others are asked to come again.
    let mut all = tokio::task::JoinSet::new();
    let kept = std::sync::Arc::new(Kept::default());
    for day in 1..=20 {
        let (city, kept) = (s.city.clone(), kept.clone());
        let question = asked(date(2025, 9, day), date(2025, 9, 30), "");
        all.spawn(async move { kept.figures(&city, &question, now).await.unwrap().is_some() });
    }
    let answered = all.join_all().await.into_iter().filter(|a| *a).count();
    assert!((1..20).contains(&answered), "{answered}");

    let server = start(&s.city).await;
    let mut statuses = std::collections::BTreeSet::new();
    for _ in 0..300 {
        let answer = send(server.at, "GET", "/report", "accept: text/html\r\n", b"").await;
        let (status, page) = (answer.status, String::from_utf8(answer.body).unwrap());
        assert_eq!(page.contains("<title>没有办成"), status == 429);
        statuses.insert(status);
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200, 429]);
    server.stop().await;
}
