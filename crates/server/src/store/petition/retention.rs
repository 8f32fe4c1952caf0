//! Letters whose writers have been known long enough.

use super::{Column, Entity, Model, event};
use crate::Result;
use sea_orm::{
    ConnectionTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Query},
};
use weimenhu_domain::petition::{Action, State};

/// Letters that have ended, whose last step was before an instant and whose writer was not erased yet, the oldest first.
pub async fn ended_before(db: &impl ConnectionTrait, before_ms: i64, limit: u64) -> Result<Vec<Model>> {
    let column = |column| Expr::col((event::Entity, column));
    // What staff looked at has no number among the letter's steps, and moves nothing.
    let later = column(event::Column::AtMs)
        .gte(before_ms)
        .and(column(event::Column::Number).is_not_null());
    let erased = column(event::Column::Action).eq(Action::Erase.name());
    let keeps = Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(column(event::Column::Petition).equals((Entity, Column::Id)))
        .and_where(later.or(erased))
        .to_owned();
    let ended = [State::Closed, State::Declined, State::Withdrawn].map(State::name);
    Ok(Entity::find()
        .filter(Column::State.is_in(ended))
        .filter(Expr::exists(keeps).not())
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}
