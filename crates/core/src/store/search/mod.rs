//! Search. For the time being a plain scan with LIKE over titles; the index replaces it.

use super::list;
use crate::{
    error::{Error, Result},
    view::{Hit, IndexState, ListQuery, SearchAnswer, SearchCount, SearchQuery, Span},
};
use rusqlite::Connection;
use std::sync::atomic::{AtomicU32, Ordering};
use weimenhu_domain::Collection;

/// Tells a search that nobody waits for it any more.
pub(crate) struct Stop<'a>(Option<(&'a AtomicU32, u32)>);

impl<'a> Stop<'a> {
    /// Somebody waits to the end.
    pub const fn never() -> Self {
        Self(None)
    }

    /// Until a higher turn than `mine` has come.
    pub const fn after(newest: &'a AtomicU32, mine: u32) -> Self {
        Self(Some((newest, mine)))
    }

    /// # Errors
    /// [`Error::Cancelled`] when nobody waits any more.
    pub fn check(&self) -> Result<()> {
        match self.0 {
            Some((newest, mine)) if newest.load(Ordering::Acquire) > mine => Err(Error::Cancelled),
            _ => Ok(()),
        }
    }
}

/// Answers the query.
pub(crate) fn find(conn: &Connection, query: &SearchQuery, stop: &Stop) -> Result<SearchAnswer> {
    let mut answer = SearchAnswer {
        directory: Vec::new(),
        documents: Vec::new(),
        total: 0,
        capped: false,
        counts: Vec::new(),
        suggestion: None,
        expanded: Vec::new(),
        relaxed: false,
        state: IndexState::Scanning,
    };
    if query.text.trim().is_empty() {
        return Ok(answer);
    }
    for collection in Collection::ALL {
        stop.check()?;
        if collection == Collection::Calendar {
            continue;
        }
        let page = list::page(
            conn,
            &ListQuery {
                collection,
                filter: crate::view::Filter {
                    text: query.text.clone(),
                    department: query.department.clone(),
                    county: query.county.clone(),
                    kind: None,
                    from: query.from.clone(),
                    to: query.to.clone(),
                    starred: false,
                },
                offset: query.offset,
                limit: query.limit,
            },
        )?;
        answer.counts.push(SearchCount {
            collection,
            count: page.total,
            capped: false,
        });
        if query.collection.is_some_and(|only| only != collection) {
            continue;
        }
        answer.total += page.total;
        let hits = page.rows.into_iter().map(|row| Hit {
            title: vec![Span {
                text: row.title.clone(),
                hit: false,
            }],
            row,
            snippet: Vec::new(),
            score: 1.0,
        });
        if collection.grows() {
            answer.documents.extend(hits);
        } else {
            answer.directory.extend(hits);
        }
    }
    Ok(answer)
}
