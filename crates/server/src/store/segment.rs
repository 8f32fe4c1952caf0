//! The segments of each collection, with their place in the levels of merging.

use super::{collection::signed, object_ref};
use crate::{Error, Result};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, entity::prelude::*};
use weimenhu_domain::{Collection, wire::Segment};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "segment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_epoch: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub to_epoch: i64,
    pub level: i64,
    pub fate: String,
    pub sha: String,
    pub size: i64,
    pub raw_size: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// What becomes of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Waits until 16 of its level can be merged.
    Open,
    /// A merged one covers it; it stays for devices that are only slightly behind, until the next merge.
    Merged,
    /// Too large to merge: stays until the floor rises above it.
    Kept,
}

/// A segment and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leveled {
    pub segment: Segment,
    pub level: u32,
    pub fate: Fate,
}

pub async fn of(db: &impl ConnectionTrait, collection: Collection) -> Result<Vec<Leveled>> {
    let rows = Entity::find()
        .filter(Column::Collection.eq(collection.name()))
        .order_by_asc(Column::FromEpoch)
        .order_by_asc(Column::ToEpoch)
        .all(db)
        .await?;
    rows.into_iter().map(leveled).collect()
}

/// Replaces all segments of a collection: there are some dozens.
pub async fn replace(tx: &DatabaseTransaction, collection: Collection, all: &[Leveled]) -> Result<()> {
    Entity::delete_many()
        .filter(Column::Collection.eq(collection.name()))
        .exec(tx)
        .await?;
    let rows: Vec<_> = all
        .iter()
        .map(|s| ActiveModel {
            collection: Set(collection.name().into()),
            from_epoch: Set(signed(s.segment.from)),
            to_epoch: Set(signed(s.segment.to)),
            level: Set(s.level.into()),
            fate: Set(match s.fate {
                Fate::Open => "open".into(),
                Fate::Merged => "merged".into(),
                Fate::Kept => "kept".into(),
            }),
            sha: Set(s.segment.object.sha.to_string()),
            size: Set(signed(s.segment.object.size)),
            raw_size: Set(signed(s.segment.object.raw_size)),
        })
        .collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn leveled(row: Model) -> Result<Leveled> {
    let read = || {
        Some(Leveled {
            segment: Segment {
                from: row.from_epoch.try_into().ok()?,
                to: row.to_epoch.try_into().ok()?,
                object: object_ref(&row.sha, row.size, row.raw_size)?,
            },
            level: row.level.try_into().ok()?,
            fate: match row.fate.as_str() {
                "open" => Fate::Open,
                "merged" => Fate::Merged,
                "kept" => Fate::Kept,
                _ => return None,
            },
        })
    };
    read().ok_or_else(|| Error::Inconsistent(format!("segment of {}", row.collection)))
}
