//! Letters one after another, some in each transaction. What stops one letter stops no other: when some together fail,
//! they are done again one by one, and the one that cannot be advanced is left behind and told of.
//!
//! Rejected: a savepoint for each letter. It costs two statements for every letter on every day, and this costs a
//! second try on the days on which something is broken.

use super::{missed::note_missed, recount::count_again};
use crate::{
    City, Error, Result,
    petition::{
        Rules,
        act::{Actor, Halt, Order, Work, act_in},
    },
    store::petition,
};
use jiff::Timestamp;
use std::collections::BTreeMap;
use weimenhu_domain::petition::{Action, State};

/// What the calendar does to a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Note what it has missed.
    Missed,
    /// Count its limits again.
    Recount,
    /// Close it unrated.
    Close,
}

/// A letter that cannot be advanced. Nothing of it is a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Our number.
    pub letter: i64,
    /// Its receipt number; empty when even that cannot be told.
    pub number: String,
    /// Why, for the log: the code of a refusal, or the error of a row.
    pub why: String,
}

/// One look of the engine.
pub(super) struct Look<'a> {
    pub city: &'a City,
    pub rules: &'a Rules,
    pub now: Timestamp,
    stuck: BTreeMap<i64, Stuck>,
}

impl<'a> Look<'a> {
    pub fn new(city: &'a City, rules: &'a Rules, now: Timestamp) -> Self {
        let stuck = BTreeMap::new();
        Self {
            city,
            rules,
            now,
            stuck,
        }
    }

    /// The letters that were left behind.
    pub fn ended(self) -> Vec<Stuck> {
        self.stuck.into_values().collect()
    }

    /// Their numbers so far.
    pub fn behind(&self) -> Vec<i64> {
        self.stuck.keys().copied().collect()
    }

    /// Takes each of these letters a step further; answers how much was done.
    pub async fn each(&mut self, letters: &[i64], step: Step) -> Result<usize> {
        match self.together(letters, step).await {
            Ok(done) => return Ok(done),
            Err(halt) => letters_own(halt)?,
        };
        let mut done = 0_usize;
        for letter in letters {
            match self.together(&[*letter], step).await {
                Ok(more) => done = done.saturating_add(more),
                Err(halt) => {
                    let why = letters_own(halt)?;
                    self.leave(*letter, why).await?;
                }
            }
        }
        Ok(done)
    }

    async fn together(&self, letters: &[i64], step: Step) -> Result<usize, Halt> {
        let tx = self.city.store.write().await?;
        let mut done = 0_usize;
        for letter in letters {
            let more = match step {
                Step::Close => {
                    let order = Order::new(Action::Close);
                    let (city, rules) = (self.city, self.rules);
                    act_in(city, &tx, rules, *letter, Actor::ENGINE, &order, self.now).await?;
                    1
                }
                _ => {
                    let work = Work::open(self.city, &tx, self.rules, *letter, Actor::ENGINE, self.now);
                    advance(work.await?, step).await?
                }
            };
            done = done.saturating_add(more);
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn leave(&mut self, letter: i64, why: String) -> Result<()> {
        let row = petition::get(self.city.store.read(), letter).await?;
        let number = row.and_then(|p| p.number().ok());
        let stuck = Stuck {
            letter,
            number: number.map(|n| n.to_string()).unwrap_or_default(),
            why,
        };
        self.stuck.entry(letter).or_insert(stuck);
        Ok(())
    }
}

/// A step of a letter that still is with a department; of another nothing is left to do.
async fn advance(mut work: Work<'_>, step: Step) -> Result<usize, Halt> {
    if !State::is_with_department(work.p.stands()?) {
        return Ok(0);
    }
    let before = work.p.events;
    let done = if step == Step::Recount {
        usize::from(count_again(&mut work).await?)
    } else {
        let missed = note_missed(&mut work).await?;
        if let Some(d) = &mut work.d {
            d.noted = work.today.to_string();
        }
        missed
    };
    work.save(before).await?;
    Ok(done)
}

/// Why it was this letter's own fault; what would stop every other letter as well ends the look.
fn letters_own(halt: Halt) -> Result<String> {
    match halt {
        Halt::Broken(e) if e.is_full() || e.is_connection() => Err(e),
        Halt::Broken(e @ (Error::File { .. } | Error::Io { .. })) => Err(e),
        Halt::Broken(e) => Ok(e.to_string()),
        refused => Ok(refused.code().to_owned()),
    }
}
