//! tantivy over jieba's words.

use super::{Peer, Want};
use crate::corpus::Doc;
use anyhow::Result;
use jieba_rs::Jieba;
use std::path::{Path, PathBuf};
use tantivy::{
    Index, IndexReader, TantivyDocument, Term,
    collector::{DocSetCollector, TopDocs},
    directory::MmapDirectory,
    query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery},
    schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    tokenizer::{PreTokenizedString, Token},
};
use weimenhu_core::bench::words_of_query;

/// tantivy.
pub struct Tantivy {
    folder: PathBuf,
    index: Index,
    reader: IndexReader,
    id: Field,
    title: Field,
    body: Field,
    jieba: Jieba,
}

impl Tantivy {
    /// Over a folder.
    pub fn open(folder: &Path) -> Result<Self> {
        let mut schema = Schema::builder();
        let id = schema.add_u64_field("id", FAST);
        let words = TextFieldIndexing::default()
            .set_tokenizer("raw")
            .set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(words);
        let title = schema.add_text_field("title", options.clone());
        let body = schema.add_text_field("body", options);
        let index = Index::open_or_create(MmapDirectory::open(folder)?, schema.build())?;
        Ok(Self {
            folder: folder.to_owned(),
            reader: index.reader()?,
            index,
            id,
            title,
            body,
            jieba: Jieba::new(),
        })
    }

    fn words(&self, text: &str) -> PreTokenizedString {
        let tokens = self.jieba.cut_for_search(text, true).into_iter().enumerate();
        PreTokenizedString {
            text: String::new(),
            tokens: tokens
                .map(|(position, t)| Token {
                    position,
                    text: t.word.to_owned(),
                    ..Token::default()
                })
                .collect(),
        }
    }

    fn query(&self, query: &str, want: Want) -> BooleanQuery {
        let occur = if want == Want::All {
            Occur::Must
        } else {
            Occur::Should
        };
        let term = |field, word: &str| -> Box<dyn Query> {
            let term = Term::from_field_text(field, word);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        };
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for word in words_of_query(query) {
            for token in self.jieba.cut(&word, true) {
                let title = BoostQuery::new(term(self.title, token.word), 5.0);
                let either = BooleanQuery::union(vec![Box::new(title), term(self.body, token.word)]);
                clauses.push((occur, Box::new(either)));
            }
        }
        BooleanQuery::new(clauses)
    }
}

impl Peer for Tantivy {
    fn name(&self) -> &'static str {
        "tantivy + jieba"
    }

    fn index(&mut self, docs: &[Doc]) -> Result<()> {
        let mut writer = self.index.writer_with_num_threads(1, 100_000_000)?;
        for (id, doc) in (1..).zip(docs) {
            let mut row = TantivyDocument::new();
            row.add_u64(self.id, id);
            row.add_pre_tokenized_text(self.title, self.words(&doc.title));
            row.add_pre_tokenized_text(self.body, self.words(&doc.body));
            writer.add_document(row)?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(self.reader.reload()?)
    }

    fn index_bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for file in std::fs::read_dir(&self.folder)? {
            bytes += file?.metadata()?.len();
        }
        Ok(bytes)
    }

    fn best(&self, query: &str, want: Want, limit: usize) -> Result<Vec<u32>> {
        let searcher = self.reader.searcher();
        let top = searcher.search(
            &self.query(query, want),
            &TopDocs::with_limit(limit).order_by_score(),
        )?;
        let mut ids = Vec::with_capacity(top.len());
        for (_, at) in top {
            let column = searcher.segment_reader(at.segment_ord).fast_fields().u64("id")?;
            ids.push(u32::try_from(column.first(at.doc_id).unwrap_or_default())?);
        }
        Ok(ids)
    }

    fn all(&self, query: &str) -> Result<Vec<u32>> {
        let searcher = self.reader.searcher();
        let mut ids = Vec::new();
        for at in searcher.search(&self.query(query, Want::All), &DocSetCollector)? {
            let column = searcher.segment_reader(at.segment_ord).fast_fields().u64("id")?;
            ids.push(u32::try_from(column.first(at.doc_id).unwrap_or_default())?);
        }
        Ok(ids)
    }
}
