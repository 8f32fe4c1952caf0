//! Why records were erased: for the second person who reviews it afterwards, never published.

use crate::Result;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, entity::prelude::*, sea_query::OnConflict};
use weimenhu_domain::{Collection, record::Id};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "redaction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub reason: String,
    pub ordered_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub async fn note(
    tx: &DatabaseTransaction,
    collection: Collection,
    id: Id,
    reason: &str,
    now_ms: i64,
) -> Result<()> {
    let row = ActiveModel {
        collection: Set(collection.name().into()),
        id: Set(id.into()),
        reason: Set(reason.to_owned()),
        ordered_ms: Set(now_ms),
    };
    let again = OnConflict::columns([Column::Collection, Column::Id])
        .update_columns([Column::Reason, Column::OrderedMs])
        .to_owned();
    Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
