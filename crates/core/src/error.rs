//! Errors: rich inside, a closed [`Code`] outside, one match between.
//!
//! The UI chooses its words by code and never reads an error's text; the text is for logs, and holds no
//! person's data and no letter.

use rusqlite::ffi;
use serde::Serialize;
use std::path::PathBuf;
use weimenhu_domain::wire::{Malformed, Untrusted};

/// What went wrong, with its cause.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A file could not be read or written.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// The server could not be reached.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The server was reached and did not answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The server answered with an HTTP status that is no answer.
    #[error("the server answered {status}")]
    Status {
        /// The status.
        status: u16,
        /// How long it asks to be left alone, in seconds.
        retry_after_s: Option<u32>,
    },
    /// Somebody else answered: a log-in page of a hotel or an underground train.
    #[error("a page came instead of the city's data")]
    CaptivePortal,
    /// The signature is not by a key we trust.
    #[error("not trusted: {0}")]
    Untrusted(#[from] Untrusted),
    /// The head is older than one already seen.
    #[error("head {offered} offered after {seen}")]
    Rollback {
        /// Its number.
        offered: u64,
        /// The highest number seen.
        seen: u64,
    },
    /// An object is not what its name, size or digest says.
    #[error("damaged object: {0}")]
    Damaged(String),
    /// The records do not add up to what the index promised.
    #[error("the records do not agree with the digest")]
    Digest,
    /// There is no such record on this device, or no such object on the server.
    #[error("not found")]
    NotFound,
    /// What was asked makes no sense.
    #[error("invalid: {0}")]
    Invalid(&'static str),
    /// The bundled key list is a demonstration's and this build is not.
    #[error("demo keys in a production build")]
    DemoKeys,
    /// The data folder is in use by another process.
    #[error("another instance uses this data folder")]
    Busy,
    /// The search index is broken: it is made anew from the rows, and until then the rows are read.
    #[error("the search index is damaged")]
    Index,
    /// The database was written by a newer app: this one does not know what stands in it.
    #[error("the database has schema {found}, this app knows {known}")]
    Newer {
        /// The version that stands in the file.
        found: u32,
        /// The newest that this app knows.
        known: u32,
    },
    /// Somebody asked for something newer meanwhile and no longer waits for this.
    #[error("no longer wanted")]
    Cancelled,
    /// The server refuses it for good, by the code of its problem document.
    #[error("refused: {0}")]
    Refused(String),
    /// No letter has this number and code.
    #[error("no letter has this number and code")]
    WrongCode,
    /// More than there may be.
    #[error("too many")]
    TooMany,
    /// As many topics are followed as there may be.
    #[error("too many topics")]
    TooManyTopics,
    /// What was sealed on this device does not open: its key is gone, or it was damaged.
    #[error("what was sealed does not open")]
    Sealed,
    /// The file of the key is no key. Nothing else is: who puts a copy back has everything again.
    #[error(
        "{} is damaged. Put back a copy of this file from a backup of the device. Without one, delete it: drafts and \
         receipts on this device are lost then, and letters that were sent come back by phone number",
        .0.display()
    )]
    Key(PathBuf),
}

/// The result of everything the core does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a window or a script is told. Only codes that somebody acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No network, or no server there.
    Offline,
    /// The network is slow; try again.
    Timeout,
    /// The server has a problem; try later.
    Server,
    /// Sign in to the Wi-Fi first.
    CaptivePortal,
    /// What came was not signed by the city; nothing of it was used.
    Untrusted,
    /// What came was older than what is here; nothing of it was used.
    Rollback,
    /// What came was damaged; nothing of it was used.
    Damaged,
    /// The server needs a newer app, or what is here was written by one.
    UpdateApp,
    /// The key of what is the person's own is damaged, or not the one it was sealed with.
    Sealed,
    /// The device is full.
    DiskFull,
    /// No such record.
    NotFound,
    /// The request makes no sense.
    Invalid,
    /// Another instance is running.
    Busy,
    /// A newer request of the same kind has taken its place.
    Cancelled,
    /// The city's server refuses it for good.
    Refused,
    /// No letter has this number and code.
    WrongCode,
    /// Too many, or too often.
    TooMany,
    /// As many topics are followed as there may be.
    TooManyTopics,
    /// Something else; see the log.
    Internal,
}

impl Error {
    /// The one conversion.
    pub fn code(&self) -> Code {
        match self {
            Self::Sqlite(_) if self.is_no_room_to_share() => Code::DiskFull,
            Self::Sqlite(e) => match e.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DiskFull) => Code::DiskFull,
                Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Code::Busy,
                _ => Code::Internal,
            },
            Self::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => Code::DiskFull,
            Self::Io(_) => Code::Internal,
            Self::Unreachable(_) => Code::Offline,
            Self::Timeout => Code::Timeout,
            Self::Status { status: 429, .. } | Self::TooMany => Code::TooMany,
            Self::TooManyTopics => Code::TooManyTopics,
            Self::Status { .. } => Code::Server,
            Self::CaptivePortal => Code::CaptivePortal,
            Self::Untrusted(_) | Self::DemoKeys => Code::Untrusted,
            Self::Rollback { .. } => Code::Rollback,
            Self::Damaged(_) | Self::Digest => Code::Damaged,
            Self::NotFound => Code::NotFound,
            Self::Invalid(_) => Code::Invalid,
            Self::Busy => Code::Busy,
            Self::Index => Code::Internal,
            Self::Newer { .. } => Code::UpdateApp,
            Self::Cancelled => Code::Cancelled,
            Self::Refused(_) => Code::Refused,
            Self::WrongCode => Code::WrongCode,
            Self::Sealed | Self::Key(_) => Code::Sealed,
        }
    }

    /// The code as it is stored and shown beside a letter: the server's own, where it gave one.
    pub(crate) fn problem(&self) -> String {
        match self {
            Self::Refused(code) => code.clone(),
            other => serde_json::to_value(other.code())
                .ok()
                .and_then(|code| code.as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }

    /// The file by which SQLite's connections find each other could not be made: the disk is full, or refuses.
    pub(crate) fn is_no_room_to_share(&self) -> bool {
        matches!(self, Self::Sqlite(rusqlite::Error::SqliteFailure(e, _))
            if [ffi::SQLITE_IOERR_SHMOPEN, ffi::SQLITE_IOERR_SHMSIZE, ffi::SQLITE_IOERR_SHMMAP].contains(&e.extended_code))
    }

    /// The database file itself is broken: SQLite found it malformed or no database at all.
    pub fn is_corruption(&self) -> bool {
        matches!(self, Self::Sqlite(e) if matches!(
            e.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        ))
    }
}

impl From<Malformed> for Error {
    fn from(m: Malformed) -> Self {
        Self::Damaged(m.to_string())
    }
}

impl From<serde_json::Error> for Error {
    fn from(e: serde_json::Error) -> Self {
        Self::Damaged(e.to_string())
    }
}
