//! The table of the design, written down a second time by hand, against every state × action × role.

use super::*;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;

/// Action · by · from · to, as the design's table says it. `any` is every state, `-` is no letter yet.
const DESIGN: &str = "
submit           | W O           | -                                                | submitted
supplement       | W             | submitted routed responded resolved reopened     | same
withdraw         | W             | submitted routed responded reopened              | withdrawn
set_visibility   | W             | submitted declined routed responded resolved reopened closed | same
classify         | R S           | submitted declined routed responded resolved reopened closed | same
approve_text     | R             | any                                              | same
decline          | R             | submitted                                        | declined
appeal           | W             | declined                                         | submitted
route            | R             | submitted                                        | routed
return           | H D           | routed                                           | same
settle_return    | R S           | routed responded reopened                        | same
reroute          | R S           | routed responded reopened                        | routed
respond          | H             | routed                                           | responded
ask_extension    | H D           | routed responded reopened                        | same
grant_extension  | R S           | routed responded reopened                        | same
refuse_extension | R S           | routed responded reopened                        | same
propose_answer   | H             | routed responded reopened                        | same
resolve          | H D           | routed responded reopened                        | resolved
rate             | W             | resolved                                         | closed
confirm_reopen   | R             | resolved                                         | reopened
refuse_reopen    | R             | resolved                                         | closed
close            | E             | resolved                                         | closed
merge            | R             | submitted routed responded                       | merged
unmerge          | R             | merged                                           | former
join             | C             | routed responded resolved reopened               | same
leave            | C             | routed responded resolved reopened               | same
supervise        | E S           | routed responded reopened                        | same
deduct           | E             | any                                              | same
contest          | D             | any                                              | same
decide           | S             | any                                              | same
note             | O R S H D A M | any                                              | same
redact           | R M           | any                                              | same
ask_erase        | W             | closed declined withdrawn merged                 | same
erase            | M             | closed declined withdrawn merged                 | same
";

const TODAY: Date = date(2025, 10, 9);

fn letter(role: Role) -> &'static str {
    match role {
        Role::Writer => "W",
        Role::Citizen => "C",
        Role::Operator => "O",
        Role::Reviewer => "R",
        Role::Supervisor => "S",
        Role::Handler => "H",
        Role::Head => "D",
        Role::Assistant => "A",
        Role::Engine => "E",
        Role::Administrator => "M",
        Role::Auditor => "X",
    }
}

/// Facts under which every condition of this action by this role holds.
fn kind(action: Action, role: Role, state: Option<State>) -> Facts {
    let earlier = Some(date(2025, 10, 8));
    Facts {
        dispute_pending: true,
        extension_pending: !matches!(action, Action::AskExtension),
        reopening_asked: true,
        has_joined: action == Action::Leave,
        target_is_public: true,
        head_approves: role == Role::Head || action == Action::ProposeAnswer,
        answer_proposed: true,
        published: true,
        deduction_open: true,
        deduction_contested: true,
        appeal_until: Some(TODAY),
        respond_due: Some(TODAY),
        ask_until: Some(TODAY),
        supervise_on: Some(TODAY),
        rate_until: if action == Action::Close {
            earlier
        } else {
            Some(TODAY)
        },
        ..Facts::of(state, TODAY)
    }
}

fn states() -> impl Iterator<Item = Option<State>> {
    std::iter::once(None).chain(State::ALL.iter().copied().map(Some))
}

#[test]
fn every_state_action_and_role_is_as_the_design_says() {
    let mut listed = BTreeSet::new();
    let mut asked = 0;
    for line in DESIGN.trim().lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let action = Action::named(cells[0]).unwrap_or_else(|| panic!("{line}"));
        listed.insert(action);
        for role in Role::ALL.iter().copied() {
            for state in states() {
                asked += 1;
                let name = state.map_or("-", State::name);
                let by = cells[1].split(' ').any(|r| r == letter(role));
                let from =
                    cells[2] == "any" && state.is_some() || cells[2].split_whitespace().any(|s| s == name);
                let answer = judge(action, role, &kind(action, role, state), None);
                let case = format!("{} by {} from {name}", action.name(), role.name());
                match (by, from) {
                    (true, true) => {
                        let to = match cells[3] {
                            "same" => state,
                            "former" => None,
                            name => Some(State::named(name).unwrap()),
                        };
                        assert_eq!(answer.map(|n| n.state), Ok(to), "{case}");
                    }
                    (false, _) => assert_eq!(answer, Err(Refusal::WrongRole), "{case}"),
                    (true, false) => {
                        let refusal = answer.expect_err(&case);
                        let expected = if state.is_none() || cells[2] == "-" {
                            Refusal::WrongTime
                        } else {
                            Refusal::WrongState
                        };
                        assert_eq!(refusal, expected, "{case}");
                    }
                }
            }
        }
    }
    assert_eq!(
        listed.len(),
        Action::ALL.len(),
        "the design's table lacks an action"
    );
    assert_eq!(
        asked,
        Action::ALL.len() * Role::ALL.len() * (State::ALL.len() + 1)
    );
}

type Spoil = fn(&mut Facts);

#[test]
fn every_condition_has_its_own_refusal() {
    let later: Spoil = |f| f.today = date(2025, 10, 10);
    let cases: &[(Action, Role, State, Spoil, Refusal)] = &[
        (
            Action::Appeal,
            Role::Writer,
            State::Declined,
            |f| f.appealed_before = true,
            Refusal::AppealedBefore,
        ),
        (
            Action::Appeal,
            Role::Writer,
            State::Declined,
            later,
            Refusal::TooLate,
        ),
        (
            Action::Return,
            Role::Handler,
            State::Routed,
            |f| f.returned_before = true,
            Refusal::ReturnedBefore,
        ),
        (
            Action::Return,
            Role::Head,
            State::Routed,
            later,
            Refusal::ResponseDue,
        ),
        (
            Action::SettleReturn,
            Role::Reviewer,
            State::Routed,
            |f| f.dispute_pending = false,
            Refusal::NoDispute,
        ),
        (
            Action::AskExtension,
            Role::Handler,
            State::Routed,
            |f| f.extension_pending = true,
            Refusal::ExtensionPending,
        ),
        (
            Action::AskExtension,
            Role::Head,
            State::Reopened,
            later,
            Refusal::TooLate,
        ),
        (
            Action::GrantExtension,
            Role::Supervisor,
            State::Responded,
            |f| f.extension_pending = false,
            Refusal::NoExtension,
        ),
        (
            Action::RefuseExtension,
            Role::Reviewer,
            State::Routed,
            |f| f.extension_pending = false,
            Refusal::NoExtension,
        ),
        (
            Action::Resolve,
            Role::Handler,
            State::Routed,
            |f| f.head_approves = true,
            Refusal::HeadMustApprove,
        ),
        (
            Action::Resolve,
            Role::Head,
            State::Routed,
            |f| f.head_approves = false,
            Refusal::HeadNotAsked,
        ),
        (
            Action::Resolve,
            Role::Head,
            State::Routed,
            |f| f.answer_proposed = false,
            Refusal::NothingProposed,
        ),
        (
            Action::ProposeAnswer,
            Role::Handler,
            State::Routed,
            |f| f.head_approves = false,
            Refusal::HeadNotAsked,
        ),
        (
            Action::Rate,
            Role::Writer,
            State::Resolved,
            |f| f.rated = true,
            Refusal::RatedBefore,
        ),
        (
            Action::Rate,
            Role::Writer,
            State::Resolved,
            later,
            Refusal::TooLate,
        ),
        (
            Action::ConfirmReopen,
            Role::Reviewer,
            State::Resolved,
            |f| f.reopening_asked = false,
            Refusal::NoReopening,
        ),
        (
            Action::ConfirmReopen,
            Role::Reviewer,
            State::Resolved,
            |f| f.reopened_before = true,
            Refusal::ReopenedBefore,
        ),
        (
            Action::RefuseReopen,
            Role::Reviewer,
            State::Resolved,
            |f| f.reopening_asked = false,
            Refusal::NoReopening,
        ),
        (
            Action::Close,
            Role::Engine,
            State::Resolved,
            |f| f.rated = true,
            Refusal::RatedBefore,
        ),
        (
            Action::Close,
            Role::Engine,
            State::Resolved,
            |f| f.today = date(2025, 10, 8),
            Refusal::TooEarly,
        ),
        (
            Action::Merge,
            Role::Reviewer,
            State::Submitted,
            |f| f.visibility = Visibility::Private,
            Refusal::NotPublic,
        ),
        (
            Action::Merge,
            Role::Reviewer,
            State::Routed,
            |f| f.target_is_public = false,
            Refusal::TargetNotPublic,
        ),
        (
            Action::Appeal,
            Role::Writer,
            State::Declined,
            |f| f.erased = true,
            Refusal::Erased,
        ),
        (
            Action::Unmerge,
            Role::Reviewer,
            State::Merged,
            |f| f.erased = true,
            Refusal::Erased,
        ),
        (
            Action::Join,
            Role::Citizen,
            State::Routed,
            |f| f.visibility = Visibility::Secret,
            Refusal::NotPublic,
        ),
        (
            Action::Join,
            Role::Citizen,
            State::Routed,
            |f| f.has_joined = true,
            Refusal::JoinedBefore,
        ),
        (
            Action::Leave,
            Role::Citizen,
            State::Routed,
            |f| f.has_joined = false,
            Refusal::NotJoined,
        ),
        (
            Action::Supervise,
            Role::Engine,
            State::Routed,
            |f| f.supervised = true,
            Refusal::SupervisedBefore,
        ),
        (
            Action::Supervise,
            Role::Supervisor,
            State::Routed,
            |f| f.supervised = true,
            Refusal::SupervisedBefore,
        ),
        (
            Action::Supervise,
            Role::Engine,
            State::Routed,
            |f| f.today = date(2025, 10, 8),
            Refusal::TooEarly,
        ),
        (
            Action::Redact,
            Role::Reviewer,
            State::Routed,
            |f| f.published = false,
            Refusal::NotPublished,
        ),
        (
            Action::Contest,
            Role::Head,
            State::Closed,
            |f| f.deduction_open = false,
            Refusal::NoDeduction,
        ),
        (
            Action::Decide,
            Role::Supervisor,
            State::Closed,
            |f| f.deduction_contested = false,
            Refusal::NotContested,
        ),
    ];
    for (action, role, state, spoil, refusal) in cases {
        let mut facts = kind(*action, *role, Some(*state));
        assert!(judge(*action, *role, &facts, None).is_ok(), "{action:?}");
        spoil(&mut facts);
        assert_eq!(
            judge(*action, *role, &facts, None),
            Err(*refusal),
            "{action:?} {facts:?}"
        );
    }
}

#[test]
fn a_supervisor_may_supervise_before_its_day_but_nobody_twice_for_one_due_date() {
    let early = Facts {
        supervise_on: TODAY.tomorrow().ok(),
        ..Facts::of(Some(State::Routed), TODAY)
    };
    let given = Facts {
        supervised: true,
        supervise_on: Some(TODAY),
        ..early
    };
    let by = |role, facts| judge(Action::Supervise, role, facts, None).map(|next| next.state);
    assert_eq!(by(Role::Supervisor, &early), Ok(Some(State::Routed)));
    assert_eq!(by(Role::Engine, &early), Err(Refusal::TooEarly));
    for role in [Role::Supervisor, Role::Engine] {
        assert_eq!(by(role, &given), Err(Refusal::SupervisedBefore), "{role:?}");
    }
}

#[test]
fn a_bad_rating_asks_and_a_good_one_closes() {
    let facts = Facts::of(Some(State::Resolved), TODAY);
    for rating in Rating::ALL.iter().copied() {
        let next = judge(Action::Rate, Role::Writer, &facts, Some(rating))
            .unwrap()
            .state;
        let expected = if rating.is_bad() {
            State::Resolved
        } else {
            State::Closed
        };
        assert_eq!(next, Some(expected), "{rating:?}");
    }
}

#[test]
fn a_letter_that_others_joined_goes_on_without_its_writer() {
    for state in [State::Submitted, State::Routed, State::Responded, State::Reopened] {
        let facts = Facts {
            has_joiners: true,
            ..Facts::of(Some(state), TODAY)
        };
        assert_eq!(
            judge(Action::Withdraw, Role::Writer, &facts, None).unwrap().state,
            Some(state)
        );
    }
}

#[test]
fn an_auditor_changes_nothing() {
    for state in states() {
        assert_eq!(allowed(Role::Auditor, &Facts::of(state, TODAY)), []);
    }
}

#[test]
fn names_lead_back() {
    assert!(State::ALL.iter().all(|s| State::named(s.name()) == Some(*s)));
    assert!(Action::ALL.iter().all(|s| Action::named(s.name()) == Some(*s)));
    assert!(Role::ALL.iter().all(|s| Role::named(s.name()) == Some(*s)));
    assert_eq!(State::named("no"), None);
}
