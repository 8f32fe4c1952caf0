//! Receipts that were given a second time, beside the first: the device that sent the letter goes on with its own.

use super::{Tx, insert};
use crate::Result;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_again")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    pub petition: i64,
    pub code: String,
    pub made_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub async fn add(tx: &Tx, row: Model) -> Result<()> {
    insert::<ActiveModel, _>(tx, row).await
}

/// The letter of a token that was given again; `token` is its keyed hash.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<i64>> {
    Ok(Entity::find_by_id(token).one(db).await?.map(|r| r.petition))
}

/// Whether this code, by its keyed hash, was given again for the letter.
pub async fn has_code(db: &impl ConnectionTrait, petition: i64, code: &str) -> Result<bool> {
    let rows = Entity::find()
        .filter(Column::Petition.eq(petition))
        .all(db)
        .await?;
    Ok(rows.iter().any(|r| r.code == code))
}

/// The newest letters with this phone, by its keyed hash. One whose writer has left is nobody's.
pub async fn with_phone(db: &impl ConnectionTrait, phone: &str, limit: u64) -> Result<Vec<super::Model>> {
    Ok(super::Entity::find()
        .filter(super::Column::Phone.eq(phone))
        .filter(super::Column::WriterLeft.eq(0_i64))
        .order_by_desc(super::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Letters whose phone was not hashed yet: those of a server of before.
pub async fn unhashed(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<super::Model>> {
    Ok(super::Entity::find()
        .filter(super::Column::Phone.eq(""))
        .limit(limit)
        .all(db)
        .await?)
}

/// Sets the keyed hash of a letter's phone. No event: nothing happened to the letter.
pub async fn hashed(tx: &Tx, id: i64, phone: &str) -> Result<()> {
    super::Entity::update_many()
        .col_expr(super::Column::Phone, Expr::value(phone))
        .filter(super::Column::Id.eq(id))
        // Whoever was erased since it was read has none any more.
        .filter(super::Column::Phone.eq(""))
        .exec(tx)
        .await?;
    Ok(())
}
