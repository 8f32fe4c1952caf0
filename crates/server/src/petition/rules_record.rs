//! The city's numbers of days as devices get them: one record of the `calendar` collection, through the notice's own walk.
//!
//! Without a rule there is no record: a city that keeps the standard numbers publishes nothing new.

use crate::{
    City, Result,
    error::own_json,
    store::{Tx, petition::policy, queue, record},
};
use jiff::Timestamp;
use weimenhu_domain::{Collection, petition::policy::Rule, record::CalendarYear};

/// Who numbered the record: no import has this name, so none takes it for a year it must withdraw.
const SOURCE: &str = "rules";

/// The text to be published, unless it stands in the row that is there.
fn wanted(policies: Vec<Rule>, there: Option<&record::Model>) -> Result<Option<String>> {
    if there.is_none() && policies.is_empty() {
        return Ok(None);
    }
    let json = own_json(serde_json::to_string(&CalendarYear::of_rules(policies)), "rules")?;
    Ok((there.is_none_or(|row| row.current_json != json)).then_some(json))
}

/// Whether devices know other rules than the city has: those of a server that did not publish them yet.
pub(super) async fn is_behind(city: &City) -> Result<bool> {
    let db = city.store.read();
    let row = record::by_source(db, Collection::Calendar, SOURCE, &[SOURCE.to_owned()]).await?;
    Ok(wanted(policy::rules(db).await?, row.get(SOURCE))?.is_some())
}

/// Brings the record to what the rules are.
pub(super) async fn publish(tx: &Tx, now: Timestamp) -> Result<()> {
    let mut there = record::by_source(tx, Collection::Calendar, SOURCE, &[SOURCE.to_owned()]).await?;
    let row = there.remove(SOURCE);
    let Some(json) = wanted(policy::rules(tx).await?, row.as_ref())? else {
        return Ok(());
    };
    let changed_ms = now.as_millisecond();
    let key = match row {
        Some(mut row) => {
            row.current_json = json;
            row.state = record::APPROVED.to_owned();
            row.changed_ms = changed_ms;
            record::update(tx, &row).await?;
            row.key
        }
        None => {
            let key = record::next_key(tx).await?;
            let row = record::Model {
                key,
                collection: Collection::Calendar.name().to_owned(),
                id: None,
                source_system: SOURCE.to_owned(),
                source_id: SOURCE.to_owned(),
                base_json: String::new(),
                current_json: json,
                hand_edited: 1,
                state: record::APPROVED.to_owned(),
                changed_ms,
            };
            record::insert(tx, vec![row]).await?;
            key
        }
    };
    queue::push(tx, &[key], changed_ms).await
}
