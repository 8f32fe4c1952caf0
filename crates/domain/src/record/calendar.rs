//! The working-day calendar (工作日): what the State Council's yearly notice changes about Monday to Friday, and the
//! city's numbers of days beside it.
//!
//! The numbers of days travel as one more record of this collection, of the year [`RULES_YEAR`] and without days: an
//! older app reads it as a year whose list is not out, and counts by the standard numbers as before. Rejected: a
//! collection of their own, an index and a segment more for every device and a file that an app of today cannot name.

use crate::petition::policy::Rule;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

/// The year of the record that holds the city's numbers of days: no notice is of it.
pub const RULES_YEAR: i16 = 0;

/// One year of exceptions, as published in 国务院办公厅关于…年部分节假日安排的通知.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CalendarYear {
    /// The year of the notice. A day of December may stand in the next year's list.
    pub year: i16,
    /// Addresses of the notices; empty while none has been published.
    #[serde(default)]
    pub papers: Vec<String>,
    /// Days off and make-up days, in order.
    #[serde(default)]
    pub days: Vec<DayException>,
    /// The city's numbers of days, in the record of [`RULES_YEAR`] alone.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "known_rules"
    )]
    #[cfg_attr(feature = "specta", specta(skip))]
    pub policies: Vec<Rule>,
}

/// A number of days that only a later app knows hides no other.
fn known_rules<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Rule>, D::Error> {
    let all = Vec::<serde_json::Value>::deserialize(from)?;
    Ok(all
        .into_iter()
        .filter_map(|rule| serde_json::from_value(rule).ok())
        .collect())
}

impl CalendarYear {
    /// The record of the city's numbers of days.
    pub const fn of_rules(policies: Vec<Rule>) -> Self {
        Self {
            year: RULES_YEAR,
            papers: Vec::new(),
            days: Vec::new(),
            policies,
        }
    }

    /// The notice is not out yet: what is computed from this year may still move.
    pub fn is_provisional(&self) -> bool {
        self.days.is_empty()
    }
}

/// A day that differs from the plain week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DayException {
    /// The holiday it belongs to: 春节.
    pub name: String,
    /// The day.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub date: Date,
    /// True: off. False: a make-up day (调休), worked though a Saturday or Sunday.
    #[serde(rename = "isOffDay")]
    pub is_off_day: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::petition::policy::Number;

    #[test]
    fn a_rule_that_only_a_later_app_knows_hides_no_other() {
        let json = r#"{"year":0,"policies":[
            {"id":1,"number":"of_later","days":2,"from":"2026-01-01","until":null},
            {"id":2,"number":"supervise","days":2,"from":"2026-01-01","until":null,"more":1}]}"#;
        let rules: CalendarYear = serde_json::from_str(json).unwrap();
        let known: Vec<Number> = rules.policies.iter().map(|r| r.number).collect();
        assert_eq!(known, [Number::Supervise]);
        assert!(rules.is_provisional());
        let plain = r#"{"year":2026,"papers":[],"days":[]}"#;
        let year: CalendarYear = serde_json::from_str(plain).unwrap();
        assert_eq!(
            serde_json::to_string(&year).unwrap(),
            plain,
            "a year's bytes stay as they were"
        );
    }
}
