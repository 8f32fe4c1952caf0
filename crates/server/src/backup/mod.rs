//! Backup and restore of a city on SQLite: one tar of what cannot be made again, with a manifest that notices damage.
//!
//! In it: the database as it was at one moment, pictures and attachments that its records show, the files of letters,
//! the published key lists. Segments, packs and indexes are not: a restored city begins new lineages, which makes them
//! from the database. Keys only when asked for: the database seals names and phones under `letters.key`, and a tar
//! with both would be a tar without seals. Without that key no receipt and no idempotency key would be known again, so
//! a restore asks for the very one.
//!
//! The manifest comes last: a tar that was cut off has none. It is against damage, not against forgery; whoever can
//! write backups can write the database.
//!
//! Rejected: copying the three files of a running SQLite (torn), holding the publisher's lease meanwhile (a redaction
//! would wait for gigabytes), and continuing the old lineages (devices have seen epochs that the backup has not).

mod restore;
mod take;

pub use restore::{Options, Restored, restore};
pub use take::{Taken, take};

use crate::{Config, Error, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};
use weimenhu_domain::record::Sha256;

/// What this build writes; another number is refused.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
/// The hash of the manifest's bytes.
const SEAL: &str = "manifest.sha256";
const DATABASE: &str = "weimenhu.sqlite";

/// What is in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    /// Version of the program that wrote it.
    program: String,
    /// The moment of the database; what was published later is not in it.
    taken: Timestamp,
    /// The newest publication at that moment.
    ver: u64,
    /// Which key of letters belongs to the database, without telling it.
    letters_key: String,
    files: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    path: String,
    size: u64,
    sha256: Sha256,
}

/// One file of a tar, by its path there. Nothing else is ever written to a disk.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Database,
    KeyList(u32),
    Media(Sha256),
    Letter(String),
    LettersKey,
    HeadKey,
    Manifest,
    Seal,
}

impl Part {
    fn path(&self) -> String {
        match self {
            Self::Database => DATABASE.into(),
            Self::KeyList(n) => format!("lists/{n}"),
            Self::Media(sha) => format!("media/{sha}"),
            Self::Letter(name) => format!("letters/{name}"),
            Self::LettersKey => "keys/letters.key".into(),
            Self::HeadKey => "keys/head.key".into(),
            Self::Manifest => MANIFEST.into(),
            Self::Seal => SEAL.into(),
        }
    }

    fn parse(path: &str) -> Option<Self> {
        let random = |name: &str| name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit());
        match path {
            DATABASE => Some(Self::Database),
            MANIFEST => Some(Self::Manifest),
            SEAL => Some(Self::Seal),
            "keys/letters.key" => Some(Self::LettersKey),
            "keys/head.key" => Some(Self::HeadKey),
            _ => match path.split_once('/')? {
                ("lists", n) => n.parse().ok().map(Self::KeyList),
                ("media", sha) => sha.parse().ok().map(Self::Media),
                ("letters", name) if random(name) => Some(Self::Letter(name.into())),
                _ => None,
            },
        }
    }
}

/// Hashes and counts what is read through it.
struct Hashed<R> {
    from: R,
    hash: sha2::Sha256,
    size: u64,
}

impl<R: Read> Hashed<R> {
    fn new(from: R) -> Self {
        Self {
            from,
            hash: sha2::Sha256::new(),
            size: 0,
        }
    }

    fn entry(self, part: &Part) -> Entry {
        Entry {
            path: part.path(),
            size: self.size,
            sha256: Sha256(self.hash.finalize().into()),
        }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let many = self.from.read(buffer)?;
        self.hash.update(buffer.get(..many).unwrap_or_default());
        self.size = self.size.saturating_add(many as u64);
        Ok(many)
    }
}

/// Where a restore unpacks, beside the place of the city.
fn unpacking(config: &Config) -> PathBuf {
    config.data_dir.join("restoring")
}

/// Looks after what a restore left that was killed. The database comes last: where it is, the city is whole, and what
/// was unpacked beside it is deleted, because letters are in it that may be erased any day. Where it is not, there is
/// no city, and nobody may be given an empty one that is published over the old objects.
///
/// # Errors
/// A restore was begun here and has not ended.
pub(crate) fn after_a_restore(config: &Config) -> Result<()> {
    let beside = unpacking(config);
    if config.database_url.is_some() || !beside.exists() {
        return Ok(());
    }
    if config.own_database().exists() {
        return restore::clear(&beside);
    }
    Err(Error::usage(format!(
        "a restore into {} was begun and has not ended: begin it again; or delete {} for a new city",
        config.data_dir.display(),
        beside.display()
    )))
}

fn letters_key(data_dir: &Path) -> PathBuf {
    data_dir.join("keys").join("letters.key")
}

/// # Errors
/// The city is not on the built-in database.
fn expect_own_database(config: &Config) -> Result<()> {
    match &config.database_url {
        None => Ok(()),
        Some(_) => Err(Error::usage(
            "database_url is set: back the database up with its own tools (pg_dump), and with it, of one moment, \
             data_dir and objects_dir",
        )),
    }
}
