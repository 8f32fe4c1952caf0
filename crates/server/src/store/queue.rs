//! What waits for publication. A record stands in it once; its newest state is what gets published.

use super::{CHUNK, record};
use crate::Result;
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, QueryOrder,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use std::collections::{HashMap, HashSet};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "publish_queue")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_key: i64,
    pub ticket: String,
    pub position: i64,
    pub queued_ms: i64,
    pub held: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// A record and its place in the queue.
#[derive(Debug, Clone)]
pub struct Queued {
    pub row: Model,
    pub record: record::Model,
}

/// Queues records, or moves them to the end.
pub async fn push(tx: &DatabaseTransaction, keys: &[i64], now_ms: i64) -> Result<()> {
    let last = Entity::find().order_by_desc(Column::Position).one(tx).await?;
    let start = last.map_or(0, |r| r.position.saturating_add(1));
    let mut rows = (start..).zip(keys).map(|(position, key)| ActiveModel {
        record_key: Set(*key),
        ticket: Set(format!("{:032x}", rand::random::<u128>())),
        position: Set(position),
        queued_ms: Set(now_ms),
        held: Set(String::new()),
    });
    loop {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let replace = OnConflict::column(Column::RecordKey)
            .update_columns([Column::Ticket, Column::Position, Column::QueuedMs, Column::Held])
            .to_owned();
        Entity::insert_many(chunk)
            .on_conflict(replace)
            .exec_without_returning(tx)
            .await?;
    }
}

/// Everything that waits and is not held back, in order.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<Vec<Queued>> {
    let rows = Entity::find()
        .filter(Column::Held.eq(""))
        .order_by_asc(Column::Position)
        .all(db)
        .await?;
    let keys: Vec<i64> = rows.iter().map(|r| r.record_key).collect();
    let records = record::by_keys(db, &keys).await?;
    let mut records: HashMap<i64, record::Model> = records.into_iter().map(|r| (r.key, r)).collect();
    let pair = |row: Model| {
        let record = records.remove(&row.record_key)?;
        Some(Queued { row, record })
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

/// The records that are held back.
pub async fn held(db: &impl ConnectionTrait) -> Result<HashSet<i64>> {
    let rows = Entity::find().filter(Column::Held.ne("")).all(db).await?;
    Ok(rows.into_iter().map(|row| row.record_key).collect())
}

/// Why records are held back, by key.
pub async fn reasons(db: &impl ConnectionTrait) -> Result<HashMap<i64, String>> {
    let rows = Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| (row.record_key, row.held)).collect())
}

/// How many wait, and when the first and the last of them were queued.
pub async fn pressure(db: &impl ConnectionTrait) -> Result<Option<(u64, i64, i64)>> {
    let waiting = || Entity::find().filter(Column::Held.eq(""));
    let count = waiting().count(db).await?;
    let first = waiting().order_by_asc(Column::QueuedMs).one(db).await?;
    let last = waiting().order_by_desc(Column::QueuedMs).one(db).await?;
    Ok(first.zip(last).map(|(f, l)| (count, f.queued_ms, l.queued_ms)))
}

/// Takes these rows out, unless they were queued again since they were read.
pub async fn done(tx: &DatabaseTransaction, tickets: &[String]) -> Result<()> {
    for chunk in tickets.chunks(CHUNK) {
        Entity::delete_many()
            .filter(Column::Ticket.is_in(chunk.iter().map(String::as_str)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Keeps a row back, with the reason; queueing the record again lets it go.
pub async fn hold(tx: &DatabaseTransaction, ticket: &str, why: &str) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Held, Expr::value(why))
        .filter(Column::Ticket.eq(ticket))
        .exec(tx)
        .await?;
    Ok(())
}
