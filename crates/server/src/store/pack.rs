//! The packs of each collection's newest snapshot, so that the next one need not compress them again.

use super::{CHUNK, collection::signed, object_ref};
use crate::{Error, Result};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, entity::prelude::*};
use std::collections::HashMap;
use weimenhu_domain::{
    Collection,
    wire::{Epoch, Pack},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pack")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub newest_epoch: i64,
    pub count: i64,
    pub sha: String,
    pub size: i64,
    pub raw_size: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// A pack, and what tells whether it is still right: every change of a record in it raises the newest epoch or
/// lowers the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    pub pack: Pack,
    pub newest: Epoch,
    pub count: u32,
}

pub async fn of(db: &impl ConnectionTrait, collection: Collection) -> Result<HashMap<u32, Built>> {
    let rows = Entity::find()
        .filter(Column::Collection.eq(collection.name()))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let read = || {
                let pack = Pack {
                    number: row.number.try_into().ok()?,
                    object: object_ref(&row.sha, row.size, row.raw_size)?,
                };
                let built = Built {
                    pack,
                    newest: row.newest_epoch.try_into().ok()?,
                    count: row.count.try_into().ok()?,
                };
                Some((pack.number, built))
            };
            read().ok_or_else(|| Error::Inconsistent(format!("pack of {}", row.collection)))
        })
        .collect()
}

pub async fn replace(tx: &DatabaseTransaction, collection: Collection, all: &[Built]) -> Result<()> {
    Entity::delete_many()
        .filter(Column::Collection.eq(collection.name()))
        .exec(tx)
        .await?;
    for chunk in all.chunks(CHUNK) {
        let rows = chunk.iter().map(|b| ActiveModel {
            collection: Set(collection.name().into()),
            number: Set(b.pack.number.into()),
            newest_epoch: Set(signed(b.newest)),
            count: Set(b.count.into()),
            sha: Set(b.pack.object.sha.to_string()),
            size: Set(signed(b.pack.object.size)),
            raw_size: Set(signed(b.pack.object.raw_size)),
        });
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
