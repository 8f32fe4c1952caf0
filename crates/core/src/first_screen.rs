//! What the window's first screen looked like, as the window gives it: shown at the next start until the screen itself is
//! there. A file beside the cache, read before anything is opened.
//!
//! It shows news by their titles. So it goes before news change here, and is made again of what is shown then: what was
//! redacted must not come back with the next start, nor stay on the disk.
//!
//! Rejected: the web view's own storage, from which nothing leaves the disk for certain; a row of the cache, which takes
//! as long to open as the screen that this is shown before.

use crate::{
    disk,
    error::{Error, Result},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// In the data folder.
const NAME: &str = "first-screen.json";
/// The longest, in bytes. One has some 20 KB.
const MOST: usize = 512 << 10;

fn place(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// What was kept last; none where nothing was, or where it cannot be read: it is missed by nobody.
pub fn first_screen(folder: &Path) -> Option<String> {
    fs::read_to_string(place(folder)).ok()
}

/// Keeps it in the place of the one before.
///
/// # Errors
/// [`Error::Invalid`] for more than there can be; file errors. A part of one is as good as none: the window sees that.
pub fn keep(folder: &Path, screen: &str) -> Result<()> {
    if screen.len() > MOST {
        return Err(Error::Invalid("more than a screen"));
    }
    Ok(fs::write(place(folder), screen)?)
}

/// Takes it from the disk.
///
/// # Errors
/// File errors: it is still there.
pub fn forget(folder: &Path) -> Result<()> {
    disk::remove(&place(folder))
}
