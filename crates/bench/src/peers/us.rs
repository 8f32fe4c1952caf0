//! 微门户's engine, through the door it has for benches. It alone also reads titles and cuts snippets of its hits.

use super::{Peer, Want};
use crate::corpus::Doc;
use anyhow::Result;
use std::path::Path;
use weimenhu_core::{
    bench::Engine,
    view::{SearchAnswer, SearchQuery},
};
use weimenhu_domain::Collection;

/// The engine.
pub struct Us(Engine);

impl Us {
    /// Over a folder, warm.
    pub fn open(folder: &Path) -> Result<Self> {
        let us = Self::cold(folder)?;
        us.warm()?;
        Ok(us)
    }

    /// Over a folder, with everything still to be read.
    pub fn cold(folder: &Path) -> Result<Self> {
        Ok(Self(Engine::open(folder, "2026-09-01T00:00:00Z".parse()?)?))
    }

    /// What is done before the first question.
    pub fn warm(&self) -> Result<()> {
        Ok(self.0.warm()?)
    }

    /// Takes these in after the first `count`, in one transaction, as a sync does.
    pub fn add(&self, count: usize, docs: &[&Doc]) -> Result<()> {
        let first = u32::try_from(count + 1)?;
        let records = (first..).zip(docs);
        Ok(self
            .0
            .put(records.map(|(id, d)| (Collection::News, id, d.wire.as_str())))?)
    }

    /// Puts as many after the first `count` into the index again, in one transaction.
    pub fn add_to_index(&self, count: usize, many: usize) -> Result<()> {
        let first = u32::try_from(count + 1)?;
        let ids = first..first + u32::try_from(many)?;
        Ok(self.0.put_again(ids.map(|id| (Collection::News, id)))?)
    }

    fn ask(&self, query: &str, offset: usize, limit: usize) -> Result<SearchAnswer> {
        Ok(self.0.ask(&SearchQuery {
            text: query.into(),
            offset: u32::try_from(offset)?,
            limit: u32::try_from(limit)?,
            ..SearchQuery::default()
        })?)
    }

    fn page(&self, query: &str, offset: usize, limit: usize) -> Result<(Vec<u32>, bool)> {
        let answer = self.ask(query, offset, limit)?;
        Ok((
            answer.documents.iter().map(|h| h.row.id).collect(),
            answer.relaxed,
        ))
    }
}

impl Peer for Us {
    fn name(&self) -> &'static str {
        "微门户"
    }

    fn index(&mut self, docs: &[Doc]) -> Result<()> {
        for (batch, docs) in docs.chunks(1000).enumerate() {
            let first = u32::try_from(batch * 1000 + 1)?;
            self.0.put(
                (first..)
                    .zip(docs)
                    .map(|(id, d)| (Collection::News, id, d.wire.as_str())),
            )?;
        }
        self.0.tidy()?;
        Ok(self.0.warm()?)
    }

    fn index_bytes(&self) -> Result<u64> {
        Ok(self.0.index_bytes()?)
    }

    fn best(&self, query: &str, _: Want, limit: usize) -> Result<Vec<u32>> {
        Ok(self.page(query, 0, limit)?.0)
    }

    fn all(&self, query: &str) -> Result<Vec<u32>> {
        let mut all = Vec::new();
        loop {
            let (page, relaxed) = self.page(query, all.len(), 100)?;
            // Marked as not having all of it: no claim to match.
            if page.is_empty() || relaxed {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    fn added(&self, query: &str) -> Result<Vec<String>> {
        Ok(self.ask(query, 0, 1)?.expanded)
    }
}
