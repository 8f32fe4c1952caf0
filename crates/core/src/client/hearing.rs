//! How the person's letters stand, asked of the server, quietly now and then or because somebody wants to know: what is
//! new is kept, and that it knows a letter no longer.

use super::{
    Client,
    mine::{Mine, Written},
};
use crate::{
    Code, Event,
    error::{Error, Result},
    outbox::own_place,
    store::own,
};
use weimenhu_domain::petition::State;

impl Client {
    /// Asks how every letter stands, also those that were only looked up.
    ///
    /// # Errors
    /// The first that kept one from being asked about; the others were asked about all the same.
    pub async fn refresh_letters(&self) -> Result<()> {
        self.hear_all(self.mine()?).await
    }

    /// The same for those in which something may still happen, quietly.
    pub(crate) async fn refresh_open_letters(&self) -> Result<()> {
        let over = |mine: &Mine| matches!(mine.state(), State::Closed | State::Withdrawn);
        let mut open = self.mine()?;
        open.retain(|m| !over(m) && !m.written.token.is_empty());
        self.hear_all(open).await
    }

    /// One that fails does not hide the news of the others, unless the next would fail as well.
    async fn hear_all(&self, all: Vec<Mine>) -> Result<()> {
        let mut answer = Ok(());
        for mine in all {
            let id = mine.row.id.clone();
            let Err(e) = self.hear(mine).await else {
                continue;
            };
            tracing::info!(id, code = ?e.code(), "letter not looked at");
            let of_all = matches!(e.code(), Code::Offline | Code::Timeout | Code::TooMany);
            answer = answer.and(Err(e));
            if of_all {
                break;
            }
        }
        answer
    }

    pub(crate) async fn refresh_letter(&self, number: &str) -> Result<()> {
        self.hear(self.one(number)?).await
    }

    /// Asks how one stands, and keeps what is new.
    async fn hear(&self, mine: Mine) -> Result<()> {
        let remote = self.remote()?;
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
        let seal = |written: &Written| self.outbox.seal().seal_value(&own_place(&row.id), written);
        let unknown = matches!(&heard, Err(Error::WrongCode))
            || matches!(&heard, Err(Error::Refused(code)) if code == "not_found");
        if unknown {
            // Said by our own server, not by whoever stands between: it answers with a problem document.
            let first = written.missing.is_empty();
            if first {
                written.missing = refreshed.clone();
            }
            let row = own::Row {
                unseen: row.unseen || first,
                receipt: seal(&written)?,
                // What is heard next is heard anew, if the letter comes back.
                tag: String::new(),
                refreshed,
                ..row
            };
            self.write(|tx| own::hear(tx, &row))?;
            self.announce(Event::Letters);
            return Ok(());
        }
        let heard = heard?;
        let receipt = if written.missing.is_empty() {
            row.receipt.clone()
        } else {
            written.missing.clear();
            seal(&written)?
        };
        let row = own::Row { receipt, ..row };
        let row = match heard {
            None => own::Row { refreshed, ..row },
            Some((new, tag)) => {
                let steps = own.map_or(1, |o| o.trail.len());
                own::Row {
                    unseen: row.unseen || new.trail.len() > steps,
                    own: self.outbox.seal().seal_value(&own_place(&row.id), &new)?,
                    refreshed,
                    tag,
                    ..row
                }
            }
        };
        self.write(|tx| own::hear(tx, &row))?;
        self.announce(Event::Letters);
        Ok(())
    }
}
