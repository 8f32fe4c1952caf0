//! The door out: letters and what is done to them wait here until the server's own answer is kept.
//!
//! frozen → sending (the attempt is counted before it begins) → sent, when our server's receipt echoes our key; refused,
//! when it says so in a problem document; or retry, for everything else: no network, a portal's 200, a busy server. What
//! is sent never changes and has one key for ever, so a repeat after a lost answer brings the same receipt. Killed at any
//! instant, a letter is in one of these states, and arrives exactly once.
//!
//! Rejected: sending straight from the form (a tunnel loses it), and a background job of the platform (each has its own
//! rules, and none runs on all five).

use crate::{
    Client, Event,
    client::{Joined, Written},
    error::{Error, Result},
    remote::Remote,
    seal::Seal,
    store::{draft, lock, outbox, own, step},
    view::{LetterForm, OutState},
};
use rand::Rng;
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use weimenhu_domain::{petition::wire::Receipt, record::Id};

/// The first pause after an attempt that did not get through; twice that after the second, and so on.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// Doublings: up to a third of an hour.
const MAX_DOUBLINGS: u32 = 8;
/// Bytes of a file that are sent at once: what breaks is sent again.
const PART: usize = 512 << 10;
/// Between two looks at how the person's letters stand.
const LOOK_S: std::ops::Range<u64> = 15 * 60..25 * 60;

/// What sending needs beside the database.
pub(crate) struct Outbox {
    seal: RwLock<Arc<Seal>>,
    woken: Notify,
    turn: tokio::sync::Mutex<()>,
    /// Held while the server is asked how one of the person's letters stands.
    pub hearing: tokio::sync::Mutex<()>,
    /// When the next attempt of something may begin, by the clock that never goes back.
    not_before: Mutex<BTreeMap<String, Instant>>,
    /// The same, where the server asked for it: no hurry of ours shortens that.
    asked: Mutex<BTreeMap<String, Instant>>,
    /// When somebody's looking at the app last hurried everything.
    glanced: Mutex<Option<Instant>>,
    /// Bytes of files that have been sent, for people.
    sent: Mutex<BTreeMap<String, u32>>,
    /// Held while files and their rows come and go, and while files without a row are removed: the loop sweeps after each
    /// letter, and would take a file whose row is about to come.
    pub files: Mutex<()>,
    /// Drafts deleted since the start: they can be brought back until it ends.
    pub deleted: Mutex<BTreeMap<String, (draft::Row, Vec<draft::FileRow>)>>,
}

impl Outbox {
    /// With the key of the folder.
    pub fn new(seal: Seal) -> Self {
        Self {
            seal: RwLock::new(Arc::new(seal)),
            woken: Notify::new(),
            turn: tokio::sync::Mutex::new(()),
            hearing: tokio::sync::Mutex::new(()),
            not_before: Mutex::default(),
            asked: Mutex::default(),
            glanced: Mutex::default(),
            sent: Mutex::default(),
            files: Mutex::default(),
            deleted: Mutex::default(),
        }
    }

    /// The key.
    pub fn seal(&self) -> Arc<Seal> {
        Arc::clone(&self.seal.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Another key from now on, and nothing that was remembered.
    pub fn renew(&self, seal: Seal) {
        *self.seal.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(seal);
        lock(&self.deleted).clear();
        self.hurry();
    }

    /// Bytes of a letter's files that have been sent.
    pub fn sent(&self, id: &str) -> u32 {
        lock(&self.sent).get(id).copied().unwrap_or_default()
    }

    /// Everything at once, whatever pause it is in, but for what the server asked.
    pub fn hurry(&self) {
        lock(&self.not_before).clear();
        self.woken.notify_one();
    }

    /// The same for somebody who only looks at the app: not at every look.
    pub fn glance(&self, at_most_every: Duration) {
        let mut glanced = lock(&self.glanced);
        if glanced.is_none_or(|at| at.elapsed() >= at_most_every) {
            *glanced = Some(Instant::now());
            self.hurry();
        }
    }

    /// An attempt did not get through: the next waits this long, and whatever the hurry as long as the server asked.
    fn pause(&self, id: &str, pause: Duration, asked: Option<Duration>) {
        let now = Instant::now();
        lock(&self.not_before).insert(id.to_owned(), now + pause);
        if let Some(asked) = asked {
            lock(&self.asked).insert(id.to_owned(), now + asked);
        }
    }

    /// How long this must still rest.
    fn rest(&self, id: &str) -> Duration {
        let ours = lock(&self.not_before).get(id).copied();
        let until = ours.max(lock(&self.asked).get(id).copied());
        until.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()))
    }
}

/// What lies sealed in a row of the outbox.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Parcel {
    /// Idempotency key: a UUIDv7 made here.
    pub key: String,
    /// The very bytes of the body.
    pub body: String,
    /// Number of the letter it is about; empty for a new one.
    pub number: String,
    /// The writer's or joiner's token; empty where none is needed.
    pub token: String,
    /// What is sent before it.
    pub files: Vec<ParcelFile>,
    /// The form of a new letter.
    pub form: Option<LetterForm>,
    /// The record that is followed because its letter is joined.
    #[serde(default)]
    pub follows: Option<Id>,
}

/// A file of a parcel.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ParcelFile {
    /// Of the draft's file.
    pub id: String,
    /// SHA-256 of its bytes.
    pub sha: String,
    /// Bytes.
    pub size: u32,
}

impl Client {
    /// Sends what waits and looks how the person's letters stand, until the future is dropped.
    pub async fn keep_sending(&self) {
        let mut look_at = Instant::now();
        loop {
            let woken = self.outbox.woken.notified();
            let pause = self.send_waiting().await.unwrap_or_else(|e| {
                tracing::warn!(code = ?e.code(), "the outbox was not emptied");
                FIRST_PAUSE
            });
            if look_at <= Instant::now() {
                if let Err(e) = self.refresh_open_letters().await {
                    tracing::info!(code = ?e.code(), "letters not looked at");
                }
                look_at = Instant::now() + Duration::from_secs(rand::rng().random_range(LOOK_S));
            }
            let until_look = look_at.saturating_duration_since(Instant::now());
            let _ = tokio::time::timeout(pause.min(until_look), woken).await;
        }
    }

    /// Tries everything that may be tried now, the oldest first. Answers how long the next may rest.
    ///
    /// # Errors
    /// Only the database's: what an attempt came to stands in its row.
    pub async fn send_waiting(&self) -> Result<Duration> {
        let Ok(remote) = self.remote() else {
            return Ok(Duration::MAX);
        };
        let _turn = self.outbox.turn.lock().await;
        let mut next = Duration::from_secs(LOOK_S.end);
        for row in self.read(|s| s.read(outbox::all))? {
            if row.state == OutState::Refused {
                continue;
            }
            let rest = self.outbox.rest(&row.id);
            if rest.is_zero() {
                self.attempt(remote, &row).await?;
            }
            if self.read(|s| s.read(|c| outbox::get(c, &row.id)))?.is_some() {
                next = next.min(self.outbox.rest(&row.id));
            }
        }
        Ok(next)
    }

    /// One attempt: counted, made, and its end kept.
    async fn attempt(&self, remote: &Remote, row: &outbox::Row) -> Result<()> {
        if !self.write(|tx| outbox::begin(tx, &row.id))? {
            return Ok(());
        }
        self.announce(Event::Letters);
        let done = match self
            .outbox
            .seal()
            .open_value::<Parcel>(&place(&row.id), &row.sealed)
        {
            Ok(parcel) => self.deliver(remote, row, &parcel).await,
            Err(e) => Err(e),
        };
        match done {
            Ok(()) => {}
            Err(Error::Refused(code)) => self.refused(row, &code)?,
            Err(e) => {
                tracing::info!(id = row.id, what = row.what, code = ?e.code(), "not sent");
                let pause = FIRST_PAUSE * 2_u32.pow(row.attempts.min(MAX_DOUBLINGS));
                let pause = pause.mul_f64(rand::rng().random_range(0.75..1.25));
                let asked = match e {
                    Error::Status { retry_after_s, .. } => retry_after_s,
                    _ => None,
                };
                let asked = asked.map(|s| Duration::from_secs(s.into()));
                self.outbox.pause(&row.id, pause, asked);
                let at = self
                    .time()
                    .checked_add(pause.max(asked.unwrap_or_default()))
                    .unwrap_or_else(|_| self.time())
                    .to_string();
                let problem = e.problem();
                self.write(|tx| outbox::set(tx, &row.id, OutState::Retry, &problem, &at))?;
            }
        }
        self.announce(Event::Letters);
        Ok(())
    }

    async fn deliver(&self, remote: &Remote, row: &outbox::Row, parcel: &Parcel) -> Result<()> {
        let key = &*parcel.key;
        match &*row.what {
            "join" => {
                let stands = remote.join(&parcel.number, key).await?;
                self.keep_join(row, parcel, &stands.token)
            }
            "leave" => {
                remote.leave(&parcel.number, key, &parcel.token).await?;
                self.forget_join(row, &parcel.number)
            }
            _ => match self.bring(remote, row, parcel).await? {
                Some(receipt) => self.keep_receipt(row, parcel, receipt),
                None => self.keep_deed(row, parcel).await,
            },
        }
    }

    /// The files, and then what they belong to. Answers the receipt of a letter; what is done to one has none.
    async fn bring(&self, remote: &Remote, row: &outbox::Row, parcel: &Parcel) -> Result<Option<Receipt>> {
        if row.posted {
            // The answer may have been lost: what is there is answered without its files and proof of work.
            match say(remote, row, parcel, None).await {
                Err(Error::Status { status: 422, .. }) => {}
                other => return other,
            }
        }
        let mut before = 0;
        for file in &parcel.files {
            self.upload(remote, row, &parcel.key, file, before).await?;
            before = before.saturating_add(file.size);
        }
        let proof = match &*row.what {
            "submit" => Some(remote.proof().await?),
            _ => None,
        };
        if !self.write(|tx| outbox::post(tx, &row.id))? {
            return Err(Error::Cancelled);
        }
        say(remote, row, parcel, proof.as_deref()).await
    }

    /// Sends what is missing of a file.
    async fn upload(
        &self,
        remote: &Remote,
        row: &outbox::Row,
        key: &str,
        file: &ParcelFile,
        before: u32,
    ) -> Result<()> {
        let mut progress = remote.uploaded(key, &file.sha).await?;
        let (mut bytes, mut asked_to_check) = (None, false);
        loop {
            let offset = progress.as_ref().map_or(0, |p| p.offset);
            let all = u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(before);
            lock(&self.outbox.sent).insert(row.id.clone(), all);
            self.announce(Event::Letters);
            if progress.is_some_and(|p| p.done) {
                return Ok(());
            }
            let bytes = match &mut bytes {
                Some(bytes) => bytes,
                none => none.insert(self.file_bytes(&file.id)?),
            };
            let from = usize::try_from(offset).unwrap_or(usize::MAX);
            let rest = bytes
                .get(from..)
                .filter(|rest| !rest.is_empty() || !asked_to_check);
            let rest = rest.ok_or_else(|| Error::Damaged("an upload longer than its file".into()))?;
            // All of it is there and not checked: the server died between the two. An empty part makes it look.
            asked_to_check = rest.is_empty();
            let part = rest.get(..PART).unwrap_or(rest);
            let length = bytes.len() as u64;
            progress = Some(remote.upload(key, &file.sha, (offset, length), part).await?);
        }
    }

    /// The receipt is kept and the letter gone from the outbox in one transaction; its files go afterwards.
    fn keep_receipt(&self, row: &outbox::Row, parcel: &Parcel, receipt: Receipt) -> Result<()> {
        let written = Written::of(receipt, parcel.form.as_ref());
        let sealed = self.outbox.seal().seal_value(&own_place(&row.id), &written)?;
        let now = self.time().to_string();
        self.write(|tx| {
            if outbox::remove(tx, &row.id)? {
                draft::remove(tx, &row.id)?;
                let fresh = own::Row {
                    id: row.id.clone(),
                    unseen: true,
                    refreshed: String::new(),
                    tag: String::new(),
                    receipt: sealed,
                    own: Vec::new(),
                };
                own::add(tx, &fresh)?;
                // That it arrived is the first that happened.
                step::add(tx, &row.id, 0, &now)?;
            }
            Ok(())
        })?;
        self.sweep_files()
    }

    /// It is done: gone from the outbox, its files too. How the letter stands now is news, and may come later.
    async fn keep_deed(&self, row: &outbox::Row, parcel: &Parcel) -> Result<()> {
        self.write(|tx| {
            draft::remove(tx, &row.id)?;
            outbox::remove(tx, &row.id)
        })?;
        if !parcel.files.is_empty() {
            self.sweep_files()?;
        }
        if let Err(e) = self.refresh_letter(&parcel.number).await {
            tracing::info!(code = ?e.code(), "letter not looked at after a deed");
        }
        Ok(())
    }

    fn keep_join(&self, row: &outbox::Row, parcel: &Parcel, token: &str) -> Result<()> {
        let joined = Joined {
            number: parcel.number.clone(),
            token: token.to_owned(),
            follows: parcel.follows,
        };
        let sealed = self.outbox.seal().seal_value(&join_place(&row.id), &joined)?;
        self.write(|tx| {
            if outbox::remove(tx, &row.id)? {
                own::put_joined(
                    tx,
                    &own::Joined {
                        id: row.id.clone(),
                        sealed,
                    },
                )?;
            }
            Ok(())
        })
    }

    /// For good. A letter becomes a draft again, which says why and is sent as a new one; of the rest the reason stays.
    fn refused(&self, row: &outbox::Row, code: &str) -> Result<()> {
        tracing::info!(id = row.id, what = row.what, code, "refused");
        self.write(|tx| match &*row.what {
            "submit" => {
                outbox::remove(tx, &row.id)?;
                draft::set_problem(tx, &row.id, code)
            }
            // Whatever it was meant to bring about is so already, or can never be.
            "join" | "leave" => outbox::remove(tx, &row.id).map(drop),
            _ => outbox::set(tx, &row.id, OutState::Refused, code, ""),
        })
    }

    /// Puts something to be sent at the end, and wakes the loop.
    pub(crate) fn enqueue(&self, id: &str, what: &str, parcel: &Parcel) -> Result<()> {
        self.enqueue_with(id, what, parcel, |_| Ok(()))
    }

    /// The same, with what must happen in the same transaction.
    pub(crate) fn enqueue_with(
        &self,
        id: &str,
        what: &str,
        parcel: &Parcel,
        also: impl FnOnce(&Transaction) -> Result<()>,
    ) -> Result<()> {
        let sealed = self.outbox.seal().seal_value(&place(id), parcel)?;
        self.write(|tx| {
            also(tx)?;
            // Why an earlier letter of this draft was refused is past.
            draft::set_problem(tx, id, "")?;
            outbox::add(tx, id, what, &sealed)
        })?;
        self.outbox.woken.notify_one();
        self.announce(Event::Letters);
        Ok(())
    }

    /// What waits about letters that are there: id, what, state, problem and parcel.
    pub(crate) fn waiting(&self) -> Result<Vec<(outbox::Row, Parcel)>> {
        let seal = self.outbox.seal();
        let rows = self.read(|s| s.read(outbox::all))?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((seal.open_value(&place(&row.id), &row.sealed).ok()?, row)))
            .map(|(parcel, row)| (row, parcel))
            .collect())
    }

    /// Tries everything again at once: somebody pressed the button. What the server asked to wait for still waits.
    ///
    /// # Errors
    /// None today.
    pub fn retry_now(&self) -> Result<()> {
        self.outbox.hurry();
        Ok(())
    }

    /// The bytes of a draft's file.
    pub(crate) fn file_bytes(&self, id: &str) -> Result<Vec<u8>> {
        let sealed = fs::read(self.letter_file(id))?;
        self.outbox.seal().open_bytes(&file_place(id), &sealed)
    }

    /// Where they lie.
    pub(crate) fn letter_file(&self, id: &str) -> PathBuf {
        self.folder().join("letters").join(id)
    }
}

/// The letter, or what is done to one.
async fn say(
    remote: &Remote,
    row: &outbox::Row,
    parcel: &Parcel,
    proof: Option<&str>,
) -> Result<Option<Receipt>> {
    let (key, body) = (&*parcel.key, parcel.body.as_bytes());
    match &*row.what {
        "submit" => remote.submit(key, body, proof).await.map(Some),
        action => {
            let done = remote.deed(&parcel.token, action, key, body).await;
            done.map(|_| None)
        }
    }
}

/// What a sealed value is bound to.
fn place(id: &str) -> String {
    format!("outbox {id}")
}

pub(crate) fn own_place(id: &str) -> String {
    format!("own {id}")
}

pub(crate) fn join_place(id: &str) -> String {
    format!("joined {id}")
}

pub(crate) fn file_place(id: &str) -> String {
    format!("file {id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1000);

    fn outbox() -> Outbox {
        let folder = tempfile::tempdir().unwrap();
        Outbox::new(Seal::open(folder.path()).unwrap())
    }

    #[test]
    fn a_hurry_ends_our_own_pause_and_never_the_servers() {
        let outbox = outbox();
        outbox.pause("ours", LONG, None);
        outbox.pause("asked", LONG, Some(LONG / 2));
        assert!(outbox.rest("ours") > LONG / 2);
        outbox.hurry();
        assert_eq!(outbox.rest("ours"), Duration::ZERO);
        let left = outbox.rest("asked");
        assert!(left > LONG / 4 && left <= LONG / 2, "{left:?}");
    }

    #[test]
    fn whoever_only_looks_hurries_it_now_and_then() {
        let outbox = outbox();
        for (rests, every) in [(false, LONG), (true, LONG), (false, Duration::ZERO)] {
            outbox.pause("letter", LONG, None);
            outbox.glance(every);
            assert_eq!(!outbox.rest("letter").is_zero(), rests);
        }
    }
}
