//! The city's numbers of days, each rule with the time in which it holds. Rows are added and ended, never changed: a
//! letter of last year can still be explained.

use super::{Tx, day, insert};
use crate::{Error, Result};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, QueryOrder, entity::prelude::*, sea_query::Expr};
use weimenhu_domain::petition::policy::{Number, Rule};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub number: String,
    pub days: i64,
    pub from_day: String,
    pub until_day: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

/// All rules, in the order they were written.
pub async fn rules(db: &impl ConnectionTrait) -> Result<Vec<Rule>> {
    let rows = Entity::find().order_by_asc(Column::Id).all(db).await?;
    let read = |r: &Model| {
        Some(Rule {
            id: r.id,
            number: Number::named(&r.number)?,
            days: u16::try_from(r.days).ok()?,
            from: day(&r.from_day)?,
            until: day(&r.until_day),
        })
    };
    rows.iter()
        .map(|r| read(r).ok_or_else(|| Error::Inconsistent(format!("policy rule {}", r.id))))
        .collect()
}

/// Adds a rule with the next number.
pub async fn add(tx: &Tx, rule: &Rule) -> Result<()> {
    let last = rules(tx).await?.iter().map(|r| r.id).max().unwrap_or_default();
    let row = Model {
        id: last.saturating_add(1),
        number: rule.number.name().to_owned(),
        days: rule.days.into(),
        from_day: rule.from.to_string(),
        until_day: rule.until.map(|d| d.to_string()).unwrap_or_default(),
    };
    insert::<ActiveModel, _>(tx, row).await
}

/// Sets a rule's last day.
pub async fn end(tx: &Tx, id: i64, until: Date) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::UntilDay, Expr::value(until.to_string()))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
