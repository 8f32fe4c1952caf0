//! Empties the outbox of messages. A row is leased, its try counted before it is made, and sent with a key by which
//! the gateway drops a repeat: at least once from here, once for the reader.
//!
//! The `log` gateway sends nothing: its messages are read at the desk. The HTTP gateway gets signed JSON. They are
//! two arms of one enum and not a trait: the second one a city needs will tell what the trait should be.

use super::{outbox::RECIPIENT, recovery::open_code};
use crate::{City, Config, Result, store::petition::message};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use weimenhu_domain::petition::receipt::keyed;

/// After so many tries a message is dead; the desk shows it.
const MAX_TRIES: i64 = 8;
/// How long a lease holds: longer than a try can take.
const LEASE_MS: i64 = 60_000;
/// How long a try takes at most.
const PATIENCE: Duration = Duration::from_secs(10);
/// Messages of one round.
const BATCH: u64 = 50;

/// Where messages go.
#[derive(Debug, Clone)]
pub enum Gateway {
    /// Nowhere: they are read at the desk.
    Log,
    /// To a gateway in the same network: `host:port` and path, and the secret that signs.
    Http {
        /// `host:port`.
        address: String,
        /// The path.
        path: String,
        /// Signs the body: HMAC-SHA-256.
        secret: String,
    },
}

impl Gateway {
    /// As the settings say.
    pub fn of(config: &Config) -> Self {
        let rest = config.message_gateway.strip_prefix("http://").unwrap_or_default();
        match rest.split_once('/').unwrap_or((rest, "")) {
            ("", _) => Self::Log,
            (address, path) => Self::Http {
                address: address.to_owned(),
                path: format!("/{path}"),
                secret: config.message_secret.clone(),
            },
        }
    }
}

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

/// Sends what waits.
///
/// # Errors
/// The database's. A gateway that does not answer is no error.
pub async fn round(city: &City, gateway: &Gateway, now: Timestamp) -> Result<Sent> {
    let owner = format!("{:032x}", rand::random::<u128>());
    let now_ms = now.as_millisecond();
    let mut done = Sent::default();
    let tx = city.store.write().await?;
    let rows = message::lease(&tx, &owner, now_ms, now_ms.saturating_add(LEASE_MS), BATCH).await?;
    tx.commit().await?;
    for row in rows {
        let arrived = match gateway {
            Gateway::Log => true,
            Gateway::Http {
                address,
                path,
                secret,
            } => {
                let body = body(city, &row)?;
                let sending = post(address, path, secret, &row.dedupe, &body);
                matches!(tokio::time::timeout(PATIENCE, sending).await, Ok(Ok(200..=299)))
            }
        };
        let (state, wait_ms) = match arrived {
            true => ("sent", 0),
            false if row.tries >= MAX_TRIES => ("dead", 0),
            // 10 s, 20 s, 40 s … with up to half as much again, so that not all come back at once.
            false => {
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
        let tx = city.store.write().await?;
        message::finish(&tx, row.id, &owner, state, now_ms.saturating_add(wait_ms)).await?;
        tx.commit().await?;
    }
    Ok(done)
}

fn body(city: &City, row: &message::Model) -> Result<String> {
    let recipient = if row.channel == "sms" {
        city.secret.open_sealed(RECIPIENT, &row.recipient)?
    } else {
        row.recipient.clone()
    };
    let mut args: serde_json::Value = serde_json::from_str(&row.args).unwrap_or_default();
    let code = open_code(city, &args)?;
    if let Some(args) = args.as_object_mut().filter(|_| !code.is_empty()) {
        args.insert("code".to_owned(), code.into());
    }
    let message = json!({
        "channel": row.channel,
        "recipient": recipient,
        "template": row.template,
        "args": args,
        "key": row.dedupe,
    });
    Ok(message.to_string())
}

/// A POST of HTTP/1.1 in the plainest form; answers the status. The gateway stands in the city's own network; TLS to
/// it is a proxy's work.
async fn post(address: &str, path: &str, secret: &str, key: &str, body: &str) -> std::io::Result<u16> {
    let signature = HEXLOWER.encode(&keyed(secret.as_bytes(), "message", body.as_bytes()));
    let mut stream = TcpStream::connect(address).await?;
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         idempotency-key: {key}\r\nx-signature: sha256={signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    // The status line is all that matters: a gateway must not fill our memory.
    stream.take(4096).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok());
    status.ok_or_else(|| std::io::Error::other("no HTTP answer"))
}
