//! FTS5 with its own `bm25()`: the built-in trigram tokenizer, and jieba's words through `unicode61`. Contentless,
//! so that the index is weighed without the text.

use super::{Peer, Want};
use crate::corpus::Doc;
use anyhow::Result;
use jieba_rs::Jieba;
use rusqlite::{Connection, params};
use std::path::Path;
use weimenhu_core::bench::words_of_query;

/// FTS5.
pub struct Fts5 {
    conn: Connection,
    jieba: Option<Jieba>,
}

impl Fts5 {
    /// Every three characters.
    pub fn trigram(folder: &Path) -> Result<Self> {
        Self::open(folder, "trigram", None)
    }

    /// Words, as jieba cuts them for searching.
    pub fn jieba(folder: &Path) -> Result<Self> {
        Self::open(folder, "unicode61", Some(Jieba::new()))
    }

    fn open(folder: &Path, tokenizer: &str, jieba: Option<Jieba>) -> Result<Self> {
        let conn = Connection::open(folder.join("index.db"))?;
        conn.execute_batch(&format!(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA cache_size = -8000;
             CREATE VIRTUAL TABLE IF NOT EXISTS t USING fts5(title, body, content='', tokenize='{tokenizer}');"
        ))?;
        Ok(Self { conn, jieba })
    }

    fn expression(&self, query: &str, want: Want) -> Option<String> {
        let joined = |words: Vec<String>, by| (!words.is_empty()).then(|| words.join(by));
        let by = if want == Want::All { " AND " } else { " OR " };
        let mut terms = Vec::new();
        for word in words_of_query(query) {
            match &self.jieba {
                Some(jieba) => terms.extend(
                    jieba
                        .cut(&word, true)
                        .into_iter()
                        .map(|t| t.word)
                        .filter(|w| w.chars().any(char::is_alphanumeric))
                        .map(quoted),
                ),
                // A phrase of its trigrams is what the tokenizer makes of a quoted word.
                None if want == Want::All => {
                    if word.chars().count() < 3 {
                        return None;
                    }
                    terms.push(quoted(&word));
                }
                None => {
                    let chars: Vec<char> = word.chars().collect();
                    terms.extend(chars.windows(3).map(|w| quoted(&w.iter().collect::<String>())));
                }
            }
        }
        joined(terms, by)
    }

    fn ids(&self, sql: &str, query: &str, want: Want, limit: i64) -> Result<Vec<u32>> {
        let Some(expression) = self.expression(query, want) else {
            return Ok(Vec::new());
        };
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![expression, limit], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn words(&self, text: &str) -> String {
        match &self.jieba {
            None => text.to_owned(),
            Some(jieba) => {
                let words: Vec<&str> = jieba
                    .cut_for_search(text, true)
                    .into_iter()
                    .map(|t| t.word)
                    .collect();
                words.join(" ")
            }
        }
    }
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}

impl Peer for Fts5 {
    fn name(&self) -> &'static str {
        if self.jieba.is_some() {
            "jieba → FTS5 bm25"
        } else {
            "FTS5 trigram bm25"
        }
    }

    fn index(&mut self, docs: &[Doc]) -> Result<()> {
        for (batch, docs) in docs.chunks(1000).enumerate() {
            self.conn.execute_batch("BEGIN")?;
            let mut insert = self
                .conn
                .prepare_cached("INSERT INTO t (rowid, title, body) VALUES (?1, ?2, ?3)")?;
            for (n, doc) in docs.iter().enumerate() {
                let id = i64::try_from(batch * 1000 + n + 1)?;
                insert.execute(params![id, self.words(&doc.title), self.words(&doc.body)])?;
            }
            drop(insert);
            self.conn.execute_batch("COMMIT")?;
        }
        self.conn
            .execute_batch("INSERT INTO t (t) VALUES ('optimize'); PRAGMA wal_checkpoint(truncate)")?;
        Ok(())
    }

    fn index_bytes(&self) -> Result<u64> {
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name GLOB 't_*'";
        let bytes: i64 = self.conn.query_row(sql, [], |r| r.get(0))?;
        Ok(bytes.unsigned_abs())
    }

    fn best(&self, query: &str, want: Want, limit: usize) -> Result<Vec<u32>> {
        let sql = "SELECT rowid FROM t WHERE t MATCH ?1 ORDER BY bm25(t, 5.0, 1.0) LIMIT ?2";
        self.ids(sql, query, want, i64::try_from(limit)?)
    }

    fn all(&self, query: &str) -> Result<Vec<u32>> {
        self.ids(
            "SELECT rowid FROM t WHERE t MATCH ?1 LIMIT ?2",
            query,
            Want::All,
            -1,
        )
    }
}
