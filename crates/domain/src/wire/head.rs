//! The head: the only object that changes, and the only one that is asked for again and again.

use super::{Envelope, Epoch, KeyList, Lineage, Untrusted};
use crate::record::Sha256;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the server publishes now, by collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// One more with every publication; a device refuses a lower one than it has seen.
    pub ver: u64,
    /// When it was signed, at least once a day. Shown as 内容截至…, never compared with the device's clock.
    pub issued: Timestamp,
    /// The oldest app that this server still serves, `major.minor.patch`; empty when any will do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub min_app: String,
    /// Seconds to leave the server alone after this answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub backoff_s: u32,
    /// Root of the letters' audit chain; empty until there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub audit_root: String,
    /// By name, not by [`crate::Collection`]: an older app must read a head with collections it does not know.
    pub collections: BTreeMap<String, CollectionHead>,
}

/// Where one collection stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionHead {
    /// Which history the epochs count in.
    pub lineage: Lineage,
    /// The newest change.
    pub epoch: Epoch,
    /// Major version of the record schema, see [`super::SCHEMA`].
    pub schema: u32,
    /// The [`super::Index`] object.
    pub index: Sha256,
    /// Its size on the wire, in bytes.
    pub index_size: u64,
}

/// Every poll of every device pays for each byte of a head: what says nothing is left out.
fn is_zero(seconds: &u32) -> bool {
    *seconds == 0
}

impl Head {
    /// The payload type that is signed with it.
    pub const TYPE: &'static str = "application/vnd.weimenhu.head+json";

    /// Opens a head that at least one of the list's head keys has signed.
    ///
    /// # Errors
    /// [`Untrusted`] when no listed key has signed these bytes.
    pub fn open(bytes: &[u8], keys: &KeyList) -> Result<(Self, Envelope), Untrusted> {
        Envelope::open(bytes, Self::TYPE, &keys.heads, 1)
    }
}
