//! What is the person's own is sealed on the disk: drafts, photos, receipts, codes, tokens, phone.
//!
//! One key, in a file of the data folder that only its owner can read. XChaCha20-Poly1305 with 24 random bytes of
//! nonce, bound to the place it was sealed for: a row copied over another does not open. Who erases everything gets a
//! new key, so that bytes an old backup or a flash chip still has open no more.
//!
//! Rejected: the system's keystore (the `keyring` crate), which 8-safety asked for. On Linux it is a service of the session
//! that asks for a password of its own whenever it was not unlocked with the login (no password at login, or a changed
//! one): a question that an eighty-year-old cannot answer, and behind it, after a reset, letters that never open again. It
//! keeps nothing from other programs of the same person, there as on Windows; what it would keep safe is a stolen disk,
//! and that is what encrypting the disk is for. Phones give each app a folder of its own on an encrypted disk, and their
//! keystores cannot be tried here: a key that was never read back is a lost letter. The settings tell the person where
//! the key is.

use crate::error::{Error, Result};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
};
use tempfile::NamedTempFile;

const FILE: &str = "mine.key";
const NONCE: usize = 24;

/// The opened key.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// Reads the key, or makes the first one.
    ///
    /// # Errors
    /// File errors; [`Error::Key`] for a file that is no key. No new one is made then: a copy may be put back, and what
    /// would be written until then would not open with it.
    pub fn open(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE);
        match fs::read(&file) {
            Ok(bytes) => Ok(Self::with(bytes.try_into().map_err(|_| Error::Key(file))?)),
            Err(e) if e.kind() == ErrorKind::NotFound => Self::renew(folder),
            Err(e) => Err(e.into()),
        }
    }

    /// Makes a new key: nothing that was sealed before opens again.
    ///
    /// # Errors
    /// File errors.
    pub fn renew(folder: &Path) -> Result<Self> {
        let key: [u8; 32] = rand::random();
        // A temporary file is readable by its owner alone, and it takes its name only when it is whole.
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&key)?;
        file.as_file().sync_all()?;
        file.persist(folder.join(FILE)).map_err(|e| e.error)?;
        Ok(Self::with(key))
    }

    fn with(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Seals bytes for a place.
    ///
    /// # Errors
    /// Never with texts and files of the sizes here.
    pub fn seal(&self, place: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: bytes,
            aad: place.as_bytes(),
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        Ok([&nonce[..], &sealed.map_err(|_| Error::Sealed)?].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`Error::Sealed`].
    pub fn open_bytes(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, msg) = sealed.split_at_checked(NONCE).ok_or(Error::Sealed)?;
        let nonce = <[u8; NONCE]>::try_from(nonce).map_err(|_| Error::Sealed)?;
        let payload = Payload {
            msg,
            aad: place.as_bytes(),
        };
        let opened = self.0.decrypt(&XNonce::from(nonce), payload);
        opened.map_err(|_| Error::Sealed)
    }

    /// Seals a value.
    ///
    /// # Errors
    /// As for [`Self::seal`].
    pub fn seal_value<T: Serialize>(&self, place: &str, value: &T) -> Result<Vec<u8>> {
        self.seal(place, &serde_json::to_vec(value)?)
    }

    /// Opens a value.
    ///
    /// # Errors
    /// As for [`Self::open_bytes`]. What serde says is not passed on: it quotes.
    pub fn open_value<T: DeserializeOwned>(&self, place: &str, sealed: &[u8]) -> Result<T> {
        serde_json::from_slice(&self.open_bytes(place, sealed)?).map_err(|_| Error::Sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let sealed = seal.seal("draft 1", "示例".as_bytes()).unwrap();
        assert!(!sealed.windows(3).any(|w| w == "示".as_bytes()));
        let again = Seal::open(folder.path()).unwrap();
        assert_eq!(again.open_bytes("draft 1", &sealed).unwrap(), "示例".as_bytes());
        assert!(again.open_bytes("draft 2", &sealed).is_err());
        assert!(again.open_bytes("draft 1", &[0; 5]).is_err());
        let mut bent = sealed.clone();
        *bent.last_mut().unwrap() ^= 1;
        assert!(again.open_bytes("draft 1", &bent).is_err());
        let renewed = Seal::renew(folder.path()).unwrap();
        assert!(renewed.open_bytes("draft 1", &sealed).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Seal::open(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
