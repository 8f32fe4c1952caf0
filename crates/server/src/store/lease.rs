//! The right to publish: one row that one publisher holds for a while.
//!
//! Rejected: a lock file (does not reach a second machine) and advisory locks (PostgreSQL only).

use crate::{Error, Result, clock, store::Store};
use jiff::Timestamp;
use sea_orm::{
    DatabaseTransaction,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait as _},
};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub owner: String,
    pub expires_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}

const NAME: &str = "publisher";

/// How long a lease holds without being renewed. A publisher that died blocks the next one this long.
pub const TERM: Duration = Duration::from_secs(30);

/// Held by the one publisher; renewed in the background while it lives.
#[derive(Debug)]
pub struct Lease {
    owner: String,
    store: Store,
    renewing: tokio::task::JoinHandle<()>,
}

impl Lease {
    /// Takes the lease, waiting up to `patience` while another holds it.
    ///
    /// # Errors
    /// [`Error::Busy`] when it is still held after that.
    pub async fn take(store: &Store, patience: Duration) -> Result<Self> {
        let owner = format!("{:032x}", rand::random::<u128>());
        let give_up = tokio::time::Instant::now() + patience;
        while !extend(store, &owner).await? {
            if tokio::time::Instant::now() >= give_up {
                let row = Entity::find_by_id(NAME).one(store.read()).await?;
                let until = row.and_then(|r| Timestamp::from_millisecond(r.expires_ms).ok());
                return Err(Error::Busy {
                    until: until.unwrap_or_default().to_string(),
                });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let renewing = tokio::spawn(renew(store.clone(), owner.clone()));
        Ok(Self {
            owner,
            store: store.clone(),
            renewing,
        })
    }

    /// Whether the lease is still ours, asked within the transaction that depends on it.
    pub async fn confirm(&self, tx: &DatabaseTransaction) -> Result<()> {
        let row = Entity::find_by_id(NAME).one(tx).await?;
        if row.is_some_and(|r| r.owner == self.owner) {
            Ok(())
        } else {
            Err(Error::Overtaken)
        }
    }

    /// Gives the lease back, so that the next publisher need not wait for its end.
    pub async fn release(self) -> Result<()> {
        self.renewing.abort();
        Entity::update_many()
            .col_expr(Column::ExpiresMs, Expr::value(0_i64))
            .filter(Column::Name.eq(NAME))
            .filter(Column::Owner.eq(&self.owner))
            .exec(self.store.at_once())
            .await?;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

async fn renew(store: Store, owner: String) {
    loop {
        tokio::time::sleep(TERM / 3).await;
        if let Err(e) = extend(&store, &owner).await {
            tracing::warn!(error = %e, "the right to publish could not be renewed");
        }
    }
}

/// Takes a free lease or extends one's own.
async fn extend(store: &Store, owner: &str) -> Result<bool> {
    let now = clock::now().as_millisecond();
    let until = now.saturating_add(i64::try_from(TERM.as_millis()).unwrap_or(i64::MAX));
    let db = store.at_once();
    let taken = Entity::update_many()
        .col_expr(Column::Owner, Expr::value(owner))
        .col_expr(Column::ExpiresMs, Expr::value(until))
        .filter(Column::Name.eq(NAME))
        .filter(Column::Owner.eq(owner).or(Column::ExpiresMs.lt(now)))
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Frees the lease in a restored database: who held it publishes from another one.
pub async fn vacate(tx: &DatabaseTransaction) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ExpiresMs, Expr::value(0_i64))
        .exec(tx)
        .await?;
    Ok(())
}

/// As if the holder had been silent for too long.
#[cfg(test)]
pub async fn expire(store: &Store) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ExpiresMs, Expr::value(0_i64))
        .exec(store.at_once())
        .await?;
    Ok(())
}
