//! What is the person's own, to take along and to erase: letters, drafts, topics, stars, searches, choices.

use super::Client;
use crate::{
    Download, Event,
    download::file_name,
    error::Result,
    seal::Seal,
    store::{mark, own, setting, topic},
};
use serde_json::{Value, json};
use weimenhu_domain::Collection;

/// What the person chose and what it led to. How much is kept and fetched is the device's affair and stays: it says
/// nothing of anybody, and forgetting it would fill a phone or cost somebody's data plan.
const CHOICES: &[&str] = &[
    setting::NOTIFY,
    setting::TOLD,
    setting::DIGEST,
    setting::LANGUAGE,
    setting::RECENT,
];

impl Client {
    /// Everything that is the person's own, from here and from the server, as a file.
    ///
    /// # Errors
    /// Those of the network: half an export would look like a whole one.
    pub async fn export_mine(&self) -> Result<Download> {
        let mut letters = Vec::new();
        for mine in self.mine()? {
            let kept = match (self.remote(), &*mine.written.token) {
                (Ok(remote), token) if !token.is_empty() => remote.export(token).await?,
                _ => serde_json::to_value(&mine.own)?,
            };
            letters.push(json!({
                "number": mine.written.number, "code": mine.written.code, "submitted": mine.written.submitted,
                "title": mine.written.title, "text": mine.written.text, "server": kept,
                "supplement": self.begun_supplement(&mine.row.id)?,
            }));
        }
        let mut drafts = Vec::new();
        for row in self.drafts()? {
            drafts.push(serde_json::to_value(self.draft(&row.id)?.form)?);
        }
        let topics: Value = serde_json::from_slice(&self.export_topics()?.bytes)?;
        let starred = self.read(|s| s.read(mark::starred))?;
        let starred: Vec<Value> = starred
            .into_iter()
            .map(|(collection, id, title)| json!({"collection": collection, "id": id, "title": title}))
            .collect();
        let all = json!({
            "exported": self.time().to_string(), "letters": letters, "drafts": drafts, "following": topics,
            "starred": starred, "searches": self.recent_searches()?,
        });
        Ok(Download {
            name: file_name("weimenhu-mine.json"),
            bytes: serde_json::to_vec_pretty(&all)?,
        })
    }

    /// Erases what is the person's own from this device for real: letters, topics, stars, searches and choices, and what
    /// tells of them, pictures and texts that were fetched because somebody looked at them. Rows, files and write-ahead
    /// logs; and what was sealed opens no more. The city's content stays as a new device would have it.
    ///
    /// # Errors
    /// File and database errors; doing it again finishes it.
    pub fn erase_mine(&self) -> Result<()> {
        self.write(|tx| {
            own::erase(tx)?;
            topic::erase(tx)?;
            mark::erase(tx)?;
            CHOICES.iter().try_for_each(|name| setting::unset(tx, name))
        })?;
        self.outbox.renew(Seal::renew(self.folder())?);
        self.announce(Event::Letters);
        self.announce(Event::Inbox);
        self.announce(Event::Changed(Collection::ALL.to_vec()));
        // It shows what was read.
        let unseen = self.forget_first_screen();
        // What can fail comes last, and the one does not keep the other from being done.
        let forgotten = self.store().forget_mine();
        let swept = self.sweep_files();
        // After the marks, which keep what was opened.
        self.clean_up()?;
        swept?;
        unseen?;
        forgotten
    }
}
