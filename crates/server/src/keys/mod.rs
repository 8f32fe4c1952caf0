//! Signing keys: files that one person or one publisher holds, and the signatures made with them.
//!
//! A key file is JSON with the role, the public key and the 32-byte ed25519 seed, readable by its owner only.
//! Rejected: passphrases on key files. A root key belongs on a medium in a safe, a head key must be usable by a
//! service that starts alone; for both a passphrase would end up in a file beside the key.

mod demo;
mod list;

pub use demo::{DEMO_HEAD, DEMO_ROOTS, could_be_demo, demo_head_key, demo_key_list, demo_roots, set_up_demo};
pub use list::{ListDraft, add_signatures, is_complete, published};

use crate::{Error, Result, error::own_json, tree};
use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use std::{fmt, io::Write, path::Path};
use weimenhu_domain::wire::{Envelope, PublicKey, Signature, pae};

/// What a key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Key lists; kept offline.
    Root,
    /// Heads; kept on the publisher.
    Head,
}

/// A private key.
#[derive(Clone)]
pub struct Key {
    /// What it may sign.
    pub role: Role,
    signing: SigningKey,
}

impl fmt::Debug for Key {
    /// Never the seed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("role", &self.role)
            .field("id", &self.public().id())
            .finish()
    }
}

#[derive(Serialize, Deserialize)]
struct KeyFile {
    role: Role,
    alg: String,
    public: String,
    seed: String,
}

impl Key {
    /// A new random key.
    pub fn generate(role: Role) -> Self {
        Self::from_seed(role, rand::random())
    }

    /// The key with this seed.
    pub fn from_seed(role: Role, seed: [u8; 32]) -> Self {
        Self {
            role,
            signing: SigningKey::from_bytes(&seed),
        }
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// The file is missing or is no key file, or its two halves do not belong together.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(Error::file("read", path))?;
        let no_key = || Error::usage(format!("{} is not a key file", path.display()));
        let file: KeyFile = serde_json::from_slice(&bytes).map_err(|_| no_key())?;
        let seed = HEXLOWER.decode(file.seed.as_bytes()).map_err(|_| no_key())?;
        let key = Self::from_seed(file.role, seed.try_into().map_err(|_| no_key())?);
        if file.alg != "ed25519" || key.public().0 != file.public {
            return Err(no_key());
        }
        Ok(key)
    }

    /// Writes a key file that only its owner can read. An existing file is never overwritten.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
            std::fs::create_dir_all(dir).map_err(Error::file("create", dir))?;
        }
        let file = KeyFile {
            role: self.role,
            alg: "ed25519".into(),
            public: self.public().0,
            seed: HEXLOWER.encode(&self.signing.to_bytes()),
        };
        let json = own_json(serde_json::to_string_pretty(&file), "key file")?;
        tree::create_private(path)
            .and_then(|mut f| {
                f.write_all(json.as_bytes())?;
                f.write_all(b"\n")?;
                f.sync_all()
            })
            .map_err(Error::file("write", path))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(HEXLOWER.encode(&self.signing.verifying_key().to_bytes()))
    }

    /// Signs a payload of this type.
    pub fn sign(&self, payload_type: &str, payload: &[u8]) -> Signature {
        let signature = self.signing.sign(&pae(payload_type, payload));
        Signature {
            keyid: self.public().id(),
            alg: "ed25519".into(),
            sig: BASE64.encode(&signature.to_bytes()),
        }
    }
}

/// Puts a payload and its signatures into an envelope.
pub fn seal(payload_type: &str, payload: &[u8], keys: &[&Key], newest_list: Option<u32>) -> Envelope {
    Envelope {
        payload: BASE64.encode(payload),
        payload_type: payload_type.into(),
        signatures: keys.iter().map(|k| k.sign(payload_type, payload)).collect(),
        keys: newest_list,
    }
}
