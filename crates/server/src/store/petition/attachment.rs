//! Files of a letter: uploads on their way, and attachments that have arrived with it.

use super::{Tx, insert, last, update};
use crate::Result;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub petition: i64,
    pub event: i64,
    pub sha: String,
    pub file: String,
    pub media_type: String,
    pub size: i64,
    pub width: i64,
    pub height: i64,
    pub approved: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Uploads.
pub mod upload {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "upload")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub owner: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha: String,
        pub length: i64,
        pub done: i64,
        pub file: String,
        pub media_type: String,
        pub stored_sha: String,
        pub size: i64,
        pub width: i64,
        pub height: i64,
        pub made_ms: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub async fn of(db: &impl ConnectionTrait, petition: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Petition.eq(petition))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

pub async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub async fn save(tx: &Tx, row: &Model) -> Result<()> {
    update::<ActiveModel, _>(tx, row.clone()).await
}

pub async fn uploaded(db: &impl ConnectionTrait, owner: &str, sha: &str) -> Result<Option<upload::Model>> {
    Ok(upload::Entity::find_by_id((owner.to_owned(), sha.to_owned()))
        .one(db)
        .await?)
}

pub async fn uploads(db: &impl ConnectionTrait, owner: &str) -> Result<Vec<upload::Model>> {
    Ok(upload::Entity::find()
        .filter(upload::Column::Owner.eq(owner))
        .all(db)
        .await?)
}

pub async fn begin(tx: &Tx, row: upload::Model) -> Result<()> {
    insert::<upload::ActiveModel, _>(tx, row).await
}

pub async fn save_upload(tx: &Tx, row: &upload::Model) -> Result<()> {
    update::<upload::ActiveModel, _>(tx, row.clone()).await
}

pub async fn forget(tx: &Tx, owner: &str, sha: &str) -> Result<()> {
    upload::Entity::delete_by_id((owner.to_owned(), sha.to_owned()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Bytes of all uploads that wait for their letters, as they were promised.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<i64> {
    // PostgreSQL sums bigints to a numeric.
    let sum = Expr::cust("CAST(COALESCE(SUM(length), 0) AS BIGINT)");
    let sum = upload::Entity::find().select_only().expr(sum);
    Ok(sum.into_tuple().one(db).await?.unwrap_or_default())
}

/// Uploads that began before this and never became part of a letter.
pub async fn stale(db: &impl ConnectionTrait, before_ms: i64) -> Result<Vec<upload::Model>> {
    Ok(upload::Entity::find()
        .filter(upload::Column::MadeMs.lt(before_ms))
        .limit(1000)
        .all(db)
        .await?)
}

/// The names of the files that rows name, of letters and of uploads; of uploads only what is whole, or all.
pub async fn file_names(db: &impl ConnectionTrait, whole_only: bool) -> Result<BTreeSet<String>> {
    let mut uploads = upload::Entity::find().select_only().column(upload::Column::File);
    if whole_only {
        uploads = uploads.filter(upload::Column::Done.eq(1_i64));
    }
    // Before the letters': a file that a letter takes between the two is seen by one of them.
    let uploads: Vec<String> = uploads.into_tuple().all(db).await?;
    let kept = Entity::find().select_only().column(Column::File);
    let kept = kept.filter(Column::File.ne("")).into_tuple::<String>().all(db);
    Ok(kept.await?.into_iter().chain(uploads).collect())
}

/// Makes an upload part of a letter.
pub async fn adopt(tx: &Tx, petition: i64, event: i64, upload: &upload::Model) -> Result<()> {
    let last = last::<Entity>(tx, Column::Id).await?;
    let row = Model {
        id: last.saturating_add(1),
        petition,
        event,
        sha: upload.stored_sha.clone(),
        file: upload.file.clone(),
        media_type: upload.media_type.clone(),
        size: upload.size,
        width: upload.width,
        height: upload.height,
        approved: 0,
    };
    insert::<ActiveModel, _>(tx, row).await?;
    forget(tx, &upload.owner, &upload.sha).await
}
