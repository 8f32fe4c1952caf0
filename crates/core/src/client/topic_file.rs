//! Topics as a file, for another device of the same person. Plain JSON, which a person may read and mend.

use super::{
    Client,
    following::{BROAD_WEEK, MOST, checked, take_in},
};
use crate::{
    Download, Event,
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
    /// Files of older apps do not say; there it is told, as everything was.
    #[serde(default = "told")]
    notify: bool,
    /// Files of older apps do not say; there it is what the last days brought.
    #[serde(default)]
    broad: Option<bool>,
}

const fn told() -> bool {
    true
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
                notify: topic.notify,
                broad: Some(topic.broad),
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

    /// Follows what a file of [`Self::export_topics`] says, all of it at once or nothing. What cannot be followed is
    /// counted and left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is no such file; the database's.
    pub fn import_topics(&self, bytes: &[u8]) -> Result<TopicsImported> {
        let broken = || Error::Invalid("this is no file of topics");
        if bytes.len() > LARGEST_IMPORT {
            return Err(broken());
        }
        let file: File = serde_json::from_slice(bytes).map_err(|_| broken())?;
        let is_ours = file.city == self.bundle.profile.id;
        let all = file.topics.len();
        let entries: Vec<Entry> = file
            .topics
            .into_iter()
            .filter_map(|value| entry(value, is_ours))
            .collect();
        let refused = all.saturating_sub(entries.len());
        let (since, now) = (self.since().to_string(), self.time().to_string());
        let imported = self.write(|tx| {
            let mut imported = TopicsImported {
                refused: u32::try_from(refused).unwrap_or(u32::MAX),
                ..TopicsImported::default()
            };
            let mut count = topic::count(tx)?;
            let (mut added, mut unknown) = (Vec::new(), Vec::new());
            for Entry {
                form,
                muted,
                notify,
                broad,
            } in &entries
            {
                if topic::same(tx, form)?.is_some() {
                    imported.known += 1;
                } else if count >= MOST {
                    imported.over += 1;
                } else {
                    count += 1;
                    imported.added += 1;
                    let id = topic::add(tx, form, broad.unwrap_or_default(), &since)?;
                    topic::set_muted(tx, id, *muted)?;
                    topic::set_quiet(tx, id, !*notify)?;
                    if broad.is_none() {
                        unknown.push(id);
                    }
                    added.push((id, form.clone()));
                }
            }
            take_in(tx, added, &since, &now)?;
            topic::judge_breadth(tx, &unknown, BROAD_WEEK)?;
            Ok(imported)
        })?;
        self.announce(Event::Inbox);
        Ok(imported)
    }
}

/// A topic of a file as it is kept; none where it cannot be followed here.
fn entry(value: serde_json::Value, is_ours: bool) -> Option<Entry> {
    let entry = serde_json::from_value::<Entry>(value).ok()?;
    // Letters have their numbers in one city only.
    if !is_ours && entry.form.letter.is_some() {
        return None;
    }
    Some(Entry {
        form: checked(&entry.form).ok()?,
        ..entry
    })
}
