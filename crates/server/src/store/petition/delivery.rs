//! Deliveries: a letter with one lead department, and the clocks of that.

use super::{Tx, day, insert, update};
use crate::Result;
use jiff::civil::Date;
use sea_orm::{
    ConnectionTrait, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{ExprTrait as _, SelectStatement},
};
use std::collections::BTreeMap;
use weimenhu_domain::petition::deadline::{Clock, Light};

/// After every day that is one.
pub const NEVER: &str = "9999-12-31";

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub petition: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub lead: i64,
    pub assisting: String,
    pub routed_on: String,
    pub respond_due: String,
    pub respond_met: String,
    pub resolve_from: String,
    pub resolve_due: String,
    pub resolve_met: String,
    pub extended: i64,
    pub provisional: i64,
    pub supervised: String,
    pub supervised_on: String,
    pub returned: i64,
    pub ended: i64,
    /// The day up to which it is known that nothing more is missed. The words of the table are older: those of a schema that
    /// servers have stay as they are.
    pub noted: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The response's limit, where there is one.
    pub fn respond(&self) -> Option<Clock> {
        let met = day(&self.respond_met);
        day(&self.respond_due).map(|due| Clock { due, met })
    }

    /// The answer's limit.
    pub fn resolve(&self) -> Option<Clock> {
        let met = day(&self.resolve_met);
        day(&self.resolve_due).map(|due| Clock { due, met })
    }

    /// The nearest limit that runs, for the order of a queue.
    pub fn next_due(&self) -> String {
        let running = [self.respond(), self.resolve()]
            .into_iter()
            .flatten()
            .filter(|c| c.met.is_none() && self.ended == 0);
        running
            .map(|c| c.due)
            .min()
            .map_or_else(|| NEVER.to_owned(), |d| d.to_string())
    }

    /// The assisting departments.
    pub fn assists(&self) -> Vec<i64> {
        serde_json::from_str(&self.assisting).unwrap_or_default()
    }
}

pub async fn get(db: &impl ConnectionTrait, petition: i64, number: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id((petition, number)).one(db).await?)
}

/// All of a letter, the oldest first.
pub async fn of(db: &impl ConnectionTrait, petition: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Petition.eq(petition))
        .order_by_asc(Column::Number)
        .all(db)
        .await?)
}

/// The standing deliveries of these letters.
pub async fn all_of(db: &impl ConnectionTrait, petitions: &[i64]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in petitions.chunks(super::super::CHUNK) {
        let rows = Entity::find().filter(Column::Petition.is_in(chunk.iter().copied()));
        all.extend(rows.order_by_asc(Column::Number).all(db).await?);
    }
    Ok(all)
}

pub async fn add(tx: &Tx, row: Model) -> Result<()> {
    insert::<ActiveModel, _>(tx, row).await
}

pub async fn save(tx: &Tx, row: &Model) -> Result<()> {
    update::<ActiveModel, _>(tx, row.clone()).await
}

/// Notes up to which day these letters' running deliveries miss nothing more; none: for good.
pub async fn looked(tx: &Tx, quiet: Vec<(i64, Option<Date>)>) -> Result<()> {
    let mut days: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for (petition, until) in quiet {
        let until = until.map_or_else(|| NEVER.to_owned(), |day| day.to_string());
        days.entry(until).or_default().push(petition);
    }
    for (until, petitions) in days {
        for chunk in petitions.chunks(super::super::CHUNK) {
            Entity::update_many()
                .col_expr(Column::Noted, Expr::value(until.as_str()))
                .filter(Column::Petition.is_in(chunk.iter().copied()))
                .filter(Column::Ended.eq(0_i64))
                .exec(tx)
                .await?;
        }
    }
    Ok(())
}

/// The days by which a light is known, as texts: see [`lit`].
#[derive(Debug, Clone)]
pub struct Days {
    /// Today.
    pub today: String,
    /// The next working day.
    pub next: String,
    /// When 督办 has come, for each time in which other numbers of days hold.
    pub supervised: Vec<Supervised>,
}

/// Deliveries that are judged by the same numbers of days: those counted from a time.
#[derive(Debug, Clone)]
pub struct Supervised {
    /// The first day of it; empty: from the beginning.
    pub from: String,
    /// The day after its last.
    pub before: String,
    /// The latest due date of which 督办 has come.
    pub due: String,
}

/// Whether the running delivery of a letter shows this light: inside a query of letters. The same rule as the domain's,
/// which a test compares. Only a letter's standing delivery runs, so which one that is need not be asked of the letter:
/// what the index of the queue holds is enough of it.
pub fn lit(light: Light, days: &Days) -> SelectStatement {
    let (today, next) = (days.today.as_str(), days.next.as_str());
    let unmet = || Column::RespondMet.eq("").and(Column::RespondDue.ne(""));
    let of = |one: &Supervised| {
        let counted = Column::ResolveFrom.gte(one.from.as_str());
        let counted = counted.and(Column::ResolveFrom.lt(one.before.as_str()));
        counted.and(Column::ResolveDue.lte(one.due.as_str()))
    };
    let supervised = || {
        let all = days.supervised.iter().map(of).reduce(|all, one| all.or(one));
        all.unwrap_or_else(|| Column::ResolveDue.lt(""))
    };
    let red = || {
        let late = unmet().and(Column::RespondDue.lt(today));
        late.or(Column::ResolveDue.lt(today)).or(supervised())
    };
    let yellow = || {
        let today = unmet().and(Column::RespondDue.eq(today));
        today.or(Column::ResolveDue.lte(next))
    };
    let burns = match light {
        Light::Supervised => supervised(),
        Light::Red => red().and(supervised().not()),
        Light::Yellow => yellow().and(red().not()),
        Light::Green => yellow().or(red()).not(),
    };
    let letter = |column: super::Column| Expr::col((super::Entity, column));
    let running = Entity::find()
        .filter(Expr::col((Entity, Column::Petition)).eq(letter(super::Column::Id)))
        .filter(Column::Ended.eq(0_i64))
        .filter(burns);
    running.select_only().column(Column::Number).into_query()
}

/// The letters that this department helps with.
pub fn assisted_by(department: i64) -> SelectStatement {
    // A JSON array of numbers, written by us without spaces.
    let parts = [
        format!("[{department}]"),
        format!("[{department},%"),
        format!("%,{department},%"),
        format!("%,{department}]"),
    ];
    let any = parts
        .into_iter()
        .map(|part| Column::Assisting.like(part))
        .reduce(|all, one| all.or(one));
    let found = Entity::find().filter(Column::Ended.eq(0_i64));
    let found = any.into_iter().fold(found, |found, one| found.filter(one));
    found.select_only().column(Column::Petition).into_query()
}

/// Running deliveries with a missed limit that were not looked at since they missed one, after `(petition, number)` in
/// order.
pub async fn late(
    db: &impl ConnectionTrait,
    today: Date,
    after: (i64, i64),
    limit: u64,
) -> Result<Vec<(i64, i64)>> {
    let today = today.to_string();
    let respond = Column::RespondMet
        .eq("")
        .and(Column::RespondDue.ne(""))
        .and(Column::RespondDue.lt(today.as_str()));
    let late = running(after, limit)
        .filter(respond.or(Column::ResolveDue.lt(today.as_str())))
        .filter(Column::Noted.lt(today.as_str()));
    let place = late.select_only().columns([Column::Petition, Column::Number]);
    Ok(place.into_tuple().all(db).await?)
}

/// Running deliveries, after `(petition, number)` in order: for a new calendar.
pub async fn open(db: &impl ConnectionTrait, after: (i64, i64), limit: u64) -> Result<Vec<Model>> {
    Ok(running(after, limit).all(db).await?)
}

fn running(after: (i64, i64), limit: u64) -> Select<Entity> {
    let (petition, number) = after;
    // Compared as a pair: an index is entered by it, and not by "greater, or equal and greater".
    let place = Expr::tuple([Column::Petition.into_expr(), Column::Number.into_expr()]);
    Entity::find()
        .filter(Column::Ended.eq(0_i64))
        .filter(place.gt(Expr::tuple([petition.into(), number.into()])))
        .order_by_asc(Column::Petition)
        .order_by_asc(Column::Number)
        .limit(limit)
}
