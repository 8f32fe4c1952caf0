//! The outbox of messages: rows with a lease, sent at least once, with a key by which a gateway drops repeats.

use super::{Tx, insert, insert_all};
use crate::Result;
use jiff::civil::Date;
use sea_orm::{
    Condition, ConnectionTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, IntoCondition},
};

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
    pub text: String,
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
    use jiff::civil::Date;
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
        pub text: String,
        pub from_day: String,
        pub until_day: String,
    }

    impl Model {
        /// Whether it holds on this day.
        pub fn holds(&self, day: Date) -> bool {
            // Days of four-digit years stand in their order as texts too.
            let day = day.to_string();
            self.from_day <= day && (self.until_day.is_empty() || day <= self.until_day)
        }

        /// Whether there is a day on which both hold.
        pub fn overlaps(&self, other: &Self) -> bool {
            let reaches = |a: &Self, b: &Self| a.until_day.is_empty() || b.from_day <= a.until_day;
            reaches(self, other) && reaches(other, self)
        }
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// All rules, in the order they were written.
pub async fn rules(db: &impl ConnectionTrait) -> Result<Vec<rule::Model>> {
    Ok(rule::Entity::find()
        .order_by_asc(rule::Column::Id)
        .all(db)
        .await?)
}

/// Adds a rule that has its number.
pub async fn add_rule(tx: &Tx, row: rule::Model) -> Result<()> {
    insert::<rule::ActiveModel, _>(tx, row).await
}

/// Sets a rule's last day.
pub async fn end_rule(tx: &Tx, id: i64, until: Date) -> Result<()> {
    rule::Entity::update_many()
        .col_expr(rule::Column::UntilDay, Expr::value(until.to_string()))
        .filter(rule::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
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
            text: String::new(),
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
    super::last::<Entity>(db, Column::Id).await
}

/// What is to be sent now.
fn due(now_ms: i64) -> Select<Entity> {
    Entity::find()
        .filter(Column::State.eq("waiting"))
        .filter(Column::NextMs.lte(now_ms))
        .filter(Column::LeaseMs.lt(now_ms))
}

/// Whether anything is to be sent now.
pub async fn is_due(db: &impl ConnectionTrait, now_ms: i64) -> Result<bool> {
    let found = due(now_ms).select_only().column(Column::Id).limit(1);
    Ok(found.into_tuple::<i64>().one(db).await?.is_some())
}

/// What the keys of messages that go before all others begin with. Not by their template, which a city may name.
pub const URGENT: &str = "recover-";

/// Takes up to `limit` messages for sending, the [`URGENT`] before the others: their try is counted before it is made.
pub async fn lease(tx: &Tx, owner: &str, now_ms: i64, until_ms: i64, limit: usize) -> Result<Vec<Model>> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut rows = due(now_ms)
        .filter(Column::Dedupe.starts_with(URGENT))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    let rest = limit.saturating_sub(u64::try_from(rows.len()).unwrap_or(u64::MAX));
    let others = due(now_ms).filter(Column::Dedupe.not_like(format!("{URGENT}%")));
    rows.extend(others.order_by_asc(Column::Id).limit(rest).all(tx).await?);
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

/// The newest messages, for the desk; only those to one recipient where one is named.
pub async fn newest(db: &impl ConnectionTrait, to: Option<&str>, limit: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(to.map_or_else(Condition::all, |to| Column::Recipient.eq(to).into_condition()))
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
