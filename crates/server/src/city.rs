//! A city, opened: its settings, its database and its tree.

use crate::{
    Config, Error, Result, backup, keys,
    petition::{arrivals::Arrivals, secret::Secret},
    store::Store,
    tree::Tree,
};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// What every command works on.
#[derive(Debug, Clone)]
pub struct City {
    /// The settings.
    pub config: Config,
    /// The database.
    pub(crate) store: Store,
    /// What the public reads.
    pub tree: Tree,
    /// What seals names and makes receipts of letters.
    pub(crate) secret: Arc<Secret>,
    /// The rules of letters, as they were read last.
    pub(crate) rules: crate::petition::Known,
    /// Letters that are just being taken in.
    pub(crate) arrivals: Arc<Arrivals>,
    /// How long a command waits for another publisher before it gives up.
    pub patience: Duration,
}

impl City {
    /// Opens the city of these settings and creates what is missing.
    ///
    /// # Errors
    /// A directory cannot be created, the database cannot be opened, or a restore into this place has not ended.
    pub async fn open(config: Config) -> Result<Self> {
        backup::after_a_restore(&config)?;
        let staged = config.data_dir.join("staged");
        std::fs::create_dir_all(&staged).map_err(Error::file("create", &staged))?;
        Ok(Self {
            store: Store::open(&config).await?,
            tree: Tree::open(&config.objects_dir)?,
            secret: Arc::new(Secret::open(&config.data_dir.join("keys").join("letters.key"))?),
            rules: crate::petition::Known::default(),
            arrivals: Arc::default(),
            config,
            patience: Duration::from_secs(60),
        })
    }

    /// Where pictures and attachments wait until a record that shows them is published. Not served: what is not
    /// published must not be readable.
    pub(crate) fn staged(&self) -> PathBuf {
        self.config.data_dir.join("staged")
    }

    /// The head key, checked to be one that devices believe.
    pub(crate) fn head_key(&self) -> Result<(keys::Key, u32)> {
        let lists = keys::published(&self.tree)?;
        let Some(newest) = lists.last() else {
            return Err(Error::usage(
                "no key list is published: no device would believe anything. Make keys with `keys new-root` and \
                 `keys new-head` and publish a list with `keys sign-list`; for a try, `keys demo`",
            ));
        };
        let path = &self.config.head_key;
        if !path.exists() {
            return Err(Error::usage(format!(
                "there is no head key at {}: make one with `keys new-head`, or set head_key",
                path.display()
            )));
        }
        let key = keys::Key::read(path)?;
        if !newest.heads.contains(&key.public()) {
            return Err(Error::usage(format!(
                "head key {} is not in key list {}: no device would believe it",
                key.public().id(),
                newest.n
            )));
        }
        Ok((key, newest.n))
    }
}
