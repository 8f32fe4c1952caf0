//! Objects on their way in: `staging/{sha256}` when whole, `….part` while being fetched. What was whole is never
//! fetched twice, and what was half is resumed by Range, also after the app was killed.

use crate::{
    error::{Error, Result},
    remote::Remote,
};
use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use weimenhu_domain::{record::Sha256, wire::ObjectRef};

/// Told of every piece that arrives, in bytes.
pub type Progress<'a> = dyn Fn(u64) + Send + Sync + 'a;

/// The folder.
pub struct Staging {
    folder: PathBuf,
    /// A round and somebody opening an article may want the same object: one fetches, the other waits.
    busy: Mutex<HashMap<Sha256, Arc<tokio::sync::Mutex<()>>>>,
}

impl Staging {
    /// Opens the folder, creating it.
    pub fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            busy: Mutex::default(),
        })
    }

    /// The object's bytes, from here or from the server. A damaged file is fetched once more from the start, for
    /// the disk may have lied; then the fault is the server's.
    pub async fn fetch(
        &self,
        remote: &Remote,
        object: &ObjectRef,
        fetched: &Progress<'_>,
    ) -> Result<Vec<u8>> {
        let turn = self.turn(object.sha);
        let _turn = turn.lock().await;
        let whole = self.folder.join(object.sha.to_string());
        if let Some(bytes) = self.read(&whole, object)? {
            fetched(object.size);
            return Ok(bytes);
        }
        let part = whole.with_extension("part");
        let resumed = self.download(remote, object, &part, fetched).await?;
        let bytes = match self.read(&part, object)? {
            Some(bytes) => bytes,
            None if resumed => {
                self.download(remote, object, &part, fetched).await?;
                self.read(&part, object)?.ok_or_else(|| damaged(object))?
            }
            None => return Err(damaged(object)),
        };
        fs::rename(&part, &whole)?;
        Ok(bytes)
    }

    /// Throws away everything that is not being fetched: after a round, nothing of it is needed.
    pub fn clear(&self) -> Result<()> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.retain(|_, turn| Arc::strong_count(turn) > 1);
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|name| name.to_str());
            let sha = name.and_then(|name| name.parse().ok());
            if !sha.is_some_and(|sha| busy.contains_key(&sha)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Bytes that wait here.
    pub fn size(&self) -> u64 {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter_map(|e| e.metadata().ok()).map(|m| m.len()).sum()
    }

    /// Who holds it fetches the object.
    fn turn(&self, sha: Sha256) -> Arc<tokio::sync::Mutex<()>> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(busy.entry(sha).or_default())
    }

    /// Answers whether the download continued an earlier one.
    async fn download(
        &self,
        remote: &Remote,
        object: &ObjectRef,
        part: &Path,
        fetched: &Progress<'_>,
    ) -> Result<bool> {
        let have = fs::metadata(part).map_or(0, |m| m.len());
        // A part as long as the whole that was not renamed: check what is there.
        if have == object.size {
            return Ok(true);
        }
        let from = if have < object.size { have } else { 0 };
        let mut file: Option<File> = None;
        let answer = remote.object(object, from, |resumes, piece| {
            if file.is_none() {
                let open = OpenOptions::new()
                    .create(true)
                    .write(true)
                    .append(resumes)
                    .truncate(!resumes)
                    .open(part)?;
                file = Some(open);
                fetched(if resumes { from } else { 0 });
            }
            fetched(piece.len() as u64);
            file.as_mut().map_or(Ok(()), |f| Ok(f.write_all(piece)?))
        });
        // Not synced to the disk: a first round would wait for it some hundred times. What a dead battery leaves has another
        // hash, and is fetched again.
        answer.await?;
        Ok(from > 0)
    }

    /// The file's bytes if they are the object; a file that is not is removed.
    fn read(&self, path: &Path, object: &ObjectRef) -> Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(bytes) if bytes.len() as u64 == object.size && Sha256::of(&bytes) == object.sha => {
                Ok(Some(bytes))
            }
            Ok(_) => {
                fs::remove_file(path)?;
                Ok(None)
            }
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    }
}

fn damaged(object: &ObjectRef) -> Error {
    Error::Damaged(object.sha.to_string())
}
