//! Letters one after another, some in each transaction. What stops one letter stops no other: when some together fail,
//! they are done again one by one, and the one that cannot be advanced is left behind and told of.
//!
//! Rejected: a savepoint for each letter. It costs two statements for every letter on every day, and this costs a
//! second try on the days on which something is broken.

use super::{
    missed::{note, noted, overdue, quiet_until},
    recount::count_again,
};
use crate::{
    City, Error, Result,
    petition::{
        Rules,
        act::{Actor, Halt, Order, Work, act_in},
        book::Book,
        city_day,
    },
    store::{
        Tx,
        petition::{self, delivery},
    },
};
use jiff::Timestamp;
use std::collections::{BTreeMap, HashMap};
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
        let (city, rules, now) = (self.city, self.rules, self.now);
        let tx = city.store.write().await?;
        let mut done = 0_usize;
        if step == Step::Close {
            let order = Order::new(Action::Close);
            for letter in letters {
                act_in(city, &tx, rules, *letter, Actor::ENGINE, &order, now).await?;
                done = done.saturating_add(1);
            }
            tx.commit().await?;
            return Ok(done);
        }
        let book = Book::default();
        let (mut works, mut quiet) = (Vec::new(), Vec::new());
        for (p, d) in read(&tx, letters).await? {
            let letter = p.id;
            // Of one that is with a department no longer nothing is left to do.
            let until = if State::is_with_department(p.stands()?) {
                let today = city_day(now);
                // Of limits that cannot be read nothing is known: somebody may mend them.
                let known = d
                    .as_ref()
                    .filter(|d| d.respond().is_some() && d.resolve().is_some());
                let until = known.map_or(Some(today), |d| quiet_until(rules, d, today));
                works.push(Work::on(city, (&tx, &book), rules, (p, d), Actor::ENGINE, now));
                until
            } else {
                None
            };
            quiet.push((letter, until));
        }
        done = match step {
            Step::Recount => count(works).await?,
            _ => note_all(&tx, works).await?,
        };
        book.write(&tx).await?;
        if step == Step::Missed {
            delivery::looked(&tx, quiet).await?;
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

/// These letters with their standing deliveries; one that is not there is the house's fault.
async fn read(tx: &Tx, letters: &[i64]) -> Result<Vec<(petition::Model, Option<delivery::Model>)>, Halt> {
    let rows = petition::all(tx, letters).await?;
    if rows.len() != letters.len() {
        return Err(Halt::NotThere);
    }
    let all = delivery::all_of(tx, letters).await?;
    let mut standing: HashMap<(i64, i64), delivery::Model> =
        all.into_iter().map(|d| ((d.petition, d.number), d)).collect();
    let pair = |p: petition::Model| {
        let d = standing.remove(&(p.id, p.delivery));
        (p, d)
    };
    Ok(rows.into_iter().map(pair).collect())
}

async fn count(works: Vec<Work<'_>>) -> Result<usize, Halt> {
    let mut moved = 0_usize;
    for mut work in works {
        let before = work.p.events;
        moved = moved.saturating_add(usize::from(count_again(&mut work).await?));
        work.save(before).await?;
    }
    Ok(moved)
}

/// What is known already is looked up for all together; a letter with nothing new is not written at all.
async fn note_all(tx: &Tx, works: Vec<Work<'_>>) -> Result<usize, Halt> {
    let late = works.into_iter().map(|work| {
        let missed = overdue(work.rules, work.d.as_ref(), work.today);
        (work, missed)
    });
    let late: Vec<_> = late.collect();
    let known = noted(tx, late.iter().flat_map(|(_, missed)| missed)).await?;
    let mut seen = 0_usize;
    for (mut work, missed) in late {
        if missed.iter().all(|m| m.is_noted(&known)) {
            continue;
        }
        let before = work.p.events;
        seen = seen.saturating_add(note(&mut work, missed, &known).await?);
        work.save(before).await?;
    }
    Ok(seen)
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
