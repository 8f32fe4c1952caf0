//! Departments, staff and their sessions.

use super::{Tx, insert, update};
use crate::Result;
use sea_orm::{ConnectionTrait, QueryOrder, entity::prelude::*};
use std::collections::BTreeSet;
use weimenhu_domain::petition::Role;

/// Departments.
pub mod department {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "department")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub name: String,
        pub county: String,
        pub head_approves: i64,
        pub active: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Staff.
pub mod staff {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub login: String,
        pub name: String,
        pub password: String,
        pub totp: String,
        pub totp_step: i64,
        pub roles: String,
        pub department: i64,
        pub active: i64,
        pub failures: i64,
        pub locked_ms: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Sessions.
pub mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff_session")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token: String,
        pub staff: i64,
        pub csrf: String,
        pub made_ms: i64,
        pub seen_ms: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl std::fmt::Debug for staff::Model {
    /// Never the password or the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staff")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for session::Model {
    /// Never the tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("staff", &self.staff)
            .finish_non_exhaustive()
    }
}

impl staff::Model {
    /// What this person may act as.
    pub fn acts_as(&self) -> Vec<Role> {
        let names: Vec<String> = serde_json::from_str(&self.roles).unwrap_or_default();
        names.iter().filter_map(|n| Role::named(n)).collect()
    }
}

/// All departments, by number.
pub async fn departments(db: &impl ConnectionTrait) -> Result<Vec<department::Model>> {
    Ok(department::Entity::find()
        .order_by_asc(department::Column::Id)
        .all(db)
        .await?)
}

pub async fn find_department(db: &impl ConnectionTrait, id: i64) -> Result<Option<department::Model>> {
    Ok(department::Entity::find_by_id(id).one(db).await?)
}

/// Adds the departments that are not there yet, by name; answers how many.
pub async fn add_departments(tx: &Tx, names: &[(String, String)]) -> Result<usize> {
    let all = departments(tx).await?;
    let mut known: BTreeSet<String> = all.iter().map(|d| d.name.clone()).collect();
    let mut next = all.iter().map(|d| d.id).max().unwrap_or_default();
    let mut added = 0;
    for (name, county) in names {
        if known.insert(name.clone()) {
            next = next.saturating_add(1);
            added += 1;
            let row = department::Model {
                id: next,
                name: name.clone(),
                county: county.clone(),
                head_approves: 0,
                active: 1,
            };
            insert::<department::ActiveModel, _>(tx, row).await?;
        }
    }
    Ok(added)
}

pub async fn save_department(tx: &Tx, row: &department::Model) -> Result<()> {
    update::<department::ActiveModel, _>(tx, row.clone()).await
}

pub async fn all_staff(db: &impl ConnectionTrait) -> Result<Vec<staff::Model>> {
    Ok(staff::Entity::find()
        .order_by_asc(staff::Column::Id)
        .all(db)
        .await?)
}

pub async fn find_staff(db: &impl ConnectionTrait, id: i64) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find_by_id(id).one(db).await?)
}

pub async fn by_login(db: &impl ConnectionTrait, login: &str) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find()
        .filter(staff::Column::Login.eq(login))
        .one(db)
        .await?)
}

pub async fn add_staff(tx: &Tx, mut row: staff::Model) -> Result<i64> {
    let last = staff::Entity::find()
        .order_by_desc(staff::Column::Id)
        .one(tx)
        .await?;
    row.id = last.map_or(1, |r| r.id.saturating_add(1));
    let id = row.id;
    insert::<staff::ActiveModel, _>(tx, row).await?;
    Ok(id)
}

pub async fn save_staff(tx: &Tx, row: &staff::Model) -> Result<()> {
    update::<staff::ActiveModel, _>(tx, row.clone()).await
}

pub async fn find_session(db: &impl ConnectionTrait, token: &str) -> Result<Option<session::Model>> {
    Ok(session::Entity::find_by_id(token.to_owned()).one(db).await?)
}

pub async fn open_session(tx: &Tx, row: session::Model) -> Result<()> {
    insert::<session::ActiveModel, _>(tx, row).await
}

pub async fn touch_session(tx: &Tx, row: &session::Model) -> Result<()> {
    update::<session::ActiveModel, _>(tx, row.clone()).await
}

pub async fn end_session(tx: &Tx, token: &str) -> Result<()> {
    session::Entity::delete_by_id(token.to_owned()).exec(tx).await?;
    Ok(())
}

/// Ends every session of somebody.
pub async fn end_sessions(tx: &Tx, staff: i64) -> Result<()> {
    session::Entity::delete_many()
        .filter(session::Column::Staff.eq(staff))
        .exec(tx)
        .await?;
    Ok(())
}
