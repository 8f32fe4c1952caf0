//! The one transition table: every action, who may do it, from where, to where, under which conditions, with what.
//!
//! Read it beside the table of the design; a row here is a row there. Whatever stands in no row is refused. Two rows
//! of one action are two ways to it with different conditions. [`super::judge`] is its only reader.

use super::case::{Action, Role, State};
use Action as A;
use Ask::{Date, File, Grade, Reason, Target, Text, Unit};
use Role::{
    Administrator as M, Assistant as As, Citizen as C, Engine as E, Handler as H, Head as D, Operator as O,
    Reviewer as R, Supervisor as S, Writer as W,
};
use State::{Closed, Declined, Merged, Reopened, Resolved, Responded, Routed, Submitted, Withdrawn};
use To::{ByRating, Former, Is, Same};
use When as If;

/// One way to do something.
#[derive(Debug)]
pub struct Row {
    /// What is done.
    pub action: Action,
    /// By whom.
    pub by: &'static [Role],
    /// From which states; empty where there is no letter yet.
    pub from: &'static [State],
    /// Where the case stands afterwards.
    pub to: To,
    /// What must be true.
    pub when: &'static [When],
    /// What must be given with it.
    pub needs: &'static [Ask],
}

/// Where an action leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Where it stands.
    Same,
    /// To this state.
    Is(State),
    /// To where it stood before it was merged.
    Former,
    /// Closed; but a bad rating leaves it resolved and asks for reopening.
    ByRating,
}

/// A condition. Each has its own refusal, see [`super::judge::Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It is public.
    Public,
    /// So is the letter it is to be merged with.
    TargetPublic,
    /// It was not appealed before, and the days for it have not run out.
    MayAppeal,
    /// The response is not due before today, and this department has not returned it before.
    MayReturn,
    /// A 派单异议 waits.
    Disputed,
    /// No extension waits, and the days for asking have not run out.
    MayAsk,
    /// An extension waits.
    ExtensionAsked,
    /// The department's handlers answer by themselves.
    NoHead,
    /// The head approves answers.
    HeadApproves,
    /// An answer lies before the head.
    Proposed,
    /// The standing answer is not rated, and the days for it have not run out.
    MayRate,
    /// A bad rating asked for reopening.
    ReopenAsked,
    /// It was not opened again before.
    NotReopened,
    /// The days for rating have run out without one.
    Unrated,
    /// The citizen has not joined.
    NotJoined,
    /// The citizen has joined.
    Joined,
    /// The day of 督办 has come, and it was not given for this due date.
    Overdue,
    /// 督办 was not given for this due date.
    NotSupervised,
    /// Something of it has been public.
    Published,
    /// A deduction stands.
    Deducted,
    /// A deduction is contested.
    Contested,
    /// The writer's data is still here.
    NotErased,
}

/// What must be given with an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Words that others will read.
    Text,
    /// Words or files.
    File,
    /// Why; coded where the design says so.
    Reason,
    /// A department.
    Unit,
    /// A promised day.
    Date,
    /// Another letter.
    Target,
    /// One of five grades; the two worst with a reason.
    Grade,
}

/// Everything but what is over for good.
const LIVING: &[State] = &[Submitted, Declined, Routed, Responded, Resolved, Reopened, Closed];
/// The lead department is to act.
const WORKING: &[State] = &[Routed, Responded, Reopened];
/// What others can join.
const OPEN: &[State] = &[Routed, Responded, Resolved, Reopened];
/// Nobody needs its writer any more: it is over, or goes on in another.
const ENDED: &[State] = &[Closed, Declined, Withdrawn, Merged];
/// Wherever it stands.
const ANY: &[State] = State::ALL;

/// The table.
#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row(A::Submit,          &[W, O],              &[],                                    Is(Submitted), &[],                                &[Text]),
    row(A::Supplement,      &[W],                 &[Submitted, Routed, Responded, Resolved, Reopened], Same, &[],                            &[File]),
    row(A::Withdraw,        &[W],                 &[Submitted, Routed, Responded, Reopened], Is(Withdrawn), &[],                             &[]),
    row(A::SetVisibility,   &[W],                 LIVING,                                 Same,          &[],                                &[]),
    row(A::Classify,        &[R, S],              LIVING,                                 Same,          &[],                                &[Reason]),
    row(A::ApproveText,     &[R],                 ANY,                                    Same,          &[],                                &[]),
    row(A::Decline,         &[R],                 &[Submitted],                           Is(Declined),  &[],                                &[Reason, Text]),
    row(A::Appeal,          &[W],                 &[Declined],                            Is(Submitted), &[If::NotErased, If::MayAppeal],    &[Reason]),
    row(A::Route,           &[R],                 &[Submitted],                           Is(Routed),    &[],                                &[Unit]),
    row(A::Return,          &[H, D],              &[Routed],                              Same,          &[If::MayReturn],                   &[Reason]),
    row(A::SettleReturn,    &[R, S],              WORKING,                                Same,          &[If::Disputed],                    &[Reason]),
    row(A::Reroute,         &[R, S],              WORKING,                                Is(Routed),    &[],                                &[Unit, Reason]),
    row(A::Respond,         &[H],                 &[Routed],                              Is(Responded), &[],                                &[Text]),
    row(A::AskExtension,    &[H, D],              WORKING,                                Same,          &[If::MayAsk],                      &[Reason, Date]),
    row(A::GrantExtension,  &[R, S],              WORKING,                                Same,          &[If::ExtensionAsked],              &[Reason, Date]),
    row(A::RefuseExtension, &[R, S],              WORKING,                                Same,          &[If::ExtensionAsked],              &[Reason]),
    row(A::ProposeAnswer,   &[H],                 WORKING,                                Same,          &[If::HeadApproves],                &[Text]),
    row(A::Resolve,         &[H],                 WORKING,                                Is(Resolved),  &[If::NoHead],                      &[Text]),
    row(A::Resolve,         &[D],                 WORKING,                                Is(Resolved),  &[If::HeadApproves, If::Proposed],  &[Text]),
    row(A::Rate,            &[W],                 &[Resolved],                            ByRating,      &[If::MayRate],                     &[Grade]),
    row(A::ConfirmReopen,   &[R],                 &[Resolved],                            Is(Reopened),  &[If::ReopenAsked, If::NotReopened], &[Reason]),
    row(A::RefuseReopen,    &[R],                 &[Resolved],                            Is(Closed),    &[If::ReopenAsked],                 &[Reason]),
    row(A::Close,           &[E],                 &[Resolved],                            Is(Closed),    &[If::Unrated],                     &[]),
    row(A::Merge,           &[R],                 &[Submitted, Routed, Responded],        Is(Merged),    &[If::Public, If::TargetPublic],    &[Target]),
    row(A::Unmerge,         &[R],                 &[Merged],                              Former,        &[If::NotErased],                   &[Reason]),
    row(A::Join,            &[C],                 OPEN,                                   Same,          &[If::Public, If::NotJoined],       &[]),
    row(A::Leave,           &[C],                 OPEN,                                   Same,          &[If::Public, If::Joined],          &[]),
    row(A::Supervise,       &[E],                 WORKING,                                Same,          &[If::Overdue],                     &[]),
    row(A::Supervise,       &[S],                 WORKING,                                Same,          &[If::NotSupervised],               &[Reason]),
    row(A::Deduct,          &[E],                 ANY,                                    Same,          &[],                                &[]),
    row(A::Contest,         &[D],                 ANY,                                    Same,          &[If::Deducted],                    &[Reason]),
    row(A::Decide,          &[S],                 ANY,                                    Same,          &[If::Contested],                   &[Reason]),
    row(A::Note,            &[O, R, S, H, D, As, M], ANY,                                 Same,          &[],                                &[Text]),
    row(A::Redact,          &[R, M],              ANY,                                    Same,          &[If::Published],                   &[Reason]),
    row(A::AskErase,        &[W],                 ENDED,                                  Same,          &[],                                &[]),
    row(A::Erase,           &[M],                 ENDED,                                  Same,          &[],                                &[]),
];

const fn row(
    action: Action,
    by: &'static [Role],
    from: &'static [State],
    to: To,
    when: &'static [When],
    needs: &'static [Ask],
) -> Row {
    Row {
        action,
        by,
        from,
        to,
        when,
        needs,
    }
}
