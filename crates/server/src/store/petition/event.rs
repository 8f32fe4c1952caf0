//! Events: who did what to a letter, when and why. Appended, never changed (triggers refuse it), each hashed
//! together with the one before: whoever changes an old one must change all that follow, and the root is signed.

use super::{Tx, insert, insert_all};
use crate::{Error, Result};
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use std::collections::HashMap;
use weimenhu_domain::record::Sha256;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "petition_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub petition: i64,
    pub number: Option<i64>,
    pub at_ms: i64,
    pub role: String,
    pub actor: i64,
    pub action: String,
    pub state: String,
    pub delivery: i64,
    pub wording: i64,
    pub data: String,
    pub dedupe: Option<String>,
    pub prev: String,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// An event that is not yet in the chain.
    pub fn new(petition: i64, number: Option<i64>, at_ms: i64, role: &str, action: &str) -> Self {
        Self {
            seq: 0,
            petition,
            number,
            at_ms,
            role: role.to_owned(),
            actor: 0,
            action: action.to_owned(),
            state: String::new(),
            delivery: 0,
            wording: 0,
            data: "{}".to_owned(),
            dedupe: None,
            prev: String::new(),
            hash: String::new(),
        }
    }

    /// The event after this one in the chain.
    pub fn chained(mut self, seq: i64, hash: String) -> Self {
        self.seq = seq.saturating_add(1);
        self.prev = hash;
        self.hash = self.digest();
        self
    }

    /// JSON of an array: unambiguous, and the same on every database.
    fn digest(&self) -> String {
        let all = serde_json::json!([
            self.prev,
            self.seq,
            self.petition,
            self.number,
            self.at_ms,
            self.role,
            self.actor,
            self.action,
            self.state,
            self.delivery,
            self.wording,
            self.data,
            self.dedupe
        ]);
        Sha256::of(all.to_string().as_bytes()).to_string()
    }
}

/// Appends an event; answers its place in the chain.
pub async fn append(tx: &Tx, event: Model) -> Result<i64> {
    let (seq, prev) = tail(tx).await?;
    let event = event.chained(seq, prev);
    let seq = event.seq;
    insert::<ActiveModel, _>(tx, event).await?;
    Ok(seq)
}

/// Appends events that are chained already.
pub async fn add_all(tx: &Tx, rows: Vec<Model>) -> Result<()> {
    insert_all::<ActiveModel, _>(tx, rows).await
}

/// The end of the chain: place and hash of the newest event.
pub async fn tail(db: &impl ConnectionTrait) -> Result<(i64, String)> {
    let last = Entity::find()
        .select_only()
        .column(Column::Seq)
        .column(Column::Hash);
    let last = last.order_by_desc(Column::Seq).limit(1).into_tuple();
    Ok(last.one(db).await?.unwrap_or_default())
}

/// What happened to a letter, in order.
pub async fn of(db: &impl ConnectionTrait, petition: i64) -> Result<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::Petition.eq(petition))
        .order_by_asc(Column::Seq)
        .all(db)
        .await?)
}

/// What happened to these letters by these actions, in order.
pub async fn of_all(db: &impl ConnectionTrait, petitions: &[i64], actions: &[&str]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in petitions.chunks(super::super::CHUNK) {
        let rows = Entity::find()
            .filter(Column::Petition.is_in(chunk.iter().copied()))
            .filter(Column::Action.is_in(actions.iter().copied()));
        all.extend(rows.order_by_asc(Column::Seq).all(db).await?);
    }
    Ok(all)
}

/// What happened already under these keys: the key, and the event's place in the chain and role.
pub async fn all_keyed(db: &impl ConnectionTrait, keys: &[String]) -> Result<HashMap<String, (i64, String)>> {
    let mut all = HashMap::new();
    for chunk in keys.chunks(super::super::CHUNK) {
        let rows = Entity::find().filter(Column::Dedupe.is_in(chunk.iter().map(String::as_str)));
        let rows = rows
            .select_only()
            .columns([Column::Dedupe, Column::Seq, Column::Role]);
        let rows: Vec<(String, i64, String)> = rows.into_tuple().all(db).await?;
        all.extend(rows.into_iter().map(|(key, seq, role)| (key, (seq, role))));
    }
    Ok(all)
}

/// What happened already under this key.
pub async fn keyed(db: &impl ConnectionTrait, dedupe: &str) -> Result<Option<Model>> {
    Ok(Entity::find().filter(Column::Dedupe.eq(dedupe)).one(db).await?)
}

/// Which events are asked for.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Only those before this place.
    pub before: i64,
    /// Only of this letter.
    pub petition: Option<i64>,
    /// Only of this person of the staff.
    pub actor: Option<i64>,
    /// Only this action.
    pub action: Option<String>,
}

/// The newest events of these. Each filter has its index in the order of the log, so reading ends with the page.
pub async fn newest(db: &impl ConnectionTrait, wanted: &Wanted, limit: u64) -> Result<Vec<Model>> {
    Ok(found(wanted, limit).all(db).await?)
}

fn found(wanted: &Wanted, limit: u64) -> Select<Entity> {
    let all = Entity::find()
        .filter(Column::Seq.lt(wanted.before))
        .apply_if(wanted.petition, |all, id| all.filter(Column::Petition.eq(id)))
        .apply_if(wanted.actor, |all, id| all.filter(Column::Actor.eq(id)))
        .apply_if(wanted.action.as_ref(), |all, name| {
            all.filter(Column::Action.eq(name))
        });
    all.order_by_desc(Column::Seq).limit(limit)
}

/// The hash of the newest event, which stands for all of them; empty where there is none.
pub async fn root(db: &impl ConnectionTrait) -> Result<String> {
    Ok(tail(db).await?.1)
}

/// The place of the event with this hash in the chain.
pub async fn place(db: &impl ConnectionTrait, hash: &str) -> Result<Option<i64>> {
    let found = Entity::find().filter(Column::Hash.eq(hash)).one(db).await?;
    Ok(found.map(|e| e.seq))
}

/// Walks the whole chain; answers how many events it has.
///
/// # Errors
/// [`Error::Inconsistent`] with the first event that does not fit.
pub async fn verify(db: &impl ConnectionTrait) -> Result<i64> {
    let (mut seen, mut prev) = (0_i64, String::new());
    loop {
        let rows = Entity::find()
            .filter(Column::Seq.gt(seen))
            .order_by_asc(Column::Seq)
            .limit(1000)
            .all(db)
            .await?;
        if rows.is_empty() {
            return Ok(seen);
        }
        for row in rows {
            if row.seq != seen.saturating_add(1) || row.prev != prev || row.hash != row.digest() {
                return Err(Error::Inconsistent(format!("event {} was changed", row.seq)));
            }
            (seen, prev) = (row.seq, row.hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, store::Store};
    use sea_orm::{DbBackend, Statement};

    /// A log in which most is done by citizens, and one person of the staff did something long ago.
    async fn log(folder: &std::path::Path) -> Store {
        let store = Store::open(&Config::in_dir(folder).unwrap()).await.unwrap();
        let tx = store.write().await.unwrap();
        for n in 0..400_i64 {
            let action = if n % 50 == 3 { "route" } else { "join" };
            let mut event = Model::new(n % 7, Some(n), n, "citizen", action);
            event.actor = i64::from(n == 5 || n == 53);
            append(&tx, event).await.unwrap();
        }
        tx.commit().await.unwrap();
        store
    }

    fn asked() -> impl Iterator<Item = Wanted> {
        let some = |petition, actor, action: Option<&str>| Wanted {
            before: i64::MAX,
            petition,
            actor,
            action: action.map(str::to_owned),
        };
        [
            some(None, Some(1), None),
            some(None, None, Some("route")),
            some(None, Some(1), Some("route")),
            some(Some(5), Some(1), Some("join")),
            some(None, Some(9), None),
            Wanted {
                before: 200,
                ..some(None, None, Some("route"))
            },
        ]
        .into_iter()
    }

    #[tokio::test]
    async fn what_is_asked_of_the_log_is_what_a_walk_of_it_finds() {
        let folder = tempfile::tempdir().unwrap();
        let store = log(folder.path()).await;
        let all = newest(
            store.read(),
            &Wanted {
                before: i64::MAX,
                ..Wanted::default()
            },
            1000,
        )
        .await
        .unwrap();
        assert_eq!(all.len(), 400);
        for wanted in asked() {
            let fits = |e: &&Model| {
                e.seq < wanted.before
                    && wanted.petition.is_none_or(|id| e.petition == id)
                    && wanted.actor.is_none_or(|id| e.actor == id)
                    && wanted.action.as_ref().is_none_or(|name| e.action == *name)
            };
            let walked: Vec<&Model> = all.iter().filter(fits).take(5).collect();
            let found = newest(store.read(), &wanted, 5).await.unwrap();
            assert_eq!(found.iter().collect::<Vec<_>>(), walked, "{wanted:?}");
        }
    }

    #[tokio::test]
    async fn one_person_or_one_sort_of_step_is_found_without_walking_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let store = log(folder.path()).await;
        // Of one letter there are few, and they are found by it.
        for wanted in asked().filter(|wanted| wanted.petition.is_none()) {
            let mut query = found(&wanted, 50).build(DbBackend::Sqlite);
            query.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
            let plan = store.read().query_all_raw(Statement { ..query }).await.unwrap();
            let plan: Vec<String> = plan
                .iter()
                .map(|row| row.try_get("", "detail").unwrap())
                .collect();
            assert_eq!(plan.len(), 1, "nothing is sorted: {plan:?}");
            let by = [
                "petition_event_actor (actor=? AND seq",
                "petition_event_action (action=? AND seq",
            ];
            let indexed = by.iter().any(|by| plan[0].contains(&format!("USING INDEX {by}")));
            assert!(indexed, "{wanted:?}: {plan:?}");
        }
    }
}
