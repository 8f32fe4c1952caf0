//! The audit log is signed for: whoever cuts its end off has a log that fits in itself, and is found out all the same.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{Sample, sample};
use sea_orm::{ConnectionTrait, DbBackend};
use std::process::{Command, Output};
use weimenhu_server::petition;

fn command(s: &Sample, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_weimenhu-server"));
    command.arg("--data-dir").arg(&s.city.config.data_dir);
    if let Some(url) = &s.city.config.database_url {
        command.env("WEIMENHU_DATABASE_URL", url);
    }
    command.env_remove("WEIMENHU_CONFIG").args(args).output().unwrap()
}

/// What `audit` says, and its exit code.
fn audit(s: &Sample, args: &[&str]) -> (Option<i32>, String) {
    let output = command(s, &[&["audit"], args].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Something stands in the audit log, and is signed for.
async fn signed_for(s: &Sample, login: &str) -> String {
    assert!(command(s, &["staff", "add", login]).status.success());
    s.phones(&[(login.to_owned(), "12345".to_owned())]).await;
    s.publish().await;
    s.head().audit_root
}

#[tokio::test]
async fn a_log_whose_end_was_cut_off_is_not_the_one_that_was_signed_for() {
    let s = sample().await;
    let first = signed_for(&s, "one").await;
    let second = signed_for(&s, "two").await;
    assert_ne!(first, second);
    let (code, said) = audit(&s, &["--root", &first]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("2 events, none changed"), "{said}");
    assert!(said.contains(&format!("{first} is event 1")), "{said}");
    assert!(said.contains(&format!("{second} is event 2")), "{said}");

    // Somebody who may do anything with the database.
    let db = s.database().await;
    let unguard = if db.get_database_backend() == DbBackend::Sqlite {
        "DROP TRIGGER petition_event_stays"
    } else {
        "DROP TRIGGER petition_event_kept ON petition_event"
    };
    for sql in [unguard, "DELETE FROM petition_event WHERE seq = 2"] {
        db.execute_unprepared(sql).await.unwrap();
    }
    assert_eq!(
        petition::verify_chain(&s.city).await.unwrap(),
        1,
        "it fits in itself"
    );
    let (code, said) = audit(&s, &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains(&format!("{second} is not in this log")), "{said}");
}

#[tokio::test]
async fn a_city_without_events_signs_for_none() {
    let s = sample().await;
    s.phones(&[("示例".to_owned(), "12345".to_owned())]).await;
    s.publish().await;
    assert_eq!(s.head().audit_root, "");
    let (code, said) = audit(&s, &[]);
    assert_eq!((code, said.trim()), (Some(0), "0 events, none changed"));
}
