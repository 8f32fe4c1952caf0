//! What a letter asked of its departments, one turn after another: from a routing or a reopening to the answer, or to
//! the day the letter was taken away.
//!
//! A row of a delivery knows its last turn only: a reopening puts a new limit over the old one, and a letter that went
//! elsewhere does not say when. The log knows all of it, so the letters to which such a thing happened are read from
//! their events. Rejected: a table of turns beside the log, which would be a second truth and empty for old letters.

use crate::{
    petition::{act::department_name, city_day},
    store::petition::{self, delivery, event, people},
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use weimenhu_domain::{
    petition::{Action, State, deadline::Clock},
    record,
};

/// The actions that begin, move or end a turn.
pub(super) const ACTIONS: [Action; 12] = [
    Action::Route,
    Action::Reroute,
    Action::Return,
    Action::SettleReturn,
    Action::GrantExtension,
    Action::Supervise,
    Action::Resolve,
    Action::Rate,
    Action::ConfirmReopen,
    Action::Withdraw,
    Action::Merge,
    Action::Unmerge,
];
/// What the engine writes when a calendar moves a limit.
pub(super) const MOVED: &str = "recompute";

/// One turn of one department.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Turn {
    /// Of the delivery; the turns of one stand together.
    pub delivery: i64,
    /// Whose turn.
    pub lead: i64,
    /// The day it began.
    pub from: Option<Date>,
    /// The response's limit; a reopening asks for none.
    pub respond: Option<Clock>,
    /// The answer's.
    pub answer: Option<Clock>,
    /// The day the letter was taken away: rerouted, withdrawn or merged.
    pub until: Option<Date>,
    /// Extended.
    pub extended: bool,
    /// 督办, and not voided by an extension.
    pub supervised: bool,
    /// A rating is of this answer, and not of the one after a reopening.
    pub rated: bool,
    /// It was rightly returned: what was missed meanwhile is nobody's fault.
    pub excused: bool,
}

impl Turn {
    /// Whether it was answered.
    pub fn answered(&self) -> bool {
        self.answer.is_some_and(|c| c.met.is_some())
    }

    /// Whether a limit was kept: `None` while it runs, where it ended before it passed, and where nobody is at fault.
    pub fn kept(&self, clock: Option<Clock>, today: Date) -> Option<bool> {
        let clock = clock.filter(|_| !self.excused)?;
        clock.kept(self.until, today)
    }

    fn of_row(d: &delivery::Model) -> Self {
        Self {
            delivery: d.number,
            lead: d.lead,
            from: petition::day(&d.routed_on),
            respond: d.respond(),
            answer: d.resolve(),
            until: None,
            extended: d.extended == 1,
            supervised: !d.supervised.is_empty(),
            rated: true,
            excused: false,
        }
    }

    fn due(&mut self, data: &Value, name: &str) {
        if let Some(due) = date(data, name) {
            let met = self.answer.and_then(|c| c.met);
            self.answer = Some(Clock { due, met });
        }
    }
}

fn date(data: &Value, name: &str) -> Option<Date> {
    data.get(name)?.as_str()?.parse().ok()
}

/// Whether the rows of a letter's deliveries do not tell all of it.
pub(super) fn needs_events(p: &petition::Model) -> bool {
    let gone = [State::Withdrawn.name(), State::Merged.name()];
    p.delivery > 1 || p.reopened == 1 || gone.contains(&p.state.as_str())
}

/// The turns as everybody may know them; none where the public letter tells all of it anyway. Of one that was rightly
/// returned the limits are left out: a 派单异议 is not public, and what was missed meanwhile is nobody's fault.
pub(in crate::petition) fn public(
    p: &petition::Model,
    rows: &[delivery::Model],
    events: &[event::Model],
    departments: &[people::department::Model],
) -> Vec<record::Turn> {
    if !needs_events(p) {
        return Vec::new();
    }
    let (rows, mut before) = (rows.iter().collect::<Vec<_>>(), 0);
    let shown = of(&rows, events).into_iter().filter_map(|turn| {
        let again = std::mem::replace(&mut before, turn.delivery) == turn.delivery;
        Some(record::Turn {
            department: department_name(departments, turn.lead),
            from: turn.from?,
            again,
            respond: turn.respond.filter(|_| !turn.excused),
            resolve: turn.answer.filter(|_| !turn.excused),
            until: turn.until,
            supervised: turn.supervised,
            rated: turn.rated,
        })
    });
    shown.collect()
}

/// The turns of a letter, from its deliveries and, where [`needs_events`], from its events of [`ACTIONS`].
pub(super) fn of(rows: &[&delivery::Model], events: &[event::Model]) -> Vec<Turn> {
    if events.is_empty() {
        return rows.iter().map(|d| Turn::of_row(d)).collect();
    }
    let (mut turns, mut disputed) = (Vec::<Turn>::new(), false);
    for e in events {
        let data: Value = serde_json::from_str(&e.data).unwrap_or_default();
        let day = Timestamp::from_millisecond(e.at_ms).map(city_day).ok();
        let action = Action::named(&e.action);
        if let Some(Action::Route | Action::Reroute) = action {
            if let Some(last) = turns.last_mut() {
                last.until = day;
                last.excused = disputed || data.get("upheld").is_some_and(|v| v == true);
            }
            disputed = false;
            let row = rows.iter().find(|d| d.number == e.delivery);
            let mut turn = row.map(|d| Turn::of_row(d)).unwrap_or_default();
            (turn.answer, turn.extended, turn.supervised, turn.rated) = (None, false, false, false);
            turn.due(&data, "resolve_due");
            turns.push(turn);
            continue;
        }
        let Some(last) = turns.last_mut() else { continue };
        match action {
            Some(Action::Return) => disputed = true,
            Some(Action::SettleReturn) => disputed = false,
            Some(Action::GrantExtension) => {
                last.due(&data, "date");
                (last.extended, last.supervised) = (true, false);
            }
            Some(Action::Supervise) => last.supervised = true,
            Some(Action::Resolve) => {
                disputed = false;
                last.answer = last.answer.map(|c| Clock { met: day, ..c });
            }
            Some(Action::Rate) => last.rated = true,
            Some(Action::ConfirmReopen) => {
                let mut turn = Turn {
                    delivery: last.delivery,
                    lead: last.lead,
                    from: day,
                    ..Turn::default()
                };
                turn.due(&data, "resolve_due");
                turns.push(turn);
            }
            // Where others had joined, only the writer left, and the letter went on.
            Some(Action::Withdraw) if e.state != State::Withdrawn.name() => {}
            Some(Action::Withdraw | Action::Merge) => last.until = day,
            Some(Action::Unmerge) => last.until = None,
            _ if e.action == MOVED => last.due(&data, "date"),
            _ => {}
        }
    }
    turns
}
