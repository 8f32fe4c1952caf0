//! What each action changes. The domain's table has judged it; nothing here asks again whether it may be done.

use super::{
    act::{Halt, Order, Work},
    engine, merged, shown, upload,
};
use crate::store::petition::{self, attachment, delivery, key, people, score, wording};
use jiff::civil::Date;
use weimenhu_domain::petition::{Action, Rating, State, Visibility, deadline, deduction::Cause};

/// Changes the letter and its delivery, and keeps the words.
pub(super) async fn apply(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    match order.action {
        Action::Supplement => supplement(work, order).await,
        Action::Withdraw => withdraw(work).await,
        Action::SetVisibility => shown::set_visibility(work, order),
        Action::Classify => shown::classify(work, order).await,
        Action::ApproveText => shown::approve(work, order).await,
        Action::Redact => shown::redact(work, order).await,
        Action::Decline => decline(work, order).await,
        Action::Appeal => {
            work.p.appealed = 1;
            say(work, "appeal", &order.reason).await
        }
        Action::Route | Action::Reroute => route(work, order).await,
        Action::Return => {
            work.p.dispute = 1;
            if let Some(d) = &mut work.d {
                d.returned = 1;
            }
            say(work, "reason", &order.reason).await
        }
        Action::SettleReturn => {
            work.p.dispute = 0;
            say(work, "reason", &order.reason).await
        }
        Action::Respond => {
            let today = work.today.to_string();
            if let Some(d) = &mut work.d {
                d.respond_met = today;
            }
            say(work, "response", &order.text).await
        }
        Action::AskExtension => ask_extension(work, order).await,
        Action::GrantExtension => grant_extension(work, order).await,
        Action::RefuseExtension => {
            work.p.extension = String::new();
            say(work, "reason", &order.reason).await
        }
        Action::ProposeAnswer => {
            work.p.proposed = 1;
            say(work, "proposal", &order.text).await
        }
        Action::Resolve => resolve(work, order).await,
        Action::Rate => rate(work, order).await,
        Action::ConfirmReopen => reopen(work, order).await,
        Action::RefuseReopen => {
            work.p.reopening = 0;
            say(work, "reason", &order.reason).await
        }
        Action::Merge => merge(work, order).await,
        Action::Unmerge => {
            work.p.merged_into = 0;
            // Where it went leaves the segments too: that letter may be hidden later, and nobody would look here again.
            work.redact = true;
            if let Some(d) = &mut work.d {
                d.ended = 0;
            }
            say(work, "reason", &order.reason).await
        }
        Action::Join => {
            work.p.joiners = work.p.joiners.saturating_add(1);
            let at = work.now.as_millisecond();
            Ok(key::join(work.tx, work.p.id, order.joiner.clone(), at).await?)
        }
        Action::Leave => {
            work.p.joiners = work.p.joiners.saturating_sub(1).max(0);
            Ok(key::leave(work.tx, work.p.id, &order.joiner).await?)
        }
        Action::Supervise => supervise(work, order).await,
        Action::Contest => deduction(work, order, "contested").await,
        Action::Decide => deduction(work, order, if order.upheld { "lifted" } else { "upheld" }).await,
        Action::Note => say(work, "note", &order.text).await,
        Action::AskErase => {
            work.p.erase_asked = 1;
            Ok(())
        }
        Action::Erase => shown::erase(work).await,
        Action::Close | Action::Deduct | Action::Submit => Ok(()),
    }
}

/// Moves the case, with what being there means.
pub(super) async fn enter(work: &mut Work<'_>, state: State) -> Result<(), Halt> {
    work.p.state = state.name().to_owned();
    match state {
        State::Closed => work.p.closed_on = work.today.to_string(),
        State::Withdrawn | State::Merged => {
            if let Some(d) = &mut work.d {
                d.ended = 1;
            }
            work.p.asks_no_more();
        }
        _ => {}
    }
    work.p.unjudged = i64::from(
        state.shows_text()
            && work.p.shown_to() == Visibility::Public
            && wording::any_unjudged(work.tx, work.p.id).await?,
    );
    Ok(())
}

/// What follows from the event once it is in the chain: a case that ends badly rated costs a point.
pub(super) async fn settle(work: &mut Work<'_>, _order: &Order) -> Result<(), Halt> {
    let bad = Rating::named(&work.p.rating).is_some_and(Rating::is_bad);
    if work.p.state == State::Closed.name() && bad {
        let due = work.p.closed_on.clone();
        engine::missed(work, Cause::BadRating, due, work.today).await?;
    }
    Ok(())
}

/// Keeps words beside the event. What the Office and departments say to each other is never shown.
pub(super) async fn say(work: &mut Work<'_>, sort: &str, text: &str) -> Result<(), Halt> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let row = wording::Model {
        id: 0,
        petition: work.p.id,
        sort: sort.to_owned(),
        department: if work.who.role.is_of_department() {
            work.who.department
        } else {
            0
        },
        original: text.trim().to_owned(),
        shown: String::new(),
        approved: 0,
        made_ms: work.now.as_millisecond(),
        judged: 0,
    };
    work.wording = wording::add(work.tx, row).await?;
    Ok(())
}

async fn supplement(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    say(work, "supplement", &order.text).await?;
    let event = work.p.events.saturating_add(1);
    let here = attachment::of(work.tx, work.p.id).await?.len();
    if let Some((owner, names)) = &order.uploads {
        let files = upload::whole(work.tx, owner, names, here).await?;
        upload::adopt(work.tx, work.p.id, event, &files).await?;
    }
    Ok(())
}

async fn withdraw(work: &mut Work<'_>) -> Result<(), Halt> {
    if merged::has_company(work.tx, &work.p).await? {
        work.p.writer_left = 1;
        return Ok(());
    }
    work.redact = true;
    Ok(())
}

async fn decline(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    if !DECLINE_CODES.contains(&order.code.as_str()) {
        return Err(Halt::Invalid("code_unknown"));
    }
    let last = work.rules.policy(work.today).appeal;
    let last = work.rules.calendar.after(work.today, last);
    work.p.declined = order.code.clone();
    work.p.declined_by = work.who.staff;
    work.p.appeal_until = last.map(|d| d.to_string()).unwrap_or_default();
    work.note("code", order.code.clone());
    say(work, "decline", &order.text).await
}

/// Why a letter may be 不予受理; the words are Fluent's.
pub const DECLINE_CODES: &[&str] = &[
    "not_ours",
    "no_matter",
    "in_court",
    "repeated",
    "abusive",
    "commercial",
    "elsewhere",
];

async fn route(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let all = people::departments(work.tx).await?;
    let active = |id: i64| all.iter().any(|d| d.id == id && d.active == 1);
    let assisting: Vec<i64> = order
        .assisting
        .iter()
        .copied()
        .filter(|id| *id != order.department)
        .collect();
    if !active(order.department) || !assisting.iter().all(|id| active(*id)) {
        return Err(Halt::Invalid("department_unknown"));
    }
    if let Some(old) = work.d.take() {
        end(work, old, order.upheld).await?;
    }
    let (calendar, policy, zero) = (&work.rules.calendar, work.rules.policy(work.today), work.today);
    let respond = calendar.count(zero, policy.respond);
    let resolve = calendar.count(zero, policy.resolve);
    let (Some(respond), Some(resolve)) = (respond, resolve) else {
        return Err(Halt::Invalid("calendar_ends"));
    };
    let number = work.p.delivery.saturating_add(1);
    let d = delivery::Model {
        petition: work.p.id,
        number,
        lead: order.department,
        assisting: serde_json::to_string(&assisting).unwrap_or_default(),
        routed_on: zero.to_string(),
        respond_due: respond.due.to_string(),
        respond_met: String::new(),
        resolve_from: zero.to_string(),
        resolve_due: resolve.due.to_string(),
        resolve_met: String::new(),
        extended: 0,
        provisional: i64::from(resolve.provisional || respond.provisional),
        supervised: String::new(),
        supervised_on: String::new(),
        returned: 0,
        ended: 0,
        noted: String::new(),
    };
    delivery::add(work.tx, d.clone()).await?;
    work.d = Some(d);
    (work.p.delivery, work.p.lead) = (number, order.department);
    work.p.asks_no_more();
    work.note("department", order.department);
    work.note("assisting", assisting);
    work.note("respond_due", respond.due.to_string());
    work.note("resolve_due", resolve.due.to_string());
    say(work, "reason", &order.reason).await
}

/// Ends a delivery: its events and deductions stay with it, except where its department was right to return it.
async fn end(work: &mut Work<'_>, mut old: delivery::Model, upheld: bool) -> Result<(), Halt> {
    old.ended = 1;
    delivery::save(work.tx, &old).await?;
    if upheld && old.returned == 1 {
        void(work, old.number, None).await?;
        work.note("upheld", true);
    }
    Ok(())
}

/// Voids deductions of a delivery: all, or those of one due date of the answer. They are kept, marked.
async fn void(work: &Work<'_>, number: i64, due: Option<&str>) -> Result<(), Halt> {
    let of_answer = [Cause::LateCompletion, Cause::Supervised, Cause::StillOpen].map(Cause::name);
    for mut row in score::of(work.tx, work.p.id).await? {
        let meant = due.is_none_or(|due| row.due == due && of_answer.contains(&row.cause.as_str()));
        if row.delivery == number && meant {
            row.state = "voided".to_owned();
            score::save(work.tx, &row).await?;
        }
    }
    Ok(())
}

async fn ask_extension(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let due = work.d.as_ref().and_then(|d| petition::day(&d.resolve_due));
    let date = order.date.filter(|date| due.is_some_and(|due| *date > due));
    let date = date.ok_or(Halt::Invalid("date_not_later"))?;
    work.p.extension = date.to_string();
    work.note("date", date.to_string());
    say(work, "reason", &order.reason).await
}

async fn grant_extension(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let date: Date = order
        .date
        .filter(|d| *d >= work.today)
        .ok_or(Halt::Invalid("date_past"))?;
    let (number, replaced) = match &mut work.d {
        Some(d) => {
            let replaced = std::mem::replace(&mut d.resolve_due, date.to_string());
            (d.extended, d.provisional) = (1, 0);
            d.supervised = String::new();
            (d.number, replaced)
        }
        None => return Err(Halt::NotThere),
    };
    work.p.extension = String::new();
    void(work, number, Some(&replaced)).await?;
    work.note("date", date.to_string());
    work.note("voids", replaced);
    say(work, "reason", &order.reason).await
}

async fn resolve(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let mut text = order.text.trim().to_owned();
    if text.is_empty() {
        let all = wording::of(work.tx, work.p.id).await?;
        let proposal = all
            .iter()
            .rev()
            .find(|w| w.sort == "proposal" && w.department == work.p.lead);
        text = proposal.map(|w| w.original.clone()).unwrap_or_default();
    }
    if text.is_empty() {
        return Err(Halt::Invalid("text_missing"));
    }
    let today = work.today.to_string();
    if let Some(d) = &mut work.d {
        if d.respond_met.is_empty() {
            d.respond_met = today.clone();
        }
        d.resolve_met = today.clone();
        d.ended = 1;
    }
    let last = deadline::rate_until(&work.rules.policy(work.today), work.today);
    work.p.answered_on = today;
    work.p.rate_until = last.map(|d| d.to_string()).unwrap_or_default();
    (work.p.rated, work.p.reopening) = (0, 0);
    work.p.asks_no_more();
    say(work, "answer", &text).await
}

async fn rate(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let rating = order.rating.ok_or(Halt::Invalid("rating_missing"))?;
    work.p.rating = rating.name().to_owned();
    (work.p.rated, work.p.reopening) = (1, i64::from(rating.is_bad()));
    work.note("rating", rating.name());
    say(work, "rating", &order.reason).await
}

async fn reopen(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let count = work.rules.policy(work.today).resolve;
    let count = work.rules.calendar.count(work.today, count);
    let count = count.ok_or(Halt::Invalid("calendar_ends"))?;
    if let Some(d) = &mut work.d {
        d.resolve_from = work.today.to_string();
        d.resolve_due = count.due.to_string();
        d.resolve_met = String::new();
        (d.extended, d.ended) = (0, 0);
        d.provisional = i64::from(count.provisional);
    }
    (work.p.reopened, work.p.reopening, work.p.rated) = (1, 0, 0);
    work.note("resolve_due", count.due.to_string());
    say(work, "reason", &order.reason).await
}

async fn merge(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let target = petition::get(work.tx, order.target)
        .await?
        .ok_or(Halt::NotThere)?;
    work.p.former_state = work.p.state.clone();
    work.p.merged_into = target.id;
    work.note("target", target.number()?.to_string());
    // What was public of it goes: the link stays.
    work.redact = true;
    Ok(())
}

async fn supervise(work: &mut Work<'_>, order: &Order) -> Result<(), Halt> {
    let today = work.today.to_string();
    if let Some(d) = &mut work.d {
        d.supervised = d.resolve_due.clone();
        d.supervised_on = today.clone();
        let due = d.supervised.clone();
        work.note("due", due);
        work.note("day", today);
    }
    say(work, "reason", &order.reason).await
}

async fn deduction(work: &mut Work<'_>, order: &Order, state: &str) -> Result<(), Halt> {
    let all = score::of(work.tx, work.p.id).await?;
    let wanted = if state == "contested" {
        "standing"
    } else {
        "contested"
    };
    let row = all
        .into_iter()
        .find(|d| d.id == order.deduction && d.state == wanted);
    let mut row = row.ok_or(Halt::Invalid("deduction_unknown"))?;
    row.state = state.to_owned();
    score::save(work.tx, &row).await?;
    work.note("deduction", row.id);
    work.note("outcome", state);
    say(work, "reason", &order.reason).await
}
