//! A lost receipt: who gave a phone with a letter gets a code by SMS, and for phone and code the receipts again.
//!
//! What is asked is answered alike, and as fast, whether or not the phone is known: the answer is given first, and
//! looking and writing are done afterwards. Phones are sealed in the database, so they are found by a keyed hash. Codes
//! stand in memory: a restart forgets them, and the person asks again.
//!
//! A code is given for the phone and not for a letter, lives ten minutes, is used once, and dies of five wrong tries,
//! whoever made them. A new receipt stands beside the first and replaces nothing, so whoever reads a stranger's SMS takes
//! nothing away, and the writer's own device goes on. Each is an event of the audit trail.
//! Rejected: sending the receipt itself by SMS (it lies in the phone for years), and a new token in place of the old one
//! (the device that sent the letter would believe that the city has lost it).

use super::{
    act::Halt,
    city_day,
    message_text::{Filled, of_rule},
    outbox::{RECIPIENT, apart},
    submit,
};
use crate::{
    City, Result,
    store::petition::{again, event, message},
};
use jiff::Timestamp;
use serde_json::json;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use weimenhu_domain::petition::wire::Again;

/// How long a code lives.
const LIVES_MS: i64 = 10 * 60 * 1000;
/// A phone gets no other code before.
const NEXT_MS: i64 = 60 * 1000;
/// Codes of one phone in a day, whoever asks: nobody's phone is to be flooded.
const A_DAY: u32 = 5;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Wrong tries that kill a code.
const TRIES: u32 = 5;
/// Letters of one answer.
const MOST: u64 = 50;
/// What a letter without a phone has in the place of the hash: it was looked at.
pub(super) const NO_PHONE: &str = "-";
/// The step, in the outbox and in the audit trail.
pub(super) const STEP: &str = "recover_receipt";

/// A phone however it was typed: its digits, without China's own prefix. `None` for what is no phone.
pub fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let own = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    let digits = own.filter(|d| d.len() == 11).unwrap_or(&digits).to_owned();
    (7..=15).contains(&digits.len()).then_some(digits)
}

/// What is kept of a letter's phone.
pub(super) fn kept(city: &City, typed: &str) -> String {
    phone(typed).map_or_else(|| NO_PHONE.to_owned(), |p| city.secret.kept("phone", &p))
}

/// Codes that were sent, by the keyed hash of the phone.
#[derive(Debug, Default)]
pub struct Codes(Mutex<HashMap<String, Sent>>);

#[derive(Debug)]
struct Sent {
    /// Keyed hash; empty once it was used or died.
    code: String,
    at_ms: i64,
    wrong: u32,
    /// So many since `day_ms`.
    times: u32,
    day_ms: i64,
}

impl Codes {
    /// Notes a new code, unless this phone got one a moment ago or too many today.
    fn note(&self, phone: &str, code: String, now_ms: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = all.entry(phone.to_owned()).or_insert(Sent {
            code: String::new(),
            at_ms: now_ms.saturating_sub(NEXT_MS),
            wrong: 0,
            times: 0,
            day_ms: now_ms,
        });
        if now_ms.saturating_sub(sent.day_ms) >= DAY_MS {
            (sent.times, sent.day_ms) = (0, now_ms);
        }
        if now_ms.saturating_sub(sent.at_ms) < NEXT_MS || sent.times >= A_DAY {
            return false;
        }
        sent.times = sent.times.saturating_add(1);
        (sent.code, sent.at_ms, sent.wrong) = (code, now_ms, 0);
        true
    }

    /// Whether it is this phone's code; a right one is used up.
    fn take(&self, phone: &str, code: &str, now_ms: i64) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sent) = all.get_mut(phone) else {
            return false;
        };
        let alive = !sent.code.is_empty() && now_ms.saturating_sub(sent.at_ms) < LIVES_MS;
        // Both sides are keyed hashes: how long the comparison takes says nothing about the code.
        let right = alive && sent.code == code;
        sent.wrong = sent.wrong.saturating_add(u32::from(!right));
        if right || sent.wrong >= TRIES {
            sent.code.clear();
        }
        right
    }

    /// Forgets what is old.
    pub fn sweep(&self, now: Timestamp) {
        let since = now.as_millisecond().saturating_sub(DAY_MS);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, sent| sent.at_ms > since);
    }
}

/// Makes a code for this phone, and a message with it when a letter has the phone. Call it after the answer was given.
///
/// # Errors
/// The database's.
pub async fn send_code(city: &City, codes: &Codes, phone: &str, now: Timestamp) -> Result<()> {
    let kept = kept(city, phone);
    let now_ms = now.as_millisecond();
    let letters = again::with_phone(city.store.read(), &kept, 1).await?;
    let Some(newest) = letters.first() else {
        return Ok(());
    };
    let code = format!("{:06}", rand::random_range(0..1_000_000));
    if !codes.note(&kept, city.secret.kept("recovery code", &code), now_ms) {
        return Ok(());
    }
    let number = newest.number()?.to_string();
    let filled = Filled {
        number: &number,
        step: STEP,
        due: "",
    };
    let args = json!({
        "number": number,
        "step": STEP,
        "due": "",
        "code": city.secret.seal(CODE, &code)?,
    });
    let tx = city.store.write().await?;
    // Whoever was erased meanwhile is written to no more.
    if again::with_phone(&tx, &kept, 1).await?.is_empty() {
        return Ok(());
    }
    let how = apart(&message::rules(&tx).await?, STEP, city_day(now));
    let row = message::Model {
        petition: newest.id,
        recipient: city.secret.seal(RECIPIENT, phone)?,
        text: of_rule(&how, &filled),
        audience: how.audience,
        channel: how.channel,
        template: how.template,
        args: args.to_string(),
        dedupe: format!("{}{:032x}", message::URGENT, rand::random::<u128>()),
        ..message::Model::waiting(now_ms)
    };
    message::add(&tx, row).await?;
    tx.commit().await?;
    Ok(())
}

/// Where the code of a message is sealed for.
const CODE: &str = "recovery code";

/// Opens the code of a message for the gateway; nothing for a message without one.
pub(super) fn open_code(city: &City, args: &serde_json::Value) -> Result<String> {
    let sealed = args.get("code").and_then(serde_json::Value::as_str);
    city.secret.open_sealed(CODE, sealed.unwrap_or_default())
}

/// The receipts of all letters with this phone, made anew.
///
/// # Errors
/// [`Halt::NotThere`] for a wrong code, and for a phone that no letter has.
pub async fn recover(
    city: &City,
    codes: &Codes,
    (phone, code): (&str, &str),
    now: Timestamp,
) -> Result<Vec<Again>, Halt> {
    let (kept, now_ms) = (kept(city, phone), now.as_millisecond());
    let given = city.secret.kept("recovery code", code.trim());
    if !codes.take(&kept, &given, now_ms) {
        return Err(Halt::NotThere);
    }
    let tx = city.store.write().await?;
    let mut receipts = Vec::new();
    for p in again::with_phone(&tx, &kept, MOST).await? {
        // As with the first receipt both come from one key; this one is thrown away.
        let key = format!("again {:032x}", rand::random::<u128>());
        let (code, token) = (city.secret.code(&key), city.secret.token(&key));
        let row = again::Model {
            token: city.secret.kept("token", &token),
            petition: p.id,
            code: city.secret.kept_code(code),
            made_ms: now_ms,
        };
        again::add(&tx, row).await?;
        event::append(&tx, event::Model::new(p.id, None, now_ms, "writer", STEP)).await?;
        receipts.push(Again {
            number: p.number()?,
            code: code.to_string(),
            token,
        });
    }
    tx.commit().await?;
    Ok(receipts)
}

/// Hashes the phones of letters that came before there was a hash; answers how many it looked at.
///
/// # Errors
/// The database's; a contact that does not open.
pub async fn hash_phones(city: &City) -> Result<usize> {
    let mut done = 0_usize;
    loop {
        let rows = again::unhashed(city.store.read(), 500).await?;
        if rows.is_empty() {
            return Ok(done);
        }
        let tx = city.store.write().await?;
        for p in rows {
            let phone = submit::contact(city, &p)?.phone;
            again::hashed(&tx, p.id, &kept(city, &phone)).await?;
            done = done.saturating_add(1);
        }
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_the_same_however_it_is_typed() {
        for typed in ["13800138000", "+86 138-0013-8000", "0086 13800138000"] {
            assert_eq!(phone(typed).as_deref(), Some("13800138000"), "{typed}");
        }
        assert_eq!(phone("0577-12345678").as_deref(), Some("057712345678"));
        assert_eq!((phone(""), phone("12345")), (None, None));
    }

    #[test]
    fn a_code_is_used_once_dies_of_guesses_and_grows_old() {
        let codes = Codes::default();
        assert!(codes.note("p", "one".into(), 0) && !codes.note("p", "two".into(), NEXT_MS - 1));
        assert!(!codes.take("q", "one", 1) && codes.take("p", "one", 1) && !codes.take("p", "one", 1));
        assert!(codes.note("p", "three".into(), NEXT_MS));
        assert!((0..TRIES).all(|_| !codes.take("p", "guess", NEXT_MS)));
        assert!(!codes.take("p", "three", NEXT_MS), "it died of the guesses");
        assert!(codes.note("p", "four".into(), 2 * NEXT_MS));
        assert!(!codes.take("p", "four", 2 * NEXT_MS + LIVES_MS), "too old");
        assert!((20..22).all(|n| codes.note("p", "five".into(), n * NEXT_MS)));
        assert!(!codes.note("p", "six".into(), 30 * NEXT_MS), "enough for a day");
        assert!(codes.note("p", "seven".into(), DAY_MS));
    }
}
