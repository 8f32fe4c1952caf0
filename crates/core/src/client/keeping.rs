//! What stays on the device, and what it takes.

use super::Client;
use crate::{
    error::{Error, Result},
    first_screen,
    store::{record, setting},
    sync,
    view::{FetchPictures, Keep, Storage},
};
use std::sync::{PoisonError, atomic::Ordering};
use weimenhu_domain::Collection;

/// The most bytes that pictures take unless the person says otherwise: about a thousand, and one of the sizes that the
/// settings offer.
const PICTURE_CAP: u64 = 300_000_000;

impl Client {
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
            fetch_pictures: self.fetch_pictures()?,
        })
    }

    /// Chooses which bodies stay. More are fetched, or fewer kept, at the next round.
    ///
    /// # Errors
    /// Only the database's.
    pub fn set_keep(&self, keep: Keep) -> Result<()> {
        self.write(|tx| setting::set_json(tx, setting::KEEP, &keep))
    }

    /// Chooses the most that pictures may take, in bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`] for less than 1 MiB, which could hold no article's pictures.
    pub fn set_picture_cap(&self, bytes: u64) -> Result<()> {
        if bytes < 1 << 20 {
            return Err(Error::Invalid("a picture cap below 1 MiB"));
        }
        self.write(|tx| setting::set(tx, setting::PICTURE_CAP, &bytes.to_string()))?;
        self.pictures.shrink(bytes)
    }

    /// Chooses when pictures are fetched.
    ///
    /// # Errors
    /// Only the database's.
    pub fn set_fetch_pictures(&self, when: FetchPictures) -> Result<()> {
        self.write(|tx| setting::set_json(tx, setting::FETCH_PICTURES, &when))
    }

    /// Whether the network costs by what it carries, as the window says who can see it.
    pub fn set_metered(&self, metered: bool) {
        self.metered.store(metered, Ordering::Relaxed);
    }

    /// Whether a picture that nobody has asked for may be fetched now.
    pub(super) fn may_fetch_pictures(&self) -> Result<bool> {
        Ok(match self.fetch_pictures()? {
            FetchPictures::Always => true,
            FetchPictures::Unmetered => !self.metered.load(Ordering::Relaxed),
            FetchPictures::Asked => false,
        })
    }

    fn fetch_pictures(&self) -> Result<FetchPictures> {
        let chosen: Option<FetchPictures> =
            self.read(|s| s.read(|c| setting::json(c, setting::FETCH_PICTURES)))?;
        Ok(chosen.unwrap_or_default())
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
            let growing = Collection::ALL.into_iter().filter(|c| c.grows());
            for collection in growing.filter(|_| !since.is_empty()) {
                while self.write_idly(|tx| record::drop_bodies(tx, collection, &since))? > 0 {}
            }
        }
        self.store().forget()?;
        self.storage()
    }

    /// Keeps what the window's first screen looks like, for [`first_screen`](crate::first_screen()) to answer at the next
    /// start. While news change nothing is kept: the window shows what was before.
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than a screen can be; file errors.
    pub fn keep_first_screen(&self, screen: &str) -> Result<()> {
        // Held while it is written: a change that begins meanwhile takes it away again.
        let changes = self.news_change.lock().unwrap_or_else(PoisonError::into_inner);
        if *changes {
            return Ok(());
        }
        first_screen::keep(self.folder(), screen)
    }

    /// Takes it from the disk: it is true no more.
    ///
    /// # Errors
    /// File errors.
    pub fn forget_first_screen(&self) -> Result<()> {
        first_screen::forget(self.folder())
    }

    /// Changes news, and tells whoever shows them; meanwhile nothing is kept that shows the old ones.
    ///
    /// # Errors
    /// File errors, and nothing is changed: what shows the old ones is still there. And those of the change.
    pub(crate) fn change_news<T>(&self, change: impl FnOnce() -> Result<T>) -> Result<T> {
        let changes = |now| *self.news_change.lock().unwrap_or_else(PoisonError::into_inner) = now;
        changes(true);
        let changed = self.forget_first_screen().and_then(|()| change());
        changes(false);
        changed
    }

    pub(crate) fn keep(&self) -> Result<Keep> {
        let chosen = self.read(|s| s.read(|c| setting::json(c, setting::KEEP)))?;
        Ok(chosen.unwrap_or(self.keep))
    }

    pub(super) fn picture_cap(&self) -> Result<u64> {
        let chosen = self.read(|s| s.read(|c| setting::get(c, setting::PICTURE_CAP)))?;
        Ok(chosen.and_then(|text| text.parse().ok()).unwrap_or(PICTURE_CAP))
    }
}
