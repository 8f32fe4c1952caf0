//! What citizens do with a letter that is there: look it up, follow it, supplement, withdraw, rate, appeal, join.
//!
//! Every write carries an idempotency key of its own, kept for ever: the same again changes nothing and answers the
//! same, another body under it is refused.

use super::{
    Rules,
    act::{Actor, Done, Halt, Order, act_in, department_name},
    city_day, merged,
    public::time,
    submit::{kept_body, kept_key},
    voided::voided,
};
use crate::{
    City, Error, Result,
    store::petition::{self, again, attachment, delivery, event, key, people, wording},
};
use jiff::{Timestamp, civil::Date};
use weimenhu_domain::petition::{
    Action, Kind, State,
    receipt::{Number, QueryCode},
    wire::{OwnFile, OwnStep, OwnWords},
};

pub use weimenhu_domain::petition::wire::Own;

/// Steps between the Office and departments that the writer is not told.
const INTERNAL: &[&str] = &[
    "note",
    "return",
    "settle_return",
    "contest",
    "decide",
    "propose_answer",
    "approve_text",
];

/// The letter with this number and code. Unknown number and wrong code are one answer, after the same work.
///
/// # Errors
/// [`Halt::NotThere`].
pub async fn look_up(city: &City, number: &str, code: &str, now: Timestamp) -> Result<Own, Halt> {
    let number = number.parse::<Number>().ok();
    let code = code.parse::<QueryCode>().ok();
    // Some number must be looked for in any case.
    let asked = number
        .or_else(|| Number::new(1000, 1).ok())
        .ok_or(Halt::NotThere)?;
    let p = petition::by_number(city.store.read(), asked).await?;
    let given = code.map(|c| city.secret.kept_code(c)).unwrap_or_default();
    let kept = p.as_ref().map(|p| p.code.clone()).unwrap_or_default();
    // Both sides are keyed hashes: how long the comparison takes says nothing about the code.
    let id = p.as_ref().map(|p| p.id).unwrap_or_default();
    let again = again::has_code(city.store.read(), id, &given).await?;
    let right = !given.is_empty() && (given == kept || again) && number.is_some();
    match p {
        Some(p) if right => own(city, p, now).await,
        _ => Err(Halt::NotThere),
    }
}

/// The letter of this token.
///
/// # Errors
/// [`Halt::NotThere`].
pub async fn track(city: &City, token: &str, now: Timestamp) -> Result<Own, Halt> {
    let p = by_token(city, token).await?;
    own(city, p, now).await
}

async fn by_token(city: &City, token: &str) -> Result<petition::Model, Halt> {
    let kept = city.secret.kept("token", token);
    let db = city.store.read();
    if let Some(p) = petition::by_token(db, &kept).await? {
        return Ok(p);
    }
    let id = again::by_token(db, &kept).await?.ok_or(Halt::NotThere)?;
    petition::get(db, id).await?.ok_or(Halt::NotThere)
}

async fn own(city: &City, p: petition::Model, now: Timestamp) -> Result<Own, Halt> {
    let db = city.store.read();
    let departments = people::departments(db).await?;
    let deliveries = delivery::of(db, p.id).await?;
    let d = deliveries.iter().find(|d| d.number == p.delivery);
    let text = |pick: fn(&delivery::Model) -> &String| d.map(|d| pick(d).clone()).unwrap_or_default();
    let target = merged::goes_on(db, &p).await?;
    let words = wording::of(db, p.id).await?;
    let told = |sort: &str| !matches!(sort, "reason" | "note" | "proposal");
    let events = event::of(db, p.id).await?;
    let voided = voided(&events);
    let merging = events.iter().rfind(|e| e.action == Action::Merge.name());
    let carried = match merging {
        Some(merging) => merged::steps(db, &p, merging.seq, &departments).await?,
        None => Vec::new(),
    };
    // In the order of the log, whosever they are: what the writer does later stands after what was told before.
    let mut trail: Vec<(i64, OwnStep)> = events
        .into_iter()
        .filter(|e| !INTERNAL.contains(&e.action.as_str()))
        .filter_map(|e| Some((e.seq, merged::step(e, &voided, &deliveries, &departments)?)))
        .chain(carried)
        .collect();
    trail.sort_by_key(|(seq, _)| *seq);
    let company = merged::into(db, p.id).await?.len();
    let files = attachment::of(db, p.id).await?;
    let state = p.stands()?;
    // By our clock: the device's may be wrong, and must not take a right away.
    let today = city_day(now);
    let open = |until: &str, wanted: State| {
        let holds = until.parse().is_ok_and(|until: Date| today <= until);
        if state == wanted && holds {
            until.to_owned()
        } else {
            String::new()
        }
    };
    let kind = Kind::named(&p.kind);
    let kind = kind.ok_or_else(|| Error::Inconsistent(format!("letter {} is {:?}", p.id, p.kind)))?;
    Ok(Own {
        number: p.number()?.to_string(),
        state,
        kind,
        visibility: p.shown_to(),
        submitted: time(p.submitted_ms),
        county: p.county.clone(),
        department: department_name(&departments, p.lead),
        assisting: d
            .map(delivery::Model::assists)
            .unwrap_or_default()
            .iter()
            .map(|id| department_name(&departments, *id))
            .collect(),
        routed: text(|d| &d.routed_on),
        respond_due: text(|d| &d.respond_due),
        responded: text(|d| &d.respond_met),
        resolve_from: text(|d| &d.resolve_from),
        resolve_due: text(|d| &d.resolve_due),
        resolved: text(|d| &d.resolve_met),
        extended: d.is_some_and(|d| d.extended == 1),
        provisional: d.is_some_and(|d| d.provisional == 1),
        declined: p.declined.clone(),
        appeal_until: if p.appealed == 0 {
            open(&p.appeal_until, State::Declined)
        } else {
            String::new()
        },
        rating: p.rating.clone(),
        rate_until: if p.rated == 0 {
            open(&p.rate_until, State::Resolved)
        } else {
            String::new()
        },
        merged_into: target
            .map(|t| t.number())
            .transpose()?
            .map(|n| n.to_string())
            .unwrap_or_default(),
        // Who wrote a letter that was merged into it met the same.
        joiners: u32::try_from(p.joiners)
            .unwrap_or_default()
            .saturating_add(u32::try_from(company).unwrap_or_default()),
        words: words
            .into_iter()
            .filter(|w| told(&w.sort))
            .map(|w| OwnWords {
                department: department_name(&departments, w.department),
                text: if w.original.is_empty() {
                    w.shown
                } else {
                    w.original
                },
                written: time(w.made_ms),
                sort: w.sort,
            })
            .collect(),
        trail: trail.into_iter().map(|(_, step)| step).collect(),
        files: files
            .into_iter()
            .map(|f| OwnFile {
                sha: f.sha,
                media_type: f.media_type,
                size: u32::try_from(f.size).unwrap_or(u32::MAX),
            })
            .collect(),
    })
}

/// Whom a write concerns.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// The letter of this tracking token, by its writer.
    Writers(&'a str),
    /// The public letter with this number, by anybody.
    Anybodys(&'a str),
}

/// Does something to a letter under an idempotency key.
///
/// # Errors
/// [`Halt`]: nothing was changed.
pub async fn write(
    city: &City,
    whose: Whose<'_>,
    key: &str,
    body: &[u8],
    order: &Order,
    now: Timestamp,
) -> Result<Done, Halt> {
    let (p, who) = match whose {
        Whose::Writers(token) => (by_token(city, token).await?, Actor::WRITER),
        Whose::Anybodys(number) => {
            let number: Number = number.parse().map_err(|_| Halt::NotThere)?;
            let p = petition::by_number(city.store.read(), number).await?;
            (p.ok_or(Halt::NotThere)?, Actor::CITIZEN)
        }
    };
    let rules = Rules::read(city).await?;
    let tx = city.store.write().await?;
    // The letter and the action are part of what the key was used for.
    let used_for = [order.action.name().as_bytes(), &p.id.to_be_bytes(), body].concat();
    let kept = key::Model {
        key: kept_key(city, key),
        body: kept_body(city, &used_for),
        petition: p.id,
        event: 0,
        made_ms: now.as_millisecond(),
    };
    if let Some(used) = key::used(&tx, &kept.key).await? {
        if used.body != kept.body {
            return Err(Halt::Invalid("key_used"));
        }
        let state = p.stands()?;
        return Ok(Done::before(p.id, used.event, state));
    }
    let done = act_in(city, &tx, &rules, p.id, who, order, now).await;
    // Who is not its writer must not learn that there is a letter that is not public.
    let done = match done {
        Err(Halt::Rule(_)) if matches!(whose, Whose::Anybodys(_)) && p.record_key == 0 => Err(Halt::NotThere),
        other => other,
    }?;
    key::keep(
        &tx,
        key::Model {
            event: done.event,
            ..kept
        },
    )
    .await?;
    tx.commit().await?;
    Ok(done)
}

/// What a joiner is known by: kept hash of the token made from the key the letter was joined under.
pub fn joiner(city: &City, token: &str) -> String {
    city.secret.kept("joiner", token)
}

/// Whether something was done under this key: then limits and proof of work are not asked for again.
///
/// # Errors
/// The database's.
pub async fn is_known(city: &City, key: &str) -> Result<bool> {
    Ok(key::used(city.store.read(), &kept_key(city, key))
        .await?
        .is_some())
}

/// The token of whoever joins under this key.
pub fn join_token(city: &City, key: &str) -> String {
    city.secret.token(&format!("join {key}"))
}

/// The writer's own data, whole, for the writer to take along.
///
/// # Errors
/// [`Halt::NotThere`].
pub async fn export(city: &City, token: &str, now: Timestamp) -> Result<serde_json::Value, Halt> {
    let p = by_token(city, token).await?;
    let contact = super::submit::contact(city, &p)?;
    let address = city
        .secret
        .open_sealed(&super::submit::address_place(p.id), &p.address)?;
    let location = city
        .secret
        .open_sealed(&super::submit::address_place(p.id), &p.location)?;
    let own = own(city, p, now).await?;
    Ok(serde_json::json!({
        "letter": own,
        "contact": contact,
        "address": address,
        "location": serde_json::from_str::<serde_json::Value>(&location).unwrap_or_default(),
    }))
}

/// Whether this action is one that writers do by themselves over the network.
pub fn is_writers(action: Action) -> bool {
    matches!(
        action,
        Action::Supplement
            | Action::Withdraw
            | Action::SetVisibility
            | Action::Appeal
            | Action::Rate
            | Action::AskErase
    )
}
