//! What is known of every record: as imported, as it should be published.

use super::{CHUNK, petition::last};
use crate::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::Expr,
};
use std::collections::HashMap;
use weimenhu_domain::{Collection, record::Id};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "record")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: i64,
    pub collection: String,
    pub id: Option<i64>,
    pub source_system: String,
    pub source_id: String,
    pub base_json: String,
    pub current_json: String,
    pub hand_edited: i64,
    pub state: String,
    pub changed_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// It is, or is to be, published.
pub const APPROVED: &str = "approved";
/// It was taken out of the lists by hand.
pub const DELETED: &str = "deleted";
/// Its bytes were erased.
pub const REDACTED: &str = "redacted";

impl Model {
    pub fn is_hand_edited(&self) -> bool {
        self.hand_edited != 0
    }
}

/// The record with a public number.
pub async fn by_id(db: &impl ConnectionTrait, collection: Collection, id: Id) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::Collection.eq(collection.name()))
        .filter(Column::Id.eq(i64::from(id)))
        .one(db)
        .await?)
}

/// The records of a source, by the source's own numbers.
pub async fn by_source(
    db: &impl ConnectionTrait,
    collection: Collection,
    system: &str,
    ids: &[String],
) -> Result<HashMap<String, Model>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::Collection.eq(collection.name()))
            .filter(Column::SourceSystem.eq(system))
            .filter(Column::SourceId.is_in(chunk.iter().map(String::as_str)))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|r| (r.source_id.clone(), r)));
    }
    Ok(found)
}

/// The records with these keys, in no order.
pub async fn by_keys(db: &impl ConnectionTrait, keys: &[i64]) -> Result<Vec<Model>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let rows = Entity::find().filter(Column::Key.is_in(chunk.iter().copied()));
        found.extend(rows.all(db).await?);
    }
    Ok(found)
}

/// Whether a record other than `key` holds this text, such as a picture's hash.
pub async fn another_holds(db: &impl ConnectionTrait, key: i64, text: &str) -> Result<bool> {
    let another = Entity::find()
        .select_only()
        .column(Column::Key)
        .filter(Column::Key.ne(key))
        .filter(Column::CurrentJson.contains(text));
    Ok(another.into_tuple::<i64>().one(db).await?.is_some())
}

/// Whether any record holds this text.
pub async fn holds(db: &impl ConnectionTrait, text: &str) -> Result<bool> {
    another_holds(db, 0, text).await
}

/// The key for the next new record.
pub async fn next_key(tx: &DatabaseTransaction) -> Result<i64> {
    Ok(last::<Entity>(tx, Column::Key).await?.saturating_add(1))
}

pub async fn insert(tx: &DatabaseTransaction, rows: Vec<Model>) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<ActiveModel> = rows
            .by_ref()
            .take(CHUNK)
            // `into` would leave everything unchanged; every column is to be written.
            .map(|m| ActiveModel {
                key: Set(m.key),
                collection: Set(m.collection),
                id: Set(m.id),
                source_system: Set(m.source_system),
                source_id: Set(m.source_id),
                base_json: Set(m.base_json),
                current_json: Set(m.current_json),
                hand_edited: Set(m.hand_edited),
                state: Set(m.state),
                changed_ms: Set(m.changed_ms),
            })
            .collect();
        Entity::insert_many(chunk).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Writes what may change of a record.
pub async fn update(tx: &DatabaseTransaction, m: &Model) -> Result<()> {
    let changed = Entity::update_many()
        .col_expr(Column::BaseJson, Expr::value(m.base_json.as_str()))
        .col_expr(Column::CurrentJson, Expr::value(m.current_json.as_str()))
        .col_expr(Column::HandEdited, Expr::value(m.hand_edited))
        .col_expr(Column::State, Expr::value(m.state.as_str()))
        .col_expr(Column::ChangedMs, Expr::value(m.changed_ms))
        .filter(Column::Key.eq(m.key))
        .exec(tx)
        .await?;
    match changed.rows_affected {
        1 => Ok(()),
        _ => Err(Error::Inconsistent(format!("record {} is gone", m.key))),
    }
}

/// Gives a record its public number.
pub async fn number(tx: &DatabaseTransaction, key: i64, id: Id) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Id, Expr::value(Some(i64::from(id))))
        .filter(Column::Key.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}

/// All records of a collection: those with a number by it, then the others by key.
pub async fn all(db: &impl ConnectionTrait, collection: Collection) -> Result<Vec<Model>> {
    let mut rows = Entity::find()
        .filter(Column::Collection.eq(collection.name()))
        .all(db)
        .await?;
    rows.sort_by_key(|r| (r.id.is_none(), r.id, r.key));
    Ok(rows)
}

/// The JSON of everything that is, or is to be, published of a collection.
pub async fn approved(db: &impl ConnectionTrait, collection: Collection) -> Result<Vec<String>> {
    let rows = Entity::find()
        .select_only()
        .column(Column::CurrentJson)
        .filter(Column::Collection.eq(collection.name()))
        .filter(Column::State.eq(APPROVED))
        .order_by_asc(Column::Key);
    Ok(rows.into_tuple().all(db).await?)
}

/// The record with this key.
pub async fn by_key(db: &impl ConnectionTrait, key: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(key).one(db).await?)
}

/// Whether there is any record.
pub async fn any(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(Entity::find().one(db).await?.is_some())
}
