//! What of the letters waits for somebody of the staff. It is a mark on the letter's row, written with what sets it; a few
//! letters of all bear one, and an index holds only those, in the order of the queue.
//!
//! Rejected: to find it in the events (what was asked and not yet answered: a page would walk all of them).

use super::{Column, Entity, Wanted};
use crate::Result;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use weimenhu_domain::petition::{Action, State};

/// What a letter can wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// To be routed or declined.
    Review,
    /// Words whose public wording nobody has judged.
    Words,
    /// 派单异议.
    Return,
    /// 申请延期.
    Extension,
    /// A writer who rated badly wants it reopened.
    Reopening,
    /// An answer to be approved by the head of the department.
    Proposal,
    /// A contested deduction.
    Deduction,
    /// Its writer wants to be erased.
    Erase,
}

impl Waiting {
    /// All, in the order in which they are shown.
    pub const ALL: &'static [Self] = &[
        Self::Review,
        Self::Words,
        Self::Return,
        Self::Extension,
        Self::Reopening,
        Self::Proposal,
        Self::Deduction,
        Self::Erase,
    ];

    /// Its name in addresses and in Fluent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Words => "words",
            Self::Return => "return",
            Self::Extension => "extension",
            Self::Reopening => "reopening",
            Self::Proposal => "proposal",
            Self::Deduction => "deduction",
            Self::Erase => "erase",
        }
    }

    /// What ends the wait: whoever the domain's table lets do this is waited for.
    pub const fn ended_by(self) -> Action {
        match self {
            Self::Review => Action::Route,
            Self::Words => Action::ApproveText,
            Self::Return => Action::SettleReturn,
            Self::Extension => Action::GrantExtension,
            Self::Reopening => Action::ConfirmReopen,
            Self::Proposal => Action::Resolve,
            Self::Deduction => Action::Decide,
            Self::Erase => Action::Erase,
        }
    }

    /// Whether a letter waits for it. Word for word as its index has it, with nothing bound: only so do both databases
    /// see that the index holds all that is asked for.
    pub(super) fn condition(self) -> Condition {
        let marked = |mark: &'static str| Condition::all().add(Expr::cust(mark));
        match self {
            Self::Review => Condition::all().add(Column::State.eq(State::Submitted.name())),
            Self::Words => marked("unjudged = 1"),
            Self::Return => marked("dispute = 1"),
            Self::Extension => marked("extension <> ''"),
            Self::Reopening => marked("reopening = 1"),
            Self::Proposal => marked("proposed = 1"),
            Self::Deduction => {
                let contested = Query::select()
                    .column(super::score::Column::Petition)
                    .from(super::score::Entity)
                    .and_where(Expr::cust("deduction.state = 'contested'"))
                    .to_owned();
                Condition::all().add(Expr::col((Entity, Column::Id)).in_subquery(contested))
            }
            Self::Erase => marked("erase_asked = 1"),
        }
    }
}

/// How many letters wait for this, counted up to `most`.
pub async fn count(db: &impl ConnectionTrait, waiting: Waiting, lead: Option<i64>, most: u64) -> Result<u64> {
    let wanted = Wanted {
        waiting: Some(waiting),
        lead,
        ..Wanted::default()
    };
    let some = super::wanted(&wanted)
        .select_only()
        .column(Column::Id)
        .limit(most);
    super::rows_of(db, some.into_query()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, store::Store};
    use sea_orm::{DbBackend, Statement};

    #[tokio::test]
    async fn what_is_marked_is_found_by_its_index_in_the_order_of_the_queue() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::in_dir(folder.path()).unwrap();
        let store = Store::open(&config).await.unwrap();
        let marked = [
            (Waiting::Words, "petition_unjudged"),
            (Waiting::Return, "petition_dispute"),
            (Waiting::Extension, "petition_extension"),
            (Waiting::Reopening, "petition_reopening"),
            (Waiting::Proposal, "petition_proposed"),
            (Waiting::Erase, "petition_erase_asked"),
        ];
        for (waiting, index) in marked {
            let wanted = Wanted {
                waiting: Some(waiting),
                ..Wanted::default()
            };
            let page = super::super::places(&wanted).limit(50).to_owned();
            let page = DbBackend::Sqlite.build(&page);
            let sql = format!("EXPLAIN QUERY PLAN {}", page.sql);
            let plan = store
                .read()
                .query_all_raw(Statement { sql, ..page })
                .await
                .unwrap();
            let plan: Vec<String> = plan
                .iter()
                .map(|row| row.try_get("", "detail").unwrap())
                .collect();
            let steps = plan.join("\n");
            assert!(
                steps.contains(index) && !steps.contains("TEMP B-TREE"),
                "{waiting:?}: {steps}"
            );
        }
    }
}
