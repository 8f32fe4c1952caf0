//! 通知: tells by the system what came in, as one notification however much it is.
//!
//! The core decides what is told and when; the shell shows it and answers how that went. What was not shown stays
//! untold and is told with what comes next. Rejected: a notification for each record, which is a flood after a week
//! away, and timers set ahead, which know nothing of a clock that is put right.

mod hours;

use crate::{
    Client, Event,
    error::Result,
    store::{setting, topic, untold},
    view::{Notification, NotifyChoice, NotifyState, Shown, Told, Untold},
};
use hours::Hours;
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use std::{future::Future, sync::PoisonError, time::Duration};
use tokio::sync::broadcast::error::RecvError;
use weimenhu_domain::link;

/// A round brings one collection after the other: what it brings is told together.
const SETTLE: Duration = Duration::from_secs(2);
/// The longest sleep until something held back is looked at again: clocks are put right, and devices sleep.
const LOOK: Duration = Duration::from_secs(60);
/// After the system refused: it is asked again with the next that comes in, or then.
const REFUSED: Duration = Duration::from_secs(15 * 60);

/// What is to be done now.
enum Due {
    Nothing,
    Later(Zoned),
    Now(Untold),
}

impl Client {
    /// How the person wants to be told.
    ///
    /// # Errors
    /// Only the database's.
    pub fn notify_choice(&self) -> Result<NotifyChoice> {
        let chosen: Option<NotifyChoice> = self.read(|s| s.read(|c| setting::json(c, setting::NOTIFY)))?;
        Ok(chosen.unwrap_or_default())
    }

    /// Chooses it. What came in while nothing was told is not told afterwards.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) for hours that are none.
    pub fn set_notify_choice(&self, choice: &NotifyChoice) -> Result<()> {
        Hours::of(choice)?;
        let was_off = !self.notify_choice()?.on;
        self.write(|tx| {
            if choice.on && was_off {
                untold::tell(tx, &untold::get(tx, true)?)?;
            }
            setting::set_json(tx, setting::NOTIFY, choice)
        })?;
        self.announce(Event::Inbox);
        Ok(())
    }

    /// The language that the person reads, for what the system shows while no window does; none before it is known.
    ///
    /// # Errors
    /// Only the database's.
    pub fn language(&self) -> Result<Option<String>> {
        self.read(|s| s.read(|c| setting::get(c, setting::LANGUAGE)))
    }

    /// Remembers it, as a tag.
    ///
    /// # Errors
    /// Only the database's.
    pub fn set_language(&self, tag: &str) -> Result<()> {
        self.write(|tx| setting::set(tx, setting::LANGUAGE, tag))
    }

    /// Each link of the chain, for whoever wonders why nothing was told.
    ///
    /// # Errors
    /// Only the database's.
    pub fn notify_state(&self) -> Result<NotifyState> {
        let choice = self.notify_choice()?;
        let topics = self.read(|s| s.read(topic::all))?;
        let untold = self.untold(&choice, true)?;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let next_poll = *self.next_round.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(NotifyState {
            topics: count(topics.len()),
            told_topics: count(topics.iter().filter(|t| t.notify && !t.muted).count()),
            last_poll: self.sync_state().last_success,
            next_poll: next_poll.map(|at| at.to_string()),
            waiting: untold.count + count(untold.letters.len()),
            held_until: match self.due(&choice)? {
                Due::Later(at) => Some(at.timestamp().to_string()),
                Due::Nothing | Due::Now(_) => None,
            },
            last: self.read(|s| s.read(|c| setting::json(c, setting::TOLD)))?,
            problem: *self.not_shown.lock().unwrap_or_else(PoisonError::into_inner),
            suspended: cfg!(any(target_os = "android", target_os = "ios")),
            choice,
        })
    }

    /// Tells what comes in until the future is dropped. `show` has the system show a notification.
    pub async fn keep_telling<F: Future<Output = Shown> + Send>(
        &self,
        show: impl Fn(Notification) -> F + Send + Sync,
    ) {
        let mut events = self.events();
        loop {
            let pause = match self.tell(&show).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(%error, "what came in was not told");
                    Some(REFUSED)
                }
            };
            let heard = async {
                while !matches!(
                    events.recv().await,
                    Ok(Event::Inbox | Event::Letters | Event::Changed(_))
                        | Err(RecvError::Lagged(_) | RecvError::Closed)
                ) {}
            };
            match pause {
                Some(pause) => drop(tokio::time::timeout(pause, heard).await),
                None => heard.await,
            }
            tokio::time::sleep(SETTLE).await;
        }
    }

    /// Tells what is due. Answers when to look again; none for when something changes.
    async fn tell<F: Future<Output = Shown>>(
        &self,
        show: impl Fn(Notification) -> F,
    ) -> Result<Option<Duration>> {
        let choice = self.notify_choice()?;
        let untold = match self.due(&choice)? {
            Due::Nothing => return Ok(None),
            Due::Later(at) => {
                let rest = Duration::try_from(at.timestamp().duration_since(self.time())).unwrap_or_default();
                return Ok(Some(rest.min(LOOK)));
            }
            Due::Now(untold) => untold,
        };
        let notification = notification(&untold);
        let count = notification.count + notification.letters;
        let shown = show(notification).await;
        let problem = match shown {
            Shown::No(problem) => Some(problem),
            Shown::Yes | Shown::Watching => None,
        };
        if shown != Shown::Watching {
            *self.not_shown.lock().unwrap_or_else(PoisonError::into_inner) = problem;
        }
        if problem.is_some() {
            tracing::warn!(?problem, count, "the system does not show notifications");
            return Ok(Some(REFUSED));
        }
        let digest = choice.digest.is_some() || untold.broad;
        self.remember(&untold, count, shown == Shown::Yes, digest)?;
        // The loop that called this hears it too, and looks again; there is nothing left to tell then.
        self.announce(Event::Inbox);
        Ok(None)
    }

    /// What a round of telling did.
    fn remember(&self, untold: &Untold, count: u32, shown: bool, digest: bool) -> Result<()> {
        let told = Told {
            at: self.time().to_string(),
            count,
        };
        let today = self.here(self.time()).date().to_string();
        self.write(|tx| {
            untold::tell(tx, untold)?;
            if shown {
                setting::set_json(tx, setting::TOLD, &told)?;
                // Whoever looks at the app when the hour comes has seen what is new so far, and not the day's digest.
                if digest && untold.count > 0 {
                    setting::set(tx, setting::DIGEST, &today)?;
                }
            }
            Ok(())
        })
    }

    fn untold(&self, choice: &NotifyChoice, broad: bool) -> Result<Untold> {
        let mut untold = self.read(|s| s.read(|c| untold::get(c, broad)))?;
        if !choice.letters {
            untold.letters.clear();
        }
        Ok(untold)
    }

    /// What is told now. Letters do not wait for the digest; what only broad topics brought in always waits for one.
    fn due(&self, choice: &NotifyChoice) -> Result<Due> {
        let all = self.untold(choice, true)?;
        if !choice.on || (all.count == 0 && all.letters.is_empty()) {
            return Ok(Due::Nothing);
        }
        let narrow = self.untold(choice, false)?;
        // Kept by a version that checked them.
        let hours = Hours::of(choice)?;
        let now = self.here(self.time());
        let last = self.read(|s| s.read(|c| setting::get(c, setting::DIGEST)))?;
        let last: Option<Date> = last.and_then(|day| day.parse().ok());
        let calendar = self.work_calendar()?;
        let works = |day| calendar.day(day).is_working();
        let letters = (!all.letters.is_empty()).then(|| hours.soonest(&now));
        let topics = (narrow.count > 0).then(|| hours.topics(&now, last, works));
        let broad = (all.count > narrow.count).then(|| hours.broad(&now, last, works));
        let soonest = letters.iter().chain(&topics).chain(&broad).min().cloned();
        let is_due = |at: Option<Zoned>| at.is_some_and(|at| at <= now);
        match soonest {
            None => Ok(Due::Nothing),
            Some(at) if at > now => Ok(Due::Later(at)),
            Some(_) => {
                // Never before the others: both wait for one digest, or the others wait for none.
                let mut untold = if is_due(broad) { all } else { narrow };
                if !untold.broad && !is_due(topics) {
                    untold.count = 0;
                    untold.rows.clear();
                }
                if !is_due(letters) {
                    untold.letters.clear();
                }
                Ok(Due::Now(untold))
            }
        }
    }

    /// The clock as the person reads it.
    fn here(&self, now: Timestamp) -> Zoned {
        now.to_zoned(TimeZone::system())
    }
}

fn notification(untold: &Untold) -> Notification {
    let one = untold
        .rows
        .first()
        .filter(|_| untold.count == 1 && untold.letters.is_empty());
    let link = match one {
        Some(row) => link::app(row.collection, row.id),
        None if untold.count == 0 => Some(link::to_screen("petitions")),
        None => None,
    };
    Notification {
        titles: untold.rows.iter().map(|row| row.title.clone()).collect(),
        count: untold.count,
        letters: u32::try_from(untold.letters.len()).unwrap_or(u32::MAX),
        link: link.unwrap_or_else(|| link::to_screen("inbox")),
    }
}
