//! Deductions and the rules they follow.

use super::{Tx, day, insert, insert_all, update};
use crate::{Error, Result};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*, sea_query::Expr};
use weimenhu_domain::petition::deduction::{Cause, Rule};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deduction")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub petition: i64,
    pub delivery: i64,
    pub department: i64,
    pub cause: String,
    pub rule: i64,
    pub points: i64,
    pub due: String,
    pub day: String,
    pub event: i64,
    pub state: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// Rules.
pub mod rule {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "deduction_rule")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub cause: String,
        pub points: i64,
        pub from_day: String,
        pub until_day: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl Model {
    /// It counts, as long as nobody lifted or voided it.
    pub fn counts(&self) -> bool {
        matches!(self.state.as_str(), "standing" | "contested" | "upheld")
    }
}

/// All rules.
pub async fn rules(db: &impl ConnectionTrait) -> Result<Vec<Rule>> {
    let rows = rule::Entity::find()
        .order_by_asc(rule::Column::Id)
        .all(db)
        .await?;
    let read = |r: rule::Model| {
        Some(Rule {
            id: r.id,
            cause: Cause::named(&r.cause)?,
            points: i32::try_from(r.points).ok()?,
            from: day(&r.from_day)?,
            until: day(&r.until_day),
        })
    };
    rows.into_iter()
        .map(|r| {
            let id = r.id;
            read(r).ok_or_else(|| Error::Inconsistent(format!("deduction rule {id}")))
        })
        .collect()
}

/// Adds a rule with the next number.
pub async fn add_rule(tx: &Tx, cause: Cause, points: i32, from: Date, until: Option<Date>) -> Result<()> {
    let next = rules(tx).await?.iter().map(|r| r.id).max().unwrap_or_default();
    let row = rule::Model {
        id: next.saturating_add(1),
        cause: cause.name().to_owned(),
        points: points.into(),
        from_day: from.to_string(),
        until_day: until.map(|d| d.to_string()).unwrap_or_default(),
    };
    insert::<rule::ActiveModel, _>(tx, row).await
}

/// Sets a rule's last day.
pub async fn end_rule(tx: &Tx, id: i64, until: Date) -> Result<()> {
    rule::Entity::update_many()
        .col_expr(rule::Column::UntilDay, Expr::value(until.to_string()))
        .filter(rule::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds deductions that have their numbers.
pub async fn add_all(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    insert_all::<ActiveModel, _>(tx, rows).await
}

/// The last number given.
pub async fn last(db: &impl ConnectionTrait) -> Result<i64> {
    super::last::<Entity>(db, Column::Id).await
}

pub async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub async fn save(tx: &Tx, row: &Model) -> Result<()> {
    update::<ActiveModel, _>(tx, row.clone()).await
}

/// The deductions of a letter.
pub async fn of(db: &impl ConnectionTrait, petition: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Petition.eq(petition))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}

/// The newest deductions of a department.
pub async fn of_department(db: &impl ConnectionTrait, department: i64, limit: u64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Department.eq(department))
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The deductions of these letters, for reports.
pub async fn of_all(db: &impl ConnectionTrait, petitions: &[i64]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in petitions.chunks(super::super::CHUNK) {
        let rows = Entity::find().filter(Column::Petition.is_in(chunk.iter().copied()));
        all.extend(rows.all(db).await?);
    }
    Ok(all)
}
