//! The engines that are measured, behind one face.

mod fts5;
mod scan;
mod tantivy;
mod us;

pub use fts5::Fts5;
pub use scan::Scan;
pub use tantivy::Tantivy;
pub use us::Us;

use crate::corpus::Doc;
use anyhow::Result;
use std::path::Path;

/// What of a query a document must have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// All of it.
    All,
    /// Any of it, the best first: how one looks for a known document by a title that it does not contain.
    Any,
}

/// A search engine. Documents are numbered from 1, in order of publication.
pub trait Peer {
    /// What the table calls it.
    fn name(&self) -> &'static str;
    /// Takes the documents in and makes the index, as whole as it gets.
    fn index(&mut self, docs: &[Doc]) -> Result<()>;
    /// Bytes of the index alone.
    fn index_bytes(&self) -> Result<u64>;
    /// The best `limit`.
    fn best(&self, query: &str, want: Want, limit: usize) -> Result<Vec<u32>>;
    /// Everything that matches.
    fn all(&self, query: &str) -> Result<Vec<u32>>;
    /// What the engine looks for besides what was typed: a hit that has one of these is no substring's, and no error.
    fn added(&self, _query: &str) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}

/// The peers that keep an index, each in a folder of its own.
pub const KINDS: [&str; 4] = ["us", "trigram", "jieba", "tantivy"];

/// One of [`KINDS`], over a folder.
pub fn open(kind: &str, folder: &Path) -> Result<Box<dyn Peer>> {
    let folder = folder.join(kind);
    std::fs::create_dir_all(&folder)?;
    Ok(match kind {
        "us" => Box::new(Us::open(&folder)?),
        "trigram" => Box::new(Fts5::trigram(&folder)?),
        "jieba" => Box::new(Fts5::jieba(&folder)?),
        _ => Box::new(Tantivy::open(&folder)?),
    })
}
