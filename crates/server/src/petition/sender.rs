//! Empties the outbox of messages. A row is leased, its try counted before it is made, and sent with a key by which
//! the gateway drops a repeat: at least once from here, once for the reader.
//!
//! Several are under way at a time, and codes that live ten minutes go before a morning's news: one gateway that hangs
//! must not make the others late. How each ended is written together; who dies before that sends them again, with the
//! same keys.

use super::{gateway::Gateway, message_text::CODE, outbox::RECIPIENT, recovery::open_code};
use crate::{City, Result, store::petition::message};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::json;

/// After so many tries a message is dead; the desk shows it.
const MAX_TRIES: i64 = 8;
/// How long a lease holds: longer than a batch can take.
const LEASE_MS: i64 = 120_000;
/// Messages of one round.
pub const BATCH: usize = 50;
/// Messages under way at a time.
const AT_ONCE: usize = 10;

/// What a round has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    /// Arrived.
    pub sent: usize,
    /// To be tried again.
    pub again: usize,
    /// Given up.
    pub dead: usize,
}

impl Sent {
    /// Whether there may be more that waits.
    pub fn is_full(&self) -> bool {
        self.sent.saturating_add(self.again).saturating_add(self.dead) >= BATCH
    }
}

/// Sends what waits.
///
/// # Errors
/// The database's. A gateway that does not answer is no error.
pub async fn round(city: &City, gateway: &Gateway, now: Timestamp) -> Result<Sent> {
    let owner = format!("{:032x}", rand::random::<u128>());
    let now_ms = now.as_millisecond();
    let mut done = Sent::default();
    if !message::is_due(city.store.read(), now_ms).await? {
        return Ok(done);
    }
    let tx = city.store.write().await?;
    let until = now_ms.saturating_add(LEASE_MS);
    let rows = message::lease(&tx, &owner, now_ms, until, BATCH).await?;
    tx.commit().await?;
    let tries = rows.into_iter().map(|row| async move {
        let tried = attempt(city, gateway, &row).await;
        (row, tried)
    });
    let tried: Vec<_> = stream::iter(tries).buffer_unordered(AT_ONCE).collect().await;
    let tx = city.store.write().await?;
    for (row, tried) in tried {
        let (state, wait_ms) = match tried {
            Tried::Arrived => ("sent", 0),
            Tried::Nobody => ("dead", 0),
            Tried::Failed if row.tries >= MAX_TRIES => ("dead", 0),
            // 10 s, 20 s, 40 s … with up to half as much again, so that not all come back at once.
            Tried::Failed => {
                let base = 10_000_i64.saturating_mul(1 << row.tries.clamp(1, 10).saturating_sub(1));
                ("waiting", base.saturating_add(rand::random_range(0..=base / 2)))
            }
        };
        match state {
            "sent" => done.sent += 1,
            "dead" => done.dead += 1,
            _ => done.again += 1,
        }
        if state == "dead" {
            tracing::error!(message = row.id, tries = row.tries, "a message was given up");
        }
        message::finish(&tx, row.id, &owner, state, now_ms.saturating_add(wait_ms)).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// How a try ended.
enum Tried {
    Arrived,
    Failed,
    /// There is nobody to send it to, now or later: its writer's data was erased meanwhile, or what is sealed does not
    /// open. It must not hold up the others.
    Nobody,
}

async fn attempt(city: &City, gateway: &Gateway, row: &message::Model) -> Tried {
    let Gateway::Http(gateway) = gateway else {
        return Tried::Arrived;
    };
    match body(city, row) {
        Ok(Some(body)) => match gateway.send(&row.dedupe, body).await {
            true => Tried::Arrived,
            false => Tried::Failed,
        },
        Ok(None) => Tried::Nobody,
        Err(error) => {
            tracing::error!(message = row.id, %error, "a message cannot be read");
            Tried::Nobody
        }
    }
}

/// What the gateway gets; none when there is nobody to send it to.
fn body(city: &City, row: &message::Model) -> Result<Option<String>> {
    let recipient = match row.channel.as_str() {
        "sms" => city.secret.open_sealed(RECIPIENT, &row.recipient)?,
        _ => row.recipient.clone(),
    };
    if row.channel == "sms" && recipient.is_empty() {
        return Ok(None);
    }
    let mut args: serde_json::Value = serde_json::from_str(&row.args).unwrap_or_default();
    let code = open_code(city, &args)?;
    if let Some(args) = args.as_object_mut().filter(|_| !code.is_empty()) {
        args.insert("code".to_owned(), code.clone().into());
    }
    let message = json!({
        "channel": row.channel,
        "recipient": recipient,
        "template": row.template,
        "args": args,
        "text": row.text.replace(CODE, &code),
        "key": row.dedupe,
    });
    Ok(Some(message.to_string()))
}
