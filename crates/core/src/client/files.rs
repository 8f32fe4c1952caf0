//! Photos and files of what is being written, a letter or a supplement: made anew so that place and camera stay here,
//! hashed as they will be sent, sealed beside the database, gone from the disk when nothing has them any more.

use super::Client;
use crate::{
    Event,
    error::{Error, Result},
    outbox::{ParcelFile, file_place},
    photo,
    store::{draft, lock},
    view::DraftFile,
};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write},
};
use tempfile::NamedTempFile;
use weimenhu_domain::record::Sha256;

/// The server's limit for a letter and all its supplements together.
pub(super) const MAX_FILES: usize = 9;

/// What is sealed of a file beside its bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptFile {
    pub name: String,
    media_type: String,
    pub size: u32,
    pub sha: String,
    picture: Option<String>,
}

impl Client {
    /// Adds a file, given as base64: a photo is written anew, so that place and camera stay here.
    ///
    /// # Errors
    /// [`Error::TooMany`] files or bytes; [`Error::Invalid`] for what cannot be taken.
    pub fn add_draft_file(&self, id: &str, name: &str, base64: &str) -> Result<DraftFile> {
        let bytes = BASE64.decode(base64.as_bytes());
        self.add_draft_bytes(id, name, bytes.map_err(|_| Error::Invalid("base64"))?)
    }

    /// The same, given as bytes.
    ///
    /// # Errors
    /// As for [`Self::add_draft_file`].
    pub fn add_draft_bytes(&self, id: &str, name: &str, bytes: Vec<u8>) -> Result<DraftFile> {
        self.editable(id)?;
        if self.kept_files(id)?.len() >= self.room(id)? {
            return Err(Error::TooMany);
        }
        let taken = photo::take(bytes)?;
        let kept = KeptFile {
            name: name.to_owned(),
            media_type: taken.media_type.to_owned(),
            size: u32::try_from(taken.bytes.len()).map_err(|_| Error::TooMany)?,
            sha: Sha256::of(&taken.bytes).to_string(),
            picture: taken.small,
        };
        let file_id = self.new_id();
        let sealed = self.outbox.seal().seal(&file_place(&file_id), &taken.bytes)?;
        let path = self.letter_file(&file_id);
        let folder = path.parent().ok_or(Error::Invalid("no folder"))?;
        fs::create_dir_all(folder)?;
        let _files = lock(&self.outbox.files);
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&sealed)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|e| e.error)?;
        let row = draft::FileRow {
            id: file_id.clone(),
            draft: id.to_owned(),
            sealed: self.outbox.seal().seal_value(&file_place(&file_id), &kept)?,
        };
        // It was long in the making: its draft may have been sent meanwhile, and must not have a file that nobody sends.
        let added = self.write(|tx| match draft::get(tx, id)? {
            Some(_) => draft::add_file(tx, &row).map(|()| true),
            None => Ok(false),
        })?;
        if !added {
            fs::remove_file(&path)?;
            return Err(Error::NotFound);
        }
        self.announce(Event::Letters);
        Ok(shown(file_id, kept))
    }

    /// Takes a file out of a draft, also from the disk.
    ///
    /// # Errors
    /// As for [`Self::save_draft`].
    pub fn remove_draft_file(&self, id: &str, file: &str) -> Result<()> {
        self.editable(id)?;
        self.write(|tx| draft::remove_file(tx, id, file))?;
        self.announce(Event::Letters);
        self.sweep_files()
    }

    /// Removes the bytes of files that no draft has any more; those of drafts deleted in this run stay.
    pub(crate) fn sweep_files(&self) -> Result<()> {
        let _files = lock(&self.outbox.files);
        let mut kept: BTreeSet<String> = self.read(|s| s.read(draft::file_ids))?.into_iter().collect();
        for (_, files) in lock(&self.outbox.deleted).values() {
            kept.extend(files.iter().map(|f| f.id.clone()));
        }
        let folder = match fs::read_dir(self.folder().join("letters")) {
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        for entry in folder {
            let entry = entry?;
            if entry.file_name().to_str().is_none_or(|name| !kept.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The files of what is being written, as they are shown.
    pub(super) fn draft_files(&self, id: &str) -> Result<Vec<DraftFile>> {
        let kept = self.kept_files(id)?;
        Ok(kept.into_iter().map(|(id, kept)| shown(id, kept)).collect())
    }

    pub(super) fn kept_files(&self, id: &str) -> Result<Vec<(String, KeptFile)>> {
        let rows = self.read(|s| s.read(|c| draft::files(c, id)))?;
        let seal = self.outbox.seal();
        let open = |row: draft::FileRow| {
            let kept = seal.open_value(&file_place(&row.id), &row.sealed)?;
            Ok((row.id, kept))
        };
        rows.into_iter().map(open).collect()
    }
}

fn shown(id: String, kept: KeptFile) -> DraftFile {
    DraftFile {
        id,
        name: kept.name,
        media_type: kept.media_type,
        size: kept.size,
        picture: kept.picture,
    }
}

/// Kept files as a parcel has them, and their hashes as a body names them. The same photo taken in twice is sent once:
/// the server knows a file by its hash, and would look for a second in vain.
pub(super) fn parcel_files(mut kept: Vec<(String, KeptFile)>) -> Result<(Vec<ParcelFile>, Vec<Sha256>)> {
    let mut seen = BTreeSet::new();
    kept.retain(|(_, kept)| seen.insert(kept.sha.clone()));
    let hash = |(_, kept): &(String, KeptFile)| kept.sha.parse();
    let hashes: Result<_, _> = kept.iter().map(hash).collect();
    let hashes = hashes.map_err(|_| Error::Invalid("a file's name"))?;
    let file = |(id, kept): (String, KeptFile)| ParcelFile {
        id,
        sha: kept.sha,
        size: kept.size,
    };
    Ok((kept.into_iter().map(file).collect(), hashes))
}
