//! What a window is shown of notifications, and what the shell is handed to show by the system.

use super::Row;
use serde::{Deserialize, Serialize};

/// How the person wants to be told by the system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct NotifyChoice {
    /// At all.
    pub on: bool,
    /// What happens in one's own letters.
    pub letters: bool,
    /// When nothing is told.
    pub quiet: Option<QuietHours>,
    /// Topics are told together at this time of day, `HH:MM` by the device's clock, on working days; at once if none. What is
    /// followed broadly is told together in any case.
    pub digest: Option<String>,
}

impl Default for NotifyChoice {
    fn default() -> Self {
        Self {
            on: true,
            letters: true,
            quiet: Some(QuietHours {
                from: "22:00".into(),
                to: "07:00".into(),
            }),
            digest: None,
        }
    }
}

/// From one time of day to another, `HH:MM` by the device's clock, over midnight where the second is the earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct QuietHours {
    /// When they begin.
    pub from: String,
    /// When they end.
    pub to: String,
}

/// Each link of the chain from the server to the notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct NotifyState {
    /// What was chosen.
    pub choice: NotifyChoice,
    /// Topics that are followed.
    pub topics: u32,
    /// Of those the ones that are told.
    pub told_topics: u32,
    /// When the server was last heard, RFC 3339; none before.
    pub last_poll: Option<String>,
    /// When it is asked next, RFC 3339; none while it is being asked, or when nothing asks it.
    pub next_poll: Option<String>,
    /// What is still to be told: records and letters.
    pub waiting: u32,
    /// Until when that is held back, RFC 3339; none when it is not.
    pub held_until: Option<String>,
    /// What the system was last asked to show; none before the first.
    pub last: Option<Told>,
    /// Why the last attempt was not shown; none when it was.
    pub problem: Option<NotifyProblem>,
    /// Whether the system, and not this app, decides if the app may run while nobody looks at it, as a phone does.
    pub suspended: bool,
}

/// Something that was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Told {
    /// When, by the device's clock, RFC 3339.
    pub at: String,
    /// Records and letters.
    pub count: u32,
}

/// Why a notification was not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum NotifyProblem {
    /// The person or the system does not allow it.
    Refused,
    /// There is nothing on this system that shows notifications.
    NoService,
}

/// What came in and was not told yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Untold {
    /// The newest records of it, a few.
    pub rows: Vec<Row>,
    /// How many records it is.
    pub count: u32,
    /// The person's letters in which something happened.
    pub letters: Vec<String>,
    /// The order of the latest arrival among the records.
    pub turn: i64,
    /// What only broad topics brought in is among the records; else it still waits.
    pub broad: bool,
}

/// One notification: everything that is to be told, however much it is. The shell finds the words.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Titles of the newest records, a few.
    pub titles: Vec<String>,
    /// How many records it is about.
    pub count: u32,
    /// How many of the person's letters it is about. Nothing of them is named: a locked screen shows it to others.
    pub letters: u32,
    /// What it opens, as a link into the app.
    pub link: String,
}

/// How the shell fared with a [`Notification`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The system has it.
    Yes,
    /// The person is looking at the app, which shows it by itself.
    Watching,
    /// It was not shown.
    No(NotifyProblem),
}
