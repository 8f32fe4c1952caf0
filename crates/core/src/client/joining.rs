//! 我也遇到: joining a public letter, and leaving it.
//!
//! Whoever joins is promised its steps: the letter is followed on this device from then on, as by 订阅, and where it goes
//! on in another (并案) that one is. The server is told of the joining and of nothing else. Rejected: asking it how
//! joined letters stand, which would tell it when somebody looks, for what the next round brings anyway.

use super::Client;
use crate::{
    Event,
    error::{Error, Result},
    outbox::{Parcel, join_place},
    store::{
        inbox::{self, Arrival},
        letter, outbox, own, topic,
    },
    view::TopicForm,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use weimenhu_domain::{Collection, petition::State, record::Id};

/// Letters that were merged again and again; a longer way is a circle.
const MOST_MERGES: usize = 9;

/// What is sealed of a joined letter.
#[derive(Serialize, Deserialize)]
#[serde(from = "Kept")]
pub(crate) struct Joined {
    pub number: String,
    pub token: String,
    /// The record that is followed because of it; none where the person followed it before.
    pub follows: Option<Id>,
}

/// As it was sealed by this app and the ones before it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Now {
        number: String,
        token: String,
        follows: Option<Id>,
    },
    Before(String, String),
}

impl From<Kept> for Joined {
    fn from(kept: Kept) -> Self {
        let (number, token, follows) = match kept {
            Kept::Now {
                number,
                token,
                follows,
            } => (number, token, follows),
            Kept::Before(number, token) => (number, token, None),
        };
        Self {
            number,
            token,
            follows,
        }
    }
}

impl Client {
    /// 我也遇到. Its steps come to the inbox.
    ///
    /// # Errors
    /// The database's; joining twice is no error.
    pub fn join_letter(&self, number: &str) -> Result<()> {
        if self.joined()?.contains(number) {
            return Ok(());
        }
        let follows = self.follow_joined(number)?;
        let parcel = Parcel {
            follows,
            ..self.parcel_about(number, String::new())
        };
        self.enqueue(&self.new_id(), "join", &parcel)
    }

    /// No longer, and its steps come no longer, unless it was followed before it was joined. One that was not sent yet
    /// is simply not sent.
    ///
    /// # Errors
    /// The database's; leaving what was not joined is no error.
    pub fn leave_letter(&self, number: &str) -> Result<()> {
        for (row, parcel) in self.waiting()? {
            if row.what == "join"
                && parcel.number == number
                && self.write(|tx| outbox::recall(tx, &row.id))?
            {
                self.unfollow_joined(number, parcel.follows)?;
                self.announce(Event::Letters);
                return Ok(());
            }
        }
        for (_, joined) in self.joins()? {
            if joined.number == number {
                self.unfollow_joined(number, joined.follows)?;
                return self.enqueue(&self.new_id(), "leave", &self.parcel_about(number, joined.token));
            }
        }
        Ok(())
    }

    /// The joined letter is left.
    pub(crate) fn forget_join(&self, row: &outbox::Row, number: &str) -> Result<()> {
        let ids: Vec<String> = self
            .joins()?
            .into_iter()
            .filter(|(_, joined)| joined.number == number)
            .map(|(id, _)| id)
            .collect();
        self.write(|tx| {
            outbox::remove(tx, &row.id)?;
            ids.iter().try_for_each(|id| own::leave(tx, id))
        })
    }

    /// Numbers of joined letters, those that are about to be among them and those about to be left not.
    pub(super) fn joined(&self) -> Result<BTreeSet<String>> {
        let mut numbers: BTreeSet<String> = self
            .joins()?
            .into_iter()
            .map(|(_, joined)| joined.number)
            .collect();
        for (row, parcel) in self.waiting()? {
            match &*row.what {
                "join" => drop(numbers.insert(parcel.number)),
                "leave" => drop(numbers.remove(&parcel.number)),
                _ => {}
            }
        }
        Ok(numbers)
    }

    /// After a round: a joined letter that was merged goes on in another, and one whose text was redacted under another
    /// number of its record. What is followed goes with it, unless the person follows it no longer.
    pub(super) fn follow_on(&self) -> Result<()> {
        for (id, joined) in self.joins()? {
            let (Some(before), Some(now)) = (joined.follows, self.goes_on(&joined.number)?) else {
                continue;
            };
            let followed = self.read(|s| s.read(|c| topic::same(c, &of_letter(before))))?;
            let Some(topic) = followed.filter(|_| before != now) else {
                continue;
            };
            // What the person follows by themselves stays theirs when the letter is left.
            let also = |(other, joined): &(String, Joined)| *other != id && joined.follows == Some(now);
            let theirs = self
                .read(|s| s.read(|c| topic::same(c, &of_letter(now))))?
                .is_some()
                && !self.joins()?.iter().any(also);
            let joined = Joined {
                follows: Some(now).filter(|_| !theirs),
                ..joined
            };
            let sealed = self.outbox.seal().seal_value(&join_place(&id), &joined)?;
            let arrived = self.time().to_string();
            let arrival = Arrival {
                now: &arrived,
                told: false,
            };
            self.write(|tx| {
                // Left or erased this very moment: it must not come back.
                if !own::set_joined(tx, &own::Joined { id, sealed })? {
                    return Ok(());
                }
                if topic::same(tx, &of_letter(now))?.is_some() {
                    return topic::set_gone(tx, topic, true).map(drop);
                }
                topic::move_letter(tx, topic, now)?;
                inbox::gather(tx, Collection::Petitions, [now], &mut topic::follow(tx)?, arrival).map(drop)
            })?;
            self.announce(Event::Inbox);
        }
        Ok(())
    }

    /// The record of a letter, or of the one in which it goes on, as far as they are here.
    pub(super) fn goes_on(&self, number: &str) -> Result<Option<Id>> {
        let (mut number, mut found) = (number.to_owned(), None);
        for _ in 0..MOST_MERGES {
            let Some(row) = self.read(|s| s.read(|c| letter::numbered(c, &number)))? else {
                break;
            };
            found = Some(row.id);
            let public = match row.state {
                State::Merged => self.public_letter(row.id)?,
                _ => None,
            };
            match public.and_then(|letter| letter.merged_into) {
                Some(target) => number = target.to_string(),
                None => break,
            }
        }
        Ok(found)
    }

    /// Answers the record, where it is followed because of this and was not before.
    fn follow_joined(&self, number: &str) -> Result<Option<Id>> {
        let Some(record) = self.goes_on(number)? else {
            return Ok(None);
        };
        let form = of_letter(record);
        if self.read(|s| s.read(|c| topic::same(c, &form)))?.is_some() {
            return Ok(None);
        }
        match self.follow(&form) {
            Ok(_) => Ok(Some(record)),
            // Whoever follows more than anybody oversees still joins.
            Err(Error::TooManyTopics) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Two letters that were joined may go on in the same one, which is followed until the second is left too.
    fn unfollow_joined(&self, number: &str, record: Option<Id>) -> Result<()> {
        let Some(record) = record else { return Ok(()) };
        let also = |(_, joined): &(String, Joined)| joined.number != number && joined.follows == Some(record);
        if self.joins()?.iter().any(also) {
            return Ok(());
        }
        match self.read(|s| s.read(|c| topic::same(c, &of_letter(record))))? {
            Some(topic) => self.unfollow(topic),
            None => Ok(()),
        }
    }

    /// Joined letters with their ids here.
    fn joins(&self) -> Result<Vec<(String, Joined)>> {
        let seal = self.outbox.seal();
        let rows = self.read(|s| s.read(own::joined))?;
        let open =
            |row: own::Joined| Some((seal.open_value(&join_place(&row.id), &row.sealed).ok()?, row.id));
        Ok(rows
            .into_iter()
            .filter_map(open)
            .map(|(joined, id)| (id, joined))
            .collect())
    }

    fn parcel_about(&self, number: &str, token: String) -> Parcel {
        Parcel {
            key: self.new_id(),
            body: String::new(),
            number: number.to_owned(),
            token,
            files: Vec::new(),
            form: None,
            follows: None,
        }
    }
}

fn of_letter(record: Id) -> TopicForm {
    TopicForm {
        letter: Some(record),
        ..TopicForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_joined_by_an_older_app_is_still_joined() {
        let before: Joined = serde_json::from_str(r#"["2026-000001-36","token"]"#).unwrap();
        assert_eq!((before.number.as_str(), before.follows), ("2026-000001-36", None));
        let now = serde_json::to_string(&Joined {
            follows: Some(7),
            ..before
        });
        let again: Joined = serde_json::from_str(&now.unwrap()).unwrap();
        assert_eq!((again.token.as_str(), again.follows), ("token", Some(7)));
    }
}
