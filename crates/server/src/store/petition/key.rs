//! Keys of citizens: what was done under an idempotency key, for ever, and who joined a letter.

use super::{Tx, insert, insert_all};
use crate::Result;
use sea_orm::{ConnectionTrait, entity::prelude::*};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub body: String,
    pub petition: i64,
    pub event: i64,
    pub made_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Joiners.
pub mod joiner {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "joiner")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub petition: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        pub joined_ms: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn used(db: &impl ConnectionTrait, key: &str) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(key.to_owned()).one(db).await?)
}

/// What these keys were used for, those that were.
pub async fn all_used(
    db: &impl ConnectionTrait,
    keys: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Model>> {
    let rows = Entity::find().filter(Column::Key.is_in(keys)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
}

pub async fn keep(tx: &Tx, row: Model) -> Result<()> {
    insert::<ActiveModel, _>(tx, row).await
}

pub async fn keep_all(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    insert_all::<ActiveModel, _>(tx, rows).await
}

pub async fn has_joined(db: &impl ConnectionTrait, petition: i64, token: &str) -> Result<bool> {
    let row = joiner::Entity::find_by_id((petition, token.to_owned()))
        .one(db)
        .await?;
    Ok(row.is_some())
}

pub async fn join(tx: &Tx, petition: i64, token: String, joined_ms: i64) -> Result<()> {
    let row = joiner::Model {
        petition,
        token,
        joined_ms,
    };
    insert::<joiner::ActiveModel, _>(tx, row).await
}

pub async fn leave(tx: &Tx, petition: i64, token: &str) -> Result<()> {
    joiner::Entity::delete_by_id((petition, token.to_owned()))
        .exec(tx)
        .await?;
    Ok(())
}
