//! What is true of a letter now, for the domain's table; read in the transaction that writes.

use super::{
    act::{Halt, Order, Work},
    engine, merged,
};
use crate::store::petition::{self, delivery, event, key, people, score};
use weimenhu_domain::petition::{Action, Facts, State, Visibility, deadline, deduction::Cause};

/// Gathers the facts.
pub(super) async fn of(work: &Work<'_>, order: &Order) -> Result<Facts, Halt> {
    let (tx, p, d) = (work.tx, &work.p, work.d.as_ref());
    let calendar = &work.rules.calendar;
    let policy = &d.map_or_else(|| work.rules.policy(work.today), |d| work.rules.policy_of(d));
    let resolve_due = d.and_then(|d| petition::day(&d.resolve_due));
    let deliveries = delivery::of(tx, p.id).await?;
    let returned_before = deliveries.iter().any(|o| o.lead == p.lead && o.returned == 1);
    let department = people::find_department(tx, p.lead).await?;
    let deductions = score::of(tx, p.id).await?;
    let meant = |state: &str| {
        let this = |d: &&score::Model| order.deduction == 0 || d.id == order.deduction;
        deductions.iter().filter(this).any(|d| d.state == state)
    };
    Ok(Facts {
        state: Some(p.stands()?),
        visibility: p.shown_to(),
        today: work.today,
        dispute_pending: p.dispute == 1,
        returned_before,
        extension_pending: !p.extension.is_empty(),
        reopening_asked: p.reopening == 1,
        reopened_before: p.reopened == 1,
        appealed_before: p.appealed == 1,
        rated: p.rated == 1,
        has_joiners: merged::has_company(tx, p).await?,
        has_joined: !order.joiner.is_empty() && key::has_joined(tx, p.id, &order.joiner).await?,
        target_is_public: target_is_public(work, order).await?,
        head_approves: department.is_some_and(|d| d.head_approves == 1),
        answer_proposed: p.proposed == 1,
        published: p.record_key != 0,
        supervised: supervised(work, order).await?,
        deduction_open: meant("standing"),
        deduction_contested: meant("contested"),
        erased: p.erased == 1,
        appeal_until: petition::day(&p.appeal_until),
        respond_due: d.and_then(|d| petition::day(&d.respond_due)),
        ask_until: resolve_due.and_then(|due| deadline::ask_until(calendar, policy, due)),
        supervise_on: resolve_due.and_then(|due| deadline::supervise_on(calendar, policy, due)),
        rate_until: petition::day(&p.rate_until),
    })
}

/// Whether 督办 was given for this due date. An extension to the very same date takes the mark from the delivery, but
/// the event of it stays, and there is one for each due date.
async fn supervised(work: &Work<'_>, order: &Order) -> Result<bool, Halt> {
    let Some(d) = &work.d else { return Ok(false) };
    if !d.supervised.is_empty() && d.supervised == d.resolve_due {
        return Ok(true);
    }
    let key = engine::key_of(d.petition, d.number, Cause::Supervised, &d.resolve_due);
    Ok(order.action == Action::Supervise && event::keyed(work.tx, &key).await?.is_some())
}

async fn target_is_public(work: &Work<'_>, order: &Order) -> Result<bool, Halt> {
    if order.target == 0 || order.target == work.p.id {
        return Ok(false);
    }
    let Some(target) = petition::get(work.tx, order.target).await? else {
        return Ok(false);
    };
    let lives = !matches!(
        target.stands()?,
        State::Merged | State::Withdrawn | State::Declined
    );
    Ok(lives && target.shown_to() == Visibility::Public)
}
