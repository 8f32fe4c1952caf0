//! What letters cost a department, for its head: also letters that have gone elsewhere since.
//!
//! A letter that was rerouted is its former department's no longer, and nobody there may open it; what it cost them is
//! still theirs, and so is the right to contest it. So a head has this list: the number they knew, why, when and how
//! much, and not a word of the letter. Rejected: the letter's own page for its former departments, which would go on
//! showing them what was never sent to them.

use crate::{
    City,
    petition::{
        Deduction,
        act::{self, Actor, Halt, Order},
        staff::Who,
    },
    store::petition::{self, score},
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use weimenhu_domain::petition::{Action, Role};

/// Deductions on the page, the newest first.
const MOST: u64 = 500;

/// A deduction and the number of its letter.
#[derive(Debug, Clone)]
pub struct Cost {
    /// 受理编号.
    pub number: String,
    /// What it cost.
    pub deduction: Deduction,
}

/// Whether this person is the head of a department.
fn is_head(who: &Who) -> bool {
    who.department != 0 && who.is(&[Role::Head])
}

/// The newest deductions of this head's department.
///
/// # Errors
/// [`Halt::NotThere`] for whoever is no head.
pub async fn own_deductions(city: &City, who: &Who) -> Result<Vec<Cost>, Halt> {
    if !is_head(who) {
        return Err(Halt::NotThere);
    }
    let db = city.store.read();
    let rows = score::of_department(db, who.department, MOST).await?;
    let ids: Vec<i64> = rows.iter().map(|r| r.petition).collect();
    let mut numbers = BTreeMap::new();
    for p in petition::all(db, &ids).await? {
        numbers.insert(p.id, p.number()?.to_string());
    }
    let cost = |row: score::Model| Cost {
        number: numbers.get(&row.petition).cloned().unwrap_or_default(),
        deduction: row.into(),
    };
    Ok(rows.into_iter().map(cost).collect())
}

/// Contests one of them, wherever its letter is now.
///
/// # Errors
/// [`Halt::NotThere`] when it is not this head's department's.
pub async fn contest(city: &City, who: &Who, id: i64, reason: String, now: Timestamp) -> Result<(), Halt> {
    let row = score::get(city.store.read(), id).await?;
    let own = row.filter(|row| is_head(who) && row.department == who.department);
    let row = own.ok_or(Halt::NotThere)?;
    let actor = Actor {
        role: Role::Head,
        staff: who.id,
        department: who.department,
    };
    let order = Order {
        deduction: id,
        reason,
        ..Order::new(Action::Contest)
    };
    act::act(city, row.petition, actor, &order, now).await.map(drop)
}
