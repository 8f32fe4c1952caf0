//! What the standard library has no word for, of files.

use crate::error::Result;
use std::{fs, io::ErrorKind, path::Path};

/// Removes a file that may not be there.
///
/// # Errors
/// File errors: it is still there.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e.into()),
        _ => Ok(()),
    }
}
