//! Files made for the person: a contact, an attachment.

use crate::error::{Error, Result};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

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

/// What every file system takes: no separators, no control characters, no leading dot, at most 80 characters.
pub(crate) fn file_name(wanted: &str) -> String {
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
