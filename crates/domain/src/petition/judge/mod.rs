//! Asks the table: may this role do this to a letter of which these things are true?

use super::{
    case::{Action, Facts, Rating, Role, State, Visibility},
    table::{Ask, Row, TABLE, To, When},
};

/// What comes of an allowed action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Where the case stands afterwards; `None` is: where it stood before it was merged.
    pub state: Option<State>,
    /// What must be given with the action.
    pub needs: &'static [Ask],
}

/// Why an action is refused. Its [`Refusal::code`] is part of the API and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.code())]
pub enum Refusal {
    /// This role never does that.
    WrongRole,
    /// Not in this state.
    WrongState,
    /// There is no letter yet, or there is one already.
    WrongTime,
    /// The letter is not public.
    NotPublic,
    /// The other letter is not public, or is itself merged or withdrawn.
    TargetNotPublic,
    /// It was appealed against once.
    AppealedBefore,
    /// The response was due before today.
    ResponseDue,
    /// This department has returned it before.
    ReturnedBefore,
    /// No 派单异议 waits.
    NoDispute,
    /// An extension waits already.
    ExtensionPending,
    /// No extension waits.
    NoExtension,
    /// The days for it have run out.
    TooLate,
    /// The day for it has not come.
    TooEarly,
    /// The head of the department approves answers.
    HeadMustApprove,
    /// The department's handlers answer by themselves.
    HeadNotAsked,
    /// No answer lies before the head.
    NothingProposed,
    /// The standing answer was rated.
    RatedBefore,
    /// Nobody asked for reopening.
    NoReopening,
    /// It was opened again once.
    ReopenedBefore,
    /// The citizen has joined.
    JoinedBefore,
    /// The citizen has not joined.
    NotJoined,
    /// 督办 was given for this due date.
    SupervisedBefore,
    /// Nothing of it was ever public.
    NotPublished,
    /// There is no deduction to contest.
    NoDeduction,
    /// No deduction is contested.
    NotContested,
    /// Its writer and what was written are erased: there is nothing to go on with.
    Erased,
}

impl Refusal {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongRole => "wrong_role",
            Self::WrongState => "wrong_state",
            Self::WrongTime => "wrong_time",
            Self::NotPublic => "not_public",
            Self::TargetNotPublic => "target_not_public",
            Self::AppealedBefore => "appealed_before",
            Self::ResponseDue => "response_due",
            Self::ReturnedBefore => "returned_before",
            Self::NoDispute => "no_dispute",
            Self::ExtensionPending => "extension_pending",
            Self::NoExtension => "no_extension",
            Self::TooLate => "too_late",
            Self::TooEarly => "too_early",
            Self::HeadMustApprove => "head_must_approve",
            Self::HeadNotAsked => "head_not_asked",
            Self::NothingProposed => "nothing_proposed",
            Self::RatedBefore => "rated_before",
            Self::NoReopening => "no_reopening",
            Self::ReopenedBefore => "reopened_before",
            Self::JoinedBefore => "joined_before",
            Self::NotJoined => "not_joined",
            Self::SupervisedBefore => "supervised_before",
            Self::NotPublished => "not_published",
            Self::NoDeduction => "no_deduction",
            Self::NotContested => "not_contested",
            Self::Erased => "erased",
        }
    }
}

/// Whether `role` may do `action` now, and what comes of it. `rating` is looked at for [`Action::Rate`] alone.
///
/// # Errors
/// The refusal that says most: the role first (it never helps to wait), then the state, then the condition.
pub fn judge(action: Action, role: Role, facts: &Facts, rating: Option<Rating>) -> Result<Next, Refusal> {
    let mut refusal = Refusal::WrongRole;
    for row in TABLE
        .iter()
        .filter(|r| r.action == action && r.by.contains(&role))
    {
        match stands(row, facts).and_then(|()| row.when.iter().try_for_each(|w| holds(*w, facts))) {
            Ok(()) => {
                return Ok(Next {
                    state: goes(row, facts, rating),
                    needs: row.needs,
                });
            }
            Err(why) => refusal = why,
        }
    }
    Err(refusal)
}

/// What `role` may do now, in the order of the design: for the buttons of a page.
pub fn allowed(role: Role, facts: &Facts) -> Vec<Action> {
    let may = |a: &Action| judge(*a, role, facts, None).is_ok();
    Action::ALL.iter().copied().filter(may).collect()
}

fn stands(row: &Row, facts: &Facts) -> Result<(), Refusal> {
    match facts.state {
        None if row.from.is_empty() => Ok(()),
        Some(state) if row.from.contains(&state) => Ok(()),
        Some(_) if !row.from.is_empty() => Err(Refusal::WrongState),
        _ => Err(Refusal::WrongTime),
    }
}

fn goes(row: &Row, facts: &Facts, rating: Option<Rating>) -> Option<State> {
    match row.to {
        // With joiners only the writer leaves, and the case goes on.
        To::Is(State::Withdrawn) if facts.has_joiners => facts.state,
        To::Is(state) => Some(state),
        To::Same => facts.state,
        To::Former => None,
        To::ByRating if rating.is_some_and(Rating::is_bad) => Some(State::Resolved),
        To::ByRating => Some(State::Closed),
    }
}

fn holds(when: When, facts: &Facts) -> Result<(), Refusal> {
    let over = |last: Option<jiff::civil::Date>| last.is_some_and(|last| facts.today > last);
    let (fails, refusal) = match when {
        When::Public => (facts.visibility != Visibility::Public, Refusal::NotPublic),
        When::TargetPublic => (!facts.target_is_public, Refusal::TargetNotPublic),
        When::MayAppeal if facts.appealed_before => (true, Refusal::AppealedBefore),
        When::MayAppeal => (over(facts.appeal_until), Refusal::TooLate),
        When::MayReturn if facts.returned_before => (true, Refusal::ReturnedBefore),
        When::MayReturn => (over(facts.respond_due), Refusal::ResponseDue),
        When::Disputed => (!facts.dispute_pending, Refusal::NoDispute),
        When::MayAsk if facts.extension_pending => (true, Refusal::ExtensionPending),
        When::MayAsk => (over(facts.ask_until), Refusal::TooLate),
        When::ExtensionAsked => (!facts.extension_pending, Refusal::NoExtension),
        When::NoHead => (facts.head_approves, Refusal::HeadMustApprove),
        When::HeadApproves => (!facts.head_approves, Refusal::HeadNotAsked),
        When::Proposed => (!facts.answer_proposed, Refusal::NothingProposed),
        When::MayRate if facts.rated => (true, Refusal::RatedBefore),
        When::MayRate => (over(facts.rate_until), Refusal::TooLate),
        When::ReopenAsked => (!facts.reopening_asked, Refusal::NoReopening),
        When::NotReopened => (facts.reopened_before, Refusal::ReopenedBefore),
        When::Unrated if facts.rated => (true, Refusal::RatedBefore),
        When::Unrated => (!over(facts.rate_until), Refusal::TooEarly),
        When::NotJoined => (facts.has_joined, Refusal::JoinedBefore),
        When::Joined => (!facts.has_joined, Refusal::NotJoined),
        When::Overdue if facts.supervised => (true, Refusal::SupervisedBefore),
        When::Overdue => (
            facts.supervise_on.is_none_or(|day| facts.today < day),
            Refusal::TooEarly,
        ),
        When::NotSupervised => (facts.supervised, Refusal::SupervisedBefore),
        When::Published => (!facts.published, Refusal::NotPublished),
        When::Deducted => (!facts.deduction_open, Refusal::NoDeduction),
        When::Contested => (!facts.deduction_contested, Refusal::NotContested),
        When::NotErased => (facts.erased, Refusal::Erased),
    };
    if fails { Err(refusal) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
