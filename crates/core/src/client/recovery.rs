//! A lost receipt: found again by the phone that was given with the letter, and a code that comes to it.

use super::{Client, mine::Written};
use crate::{
    Event,
    error::{Error, Result},
    outbox::own_place,
    store::own,
};
use weimenhu_domain::petition::wire::Again;

impl Client {
    /// Asks for a code by SMS. Nobody is told whether a letter has this phone.
    ///
    /// # Errors
    /// [`Error::Refused`] for what is no phone; those of the network.
    pub async fn ask_recovery_code(&self, phone: &str) -> Result<()> {
        self.remote()?.recovery_code(phone.trim()).await
    }

    /// Takes the letters of a phone into the person's own, with tokens of their own, so that here too everything can be
    /// done that their writer may. Answers their numbers.
    ///
    /// # Errors
    /// [`Error::WrongCode`]; those of the network. A letter that does not arrive now is heard of with the next round:
    /// its receipt is kept first.
    pub async fn recover_letters(&self, phone: &str, code: &str) -> Result<Vec<String>> {
        let found = self.remote()?.recover(phone.trim(), code.trim()).await?;
        // The oldest first: the list shows the newest first by the order of keeping.
        for again in found.iter().rev() {
            self.keep_again(again)?;
        }
        self.announce(Event::Letters);
        if let Err(error) = self.refresh_letters().await {
            tracing::debug!(%error, "recovered letters are heard of later");
        }
        Ok(found.into_iter().map(|a| a.number.to_string()).collect())
    }

    /// A letter that is here already keeps its receipt, unless it was only looked up.
    fn keep_again(&self, again: &Again) -> Result<()> {
        let number = again.number.to_string();
        let seal = self.outbox.seal();
        let (id, known) = match self.one(&number) {
            Ok(mine) if !mine.written.token.is_empty() => return Ok(()),
            Ok(mine) => (mine.row.id.clone(), Some(mine)),
            Err(Error::NotFound) => (self.new_id(), None),
            Err(other) => return Err(other),
        };
        let receipt = |written: &Written| seal.seal_value(&own_place(&id), written);
        let (code, token) = (again.code.clone(), again.token.clone());
        if let Some(mine) = known {
            let written = Written {
                code,
                token,
                ..mine.written
            };
            let row = own::Row {
                receipt: receipt(&written)?,
                tag: String::new(),
                ..mine.row
            };
            return self.write(|tx| own::hear(tx, &row, false)).map(drop);
        }
        let written = Written::found(number, code, token);
        let row = own::Row {
            unseen: false,
            refreshed: String::new(),
            tag: String::new(),
            receipt: receipt(&written)?,
            own: Vec::new(),
            id,
        };
        self.write(|tx| own::add(tx, &row)).map(drop)
    }
}
