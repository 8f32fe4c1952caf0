//! The only SQL of the server: what is known of every record, and what was published of it.
//!
//! SQLite is embedded and the default; PostgreSQL runs the same code. SQLite has one connection that writes, because it
//! has one writer anyway, and some that read, so that a long transaction or a slow page keeps nobody else waiting; WAL
//! with `synchronous=FULL` because a published epoch must never be forgotten.
//! Reading takes any connection, writing takes a transaction, so the compiler says what may change what.
//!
//! Rejected: a repository trait. There is one store.

pub(crate) mod collection;
pub(crate) mod copy;
pub(crate) mod erase;
pub(crate) mod lease;
pub(crate) mod meta;
mod migrations;
pub(crate) mod object;
pub(crate) mod operation;
pub(crate) mod pack;
pub(crate) mod petition;
pub(crate) mod queue;
pub(crate) mod record;
pub(crate) mod redaction;
pub(crate) mod segment;

use crate::{Config, Error, Result};
/// What can be asked: the readers, or the one transaction that writes.
pub use sea_orm::ConnectionTrait as Readable;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use std::{fs, path::Path, time::Duration};
use weimenhu_domain::wire::ObjectRef;

/// What everything that changes the database takes.
pub(crate) type Tx = DatabaseTransaction;

/// Rows per INSERT or IN list: far below SQLite's 32,766 variables.
pub(crate) const CHUNK: usize = 500;

/// How long a connection waits for another one's lock.
const BUSY: Duration = Duration::from_secs(30);
/// Connections that read at once on SQLite. Each has a thread and a few MB of pages.
const READERS: u32 = 4;

/// The database of one city.
#[derive(Debug, Clone)]
pub struct Store {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
}

impl Store {
    /// Connects and brings the schema up to date.
    ///
    /// # Errors
    /// The database cannot be reached, or was written by a newer program.
    pub async fn open(config: &Config) -> Result<Self> {
        if config.database_url.is_none() {
            for_owner_only(&config.own_database())?;
        }
        let url = config.database_url.as_deref().unwrap_or("sqlite://weimenhu");
        if !url.starts_with("sqlite:") {
            let db = Database::connect(options(url)).await?;
            migrations::migrate(&db).await?;
            return Ok(Self {
                writer: db.clone(),
                readers: db,
            });
        }
        let writer = Database::connect(sqlite(config, url, 1)).await?;
        migrations::migrate(&writer).await?;
        Ok(Self {
            writer,
            readers: Database::connect(sqlite(config, url, READERS)).await?,
        })
    }

    /// Ends every connection, so that the files can be moved.
    pub(crate) async fn close(self) -> Result<()> {
        self.readers.close().await?;
        Ok(self.writer.close().await?)
    }

    /// For reading.
    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.readers
    }

    /// For one statement that changes something by itself and waits for the writer's turn like every other.
    pub(crate) fn at_once(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For reading several things as they were at one moment; whoever writes does not wait for it.
    pub(crate) async fn moment(&self) -> Result<DatabaseTransaction> {
        Ok(self.readers.begin().await?)
    }

    /// For writing. Writers wait for each other: on SQLite by BEGIN IMMEDIATE, on PostgreSQL at one locked row;
    /// so numbers given as "the highest plus one" are never given twice.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = self.writer.begin_with_options(options).await?;
        if tx.get_database_backend() != DbBackend::Sqlite {
            meta::set(&tx, "writer", "").await?;
        }
        Ok(tx)
    }
}

fn options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .acquire_timeout(Duration::from_secs(60));
    options
}

fn sqlite(config: &Config, url: &str, connections: u32) -> ConnectOptions {
    let own_file = config.database_url.is_none().then(|| config.own_database());
    let mut options = options(url);
    options
        .max_connections(connections)
        // A file does not hang up; asking whether it did is a turn to another thread and back before every statement.
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |o| {
            // Set through the builder and not in the URL, which would misread `?` and `%` in a path.
            let o = match &own_file {
                Some(path) => o.filename(path),
                None => o,
            };
            o.create_if_missing(true)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                // A redacted text must not survive in free pages.
                .pragma("secure_delete", "ON")
                .busy_timeout(BUSY)
        });
    options
}

/// What is not published yet, and why something was erased, is nobody else's business. SQLite gives its log and index
/// files the rights of the database.
fn for_owner_only(file: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    fs_mode(&mut options);
    let opened = options.open(file).map_err(Error::file("open", file))?;
    #[cfg(unix)]
    opened
        .set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .map_err(Error::file("protect", file))?;
    drop(opened);
    Ok(())
}

#[cfg(unix)]
fn fs_mode(options: &mut fs::OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// An object as the tables of segments and packs name it; none when a column is not what was written.
fn object_ref(sha: &str, size: i64, raw_size: i64) -> Option<ObjectRef> {
    Some(ObjectRef {
        sha: sha.parse().ok()?,
        size: size.try_into().ok()?,
        raw_size: raw_size.try_into().ok()?,
    })
}
