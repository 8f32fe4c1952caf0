//! Where each collection stands.

use crate::{Error, Result, error::own_json};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use weimenhu_domain::{
    Collection,
    record::{Id, Sha256},
    wire::{Digest, Epoch, Lineage, Snapshot},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "collection")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub lineage: String,
    pub epoch: i64,
    pub floor: i64,
    pub next_id: i64,
    pub count: i64,
    pub digest: String,
    pub snapshot: String,
    pub purge: String,
    pub index_sha: String,
    pub index_size: i64,
    pub rebuild: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Where one collection stands, in the domain's types.
#[derive(Debug, Clone)]
pub struct Standing {
    pub collection: Collection,
    pub lineage: Lineage,
    pub epoch: Epoch,
    pub floor: Epoch,
    pub next_id: Id,
    pub count: u32,
    pub digest: Digest,
    pub snapshot: Option<Snapshot>,
    pub purge: Vec<Id>,
    /// The index object and its size; `None` before the first publication.
    pub index: Option<(Sha256, u64)>,
    /// The database came from a backup: a new lineage and snapshot are due.
    pub rebuild: bool,
}

impl Standing {
    /// A collection of which nothing was published.
    pub fn fresh(collection: Collection) -> Self {
        Self {
            collection,
            lineage: new_lineage(),
            epoch: 0,
            floor: 0,
            next_id: 1,
            count: 0,
            digest: Digest::default(),
            snapshot: None,
            purge: Vec::new(),
            index: None,
            rebuild: false,
        }
    }
}

/// 16 random hexadecimal digits.
pub fn new_lineage() -> Lineage {
    Lineage(format!("{:016x}", rand::random::<u64>()))
}

pub async fn get(db: &impl ConnectionTrait, collection: Collection) -> Result<Option<Standing>> {
    let row = Entity::find_by_id(collection.name()).one(db).await?;
    row.map(standing).transpose()
}

pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Standing>> {
    let rows = Entity::find().all(db).await?;
    rows.into_iter().map(standing).collect()
}

pub async fn put(tx: &DatabaseTransaction, s: &Standing) -> Result<()> {
    let (sha, size) = s
        .index
        .map_or((String::new(), 0), |(sha, size)| (sha.to_string(), size));
    let snapshot = s.snapshot.as_ref().map(serde_json::to_string).transpose();
    let row = ActiveModel {
        name: Set(s.collection.name().into()),
        lineage: Set(s.lineage.0.clone()),
        epoch: Set(signed(s.epoch)),
        floor: Set(signed(s.floor)),
        next_id: Set(s.next_id.into()),
        count: Set(s.count.into()),
        digest: Set(s.digest.to_string()),
        snapshot: Set(own_json(snapshot, "snapshot")?.unwrap_or_default()),
        purge: Set(own_json(serde_json::to_string(&s.purge), "purge list")?),
        index_sha: Set(sha),
        index_size: Set(signed(size)),
        rebuild: Set(s.rebuild.into()),
    };
    let replace = OnConflict::column(Column::Name)
        .update_columns([
            Column::Lineage,
            Column::Epoch,
            Column::Floor,
            Column::NextId,
            Column::Count,
            Column::Digest,
            Column::Snapshot,
            Column::Purge,
            Column::IndexSha,
            Column::IndexSize,
            Column::Rebuild,
        ])
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Asks for a new lineage and snapshot of every collection.
pub async fn rebuild_all(tx: &DatabaseTransaction) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Rebuild, Expr::value(1_i64))
        .exec(tx)
        .await?;
    Ok(())
}

/// The same for one of them.
pub async fn rebuild(tx: &DatabaseTransaction, collection: Collection) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Rebuild, Expr::value(1_i64))
        .filter(Column::Name.eq(collection.name()))
        .exec(tx)
        .await?;
    Ok(())
}

fn standing(row: Model) -> Result<Standing> {
    let wrong = |what: &str| Error::Inconsistent(format!("{} of collection {}", what, row.name));
    let number = |n: i64, what: &str| u64::try_from(n).map_err(|_| wrong(what));
    let collection: Collection = row.name.parse().map_err(|_| wrong("name"))?;
    let index = match row.index_sha.as_str() {
        "" => None,
        sha => Some((
            sha.parse().map_err(|_| wrong("index"))?,
            number(row.index_size, "index size")?,
        )),
    };
    let snapshot = match row.snapshot.as_str() {
        "" => None,
        json => Some(own_json(serde_json::from_str(json), "snapshot")?),
    };
    Ok(Standing {
        collection,
        epoch: number(row.epoch, "epoch")?,
        floor: number(row.floor, "floor")?,
        next_id: Id::try_from(row.next_id).map_err(|_| wrong("next id"))?,
        count: u32::try_from(row.count).map_err(|_| wrong("count"))?,
        digest: row.digest.parse().map_err(|_| wrong("digest"))?,
        snapshot,
        purge: own_json(serde_json::from_str(&row.purge), "purge list")?,
        index,
        rebuild: row.rebuild != 0,
        lineage: Lineage(row.lineage),
    })
}

/// Epochs and sizes never come near 2^63.
pub(crate) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
