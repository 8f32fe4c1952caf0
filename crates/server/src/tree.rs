//! The tree that the public reads: a plain directory whose paths are the URL paths.
//!
//! Objects are named by the hash of their bytes, so writing one twice is harmless. The head is the only file that
//! is ever replaced: a lock beside the tree and an atomic rename stand for the compare-and-swap of a bucket.
//!
//! Rejected: objects in the database. A directory is what nginx, rsync and every CDN origin understand.

use crate::{Error, Result};
use std::{
    fs,
    io::{Read, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use weimenhu_domain::{record::Sha256, wire::Envelope, wire::Head};

/// The lock that stands for a compare-and-swap of the head.
const LOCK: &str = "head.lock";
/// No write takes longer: who left such a file is gone.
pub(crate) const ABANDONED: Duration = Duration::from_secs(3600);

/// The tree of one city.
#[derive(Debug, Clone)]
pub struct Tree {
    /// `objects_dir/sync/v1`.
    root: PathBuf,
    /// Beside it and never served: half-written files and the lock.
    scratch: PathBuf,
}

impl Tree {
    /// Opens the tree below `objects_dir` and creates its directories.
    ///
    /// # Errors
    /// A directory cannot be created.
    pub fn open(objects_dir: &Path) -> Result<Self> {
        let tree = Self {
            root: objects_dir.join("sync").join("v1"),
            scratch: objects_dir.join(".scratch"),
        };
        for dir in [&tree.root.join("o"), &tree.root.join("keys"), &tree.scratch] {
            fs::create_dir_all(dir).map_err(Error::file("create", dir))?;
        }
        // It lies below what nginx may serve, because a rename must stay on one file system.
        #[cfg(unix)]
        fs::set_permissions(&tree.scratch, std::os::unix::fs::PermissionsExt::from_mode(0o700))
            .map_err(Error::file("protect", &tree.scratch))?;
        tree.clear_scratch(ABANDONED)?;
        Ok(tree)
    }

    /// A tree somewhere else, for reading: nothing is created there.
    pub(crate) fn look(root: PathBuf) -> Self {
        Self {
            scratch: root.join(".scratch"),
            root,
        }
    }

    /// Deletes half-written files that are older than this: left by a crash, and they may hold anything.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn clear_scratch(&self, older_than: Duration) -> Result<()> {
        let list = |e| Error::file("list", &self.scratch)(e);
        for entry in fs::read_dir(&self.scratch).map_err(list)? {
            let entry = entry.map_err(list)?;
            if entry.file_name() != LOCK && age(&entry) >= older_than {
                remove_if_there(&entry.path())?;
            }
        }
        Ok(())
    }

    /// The file of an object, whether it exists or not.
    pub fn object_path(&self, sha: Sha256) -> PathBuf {
        self.root.join("o").join(sha.to_string())
    }

    /// The file of a key list.
    pub fn keys_path(&self, n: u32) -> PathBuf {
        self.root.join("keys").join(n.to_string())
    }

    /// The file of the head.
    pub fn head_path(&self) -> PathBuf {
        self.root.join("head")
    }

    /// Stores an object under its hash, durably. Does nothing when it is there and whole.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn put(&self, bytes: &[u8]) -> Result<Sha256> {
        let sha = Sha256::of(bytes);
        let path = self.object_path(sha);
        if !fs::read(&path).is_ok_and(|there| there == bytes) {
            self.write(&path, bytes)?;
        }
        Ok(sha)
    }

    /// Reads an object and checks it against its name.
    ///
    /// # Errors
    /// It is missing, unreadable, or its bytes have another hash.
    pub fn get(&self, sha: Sha256) -> Result<Vec<u8>> {
        let path = self.object_path(sha);
        let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
        if Sha256::of(&bytes) == sha {
            Ok(bytes)
        } else {
            let why = "its bytes have another hash".into();
            Err(Error::Damaged { sha, why })
        }
    }

    /// Whether the object is there and its bytes are those of its name.
    pub fn is_whole(&self, sha: Sha256) -> bool {
        self.get(sha).is_ok()
    }

    /// Whether the object is there.
    pub fn has(&self, sha: Sha256) -> bool {
        self.object_path(sha).exists()
    }

    /// Deletes an object; it may be gone already.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove(&self, sha: Sha256) -> Result<()> {
        remove_if_there(&self.object_path(sha))
    }

    /// Every object that is there, with the time it was written.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn all(&self) -> Result<Vec<(Sha256, SystemTime)>> {
        let dir = self.root.join("o");
        let entries = fs::read_dir(&dir).map_err(Error::file("list", &dir))?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::file("list", &dir))?;
            let name = entry.file_name();
            if let Some(sha) = name.to_str().and_then(|n| n.parse().ok()) {
                let written = entry.metadata().and_then(|m| m.modified());
                found.push((sha, written.map_err(Error::file("read", &entry.path()))?));
            }
        }
        Ok(found)
    }

    /// The bytes of the head; `None` before the first publication.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn head_bytes(&self) -> Result<Option<Vec<u8>>> {
        read_if_there(&self.head_path())
    }

    /// What the head on disk says. Its signature is not checked: it is our own file.
    ///
    /// # Errors
    /// The file cannot be read or is no head.
    pub fn head(&self) -> Result<Option<Head>> {
        Ok(self.signed_head()?.map(|(_, head)| head))
    }

    /// The same with its envelope, which says who signed it.
    ///
    /// # Errors
    /// As [`Tree::head`].
    pub fn signed_head(&self) -> Result<Option<(Envelope, Head)>> {
        let Some(bytes) = self.head_bytes()? else {
            return Ok(None);
        };
        let read = || {
            let envelope: Envelope = serde_json::from_slice(&bytes).ok()?;
            let head = envelope.unverified()?;
            Some((envelope, head))
        };
        match read() {
            Some(both) => Ok(Some(both)),
            None => Err(Error::usage(format!(
                "{} is not a head; restore it or move it away",
                self.head_path().display()
            ))),
        }
    }

    /// Replaces the head if `newer` says that the one on disk may be replaced. Returns whether it was.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn replace_head(&self, bytes: &[u8], newer: impl Fn(&Head) -> bool) -> Result<bool> {
        // Objects first: their directory entries must be on disk before something names them.
        sync_dir(&self.root.join("o"))?;
        let lock_path = self.scratch.join(LOCK);
        let lock = fs::File::create(&lock_path).map_err(Error::file("create", &lock_path))?;
        lock.lock().map_err(Error::file("lock", &lock_path))?;
        if self.head()?.is_some_and(|old| !newer(&old)) {
            return Ok(false);
        }
        self.write(&self.head_path(), bytes)?;
        sync_dir(&self.root)?;
        Ok(true)
    }

    /// The bytes of a key list.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn key_list(&self, n: u32) -> Result<Option<Vec<u8>>> {
        read_if_there(&self.keys_path(n))
    }

    /// Stores key list `n`. Lists never change once they are out.
    ///
    /// # Errors
    /// Another list with this number is there, or the disk refuses.
    pub fn put_key_list(&self, n: u32, bytes: &[u8]) -> Result<()> {
        match self.key_list(n)? {
            Some(old) if old == bytes => Ok(()),
            Some(_) => Err(Error::usage(format!(
                "key list {n} is published already; a change needs list {}",
                n.saturating_add(1)
            ))),
            None => {
                self.write(&self.keys_path(n), bytes)?;
                sync_dir(&self.root.join("keys"))
            }
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        write_durably(&self.scratch, path, bytes)
    }
}

/// Writes through a temporary file in `scratch` (same file system), fsync and rename.
pub(crate) fn write_durably(scratch: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = scratch.join(format!("{:032x}", rand::random::<u128>()));
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| {
            // Best effort: the error that matters is the one returned.
            let _ = fs::remove_file(&temporary);
        })
        .map_err(Error::file("write", path))
}

/// Reads a file that may not exist.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    read_small(path, u64::MAX)
}

/// Reads a file that may not exist, if it has no more bytes than these. In four calls of the system, where `fs::metadata`
/// and `fs::read` make seven: this is what is done most.
pub(crate) fn read_small(path: &Path, most: u64) -> Result<Option<Vec<u8>>> {
    let read = || {
        let file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        let mut bytes = Vec::new();
        if length <= most {
            bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
            file.take(length).read_to_end(&mut bytes)?;
        }
        std::io::Result::Ok((length <= most).then_some(bytes))
    };
    match read() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        other => other.map_err(Error::file("read", path)),
    }
}

/// How long ago a file of a folder was written; just now, where that cannot be told.
pub(crate) fn age(entry: &fs::DirEntry) -> Duration {
    let written = entry.metadata().and_then(|m| m.modified()).ok();
    written.and_then(|at| at.elapsed().ok()).unwrap_or_default()
}

/// Deletes a file that may not exist.
pub(crate) fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::file("delete", path)(e)),
        _ => Ok(()),
    }
}

/// A new file for its owner alone: a key, or what a backup holds. Fails where there is one.
pub(crate) fn create_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    let opened = fs::File::open(dir).and_then(|d| d.sync_all());
    // Windows cannot open a directory as a file and needs no such call.
    if cfg!(windows) {
        return Ok(());
    }
    opened.map_err(Error::file("sync", dir))
}
