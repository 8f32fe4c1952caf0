//! What is kept sealed or apart and is opened only when somebody asks for it: the writer's name and phone, the place a
//! letter is about, and its files.
//!
//! Who looked at a person or a place is an event of the audit trail, written before anything is opened. An address may
//! be the writer's own front door, so a place is asked for as a phone is. It goes one role further: whoever is sent
//! out to look at a lamp must know where it stands, so the assisting department may open it, and not the phone.
//! Auditors and administrators keep the house and work on no letter: they open neither.
//!
//! Rejected: the place on the page for whoever sees the letter (nobody could say who has read it), and a tile of a map:
//! its server would learn from where complaints come. A `geo:` link opens the map of whoever presses it.

use super::{open, opens};
use crate::{
    City,
    error::own_json,
    petition::{
        act::Halt,
        staff::Who,
        submit::{self, Contact, address_place},
        upload,
    },
    store::petition::{self, attachment, event},
};
use jiff::Timestamp;
use weimenhu_domain::{petition::Role, record::Location};

/// Roles that may open the writer's name and phone of a letter they see.
pub(super) const CONTACT: &[Role] = &[
    Role::Reviewer,
    Role::Supervisor,
    Role::Operator,
    Role::Handler,
    Role::Head,
];

/// Roles that may open the place of a letter they see.
pub(super) const PLACE: &[Role] = &[
    Role::Reviewer,
    Role::Supervisor,
    Role::Operator,
    Role::Handler,
    Role::Head,
    Role::Assistant,
];

/// Where it is. Not `Debug` by its fields: a log must not have somebody's front door by accident.
pub struct Place {
    /// In words; may be empty.
    pub address: String,
    /// Latitude and longitude as a `geo:` link and a map's search box take them; empty: none was given.
    pub point: String,
}

/// Opens the writer's name and phone; that somebody looked is an event.
///
/// # Errors
/// [`Halt::NotThere`] when this person may not.
pub async fn contact(city: &City, who: &Who, number: &str, now: Timestamp) -> Result<Contact, Halt> {
    let p = opened(city, who, number, (CONTACT, "read_contact"), now).await?;
    Ok(submit::contact(city, &p)?)
}

/// Opens where it is; that somebody looked is an event.
///
/// # Errors
/// [`Halt::NotThere`] when this person may not.
pub async fn place(city: &City, who: &Who, number: &str, now: Timestamp) -> Result<Place, Halt> {
    let p = opened(city, who, number, (PLACE, "read_place"), now).await?;
    let sealed_for = address_place(p.id);
    let point = city.secret.open_sealed(&sealed_for, &p.location)?;
    let point: Option<Location> = if point.is_empty() {
        None
    } else {
        own_json(serde_json::from_str(&point), "location")?
    };
    Ok(Place {
        address: city.secret.open_sealed(&sealed_for, &p.address)?,
        point: point.map_or_else(String::new, |l| format!("{},{}", l.lat, l.lng)),
    })
}

/// The letter, when this person may open this of it; that they did is in the log before they have it.
async fn opened(
    city: &City,
    who: &Who,
    number: &str,
    (roles, what): (&[Role], &str),
    now: Timestamp,
) -> Result<petition::Model, Halt> {
    let (p, d) = open(city, who, number).await?;
    let role = opens(who, roles, &p, d.as_ref()).ok_or(Halt::NotThere)?;
    let tx = city.store.write().await?;
    let mut seen = event::Model::new(p.id, None, now.as_millisecond(), role.name(), what);
    seen.actor = who.id;
    event::append(&tx, seen).await?;
    tx.commit().await?;
    Ok(p)
}

/// The bytes of a file, for a person who sees the letter.
///
/// # Errors
/// [`Halt::NotThere`].
pub async fn file(city: &City, who: &Who, number: &str, id: i64) -> Result<(String, Vec<u8>), Halt> {
    let (p, _) = open(city, who, number).await?;
    let file = attachment::get(city.store.read(), id).await?;
    let file = file
        .filter(|f| f.petition == p.id && !f.file.is_empty())
        .ok_or(Halt::NotThere)?;
    let bytes = upload::read(city, &file.file)?;
    Ok((file.media_type, bytes))
}
