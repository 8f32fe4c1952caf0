//! Letters and all that belongs to them. One file for each noun; this one is the letter itself.
//!
//! A letter's row is the projection of its events: both are written in one transaction, see [`crate::petition::act`].

pub(crate) mod again;
pub(crate) mod attachment;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod key;
pub(crate) mod message;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod retention;
pub(crate) mod schema;
pub(crate) mod score;
pub(crate) mod waiting;
pub(crate) mod wording;

use super::{Tx, meta};
use crate::{Error, Result};
use jiff::civil::Date;
use sea_orm::{
    ActiveValue, ConnectionTrait, IntoActiveModel, Order, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Expr, Func, Query, SelectStatement, UnionType},
};
use std::collections::BTreeMap;
use waiting::Waiting;
use weimenhu_domain::petition::{State, Visibility, deadline::Light, receipt::Number};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "petition")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    pub year: i64,
    pub count: i64,
    pub kind: String,
    pub source: String,
    pub state: String,
    pub former_state: String,
    pub visibility: String,
    pub wished: String,
    pub county: String,
    pub address: String,
    pub location: String,
    pub wished_department: i64,
    pub contact: String,
    pub names: String,
    pub code: String,
    pub token: String,
    pub submitted_ms: i64,
    pub events: i64,
    pub delivery: i64,
    pub lead: i64,
    pub next_due: String,
    pub dispute: i64,
    pub extension: String,
    pub reopening: i64,
    pub reopened: i64,
    pub appealed: i64,
    pub declined_by: i64,
    pub declined: String,
    pub appeal_until: String,
    pub rating: String,
    pub rated: i64,
    pub rate_until: String,
    pub answered_on: String,
    pub closed_on: String,
    pub merged_into: i64,
    pub joiners: i64,
    pub writer_left: i64,
    pub erase_asked: i64,
    pub record_key: i64,
    pub generation: i64,
    pub phone: String,
    pub erased: i64,
    pub unjudged: i64,
    pub proposed: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The receipt number.
    pub fn number(&self) -> Result<Number> {
        let year = u16::try_from(self.year).ok();
        let count = u32::try_from(self.count).ok();
        year.zip(count)
            .and_then(|(year, count)| Number::new(year, count).ok())
            .ok_or_else(|| Error::Inconsistent(format!("letter {} has no number", self.id)))
    }

    /// Where the case stands.
    pub fn stands(&self) -> Result<State> {
        State::named(&self.state)
            .ok_or_else(|| Error::Inconsistent(format!("letter {} is {:?}", self.id, self.state)))
    }

    /// What its department had asked for and nobody has decided is over: it is answered, elsewhere or gone.
    pub fn asks_no_more(&mut self) {
        (self.dispute, self.extension, self.proposed) = (0, String::new(), 0);
    }

    /// Who may read it; what cannot be read is 涉密.
    pub fn shown_to(&self) -> Visibility {
        Visibility::named(&self.visibility).unwrap_or(Visibility::Secret)
    }
}

/// A day as a column keeps it; empty is none.
pub fn day(text: &str) -> Option<Date> {
    if text.is_empty() { None } else { text.parse().ok() }
}

/// Writes a new row with every column.
pub(super) async fn insert<A, M>(tx: &Tx, row: M) -> Result<()>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    M: IntoActiveModel<A>,
{
    let row = row.into_active_model().reset_all();
    <A::Entity as EntityTrait>::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The last number given in a table.
pub(super) async fn last<E: EntityTrait>(db: &impl ConnectionTrait, number: E::Column) -> Result<i64> {
    let last = E::find().select_only().column(number).order_by_desc(number);
    Ok(last.limit(1).into_tuple().one(db).await?.unwrap_or_default())
}

/// Writes new rows with every column, some in each statement.
pub(super) async fn insert_all<A, M>(tx: &Tx, rows: Vec<M>) -> Result<()>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    M: IntoActiveModel<A>,
{
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
    loop {
        let chunk: Vec<A> = rows.by_ref().take(super::CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        <A::Entity as EntityTrait>::insert_many(chunk)
            .exec_without_returning(tx)
            .await?;
    }
}

/// Writes every column of a row that is there.
pub(super) async fn update<A, M>(tx: &Tx, row: M) -> Result<()>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    M: IntoActiveModel<A>,
{
    let row = row.into_active_model().reset_all();
    <A::Entity as EntityTrait>::update(row).exec(tx).await?;
    Ok(())
}

pub async fn get(db: &impl ConnectionTrait, id: i64) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The letters with these numbers, in no order.
pub async fn all(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in ids.chunks(super::CHUNK) {
        let rows = Entity::find().filter(Column::Id.is_in(chunk.iter().copied()));
        all.extend(rows.all(db).await?);
    }
    Ok(all)
}

pub async fn by_number(db: &impl ConnectionTrait, number: Number) -> Result<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::Year.eq(i64::from(number.year())))
        .filter(Column::Count.eq(i64::from(number.count())))
        .one(db)
        .await?)
}

/// The receipt numbers of letters, by our own.
pub async fn numbers(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = i64>,
) -> Result<BTreeMap<i64, String>> {
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(db).await?;
    rows.into_iter()
        .map(|p| Ok((p.id, p.number()?.to_string())))
        .collect()
}

/// The letter whose writer holds this token; `token` is its keyed hash.
pub async fn by_token(db: &impl ConnectionTrait, token: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Token.eq(token)).one(db).await?)
}

/// Whether any letter was merged into this one and is still.
pub async fn has_merged(db: &impl ConnectionTrait, id: i64) -> Result<bool> {
    let found = merged(id).select_only().column(Column::Id).limit(1);
    Ok(found.into_tuple::<i64>().one(db).await?.is_some())
}

fn merged(into: i64) -> Select<Entity> {
    let merged = Entity::find().filter(Column::State.eq(State::Merged.name()));
    merged.filter(Column::MergedInto.eq(into))
}

/// The letters that were merged into this one and are still.
pub async fn merged_into(db: &impl ConnectionTrait, id: i64) -> Result<Vec<Model>> {
    Ok(merged(id).order_by_asc(Column::Id).all(db).await?)
}

/// Letters with a public record, by our numbers after `after`.
pub async fn published(db: &impl ConnectionTrait, after: i64, limit: u64) -> Result<Vec<Model>> {
    let public = Entity::find().filter(Column::RecordKey.ne(0_i64));
    let next = public.filter(Column::Id.gt(after)).order_by_asc(Column::Id);
    Ok(next.limit(limit).all(db).await?)
}

/// Our number of the newest letter.
pub async fn last_id(tx: &Tx) -> Result<i64> {
    last::<Entity>(tx, Column::Id).await
}

/// The last count that was given within this year.
pub async fn last_count(tx: &Tx, year: i64) -> Result<i64> {
    let newest = Entity::find().select_only().column(Column::Count);
    let newest = newest.filter(Column::Year.eq(year)).order_by_desc(Column::Count);
    let newest: Option<i64> = newest.limit(1).into_tuple().one(tx).await?;
    // What was given between a backup and its restore stands on somebody's receipt.
    let after = meta::get(tx, meta::LETTERS_AFTER).await?.unwrap_or_default();
    let given = after
        .split_once(':')
        .and_then(|(y, given)| Some((y.parse::<i64>().ok()?, given.parse::<i64>().ok()?)))
        .filter(|(y, _)| *y == year)
        .map_or(0, |(_, given)| given);
    Ok(newest.unwrap_or_default().max(given))
}

pub async fn add_all(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    insert_all::<ActiveModel, _>(tx, rows).await
}

/// Writes the projection back, if nobody else did meanwhile: `before` is the number of the event it was read at.
/// Answers whether it was written.
pub async fn save(tx: &Tx, row: &Model, before: i64) -> Result<bool> {
    let mut all = row.clone().into_active_model().reset_all();
    all.id = ActiveValue::NotSet;
    let taken = Entity::update_many()
        .set(all)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Events.eq(before))
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// What a queue shows; see [`page`].
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only in these states; empty for all.
    pub states: Vec<State>,
    /// Only with this lead department.
    pub lead: Option<i64>,
    /// Only from this source.
    pub source: Option<String>,
    /// Only with this delivery's department assisting.
    pub assisting: Option<i64>,
    /// Only of this kind.
    pub kind: Option<&'static str>,
    /// Only about this county.
    pub county: String,
    /// Only this number: year and count.
    pub number: Option<(i64, i64)>,
    /// Only with these words in the title or the letter, as written.
    pub text: String,
    /// Only with this light.
    pub light: Option<(Light, delivery::Days)>,
    /// Only what waits for this.
    pub waiting: Option<Waiting>,
}

/// Letters of a queue that are counted and can be paged to. Nobody pages through ten thousand: there are filters.
pub const MOST: u64 = 10_000;

fn wanted(w: &Wanted) -> Select<Entity> {
    let mut query = Entity::find();
    if !w.states.is_empty() {
        query = query.filter(Column::State.is_in(w.states.iter().map(|s| s.name())));
    }
    if let Some(lead) = w.lead {
        query = query.filter(Column::Lead.eq(lead));
    }
    if let Some(source) = &w.source {
        query = query.filter(Column::Source.eq(source.as_str()));
    }
    if let Some(kind) = w.kind {
        query = query.filter(Column::Kind.eq(kind));
    }
    if !w.county.is_empty() {
        query = query.filter(Column::County.eq(w.county.as_str()));
    }
    if let Some((year, count)) = w.number {
        query = query
            .filter(Column::Year.eq(year))
            .filter(Column::Count.eq(count));
    }
    if let Some(waiting) = w.waiting {
        query = query.filter(waiting.condition());
    }
    if let Some((light, days)) = &w.light {
        query = query.filter(Expr::exists(delivery::lit(*light, days)));
        if matches!(light, Light::Red | Light::Supervised) {
            // Both mean that a limit has passed, and the queue begins with those.
            query = query.filter(Column::NextDue.lt(days.today.as_str()));
        }
    }
    if let Some(department) = w.assisting {
        query = query.filter(Column::Id.in_subquery(delivery::assisted_by(department)));
    }
    if !w.text.is_empty() {
        query = query.filter(Column::Id.in_subquery(wording::with(&w.text)));
    }
    query
}

/// One page of a queue, the nearest limit first, and how many letters it has, counted up to [`MOST`] and one.
///
/// A queue of all departments is put together from its states: the index has each in the order of its limits, so the
/// database merges them and ends with the page. All states in one condition are sorted anew for every page (430 ms of
/// 100,000 letters), and merged here every place before the page is fetched (43 ms for the last page; 7 now, measured).
pub async fn page(
    db: &impl ConnectionTrait,
    w: &Wanted,
    offset: u64,
    limit: u64,
) -> Result<(Vec<Model>, u64)> {
    let places = places(w);
    let (ids, total) = if w.text.is_empty() {
        let page = ids(db, places.clone().offset(offset).limit(limit)).await?;
        let here = page.len() as u64;
        // A page that is not full is the last; an empty one may be behind it.
        let is_last = here < limit && (here > 0 || offset == 0);
        let total = if is_last {
            offset.saturating_add(here)
        } else {
            counted(db, places).await?
        };
        (page, total)
    } else {
        // What is looked up by words is looked through once: all of it, because the words are in no order.
        let all = ids(db, places.clone().limit(MOST + 1)).await?;
        let total = all.len() as u64;
        let [skip, take] = [offset, limit].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        (all.into_iter().skip(skip).take(take).collect(), total)
    };
    Ok((in_order(db, &ids).await?, total.min(MOST + 1)))
}

/// The letters of a queue as places in it: limit and number, in this order.
fn places(w: &Wanted) -> SelectStatement {
    let few = w.lead.is_some() || w.number.is_some() || w.waiting.is_some();
    let one_by_one = !few && w.text.is_empty();
    let states = match (w.states.as_slice(), &w.light) {
        _ if !one_by_one => &[],
        ([], None) => State::ALL,
        // Only with a department does a clock run.
        ([], Some(_)) => &[State::Routed, State::Responded, State::Reopened],
        (states, _) => states,
    };
    let part = |states: Vec<State>| {
        let all = wanted(&Wanted { states, ..w.clone() });
        let place = all.select_only().column(Column::NextDue).column(Column::Id);
        place.into_query()
    };
    let parts = states.iter().map(|state| part(vec![*state]));
    let mut all = parts
        .reduce(|mut all, more| all.union(UnionType::All, more).to_owned())
        .unwrap_or_else(|| part(w.states.clone()));
    all.order_by(Column::NextDue, Order::Asc)
        .order_by(Column::Id, Order::Asc)
        .to_owned()
}

async fn ids(db: &impl ConnectionTrait, places: &SelectStatement) -> Result<Vec<i64>> {
    let rows = db.query_all(places).await?;
    let all = rows.iter().map(|row| row.try_get("", "id"));
    Ok(all.collect::<Result<_, _>>()?)
}

/// How many places there are, up to [`MOST`] and one.
async fn counted(db: &impl ConnectionTrait, mut places: SelectStatement) -> Result<u64> {
    let some = places.clear_order_by().limit(MOST + 1).to_owned();
    rows_of(db, some).await
}

/// How many rows a query has.
async fn rows_of(db: &impl ConnectionTrait, some: SelectStatement) -> Result<u64> {
    let count = Query::select()
        .expr_as(Func::count(Expr::val(1)), "letters")
        .from_subquery(some, "places")
        .to_owned();
    let row = db.query_one(&count).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "letters"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// These letters, in this order.
async fn in_order(db: &impl ConnectionTrait, ids: &[i64]) -> Result<Vec<Model>> {
    let mut rows = all(db, ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Letters, by our numbers after `after`, whose answers were not rated in their days.
pub async fn unrated(db: &impl ConnectionTrait, today: Date, after: i64, limit: u64) -> Result<Vec<i64>> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(State::Resolved.name()))
        .filter(Column::Rated.eq(0_i64))
        .filter(Column::RateUntil.lt(today.to_string()))
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?)
}

/// Letters that were submitted in a time, for reports.
pub async fn submitted(db: &impl ConnectionTrait, from_ms: i64, to_ms: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::SubmittedMs.gte(from_ms))
        .filter(Column::SubmittedMs.lt(to_ms))
        .order_by_asc(Column::Id)
        .all(db)
        .await?)
}
