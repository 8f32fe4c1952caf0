//! The first administrator of a real city, made on the command line, signs in at the desk.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{Sample, sample_with};
use jiff::Timestamp;
use std::process::{Command, Output};
use weimenhu_domain::{Collection, petition::Role};
use weimenhu_server::petition::{
    self,
    staff::{self, SignedIn},
};

async fn city() -> Sample {
    let s = sample_with(|_| {}).await;
    let agency = r#"{"id": "a", "name": "示例教育局", "kind": "市级部门"}"#;
    s.import(Collection::Agencies, &s.file("agencies.jsonl", agency))
        .await;
    s
}

/// Runs `staff …` over the city's folder, with everything logged that can be.
fn staff_command(s: &Sample, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weimenhu-server"));
    command.arg("--data-dir").arg(&s.city.config.data_dir);
    if let Some(url) = &s.city.config.database_url {
        command.env("WEIMENHU_DATABASE_URL", url);
    }
    command.env_remove("WEIMENHU_CONFIG").env("RUST_LOG", "trace");
    command.arg("staff").args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What was printed behind a label.
fn printed(output: &Output, label: &str) -> String {
    let out = text(&output.stdout);
    let line = out.lines().find_map(|l| l.strip_prefix(label));
    line.unwrap().trim().to_owned()
}

/// Signs in with the secret that was printed, a password and the one in its place; answers the session.
async fn signs_in(
    s: &Sample,
    login: &str,
    made: &Output,
    (password, new): (&str, &str),
    later_s: i64,
) -> Option<String> {
    let now = Timestamp::now() + jiff::SignedDuration::from_secs(later_s);
    let code = staff::code_of(&printed(made, "secret"), now).unwrap();
    match staff::sign_in(&s.city, login, (password, new), &code, now)
        .await
        .unwrap()
    {
        SignedIn::As(token) => Some(token),
        SignedIn::No | SignedIn::Renew => None,
    }
}

const NEW: &str = "示例：自己设的一个新密码";

#[tokio::test]
async fn a_new_city_gets_its_first_administrator_and_only_its_screen_sees_the_secrets() {
    let s = city().await;
    let made = staff_command(&s, &["add", "admin", "--name", "示例管理员"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    for label in ["password", "secret"] {
        let secret = printed(&made, label);
        assert!(secret.len() >= 24, "{label}");
        assert!(!text(&made.stderr).contains(&secret), "{label} in the log");
        let file = s.city.config.data_dir.join("weimenhu.sqlite");
        let kept = std::fs::read(file).unwrap_or_default();
        assert!(!common::holds(&kept, &secret), "{label} in the database");
    }
    let given = printed(&made, "password");
    for none in ["", "short", &given] {
        let refused = signs_in(&s, "admin", &made, (&given, none), 0).await;
        assert!(refused.is_none(), "another password is wanted");
    }
    let token = signs_in(&s, "admin", &made, (&given, NEW), 0).await.unwrap();
    let who = staff::session(&s.city, &token, Timestamp::now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(who.name, "示例管理员");
    assert_eq!(who.roles, [Role::Administrator]);
    assert!(
        signs_in(&s, "admin", &made, (&given, NEW), 30).await.is_none(),
        "it was for once"
    );
    assert!(
        signs_in(&s, "admin", &made, (NEW, ""), 30).await.is_some(),
        "one's own holds"
    );
    // What was forgotten is made anew, and what was open is closed.
    let again = staff_command(&s, &["reset", "admin"]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(
        staff::session(&s.city, &token, Timestamp::now())
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        signs_in(&s, "admin", &again, (NEW, NEW), 60).await.is_none(),
        "the old password"
    );
    let given = printed(&again, "password");
    assert!(signs_in(&s, "admin", &again, (&given, NEW), 60).await.is_some());
    // All of it stands in the audit trail, whose chain is whole.
    assert!(petition::verify_chain(&s.city).await.unwrap() >= 5);
}

#[tokio::test]
async fn a_handler_belongs_to_a_department_and_whoever_is_disabled_is_out_at_once() {
    let s = city().await;
    let ok = |args: &[&str]| {
        let output = staff_command(&s, args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        output
    };
    ok(&["add", "admin"]);
    let made = ok(&[
        "add",
        "jingban",
        "--role",
        "handler",
        "--department",
        "示例教育局",
    ]);
    let listed = text(&ok(&["list"]).stdout);
    assert!(listed.contains("admin | admin | administrator | -"), "{listed}");
    assert!(
        listed.contains("jingban | jingban | handler | 示例教育局"),
        "{listed}"
    );
    let given = printed(&made, "password");
    let token = signs_in(&s, "jingban", &made, (&given, NEW), 0).await.unwrap();
    ok(&["disable", "jingban"]);
    assert!(
        staff::session(&s.city, &token, Timestamp::now())
            .await
            .unwrap()
            .is_none()
    );
    assert!(signs_in(&s, "jingban", &made, (NEW, ""), 60).await.is_none());
    assert!(text(&ok(&["list"]).stdout).contains("示例教育局 | disabled"));
    ok(&["enable", "jingban"]);
    assert!(signs_in(&s, "jingban", &made, (NEW, ""), 120).await.is_some());
    for (args, words) in [
        (vec!["add", "admin"], "this login is taken"),
        (vec!["add", "Admin 1"], "a login is"),
        (
            vec!["add", "b1", "--role", "handler"],
            "name it with --department",
        ),
        (vec!["add", "b1", "--department", "示例教育局"], "only handlers"),
        (
            vec!["add", "b1", "--role", "head", "--department", "别的局"],
            "there is no department",
        ),
        (vec!["add", "b1", "--role", "writer"], "there is no such role"),
        (vec!["reset", "nobody"], "nobody has the login"),
        (vec!["disable", "admin"], "the last administrator"),
    ] {
        let output = staff_command(&s, &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(
            text(&output.stderr).contains(words),
            "{args:?}: {}",
            text(&output.stderr)
        );
    }
    let made = ok(&["reset", "admin"]);
    let given = printed(&made, "password");
    assert!(signs_in(&s, "admin", &made, (&given, NEW), 0).await.is_some());
}
