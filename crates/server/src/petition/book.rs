//! What one transaction writes of events, messages and deductions, in as few statements as it can: rules and the end of
//! the chain are read once, rows are written together.
//!
//! The first look of a day has thousands of events. Each read the rules, the end of the chain and the last number of
//! every table again, which was most of what it cost.
//!
//! Whoever reads events or deductions of a letter in the same transaction writes the book down first ([`Book::write`]).

use crate::{
    Result,
    store::{
        Tx,
        petition::{event, message, score},
    },
};
use tokio::sync::{Mutex, OnceCell};
use weimenhu_domain::petition::deduction::Rule;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Book {
    messages: OnceCell<Vec<message::rule::Model>>,
    points: OnceCell<Vec<Rule>>,
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// The newest event's place and hash, once it was read.
    tail: Option<(i64, String)>,
    /// The last numbers given, once they were read.
    message: Option<i64>,
    score: Option<i64>,
    events: Vec<event::Model>,
    messages: Vec<message::Model>,
    scores: Vec<score::Model>,
}

impl Book {
    /// The rules of messages.
    pub async fn message_rules(&self, tx: &Tx) -> Result<&[message::rule::Model]> {
        let read = self.messages.get_or_try_init(|| message::rules(tx)).await?;
        Ok(read)
    }

    /// The rules of deductions.
    pub async fn point_rules(&self, tx: &Tx) -> Result<&[Rule]> {
        Ok(self.points.get_or_try_init(|| score::rules(tx)).await?)
    }

    /// Chains an event; answers its place.
    pub async fn event(&self, tx: &Tx, event: event::Model) -> Result<i64> {
        let mut rows = self.rows.lock().await;
        let (seq, prev) = match rows.tail.take() {
            Some(tail) => tail,
            None => event::tail(tx).await?,
        };
        let event = event.chained(seq, prev);
        let seq = event.seq;
        rows.tail = Some((seq, event.hash.clone()));
        rows.events.push(event);
        Ok(seq)
    }

    /// Puts a message into the outbox.
    pub async fn message(&self, tx: &Tx, mut row: message::Model) -> Result<()> {
        let mut rows = self.rows.lock().await;
        let last = match rows.message {
            Some(last) => last,
            None => message::last(tx).await?,
        };
        row.id = last.saturating_add(1);
        rows.message = Some(row.id);
        rows.messages.push(row);
        Ok(())
    }

    /// Takes points.
    pub async fn score(&self, tx: &Tx, mut row: score::Model) -> Result<()> {
        let mut rows = self.rows.lock().await;
        let last = match rows.score {
            Some(last) => last,
            None => score::last(tx).await?,
        };
        row.id = last.saturating_add(1);
        rows.score = Some(row.id);
        rows.scores.push(row);
        Ok(())
    }

    /// Writes down what is in the book.
    pub async fn write(&self, tx: &Tx) -> Result<()> {
        let mut rows = self.rows.lock().await;
        event::add_all(tx, std::mem::take(&mut rows.events)).await?;
        message::add_all(tx, std::mem::take(&mut rows.messages)).await?;
        score::add_all(tx, std::mem::take(&mut rows.scores)).await
    }
}
