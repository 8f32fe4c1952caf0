//! Photos of a letter that were public: hidden, shown again, and hidden after the writer's data was erased.

#![expect(clippy::unwrap_used, reason = "what fails here must fail the test")]

#[cfg(test)]
mod common;

use common::{
    Sample,
    desk::{Browser, hire},
    http::start,
    letters::{city, on},
    png,
};
use serde_json::json;
use weimenhu_domain::{
    Collection, Record,
    petition::{Action, Rating, Role, Visibility},
    record::{Petition, Sha256},
};
use weimenhu_server::petition::{
    act::{Actor, Order, act},
    submit::{self, Submission},
    upload,
};

const REVIEWER: Actor = Actor {
    role: Role::Reviewer,
    staff: 1,
    department: 0,
};
const HANDLER: Actor = Actor {
    role: Role::Handler,
    staff: 2,
    department: 1,
};

async fn does(s: &Sample, who: Actor, order: Order) {
    act(&s.city, 1, who, &order, on(2)).await.unwrap();
}

/// An answered and rated letter with two photos, both public; answers its number.
async fn shown() -> (Sample, String) {
    let s = city().await;
    let key = "key-of-a-letter-with-photos";
    let owner = upload::owner(&s.city, key);
    let mut shas = Vec::new();
    for bytes in [png(1), png(2)] {
        let (sha, length) = (Sha256::of(&bytes), bytes.len() as u64);
        let sent = upload::part(&s.city, &owner, sha, (0, length), &bytes, on(1)).await;
        assert!(sent.unwrap().done);
        shas.push(sha.to_string());
    }
    let letter: Submission =
        serde_json::from_value(json!({"kind": "help", "title": "示例", "text": "示例：路灯不亮",
        "visibility": "public", "attachments": shas, "consent": true}))
        .unwrap();
    let body = serde_json::to_vec(&letter).unwrap();
    let receipt = submit::submit(&s.city, key, &body, &letter, ("app", Actor::WRITER), on(1)).await;
    let route = Order {
        department: 1,
        ..Order::new(Action::Route)
    };
    does(&s, REVIEWER, route).await;
    for attachment in [1, 2] {
        does(&s, REVIEWER, photo(attachment, true)).await;
    }
    let answer = Order {
        text: "示例：已修好。".into(),
        ..Order::new(Action::Resolve)
    };
    does(&s, HANDLER, answer).await;
    let rate = Order {
        rating: Some(Rating::Good),
        ..Order::new(Action::Rate)
    };
    does(&s, Actor::WRITER, rate).await;
    (s, receipt.unwrap().number.to_string())
}

fn photo(attachment: i64, upheld: bool) -> Order {
    Order {
        attachment,
        upheld,
        ..Order::new(Action::ApproveText)
    }
}

/// The public letter.
async fn public(s: &Sample) -> Petition {
    s.publish().await;
    let device = common::Device::fresh(&s.city.tree, &s.index(Collection::Petitions));
    let json = device.records.values().next().unwrap();
    let Record::Petition(letter) = Record::parse(Collection::Petitions, json).unwrap() else {
        unreachable!("{json}")
    };
    for picture in &letter.pictures {
        assert!(s.city.tree.has(picture.sha256), "what is shown is there");
    }
    *letter
}

#[tokio::test]
async fn a_photo_of_a_letter_whose_writer_was_erased_can_be_hidden_and_the_other_stays() {
    for as_administrator in [false, true] {
        let (s, number) = shown().await;
        let before = public(&s).await;
        assert_eq!(before.pictures.len(), 2);
        let administrator = Actor {
            role: Role::Administrator,
            ..REVIEWER
        };
        does(&s, administrator, Order::new(Action::Erase)).await;
        assert_eq!(
            public(&s).await.pictures,
            before.pictures,
            "what was approved stays"
        );
        // What is erased cannot be shown anew.
        let shown_anew = act(&s.city, 1, REVIEWER, &photo(1, true), on(2)).await;
        assert_eq!(shown_anew.unwrap_err().code(), "attachment_unknown");

        let server = start(&s.city).await;
        let role = if as_administrator {
            Role::Administrator
        } else {
            Role::Reviewer
        };
        let secret = hire(&s, "clerk", &[role], 0).await;
        let (_, clerk) = Browser::sign_in(server.at, "clerk", &secret, "").await;
        let path = format!("/desk/letters/{number}");
        let page = String::from_utf8(clerk.get(&path).await.body).unwrap();
        let (first, second) = (before.pictures[0].sha256, before.pictures[1].sha256);
        assert!(page.contains(&format!("/s/picture/{first}")), "{page}");
        let (action, form) = if as_administrator {
            ("redact", "value=\"redact\"")
        } else {
            ("approve_text", "value=\"approve_text\"")
        };
        assert!(page.contains(form), "there is a button: {page}");
        let hide = [
            ("action", action),
            ("attachment", "1"),
            ("upheld", "0"),
            ("reason", "示例：有人脸"),
        ];
        let sent = clerk.post(&path, &hide).await;
        assert_eq!(sent.status, 303, "{}", String::from_utf8_lossy(&sent.body));
        server.stop().await;

        assert_eq!(public(&s).await.pictures, [before.pictures[1].clone()]);
        assert!(!s.city.tree.has(first) && s.city.tree.has(second));
    }
}

#[tokio::test]
async fn a_photo_comes_back_with_its_letter_and_one_that_was_not_yet_published_stays_when_another_is_hidden()
{
    let (s, _) = shown().await;
    // Nothing was published yet: the second one only waits to be.
    does(&s, REVIEWER, photo(1, false)).await;
    let one = public(&s).await;
    assert_eq!(one.pictures.len(), 1);
    let hide = |visibility| Order {
        visibility,
        ..Order::new(Action::SetVisibility)
    };
    does(&s, Actor::WRITER, hide(Visibility::Private)).await;
    s.publish().await;
    assert!(!s.city.tree.has(one.pictures[0].sha256));
    does(&s, Actor::WRITER, hide(Visibility::Public)).await;
    assert_eq!(public(&s).await.pictures, one.pictures);

    // Erased while it is hidden, the photo is nowhere any more, and the letter comes back without it.
    does(&s, Actor::WRITER, hide(Visibility::Private)).await;
    s.publish().await;
    let administrator = Actor {
        role: Role::Administrator,
        ..REVIEWER
    };
    does(&s, administrator, Order::new(Action::Erase)).await;
    does(&s, Actor::WRITER, hide(Visibility::Public)).await;
    assert!(public(&s).await.pictures.is_empty());
}
