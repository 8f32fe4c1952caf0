//! Topics as a file, for another device of the same person. Plain JSON, which a person may read and mend.

use super::{Client, following::checked};
use crate::{
    Download,
    download::file_name,
    error::{Error, Result},
    store::topic,
    view::{Topic, TopicForm, TopicsImported},
};
use serde::{Deserialize, Serialize};

/// The largest file of topics that is read, in bytes: a thousand of the longest are a fifth of it.
const LARGEST_IMPORT: usize = 1 << 20;

/// Topics as a file.
#[derive(Serialize, Deserialize)]
struct File {
    /// The city whose letters are meant.
    #[serde(default)]
    city: String,
    topics: Vec<serde_json::Value>,
}

/// One topic of a file.
#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    form: TopicForm,
    #[serde(default)]
    muted: bool,
}

impl Client {
    /// The topics as a file for another device.
    ///
    /// # Errors
    /// Only the database's.
    pub fn export_topics(&self) -> Result<Download> {
        let entry = |topic: Topic| {
            serde_json::to_value(Entry {
                form: topic.form,
                muted: topic.muted,
            })
        };
        let file = File {
            city: self.bundle.profile.id.clone(),
            topics: self.topics()?.into_iter().map(entry).collect::<Result<_, _>>()?,
        };
        Ok(Download {
            name: file_name("weimenhu-topics.json"),
            bytes: serde_json::to_vec_pretty(&file)?,
        })
    }

    /// Follows what a file of [`Self::export_topics`] says. What cannot be followed is counted and left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no such file; nothing is followed then.
    pub fn import_topics(&self, bytes: &[u8]) -> Result<TopicsImported> {
        let broken = || Error::Invalid("this is no file of topics");
        if bytes.len() > LARGEST_IMPORT {
            return Err(broken());
        }
        let file: File = serde_json::from_slice(bytes).map_err(|_| broken())?;
        let is_ours = file.city == self.bundle.profile.id;
        let mut imported = TopicsImported::default();
        for value in file.topics {
            let entry = serde_json::from_value::<Entry>(value).ok();
            // Letters have their numbers in one city only.
            let entry = entry.filter(|e| is_ours || e.form.letter.is_none());
            let form = entry.as_ref().and_then(|e| checked(&e.form).ok());
            let (Some(form), Some(entry)) = (form, entry) else {
                imported.refused += 1;
                continue;
            };
            if self.read(|s| s.read(|c| topic::same(c, &form)))?.is_some() {
                imported.known += 1;
                continue;
            }
            match self.follow(&form) {
                Ok(id) => {
                    imported.added += 1;
                    if entry.muted {
                        self.mute_topic(id, true)?;
                    }
                }
                Err(Error::Invalid(_)) => imported.refused += 1,
                Err(e) => return Err(e),
            }
        }
        Ok(imported)
    }
}
