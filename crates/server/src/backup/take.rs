//! Taking a backup, also while the city is served and published.

use super::{Entry, FORMAT, Hashed, Manifest, Part, expect_own_database, letters_key};
use crate::{City, Error, Result, error::own_json, keys, petition::upload, store::copy, tree};
use jiff::Timestamp;
use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};
use weimenhu_domain::record::Sha256;

/// What was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The tar.
    pub file: PathBuf,
    /// Files in it.
    pub files: usize,
    /// Its bytes.
    pub bytes: u64,
    /// What the database names and no disk has: erased since its moment, or lost.
    pub missing: Vec<String>,
}

/// Writes a backup to `out`, a new file, or a folder in which it gets a name by its time.
///
/// # Errors
/// The file exists, the disk refuses, or the city is not on the built-in database. No half-written tar is left then.
pub async fn take(city: &City, out: &Path, with_keys: bool, now: Timestamp) -> Result<Taken> {
    expect_own_database(&city.config)?;
    let file = if out.is_dir() {
        out.join(now.strftime("weimenhu-%Y%m%d-%H%M%SZ.tar").to_string())
    } else {
        out.to_owned()
    };
    if file.exists() {
        return Err(Error::usage(format!(
            "{} exists already: name a new file",
            file.display()
        )));
    }
    // Beside the tar, because there is the room and the protection that the tar needs too.
    let (part, copied) = (beside(&file, ".part"), beside(&file, ".sqlite-part"));
    let taken = write(city, (&part, &copied), with_keys, now).await;
    tree::remove_if_there(&copied)?;
    let (files, missing) = match taken {
        Ok(taken) => taken,
        Err(e) => {
            tree::remove_if_there(&part)?;
            return Err(e);
        }
    };
    fs::rename(&part, &file).map_err(Error::file("write", &file))?;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        // Whoever reads "done" and pulls the plug must find the file under its name.
        tree::sync_dir(folder)?;
    }
    let bytes = fs::metadata(&file).map_err(Error::file("read", &file))?.len();
    Ok(Taken {
        file,
        files,
        bytes,
        missing,
    })
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}

async fn write(
    city: &City,
    (part, copied): (&Path, &Path),
    with_keys: bool,
    now: Timestamp,
) -> Result<(usize, Vec<String>)> {
    drop(private(copied)?);
    copy::into(&city.store, copied).await?;
    // From here on only the copy says what belongs to the backup.
    let named = copy::named(copied).await?;
    let mut tar = Tar::begin(part)?;
    tar.stream(&Part::Database, copied)?;
    for list in keys::published(&city.tree)? {
        let bytes = city.tree.key_list(list.n)?.unwrap_or_default();
        tar.bytes(&Part::KeyList(list.n), &bytes)?;
    }
    let mut missing = Vec::new();
    for sha in named.shown.iter().chain(&named.waiting) {
        match picture(city, *sha)? {
            Some(bytes) => tar.bytes(&Part::Media(*sha), &bytes)?,
            None => missing.push(Part::Media(*sha).path()),
        }
    }
    for name in named.letters {
        match tree::read_if_there(&upload::path(city, &name))? {
            Some(bytes) => tar.bytes(&Part::Letter(name), &bytes)?,
            None => missing.push(Part::Letter(name).path()),
        }
    }
    if with_keys {
        tar.stream(&Part::LettersKey, &letters_key(&city.config.data_dir))?;
        if city.config.head_key.exists() {
            tar.stream(&Part::HeadKey, &city.config.head_key)?;
        }
    }
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").into(),
        taken: now,
        ver: named.ver,
        letters_key: city.secret.fingerprint(),
        files: Vec::new(),
    };
    Ok((tar.end(manifest)?, missing))
}

/// A publication moves a picture from where it waits into the tree, so the tree is asked again afterwards.
fn picture(city: &City, sha: Sha256) -> Result<Option<Vec<u8>>> {
    let whole = |bytes: &Vec<u8>| Sha256::of(bytes) == sha;
    for path in [
        city.tree.object_path(sha),
        city.staged().join(sha.to_string()),
        city.tree.object_path(sha),
    ] {
        if let Some(bytes) = tree::read_if_there(&path)?.filter(whole) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// A new file for its owner alone; what an earlier try left is replaced.
fn private(path: &Path) -> Result<fs::File> {
    tree::remove_if_there(path)?;
    tree::create_private(path).map_err(Error::file("create", path))
}

/// A tar that remembers what it holds.
struct Tar {
    builder: tar::Builder<io::BufWriter<fs::File>>,
    entries: Vec<Entry>,
    path: PathBuf,
}

impl Tar {
    fn begin(path: &Path) -> Result<Self> {
        Ok(Self {
            builder: tar::Builder::new(io::BufWriter::new(private(path)?)),
            entries: Vec::new(),
            path: path.to_owned(),
        })
    }

    fn append(&mut self, name: &str, size: u64, from: impl Read) -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(0);
        header.set_entry_type(tar::EntryType::Regular);
        self.builder
            .append_data(&mut header, name, from)
            .map_err(Error::file("write", &self.path))
    }

    fn bytes(&mut self, part: &Part, bytes: &[u8]) -> Result<()> {
        self.append(&part.path(), bytes.len() as u64, bytes)?;
        self.entries.push(Entry {
            path: part.path(),
            size: bytes.len() as u64,
            sha256: Sha256::of(bytes),
        });
        Ok(())
    }

    /// A file that nobody changes meanwhile, of any size.
    fn stream(&mut self, part: &Part, path: &Path) -> Result<()> {
        let file = fs::File::open(path).map_err(Error::file("read", path))?;
        let size = file.metadata().map_err(Error::file("read", path))?.len();
        let mut hashed = Hashed::new(file);
        self.append(&part.path(), size, &mut hashed)?;
        self.entries.push(hashed.entry(part));
        Ok(())
    }

    fn end(mut self, mut manifest: Manifest) -> Result<usize> {
        self.entries.sort();
        let many = self.entries.len();
        manifest.files = std::mem::take(&mut self.entries);
        let json = own_json(serde_json::to_vec(&manifest), "manifest")?;
        let seal = Sha256::of(&json).to_string();
        self.append(&Part::Manifest.path(), json.len() as u64, &json[..])?;
        self.append(&Part::Seal.path(), seal.len() as u64, seal.as_bytes())?;
        let written = Error::file("write", &self.path);
        let flush = |builder: tar::Builder<io::BufWriter<fs::File>>| {
            let mut buffered = builder.into_inner()?;
            buffered.flush()?;
            buffered.get_ref().sync_all()
        };
        flush(self.builder).map_err(written)?;
        Ok(many)
    }
}
