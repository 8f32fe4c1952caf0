//! A clerk who fills in a form wrongly: a page comes back, with what was typed and what is wrong with it.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire, routes_that_show},
    http::{Answer, Running, ask, start},
    sample_with,
};
use jiff::Timestamp;
use serde_json::json;
use weimenhu_domain::{Collection, petition::Role};
use weimenhu_server::petition;

const HTML: &str = "accept: text/html,*/*;q=0.8\r\n";

async fn desk(roles: &[Role]) -> (Sample, Running, Browser) {
    let s = sample_with(|config| config.writes_per_minute = 10_000).await;
    let agency = json!({"id": "a", "name": "示例局一", "kind": "市级部门"}).to_string();
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    petition::set_up(&s.city, Timestamp::now()).await.unwrap();
    let running = start(&s.city).await;
    let department = i64::from(roles.contains(&Role::Head));
    let secret = hire(&s, "clerk", roles, department).await;
    let (_, clerk) = Browser::sign_in(running.at, "clerk", &secret, "").await;
    (s, running, clerk)
}

/// The page, which is one.
fn page(answer: Answer, status: u16) -> String {
    let kind = answer.header("content-type").unwrap_or_default().to_owned();
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(
        (answer.status, &*kind),
        (status, "text/html; charset=utf-8"),
        "{text}"
    );
    text
}

/// The number of a letter that somebody told the clerk on the telephone.
async fn called_in(clerk: &Browser) -> String {
    let call = [
        ("kind", "help"),
        ("title", "示例"),
        ("text", "示例"),
        ("consent", "1"),
        ("key", "k"),
    ];
    let taken = page(clerk.fill_in("/desk/intake", &call).await, 200);
    let behind = taken.split("受理编号 <b>").nth(1).unwrap();
    behind.split('<').next().unwrap().to_owned()
}

/// The message that stands at a field.
fn at_field(page: &str, field: &str) -> String {
    let mark = format!("id=\"wrong-{field}\">");
    let found = page.split(&mark).nth(1).unwrap_or_default();
    found.split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_wrong_is_named_at_its_field_and_what_was_typed_stays() {
    let (_s, server, clerk) = desk(&[Role::Administrator, Role::Operator]).await;
    let rule = [
        ("cause", "late_response"),
        ("points", "-7"),
        ("from", "2026-05-01"),
    ];
    for (field, value, words) in [
        ("points", "many", "分值须是整数，如 -1。"),
        ("from", "May", "请填写日期。"),
        ("until", "never", "请填写日期。"),
        ("until", "2026-04-30", "终止日期不能早于开始日期。"),
        ("cause", "none", "请选择情形。"),
    ] {
        let fields: Vec<_> = rule.into_iter().filter(|(name, _)| *name != field).collect();
        let sent = clerk
            .fill_in("/desk/rules", &[&fields[..], &[(field, value)]].concat())
            .await;
        let page = page(sent, 422);
        assert_eq!(at_field(&page, field), words, "{field}: {page}");
        assert_eq!(page.matches("aria-invalid").count(), 1, "{field}: {page}");
        let kept = [value, "-7", "2026-05-01"].map(|v| page.contains(&format!("value=\"{v}\"")));
        assert!(kept.iter().filter(|k| **k).count() >= 2, "{field}: {page}");
    }
    let ended = clerk
        .fill_in("/desk/rules", &[("end", "1"), ("until", "1999-01-01")])
        .await;
    let ended = page(ended, 422);
    assert_eq!(at_field(&ended, "until"), "终止日期不能早于开始日期。");
    assert_eq!(
        ended.matches("1999-01-01").count(),
        1,
        "only at its own rule: {ended}"
    );

    let staff = [
        ("login", "new"),
        ("name", "示例新人"),
        ("password", "示例：很长很长的一个密码"),
        ("role", "handler"),
        ("department", "1"),
    ];
    for (field, value, words) in [
        (
            "login",
            "Not Plain",
            "账号须为 2 至 32 个小写字母、数字、点、横线或下划线。",
        ),
        ("login", "clerk", "这个账号已经有人用了。"),
        ("name", "", "请填写姓名。"),
        ("password", "short", "密码至少 12 个字符。"),
        ("role", "writer", "请选择角色。"),
        ("department", "0", "请选择部门。"),
        ("department", "99", "部门不存在或已停用。"),
    ] {
        let fields: Vec<_> = staff.into_iter().filter(|(name, _)| *name != field).collect();
        let sent = clerk
            .fill_in("/desk/staff", &[&fields[..], &[(field, value)]].concat())
            .await;
        let page = page(sent, 422);
        assert_eq!(at_field(&page, field), words, "{field}: {page}");
        let kept = if field == "name" {
            "value=\"new\""
        } else {
            "value=\"示例新人\""
        };
        assert!(page.contains(kept), "{field}: {page}");
        assert!(
            !page.contains("很长很长") && !page.contains("short"),
            "no page holds a password"
        );
    }
    let none = clerk
        .fill_in("/desk/departments", &[("id", "99"), ("active", "1")])
        .await;
    assert_eq!(at_field(&page(none, 422), "id"), "部门不存在或已停用。");

    let call = [
        ("kind", "help"),
        ("title", "示例：路灯"),
        ("text", "示例：不亮"),
        ("phone", "13800138000"),
        ("consent", "1"),
        ("key", "line-one"),
    ];
    for (field, value, words) in [
        ("kind", "none", "请选择类型。"),
        ("title", "", "请填写标题。"),
        ("phone", "none", "电话格式不对。"),
        ("consent", "", "须取得来电人同意。"),
    ] {
        let fields: Vec<_> = call.into_iter().filter(|(name, _)| *name != field).collect();
        let sent = clerk
            .fill_in("/desk/intake", &[&fields[..], &[(field, value)]].concat())
            .await;
        let page = page(sent, 422);
        assert_eq!(at_field(&page, field), words, "{field}: {page}");
        assert!(page.contains(">示例：不亮</textarea>"), "{field}: {page}");
        assert!(
            page.contains("<option value=\"help\" selected>") || field == "kind",
            "{page}"
        );
    }
    // All of it right is taken, each once.
    let taken = page(clerk.fill_in("/desk/intake", &call).await, 200);
    assert!(
        taken.contains("受理编号") && !taken.contains("示例：不亮"),
        "{taken}"
    );
    assert_eq!(clerk.fill_in("/desk/rules", &rule).await.status, 303);
    let added = page(clerk.fill_in("/desk/staff", &staff).await, 200);
    assert!(
        added.contains("示例新人</td><td>new</td><td>经办人</td>") && !added.contains("aria-invalid"),
        "{added}"
    );
    server.stop().await;
}

#[tokio::test]
async fn an_action_that_was_refused_keeps_the_words_that_were_written() {
    let (_s, server, clerk) = desk(&[Role::Operator, Role::Reviewer]).await;
    let number = called_in(&clerk).await;
    let path = format!("/desk/letters/{number}");
    let late = [("action", "note"), ("text", "示例：想了很久的话"), ("seen", "0")];
    let page = page(clerk.fill_in(&path, &late).await, 409);
    assert!(page.contains("他人刚刚处理过此件"), "{page}");
    assert!(page.contains(">示例：想了很久的话</textarea>"), "{page}");
    server.stop().await;
}

#[tokio::test]
async fn a_browser_never_sees_json_and_a_program_always_does() {
    let (_s, server, clerk) = desk(&[Role::Administrator]).await;
    let stale = Browser {
        csrf: "of another session".into(),
        cookie: clerk.cookie.clone(),
        at: server.at,
    };
    for (answer, status, words) in [
        (stale.fill_in("/desk/rules", &[]).await, 403, "这个页面已经过期"),
        (
            clerk
                .fill_in("/desk/letters/2026-000001-00", &[("action", "dance")])
                .await,
            422,
            "没有这种办理方式",
        ),
        (
            clerk.fill_in("/desk/intake", &[]).await,
            404,
            "没有这个页面，或您不能查看",
        ),
        (
            clerk.fill_in("/desk/report", &[]).await,
            405,
            "这个地址不能这样使用",
        ),
        (
            ask(server.at, "GET", "/desk/none", HTML).await,
            404,
            "没有这个页面",
        ),
        (
            ask(server.at, "POST", "/desk/sign-in", HTML).await,
            415,
            "提交的内容不完整",
        ),
    ] {
        let page = page(answer, status);
        assert!(
            page.contains(words) && page.contains("<a class=\"quiet\" href=\"/desk"),
            "{page}"
        );
        assert!(page.contains("<title>没有办成"), "{page}");
    }
    // What programs read stays as it is, whatever they say they want.
    for path in ["/api/v1/track", "/sync/v1/keys/9", "/nothing"] {
        let answer = ask(server.at, "GET", path, HTML).await;
        assert_eq!(answer.problem().0, 404, "{path}");
    }
    assert_eq!(
        clerk.post("/desk/intake", &[]).await.problem(),
        (404, "not_found".into())
    );
    server.stop().await;
}

#[tokio::test]
async fn every_page_is_called_by_its_own_name() {
    let (_s, server, clerk) = desk(&[Role::Administrator, Role::Operator, Role::Head]).await;
    let number = called_in(&clerk).await;
    let mut titles = std::collections::BTreeMap::new();
    for path in routes_that_show() {
        let text = page(clerk.get(&path.replace("{number}", &number)).await, 200);
        let title = text.split("<title>").nth(1).unwrap().split('<').next().unwrap();
        let (own, place) = title.split_once(" · ").unwrap();
        assert_eq!(
            place,
            if path == "/report" {
                "网络问政"
            } else {
                "问政工作台"
            },
            "{path}"
        );
        assert!(!own.is_empty(), "{path}");
        let other = titles.insert(title.to_owned(), path.clone());
        assert_eq!(other, None, "{title} is what {path} is called");
    }
    assert!(
        titles.len() >= 11 && titles.contains_key("待办 · 问政工作台"),
        "{titles:?}"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_letter_goes_to_as_many_departments_as_it_needs_and_becomes_confidential_for_a_named_reason() {
    let (s, server, clerk) = desk(&[Role::Reviewer, Role::Operator]).await;
    let agency = |n: &str| {
        json!({"id": n, "name": format!("示例局{n}"), "kind": "市级部门", "county": "示例区"}).to_string()
    };
    let more = ["二", "三", "四", "五"].map(agency).join("\n");
    s.import(Collection::Agencies, &s.file("more.jsonl", more)).await;
    petition::set_up(&s.city, Timestamp::now()).await.unwrap();
    // A county is chosen and not typed.
    let asked = page(clerk.get("/desk/intake").await, 200);
    assert!(
        asked.contains("<select name=\"county\"") && asked.contains("<option>示例区</option>"),
        "{asked}"
    );
    let call = [
        ("kind", "help"),
        ("title", "示例"),
        ("text", "示例"),
        ("consent", "1"),
        ("key", "c"),
    ];
    let typed = [&call[..], &[("county", "示例花园3幢")]].concat();
    let typed = page(clerk.fill_in("/desk/intake", &typed).await, 422);
    assert_eq!(at_field(&typed, "county"), "请选择列表中的县（市、区）。");

    let number = called_in(&clerk).await;
    let path = format!("/desk/letters/{number}");
    assert!(page(clerk.get(&path).await, 200).contains("<dd>电话</dd>"));
    let route = [
        ("action", "route"),
        ("department", "1"),
        ("assisting-2", "1"),
        ("assisting-3", "1"),
        ("assisting-5", "1"),
    ];
    assert_eq!(clerk.fill_in(&path, &route).await.status, 303);
    let routed = page(clerk.get(&path).await, 200);
    assert!(
        routed.contains("<dd>示例局二、示例局三、示例局五</dd>"),
        "{routed}"
    );

    let classify = [
        ("action", "classify"),
        ("visibility", "secret"),
        ("reason", "示例：有举报人"),
    ];
    for code in ["", "because"] {
        let refused = page(
            clerk
                .fill_in(&path, &[&classify[..], &[("code", code)]].concat())
                .await,
            409,
        );
        assert!(refused.contains("定为涉密须选择理由。"), "{code}: {refused}");
    }
    let coded = [&classify[..], &[("code", "tip_off")]].concat();
    assert_eq!(clerk.fill_in(&path, &coded).await.status, 303);
    let secret = page(clerk.get(&path).await, 200);
    assert!(secret.contains("涉密理由 涉及举报线索和举报人安全"), "{secret}");
    // Lifting it needs none of the codes, only words.
    let lift = [
        ("action", "classify"),
        ("visibility", "public"),
        ("reason", "示例"),
    ];
    assert_eq!(clerk.fill_in(&path, &lift).await.status, 303);
    server.stop().await;
}

#[tokio::test]
async fn what_an_administrator_sets_stands_in_the_audit_trail_under_their_name() {
    let (s, server, clerk) = desk(&[Role::Administrator]).await;
    // The table alone: the filter above it names every action.
    let audit = async || {
        let page = page(clerk.get("/desk/audit").await, 200);
        page.split_once("<tbody>").unwrap().1.to_owned()
    };
    let before = petition::verify_chain(&s.city).await.unwrap();
    let set = [("id", "1"), ("head_approves", "1"), ("active", "1")];
    assert_eq!(clerk.fill_in("/desk/departments", &set).await.status, 303);
    assert_eq!(clerk.fill_in("/desk/departments", &set).await.status, 303);
    assert_eq!(
        clerk
            .fill_in("/desk/departments", &[("id", "9"), ("active", "1")])
            .await
            .status,
        422
    );
    let seen = audit().await;
    let line = seen.split("<tr>").find(|line| line.contains("部门设置")).unwrap();
    for words in ["工作人员 clerk", "示例局一", "答复须负责人审核 ✓", "可派单 ✓"] {
        assert!(line.contains(words), "{words}: {line}");
    }
    assert_eq!(
        seen.matches("部门设置").count(),
        1,
        "what changed nothing is no event: {seen}"
    );
    let rule = [
        ("cause", "late_response"),
        ("points", "-7"),
        ("from", "2026-05-01"),
    ];
    clerk.fill_in("/desk/rules", &rule).await;
    clerk
        .fill_in("/desk/rules", &[("end", "6"), ("until", "2026-06-01")])
        .await;
    let staff = [
        ("login", "new"),
        ("name", "示例新人"),
        ("password", "示例：很长很长的一个密码"),
        ("role", "auditor"),
        ("department", "0"),
    ];
    clerk.fill_in("/desk/staff", &staff).await;
    let seen = audit().await;
    for words in [
        "添加扣分规则",
        "终止扣分规则",
        "分值 -7",
        "至 2026-06-01",
        "添加工作人员",
        "账号 new",
        "角色 审计员",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(!seen.contains("很长很长"), "{seen}");
    assert_eq!(petition::verify_chain(&s.city).await.unwrap(), before + 4);
    server.stop().await;
}

/// On a phone a row is a card without headings over its columns: what stands there must say what it is by itself.
#[tokio::test]
async fn a_card_of_the_queue_says_what_its_dates_are_and_keeps_its_facts_apart() {
    let (_s, server, clerk) = desk(&[Role::Operator, Role::Reviewer]).await;
    let number = called_in(&clerk).await;
    let route = [("action", "route"), ("department", "1")];
    assert_eq!(
        clerk
            .fill_in(&format!("/desk/letters/{number}"), &route)
            .await
            .status,
        303
    );
    let queue = page(clerk.get("/desk").await, 200);
    let card = queue
        .split("<tbody>")
        .nth(1)
        .unwrap()
        .split("</tr>")
        .next()
        .unwrap();
    let dates: Vec<&str> = card
        .split("<td")
        .filter(|cell| cell.contains("class=\"num\""))
        .collect();
    let labelled = dates.iter().filter(|cell| cell.contains("data-label=\"")).count();
    // The number stands in the cell of the title, on a line of its own.
    assert_eq!((dates.len(), labelled), (3, 2), "{card}");
    assert!(
        card.contains("data-label=\"最近期限\"") && card.contains("data-label=\"提交日期\""),
        "{card}"
    );
    let style = String::from_utf8(clerk.get("/desk/style.css").await.body).unwrap();
    let phone = style.split("@media (max-width: 720px)").nth(1).unwrap();
    for rule in [
        "td[data-label]::before { content: attr(data-label)",
        "td:not(.main) br + small::before { content: \" · \"",
    ] {
        assert!(phone.contains(rule), "{rule}");
    }
    assert!(
        !phone.contains(".cards td br {"),
        "the line break after the title is kept"
    );
    server.stop().await;
}

#[tokio::test]
async fn numbers_of_days_are_set_for_a_time_and_what_is_wrong_is_named_at_its_field() {
    let (_s, _server, clerk) = desk(&[Role::Administrator]).await;
    let rule = [("limit", "resolve"), ("days", "5"), ("days_from", "2099-05-01")];
    for (field, value, words) in [
        ("days", "many", "天数不在可设的范围内。"),
        ("days", "0", "天数不在可设的范围内。"),
        ("days_from", "May", "请填写日期。"),
        ("days_from", "2020-01-01", "最早从明天起。"),
        ("days_until", "never", "请填写日期。"),
        ("days_until", "2099-04-30", "终止日期不能早于开始日期。"),
        ("limit", "none", "请选择项目。"),
    ] {
        let fields: Vec<_> = rule.into_iter().filter(|(name, _)| *name != field).collect();
        let fields = [&fields[..], &[(field, value)]].concat();
        let page = page(clerk.fill_in("/desk/rules/days", &fields).await, 422);
        assert_eq!(at_field(&page, field), words, "{field}: {page}");
        assert_eq!(page.matches("aria-invalid").count(), 1, "{field}: {page}");
    }
    assert_eq!(clerk.fill_in("/desk/rules/days", &rule).await.status, 303);
    let shown = page(clerk.get("/desk/rules").await, 200);
    let days = shown.split("id=\"days\"").nth(1).unwrap();
    let line = days
        .split("<tr>")
        .find(|line| line.contains("2099-05-01"))
        .unwrap();
    assert!(
        line.contains(">办复（工作日）</td>") && line.contains(">5</td>"),
        "{line}"
    );
    let standard =
        |line: &str| line.contains(">办复（工作日）</td>") && line.contains(">8</td><td>默认</td>");
    assert!(days.split("<tr>").any(standard), "{days}");
    let ended = clerk
        .fill_in(
            "/desk/rules/days",
            &[("days_end", "1"), ("days_until", "2099-04-30")],
        )
        .await;
    let ended = page(ended, 422);
    assert!(
        at_field(&ended, "days_until").starts_with("终止日期不能早于今天"),
        "{ended}"
    );
    let right = [("days_end", "1"), ("days_until", "2099-12-31")];
    assert_eq!(clerk.fill_in("/desk/rules/days", &right).await.status, 303);
    let shown = page(clerk.get("/desk/rules").await, 200);
    assert!(shown.contains(">2099-12-31</td>"), "{shown}");
}

#[tokio::test]
async fn a_rule_for_messages_is_set_for_a_time_and_what_is_wrong_is_named_at_its_field() {
    let (_s, _server, clerk) = desk(&[Role::Administrator]).await;
    let rule = [
        ("step", "respond"),
        ("audience", "office"),
        ("channel", "app"),
        ("text", "{number} 已回应"),
        ("template", "SMS_4711"),
        ("message_from", "2099-05-01"),
    ];
    for (field, value, words) in [
        ("step", "note", "请选择事由。"),
        ("audience", "everybody", "请选择发给谁。"),
        ("channel", "pigeon", "请选择方式。"),
        ("channel", "sms", "短信只能发给留了手机号的来信人，请选其他方式。"),
        ("text", "已回应", "请写上 {number}，让人知道是哪封信。"),
        ("text", "{number} {phone}", "花括号里只能是 number、step 或 due。"),
        (
            "template",
            "短信一",
            "模板编号只能用字母、数字、点、横线和下划线，最多 64 个。",
        ),
        ("message_from", "May", "请填写日期。"),
        ("message_until", "2099-04-30", "终止日期不能早于开始日期。"),
    ] {
        let fields: Vec<_> = rule.into_iter().filter(|(name, _)| *name != field).collect();
        let fields = [&fields[..], &[(field, value)]].concat();
        let page = page(clerk.fill_in("/desk/rules/messages", &fields).await, 422);
        assert_eq!(at_field(&page, field), words, "{field}: {page}");
        assert_eq!(page.matches("aria-invalid").count(), 1, "{field}: {page}");
    }
    assert_eq!(clerk.fill_in("/desk/rules/messages", &rule).await.status, 303);
    let twice = page(clerk.fill_in("/desk/rules/messages", &rule).await, 422);
    assert!(
        at_field(&twice, "step").starts_with("这段时间里已经有同样的规则"),
        "{twice}"
    );
    let shown = page(clerk.get("/desk/rules").await, 200);
    let line = shown
        .split("<tr>")
        .find(|line| line.contains("SMS_4711"))
        .unwrap();
    assert!(
        line.contains("{number} 已回应") && line.contains("2099-05-01"),
        "{line}"
    );
    let id = line.split("name=\"message_end\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let end = |until| [("message_end", id), ("message_until", until)];
    let early = page(
        clerk.fill_in("/desk/rules/messages", &end("2099-04-30")).await,
        422,
    );
    assert!(
        at_field(&early, "message_until").starts_with("终止日期不能早于今天"),
        "{early}"
    );
    assert_eq!(
        clerk
            .fill_in("/desk/rules/messages", &end("2099-12-31"))
            .await
            .status,
        303
    );
    let shown = page(clerk.get("/desk/rules").await, 200);
    assert!(shown.contains("<td>2099-12-31</td>"), "{shown}");
}
