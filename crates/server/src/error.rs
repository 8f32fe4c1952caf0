//! What can go wrong, told richly to the operator and to the log. The public learns only a code, see
//! [`crate::routes`].
//!
//! Rejected: `anyhow`. Whether a command ends with 1 or 2 and whether a request ends with 500 or 503 is decided
//! by the kind of error, so the kinds are written down.

use sea_orm::DbErr;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};
use weimenhu_domain::{record::Sha256, wire::Untrusted};

/// Everything that stops a command or a publication.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operator asked for something that cannot be done as it stands; the text says what to change.
    #[error("{0}")]
    Usage(String),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] DbErr),
    /// A file.
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        /// The verb: read, write, delete.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The network or a process.
    #[error("cannot {what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that should be signed is not.
    #[error("{0}")]
    Untrusted(#[from] Untrusted),
    /// A stored object is not what its name or the database says.
    #[error("object {sha}: {why}")]
    Damaged {
        /// The object.
        sha: Sha256,
        /// What is wrong with it.
        why: String,
    },
    /// A row of the database does not hold what this build writes.
    #[error("database: {0}")]
    Inconsistent(String),
    /// Another process publishes.
    #[error("another process holds the right to publish until {until}; try again, or stop it first")]
    Busy {
        /// When its lease ends, RFC 3339.
        until: String,
    },
    /// The right to publish was lost on the way; nothing was changed.
    #[error("the right to publish was lost to another process; nothing was changed")]
    Overtaken,
}

/// The usual result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Turns the error of a file operation into one that names the file.
    pub fn file(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { what, path, source }
    }

    /// Turns an error of the operating system into one that says what was being done.
    pub fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what, source }
    }

    /// A text that the operator can act on.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// An object of the tree is missing or damaged; it can be made again from the database.
    pub(crate) fn is_lost_object(&self) -> bool {
        match self {
            Self::Damaged { .. } => true,
            Self::File { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// The disk, or the database's part of it, has no room.
    pub fn is_full(&self) -> bool {
        match self {
            Self::File { source, .. } | Self::Io { source, .. } => {
                matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
            }
            // sqlx tells SQLITE_FULL (13) and PostgreSQL's 53100 by their words alone here.
            Self::Store(e) => {
                let words = e.to_string();
                words.contains("database or disk is full") || words.contains("No space left")
            }
            _ => false,
        }
    }

    /// The database cannot be reached, whatever it is asked.
    pub(crate) fn is_connection(&self) -> bool {
        matches!(self, Self::Store(DbErr::Conn(_) | DbErr::ConnectionAcquire(_)))
    }

    /// What the process ends with: 2 for what the operator can put right by changing the call or the file.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            _ => 1,
        }
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(e: tokio::task::JoinError) -> Self {
        Self::Io {
            what: "finish a background computation",
            source: std::io::Error::other(e),
        }
    }
}

/// JSON that this server wrote itself.
pub(crate) fn own_json<T>(result: serde_json::Result<T>, what: &str) -> Result<T> {
    result.map_err(|e| Error::Inconsistent(format!("{what}: {e}")))
}
