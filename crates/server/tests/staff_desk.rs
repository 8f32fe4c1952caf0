//! An administrator sets who is on the staff, at the desk; and an auditor finds who did what, to which letter.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, PASSWORD, hire},
    http::{Running, start},
    letters,
};
use jiff::{SignedDuration, Timestamp};
use weimenhu_domain::petition::Role;
use weimenhu_server::petition::{
    desk::{Trail, audit},
    staff::{self, SignedIn},
};

async fn office() -> (Sample, Running, Browser) {
    let s = letters::city().await;
    let server = start(&s.city).await;
    let secret = hire(&s, "admin", &[Role::Administrator], 0).await;
    let (_, admin) = Browser::sign_in(server.at, "admin", &secret, "").await;
    (s, server, admin)
}

/// Sends the form of one person; the page, or nothing when it was taken.
async fn set(admin: &Browser, login: &str, fields: &[(&str, &str)]) -> Option<String> {
    let answer = admin
        .fill_in("/desk/staff/set", &[fields, &[("login", login)]].concat())
        .await;
    (answer.status != 303).then(|| String::from_utf8(answer.body).unwrap())
}

fn refusal(page: &Option<String>, field: &str) -> String {
    let page = page.as_deref().unwrap_or_default();
    let mark = format!("id=\"wrong-{field}\">");
    let found = page.split(&mark).nth(1).unwrap_or_default();
    found.split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn somebody_gets_other_roles_and_another_place_and_works_with_them_at_once() {
    let (s, server, admin) = office().await;
    let secret = hire(&s, "clerk", &[Role::Handler], 1).await;
    let (_, clerk) = Browser::sign_in(server.at, "clerk", &secret, "").await;
    assert_eq!(clerk.get("/desk/audit").await.status, 404);
    let to_office = [("do", "place"), ("department", "0")];
    let none = set(&admin, "clerk", &to_office).await;
    assert_eq!(refusal(&none, "roles"), "请选择角色。");
    let handler = [&to_office[..], &[("role-handler", "1")]].concat();
    assert_eq!(
        refusal(&set(&admin, "clerk", &handler).await, "department"),
        "请选择部门。"
    );
    let right = [&to_office[..], &[("role-auditor", "1"), ("role-supervisor", "1")]].concat();
    assert_eq!(set(&admin, "clerk", &right).await, None);
    assert_eq!(
        clerk.get("/desk/audit").await.status,
        200,
        "with the session they had"
    );
    let trail = Trail {
        what: "staff_set".into(),
        login: "admin".into(),
        ..Trail::default()
    };
    let done = audit(&s.city, &trail).await.unwrap();
    let facts = done[0].step.facts.iter();
    let facts: Vec<String> = facts.map(|f| format!("{} {}", f.name, f.value)).collect();
    assert_eq!(facts, ["login clerk", "role supervisor", "role auditor"]);
    server.stop().await;
}

#[tokio::test]
async fn a_door_that_is_closed_ends_the_sessions_and_the_last_administrator_keeps_the_key() {
    let (s, server, admin) = office().await;
    let secret = hire(&s, "clerk", &[Role::Reviewer], 0).await;
    let (_, clerk) = Browser::sign_in(server.at, "clerk", &secret, "").await;
    assert_eq!(set(&admin, "clerk", &[("do", "disable")]).await, None);
    assert_eq!(clerk.get("/desk").await.status, 303, "to the sign-in");
    let shown = String::from_utf8(admin.get("/desk/staff").await.body).unwrap();
    let row = shown
        .split("<tr>")
        .find(|row| row.contains("<td>clerk</td>"))
        .unwrap();
    assert!(
        row.contains("已停用") && row.contains("value=\"enable\""),
        "{row}"
    );
    assert_eq!(set(&admin, "clerk", &[("do", "enable")]).await, None);
    let other = [("do", "place"), ("role-reviewer", "1"), ("department", "0")];
    for lockout in [&[("do", "disable")][..], &other] {
        let page = set(&admin, "admin", lockout).await;
        assert!(
            refusal(&page, "roles").starts_with("这是最后一个能登录的管理员"),
            "{page:?}"
        );
    }
    assert_eq!(admin.get("/desk/staff").await.status, 200);
    let gone = set(&admin, "nobody", &[("do", "reset")]).await.unwrap();
    assert!(!gone.contains("<code>"), "nothing was made for nobody");
    server.stop().await;
}

#[tokio::test]
async fn a_new_password_is_shown_once_and_the_old_one_ends() {
    let (s, server, admin) = office().await;
    let secret = hire(&s, "clerk", &[Role::Reviewer], 0).await;
    let (_, clerk) = Browser::sign_in(server.at, "clerk", &secret, "").await;
    let page = set(&admin, "clerk", &[("do", "reset")]).await.unwrap();
    let codes = page.split("<code>").skip(1);
    let codes: Vec<&str> = codes.map(|c| c.split('<').next().unwrap()).collect();
    assert_eq!(codes.len(), 2, "{codes:?}");
    let (password, fresh) = (codes[0], codes[1]);
    assert_eq!(clerk.get("/desk").await.status, 303);
    let later = Timestamp::now() + SignedDuration::from_secs(30);
    let sign_in = async |password: &str, new: &str, secret: &str| {
        let code = staff::code_of(secret, later).unwrap();
        staff::sign_in(&s.city, "clerk", (password, new), &code, later)
            .await
            .unwrap()
    };
    let new = "示例：自己设的一个新密码";
    assert!(matches!(sign_in(PASSWORD, "", &secret).await, SignedIn::No));
    assert!(matches!(sign_in(password, "", fresh).await, SignedIn::Renew));
    assert!(matches!(sign_in(password, new, fresh).await, SignedIn::As(_)));
    let again = String::from_utf8(admin.get("/desk/staff").await.body).unwrap();
    assert!(!again.contains(password) && !again.contains(fresh));
    server.stop().await;
}

#[tokio::test]
async fn an_auditor_finds_who_looked_at_whose_phone() {
    let (s, server, admin) = office().await;
    let seen = letters::routed(&s, "seen", 8).await.to_string();
    let other = letters::routed(&s, "other", 8).await.to_string();
    let secret = hire(&s, "reviewer", &[Role::Reviewer], 0).await;
    let (_, reviewer) = Browser::sign_in(server.at, "reviewer", &secret, "").await;
    let path = format!("/desk/letters/{seen}/contact");
    assert_eq!(reviewer.post(&path, &[]).await.status, 200);
    let text = async |query: &str| {
        let answer = admin.get(&format!("/desk/audit?{query}")).await;
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.body).unwrap()
    };
    let rows = |page: &str| page.matches("<tr>").count().saturating_sub(1);
    let looked = text("what=read_contact").await;
    assert!(
        rows(&looked) == 1 && looked.contains(&seen) && looked.contains("reviewer"),
        "{looked}"
    );
    let nothing = "没有符合条件的记录";
    let not_there = format!("letter={other}&what=read_contact");
    assert!(text(&not_there).await.contains(nothing));
    let of_letter = text(&format!("letter={seen}")).await;
    assert!(rows(&of_letter) >= 3 && !of_letter.contains(&other));
    assert_eq!(rows(&text("login=reviewer").await), 2, "signed in, and looked");
    for odd in [
        "login=%27%3B--",
        "letter=nothing",
        "what=%3Cb%3E",
        "before=x&login=nobody",
    ] {
        assert!(text(odd).await.contains(nothing), "{odd}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_was_kept_long_enough_is_listed_and_erased_once_somebody_is_sure() {
    let (s, server, admin) = office().await;
    // Routed in 2025, so long ago for the clock of today.
    let open = letters::routed(&s, "open", 8).await;
    let old = letters::routed(&s, "old", 8).await;
    let new = letters::routed(&s, "new", 8).await;
    letters::withdrawn(&s, old, letters::on(9)).await;
    letters::withdrawn(&s, new, Timestamp::now()).await;
    let mut city = s.city.clone();
    city.config.retention_days = 30;
    let other = start(&city).await;
    let at_other = Browser {
        at: other.at,
        cookie: admin.cookie.clone(),
        csrf: admin.csrf.clone(),
    };
    let page = async || String::from_utf8(at_other.get("/desk/retention").await.body).unwrap();
    let shown = page().await;
    let link = |n: &dyn std::fmt::Display| format!("href=\"/desk/letters/{n}\"");
    assert!(shown.contains(&link(&old)), "{shown}");
    assert!(!shown.contains(&link(&new)) && !shown.contains(&link(&open)));
    let all = format!("{open} {old} {new}");
    let unsure = at_other.fill_in("/desk/retention", &[("numbers", &all)]).await;
    assert_eq!(unsure.status, 422);
    assert!(page().await.contains(&link(&old)), "nothing was erased");
    let sure = [("numbers", &*all), ("sure", "1")];
    assert_eq!(at_other.fill_in("/desk/retention", &sure).await.status, 303);
    assert!(page().await.contains("没有到期的信件"));
    let erased = Trail {
        what: "erase".into(),
        ..Trail::default()
    };
    let erased = audit(&s.city, &erased).await.unwrap();
    let letters: Vec<String> = erased.into_iter().map(|e| e.letter).collect();
    assert_eq!(
        letters,
        [old.to_string()],
        "only what was due, whatever was asked"
    );
    other.stop().await;
    server.stop().await;
}
