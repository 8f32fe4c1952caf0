//! The secret of 网络问政: one key file, from which everything else is derived with a label. It seals names and
//! phones in the database, and makes codes and tokens from idempotency keys.
//!
//! Whoever has the database and not this file reads no name and guesses no code. Rejected: one random key a row,
//! wrapped by a master key (rotation is not promised yet, and a second place for keys is a second place to lose them).

use crate::{Error, Result, tree};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::{BASE64, HEXLOWER};
use std::{fmt, fs, io::ErrorKind, io::Write, path::Path};
use weimenhu_domain::petition::receipt::{self, QueryCode};

/// The opened secret.
pub struct Secret {
    root: [u8; 32],
    cipher: XChaCha20Poly1305,
}

impl fmt::Debug for Secret {
    /// Nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Reads the key file, or makes one that only its owner can read.
    ///
    /// # Errors
    /// The file cannot be read or made, or is no key file.
    pub fn open(path: &Path) -> Result<Self> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => make(path)?,
            Err(e) => return Err(Error::file("read", path)(e)),
        };
        let root = HEXLOWER
            .decode(text.trim().as_bytes())
            .ok()
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
            .ok_or_else(|| Error::usage(format!("{} is not a key file of letters", path.display())))?;
        let key = receipt::keyed(&root, "seal", b"");
        Ok(Self {
            root,
            cipher: XChaCha20Poly1305::new(&key.into()),
        })
    }

    /// Seals a text for a place: it opens nowhere else. 24 random bytes of nonce never repeat.
    pub fn seal(&self, place: &str, text: &str) -> Result<String> {
        if text.is_empty() {
            return Ok(String::new());
        }
        let nonce: [u8; 24] = rand::random();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Inconsistent("a text cannot be sealed".into()))?;
        Ok(BASE64.encode(&[&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for this place; empty for empty.
    pub fn open_sealed(&self, place: &str, sealed: &str) -> Result<String> {
        if sealed.is_empty() {
            return Ok(String::new());
        }
        let damaged = || Error::Inconsistent(format!("a sealed text of {place} does not open"));
        let bytes = BASE64.decode(sealed.as_bytes()).map_err(|_| damaged())?;
        let (nonce, msg) = bytes.split_at_checked(24).ok_or_else(damaged)?;
        let nonce = <[u8; 24]>::try_from(nonce).map_err(|_| damaged())?;
        let payload = Payload {
            msg,
            aad: place.as_bytes(),
        };
        let plain = self
            .cipher
            .decrypt(&XNonce::from(nonce), payload)
            .map_err(|_| damaged())?;
        String::from_utf8(plain).map_err(|_| damaged())
    }

    /// Tells this key from another without telling it.
    pub fn fingerprint(&self) -> String {
        self.kept("fingerprint", "")
    }

    /// The query code of the letter that was sent under this key.
    pub fn code(&self, key: &str) -> QueryCode {
        QueryCode::derive(&self.root, key)
    }

    /// What is kept of a query code.
    pub fn kept_code(&self, code: QueryCode) -> String {
        HEXLOWER.encode(&code.kept(&self.root))
    }

    /// The tracking token of the letter, or of the joiner, that came under this key.
    pub fn token(&self, key: &str) -> String {
        receipt::tracking_token(&self.root, key)
    }

    /// What is kept of a token or key: its keyed hash under a label.
    pub fn kept(&self, label: &str, text: &str) -> String {
        HEXLOWER.encode(&receipt::keyed(&self.root, label, text.as_bytes()))
    }
}

fn make(path: &Path) -> Result<String> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir).map_err(Error::file("create", dir))?;
    }
    let text = HEXLOWER.encode(&rand::random::<[u8; 32]>());
    match tree::create_private(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(Error::file("write", path))?;
            Ok(text)
        }
        // Another process was faster: its key is the key.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            fs::read_to_string(path).map_err(Error::file("read", path))
        }
        Err(e) => Err(Error::file("write", path)(e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_only_with_its_key_and_in_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let secret = Secret::open(&dir.path().join("a/letters.key")).unwrap();
        let again = Secret::open(&dir.path().join("a/letters.key")).unwrap();
        let other = Secret::open(&dir.path().join("b/letters.key")).unwrap();
        let sealed = secret.seal("contact 1", "示例").unwrap();
        assert!(!sealed.contains("示例"));
        assert_ne!(sealed, secret.seal("contact 1", "示例").unwrap());
        assert_eq!(again.open_sealed("contact 1", &sealed).unwrap(), "示例");
        assert!(secret.open_sealed("contact 2", &sealed).is_err());
        assert!(other.open_sealed("contact 1", &sealed).is_err());
        assert!(secret.open_sealed("contact 1", "AAAA").is_err());
        assert_eq!(secret.open_sealed("contact 1", "").unwrap(), "");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_key_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("letters.key");
        Secret::open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "no key").unwrap();
        assert!(Secret::open(&path).is_err());
    }
}
