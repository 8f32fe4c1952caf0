//! The engine without a client around it, for `crates/bench`: rows go in as a sync writes them, questions as a
//! screen asks them. Only in builds with the feature `bench`.

use super::{
    Asked, Follow, Memory, Seen, Stop, build, candidates::Filter, directory, distrust, find, fold, index,
    merge, prepare, terms, text, warm,
};
use crate::{
    error::Result,
    store::{Store, pinyin::Readings, record},
    view::{SearchAnswer, SearchQuery, TopicForm},
};
use jiff::Timestamp;
use std::path::Path;
use weimenhu_domain::{Collection, record::Id, wire::Digest};

/// A cache and its index.
pub struct Engine {
    store: Store,
    memory: Memory,
    readings: Readings,
    now: Timestamp,
}

impl Engine {
    /// Over a folder of its own.
    ///
    /// # Errors
    /// File and database errors.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self> {
        Ok(Self {
            store: Store::open(folder)?.0,
            memory: Memory::default(),
            readings: Readings::new(),
            now,
        })
    }

    /// Writes records in one transaction: rows, bodies and grams, as a sync does.
    ///
    /// # Errors
    /// The database's.
    pub fn put<'a>(&self, records: impl IntoIterator<Item = (Collection, Id, &'a str)>) -> Result<()> {
        self.store.write(|tx| {
            for (collection, id, wire) in records {
                record::put(tx, collection, (id, 1, wire), Digest::default(), &self.readings)?;
            }
            Ok(())
        })
    }

    /// Puts records into the index again, in one transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn put_again(&self, records: impl IntoIterator<Item = (Collection, Id)>) -> Result<()> {
        self.store.write(|tx| {
            let mut docs = records.into_iter().map(|(collection, id)| doc(collection, id));
            docs.try_for_each(|doc| index::put_again(tx, doc))
        })
    }

    /// Makes the index anew from the rows.
    ///
    /// # Errors
    /// The database's.
    pub fn reindex(&self) -> Result<()> {
        self.store.write(distrust)?;
        self.store.write(prepare)?;
        let mut done = Some(0);
        while let Some(after) = done {
            done = self.store.write(|tx| build(tx, after))?;
        }
        Ok(())
    }

    /// What quiet moments do.
    ///
    /// # Errors
    /// The database's.
    pub fn tidy(&self) -> Result<()> {
        while self.store.write(merge)? {}
        Ok(())
    }

    /// What is done before the first question.
    ///
    /// # Errors
    /// The database's.
    pub fn warm(&self) -> Result<()> {
        self.store
            .read(|c| warm(c, &self.memory, &self.readings, self.now))
    }

    /// Answers.
    ///
    /// # Errors
    /// The database's.
    pub fn ask(&self, query: &SearchQuery) -> Result<SearchAnswer> {
        let asked = Asked {
            query,
            readings: &self.readings,
            now: self.now,
        };
        self.store.read(|c| find(c, &self.memory, &asked, &Stop::never()))
    }

    /// Bytes of the index's own tables.
    ///
    /// # Errors
    /// The database's.
    pub fn index_bytes(&self) -> Result<u64> {
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE AND name LIKE 'gram%'";
        let bytes: i64 = self.store.read(|c| Ok(c.query_row(sql, [], |r| r.get(0))?))?;
        Ok(bytes.unsigned_abs())
    }

    /// Bytes of the files.
    pub fn bytes(&self) -> u64 {
        self.store.size()
    }
}

/// A text as it is compared: folded.
pub fn folded(text: &str) -> String {
    fold::fold(text)
}

/// The words of a record's body.
pub fn words_of_body(collection: Collection, wire: &str) -> String {
    text::of_body(collection, wire)
}

/// The folded words of a query.
pub fn words_of_query(query: &str) -> Vec<String> {
    terms::words(query)
}

/// Topics, as a round compares its records with them.
pub struct Topics(Follow);

impl Topics {
    /// One for each of these words, of whatever collection and date.
    ///
    /// # Errors
    /// When they are too many.
    pub fn new(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let form = |text| TopicForm {
            text,
            ..TopicForm::default()
        };
        let all = (0..).zip(words).map(|(id, word)| (id, form(word), String::new()));
        Ok(Self(Follow::new(all.collect())?))
    }

    /// How many of them mean this record.
    pub fn of(&mut self, collection: Collection, title: &str, wire: &str) -> usize {
        let seen = Seen {
            collection,
            title,
            date: "2026-01-01T00:00:00Z",
            department: "",
            county: "",
            wire: Some(wire),
        };
        self.0.of(&seen).len()
    }
}

/// A directory of names, without a database.
pub struct Names(directory::Directory);

impl Names {
    /// Of these names; their ids count from 0.
    pub fn new<'a>(names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut builder = directory::Builder::default();
        for (id, (name, phone)) in (0..).zip(names) {
            builder.add(
                directory::Entry::new(Collection::Schools, id),
                &[name],
                &[phone.to_owned()],
                &Readings::new(),
            );
        }
        Self(builder.done())
    }

    /// The best, and how many there are.
    pub fn find(&self, text: &str, most: usize) -> (Vec<Id>, u32) {
        let (found, all) = self.0.find(text, None, &Filter::none(), most);
        (found.into_iter().map(|f| f.id).collect(), all)
    }
}

/// Which number a record has in the index.
pub fn doc(collection: Collection, id: Id) -> i64 {
    index::doc(collection, id)
}
