//! Files of citizens: uploaded in parts before the letter is sent, under the letter's own key, named by their hash.
//!
//! A file is whole when its hash is the name it was promised under. Then its bytes say what it is, and a picture is
//! decoded within limits and written anew: place, camera and whatever hid behind it are gone. Nothing here is
//! served from the public tree until a reviewer approves it.
//!
//! What came and what is kept are two files: killed between any two steps, how much has come is still told by the
//! length of the first. A file that no row names is swept up.

use super::act::Halt;
use crate::{
    City, Error, Result, hook,
    import::{Encoded, media},
    store::{
        Tx,
        petition::attachment::{self, upload},
    },
    tree,
};
use jiff::Timestamp;
use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write},
    path::PathBuf,
    time::Duration,
};
use tokio::sync::Semaphore;
use weimenhu_domain::record::Sha256;

pub use weimenhu_domain::petition::wire::Progress;

/// The largest file, in bytes.
pub const MAX_FILE: u64 = 10 << 20;
/// The most files that wait under one key.
const MAX_WAITING: usize = 9;
/// Uploads that never became part of a letter are forgotten after this long.
const FORGET_MS: i64 = 24 * 3600 * 1000;
/// Scanners at once.
static SCANNERS: Semaphore = Semaphore::const_new(2);
/// How long one may take: the app waits a minute for an answer.
const SCANNING: Duration = Duration::from_secs(40);
/// The scanner in errors.
const SCAN: &str = "scan a citizen's file";
/// Pictures that are decoded at once: each may take 200 MB, and uploads ask for no proof of work.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// Whose uploads these are.
pub fn owner(city: &City, key: &str) -> String {
    city.secret.kept("upload owner", key)
}

pub(crate) fn path(city: &City, file: &str) -> PathBuf {
    city.config.data_dir.join("letters").join(file)
}

/// How much of a file is here.
///
/// # Errors
/// [`Halt::NotThere`] when it was never begun.
pub async fn progress(city: &City, owner: &str, sha: Sha256) -> Result<Progress, Halt> {
    let row = attachment::uploaded(city.store.read(), owner, &sha.to_string()).await?;
    let row = row.ok_or(Halt::NotThere)?;
    let done = row.done == 1;
    let offset = if done {
        u64::try_from(row.length).unwrap_or_default()
    } else {
        fs::metadata(path(city, &row.file)).map_or(0, |m| m.len())
    };
    Ok(Progress { offset, done })
}

/// Takes a part of a file, from `offset` on.
///
/// # Errors
/// [`Halt`]: the part does not fit, the file is too large or is not what it was promised to be.
pub async fn part(
    city: &City,
    owner: &str,
    sha: Sha256,
    (offset, length): (u64, u64),
    bytes: &[u8],
    now: Timestamp,
) -> Result<Progress, Halt> {
    let end = offset.saturating_add(bytes.len() as u64);
    if length == 0 || length > MAX_FILE || end > length {
        return Err(Halt::Invalid("file_too_large"));
    }
    let row = begin(city, owner, sha, length, now).await?;
    if row.done == 1 {
        return Ok(Progress {
            offset: length,
            done: true,
        });
    }
    let path = path(city, &row.file);
    let here = fs::metadata(&path).map_or(0, |m| m.len());
    if here != offset {
        return Err(Halt::Invalid("offset_wrong"));
    }
    let bytes = bytes.to_owned();
    let job = path.clone();
    let append = move || {
        let mut file = fs::File::options().create(true).append(true).open(&job)?;
        let written = file.write_all(&bytes).and_then(|()| file.sync_data());
        // Half a part is none: a full disk may have taken some of it.
        written.inspect_err(|_| drop(file.set_len(offset)))
    };
    tokio::task::spawn_blocking(append)
        .await
        .map_err(Error::from)?
        .map_err(Error::file("write", &path))?;
    if end < length {
        return Ok(Progress {
            offset: end,
            done: false,
        });
    }
    finish(city, row, sha).await?;
    Ok(Progress {
        offset: length,
        done: true,
    })
}

async fn begin(
    city: &City,
    owner: &str,
    sha: Sha256,
    length: u64,
    now: Timestamp,
) -> Result<upload::Model, Halt> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let tx = city.store.write().await?;
    if let Some(row) = attachment::uploaded(&tx, owner, &sha.to_string()).await? {
        return if row.length == length {
            Ok(row)
        } else {
            Err(Halt::Invalid("length_wrong"))
        };
    }
    if attachment::uploads(&tx, owner).await?.len() >= MAX_WAITING {
        return Err(Halt::Invalid("too_many_files"));
    }
    // Keys cost nothing, so a limit for each is none for the disk. The app waits and tries again, as on a full one.
    let most = i64::try_from(city.config.uploads_mb.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
    if attachment::waiting(&tx).await?.saturating_add(length) > most {
        return Err(Error::io("keep another file")(ErrorKind::QuotaExceeded.into()).into());
    }
    let dir = city.config.data_dir.join("letters");
    fs::create_dir_all(&dir).map_err(Error::file("create", &dir))?;
    let row = upload::Model {
        owner: owner.to_owned(),
        sha: sha.to_string(),
        length,
        done: 0,
        file: random_name(),
        media_type: String::new(),
        stored_sha: String::new(),
        size: 0,
        width: 0,
        height: 0,
        made_ms: now.as_millisecond(),
    };
    attachment::begin(&tx, row.clone()).await?;
    tx.commit().await?;
    Ok(row)
}

/// The last part has come: is it what was promised, and what is it?
async fn finish(city: &City, mut row: upload::Model, sha: Sha256) -> Result<(), Halt> {
    let path = path(city, &row.file);
    let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
    let work = move || {
        if Sha256::of(&bytes) != sha {
            return Err("hash_wrong");
        }
        media::citizens_file(&bytes).map_err(|_| "file_refused")
    };
    let permit = DECODERS.acquire().await;
    let checked = tokio::task::spawn_blocking(work).await.map_err(Error::from)?;
    drop(permit);
    let checked = match checked {
        Ok(kept) => scanned(city, &kept).await?.then_some(kept).ok_or("file_refused"),
        refused => refused,
    };
    let kept = match checked {
        Ok(kept) => kept,
        Err(code) => {
            let tx = city.store.write().await?;
            attachment::forget(&tx, &row.owner, &row.sha).await?;
            tx.commit().await?;
            remove(city, &row.file)?;
            return Err(Halt::Invalid(code));
        }
    };
    let dir = city.config.data_dir.join("letters");
    let came = std::mem::replace(&mut row.file, random_name());
    tree::write_durably(&dir, &self::path(city, &row.file), &kept.bytes)?;
    row.done = 1;
    row.media_type = kept.media_type.to_owned();
    row.stored_sha = Sha256::of(&kept.bytes).to_string();
    row.size = i64::try_from(kept.bytes.len()).unwrap_or(i64::MAX);
    (row.width, row.height) = (kept.width.into(), kept.height.into());
    let tx = city.store.write().await?;
    attachment::save_upload(&tx, &row).await?;
    tx.commit().await?;
    Ok(remove(city, &came)?)
}

/// Whether the operator's scanner lets the file in. A picture is none of what came any more. One that cannot be scanned is
/// not let in unseen: the app tries again.
async fn scanned(city: &City, kept: &Encoded) -> Result<bool> {
    if kept.media_type.starts_with("image/") {
        return Ok(true);
    }
    // Each may take a gigabyte, and keys cost nothing.
    let permit = SCANNERS.acquire().await;
    let status = hook::run(&city.config.upload_scan, (SCAN, SCANNING), &kept.bytes).await?;
    drop(permit);
    match status {
        Some(status) if status.code() == Some(1) => {
            tracing::warn!(
                media_type = kept.media_type,
                "a citizen's file was refused by the scanner"
            );
            Ok(false)
        }
        Some(status) if !status.success() => Err(hook::ended_with(SCAN, status)),
        _ => Ok(true),
    }
}

/// A file's name on disk says nothing about what is in it or whose it is.
fn random_name() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// The uploads of these names, if they are whole and a letter that has `here` files may have them too.
pub(super) async fn whole(
    tx: &Tx,
    owner: &str,
    names: &[String],
    here: usize,
) -> Result<Vec<upload::Model>, Halt> {
    if here.saturating_add(names.len()) > MAX_WAITING {
        return Err(Halt::Invalid("too_many_files"));
    }
    if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
        return Err(Halt::Invalid("file_twice"));
    }
    let mut all = Vec::new();
    for name in names {
        let row = attachment::uploaded(tx, owner, name).await?;
        let row = row.filter(|r| r.done == 1);
        all.push(row.ok_or(Halt::Invalid("file_not_uploaded"))?);
    }
    Ok(all)
}

/// Makes uploads part of a letter.
pub(super) async fn adopt(tx: &Tx, petition: i64, event: i64, uploads: &[upload::Model]) -> Result<()> {
    for row in uploads {
        attachment::adopt(tx, petition, event, row).await?;
    }
    Ok(())
}

/// The bytes of a kept file.
pub(crate) fn read(city: &City, file: &str) -> Result<Vec<u8>> {
    let path = path(city, file);
    fs::read(&path).map_err(Error::file("read", &path))
}

/// Removes a kept file.
pub(super) fn remove(city: &City, file: &str) -> Result<()> {
    if file.is_empty() {
        return Ok(());
    }
    tree::remove_if_there(&path(city, file))
}

/// Forgets uploads that never became part of a letter.
///
/// # Errors
/// The database's or the disk's.
pub async fn sweep(city: &City, now: Timestamp) -> Result<usize> {
    let before = now.as_millisecond().saturating_sub(FORGET_MS);
    let stale = attachment::stale(city.store.read(), before).await?;
    for row in &stale {
        let tx = city.store.write().await?;
        // A letter may have taken it by now.
        let still = attachment::uploaded(&tx, &row.owner, &row.sha).await?;
        if still.is_some_and(|still| still.file == row.file) {
            attachment::forget(&tx, &row.owner, &row.sha).await?;
            tx.commit().await?;
            remove(city, &row.file)?;
        }
    }
    Ok(stale.len().saturating_add(sweep_files(city).await?))
}

/// Removes files that no row names: a crash came between the two.
async fn sweep_files(city: &City) -> Result<usize> {
    let dir = city.config.data_dir.join("letters");
    let list = |e| Error::file("list", &dir)(e);
    let entries = match fs::read_dir(&dir) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(0),
        other => other.map_err(list)?,
    };
    let known = attachment::file_names(city.store.read(), false).await?;
    let mut swept = 0;
    for entry in entries {
        let entry = entry.map_err(list)?;
        let named = entry
            .file_name()
            .to_str()
            .is_some_and(|name| known.contains(name));
        if !named && tree::age(&entry) >= tree::ABANDONED {
            tree::remove_if_there(&entry.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}
