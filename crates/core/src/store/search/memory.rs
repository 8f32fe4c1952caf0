//! What a search keeps in memory: the directory, always that of the rows it reads, and the lexicon, which may be a
//! little old.

use super::{directory::Directory, lexicon::Lexicon};
use crate::{
    error::Result,
    store::{lock, pinyin::Readings, record},
};
use rusqlite::Connection;
use std::sync::{Arc, Mutex};

/// See the module.
#[derive(Default)]
pub(crate) struct Memory {
    directory: Mutex<Option<(Version, Arc<Directory>)>>,
    lexicon: Mutex<Option<(Version, Arc<Lexicon>)>>,
}

/// Where the collections stand: another state of them has another version.
type Version = Vec<(String, String, i64, String)>;

impl Memory {
    /// The directory of this state of the database, made anew when it has changed.
    pub fn directory(&self, conn: &Connection, readings: &Readings) -> Result<Arc<Directory>> {
        let version = version(conn, false)?;
        let mut kept = lock(&self.directory);
        match kept.as_ref() {
            Some((of, directory)) if *of == version => Ok(Arc::clone(directory)),
            _ => {
                let fresh = Arc::new(Directory::read(conn, readings)?);
                *kept = Some((version, Arc::clone(&fresh)));
                Ok(fresh)
            }
        }
    }

    /// The lexicon, if it has been made.
    pub fn lexicon(&self) -> Option<Arc<Lexicon>> {
        lock(&self.lexicon)
            .as_ref()
            .map(|(_, lexicon)| Arc::clone(lexicon))
    }

    /// The lexicon, made now if need be.
    pub fn lexicon_now(&self, conn: &Connection) -> Result<Arc<Lexicon>> {
        match self.lexicon() {
            Some(lexicon) => Ok(lexicon),
            None => {
                self.read_lexicon(conn)?;
                Ok(self.lexicon().unwrap_or_default())
            }
        }
    }

    /// Makes the lexicon, or again when documents came. For a quiet moment.
    pub fn read_lexicon(&self, conn: &Connection) -> Result<()> {
        let version = version(conn, true)?;
        if lock(&self.lexicon).as_ref().is_some_and(|(of, _)| *of == version) {
            return Ok(());
        }
        let fresh = Arc::new(Lexicon::read(conn)?);
        *lock(&self.lexicon) = Some((version, fresh));
        Ok(())
    }
}

/// Bodies come and go without a new epoch; a directory's come with its heads.
fn version(conn: &Connection, all: bool) -> Result<Version> {
    let mut query =
        conn.prepare_cached("SELECT name, lineage, epoch, digest FROM collection ORDER BY name")?;
    let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    let mut version: Version = rows.collect::<Result<_, _>>()?;
    if all {
        let bodies = record::bodies(conn)?;
        version.push((String::new(), String::new(), bodies.into(), String::new()));
    } else {
        let grows = |name: &str| {
            name.parse::<weimenhu_domain::Collection>()
                .is_ok_and(|c| c.grows())
        };
        version.retain(|(name, ..)| !grows(name));
    }
    Ok(version)
}
