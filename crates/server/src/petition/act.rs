//! The one door of every action on a letter that exists: judged by the domain's table, written in one transaction
//! as event, projection, outbox and public record. Two people at once: the second is told so.

use super::{Rules, book::Book, city_day, effect, engine, facts, outbox, public, upload};
use crate::{
    City, Error,
    store::{
        Tx,
        petition::{self, delivery, event, people, score},
    },
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value};
use weimenhu_domain::petition::{
    Action, Rating, Refusal, Role, State, Visibility, deduction::Cause, judge, table::Ask,
};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// As what.
    pub role: Role,
    /// Number of the staff; 0 for a citizen and the engine.
    pub staff: i64,
    /// Whose staff; 0 for the Office.
    pub department: i64,
}

impl Actor {
    /// The writer of a letter.
    pub const WRITER: Self = Self::nobody(Role::Writer);
    /// Any other citizen.
    pub const CITIZEN: Self = Self::nobody(Role::Citizen);
    /// The engine.
    pub const ENGINE: Self = Self::nobody(Role::Engine);

    const fn nobody(role: Role) -> Self {
        Self {
            role,
            staff: 0,
            department: 0,
        }
    }
}

/// What is to be done, and what comes with it; each action reads its own part.
#[derive(Debug, Clone)]
pub struct Order {
    /// What.
    pub action: Action,
    /// The number of the newest event that whoever acts has seen; `None` for citizens, who cannot have a conflict.
    pub seen: Option<i64>,
    /// Words that others will read.
    pub text: String,
    /// Why.
    pub reason: String,
    /// Coded reason.
    pub code: String,
    /// Lead department.
    pub department: i64,
    /// Assisting departments.
    pub assisting: Vec<i64>,
    /// A promised or granted day.
    pub date: Option<Date>,
    /// The other letter.
    pub target: i64,
    /// The grade.
    pub rating: Option<Rating>,
    /// For [`Action::SetVisibility`]; for [`Action::Classify`], `Secret` or anything else to lift it.
    pub visibility: Visibility,
    /// The words or the attachment that are approved or redacted.
    pub wording: i64,
    /// The same.
    pub attachment: i64,
    /// The deduction that is contested or decided.
    pub deduction: i64,
    /// Decided for whoever asked: a 派单异议 or a contested deduction is upheld.
    pub upheld: bool,
    /// Kept hash of a joiner's token.
    pub joiner: String,
    /// Owner of the uploads that come with it, and their names.
    pub uploads: Option<(String, Vec<String>)>,
}

impl Order {
    /// Only the action; the rest is filled in.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            seen: None,
            text: String::new(),
            reason: String::new(),
            code: String::new(),
            department: 0,
            assisting: Vec::new(),
            date: None,
            target: 0,
            rating: None,
            visibility: Visibility::Public,
            wording: 0,
            attachment: 0,
            deduction: 0,
            upheld: false,
            joiner: String::new(),
            uploads: None,
        }
    }
}

/// Why nothing was done.
#[derive(Debug)]
pub enum Halt {
    /// The table refuses.
    Rule(Refusal),
    /// There is no such letter, or not for whoever asks: both look the same.
    NotThere,
    /// Somebody else acted meanwhile.
    Conflict,
    /// Something must be given with it.
    Missing(Ask),
    /// What was given cannot be; a stable code.
    Invalid(&'static str),
    /// The house is on fire.
    Broken(Error),
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(e: E) -> Self {
        Self::Broken(e.into())
    }
}

impl Halt {
    /// The stable code of a refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rule(refusal) => refusal.code(),
            Self::NotThere => "not_found",
            Self::Conflict => "conflict",
            Self::Missing(ask) => match ask {
                Ask::Text => "text_missing",
                Ask::File => "text_or_file_missing",
                Ask::Reason => "reason_missing",
                Ask::Unit => "department_missing",
                Ask::Date => "date_missing",
                Ask::Target => "target_missing",
                Ask::Grade => "rating_missing",
            },
            Self::Invalid(code) => code,
            Self::Broken(_) => "internal",
        }
    }
}

/// What an action works on.
pub(super) struct Work<'a> {
    pub city: &'a City,
    pub tx: &'a Tx,
    pub rules: &'a Rules,
    pub book: &'a Book,
    pub p: petition::Model,
    pub d: Option<delivery::Model>,
    pub who: Actor,
    pub now: Timestamp,
    pub today: Date,
    /// Dates, departments and codes of the event; never words.
    pub data: Map<String, Value>,
    /// The words that came with it.
    pub wording: i64,
    /// What was public must be erased and not only replaced.
    pub redact: bool,
    /// Files to remove once it is committed.
    pub gone: Vec<String>,
}

impl<'a> Work<'a> {
    /// Opens a letter.
    pub async fn open(
        city: &'a City,
        (tx, book): (&'a Tx, &'a Book),
        rules: &'a Rules,
        id: i64,
        who: Actor,
        now: Timestamp,
    ) -> Result<Work<'a>, Halt> {
        let p = petition::get(tx, id).await?.ok_or(Halt::NotThere)?;
        let d = delivery::get(tx, id, p.delivery).await?;
        Ok(Self::on(city, (tx, book), rules, (p, d), who, now))
    }

    /// With a letter that was read in this transaction.
    pub fn on(
        city: &'a City,
        (tx, book): (&'a Tx, &'a Book),
        rules: &'a Rules,
        (p, d): (petition::Model, Option<delivery::Model>),
        who: Actor,
        now: Timestamp,
    ) -> Work<'a> {
        Self {
            city,
            tx,
            rules,
            book,
            p,
            d,
            who,
            now,
            today: city_day(now),
            data: Map::new(),
            wording: 0,
            redact: false,
            gone: Vec::new(),
        }
    }

    /// Notes a fact for the event.
    pub fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.data.insert(name.to_owned(), value.into());
    }

    /// Appends an event with what was noted, and its messages; answers its place in the chain.
    pub async fn happened(&mut self, action: &str, dedupe: Option<String>) -> Result<i64, Halt> {
        self.p.events = self.p.events.saturating_add(1);
        let mut event = event::Model::new(
            self.p.id,
            Some(self.p.events),
            self.now.as_millisecond(),
            self.who.role.name(),
            action,
        );
        event.actor = self.who.staff;
        event.state = self.p.state.clone();
        event.delivery = self.p.delivery;
        event.wording = std::mem::take(&mut self.wording);
        event.data = Value::from(std::mem::take(&mut self.data)).to_string();
        event.dedupe = dedupe;
        let seq = self.book.event(self.tx, event).await?;
        outbox::post(
            self.city,
            (self.tx, self.book),
            &self.p,
            self.d.as_ref(),
            action,
            seq,
            self.now,
        )
        .await?;
        Ok(seq)
    }

    /// Writes everything back; `before` is the number of the event the letter was read at.
    pub async fn save(&mut self, before: i64) -> Result<(), Halt> {
        let never = || delivery::NEVER.to_owned();
        self.p.next_due = self.d.as_ref().map_or_else(never, delivery::Model::next_due);
        if let Some(d) = &mut self.d {
            // Whatever was done, its limits may be others now.
            d.noted.clear();
            delivery::save(self.tx, d).await?;
        }
        if self.p.shown_to() == Visibility::Public {
            // What everybody sees is made from the events as they are kept.
            self.book.write(self.tx).await?;
        }
        public::reflect(self.city, self.tx, &mut self.p, self.redact, self.now).await?;
        match petition::save(self.tx, &self.p, before).await? {
            true => Ok(()),
            false => Err(Halt::Conflict),
        }
    }
}

/// What was done.
#[derive(Debug, Clone)]
pub struct Done {
    /// Our number of the letter.
    pub petition: i64,
    /// The number of the event within the letter.
    pub event: i64,
    /// Where the case stands now.
    pub state: State,
    /// Files that nothing names any more, once it is committed.
    gone: Vec<String>,
}

impl Done {
    /// What was done by a request before this one.
    pub(super) const fn before(petition: i64, event: i64, state: State) -> Self {
        Self {
            petition,
            event,
            state,
            gone: Vec::new(),
        }
    }
}

/// Does it, in a transaction of its own.
///
/// # Errors
/// [`Halt`]: nothing was changed.
pub async fn act(city: &City, id: i64, who: Actor, order: &Order, now: Timestamp) -> Result<Done, Halt> {
    let rules = Rules::read(city).await?;
    let tx = city.store.write().await?;
    let done = act_in(city, &tx, &rules, id, who, order, now).await?;
    tx.commit().await?;
    for file in &done.gone {
        if let Err(error) = upload::remove(city, file) {
            // It is done, and the sweep finds what is left.
            tracing::warn!(%error, "an erased file is still there");
        }
    }
    Ok(done)
}

/// Does it within a transaction that also writes something else, such as the key it was asked under.
pub(super) async fn act_in(
    city: &City,
    tx: &Tx,
    rules: &Rules,
    id: i64,
    who: Actor,
    order: &Order,
    now: Timestamp,
) -> Result<Done, Halt> {
    let book = Book::default();
    let mut work = Work::open(city, (tx, &book), rules, id, who, now).await?;
    let (before, shown) = (work.p.events, work.p.shown_to());
    may_see(&work, order).await?;
    if order.seen.is_some_and(|seen| seen != before) {
        return Err(Halt::Conflict);
    }
    // What the calendar did before this person is written first: a late response is noted although it came.
    engine::note_missed(&mut work).await?;
    book.write(tx).await?;
    let facts = facts::of(&work, order).await?;
    let next = judge(order.action, who.role, &facts, order.rating).map_err(Halt::Rule)?;
    another_decides(&work, order)?;
    given(next.needs, order)?;
    effect::apply(&mut work, order).await?;
    let former = || State::named(&work.p.former_state);
    let state = next.state.or_else(former).ok_or(Halt::Invalid("state_unknown"))?;
    effect::enter(&mut work, state).await?;
    let once = once(&work, order.action);
    work.happened(order.action.name(), once).await?;
    book.write(tx).await?;
    effect::settle(&mut work, order).await?;
    book.write(tx).await?;
    work.save(before).await?;
    let moves = matches!(order.action, Action::Merge | Action::Unmerge);
    if moves || work.p.shown_to() != shown {
        public::reflect_merged(city, tx, &work.p, order.action == Action::Unmerge, now).await?;
    }
    Ok(Done {
        petition: id,
        event: work.p.events,
        state,
        gone: work.gone,
    })
}

/// The key of what must happen once: a 督办 by hand is the one of its due date, and the engine gives no second.
fn once(work: &Work<'_>, action: Action) -> Option<String> {
    let d = work.d.as_ref().filter(|_| action == Action::Supervise)?;
    Some(engine::key_of(
        d.petition,
        d.number,
        Cause::Supervised,
        &d.resolve_due,
    ))
}

/// A department sees what was routed to it, and the operator what was taken down on the line.
async fn may_see(work: &Work<'_>, order: &Order) -> Result<(), Halt> {
    let mine = work.who.department;
    let sees = match work.who.role {
        Role::Head if order.action == Action::Contest => {
            let all = score::of(work.tx, work.p.id).await?;
            all.iter()
                .any(|d| d.id == order.deduction && d.department == mine)
        }
        Role::Handler | Role::Head => mine != 0 && work.p.lead == mine,
        Role::Assistant => work.d.as_ref().is_some_and(|d| d.assists().contains(&mine)),
        Role::Operator => work.p.source == "line",
        _ => true,
    };
    if sees { Ok(()) } else { Err(Halt::NotThere) }
}

/// An appeal is decided by another reviewer than whoever declined.
fn another_decides(work: &Work<'_>, order: &Order) -> Result<(), Halt> {
    let decides = matches!(order.action, Action::Decline | Action::Route | Action::Merge);
    let same = work.p.appealed == 1 && work.p.declined_by == work.who.staff && work.who.staff != 0;
    if decides && same && work.p.state == State::Submitted.name() {
        return Err(Halt::Invalid("another_reviewer_decides"));
    }
    Ok(())
}

/// Everything that must come with it does.
fn given(needs: &'static [Ask], order: &Order) -> Result<(), Halt> {
    for ask in needs {
        let there = match ask {
            // The head may approve the proposal as it lies.
            Ask::Text => !order.text.trim().is_empty() || order.action == Action::Resolve,
            Ask::File => {
                let files = order.uploads.as_ref().is_some_and(|(_, names)| !names.is_empty());
                files || !order.text.trim().is_empty()
            }
            Ask::Reason => !order.reason.trim().is_empty(),
            Ask::Unit => order.department != 0,
            Ask::Date => order.date.is_some(),
            Ask::Target => order.target != 0,
            Ask::Grade => order.rating.is_some(),
        };
        if !there {
            return Err(Halt::Missing(*ask));
        }
    }
    let bad = order.action == Action::Rate && order.rating.is_some_and(Rating::is_bad);
    if bad && order.reason.trim().is_empty() {
        return Err(Halt::Missing(Ask::Reason));
    }
    let long = |text: &str| text.chars().count() > 10_000;
    if long(&order.text) || long(&order.reason) {
        return Err(Halt::Invalid("too_long"));
    }
    Ok(())
}

/// The name of a department; empty for none.
pub(crate) fn department_name(all: &[people::department::Model], id: i64) -> String {
    let found = all.iter().find(|d| d.id == id);
    found.map(|d| d.name.clone()).unwrap_or_default()
}
