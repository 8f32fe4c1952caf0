//! Objects as they travel: zstd at its highest useful level, except pictures and attachments, which are stored as
//! they are because they are compressed already.

use crate::{Error, Result, tree::Tree};
use std::io::Read;
use weimenhu_domain::{
    record::Sha256,
    wire::{MAX_RAW_OBJECT, ObjectRef},
};

/// 19: objects are written once and read by every phone (3-sync). The "ultra" levels above it gain nothing at
/// these sizes and cost the reader memory.
const LEVEL: i32 = 19;

/// Compresses `raw`, stores it and says how to ask for it.
///
/// # Errors
/// The disk refuses.
pub fn put(tree: &Tree, raw: &[u8]) -> Result<ObjectRef> {
    let bytes = zstd::bulk::compress(raw, LEVEL).map_err(Error::io("compress an object"))?;
    Ok(ObjectRef {
        sha: tree.put(&bytes)?,
        size: bytes.len() as u64,
        raw_size: raw.len() as u64,
    })
}

/// The decompressed bytes of an object.
///
/// # Errors
/// It is missing or damaged, or larger than any object may be.
pub fn get(tree: &Tree, sha: Sha256) -> Result<Vec<u8>> {
    unpack(&tree.get(sha)?).map_err(|why| Error::Damaged { sha, why })
}

/// Decompresses, but never beyond [`MAX_RAW_OBJECT`].
pub fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut raw = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(bytes).map_err(|e| e.to_string())?;
    decoder
        .take(MAX_RAW_OBJECT + 1)
        .read_to_end(&mut raw)
        .map_err(|e| e.to_string())?;
    if raw.len() as u64 > MAX_RAW_OBJECT {
        return Err("larger than any object may be".into());
    }
    Ok(raw)
}
