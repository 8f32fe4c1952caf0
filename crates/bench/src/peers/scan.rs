//! Every document read, every word looked for: the truth that the others are held against.

use super::{Peer, Want};
use crate::corpus::Doc;
use anyhow::Result;
use memchr::memmem::Finder;
use weimenhu_core::bench::words_of_query;

/// The scan, over the folded text in memory.
pub struct Scan<'d>(pub &'d [Doc]);

impl Peer for Scan<'_> {
    fn name(&self) -> &'static str {
        "memmem over everything"
    }

    fn index(&mut self, _: &[Doc]) -> Result<()> {
        Ok(())
    }

    fn index_bytes(&self) -> Result<u64> {
        Ok(0)
    }

    fn best(&self, query: &str, _: Want, limit: usize) -> Result<Vec<u32>> {
        // It cannot rank: the newest of all, so that all are read as with the others.
        let all = self.all(query)?;
        Ok(all.into_iter().rev().take(limit).collect())
    }

    fn all(&self, query: &str) -> Result<Vec<u32>> {
        let words = words_of_query(query);
        let finders: Vec<_> = words.iter().map(Finder::new).collect();
        let has = |doc: &Doc| {
            finders
                .iter()
                .all(|f| f.find(doc.title.as_bytes()).is_some() || f.find(doc.body.as_bytes()).is_some())
        };
        Ok((1..)
            .zip(self.0)
            .filter(|(_, d)| has(d))
            .map(|(id, _)| id)
            .collect())
    }
}
