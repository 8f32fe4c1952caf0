//! Letters that come at once: written together, and each by itself all the same.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    letters::{city, on},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, TransactionTrait};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use tokio::task::JoinHandle;
use weimenhu_domain::record::Sha256;
use weimenhu_server::petition::{
    self,
    act::{Actor, Halt},
    citizen,
    submit::{self, Receipt, Submission},
};

fn letter(title: &str) -> Submission {
    let letter = json!({"kind": "help", "title": title, "text": "示例：路灯不亮", "visibility": "public", "consent": true});
    serde_json::from_value(letter).unwrap()
}

fn send(s: &Sample, key: &str, letter: Submission) -> JoinHandle<Result<Receipt, Halt>> {
    let (city, key) = (s.city.clone(), format!("{key}-key-of-a-letter"));
    tokio::spawn(async move {
        let body = serde_json::to_vec(&letter).unwrap();
        submit::submit(&city, &key, &body, &letter, ("app", Actor::WRITER), on(1)).await
    })
}

/// Somebody else writes meanwhile, so that what comes waits and is written together.
async fn held(s: &Sample) -> DatabaseTransaction {
    let writer = s.database().await.begin().await.unwrap();
    let turn = "UPDATE meta SET value = '' WHERE name = 'writer'";
    writer.execute_unprepared(turn).await.unwrap();
    writer
}

async fn released(writer: DatabaseTransaction) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    writer.commit().await.unwrap();
}

async fn title_of(s: &Sample, receipt: &Receipt) -> String {
    let own = citizen::track(&s.city, &receipt.token, on(1)).await.unwrap();
    assert_eq!(own.number, receipt.number.to_string());
    let title = own.words.into_iter().find(|words| words.sort == "title");
    title.unwrap().text
}

#[tokio::test]
async fn each_of_many_letters_has_its_own_receipt_and_what_is_wrong_with_one_is_nobody_elses() {
    let s = city().await;
    let writer = held(&s).await;
    let good: Vec<_> = (0..100)
        .map(|n| send(&s, &format!("good-{n}"), letter(&format!("示例：第{n}封"))))
        .collect();
    let mut without = letter("示例：文件没有上传");
    without.attachments = vec![Sha256::of(b"never uploaded")];
    let without = send(&s, "without", without);
    let twice = [letter("示例：先"), letter("示例：后")].map(|letter| send(&s, "twice", letter));
    let gone = send(&s, "gone", letter("示例：断线的人"));
    tokio::time::sleep(Duration::from_millis(100)).await;
    gone.abort();
    released(writer).await;

    let mut numbers = BTreeSet::new();
    for (n, sent) in good.into_iter().enumerate() {
        let receipt = sent.await.unwrap().unwrap();
        assert_eq!(title_of(&s, &receipt).await, format!("示例：第{n}封"));
        assert!(numbers.insert(receipt.number.count()));
    }
    assert_eq!(without.await.unwrap().unwrap_err().code(), "file_not_uploaded");
    let mut answers = Vec::new();
    for sent in twice {
        answers.push(sent.await.unwrap());
    }
    let refused = answers.iter().filter_map(|a| a.as_ref().err()).map(Halt::code);
    assert_eq!(refused.collect::<Vec<_>>(), ["key_used"], "one key is one letter");
    numbers.extend(answers.iter().flatten().map(|r| r.number.count()));
    // Who hung up finds the letter here, and has its receipt when the app asks again.
    let again = send(&s, "gone", letter("示例：断线的人")).await.unwrap().unwrap();
    numbers.insert(again.number.count());
    assert_eq!(numbers, (1..=102).collect(), "no number was lost or given twice");
    petition::verify_chain(&s.city).await.unwrap();
}

#[tokio::test]
async fn a_letter_that_the_database_refuses_keeps_no_other_one_out() {
    let s = city().await;
    let db = s.database().await;
    let [refuse, take] = if db.get_database_backend() == DbBackend::Sqlite {
        [
            "CREATE TRIGGER refused BEFORE INSERT ON wording WHEN NEW.original = '示例：坏'
                BEGIN SELECT RAISE(ABORT, 'refused'); END",
            "DROP TRIGGER refused",
        ]
    } else {
        [
            "ALTER TABLE wording ADD CONSTRAINT refused CHECK (original <> '示例：坏')",
            "ALTER TABLE wording DROP CONSTRAINT refused",
        ]
    };
    db.execute_unprepared(refuse).await.unwrap();
    let writer = held(&s).await;
    let good: Vec<_> = (0..20)
        .map(|n| send(&s, &format!("good-{n}"), letter(&format!("示例：第{n}封"))))
        .collect();
    let bad = send(&s, "bad", letter("示例：坏"));
    released(writer).await;
    for (n, sent) in good.into_iter().enumerate() {
        let receipt = sent.await.unwrap().unwrap();
        assert_eq!(title_of(&s, &receipt).await, format!("示例：第{n}封"));
    }
    let why = bad.await.unwrap().unwrap_err();
    assert!(matches!(why, Halt::Broken(e) if e.to_string().contains("refused")));
    db.execute_unprepared(take).await.unwrap();
    let receipt = send(&s, "bad", letter("示例：坏")).await.unwrap().unwrap();
    assert_eq!(
        receipt.number.count(),
        21,
        "what was refused has left nothing, not even a gap"
    );
    petition::verify_chain(&s.city).await.unwrap();
}
