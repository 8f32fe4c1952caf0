//! The desk's doors: who may read what, forms that came from elsewhere, sessions that were planted or stolen.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, PASSWORD, hire, routes_that_write, set_cookie},
    http::{Answer, Running, get, send, start},
    sample_with,
};
use jiff::Timestamp;
use serde_json::json;
use weimenhu_domain::{
    Collection,
    petition::{Action, Role, Visibility},
};
use weimenhu_server::petition::{
    self,
    act::{Actor, Order, act},
    staff::{self, Given, SignedIn},
    submit::{self, Submission},
};

const PHONE: &str = "13800138000";
const NAME: &str = "张示例";
const TITLE: &str = "示例：只给一个部门看";

async fn city() -> (Sample, Running) {
    let s = sample_with(|config| config.writes_per_minute = 10_000).await;
    let agency = |id: &str, name: &str| json!({"id": id, "name": name, "kind": "市级部门"}).to_string();
    let agencies = [agency("a", "示例局一"), agency("b", "示例局二")].join("\n");
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agencies))
        .await;
    petition::set_up(&s.city, Timestamp::now()).await.unwrap();
    let running = start(&s.city).await;
    (s, running)
}

/// A letter with department 1, 涉密 where `secret`; answers its number.
async fn routed(s: &Sample, key: &str, secret: bool) -> String {
    let letter: Submission = serde_json::from_value(json!({
        "kind": "complain", "title": TITLE, "text": "示例：路灯不亮。", "visibility": "public",
        "address": "示例路1号", "contact": {"name": NAME, "phone": PHONE}, "consent": true,
    }))
    .unwrap();
    let now = Timestamp::now();
    let body = serde_json::to_vec(&letter).unwrap();
    let sent = submit::submit(&s.city, key, &body, &letter, ("app", Actor::WRITER), now)
        .await
        .unwrap();
    let id = i64::from(sent.number.count());
    let reviewer = Actor {
        role: Role::Reviewer,
        staff: 1,
        department: 0,
    };
    let route = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    act(&s.city, id, reviewer, &route, now).await.unwrap();
    if secret {
        let classify = Order {
            visibility: Visibility::Secret,
            code: "privacy".into(),
            reason: "示例".into(),
            ..Order::new(Action::Classify)
        };
        act(&s.city, id, reviewer, &classify, now).await.unwrap();
    }
    sent.number.to_string()
}

async fn browser(s: &Sample, at: &Running, login: &str, roles: &[Role], department: i64) -> Browser {
    let secret = hire(s, login, roles, department).await;
    Browser::sign_in(at.at, login, &secret, "").await.1
}

fn text(answer: common::http::Answer) -> String {
    String::from_utf8(answer.body).unwrap()
}

#[tokio::test]
async fn who_sees_a_confidential_letter_and_who_may_open_its_writers_phone() {
    let (s, server) = city().await;
    let number = routed(&s, "key-of-a-secret-letter", true).await;
    let (path, phone) = (
        format!("/desk/letters/{number}"),
        format!("/desk/letters/{number}/contact"),
    );
    // Role, department, sees the letter, may open the phone: the design's table, deny by default.
    for (n, (roles, department, sees, opens)) in [
        (&[Role::Reviewer][..], 0, true, true),
        (&[Role::Supervisor][..], 0, true, true),
        (&[Role::Auditor][..], 0, true, false),
        (&[Role::Administrator][..], 0, true, false),
        (&[Role::Operator][..], 0, false, false),
        (&[Role::Handler][..], 1, true, true),
        (&[Role::Head][..], 1, true, true),
        (&[Role::Assistant][..], 1, false, false),
        (&[Role::Handler][..], 2, false, false),
        (&[Role::Head][..], 2, false, false),
        (&[Role::Assistant][..], 2, false, false),
        // One role does not lend its eyes to another.
        (&[Role::Auditor, Role::Operator][..], 0, true, false),
    ]
    .into_iter()
    .enumerate()
    {
        let who = browser(&s, &server, &format!("u{n}"), roles, department).await;
        let page = who.get(&path).await;
        let case = format!("{roles:?} of {department}");
        assert_eq!(page.status, if sees { 200 } else { 404 }, "{case}");
        let page = text(page);
        assert!(
            !page.contains(PHONE) && !page.contains(NAME),
            "{case}: not before it is asked for"
        );
        assert_eq!(page.contains(TITLE), sees, "{case}");
        for list in ["/desk", &format!("/desk?text={number}"), "/desk?state=routed"] {
            assert_eq!(text(who.get(list).await).contains(TITLE), sees, "{case}: {list}");
        }
        let asked = who.post(&phone, &[]).await;
        assert_eq!(asked.status, if opens { 200 } else { 404 }, "{case}");
        assert_eq!(text(asked).contains(PHONE), opens, "{case}");
        if !sees {
            let act = who.post(&path, &[("action", "note"), ("text", "x")]).await;
            assert_eq!(act.status, 404, "{case}");
            let file = who.get(&format!("{path}/files/1")).await;
            assert_eq!(file.status, 404, "{case}");
        }
    }
    // Each of the four who looked left a trace, and nobody else.
    let auditor = browser(&s, &server, "auditor", &[Role::Auditor], 0).await;
    let audit = text(auditor.get("/desk/audit").await);
    assert_eq!(audit.matches("查看联系方式</td>").count(), 4, "{audit}");
    assert!(!audit.contains(PHONE));
    server.stop().await;
}

#[tokio::test]
async fn who_works_on_a_confidential_letter_may_open_where_it_is_and_each_look_is_recorded() {
    let (s, server) = city().await;
    let letter: Submission = serde_json::from_value(json!({
        "kind": "complain", "title": TITLE, "text": "示例：路灯不亮。", "visibility": "private", "consent": true,
        "address": "示例路1号", "location": {"lat": 28.0123, "lng": 120.7}, "contact": {"name": NAME, "phone": PHONE},
    }))
    .unwrap();
    let (now, body) = (Timestamp::now(), serde_json::to_vec(&letter).unwrap());
    let operator = Actor {
        role: Role::Operator,
        staff: 1,
        department: 0,
    };
    let from = ("line", operator);
    let sent = submit::submit(&s.city, "key-of-a-placed-letter", &body, &letter, from, now).await;
    let number = sent.unwrap().number.to_string();
    let reviewer = Actor {
        role: Role::Reviewer,
        ..operator
    };
    let route = Order {
        department: 1,
        assisting: vec![2],
        ..Order::new(Action::Route)
    };
    act(&s.city, 1, reviewer, &route, now).await.unwrap();
    let classify = Order {
        visibility: Visibility::Secret,
        code: "privacy".into(),
        reason: "示例".into(),
        ..Order::new(Action::Classify)
    };
    act(&s.city, 1, reviewer, &classify, now).await.unwrap();
    let path = format!("/desk/letters/{number}");
    let place = format!("{path}/place");
    let mut looked = 0;
    for (n, (role, department, opens)) in [
        (Role::Reviewer, 0, true),
        (Role::Supervisor, 0, true),
        (Role::Operator, 0, true),
        (Role::Handler, 1, true),
        (Role::Head, 1, true),
        (Role::Assistant, 2, true),
        (Role::Assistant, 1, false),
        (Role::Handler, 2, false),
        (Role::Auditor, 0, false),
        (Role::Administrator, 0, false),
    ]
    .into_iter()
    .enumerate()
    {
        let case = format!("{role:?} of {department}");
        let who = browser(&s, &server, &format!("u{n}"), &[role], department).await;
        let page = text(who.get(&path).await);
        assert!(!page.contains("示例路1号") && !page.contains("28.0123"), "{case}");
        assert_eq!(page.contains(&format!("action=\"{place}\"")), opens, "{case}");
        let asked = who.post(&place, &[]).await;
        assert_eq!(asked.status, if opens { 200 } else { 404 }, "{case}");
        let page = text(asked);
        assert_eq!(page.contains("示例路1号"), opens, "{case}");
        assert_eq!(
            page.contains("href=\"geo:28.0123,120.7\""),
            opens,
            "{case}: {page}"
        );
        assert!(!page.contains(PHONE), "{case}: a place is not a phone");
        looked += usize::from(opens);
    }
    let auditor = browser(&s, &server, "auditor", &[Role::Auditor], 0).await;
    let audit = text(auditor.get("/desk/audit").await);
    assert_eq!(audit.matches("查看地点</td>").count(), looked, "{audit}");
    assert!(!audit.contains("示例路1号") && !audit.contains("28.0123"));
    server.stop().await;
}

#[tokio::test]
async fn without_a_session_there_is_nothing_but_the_way_to_one() {
    let (s, server) = city().await;
    let number = routed(&s, "key-of-a-letter-unseen", false).await;
    for path in [
        "/desk",
        &format!("/desk/letters/{number}"),
        "/desk/audit",
        "/desk/staff",
        "/desk/report.csv",
        "/desk/messages",
    ] {
        let answer = get(server.at, path).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/desk/sign-in")),
            "{path}"
        );
        assert!(answer.body.is_empty(), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_session_and_comes_from_here() {
    let (s, server) = city().await;
    let number = routed(&s, "key-of-a-letter-for-forms", false).await;
    let all = [
        Role::Reviewer,
        Role::Supervisor,
        Role::Administrator,
        Role::Operator,
    ];
    let who = browser(&s, &server, "everything", &all, 0).await;
    let other = browser(&s, &server, "another", &all, 0).await;
    let paths = routes_that_write();
    assert!(paths.len() >= 7, "{paths:?}");
    let before = petition::verify_chain(&s.city).await.unwrap();
    for path in paths.iter().filter(|p| *p != "/desk/sign-in") {
        let path = path.replace("{number}", &number).replace("{id}", "1");
        let with = |csrf: &str| {
            vec![
                ("csrf".to_owned(), csrf.to_owned()),
                ("action".into(), "note".into()),
            ]
        };
        for (origin, csrf, code) in [
            (Some("http://x"), None, "form_expired"),
            (Some("http://x"), Some(""), "form_expired"),
            (Some("http://x"), Some(other.csrf.as_str()), "form_expired"),
            (
                Some("https://evil.example"),
                Some(who.csrf.as_str()),
                "other_site",
            ),
            (
                Some("http://x.evil.example"),
                Some(who.csrf.as_str()),
                "other_site",
            ),
            (Some("null"), Some(who.csrf.as_str()), "other_site"),
        ] {
            let fields = csrf.map(with).unwrap_or_default();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            let answer = who.post_from(origin, &path, &fields).await;
            assert_eq!(answer.problem(), (403, code.into()), "{path} from {origin:?}");
        }
    }
    let elsewhere = who
        .post_from(Some("https://evil.example"), "/desk/sign-in", &[])
        .await;
    assert_eq!(elsewhere.problem(), (403, "other_site".into()));
    assert_eq!(
        petition::verify_chain(&s.city).await.unwrap(),
        before,
        "nothing was done"
    );
    let right = who
        .post(
            &format!("/desk/letters/{number}"),
            &[("action", "note"), ("text", "示例")],
        )
        .await;
    assert_eq!(right.status, 303);
    server.stop().await;
}

#[tokio::test]
async fn a_session_is_new_at_every_sign_in_and_the_one_before_is_over() {
    let (s, server) = city().await;
    let secret = hire(&s, "somebody", &[Role::Reviewer], 0).await;
    let planted = "__Host-desk=0000000000000000000000000000000000000000000000000000000000000000";
    let (answer, first) = Browser::sign_in(server.at, "somebody", &secret, planted).await;
    let cookie = set_cookie(&answer);
    for attribute in [
        "__Host-desk=",
        "; Path=/",
        "; Secure",
        "; HttpOnly",
        "; SameSite=Strict",
    ] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_ne!(first.cookie, planted);
    let guest = |cookie: &str| Browser {
        at: server.at,
        cookie: cookie.to_owned(),
        csrf: String::new(),
    };
    assert_eq!(
        guest(planted).get("/desk").await.status,
        303,
        "a planted session is none"
    );
    let other = hire(&s, "somebody-else", &[Role::Reviewer], 0).await;
    let (_, second) = Browser::sign_in(server.at, "somebody-else", &other, &first.cookie).await;
    assert_ne!(second.cookie, first.cookie);
    assert_ne!(second.csrf, first.csrf);
    assert_eq!(first.get("/desk").await.status, 303, "the one before ended");
    assert_eq!(second.get("/desk").await.status, 200);
    let out = second.post("/desk/sign-out", &[]).await;
    assert!(set_cookie(&out).contains("Max-Age=0"));
    assert_eq!(
        second.get("/desk").await.status,
        303,
        "also for who kept a copy of the cookie"
    );
    server.stop().await;
}

#[tokio::test]
async fn two_staff_act_at_once_and_the_second_is_told() {
    let (s, server) = city().await;
    let one = browser(&s, &server, "one", &[Role::Handler], 1).await;
    let two = browser(&s, &server, "two", &[Role::Handler], 1).await;
    for n in 0..10 {
        let number = routed(&s, &format!("key-of-a-contested-letter-{n}"), false).await;
        let path = format!("/desk/letters/{number}");
        let seen = text(one.get(&path).await);
        let seen = seen.split("name=\"seen\" value=\"").nth(1).unwrap();
        let seen = seen.split('"').next().unwrap();
        let fields = [("action", "respond"), ("text", "示例：收到"), ("seen", seen)];
        let (a, b) = tokio::join!(one.post(&path, &fields), two.post(&path, &fields));
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409], "letter {n}");
        let page = text(one.get(&path).await);
        assert_eq!(
            page.matches("示例：收到").count(),
            1,
            "one response, in one place: {page}"
        );
    }
    petition::verify_chain(&s.city).await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_password_that_was_given_once_is_replaced_before_there_is_a_session() {
    let (s, server) = city().await;
    let roles = [Role::Reviewer];
    let secret = staff::add(&s.city, ("new", "示例"), PASSWORD, Given::Once, &roles, 0)
        .await
        .unwrap();
    let code = staff::code_of(&secret, Timestamp::now()).unwrap();
    let guest = Browser {
        at: server.at,
        cookie: String::new(),
        csrf: String::new(),
    };
    let fields = |new| {
        [
            ("login", "new"),
            ("password", PASSWORD),
            ("code", &*code),
            ("new", new),
        ]
    };
    let asked = guest
        .post_from(Some("http://x"), "/desk/sign-in", &fields(""))
        .await;
    assert_eq!((asked.status, asked.header("set-cookie")), (422, None));
    assert!(text(asked).contains("name=\"new\""));
    let done = guest
        .post_from(
            Some("http://x"),
            "/desk/sign-in",
            &fields("示例：自己设的一个新密码"),
        )
        .await;
    assert_eq!(done.status, 303, "with the same code, which was not used up");
    assert!(set_cookie(&done).starts_with("__Host-desk="));
    server.stop().await;
}

/// Somebody signs in from an address, as the proxy on this machine tells it.
async fn tried(at: &Running, from: &str, login: &str, password: &str, code: &str) -> Answer {
    let escaped: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
    let body = format!("login={login}&password={escaped}&code={code}");
    let headers = format!(
        "x-forwarded-for: {from}\r\naccept: text/html\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n",
        body.len()
    );
    send(at.at, "POST", "/desk/sign-in", &headers, body.as_bytes()).await
}

#[tokio::test]
async fn a_stranger_who_guesses_locks_out_nobody_else_and_is_told_how_long_to_wait() {
    let (s, server) = city().await;
    let secret = hire(&s, "shenhe", &[Role::Reviewer], 0).await;
    let code = || staff::code_of(&secret, Timestamp::now()).unwrap();
    // A login that there is and one that there is not look the same.
    for login in ["shenhe", "nobody"] {
        for _ in 0..5 {
            assert_eq!(
                tried(&server, "10.0.0.1", login, "guess", "000000").await.status,
                422,
                "{login}"
            );
        }
        let waits = tried(&server, "10.0.0.1", login, "guess", "000000").await;
        assert_eq!(
            (waits.status, waits.header("retry-after")),
            (429, Some("900")),
            "{login}"
        );
        let page = text(waits);
        assert!(
            page.contains("请等 15 分钟再试") && page.contains(&format!("value=\"{login}\"")),
            "{page}"
        );
    }
    let right = tried(&server, "10.0.0.1", "shenhe", PASSWORD, &code()).await;
    assert_eq!(
        right.status, 429,
        "nor with the right password: it may just have been guessed"
    );
    let clerk = tried(&server, "10.0.0.2", "shenhe", PASSWORD, &code()).await;
    assert_eq!(clerk.status, 303);
    server.stop().await;
}

#[tokio::test]
async fn guesses_from_many_addresses_close_a_login_for_a_while() {
    let (s, server) = city().await;
    let secret = hire(&s, "shenhe", &[Role::Reviewer], 0).await;
    let start = Timestamp::now();
    let signs_in = async |password: &str, minutes: i64| {
        let now = start + jiff::SignedDuration::from_mins(minutes);
        let code = staff::code_of(&secret, now).unwrap();
        let came = staff::sign_in(&s.city, "shenhe", (password, ""), &code, now).await;
        matches!(came.unwrap(), SignedIn::As(_))
    };
    // All at once: each is counted.
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 1..staff::MAX_FAILURES {
        let (city, now) = (s.city.clone(), start);
        guesses.spawn(async move {
            let came = staff::sign_in(&city, "shenhe", ("guess", ""), "000000", now).await;
            matches!(came.unwrap(), SignedIn::No)
        });
    }
    assert!(guesses.join_all().await.into_iter().all(|refused| refused));
    assert!(!signs_in("guess", 1).await, "the last that is one too many");
    assert!(!signs_in(PASSWORD, 2).await);
    assert!(signs_in(PASSWORD, 17).await, "and not for ever");
    server.stop().await;
}
