//! Letters whose writers have been known long enough.

use super::{Column, Entity, Model, event};
use crate::Result;
use sea_orm::{
    ConnectionTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use weimenhu_domain::petition::{Action, State};

const ERASING: [Action; 2] = [Action::AskErase, Action::Erase];

/// Word for word as the index `petition_kept` has it, with nothing bound: only so do both databases see that the index
/// holds all that is asked for.
const KEPT: &str = "erased = 0";

fn kept(state: State, before_ms: i64, after: i64, limit: u64) -> Select<Entity> {
    Entity::find()
        .filter(Expr::cust(KEPT))
        .filter(Column::State.eq(state.name()))
        .filter(Column::Id.gt(after))
        .filter(Expr::exists(since(before_ms)).not())
        .order_by_asc(Column::Id)
        .limit(limit)
}

/// Steps of the letter since an instant. What staff looked at has no number among them, and moves nothing; nor does that
/// its writer was erased or wants to be: the matter had ended before.
fn since(ms: i64) -> SelectStatement {
    let column = |column| Expr::col((event::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(column(event::Column::Petition).equals((Entity, Column::Id)))
        .and_where(column(event::Column::AtMs).gte(ms))
        .and_where(column(event::Column::Number).is_not_null())
        .and_where(column(event::Column::Action).is_not_in(ERASING.map(Action::name)))
        .to_owned()
}

/// Letters of this state whose last step was before an instant and whose writer was not erased yet, by our numbers after
/// `after`. State by state, as the index has them: of several at once all that is kept would be sorted for every page.
pub async fn kept_before(
    db: &impl ConnectionTrait,
    state: State,
    before_ms: i64,
    after: i64,
    limit: u64,
) -> Result<Vec<Model>> {
    Ok(kept(state, before_ms, after, limit).all(db).await?)
}

/// Whether nothing has happened to a letter since an instant.
pub async fn rests(db: &impl ConnectionTrait, id: i64, ms: i64) -> Result<bool> {
    let rests = Entity::find_by_id(id).filter(Expr::exists(since(ms)).not());
    Ok(rests.one(db).await?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, store::Store};
    use sea_orm::{DbBackend, QueryTrait, Statement};

    #[tokio::test]
    async fn the_list_is_of_what_is_kept_and_passes_over_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Config::in_dir(folder.path()).unwrap())
            .await
            .unwrap();
        let mut asked = kept(State::Closed, 1, 0, 9).build(DbBackend::Sqlite);
        asked.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let plan = store.read().query_all_raw(Statement { ..asked }).await.unwrap();
        let plan: Vec<String> = plan
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .collect();
        let list = "SEARCH petition USING INDEX petition_kept (state=? AND id>?)";
        assert_eq!(plan.first().map(String::as_str), Some(list), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{plan:#?}");
    }
}
