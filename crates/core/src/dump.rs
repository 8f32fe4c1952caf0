//! The dump that came with the app: the same files as on the server, in one tar inside the binary. It is read
//! through the same door and checked by the same signatures as what comes over the network.

use crate::error::{Error, Result};
use std::{collections::HashMap, io::Read, ops::Range};
use weimenhu_domain::wire::MAX_RAW_OBJECT;

/// An opened dump: where each file lies.
#[derive(Debug, Clone)]
pub struct Dump {
    bytes: &'static [u8],
    files: HashMap<String, Range<usize>>,
}

impl Dump {
    /// Lists the files of the tar; none of them is read.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is no tar.
    pub fn open(bytes: &'static [u8]) -> Result<Self> {
        let damaged = |_| Error::Damaged("the bundled dump".into());
        let mut files = HashMap::new();
        let mut archive = tar::Archive::new(bytes);
        for entry in archive.entries().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let start = usize::try_from(entry.raw_file_position()).unwrap_or(usize::MAX);
            let end = start.saturating_add(usize::try_from(entry.size()).unwrap_or(usize::MAX));
            files.insert(
                entry.path().map_err(damaged)?.to_string_lossy().into_owned(),
                start..end,
            );
        }
        Ok(Self { bytes, files })
    }

    /// Nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The bytes of `head`, `keys/{n}` or `o/{sha256}`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the dump has no such file.
    pub fn file(&self, name: &str) -> Result<&'static [u8]> {
        self.files
            .get(name)
            .and_then(|range| self.bytes.get(range.clone()))
            .ok_or(Error::NotFound)
    }
}

/// Decompresses an object, and refuses one that is larger or smaller than promised: a small file must not fill
/// the memory.
///
/// # Errors
/// [`Error::Damaged`].
pub fn decompress(bytes: &[u8], raw_size: u64) -> Result<Vec<u8>> {
    // Refused unseen: whoever promises too much would otherwise have that much unpacked before it is.
    if raw_size > MAX_RAW_OBJECT {
        return Err(damaged());
    }
    let raw = decompress_up_to(bytes, raw_size)?;
    if raw.len() as u64 == raw_size {
        Ok(raw)
    } else {
        Err(damaged())
    }
}

/// Decompresses an object whose raw size nobody promised: an index.
///
/// # Errors
/// [`Error::Damaged`], also when it is larger than `limit`.
pub fn decompress_up_to(bytes: &[u8], limit: u64) -> Result<Vec<u8>> {
    let decoder = zstd::Decoder::with_buffer(bytes).map_err(|_| damaged())?;
    let mut raw = Vec::new();
    decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut raw)
        .map_err(|_| damaged())?;
    if raw.len() as u64 <= limit {
        Ok(raw)
    } else {
        Err(damaged())
    }
}

fn damaged() -> Error {
    Error::Damaged("compressed data".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused_without_being_unpacked() {
        let bomb = zstd::encode_all(&vec![0_u8; 8 << 20][..], 3).unwrap();
        assert!(bomb.len() < 4096);
        assert!(decompress(&bomb, 100).is_err());
        assert!(decompress(&bomb, u64::MAX).is_err());
        assert_eq!(decompress(&bomb, 8 << 20).unwrap().len(), 8 << 20);
        assert!(decompress(b"<html>", 6).is_err());
    }

    #[test]
    fn what_is_no_tar_is_no_dump() {
        assert!(Dump::open(b"").unwrap().is_empty());
        assert!(Dump::open(&[7; 2048]).is_err());
    }
}
