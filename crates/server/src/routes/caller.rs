//! Who calls, as far as the network says: address, idempotency key, token, proof of work. And the keys under which
//! something is being done this very moment.

use super::problem::Code;
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use std::{
    collections::HashSet,
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

/// What the headers of a request say.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Its address. Behind a proxy on this machine, the one that the proxy saw.
    pub from: IpAddr,
    key: Option<String>,
    bearer: Option<String>,
    proof: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
        let header = |name: &str| text(&parts.headers, name);
        let forwarded = header("x-forwarded-for")
            .and_then(|all| all.rsplit(',').next()?.trim().parse().ok())
            .filter(|_| peer.is_loopback());
        let bearer = header("authorization").and_then(|h| Some(h.strip_prefix("Bearer ")?.trim().to_owned()));
        Ok(Self {
            from: forwarded.unwrap_or(peer),
            key: header("idempotency-key"),
            bearer,
            proof: header("x-altcha"),
        })
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl Caller {
    /// The idempotency key; without one no citizen writes anything.
    pub fn key(&self) -> Result<&str, Code> {
        let key = self
            .key
            .as_deref()
            .ok_or(Code::BadRequest("idempotency_key_missing"))?;
        let plain = key.bytes().all(|b| b.is_ascii_graphic());
        // Shorter ones would be shared by chance, and the receipt is made from it.
        if plain && (16..=200).contains(&key.len()) {
            Ok(key)
        } else {
            Err(Code::BadRequest("idempotency_key_wrong"))
        }
    }

    /// The tracking token.
    pub fn bearer(&self) -> Result<&str, Code> {
        self.bearer.as_deref().ok_or(Code::NotFound)
    }

    /// The solved challenge.
    pub fn proof(&self) -> Option<&str> {
        self.proof.as_deref()
    }
}

/// Keys that are being worked on.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<String>>>);

impl InFlight {
    /// Enters with a key, until the guard is dropped.
    ///
    /// # Errors
    /// Another request with the same key is under way: 409, come again.
    pub fn enter(&self, key: &str) -> Result<Inside, Code> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.insert(key.to_owned()) {
            Ok(Inside(self.0.clone(), key.to_owned()))
        } else {
            Err(Code::Conflict("in_flight"))
        }
    }
}

/// A key that is being worked on.
#[derive(Debug)]
pub struct Inside(Arc<Mutex<HashSet<String>>>, String);

impl Drop for Inside {
    fn drop(&mut self) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.1);
    }
}
