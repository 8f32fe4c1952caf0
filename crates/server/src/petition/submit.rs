//! Taking a letter in, exactly once. The idempotency key decides before anything else: known with the same body, the
//! same receipt is made again (code and token are derived from the key); known with another, it is refused for ever.

use super::{
    act::{Actor, Halt},
    arrivals::{self, Arrival},
    city_day, recovery,
};
use crate::{
    City, Result,
    error::own_json,
    store::{
        Readable,
        petition::{self, delivery, key},
    },
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use weimenhu_domain::{
    petition::{State, Visibility},
    record::Sha256,
};

pub use weimenhu_domain::petition::wire::{Contact, Receipt, Submission};

/// The longest title, in characters.
pub const MAX_TITLE: usize = 60;
/// The longest letter, in characters.
pub const MAX_TEXT: usize = 5000;
/// The most files.
pub const MAX_FILES: usize = 9;

/// Opens the contact of a letter; empty when none was given or it was erased.
pub(super) fn contact(city: &City, p: &petition::Model) -> Result<Contact> {
    let json = city.secret.open_sealed(&contact_place(p.id), &p.contact)?;
    if json.is_empty() {
        return Ok(Contact::default());
    }
    own_json(serde_json::from_str(&json), "contact")
}

fn contact_place(id: i64) -> String {
    format!("contact {id}")
}

/// What a key was used for.
#[derive(Debug)]
pub enum Known {
    /// For the very same letter.
    Same(Receipt),
    /// For another body: refused for ever.
    Other,
}

/// Looks a key up, before limits, proof of work and validation.
///
/// # Errors
/// The database's.
pub async fn known(city: &City, key: &str, body: &[u8]) -> Result<Option<Known>> {
    let db = city.store.read();
    match key::used(db, &kept_key(city, key)).await? {
        Some(used) => known_as(city, db, key, &used, &kept_body(city, body)).await,
        None => Ok(None),
    }
}

/// What a used key is for whoever sends this body, as it is kept, under it.
pub(super) async fn known_as(
    city: &City,
    db: &impl Readable,
    key: &str,
    used: &key::Model,
    body: &str,
) -> Result<Option<Known>> {
    if used.body != body {
        return Ok(Some(Known::Other));
    }
    let p = petition::get(db, used.petition).await?;
    Ok(p.map(|p| receipt(city, key, &p)).transpose()?.map(Known::Same))
}

/// Takes the letter in, whole or not at all; see [`arrivals`] for how.
///
/// # Errors
/// [`Halt`]: nothing was kept.
pub async fn submit(
    city: &City,
    key: &str,
    body: &[u8],
    letter: &Submission,
    (source, who): (&str, Actor),
    now: Timestamp,
) -> Result<Receipt, Halt> {
    check(letter)?;
    let arrival = Arrival {
        key: key.to_owned(),
        kept: (kept_key(city, key), kept_body(city, body)),
        letter: letter.clone(),
        source: source.to_owned(),
        who,
        now,
    };
    arrivals::take(city, arrival).await
}

/// What was typed, without what nobody can have typed: PostgreSQL keeps no NUL, and would refuse the letter.
pub(super) fn plain(text: &str) -> String {
    text.trim().replace('\0', "")
}

/// The year whose numbers a letter has.
pub(super) fn year(now: Timestamp) -> i64 {
    city_day(now).year().into()
}

/// A new letter, before its first event.
pub(super) fn row(
    city: &City,
    arrival: &Arrival,
    (id, count): (i64, i64),
    wished_department: i64,
) -> Result<petition::Model> {
    let Arrival { letter, key, now, .. } = arrival;
    let names = if letter.contact.name.is_empty() {
        Vec::new()
    } else {
        vec![&letter.contact.name]
    };
    let no_contact = letter.contact == Contact::default();
    let contact = if no_contact {
        String::new()
    } else {
        own_json(serde_json::to_string(&letter.contact), "contact")?
    };
    let location = letter.location.map(|l| serde_json::to_string(&l)).transpose();
    Ok(petition::Model {
        id,
        year: year(*now),
        count,
        kind: letter.kind.name().to_owned(),
        source: arrival.source.clone(),
        state: State::Submitted.name().to_owned(),
        former_state: String::new(),
        visibility: letter.visibility.name().to_owned(),
        wished: letter.visibility.name().to_owned(),
        county: plain(&letter.county),
        address: city.secret.seal(&address_place(id), letter.address.trim())?,
        location: city.secret.seal(
            &address_place(id),
            &own_json(location, "location")?.unwrap_or_default(),
        )?,
        wished_department,
        contact: city.secret.seal(&contact_place(id), &contact)?,
        names: city.secret.seal(
            &names_place(id),
            &own_json(serde_json::to_string(&names), "names")?,
        )?,
        code: city.secret.kept_code(city.secret.code(key)),
        token: city.secret.kept("token", &city.secret.token(key)),
        submitted_ms: now.as_millisecond(),
        events: 0,
        delivery: 0,
        lead: 0,
        next_due: delivery::NEVER.to_owned(),
        dispute: 0,
        extension: String::new(),
        reopening: 0,
        reopened: 0,
        appealed: 0,
        declined_by: 0,
        declined: String::new(),
        appeal_until: String::new(),
        rating: String::new(),
        rated: 0,
        rate_until: String::new(),
        answered_on: String::new(),
        closed_on: String::new(),
        merged_into: 0,
        joiners: 0,
        writer_left: 0,
        erase_asked: 0,
        record_key: 0,
        generation: 0,
        phone: recovery::kept(city, &letter.contact.phone),
        erased: 0,
        unjudged: 0,
        proposed: 0,
    })
}

fn check(letter: &Submission) -> Result<(), Halt> {
    let long = |text: &str, most: usize| text.chars().count() > most;
    let empty = |text: &str| text.trim().is_empty();
    let files: BTreeSet<_> = letter.attachments.iter().collect();
    let wrong = [
        (!letter.consent, "consent_missing"),
        (empty(&letter.title), "title_missing"),
        (empty(&letter.text), "text_missing"),
        (long(&letter.title, MAX_TITLE), "title_too_long"),
        (long(&letter.text, MAX_TEXT), "text_too_long"),
        (
            long(&letter.address, 200) || long(&letter.county, 20),
            "address_too_long",
        ),
        (long(&letter.contact.name, 40), "name_too_long"),
        (!is_phone(&letter.contact.phone), "phone_wrong"),
        (letter.visibility == Visibility::Secret, "visibility_unknown"),
        (letter.attachments.len() > MAX_FILES, "too_many_files"),
        (files.len() != letter.attachments.len(), "file_twice"),
        (
            letter
                .location
                .is_some_and(|l| !(-90.0..=90.0).contains(&l.lat) || !(-180.0..=180.0).contains(&l.lng)),
            "location_wrong",
        ),
    ];
    match wrong.into_iter().find(|(is, _)| *is) {
        Some((_, code)) => Err(Halt::Invalid(code)),
        None => Ok(()),
    }
}

/// Empty, or digits with an optional plus and hyphens.
fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let known = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '));
    text.is_empty() || (known && (7..=15).contains(&digits))
}

pub(super) fn receipt(city: &City, key: &str, p: &petition::Model) -> Result<Receipt> {
    Ok(Receipt {
        number: p.number()?,
        code: city.secret.code(key).to_string(),
        token: city.secret.token(key),
        key: key.to_owned(),
        submitted: Timestamp::from_millisecond(p.submitted_ms).unwrap_or_default(),
    })
}

pub(super) fn kept_key(city: &City, key: &str) -> String {
    city.secret.kept("idempotency key", key)
}

pub(super) fn kept_body(city: &City, body: &[u8]) -> String {
    city.secret.kept("request body", &Sha256::of(body).to_string())
}

pub(super) fn address_place(id: i64) -> String {
    format!("address {id}")
}

pub(super) fn names_place(id: i64) -> String {
    format!("names {id}")
}
