//! The working-day calendar (工作日): what the State Council's yearly notice changes about Monday to Friday.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
}

impl CalendarYear {
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
