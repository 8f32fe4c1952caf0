//! Letters that come at once are taken in together: one transaction, and one flush of the disk, for all that waited while
//! the ones before were written. Each has its receipt only after it. A letter alone waits for nobody, and on a slow disk
//! sixteen wait for one flush and not for sixteen.
//!
//! What can be wrong with one letter is found before anything is written of it, so it spoils no other one; what the
//! database refuses is tried again one by one, and each hears its own reason.
//!
//! Rejected: a savepoint for each letter, which is two statements for each to save what hardly ever happens; and to wait a
//! moment for others to come, which whoever is alone would pay for.

use super::{
    act::{Actor, Halt},
    book::Book,
    outbox, public,
    submit::{self, Known, Receipt, Submission},
    upload,
};
use crate::{
    City, Error, Result,
    store::{
        Tx,
        petition::{self, attachment, event, key, people, wording},
    },
};
use jiff::Timestamp;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    io::ErrorKind,
    slice,
    sync::{Mutex, PoisonError},
};
use tokio::sync::oneshot;
use weimenhu_domain::petition::Action;

/// Letters of one transaction. More would make whoever came first wait for whoever came last.
const MOST: usize = 64;

/// A letter that was found to be one, and waits to be written.
pub(super) struct Arrival {
    /// The key it was sent under.
    pub key: String,
    /// The key and the body, as they are kept.
    pub kept: (String, String),
    pub letter: Submission,
    /// By which way it came: app or line.
    pub source: String,
    pub who: Actor,
    pub now: Timestamp,
}

type Answer = Result<Receipt, Halt>;

/// The letters that wait, and whose turn it is to write.
#[derive(Default)]
pub(crate) struct Arrivals {
    waiting: Mutex<VecDeque<(Arrival, oneshot::Sender<Answer>)>>,
    turn: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What waits is somebody's letter.
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}

impl Arrivals {
    fn join(&self, arrival: Arrival) -> oneshot::Receiver<Answer> {
        let (tell, told) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back((arrival, tell));
        told
    }

    /// The letters that are written next. Of two under one key the second waits: whether it is the same is asked of what
    /// is kept of the first.
    fn next(&self) -> Vec<(Arrival, oneshot::Sender<Answer>)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut keys, mut next, mut later) = (HashSet::new(), Vec::new(), VecDeque::new());
        while let Some(one) = waiting.pop_front() {
            if next.len() < MOST && keys.insert(one.0.key.clone()) {
                next.push(one);
            } else {
                later.push_back(one);
            }
        }
        *waiting = later;
        next
    }
}

/// Has a letter written, with whatever else waits.
pub(super) async fn take(city: &City, arrival: Arrival) -> Answer {
    let told = city.arrivals.join(arrival);
    let own = city.clone();
    // By a task of its own: whoever hangs up while letters of others are being written takes nothing with him. Each letter
    // brings one, so that there is a turn for what the one before left.
    tokio::spawn(async move { write_next(&own).await });
    let ended = || Error::io("take a letter in")(ErrorKind::Interrupted.into());
    told.await.unwrap_or_else(|_| Err(ended().into()))
}

async fn write_next(city: &City) {
    let _turn = city.arrivals.turn.lock().await;
    let (arrivals, tell): (Vec<_>, Vec<_>) = city.arrivals.next().into_iter().unzip();
    let waiting = arrivals.iter().zip(tell);
    // Who asked may be gone; the letter is here, and its key answers the same receipt. So nobody minds whether it is told.
    let failed = match write(city, &arrivals).await {
        Ok(answers) => {
            waiting
                .zip(answers)
                .for_each(|((_, tell), answer)| drop(tell.send(answer)));
            return;
        }
        Err(failed) => failed,
    };
    let mut ended = match failed {
        Failed::NotBegun(e) => Some(e),
        // Of one alone it is known by now.
        Failed::Midway(e) => (arrivals.len() == 1).then_some(e),
    };
    for (one, tell) in waiting {
        let answer = match &ended {
            Some(e) => Err(like(e).into()),
            None => match write(city, slice::from_ref(one)).await {
                Ok(answers) => answers.into_iter().next().unwrap_or(Err(Halt::NotThere)),
                Err(Failed::Midway(e)) => Err(e.into()),
                Err(Failed::NotBegun(e)) => Err(ended.insert(e)).map_err(|e| like(e).into()),
            },
        };
        drop(tell.send(answer));
    }
}

/// Why some letters were not written.
enum Failed {
    /// The database takes nothing: of one of them alone it would not either, and each would wait as long to hear it.
    NotBegun(Error),
    /// Something about one of them, perhaps.
    Midway(Error),
}

/// The same for everybody who waited: whether there is room decides what the app does next.
fn like(e: &Error) -> Error {
    let kind = if e.is_full() {
        ErrorKind::StorageFull
    } else {
        ErrorKind::Other
    };
    Error::io("take a letter in")(std::io::Error::new(kind, e.to_string()))
}

/// What is to be written of some letters.
#[derive(Default)]
struct Rows {
    petitions: Vec<petition::Model>,
    words: Vec<wording::Model>,
    files: Vec<(i64, Vec<attachment::upload::Model>)>,
    keys: Vec<key::Model>,
}

/// Writes these letters, of different keys; answers each its receipt or why it is none.
async fn write(city: &City, arrivals: &[Arrival]) -> Result<Vec<Answer>, Failed> {
    if arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let tx = city.store.write().await.map_err(Failed::NotBegun)?;
    write_in(city, tx, arrivals).await.map_err(Failed::Midway)
}

async fn write_in(city: &City, tx: Tx, arrivals: &[Arrival]) -> Result<Vec<Answer>> {
    // Looked up again where nobody else can write: two requests may have come at once.
    let keys = arrivals.iter().map(|a| a.kept.0.as_str());
    let known: HashMap<String, key::Model> = key::all_used(&tx, keys).await?;
    let mut numbers = Numbers::new(&tx).await?;
    let departments = departments(&tx, arrivals).await?;
    let (book, mut rows, mut answers) = (Book::default(), Rows::default(), Vec::new());
    for arrival in arrivals {
        if let Some(used) = known.get(&arrival.kept.0) {
            answers.push(again(city, &tx, arrival, used).await?);
            continue;
        }
        let owner = upload::owner(city, &arrival.key);
        let names: Vec<String> = arrival
            .letter
            .attachments
            .iter()
            .map(ToString::to_string)
            .collect();
        let files = match upload::whole(&tx, &owner, &names, 0).await {
            Ok(files) => files,
            Err(Halt::Broken(e)) => return Err(e),
            Err(halt) => {
                answers.push(Err(halt));
                continue;
            }
        };
        let (id, count) = numbers.next(&tx, arrival.now).await?;
        let wished = departments.iter().find(|d| d.name == arrival.letter.department);
        let mut p = submit::row(city, arrival, (id, count), wished.map_or(0, |d| d.id))?;
        let made_ms = arrival.now.as_millisecond();
        for (sort, text) in [("title", &arrival.letter.title), ("letter", &arrival.letter.text)] {
            rows.words
                .push(wording::Model::of_writer(id, sort, &submit::plain(text), made_ms));
        }
        p.events = 1;
        let mut first = event::Model::new(
            id,
            Some(1),
            made_ms,
            arrival.who.role.name(),
            Action::Submit.name(),
        );
        first.actor = arrival.who.staff;
        first.state = p.state.clone();
        let seq = book.event(&tx, first).await?;
        outbox::post(
            city,
            (&tx, &book),
            &p,
            None,
            Action::Submit.name(),
            seq,
            arrival.now,
        )
        .await?;
        answers.push(Ok(submit::receipt(city, &arrival.key, &p)?));
        rows.files.push((id, files));
        rows.keys.push(key::Model {
            key: arrival.kept.0.clone(),
            body: arrival.kept.1.clone(),
            petition: id,
            event: 1,
            made_ms,
        });
        rows.petitions.push(p);
    }
    write_rows(&tx, rows).await?;
    book.write(&tx).await?;
    tx.commit().await?;
    Ok(answers)
}

async fn write_rows(tx: &Tx, mut rows: Rows) -> Result<()> {
    public::announce(tx, &mut rows.petitions).await?;
    petition::add_all(tx, rows.petitions).await?;
    wording::add_all(tx, rows.words).await?;
    for (id, files) in &rows.files {
        upload::adopt(tx, *id, 1, files).await?;
    }
    key::keep_all(tx, rows.keys).await
}

/// The answer to a letter whose key is known by now.
async fn again(city: &City, tx: &Tx, arrival: &Arrival, used: &key::Model) -> Result<Answer> {
    let known = submit::known_as(city, tx, &arrival.key, used, &arrival.kept.1).await?;
    Ok(match known {
        Some(Known::Same(receipt)) => Ok(receipt),
        Some(Known::Other) => Err(Halt::Invalid("key_used")),
        None => Err(Halt::NotThere),
    })
}

/// All departments, if any of these letters wishes for one.
async fn departments(tx: &Tx, arrivals: &[Arrival]) -> Result<Vec<people::department::Model>> {
    if arrivals.iter().all(|a| a.letter.department.is_empty()) {
        return Ok(Vec::new());
    }
    people::departments(tx).await
}

/// The numbers of new letters, read once and counted on.
struct Numbers {
    id: i64,
    /// The last count that was given, by the year.
    counts: HashMap<i64, i64>,
}

impl Numbers {
    async fn new(tx: &Tx) -> Result<Self> {
        Ok(Self {
            id: petition::last_id(tx).await?,
            counts: HashMap::new(),
        })
    }

    /// Our number, and the count within the year of this moment.
    async fn next(&mut self, tx: &Tx, now: Timestamp) -> Result<(i64, i64)> {
        let year = submit::year(now);
        let last = match self.counts.get(&year) {
            Some(last) => *last,
            None => petition::last_count(tx, year).await?,
        };
        let count = last.saturating_add(1);
        self.id = self.id.saturating_add(1);
        self.counts.insert(year, count);
        Ok((self.id, count))
    }
}
