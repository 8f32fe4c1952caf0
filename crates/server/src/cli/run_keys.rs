//! The commands about keys. They work without a database, on a machine that never sees a network.

use super::{KeysCommand, SignList, run::say};
use crate::{
    City, Config, Error, Result,
    error::own_json,
    keys::{self, Key, ListDraft, Role},
    publish,
    tree::{Tree, write_durably},
};
use jiff::Timestamp;
use std::path::Path;
use weimenhu_domain::wire::{Envelope, KeyList, PublicKey};

pub async fn run(command: KeysCommand, config: Config, now: Timestamp) -> Result<u8> {
    match command {
        KeysCommand::NewRoot { out } => generate(Role::Root, &out)?,
        KeysCommand::NewHead { out } => generate(Role::Head, &out.unwrap_or(config.head_key))?,
        KeysCommand::Show { files } => {
            for file in files {
                describe(&file, &Key::read(&file)?);
            }
        }
        KeysCommand::List => list(&config)?,
        KeysCommand::SignList(arguments) => return sign_list(arguments, config, now).await,
        KeysCommand::Demo { out } => {
            let tree = Tree::open(&config.objects_dir)?;
            keys::set_up_demo(&tree, &config.head_key)?;
            if let Some(out) = out {
                write(&out, &keys::demo_key_list()?)?;
            }
            say(&format!("demo key list: {}", tree.keys_path(1).display()));
            say(&format!("demo head key: {}", config.head_key.display()));
        }
    }
    Ok(0)
}

fn generate(role: Role, out: &Path) -> Result<()> {
    let key = Key::generate(role);
    key.write(out)?;
    describe(out, &key);
    Ok(())
}

fn describe(file: &Path, key: &Key) {
    let role = match key.role {
        Role::Root => "root",
        Role::Head => "head",
    };
    let public = key.public();
    say(&format!(
        "{}: {role} key {}, public {}",
        file.display(),
        public.id(),
        public.0
    ));
}

fn list(config: &Config) -> Result<()> {
    let lists = keys::published(&Tree::open(&config.objects_dir)?)?;
    if lists.is_empty() {
        say(&"no key list is published");
    }
    let ids = |keys: &[PublicKey]| {
        let ids: Vec<String> = keys.iter().map(PublicKey::id).collect();
        ids.join(" ")
    };
    for l in lists {
        let demo = if l.demo { ", DEMO KEYS" } else { "" };
        say(&format!(
            "list {}: {} of {} roots ({}), heads ({}), ver floor {}{demo}",
            l.n,
            l.threshold,
            l.roots.len(),
            ids(&l.roots),
            ids(&l.heads),
            l.ver_floor
        ));
    }
    Ok(())
}

async fn sign_list(arguments: SignList, config: Config, now: Timestamp) -> Result<u8> {
    let tree = Tree::open(&config.objects_dir)?;
    let published = keys::published(&tree)?;
    let before = published.last();
    let mut envelope = match &arguments.draft_in {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(Error::file("read", path))?;
            serde_json::from_slice::<Envelope>(&bytes)
                .map_err(|e| Error::usage(format!("{} is no draft: {e}", path.display())))?
        }
        None => ListDraft {
            roots: public_keys(&arguments.roots)?,
            heads: public_keys(&arguments.heads)?,
            threshold: arguments.threshold,
            ver_floor: Some(ver_floor(&tree, arguments.ver_floor)?),
        }
        .envelope(before)?,
    };
    let signers = arguments
        .sign_with
        .iter()
        .map(|f| Key::read(f))
        .collect::<Result<Vec<_>>>()?;
    keys::add_signatures(&mut envelope, &signers)?;
    let bytes = own_json(serde_json::to_vec(&envelope), "key list")?;
    if let Some(out) = &arguments.draft_out {
        write(out, &bytes)?;
        say(&format!(
            "draft with {} signature(s): {}",
            envelope.signatures.len(),
            out.display()
        ));
        return Ok(0);
    }
    let list: KeyList = keys::is_complete(&bytes, before).map_err(|e| {
        Error::usage(format!(
            "not published: {e}. Write it with --draft-out and let the other roots sign it"
        ))
    })?;
    tree.put_key_list(list.n, &bytes)?;
    say(&format!("published key list {}", list.n));
    if tree.head()?.is_some() && config.head_key.exists() {
        // The head tells devices that there is a new list, and must be signed by a key of it.
        publish::sign_again(&City::open(config).await?, now).await?;
        say(&"signed the head again");
    }
    Ok(0)
}

/// Below what is served a mirror could roll devices back with a key that stays; above it they would refuse the city
/// itself.
fn ver_floor(tree: &Tree, wanted: Option<u64>) -> Result<u64> {
    let served = tree.head()?.map_or(0, |head| head.ver);
    match wanted {
        Some(floor) if floor > served => Err(Error::usage(format!(
            "--ver-floor {floor} is above ver {served} that is served: every device would refuse the city"
        ))),
        Some(floor) => Ok(floor),
        None => Ok(served),
    }
}

fn public_keys(texts: &[String]) -> Result<Option<Vec<PublicKey>>> {
    let key = |text: &String| {
        let plain = text.len() == 64
            && text
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        plain.then(|| PublicKey(text.clone())).ok_or_else(|| {
            Error::usage(format!(
                "{text:?} is no public key: 64 lower-case hexadecimal digits, see `keys show`"
            ))
        })
    };
    let keys: Vec<PublicKey> = texts.iter().map(key).collect::<Result<_>>()?;
    Ok((!keys.is_empty()).then_some(keys))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    write_durably(folder, path, bytes)
}
