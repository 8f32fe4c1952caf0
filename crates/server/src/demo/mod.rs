//! The sample city: demo keys, sample records, published; in a directory of its own. Where the sample has letters,
//! [`letters`] lets them live through the last weeks by the real actions, and [`people`] signs staff up for the desk.

mod letters;
mod life;
mod people;

pub use people::SignIn;

use crate::{City, Error, Result, import, keys, publish, publish::Published, store::meta};
use jiff::Timestamp;
use std::path::Path;
use weimenhu_domain::Collection;

/// What came of each file.
pub type Imported = Vec<(Collection, import::Outcome)>;

/// Sets the sample city up, or brings it up to date with the sample: running it again changes nothing.
///
/// # Errors
/// The directory holds a real city, or a sample row is bad.
pub async fn set_up(
    city: &City,
    sample: &Path,
    now: Timestamp,
) -> Result<(Imported, Vec<SignIn>, Published)> {
    claim(city).await?;
    keys::set_up_demo(&city.tree, &city.config.head_key)?;
    let mut imported = Vec::new();
    for collection in Collection::ALL {
        let file = sample.join(format!("{collection}.jsonl"));
        if file.exists() {
            let options = import::Options {
                source: Some(collection.name().into()),
                ..import::Options::default()
            };
            let outcome = import::import(city, collection, &file, &options, now).await?;
            if outcome.nothing_imported {
                return Err(Error::usage(format!("{}:\n{outcome}", file.display())));
            }
            imported.push((collection, outcome));
        }
    }
    if imported.is_empty() {
        return Err(Error::usage(format!(
            "{} holds no file named after a collection, such as news.jsonl",
            sample.display()
        )));
    }
    let mut published = publish::publish(city, now).await?;
    let file = sample.join("letters.jsonl");
    if !file.exists() || !begins(city, "letters").await? {
        return Ok((imported, Vec::new(), published));
    }
    let sign_ins = letters::set_up(city, &file, now).await?;
    ends(city, "letters").await?;
    let more = publish::publish(city, now).await?;
    published.ver = more.ver;
    published.operations.extend(more.operations);
    Ok((imported, sign_ins, published))
}

/// Notes that a part of the sample is being made; false when it is there already.
async fn begins(city: &City, part: &str) -> Result<bool> {
    let name = format!("demo_{part}");
    match meta::get(city.store.read(), &name).await?.as_deref() {
        Some("done") => return Ok(false),
        Some(_) => {
            // Half a life cannot be told from a whole one; a demo's directory is nobody's loss.
            return Err(Error::usage(format!(
                "{} holds a demo that was stopped half way; remove it and begin again",
                city.config.data_dir.display()
            )));
        }
        None => {}
    }
    let tx = city.store.write().await?;
    meta::set(&tx, &name, "begun").await?;
    tx.commit().await?;
    Ok(true)
}

async fn ends(city: &City, part: &str) -> Result<()> {
    let tx = city.store.write().await?;
    meta::set(&tx, &format!("demo_{part}"), "done").await?;
    Ok(tx.commit().await?)
}

/// Marks a fresh directory as the demo's. Keys that everybody knows must never sign a real city.
async fn claim(city: &City) -> Result<()> {
    if meta::get(city.store.read(), "demo").await?.is_some() {
        return Ok(());
    }
    let used = meta::ver(city.store.read()).await? != 0
        || !keys::could_be_demo(&city.tree, &city.config.head_key)?
        || crate::store::record::any(city.store.read()).await?;
    if used {
        return Err(Error::usage(format!(
            "{} holds a city that is not the demo; give another --data-dir",
            city.config.data_dir.display()
        )));
    }
    let tx = city.store.write().await?;
    meta::set(&tx, "demo", "1").await?;
    Ok(tx.commit().await?)
}
