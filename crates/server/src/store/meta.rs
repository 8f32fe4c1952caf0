//! Single values of the whole city.

use crate::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, entity::prelude::*, sea_query::OnConflict,
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meta")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

pub async fn get(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>> {
    Ok(Entity::find_by_id(name).one(db).await?.map(|row| row.value))
}

pub async fn set(tx: &DatabaseTransaction, name: &str, value: &str) -> Result<()> {
    let row = ActiveModel {
        name: Set(name.to_owned()),
        value: Set(value.to_owned()),
    };
    let replace = OnConflict::column(Column::Name)
        .update_column(Column::Value)
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The number of the newest publication.
pub async fn ver(db: &impl ConnectionTrait) -> Result<u64> {
    let text = get(db, "ver").await?.unwrap_or_else(|| "0".into());
    text.parse()
        .map_err(|_| Error::Inconsistent(format!("ver is {text:?}")))
}
