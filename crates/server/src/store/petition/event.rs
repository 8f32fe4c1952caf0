//! Events: who did what to a letter, when and why. Appended, never changed (triggers refuse it), each hashed
//! together with the one before: whoever changes an old one must change all that follow, and the root is signed.

use super::{Tx, insert, insert_all};
use crate::{Error, Result};
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
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

/// What happened already under these keys.
pub async fn all_keyed(db: &impl ConnectionTrait, keys: &[String]) -> Result<Vec<Model>> {
    let mut all = Vec::new();
    for chunk in keys.chunks(super::super::CHUNK) {
        let rows = Entity::find().filter(Column::Dedupe.is_in(chunk.iter().map(String::as_str)));
        all.extend(rows.all(db).await?);
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

/// The newest events of these.
pub async fn newest(db: &impl ConnectionTrait, wanted: &Wanted, limit: u64) -> Result<Vec<Model>> {
    let all = Entity::find()
        .filter(Column::Seq.lt(wanted.before))
        .apply_if(wanted.petition, |all, id| all.filter(Column::Petition.eq(id)))
        .apply_if(wanted.actor, |all, id| all.filter(Column::Actor.eq(id)))
        .apply_if(wanted.action.as_ref(), |all, name| {
            all.filter(Column::Action.eq(name))
        });
    Ok(all.order_by_desc(Column::Seq).limit(limit).all(db).await?)
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
