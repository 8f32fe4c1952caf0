//! The cache on the device; the only SQL of the core. One writer, any number of readers, WAL.
//!
//! Who reads takes `&Connection`, who writes `&Transaction`, so the compiler sees to it that what belongs
//! together commits together. Writers begin IMMEDIATE: upgrading a read transaction is what gives SQLITE_BUSY
//! (application-services #829, #2873). Readers are `query_only`.
//!
//! Rejected: an ORM (the queries are few and are the point), a connection pool crate (readers need no limit and
//! no health check: a free list does), sqlx (its own libsqlite3 pin decides for us in the server already).

pub(crate) mod collection;
pub(crate) mod draft;
pub(crate) mod inbox;
pub(crate) mod letter;
pub(crate) mod list;
pub(crate) mod mark;
mod migrations;
pub(crate) mod outbox;
pub(crate) mod own;
pub(crate) mod pack;
pub(crate) mod pinyin;
pub(crate) mod purged;
pub(crate) mod recent;
pub(crate) mod record;
mod salvage;
pub(crate) mod search;
pub(crate) mod setting;
pub(crate) mod step;
pub(crate) mod tally;
pub(crate) mod topic;
#[cfg(test)]
mod turn_test;
pub(crate) mod untold;

use crate::{
    disk,
    error::{Error, Result},
};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// The open databases of one data folder.
pub(crate) struct Store {
    folder: PathBuf,
    writer: Mutex<Connection>,
    /// Who waits for the writer.
    waiting: AtomicUsize,
    readers: Mutex<Vec<Connection>>,
    sharing: Sharing,
}

/// How many connections there may be at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sharing {
    /// The writer, and a reader for everybody who asks.
    Many,
    /// The writer alone, which reads as well. Connections find each other by a file beside the log; a full disk has no
    /// room for it, and what is here must be readable all the same.
    Alone,
}

/// A second of pauses, and what SQLite itself waits for a reader.
const FORGET_TRIES: u32 = 50;
const CITY: &str = "city.db";
const MINE: &str = "mine.db";

impl Store {
    /// Opens both files, creating or upgrading them. A file that SQLite finds broken is moved aside, the person's
    /// own after every readable row was saved; its new place is the second answer. Of a newer app's files the cache is
    /// begun anew and the person's own is an error: [`Error::Newer`].
    pub fn open(folder: &Path) -> Result<(Self, Option<PathBuf>)> {
        fs::create_dir_all(folder)?;
        match Self::open_for(folder, Sharing::Many) {
            Err(e) if e.is_no_room_to_share() => {
                tracing::warn!(error = %e, "the disk is full: one connection for all");
                Self::open_for(folder, Sharing::Alone)
            }
            other => other,
        }
    }

    fn open_for(folder: &Path, sharing: Sharing) -> Result<(Self, Option<PathBuf>)> {
        // The person's own file is opened first and alone: it must not suffer from the cache's faults. It is small
        // enough to be read through at every start.
        let mine = folder.join(MINE);
        let saved_marks =
            match open_file(&mine, migrations::MINE, sharing).and_then(|c| quick_check(&c, "main")) {
                Err(e) if e.is_corruption() => Some(salvage::salvage(&mine)?),
                other => other.map(|()| None)?,
            };
        let (writer, aside) = match open_city(&folder.join(CITY), sharing) {
            // The cache of a newer app is of no use to this one, is not damaged, and comes again from the city.
            Err(e @ Error::Newer { .. }) => {
                tracing::warn!(error = %e, "the cache is begun anew");
                fs::remove_file(set_aside(&folder.join(CITY))?)?;
                (open_city(&folder.join(CITY), sharing)?, None)
            }
            Err(e) if e.is_corruption() => {
                let aside = set_aside(&folder.join(CITY))?;
                (open_city(&folder.join(CITY), sharing)?, Some(aside))
            }
            other => (other?, None),
        };
        attach(&writer, folder)?;
        let store = Self {
            folder: folder.to_owned(),
            writer: Mutex::new(writer),
            waiting: AtomicUsize::new(0),
            readers: Mutex::new(Vec::new()),
            sharing,
        };
        Ok((store, aside.or(saved_marks)))
    }

    /// Runs `read` on a reader. Every reader sees one state from its first statement to its last.
    pub fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        if self.sharing == Sharing::Alone {
            return read(&*lock(&self.writer).transaction()?);
        }
        let free = lock(&self.readers).pop();
        let mut reader = match free {
            Some(reader) => reader,
            None => self.new_reader()?,
        };
        let tx = reader.transaction()?;
        let answer = read(&tx);
        drop(tx);
        lock(&self.readers).push(reader);
        answer
    }

    /// Runs `write` in one transaction; it is rolled back when `write` fails.
    pub fn write<T>(&self, write: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut writer = lock(&self.writer);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = write(&tx)?;
        tx.commit()?;
        Ok(answer)
    }

    /// The same for work of quiet moments that writes step after step: whoever waits goes first. The lock itself is not
    /// fair: measured on two busy cores, somebody stood behind 12 to 276 such steps.
    pub fn write_idly<T>(&self, write: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        while self.waiting.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        self.write(write)
    }

    /// Makes deleted bytes leave the disk: what was freed is already zeroed (`secure_delete`), this empties the
    /// write-ahead log that may still hold them.
    pub fn forget(&self) -> Result<()> {
        self.write(search::purge)?;
        self.truncate("PRAGMA main.wal_checkpoint(TRUNCATE)")
    }

    /// The same for the person's own file.
    pub fn forget_mine(&self) -> Result<()> {
        self.truncate("PRAGMA mine.wal_checkpoint(TRUNCATE)")
    }

    fn truncate(&self, sql: &str) -> Result<()> {
        for _ in 0..FORGET_TRIES {
            lock(&self.readers).clear();
            let busy: bool = lock(&self.writer).query_row(sql, [], |r| r.get(0))?;
            if !busy {
                return Ok(());
            }
            // A reader is in the middle of a page of a list: it is done in milliseconds.
            thread::sleep(Duration::from_millis(20));
        }
        Err(Error::Busy)
    }

    /// Reads every page of both files. Slow on a large cache: for a quiet moment.
    pub fn check(&self) -> Result<()> {
        let sound = self.read(|c| {
            quick_check(c, "mine")?;
            quick_check(c, "main")
        });
        match sound {
            // The index is made from the rows: it is given up, and nothing else.
            Err(Error::Index) => self.write(search::distrust),
            other => other,
        }
    }

    /// Bytes of the databases and their logs.
    pub fn size(&self) -> u64 {
        let name = |file: &str, tail: &str| self.folder.join(format!("{file}{tail}"));
        [
            name(CITY, ""),
            name(CITY, "-wal"),
            name(MINE, ""),
            name(MINE, "-wal"),
        ]
        .iter()
        .filter_map(|path| fs::metadata(path).ok())
        .map(|m| m.len())
        .sum()
    }

    /// Closes everything and puts the cache aside if it is what is damaged; the caller opens a new store over the
    /// same folder, which looks after the person's own file. None when the cache is sound.
    pub fn set_aside(&self) -> Result<Option<PathBuf>> {
        let sound = matches!(self.read(|c| quick_check(c, "main")), Ok(()) | Err(Error::Index));
        lock(&self.readers).clear();
        *lock(&self.writer) = Connection::open_in_memory()?;
        if sound {
            Ok(None)
        } else {
            set_aside(&self.folder.join(CITY)).map(Some)
        }
    }

    fn new_reader(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(self.folder.join(CITY), flags)?;
        prepare(&conn)?;
        attach(&conn, &self.folder)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(conn)
    }
}

fn open_file(path: &Path, schema: &[&str], sharing: Sharing) -> Result<Connection> {
    let mut conn = Connection::open(path)?;
    prepare(&conn)?;
    if sharing == Sharing::Alone {
        // Also for what is attached later; before the first statement that touches the file.
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    // The first statements that touch the file: a file that is no database fails here.
    conn.pragma_update(None, "journal_mode", "WAL")?;
    migrations::migrate(&mut conn, schema)?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    Ok(conn)
}

/// The cache, with an index that this app understands.
fn open_city(path: &Path, sharing: Sharing) -> Result<Connection> {
    let mut conn = open_file(path, migrations::CITY, sharing)?;
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    search::prepare(&tx)?;
    tx.commit()?;
    Ok(conn)
}

fn quick_check(conn: &Connection, schema: &str) -> Result<()> {
    let mut check = conn.prepare(&format!("PRAGMA {schema}.quick_check(100)"))?;
    let verdicts = check.query_map([], |r| r.get::<_, String>(0))?;
    let verdicts: Vec<String> = verdicts.collect::<Result<_, _>>()?;
    // SQLite asks FTS5 as well, whose faults are named so.
    let of_index = |v: &String| v.contains("FTS5 table") || v.starts_with("fts5:");
    match verdicts.iter().any(of_index) {
        _ if verdicts.iter().all(|v| v == "ok") => Ok(()),
        true if verdicts.iter().all(of_index) => Err(Error::Index),
        _ => Err(corrupt()),
    }
}

fn prepare(conn: &Connection) -> Result<()> {
    conn.busy_timeout(Duration::from_secs(10))?;
    conn.pragma_update(None, "foreign_keys", true)?;
    // Freed pages are zeroed, so that a redacted text is gone from the file and not only from the lists.
    conn.pragma_update(None, "secure_delete", true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn attach(conn: &Connection, folder: &Path) -> Result<()> {
    let path = folder
        .join(MINE)
        .to_str()
        .ok_or(Error::Invalid("the data folder's name"))?
        .to_owned();
    conn.execute("ATTACH DATABASE ?1 AS mine", [path])?;
    conn.execute_batch("PRAGMA mine.secure_delete = ON")?;
    Ok(())
}

/// Moves a broken file and its log to `*.broken`, over an earlier one: one is enough to look at.
fn set_aside(path: &Path) -> Result<PathBuf> {
    let aside = path.with_extension("broken");
    fs::rename(path, &aside)?;
    for tail in ["-wal", "-shm"] {
        let mut log = path.as_os_str().to_owned();
        log.push(tail);
        disk::remove(Path::new(&log))?;
    }
    Ok(aside)
}

fn corrupt() -> Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Error::Sqlite(rusqlite::Error::SqliteFailure(code, None))
}

/// A server's number as SQLite keeps it. Epochs and sizes never come near 2^63; one that does is a lie.
fn signed(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(|_| Error::Damaged("a number beyond 2^63".into()))
}

/// A panic while holding the lock leaves SQLite's own state whole: a transaction that was not committed is
/// rolled back when it is dropped. The outbox's notes for people are whole after every statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
