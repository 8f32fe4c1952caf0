//! The sample city: demo keys, sample records, published; in a directory of its own.

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
pub async fn set_up(city: &City, sample: &Path, now: Timestamp) -> Result<(Imported, Published)> {
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
    let published = publish::publish(city, now).await?;
    Ok((imported, published))
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
