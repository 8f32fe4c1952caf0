//! Words: as written, and as the public reads them. The original stays beside the public wording until it is erased.

use super::{Tx, insert, insert_all, last, update};
use crate::Result;
use sea_orm::{
    ConnectionTrait, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, LikeExpr, SelectStatement},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wording")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub petition: i64,
    pub sort: String,
    pub department: i64,
    pub original: String,
    pub shown: String,
    pub approved: i64,
    pub made_ms: i64,
    pub judged: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Words that a letter begins with; nobody has looked at them, and they have no number yet.
    pub fn of_writer(petition: i64, sort: &str, text: &str, made_ms: i64) -> Self {
        Self {
            id: 0,
            petition,
            sort: sort.to_owned(),
            department: 0,
            original: text.to_owned(),
            shown: String::new(),
            approved: 0,
            made_ms,
            judged: 0,
        }
    }
}

/// Words that can be public at all.
pub const PUBLISHABLE: &[&str] = &["title", "letter", "supplement", "response", "answer", "rating"];

/// The words of the citizen: gone when the citizen's data is erased.
pub const CITIZENS: &[&str] = &["title", "letter", "supplement", "rating", "appeal"];

/// Adds words; answers their number.
pub async fn add(tx: &Tx, mut row: Model) -> Result<i64> {
    row.id = last::<Entity>(tx, Column::Id).await?.saturating_add(1);
    let id = row.id;
    insert::<ActiveModel, _>(tx, row).await?;
    Ok(id)
}

/// Adds words, in this order.
pub async fn add_all(tx: &Tx, mut rows: Vec<Model>) -> Result<()> {
    let last = last::<Entity>(tx, Column::Id).await?;
    for (id, row) in (last.saturating_add(1)..).zip(&mut rows) {
        row.id = id;
    }
    insert_all::<ActiveModel, _>(tx, rows).await
}

pub async fn save(tx: &Tx, row: &Model) -> Result<()> {
    update::<ActiveModel, _>(tx, row.clone()).await
}

/// All words of a letter, in order.
pub async fn of(db: &impl ConnectionTrait, petition: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Petition.eq(petition))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// Whether nobody has said yet what is public of some words of this letter that could be.
pub async fn any_unjudged(db: &impl ConnectionTrait, petition: i64) -> Result<bool> {
    let some = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::Petition.eq(petition))
        .filter(Column::Judged.eq(0_i64))
        .filter(Column::Original.ne(""))
        .filter(Column::Sort.is_in(PUBLISHABLE.iter().copied()))
        .limit(1);
    Ok(some.into_tuple::<i64>().one(db).await?.is_some())
}

/// The titles of these letters, as written and as shown.
pub async fn titles(db: &impl ConnectionTrait, petitions: &[i64]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in petitions.chunks(super::super::CHUNK) {
        let rows = Entity::find()
            .filter(Column::Sort.eq("title"))
            .filter(Column::Petition.is_in(chunk.iter().copied()));
        all.extend(rows.all(db).await?);
    }
    Ok(all)
}

/// The letters with this in the title or the text, as written.
pub fn with(text: &str) -> SelectStatement {
    // What is typed is words and no pattern.
    let plain: String = text
        .chars()
        .flat_map(|c| {
            matches!(c, '%' | '_' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect();
    let pattern = LikeExpr::new(format!("%{plain}%")).escape('\\');
    Entity::find()
        .filter(Column::Sort.is_in(["title", "letter"]))
        .filter(Column::Original.like(pattern))
        .select_only()
        .column(Column::Petition)
        .into_query()
}

/// Erases what the citizen wrote; what is public stays, as approved, where it is still shown.
pub async fn erase(tx: &Tx, petition: i64, shows: bool) -> Result<()> {
    let mut all = Entity::update_many().col_expr(Column::Original, Expr::value(""));
    if !shows {
        all = all
            .col_expr(Column::Shown, Expr::value(""))
            .col_expr(Column::Approved, Expr::value(0_i64));
    }
    all.filter(Column::Petition.eq(petition))
        .filter(Column::Sort.is_in(CITIZENS.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}
