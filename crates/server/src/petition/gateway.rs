//! Where messages go: nowhere (`log`, they are read at the desk), or to a gateway that takes signed JSON.
//!
//! Two arms of one enum and not a trait: the second gateway a city needs will tell what the trait should be. Rejected:
//! a hand-written request (no TLS, and gateways of telephone companies stand outside the city's network), and following
//! redirects: a phone number goes to the host that the city has named.

use crate::{Config, Error, Result};
use data_encoding::HEXLOWER;
use reqwest::{Client, Url, redirect::Policy};
use std::time::Duration;
use weimenhu_domain::petition::receipt::keyed;

/// How long a try takes at most.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Where messages go.
#[derive(Debug, Clone)]
pub enum Gateway {
    /// Nowhere: they are read at the desk.
    Log,
    /// To this gateway.
    Http(Http),
}

/// A gateway that takes messages by POST.
#[derive(Clone)]
pub struct Http {
    client: Client,
    url: Url,
    /// Signs the body: HMAC-SHA-256.
    secret: String,
}

impl std::fmt::Debug for Http {
    /// Never the secret, nor what may stand in the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl Gateway {
    /// As the settings say.
    ///
    /// # Errors
    /// The address is none; TLS cannot be set up.
    pub fn of(config: &Config) -> Result<Self> {
        if config.message_gateway.is_empty() {
            return Ok(Self::Log);
        }
        let url = address(&config.message_gateway)?;
        let client = Client::builder()
            .timeout(PATIENCE)
            .redirect(Policy::none())
            .build()
            .map_err(|e| Error::usage(format!("the message gateway cannot be reached: {e}")))?;
        let secret = config.message_secret.clone();
        Ok(Self::Http(Http { client, url, secret }))
    }
}

/// Reads the address of a gateway.
///
/// # Errors
/// It is none: a misspelt one must not send messages nowhere for days.
pub fn address(text: &str) -> Result<Url> {
    let url = Url::parse(text).ok();
    let known = url.filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    known.ok_or_else(|| {
        Error::usage("message_gateway must be http://host:port/path or https://host/path, or empty")
    })
}

impl Http {
    /// Sends a message; whether the gateway has it. A gateway that answers anything but 2xx, late or not at all gets it
    /// again, with the same key.
    pub async fn send(&self, key: &str, body: String) -> bool {
        let signature = HEXLOWER.encode(&keyed(self.secret.as_bytes(), "message", body.as_bytes()));
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .header("x-signature", format!("sha256={signature}"))
            .body(body);
        // What it says beside the status does not matter: it must not fill our memory.
        request
            .send()
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_or_refused() {
        for right in ["http://127.0.0.1:8001/sms", "https://sms.example/send?app=1"] {
            assert!(address(right).is_ok(), "{right}");
        }
        for wrong in ["localhost:8001", "htp://x/", "/sms", "file:///etc/passwd", "短信"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
