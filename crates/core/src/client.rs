//! [`Client`]: one method for each thing a person can do.

use crate::{
    bundle::Bundle,
    dump::Dump,
    error::{Error, Result},
    event::Event,
    pictures::Pictures,
    remote::Remote,
    store::{Store, list, mark, record, setting},
    sync::{self, Round, Source, Staging},
    vcard,
    view::{
        About, Body, Count, Detail, Facets, Filter, Keep, Letter, ListQuery, Page, Phase, Storage, SyncState,
    },
};
use jiff::Timestamp;
use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::broadcast;
use weimenhu_domain::{
    Collection, Record, html,
    record::{Id, Sha256},
};

/// The most that pictures take unless the person says otherwise: about a thousand.
const PICTURE_CAP: u64 = 256 << 20;
/// How long opening an article waits for a body that is not on the device.
const BODY_PATIENCE: Duration = Duration::from_secs(8);
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
    /// The clock, for what is shown as "last updated". No decision rests on it.
    pub now: fn() -> Timestamp,
}

/// The city on this device.
pub struct Client {
    pub(crate) bundle: Bundle,
    pub(crate) staging: Staging,
    pub(crate) pictures: Pictures,
    pub(crate) app_version: String,
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
    _lock: fs::File,
}

/// A file made for the person: its name, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    /// A name without path or special characters.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl Download {
    /// Writes the file into `folder`, beside and never over one that is there: `name (2).vcf`. Answers where.
    ///
    /// # Errors
    /// File errors.
    pub fn save(&self, folder: &Path) -> Result<PathBuf> {
        let (stem, extension) = self.name.rsplit_once('.').unwrap_or((&self.name, ""));
        let dot = if extension.is_empty() { "" } else { "." };
        let other = (2_u32..).map(|n| format!("{stem} ({n}){dot}{extension}"));
        for name in std::iter::once(self.name.clone()).chain(other) {
            let path = folder.join(name);
            match fs::File::create_new(&path) {
                Ok(mut file) => {
                    file.write_all(&self.bytes)?;
                    return Ok(path);
                }
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e.into()),
            }
        }
        Err(Error::Invalid("no free name"))
    }
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
            Some(Remote::new(&server)?)
        };
        let (store, aside) = Store::open(&config.folder)?;
        sync::keys(&store, &config.bundle)?;
        let client = Self {
            dump: Dump::open(config.bundle.dump)?,
            staging: Staging::open(&config.folder.join("staging"))?,
            pictures: Pictures::open(&config.folder.join("pictures"))?,
            app_version: config.app_version,
            state: Mutex::new(first_state(&store)?),
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
            _lock: lock,
        };
        Ok(client)
    }

    /// What will change from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Takes the dump that came with the app, where it is newer than what is here: the first start, an updated
    /// app, or a cache that had to be rebuilt.
    ///
    /// # Errors
    /// As for [`Self::sync`]; an app without a dump is no error.
    pub async fn open_dump(&self) -> Result<()> {
        if self.dump.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().await;
        self.set_phase(Phase::Opening);
        let answer = sync::round(self, &Source::Dump(&self.dump), &|_| {}).await;
        self.set_phase(Phase::Idle);
        match answer {
            // The device has seen newer: nothing to take.
            Ok(_) | Err(Error::Rollback { .. }) => self.refresh_state(),
            Err(e) => Err(e),
        }
    }

    /// One round with the server. Calls at the same time wait for each other.
    ///
    /// # Errors
    /// What kept the content from becoming current; the same is shown in [`SyncState::problem`]. What is here
    /// stays as it is.
    pub async fn sync(&self) -> Result<Duration> {
        let _turn = self.turn.lock().await;
        let remote = self
            .remote
            .as_ref()
            .ok_or_else(|| Error::Unreachable("this app has no server".into()))?;
        self.set_phase(Phase::Checking);
        let answer = sync::round(self, &Source::Network(remote, &self.staging), &|n| {
            self.fetched(n)
        })
        .await;
        let answer = answer.map_err(|e| self.heal(e));
        self.finish(&answer)?;
        let (_, backoff_s) = answer?;
        self.staging.clear()?;
        self.fetch_pictures_ahead().await;
        Ok(Duration::from_secs(backoff_s.into()))
    }

    /// One page of a list.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a day of the filter is no day.
    pub fn list(&self, query: &ListQuery) -> Result<Page> {
        self.read(|store| store.read(|c| list::page(c, query)))
    }

    /// The A–Z headings of a directory.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub fn letters(&self, collection: Collection, filter: &Filter) -> Result<Vec<Letter>> {
        self.read(|store| store.read(|c| list::letters(c, collection, filter)))
    }

    /// What a collection can be filtered by.
    ///
    /// # Errors
    /// Only the database's.
    pub fn facets(&self, collection: Collection) -> Result<Facets> {
        self.read(|store| store.read(|c| list::facets(c, collection)))
    }

    /// How many records each collection has.
    ///
    /// # Errors
    /// Only the database's.
    pub fn counts(&self) -> Result<Vec<Count>> {
        self.read(|store| store.read(list::counts))
    }

    /// One record. A body that is not on the device is fetched if that takes but a moment; otherwise the answer
    /// says [`Body::Absent`].
    ///
    /// # Errors
    /// [`Error::NotFound`] when the record is not here at all.
    pub async fn detail(&self, collection: Collection, id: Id) -> Result<Detail> {
        let row = || {
            self.read(|s| s.read(|c| list::row(c, collection, id)))?
                .ok_or(Error::NotFound)
        };
        let wire = || self.read(|s| s.read(|c| record::wire(c, collection, id)));
        let mut json = wire()?;
        row()?;
        if json.is_none() && self.fetch_body(collection, id).await {
            json = wire()?;
        }
        Ok(Detail {
            row: row()?,
            body: json.map_or(Body::Absent, |json| body(collection, &json)),
        })
    }

    /// Remembers whether the record has been opened.
    ///
    /// # Errors
    /// Only the database's.
    pub fn mark_read(&self, collection: Collection, id: Id, read: bool) -> Result<()> {
        self.store()
            .write(|tx| mark::set_read(tx, collection, id, read))?;
        self.announce(Event::Changed(vec![collection]));
        Ok(())
    }

    /// Remembers whether the record is starred.
    ///
    /// # Errors
    /// Only the database's.
    pub fn star(&self, collection: Collection, id: Id, starred: bool) -> Result<()> {
        self.store()
            .write(|tx| mark::set_starred(tx, collection, id, starred))?;
        self.announce(Event::Changed(vec![collection]));
        Ok(())
    }

    /// What the app is doing about the network.
    pub fn sync_state(&self) -> SyncState {
        self.state().clone()
    }

    /// The bytes of a picture or attachment.
    ///
    /// # Errors
    /// [`Error::NotFound`] or the network's.
    pub async fn picture(&self, sha: &Sha256) -> Result<Vec<u8>> {
        self.pictures
            .get(sha, &self.dump, self.remote.as_ref(), self.picture_cap()?)
            .await
    }

    /// What the cache takes.
    ///
    /// # Errors
    /// Only the database's.
    #[expect(clippy::cast_precision_loss, reason = "sizes for people; exact below 8 PB")]
    pub fn storage(&self) -> Result<Storage> {
        let store = self.store();
        let (records, bodies) = self.read(|s| s.read(record::totals))?;
        Ok(Storage {
            database: store.size() as f64,
            pictures: self.pictures.size() as f64,
            picture_cap: self.picture_cap()? as f64,
            staging: self.staging.size() as f64,
            records,
            bodies,
            keep: self.keep()?,
        })
    }

    /// Chooses which bodies stay. More are fetched, or fewer kept, at the next round.
    ///
    /// # Errors
    /// Only the database's.
    pub fn set_keep(&self, keep: Keep) -> Result<()> {
        let name = serde_json::to_string(&keep)?;
        self.store().write(|tx| setting::set(tx, setting::KEEP, &name))
    }

    /// Chooses the most that pictures may take, in bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than 1 MiB, which could hold no article's pictures.
    pub fn set_picture_cap(&self, bytes: u64) -> Result<()> {
        if bytes < 1 << 20 {
            return Err(Error::Invalid("a picture cap below 1 MiB"));
        }
        self.store()
            .write(|tx| setting::set(tx, setting::PICTURE_CAP, &bytes.to_string()))?;
        self.pictures.shrink(bytes)
    }

    /// Frees space: all pictures, everything half-fetched, and bodies outside the keep rule. Stars and what was
    /// opened stay.
    ///
    /// # Errors
    /// File and database errors.
    pub fn clean_up(&self) -> Result<Storage> {
        self.pictures.shrink(0)?;
        self.staging.clear()?;
        let issued = self.state().content_as_of.as_deref().and_then(|t| t.parse().ok());
        if let Some(issued) = issued {
            let since = sync::since(self.keep()?, issued);
            let growing = || {
                Collection::ALL
                    .into_iter()
                    .filter(|c| c.grows() && !since.is_empty())
            };
            self.store()
                .write(|tx| growing().try_for_each(|c| record::drop_bodies(tx, c, &since).map(drop)))?;
        }
        self.store().forget()?;
        self.storage()
    }

    /// The record as a contact for the phone's address book (vCard 4.0).
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Invalid`] for a record that is no contact.
    pub fn contact(&self, collection: Collection, id: Id) -> Result<Download> {
        let json = self
            .read(|s| s.read(|c| record::wire(c, collection, id)))?
            .ok_or(Error::NotFound)?;
        let record = Record::parse(collection, &json)?;
        let card = vcard::vcard(&record).ok_or(Error::Invalid("this record is no contact"))?;
        Ok(Download {
            name: file_name(&format!("{}.vcf", record.head().title)),
            bytes: card.into_bytes(),
        })
    }

    /// An attachment of an article.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the article has no such attachment, or the network's.
    pub async fn attachment(&self, collection: Collection, id: Id, sha: &Sha256) -> Result<Download> {
        let json = self
            .read(|s| s.read(|c| record::wire(c, collection, id)))?
            .ok_or(Error::NotFound)?;
        let (Record::News(article) | Record::Notice(article)) = Record::parse(collection, &json)? else {
            return Err(Error::NotFound);
        };
        let file = article
            .attachments
            .iter()
            .find(|a| a.sha256 == *sha)
            .ok_or(Error::NotFound)?;
        Ok(Download {
            name: file_name(&file.name),
            bytes: self.picture(sha).await?,
        })
    }

    /// What the app is.
    pub fn about(&self) -> About {
        let aside = self.rebuilt_from.lock().unwrap_or_else(PoisonError::into_inner);
        About {
            city: self.bundle.profile.id.clone(),
            version: self.app_version.clone(),
            server: self.server.clone(),
            demo: self.bundle.profile.demo,
            rebuilt_from: aside.as_ref().map(|p| p.display().to_string()),
        }
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

    pub(crate) fn time(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn keep(&self) -> Result<Keep> {
        let chosen = self.store().read(|c| setting::get(c, setting::KEEP))?;
        Ok(chosen
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or(self.keep))
    }

    pub(crate) fn announce(&self, event: Event) {
        // Nobody listening is no fault: a command line does not.
        let _ = self.events.send(event);
    }

    /// More bytes are to come in this round.
    pub(crate) fn expect(&self, bytes: u64) {
        self.change_state(|s| s.total = s.total.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX)));
    }

    fn fetched(&self, bytes: u64) {
        self.change_state(|s| {
            s.phase = Phase::Fetching;
            s.done = s.done.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        });
    }

    fn read<T>(&self, read: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        read(&self.store()).map_err(|e| self.heal(e))
    }

    /// A damaged cache is put aside at once, and an empty one takes its place; marks are in another file and
    /// stay. The dump and the next round fill it.
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
        let rebuilt = store
            .set_aside()
            .and_then(|aside| Ok((aside, Store::open(&self.folder)?.0)));
        match rebuilt {
            Ok((aside, fresh)) => {
                *store = Arc::new(fresh);
                *self.rebuilt_from.lock().unwrap_or_else(PoisonError::into_inner) = Some(aside);
                self.announce(Event::Changed(Collection::ALL.to_vec()));
            }
            Err(e) => tracing::error!(error = %e, "the cache could not be rebuilt"),
        }
        error
    }

    async fn fetch_body(&self, collection: Collection, id: Id) -> bool {
        let from_dump = sync::fetch_one(self, &Source::Dump(&self.dump), collection, id).await;
        if from_dump.is_ok() {
            return true;
        }
        let Some(remote) = &self.remote else { return false };
        let source = Source::Network(remote, &self.staging);
        let fetch = sync::fetch_one(self, &source, collection, id);
        match tokio::time::timeout(BODY_PATIENCE, fetch).await {
            Ok(Ok(())) => true,
            Ok(Err(e)) => {
                tracing::info!(%collection, id, error = %e, "body not fetched");
                false
            }
            Err(_) => false,
        }
    }

    async fn fetch_pictures_ahead(&self) {
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

    fn picture_cap(&self) -> Result<u64> {
        let chosen = self.store().read(|c| setting::get(c, setting::PICTURE_CAP))?;
        Ok(chosen.and_then(|text| text.parse().ok()).unwrap_or(PICTURE_CAP))
    }

    fn finish(&self, answer: &Result<(Round, u32)>) -> Result<()> {
        if answer.is_ok() {
            let now = self.time().to_string();
            self.store()
                .write(|tx| setting::set(tx, setting::LAST_SUCCESS, &now))?;
        }
        let fresh = first_state(&self.store())?;
        let problem = match answer {
            Ok((Round::Current, _)) => None,
            Ok((Round::UpdateApp, _)) => Some(crate::Code::UpdateApp),
            Err(e) => Some(e.code()),
        };
        self.change_state(|s| *s = SyncState { problem, ..fresh });
        Ok(())
    }

    fn refresh_state(&self) -> Result<()> {
        let fresh = first_state(&self.store())?;
        self.change_state(|s| {
            *s = SyncState {
                problem: s.problem,
                ..fresh
            }
        });
        Ok(())
    }

    fn set_phase(&self, phase: Phase) {
        self.change_state(|s| {
            *s = SyncState {
                phase,
                done: 0,
                total: 0,
                ..s.clone()
            }
        });
    }

    fn change_state(&self, change: impl FnOnce(&mut SyncState)) {
        change(&mut self.state());
        self.announce(Event::Sync);
    }

    fn state(&self) -> MutexGuard<'_, SyncState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state as it stands on disk.
fn first_state(store: &Store) -> Result<SyncState> {
    store.read(|c| {
        Ok(SyncState {
            phase: Phase::Idle,
            done: 0,
            total: 0,
            content_as_of: setting::get(c, setting::ISSUED)?,
            last_success: setting::get(c, setting::LAST_SUCCESS)?,
            problem: None,
            min_app: setting::get(c, setting::MIN_APP)?.filter(|v| !v.is_empty()),
        })
    })
}

/// A record's JSON as its own page shows it; HTML is cleaned once more (8-safety).
fn body(collection: Collection, json: &str) -> Body {
    match Record::parse(collection, json) {
        Ok(Record::News(mut a) | Record::Notice(mut a)) => {
            a.html = html::clean(&a.html);
            Body::Article(a)
        }
        Ok(Record::Leader(l)) => Body::Leader(l),
        Ok(Record::Agency(a)) => Body::Agency(a),
        Ok(Record::Phone(p)) => Body::Phone(p),
        Ok(Record::School(s)) => Body::School(s),
        Ok(Record::Hospital(h)) => Body::Hospital(h),
        Ok(Record::Calendar(c)) => Body::Calendar(c),
        Err(_) => Body::Unreadable,
    }
}

/// What every file system takes: no separators, no control characters, no leading dot, at most 80 characters.
fn file_name(wanted: &str) -> String {
    let plain = |c: char| {
        if c.is_control() || "/\\:*?\"<>|".contains(c) {
            '_'
        } else {
            c
        }
    };
    let name: String = wanted.trim().trim_start_matches('.').chars().map(plain).collect();
    let length = name.chars().count();
    // From the end, so that the extension stays.
    let short: String = name.chars().skip(length.saturating_sub(80)).collect();
    if short.is_empty() { "file".into() } else { short }
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
