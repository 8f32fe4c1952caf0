//! Restoring a backup into a place where no city is.
//!
//! Everything is unpacked and checked beside its place, and the database is put there last: killed anywhere, there is
//! no city, and the restore can be begun again.

use super::{Entry, FORMAT, Hashed, Manifest, Part, expect_own_database, letters_key, unpacking};
use crate::{
    City, Config, Error, Result,
    error::own_json,
    keys,
    petition::secret::Secret,
    publish,
    store::copy,
    tree::{self, Tree},
};
use jiff::Timestamp;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use weimenhu_domain::{record::Sha256, wire::Head};

/// What the operator says beside the file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The key of letters, when the backup was taken without keys.
    pub letters_key: Option<PathBuf>,
    /// A copy of what was served last: a mirror's, or what is left of the lost server's objects.
    pub served: Option<PathBuf>,
    /// There is no such copy, and the operator knows what that means.
    pub served_is_lost: bool,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The moment of the backup.
    pub taken: Timestamp,
    /// The newest publication that what is served told of; `None` when it was lost.
    pub learnt: Option<u64>,
    /// Files that came out of the backup.
    pub files: usize,
}

/// Restores a backup into the folders of the settings. Nothing is published yet.
///
/// # Errors
/// There is a city already, the backup is damaged, a key is missing or another one, nothing tells what was served
/// last, or the disk refuses. There is still no city then.
pub async fn restore(config: &Config, file: &Path, options: &Options, now: Timestamp) -> Result<Restored> {
    expect_own_database(config)?;
    expect_nobody(config)?;
    let beside = unpacking(config);
    clear(&beside)?;
    let was_there = config.data_dir.exists();
    private_dir(&config.data_dir)?;
    private_dir(&beside)?;
    let done = restore_beside(config, (file, &beside), options, now).await;
    clear(&beside)?;
    if done.is_err() && !was_there {
        // Only if it is empty: what the tree has got by now stays for the next try.
        let _ = fs::remove_dir(&config.data_dir);
    }
    done
}

async fn restore_beside(
    config: &Config,
    (file, beside): (&Path, &Path),
    options: &Options,
    now: Timestamp,
) -> Result<Restored> {
    let manifest = unpack(file, beside)?;
    place_letters_key(config, beside, &manifest, options)?;
    let own = Tree::look(config.objects_dir.join("sync").join("v1"));
    let own_is_served = own.head_bytes()?.is_some();
    if !own_is_served && options.served.is_none() && !options.served_is_lost {
        return Err(Error::usage(format!(
            "{} does not hold what was served last, which alone tells what was erased since the backup. Give a copy \
             of it (a mirror's sync/v1) with --served DIR; or say --served-is-lost, and erase again by hand what was \
             erased after {}",
            config.objects_dir.display(),
            manifest.taken
        )));
    }
    let tree = Tree::open(&config.objects_dir)?;
    place_key_lists(&tree, beside, options.served.as_deref())?;
    let city = City::open(Config {
        data_dir: beside.to_owned(),
        ..config.clone()
    })
    .await?;
    let learnt = wake(&city, own_is_served, options, manifest.taken, now).await;
    // By now its schema is of today, whatever program wrote it.
    let named = copy::named_by(city.store.read()).await;
    let City { store, .. } = city;
    store.close().await?;
    let log = beside.join(format!("{}-wal", super::DATABASE));
    if log.exists() {
        return Err(Error::Inconsistent("the restored database kept a log".into()));
    }
    let (learnt, named) = (learnt?, named?);
    for sha in &named.shown {
        if let Some(bytes) = tree::read_if_there(&unpacked(beside, &Part::Media(*sha)))? {
            tree.put(&bytes)?;
        }
    }
    let staged = config.data_dir.join("staged");
    private_dir(&staged)?;
    for sha in &named.waiting {
        move_if_there(
            &unpacked(beside, &Part::Media(*sha)),
            &staged.join(sha.to_string()),
        )?;
    }
    let letters = config.data_dir.join("letters");
    private_dir(&letters)?;
    for name in &named.letters {
        move_if_there(
            &unpacked(beside, &Part::Letter(name.clone())),
            &letters.join(name),
        )?;
    }
    let kept = letters_key(&config.data_dir);
    private_dir(kept.parent().unwrap_or(&config.data_dir))?;
    if !kept.exists() {
        move_if_there(&letters_key(beside), &kept)?;
    }
    if !config.head_key.exists() {
        if let Some(dir) = config.head_key.parent() {
            private_dir(dir)?;
        }
        move_if_there(&unpacked(beside, &Part::HeadKey), &config.head_key)?;
    }
    // The last step: from here on there is a city.
    let database = config.own_database();
    fs::rename(beside.join(super::DATABASE), &database).map_err(Error::file("write", &database))?;
    tree::sync_dir(&config.data_dir)?;
    Ok(Restored {
        taken: manifest.taken,
        learnt,
        files: manifest.files.len(),
    })
}

/// Learns from what was served, and makes the copy a living database, in one transaction.
async fn wake(
    city: &City,
    own_is_served: bool,
    options: &Options,
    taken: Timestamp,
    now: Timestamp,
) -> Result<Option<u64>> {
    let lists = keys::published(&city.tree)?;
    let newest = lists
        .last()
        .ok_or_else(|| Error::usage("the backup holds no key list: no device would believe anything"))?;
    let copies = [
        own_is_served.then(|| city.tree.clone()),
        options.served.as_deref().map(served_tree),
    ];
    let mut heads = Vec::new();
    for tree in copies.into_iter().flatten() {
        let bytes = tree
            .head_bytes()?
            .ok_or_else(|| Error::usage("--served has no head: it must be a copy of the folder sync/v1"))?;
        // A copy came from somewhere: nobody may erase by giving a forged one.
        heads.push((Head::open(&bytes, newest)?.0, tree));
    }
    let tx = city.store.write().await?;
    for (head, tree) in &heads {
        publish::learn_from(&tx, (tree, head), now).await?;
    }
    let ids = if own_is_served { 0 } else { copy::SKIPPED_IDS };
    copy::revive(&tx, taken, ids, now).await?;
    tx.commit().await?;
    Ok(heads.iter().map(|(head, _)| head.ver).max())
}

/// # Errors
/// There is a database, or what one leaves behind while it is open.
fn expect_nobody(config: &Config) -> Result<()> {
    let database = config.own_database();
    let living = ["", "-wal", "-shm"].iter().any(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        Path::new(&name).exists()
    });
    if living {
        return Err(Error::usage(format!(
            "there is a city in {}: stop its server and move the folder away, or restore into another --data-dir",
            config.data_dir.display()
        )));
    }
    Ok(())
}

/// Unpacks everything into a folder and believes it only when the manifest agrees to the last byte.
fn unpack(file: &Path, beside: &Path) -> Result<Manifest> {
    let damaged = |why: &str| {
        Error::usage(format!(
            "{} is damaged or no backup of this program: {why}. Nothing was restored; take an older one",
            file.display()
        ))
    };
    let opened = fs::File::open(file).map_err(Error::file("read", file))?;
    let mut archive = tar::Archive::new(io::BufReader::new(opened));
    let mut found: Vec<Entry> = Vec::new();
    for entry in archive.entries().map_err(Error::file("read", file))? {
        let entry = entry.map_err(|e| damaged(&e.to_string()))?;
        let part = entry
            .path()
            .ok()
            .and_then(|path| Part::parse(path.to_str()?))
            .filter(|_| entry.header().entry_type() == tar::EntryType::Regular)
            .ok_or_else(|| damaged("it holds a file that no backup has"))?;
        let target = unpacked(beside, &part);
        if let Some(dir) = target.parent() {
            private_dir(dir)?;
        }
        let mut out = private_file(&target)?;
        let mut hashed = Hashed::new(entry);
        io::copy(&mut hashed, &mut out).map_err(|e| match e.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::file("write", &target)(e),
            _ => damaged(&e.to_string()),
        })?;
        out.sync_all().map_err(Error::file("write", &target))?;
        found.push(hashed.entry(&part));
    }
    let read = |part: &Part| tree::read_if_there(&unpacked(beside, part));
    let (Some(json), Some(seal)) = (read(&Part::Manifest)?, read(&Part::Seal)?) else {
        return Err(damaged("its end is missing"));
    };
    if Sha256::of(&json).to_string().as_bytes() != seal {
        return Err(damaged("its manifest has another hash"));
    }
    let manifest: Manifest = own_json(serde_json::from_slice(&json), "manifest")?;
    if manifest.format != FORMAT {
        return Err(Error::usage(format!(
            "the backup has format {}, this program reads {FORMAT}: use program {}",
            manifest.format, manifest.program
        )));
    }
    let ends = [Part::Manifest.path(), Part::Seal.path()];
    found.retain(|entry| !ends.contains(&entry.path));
    found.sort();
    if found != manifest.files || !found.iter().any(|f| f.path == Part::Database.path()) {
        return Err(damaged("a file in it is not the one that was written"));
    }
    Ok(manifest)
}

fn unpacked(beside: &Path, part: &Part) -> PathBuf {
    beside.join(part.path())
}

/// Puts the key of letters where the city will open it, if it is the database's own.
fn place_letters_key(config: &Config, beside: &Path, manifest: &Manifest, options: &Options) -> Result<()> {
    let place = letters_key(beside);
    let own = letters_key(&config.data_dir);
    let given = options.letters_key.as_deref().or(own.exists().then_some(&own));
    if let Some(given) = given {
        let bytes = fs::read(given).map_err(Error::file("read", given))?;
        private_dir(place.parent().unwrap_or(beside))?;
        tree::remove_if_there(&place)?;
        io::Write::write_all(&mut private_file(&place)?, &bytes).map_err(Error::file("write", &place))?;
    }
    if !place.exists() {
        return Err(Error::usage(
            "the backup was taken without keys: give the city's keys/letters.key with --letters-key FILE. Without it \
             no name, phone, receipt or repeated sending of a letter would be known again",
        ));
    }
    if Secret::open(&place)?.fingerprint() != manifest.letters_key {
        return Err(Error::usage(
            "this is not the key of letters under which the database was written: give that one with --letters-key FILE",
        ));
    }
    Ok(())
}

/// The lists of the backup, and those that were published since.
fn place_key_lists(tree: &Tree, beside: &Path, served: Option<&Path>) -> Result<()> {
    let served = served.map(served_tree);
    for n in 1.. {
        let mut bytes = tree.key_list(n)?;
        if bytes.is_none() {
            bytes = tree::read_if_there(&unpacked(beside, &Part::KeyList(n)))?;
        }
        if let (None, Some(served)) = (&bytes, &served) {
            bytes = served.key_list(n)?;
        }
        let Some(bytes) = bytes else { break };
        keys::is_complete(&bytes, keys::published(tree)?.iter().rfind(|list| list.n < n))?;
        tree.put_key_list(n, &bytes)?;
    }
    Ok(())
}

/// What the operator calls "what was served": the folder itself or the one above.
fn served_tree(folder: &Path) -> Tree {
    let below = folder.join("sync").join("v1");
    Tree::look(if below.is_dir() { below } else { folder.to_owned() })
}

fn move_if_there(from: &Path, to: &Path) -> Result<()> {
    match tree::read_if_there(from)? {
        // Copied and not renamed: a head key may belong on another disk.
        Some(bytes) => {
            tree::remove_if_there(to)?;
            let mut file = private_file(to)?;
            io::Write::write_all(&mut file, &bytes)
                .and_then(|()| file.sync_all())
                .map_err(Error::file("write", to))
        }
        None => Ok(()),
    }
}

fn private_file(path: &Path) -> Result<fs::File> {
    tree::create_private(path).map_err(Error::file("create", path))
}

fn private_dir(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(Error::file("create", path))
}

pub(super) fn clear(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::file("delete", folder)(e)),
        _ => Ok(()),
    }
}
