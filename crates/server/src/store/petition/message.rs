//! The outbox of messages: rows with a lease, sent at least once, with a key by which a gateway drops repeats.

use super::{Tx, insert, insert_all};
use crate::Result;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "petition_message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub petition: i64,
    pub audience: String,
    pub channel: String,
    pub recipient: String,
    pub template: String,
    pub args: String,
    pub state: String,
    pub tries: i64,
    pub next_ms: i64,
    pub lease: String,
    pub lease_ms: i64,
    pub dedupe: String,
    pub made_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Which action sends what to whom.
pub mod rule {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "message_rule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub action: String,
        pub audience: String,
        pub channel: String,
        pub template: String,
        pub active: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn rules(db: &impl ConnectionTrait) -> Result<Vec<rule::Model>> {
    Ok(rule::Entity::find()
        .order_by_asc(rule::Column::Id)
        .all(db)
        .await?)
}

pub async fn add_rule(tx: &Tx, row: rule::Model) -> Result<()> {
    insert::<rule::ActiveModel, _>(tx, row).await
}

impl Model {
    /// A message that waits to be sent; to whom, what and by which key it is known is the caller's to fill in.
    pub fn waiting(made_ms: i64) -> Self {
        Self {
            id: 0,
            petition: 0,
            audience: String::new(),
            channel: String::new(),
            recipient: String::new(),
            template: String::new(),
            args: String::new(),
            state: "waiting".to_owned(),
            tries: 0,
            next_ms: 0,
            lease: String::new(),
            lease_ms: 0,
            dedupe: String::new(),
            made_ms,
        }
    }
}

/// Puts a message into the outbox.
pub async fn add(tx: &Tx, mut row: Model) -> Result<()> {
    row.id = last(tx).await?.saturating_add(1);
    insert::<ActiveModel, _>(tx, row).await
}

/// Puts messages into the outbox that have their numbers.
pub async fn add_all(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    insert_all::<ActiveModel, _>(tx, rows).await
}

/// The last number given.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64> {
    let last = Entity::find().select_only().column(Column::Id);
    let last = last.order_by_desc(Column::Id).limit(1).into_tuple();
    Ok(last.one(db).await?.unwrap_or_default())
}

/// Takes up to `limit` messages for sending: their try is counted before it is made.
pub async fn lease(tx: &Tx, owner: &str, now_ms: i64, until_ms: i64, limit: u64) -> Result<Vec<Model>> {
    let mut rows = Entity::find()
        .filter(Column::State.eq("waiting"))
        .filter(Column::NextMs.lte(now_ms))
        .filter(Column::LeaseMs.lt(now_ms))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    for row in &mut rows {
        row.lease = owner.to_owned();
        row.lease_ms = until_ms;
        row.tries = row.tries.saturating_add(1);
        super::update::<ActiveModel, _>(tx, row.clone()).await?;
    }
    Ok(rows)
}

/// Notes how a try ended, if the lease is still ours.
pub async fn finish(tx: &Tx, id: i64, owner: &str, state: &str, next_ms: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::NextMs, Expr::value(next_ms))
        .col_expr(Column::LeaseMs, Expr::value(0_i64))
        .filter(Column::Id.eq(id))
        .filter(Column::Lease.eq(owner))
        .exec(tx)
        .await?;
    Ok(())
}

/// The newest messages, for the desk.
pub async fn newest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Takes the recipient out of a letter's messages.
pub async fn erase(tx: &Tx, petition: i64) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Recipient, Expr::value(""))
        .filter(Column::Petition.eq(petition))
        .filter(Column::Audience.eq("writer"))
        .exec(tx)
        .await?;
    Ok(())
}
