//! Pictures and attachments by hash: a folder with a cap, the dump behind it, the server behind that.
//!
//! Files and not rows: the web view wants bytes by address, the system's file cache does the rest, and dropping
//! the oldest is one `unlink`. What was looked at last is dropped last.

use crate::{
    disk::remove,
    dump::Dump,
    error::{Error, Result},
    remote::Remote,
};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};
use tempfile::NamedTempFile;
use weimenhu_domain::record::Sha256;

/// The largest picture or attachment taken, in bytes: what the server accepts, and some room.
const MAX_PICTURE: usize = 12 << 20;

/// The folder.
pub struct Pictures {
    folder: PathBuf,
}

impl Pictures {
    /// Opens the folder, creating it.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The bytes, from the nearest place that has them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is nowhere; network errors when only the server may have it.
    pub async fn get(&self, sha: &Sha256, dump: &Dump, remote: Option<&Remote>, cap: u64) -> Result<Vec<u8>> {
        if let Some(bytes) = self.read(sha)? {
            return Ok(bytes);
        }
        if let Ok(bytes) = dump.file(&format!("o/{sha}")) {
            return Ok(bytes.to_vec());
        }
        let remote = remote.ok_or(Error::NotFound)?;
        let bytes = remote.picture(&sha.to_string(), MAX_PICTURE).await?;
        if Sha256::of(&bytes) != *sha {
            return Err(Error::Damaged(sha.to_string()));
        }
        self.write(sha, &bytes)?;
        self.shrink(cap)?;
        Ok(bytes)
    }

    /// Deletes whatever is none of `named`.
    pub fn keep_only(&self, named: &BTreeSet<Sha256>) -> Result<()> {
        for (.., path) in self.files()? {
            let name = path.file_name().and_then(|name| name.to_str());
            let sha = name.and_then(|name| name.parse().ok());
            if !sha.is_some_and(|sha| named.contains(&sha)) {
                remove(&path)?;
            }
        }
        Ok(())
    }

    /// Deletes one.
    fn remove(&self, sha: &Sha256) -> Result<()> {
        remove(&self.path(sha))
    }

    /// Deletes the longest unseen until at most `cap` bytes are left.
    pub fn shrink(&self, cap: u64) -> Result<()> {
        let mut files = self.files()?;
        files.sort();
        let mut size: u64 = files.iter().map(|(_, bytes, _)| bytes).sum();
        for (_, bytes, path) in files {
            if size <= cap {
                break;
            }
            remove(&path)?;
            size -= bytes;
        }
        Ok(())
    }

    /// Bytes in the folder.
    pub fn size(&self) -> u64 {
        self.files()
            .map_or(0, |all| all.iter().map(|(_, bytes, _)| bytes).sum())
    }

    /// A damaged file is no picture: it is removed and fetched anew.
    fn read(&self, sha: &Sha256) -> Result<Option<Vec<u8>>> {
        let path = self.path(sha);
        match fs::read(&path) {
            Ok(bytes) if Sha256::of(&bytes) == *sha => {
                // Looking at it is what keeps it; a read-only disk is no reason not to show it.
                let _ = File::options()
                    .append(true)
                    .open(&path)
                    .and_then(|f| f.set_modified(SystemTime::now()));
                Ok(Some(bytes))
            }
            Ok(_) => self.remove(sha).map(|()| None),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    fn write(&self, sha: &Sha256, bytes: &[u8]) -> Result<()> {
        // A name of its own: two screens may want the same picture at once.
        let mut part = NamedTempFile::new_in(&self.folder)?;
        part.write_all(bytes)?;
        part.persist(self.path(sha)).map_err(|e| e.error)?;
        Ok(())
    }

    fn path(&self, sha: &Sha256) -> PathBuf {
        self.folder.join(sha.to_string())
    }

    fn files(&self) -> Result<Vec<(SystemTime, u64, PathBuf)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            match entry.metadata() {
                Ok(meta) => files.push((meta.modified()?, meta.len(), entry.path())),
                // Somebody else made room in this moment.
                Err(e) if e.kind() == ErrorKind::NotFound => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(files)
    }
}

/// The media type by the first bytes, for the web view.
pub fn media_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn the_longest_unseen_goes_first_and_a_damaged_file_is_no_picture() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = Pictures::open(folder.path()).unwrap();
        let shas: Vec<Sha256> = (0_u8..3).map(|n| Sha256::of(&[n; 100])).collect();
        for (n, sha) in shas.iter().enumerate() {
            pictures.write(sha, &[u8::try_from(n).unwrap(); 100]).unwrap();
            let age = Duration::from_secs(100 - n as u64);
            let file = File::options().append(true).open(pictures.path(sha)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        assert!(
            pictures.read(&shas[0]).unwrap().is_some(),
            "looked at: now the newest"
        );
        pictures.shrink(250).unwrap();
        assert!(pictures.read(&shas[1]).unwrap().is_none(), "the longest unseen");
        assert_eq!(pictures.size(), 200);
        fs::write(pictures.path(&shas[2]), [9; 100]).unwrap();
        assert!(pictures.read(&shas[2]).unwrap().is_none());
        assert_eq!(pictures.size(), 100);
    }
}
