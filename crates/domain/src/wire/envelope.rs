//! A signed file: the exact payload bytes and a list of signatures over them (DSSE 1.0.2, secure-systems-lab).
//!
//! The bytes are signed, not a canonical form of the JSON, so there is nothing for two parsers to disagree
//! about. Several signatures stand side by side while a key is being replaced.

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// A signed file. `keys` is a hint outside the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// Base64 of the signed bytes.
    pub payload: String,
    /// What the bytes are; part of what is signed, so a key list cannot pass for a head.
    #[serde(rename = "payloadType")]
    pub payload_type: String,
    /// Signatures by one or several keys.
    pub signatures: Vec<Signature>,
    /// The number of the newest key list. Unsigned: it only tells where to look, a lie costs one request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<u32>,
}

/// One signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// [`PublicKey::id`] of the key.
    pub keyid: String,
    /// `ed25519`; others are ignored, so that a city can add SM2 beside it.
    pub alg: String,
    /// Base64 of the signature over [`pae`].
    pub sig: String,
}

/// An ed25519 public key, written as 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey(pub String);

impl PublicKey {
    /// The key's short name: the first 8 bytes of its SHA-256, in hexadecimal.
    pub fn id(&self) -> String {
        let hash = Sha256::digest(self.0.as_bytes());
        HEXLOWER.encode(hash.split_at(8).0)
    }

    fn verifying(&self) -> Option<VerifyingKey> {
        let bytes = HEXLOWER.decode(self.0.as_bytes()).ok()?;
        VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
    }
}

/// Why a signed file is not believed. The words are for logs; people see a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Not an envelope, or its payload is not what the type promises.
    #[error("not a signed {0}")]
    Malformed(&'static str),
    /// Too few valid signatures by known keys.
    #[error("{valid} of {needed} needed signatures are by trusted keys")]
    Signatures {
        /// Valid signatures by distinct trusted keys.
        valid: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A key list that is not the next one.
    #[error("key list {found} where {expected} was expected")]
    Sequence {
        /// Its number.
        found: u32,
        /// The number it should have.
        expected: u32,
    },
}

/// DSSE's pre-authentication encoding: what is really signed.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Envelope {
    /// Reads an envelope and opens it if at least `needed` distinct keys of `trusted` have signed it.
    ///
    /// # Errors
    /// [`Untrusted`]; nothing of the payload is parsed before the signatures hold.
    pub fn open<T: DeserializeOwned>(
        bytes: &[u8],
        payload_type: &'static str,
        trusted: &[PublicKey],
        needed: usize,
    ) -> Result<(T, Self), Untrusted> {
        let malformed = || Untrusted::Malformed(payload_type);
        let envelope: Self = serde_json::from_slice(bytes).map_err(|_| malformed())?;
        if envelope.payload_type != payload_type {
            return Err(malformed());
        }
        let payload = BASE64
            .decode(envelope.payload.as_bytes())
            .map_err(|_| malformed())?;
        let message = pae(payload_type, &payload);
        let valid = trusted
            .iter()
            .filter(|key| envelope.is_signed_by(key, &message))
            .count();
        if valid < needed || needed == 0 {
            return Err(Untrusted::Signatures { valid, needed });
        }
        Ok((
            serde_json::from_slice(&payload).map_err(|_| malformed())?,
            envelope,
        ))
    }

    /// What the envelope says, whoever made it. For one's own files, and to learn which keys to check it with;
    /// everything else calls [`Self::open`].
    pub fn unverified<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&BASE64.decode(self.payload.as_bytes()).ok()?).ok()
    }

    fn is_signed_by(&self, key: &PublicKey, message: &[u8]) -> bool {
        let Some(verifying) = key.verifying() else {
            return false;
        };
        let id = key.id();
        self.signatures
            .iter()
            .filter(|s| s.alg == "ed25519" && s.keyid == id)
            .any(|s| {
                let bytes = BASE64.decode(s.sig.as_bytes()).unwrap_or_default();
                ed25519_dalek::Signature::from_slice(&bytes)
                    .is_ok_and(|signature| verifying.verify_strict(message, &signature).is_ok())
            })
    }
}
