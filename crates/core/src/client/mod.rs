//! [`Client`]: one method for each thing a person can do.

mod arrivals;
mod deeds;
mod drafts;
mod files;
mod following;
mod hearing;
mod joining;
mod keeping;
mod leaving;
mod letters;
mod mine;
mod reading;
mod recovery;
mod searching;
mod sharing;
mod state;
mod topic_file;

pub(crate) use joining::Joined;
pub(crate) use mine::Written;

use crate::{
    bundle::Bundle,
    dump::Dump,
    error::{Code, Error, Result},
    event::Event,
    outbox::Outbox,
    pictures::Pictures,
    remote::Remote,
    seal::Seal,
    store::{Store, record, search::Memory, setting, topic},
    sync::{self, Source, Staging},
    view::{Keep, NotifyProblem, Phase, SyncState},
};
use jiff::Timestamp;
use rusqlite::Transaction;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Notify, broadcast};
use weimenhu_domain::Collection;

/// Pictures of the newest articles fetched ahead, so that the list looks whole under ground.
const PICTURES_AHEAD: u32 = 40;

/// What a client is opened with.
pub struct Config {
    /// Where everything is kept. One process at a time.
    pub folder: PathBuf,
    /// Profile, keys and dump.
    pub bundle: Bundle,
    /// The server's address; none for the profile's own.
    pub server: Option<String>,
    /// This app's version, compared with the head's `min_app`.
    pub app_version: String,
    /// The keep rule where the person has not chosen one.
    pub keep: Keep,
    /// How long a silent connection is waited for: [`SILENCE`](crate::SILENCE), or less where somebody tries it out.
    pub silence: Duration,
    /// The clock, for what is shown as "last updated" and for whether a start comes too soon to ask again. No
    /// content is judged by it.
    pub now: fn() -> Timestamp,
}

/// The city on this device.
pub struct Client {
    pub(crate) bundle: Bundle,
    pub(crate) staging: Staging,
    pub(crate) pictures: Pictures,
    pub(crate) app_version: String,
    pub(crate) outbox: Outbox,
    store: RwLock<Arc<Store>>,
    folder: PathBuf,
    dump: Dump,
    remote: Option<Remote>,
    server: String,
    keep: Keep,
    now: fn() -> Timestamp,
    state: Mutex<SyncState>,
    rebuilt_from: Mutex<Option<PathBuf>>,
    events: broadcast::Sender<Event>,
    turn: tokio::sync::Mutex<()>,
    pub(crate) woken: Notify,
    pub(crate) woken_at: Mutex<Option<Instant>>,
    /// Until then the server asked to be left alone.
    not_before: Mutex<Instant>,
    /// When the next round begins; none while one runs.
    pub(crate) next_round: Mutex<Option<Timestamp>>,
    /// Why the last notification was not shown.
    pub(crate) not_shown: Mutex<Option<NotifyProblem>>,
    /// The network costs by what it carries.
    metered: AtomicBool,
    /// A change of news is being written.
    news_change: Mutex<bool>,
    search: Memory,
    search_turn: AtomicU32,
    _lock: fs::File,
}

impl Client {
    /// Opens the cache. Nothing is fetched and the dump is not read yet: a window can be shown at once.
    ///
    /// # Errors
    /// [`Error::Busy`] when another process has the folder; [`Error::DemoKeys`]; file errors. A damaged cache is
    /// no error: it is put aside and [`About::rebuilt_from`] says where.
    pub fn open(config: Config) -> Result<Self> {
        fs::create_dir_all(&config.folder)?;
        let lock = lock_folder(&config.folder)?;
        let server = config
            .server
            .unwrap_or_else(|| config.bundle.profile.server.clone());
        let remote = if server.is_empty() {
            None
        } else {
            Some(Remote::new(&server, config.silence)?)
        };
        let (store, aside) = Store::open(&config.folder)?;
        let staging = Staging::open(&config.folder.join("staging"))?;
        let pictures = Pictures::open(&config.folder.join("pictures"))?;
        sync::keys(&store, &config.bundle)?;
        // On a full disk it cannot be done, and what is here can be read all the same: the next start tries again.
        if let Err(error) = sync::wipe(&store, &pictures, &staging) {
            tracing::warn!(%error, "the bytes of an erased record are still on this disk");
        }
        let client = Self {
            outbox: Outbox::new(Seal::open(&config.folder)?),
            dump: Dump::open(config.bundle.dump)?,
            staging,
            pictures,
            app_version: config.app_version,
            state: Mutex::new(state::first_state(&store)?),
            store: RwLock::new(Arc::new(store)),
            folder: config.folder,
            bundle: config.bundle,
            remote,
            server,
            keep: config.keep,
            now: config.now,
            rebuilt_from: Mutex::new(aside),
            events: broadcast::channel(64).0,
            turn: tokio::sync::Mutex::new(()),
            woken: Notify::new(),
            woken_at: Mutex::default(),
            not_before: Mutex::new(Instant::now()),
            next_round: Mutex::default(),
            not_shown: Mutex::default(),
            metered: AtomicBool::new(false),
            news_change: Mutex::default(),
            search: Memory::default(),
            search_turn: AtomicU32::new(0),
            _lock: lock,
        };
        client.sweep_files()?;
        client.write(topic::sweep)?;
        Ok(client)
    }

    /// What will change from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Takes the dump that came with the app, where it is newer than what is here or has what is not here at all:
    /// the first start, an updated app, or a cache that had to be rebuilt.
    ///
    /// # Errors
    /// As for [`Self::sync`]; an app without a dump is no error.
    pub async fn open_dump(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        match self.reread() {
            // What is here can be read as the app before this one read it. The next start tries again.
            Err(e) if e.code() == Code::DiskFull => tracing::warn!(error = %e, "rows are not read anew"),
            other => other?,
        }
        self.fill().await
    }

    /// One round with the server. Calls at the same time wait for each other.
    ///
    /// # Errors
    /// What kept the content from becoming current; the same is shown in [`SyncState::problem`]. What is here
    /// stays as it is.
    pub async fn sync(&self) -> Result<()> {
        let turn = self.turn.lock().await;
        let remote = self.remote()?;
        self.set_phase(Phase::Checking);
        let source = Source::Network(remote, &self.staging);
        let progress = |n| self.fetched(n);
        let round = || sync::round(self, &source, &progress);
        let answer = match round().await {
            // The head came from a cache and names what a redaction has removed since: the next one does not.
            Err(Error::NotFound) => round().await,
            other => other,
        };
        let answer = match answer.map_err(|e| self.heal(e)) {
            Err(e) if e.is_corruption() => {
                self.fill().await?;
                round().await
            }
            other => other,
        };
        if let Err(Error::Status {
            retry_after_s: Some(s),
            ..
        }) = answer
        {
            self.wait_at_least(Duration::from_secs(s.into()));
        }
        self.finish(&answer)?;
        answer?;
        // The records are here; what this could not do the next round does.
        if let Err(e) = self.follow_on() {
            tracing::warn!(code = ?e.code(), "joined letters are not followed on");
        }
        self.staging.clear()?;
        // Pictures may take minutes: another round need not wait for them.
        drop(turn);
        self.fetch_pictures_ahead().await;
        Ok(())
    }

    /// Reads every page of the cache and rebuilds it if one is damaged. For a quiet moment after the start.
    ///
    /// # Errors
    /// What kept it from being rebuilt.
    pub async fn check(&self) -> Result<()> {
        let checked = self.store().check();
        match checked.map_err(|e| self.heal(e)) {
            Err(e) if e.is_corruption() => self.open_dump().await,
            other => other,
        }
    }

    /// An updated app may read what the one before it could only keep.
    fn reread(&self) -> Result<()> {
        let gained = self.write(|tx| {
            if setting::get(tx, setting::READ_BY)?.as_deref() == Some(&self.app_version) {
                return Ok(BTreeSet::new());
            }
            setting::set(tx, setting::READ_BY, &self.app_version)?;
            record::reread(tx, &self.bundle.profile.readings)
        })?;
        if !gained.is_empty() {
            self.announce(Event::Changed(gained.into_iter().collect()));
        }
        Ok(())
    }

    async fn fill(&self) -> Result<()> {
        if self.dump.is_empty() {
            return Ok(());
        }
        self.set_phase(Phase::Opening);
        let answer = sync::fill(self, &self.dump).await;
        self.set_phase(Phase::Idle);
        self.refresh_state()?;
        answer.map(drop)
    }

    /// The server asks for this much peace.
    pub(crate) fn wait_at_least(&self, pause: Duration) {
        let until = Instant::now() + pause;
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = until.max(*not_before);
    }

    /// What is left of the peace the server asked for.
    pub(crate) fn must_wait(&self) -> Duration {
        let not_before = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        not_before.saturating_duration_since(Instant::now())
    }

    pub(crate) fn time(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server or mirror of this app.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when it has none.
    pub(crate) fn remote(&self) -> Result<&Remote> {
        let remote = self.remote.as_ref();
        remote.ok_or_else(|| Error::Unreachable("this app has no server".into()))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn announce(&self, event: Event) {
        // Nobody listening is no fault: a command line does not.
        let _ = self.events.send(event);
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        read(&self.store()).map_err(|e| self.heal(e))
    }

    pub(crate) fn write<T>(&self, write: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.store().write(write).map_err(|e| self.heal(e))
    }

    /// For work of quiet moments: see [`Store::write_idly`].
    pub(crate) fn write_idly<T>(&self, write: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.store().write_idly(write).map_err(|e| self.heal(e))
    }

    /// A damaged cache is put aside at once, and an empty one takes its place; marks are in another file and
    /// stay, and of a damaged file of theirs what can be read stays. The dump and the next round fill it.
    fn heal(&self, error: Error) -> Error {
        if !error.is_corruption() {
            return error;
        }
        let mut store = self.store.write().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have healed it while we waited.
        if store.check().is_ok() {
            return error;
        }
        tracing::error!(%error, "the cache is damaged and will be rebuilt");
        let rebuilt = store.set_aside().and_then(|city| {
            let (fresh, mine) = Store::open(&self.folder)?;
            Ok((city.or(mine), fresh))
        });
        match rebuilt {
            Ok((aside, fresh)) => {
                *store = Arc::new(fresh);
                *self.rebuilt_from.lock().unwrap_or_else(PoisonError::into_inner) = aside;
                self.announce(Event::Changed(Collection::ALL.to_vec()));
                self.woken.notify_one();
            }
            Err(e) => tracing::error!(error = %e, "the cache could not be rebuilt"),
        }
        error
    }

    async fn fetch_pictures_ahead(&self) {
        if !self.may_fetch_pictures().unwrap_or(false) {
            return;
        }
        let Ok(wanted) = self.read(|s| s.read(|c| record::newest_pictures(c, PICTURES_AHEAD))) else {
            return;
        };
        for sha in wanted {
            if let Err(e) = self.picture(&sha).await {
                tracing::info!(%sha, error = %e, "picture not fetched ahead");
                return;
            }
        }
    }
}

/// One process a folder: two would each believe their own idea of what has been fetched.
fn lock_folder(folder: &Path) -> Result<fs::File> {
    let file = fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Busy),
        Err(fs::TryLockError::Error(e)) => Err(e.into()),
    }
}
