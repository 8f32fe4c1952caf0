//! How the person's letters stand, asked of the server, quietly now and then or because somebody wants to know: what is
//! new is kept, and that it knows a letter no longer.

use super::{
    Client,
    mine::{DEEDS, Mine},
};
use crate::{
    Code, Event,
    error::{Error, Result},
    outbox::own_place,
    store::{own, step},
};
use weimenhu_domain::petition::{State, wire::OwnStep};

impl Client {
    /// Asks how every letter stands, also those that were only looked up.
    ///
    /// # Errors
    /// The first that kept one from being asked about; the others were asked about all the same.
    pub async fn refresh_letters(&self) -> Result<()> {
        self.hear_all(&self.mine()?).await
    }

    /// The same for those in which something may still happen, quietly.
    pub(crate) async fn refresh_open_letters(&self) -> Result<()> {
        let over = |mine: &Mine| matches!(mine.state(), State::Closed | State::Withdrawn);
        let mut open = self.mine()?;
        open.retain(|m| !over(m) && !m.written.token.is_empty());
        self.hear_all(&open).await
    }

    /// One that fails does not hide the news of the others, unless the next would fail as well.
    async fn hear_all(&self, all: &[Mine]) -> Result<()> {
        let mut answer = Ok(());
        for Mine { row, .. } in all {
            let Err(e) = self.hear(&row.id).await else {
                continue;
            };
            tracing::info!(id = row.id, code = ?e.code(), "letter not looked at");
            let of_all = matches!(e.code(), Code::Offline | Code::Timeout | Code::TooMany);
            answer = answer.and(Err(e));
            if of_all {
                break;
            }
        }
        answer
    }

    pub(crate) async fn refresh_letter(&self, number: &str) -> Result<()> {
        self.hear(&self.one(number)?.row.id).await
    }

    /// Asks how one stands, and keeps what is new. One that is not here any more is nothing to ask about.
    async fn hear(&self, id: &str) -> Result<()> {
        let remote = self.remote()?;
        // One after the other: what an answer is laid upon is what it was asked with. Of two at a time, the one that was
        // told "nothing new" would put back what it had read before the other's news.
        let _turn = self.outbox.hearing.lock().await;
        let row = self.read(|s| s.read(|c| own::get(c, id)))?;
        let Some(mine) = row.and_then(|row| self.opened(row)) else {
            return Ok(());
        };
        let Mine {
            row,
            mut written,
            own,
        } = mine;
        let heard = if written.token.is_empty() {
            let own = remote.look_up(&written.number, &written.code).await;
            own.map(|own| Some((own, String::new())))
        } else {
            remote.track(&written.token, &row.tag).await
        };
        let refreshed = self.time().to_string();
        let place = own_place(&row.id);
        let seal = self.outbox.seal();
        // Said by our own server, not by whoever stands between: it answers with a problem document.
        let unknown = matches!(&heard, Err(Error::WrongCode))
            || matches!(&heard, Err(Error::Refused(code)) if code == "not_found");
        let (mut news, mut gone_from) = (Vec::new(), None);
        let row = if unknown {
            if written.missing.is_empty() {
                news.push(step::AS_A_WHOLE);
                written.missing = refreshed.clone();
            }
            own::Row {
                receipt: seal.seal_value(&place, &written)?,
                // What is heard next is heard anew, if the letter comes back.
                tag: String::new(),
                refreshed,
                ..row
            }
        } else {
            let heard = heard?;
            let mut row = own::Row { refreshed, ..row };
            if !written.missing.is_empty() {
                written.missing.clear();
                row.receipt = seal.seal_value(&place, &written)?;
            }
            if let Some((new, tag)) = heard {
                let found_again = written.complete(&new);
                if found_again {
                    row.receipt = seal.seal_value(&place, &written)?;
                }
                // Steps of a letter it went on with go when it does so no longer, or that one is not public: what comes
                // in their place is new.
                let old = own.map(|o| o.trail);
                let steps = |own: &[OwnStep]| i64::try_from(own.len()).unwrap_or(i64::MAX);
                // Of a letter that was found again only the last step is news.
                let first = match found_again {
                    true => steps(&new.trail).saturating_sub(1).max(1),
                    false => 1,
                };
                let known = old.as_ref().map_or(first, |old| common(old, &new.trail));
                gone_from = old.filter(|old| known < steps(old)).map(|_| known);
                // What the writer did is no news to the writer.
                let others =
                    |s: &OwnStep| !s.number.is_empty() || !DEEDS.iter().any(|deed| deed.name() == s.what);
                let fresh = (0_i64..).zip(&new.trail).filter(|(place, _)| *place >= known);
                news.extend(fresh.filter(|(_, step)| others(step)).map(|(place, _)| place));
                row.own = seal.seal_value(&place, &new)?;
                row.tag = tag;
            }
            row
        };
        self.write(|tx| {
            if let Some(from) = gone_from {
                step::end(tx, &row.id, from)?;
            }
            own::hear(tx, &row, !news.is_empty())?;
            let mut each = news.iter();
            each.try_for_each(|place| step::add(tx, &row.id, *place, &row.refreshed))
        })?;
        self.announce(Event::Letters);
        Ok(())
    }
}

/// How many steps both begin with.
fn common(old: &[OwnStep], new: &[OwnStep]) -> i64 {
    let same = |(a, b): &(&OwnStep, &OwnStep)| (&a.what, &a.at, &a.number) == (&b.what, &b.at, &b.number);
    let common = old.iter().zip(new).take_while(same).count();
    i64::try_from(common).unwrap_or(i64::MAX)
}
