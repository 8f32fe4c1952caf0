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

/// Notes that something is being erased. The value is another one each time, so that whoever finishes one erasure
/// does not take the note of the next one away.
pub async fn begin_erasing(tx: &DatabaseTransaction) -> Result<()> {
    set(tx, ERASING, &format!("{:032x}", rand::random::<u128>())).await
}

/// The note of an erasure that is not finished.
pub async fn erasing(db: &impl ConnectionTrait) -> Result<Option<String>> {
    Ok(get(db, ERASING).await?.filter(|note| !note.is_empty()))
}

/// Takes a note away, unless there is a newer one.
pub async fn end_erasing(tx: &DatabaseTransaction, note: &str) -> Result<()> {
    if erasing(tx).await?.as_deref() == Some(note) {
        set(tx, ERASING, "").await?;
    }
    Ok(())
}

const ERASING: &str = "erasing";

/// `YEAR:COUNT`: receipt numbers of that year up to this count may have been given before a restore.
pub const LETTERS_AFTER: &str = "letters_after";

/// The number of the newest publication.
pub async fn ver(db: &impl ConnectionTrait) -> Result<u64> {
    let text = get(db, "ver").await?.unwrap_or_else(|| "0".into());
    text.parse()
        .map_err(|_| Error::Inconsistent(format!("ver is {text:?}")))
}
