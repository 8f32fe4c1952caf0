//! Which objects are named by something, which are not and until when their files stay.

use super::CHUNK;
use crate::{Error, Result};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DatabaseTransaction, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use std::collections::HashSet;
use weimenhu_domain::{
    Collection,
    record::{Id, Sha256},
};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "object")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub collection: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha: String,
    pub delete_ms: i64,
    pub purge: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Which published record shows which picture or attachment.
pub mod media_use {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "media_use")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub collection: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Under whose name pictures and attachments stand.
pub const MEDIA: &str = "media";

/// When the files of objects go that nothing names any more.
#[derive(Debug, Clone, Copy)]
pub struct Dropping {
    pub delete_ms: i64,
    /// A redaction: also what was dropped before goes now, and the CDN is told.
    pub purge: bool,
}

/// Says that exactly `named` are the objects of `owner` now.
pub async fn name_only(
    tx: &DatabaseTransaction,
    owner: &str,
    named: &HashSet<Sha256>,
    dropping: Dropping,
) -> Result<()> {
    let named: HashSet<String> = named.iter().map(Sha256::to_string).collect();
    let known = Entity::find()
        .filter(Column::Collection.eq(owner))
        .all(tx)
        .await?;
    let revived = known
        .iter()
        .filter(|o| o.delete_ms != 0 && named.contains(&o.sha));
    let revived: Vec<String> = revived.map(|o| o.sha.clone()).collect();
    let dropped = known
        .iter()
        .filter(|o| (o.delete_ms == 0 || dropping.purge) && !named.contains(&o.sha));
    let dropped: Vec<String> = dropped.map(|o| o.sha.clone()).collect();
    let known: HashSet<String> = known.into_iter().map(|o| o.sha).collect();
    let new: Vec<String> = named.difference(&known).cloned().collect();
    insert(tx, owner, &new).await?;
    schedule(tx, owner, &revived, 0, false).await?;
    schedule(tx, owner, &dropped, dropping.delete_ms, dropping.purge).await
}

async fn insert(tx: &DatabaseTransaction, owner: &str, shas: &[String]) -> Result<()> {
    for chunk in shas.chunks(CHUNK) {
        let rows = chunk.iter().map(|sha| ActiveModel {
            collection: Set(owner.into()),
            sha: Set(sha.clone()),
            delete_ms: Set(0),
            purge: Set(0),
        });
        let revive = OnConflict::columns([Column::Collection, Column::Sha])
            .update_columns([Column::DeleteMs, Column::Purge])
            .to_owned();
        Entity::insert_many(rows)
            .on_conflict(revive)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

async fn schedule(
    tx: &DatabaseTransaction,
    owner: &str,
    shas: &[String],
    delete_ms: i64,
    purge: bool,
) -> Result<()> {
    for chunk in shas.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::DeleteMs, Expr::value(delete_ms))
            .col_expr(Column::Purge, Expr::value(i64::from(purge)))
            .filter(Column::Collection.eq(owner))
            .filter(Column::Sha.is_in(chunk.iter().map(String::as_str)))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Says which pictures and attachments a published record shows now, and drops those that nothing shows.
pub async fn show(
    tx: &DatabaseTransaction,
    collection: Collection,
    id: Id,
    shas: &[Sha256],
    dropping: Dropping,
) -> Result<()> {
    use media_use::{ActiveModel as Use, Column as UseColumn, Entity as Uses};
    let mine = || {
        UseColumn::Collection
            .eq(collection.name())
            .and(UseColumn::Id.eq(i64::from(id)))
    };
    let before = Uses::find().filter(mine()).all(tx).await?;
    let shas: HashSet<String> = shas.iter().map(Sha256::to_string).collect();
    if before.is_empty() && shas.is_empty() {
        return Ok(());
    }
    Uses::delete_many().filter(mine()).exec(tx).await?;
    if !shas.is_empty() {
        let rows = shas.iter().map(|sha| Use {
            collection: Set(collection.name().into()),
            id: Set(id.into()),
            sha: Set(sha.clone()),
        });
        Uses::insert_many(rows).exec_without_returning(tx).await?;
        insert(tx, MEDIA, &shas.iter().cloned().collect::<Vec<_>>()).await?;
    }
    for gone in before
        .into_iter()
        .map(|u| u.sha)
        .filter(|sha| !shas.contains(sha))
    {
        let shown = Uses::find().filter(UseColumn::Sha.eq(&gone)).one(tx).await?;
        if shown.is_none() {
            schedule(tx, MEDIA, &[gone], dropping.delete_ms, dropping.purge).await?;
        }
    }
    Ok(())
}

/// Lets every picture and attachment go now that was only waiting for its time: one of them may have belonged to
/// an earlier version of what is being erased.
pub async fn drop_waiting_media(tx: &DatabaseTransaction, dropping: Dropping) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::DeleteMs, Expr::value(dropping.delete_ms))
        .col_expr(Column::Purge, Expr::value(1_i64))
        .filter(Column::Collection.eq(MEDIA))
        .filter(Column::DeleteMs.ne(0))
        .exec(tx)
        .await?;
    Ok(())
}

/// The objects that are named in this owner's name.
pub async fn named(db: &impl ConnectionTrait, owner: &str) -> Result<Vec<Sha256>> {
    let rows = Entity::find()
        .select_only()
        .column(Column::Sha)
        .filter(Column::Collection.eq(owner))
        .filter(Column::DeleteMs.eq(0))
        .into_tuple::<String>()
        .all(db)
        .await?;
    rows.iter().map(|sha| parse(sha)).collect()
}

/// The objects whose time has come, and whether the CDN must forget them.
pub async fn due(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<(Sha256, bool)>> {
    let rows = Entity::find()
        .filter(Column::DeleteMs.ne(0))
        .filter(Column::DeleteMs.lte(now_ms))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|r| Ok((parse(&r.sha)?, r.purge != 0)))
        .collect()
}

/// Every object that is named by something or has not had its time yet.
pub async fn alive(db: &impl ConnectionTrait, now_ms: i64) -> Result<HashSet<Sha256>> {
    let rows = Entity::find()
        .select_only()
        .column(Column::Sha)
        .filter(Column::DeleteMs.eq(0).or(Column::DeleteMs.gt(now_ms)))
        .into_tuple::<String>()
        .all(db)
        .await?;
    rows.iter().map(|sha| parse(sha)).collect()
}

/// Forgets objects whose files are gone.
pub async fn forget(tx: &DatabaseTransaction, shas: &[Sha256], now_ms: i64) -> Result<()> {
    for chunk in shas.chunks(CHUNK) {
        Entity::delete_many()
            .filter(Column::Sha.is_in(chunk.iter().map(Sha256::to_string)))
            .filter(Column::DeleteMs.ne(0))
            .filter(Column::DeleteMs.lte(now_ms))
            .exec(tx)
            .await?;
    }
    Ok(())
}

fn parse(sha: &str) -> Result<Sha256> {
    sha.parse()
        .map_err(|_| Error::Inconsistent(format!("object {sha:?}")))
}
