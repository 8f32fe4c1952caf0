//! The newest operation of every record that was ever published.

use super::CHUNK;
use crate::{Error, Result};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, entity::prelude::*,
    sea_query::OnConflict,
};
use std::collections::HashMap;
use weimenhu_domain::{
    Collection,
    record::Id,
    wire::{Change, Fingerprint, Operation},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "operation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub epoch: i64,
    pub kind: String,
    pub fingerprint: String,
    pub json: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn of(collection: Collection, operation: &Operation) -> Self {
        let (kind, fingerprint, json) = match &operation.change {
            Change::Put(json) => {
                let term = Fingerprint::of(operation.id, json).to_string();
                ("put", term, json.clone())
            }
            Change::Delete => ("delete", String::new(), String::new()),
            Change::Redact => ("redact", String::new(), String::new()),
        };
        Self {
            collection: collection.name().into(),
            id: operation.id.into(),
            epoch: i64::try_from(operation.epoch).unwrap_or(i64::MAX),
            kind: kind.into(),
            fingerprint,
            json,
        }
    }

    /// The row as it travels.
    pub fn operation(self) -> Result<Operation> {
        let id = Id::try_from(self.id);
        let epoch = u64::try_from(self.epoch);
        let change = match self.kind.as_str() {
            "put" => Some(Change::Put(self.json)),
            "delete" => Some(Change::Delete),
            "redact" => Some(Change::Redact),
            _ => None,
        };
        match (id, epoch, change) {
            (Ok(id), Ok(epoch), Some(change)) => Ok(Operation { epoch, id, change }),
            _ => Err(Error::Inconsistent(format!(
                "operation {} {}",
                self.collection, self.id
            ))),
        }
    }
}

/// The newest operations of these records.
pub async fn newest(
    db: &impl ConnectionTrait,
    collection: Collection,
    ids: &[Id],
) -> Result<HashMap<Id, Operation>> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = Entity::find()
            .filter(Column::Collection.eq(collection.name()))
            .filter(Column::Id.is_in(chunk.iter().map(|id| i64::from(*id))))
            .all(db)
            .await?;
        for row in rows {
            let operation = row.operation()?;
            found.insert(operation.id, operation);
        }
    }
    Ok(found)
}

/// The records of `from ≤ id < to` as they are published, by id.
pub async fn puts(
    db: &impl ConnectionTrait,
    collection: Collection,
    from: Id,
    to: Id,
) -> Result<Vec<Operation>> {
    let rows = Entity::find()
        .filter(Column::Collection.eq(collection.name()))
        .filter(Column::Kind.eq("put"))
        .filter(Column::Id.gte(i64::from(from)))
        .filter(Column::Id.lt(i64::from(to)))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(Model::operation).collect()
}

/// Remembers operations as the newest of their records.
pub async fn put(tx: &DatabaseTransaction, collection: Collection, operations: &[Operation]) -> Result<()> {
    for chunk in operations.chunks(CHUNK) {
        let rows = chunk.iter().map(|o| {
            let m = Model::of(collection, o);
            ActiveModel {
                collection: Set(m.collection),
                id: Set(m.id),
                epoch: Set(m.epoch),
                kind: Set(m.kind),
                fingerprint: Set(m.fingerprint),
                json: Set(m.json),
            }
        });
        let replace = OnConflict::columns([Column::Collection, Column::Id])
            .update_columns([Column::Epoch, Column::Kind, Column::Fingerprint, Column::Json])
            .to_owned();
        Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
