//! What a window is shown of 订阅: topics, what they brought in, and what a topic would bring.

use super::Row;
use serde::{Deserialize, Serialize};
use weimenhu_domain::{Collection, record::Id};

/// What is followed. Everything that is given must hold; one that gives nothing follows nothing and is refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct TopicForm {
    /// Words that must all occur, in the title or in the text.
    pub text: String,
    /// Only this collection.
    pub collection: Option<Collection>,
    /// Only this agency's records.
    pub department: String,
    /// Only this county's records.
    pub county: String,
    /// The steps of this public letter, and nothing else.
    pub letter: Option<Id>,
}

/// A topic (主题).
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Topic {
    /// Its number on this device.
    pub id: u32,
    /// What is followed.
    pub form: TopicForm,
    /// The letter's title, where a letter is followed and is here; empty otherwise.
    pub title: String,
    /// Comes in without being counted or told.
    pub muted: bool,
    /// The system tells of it, unless it is muted.
    pub notify: bool,
    /// Brings so much that the system tells of it once a working day only.
    pub broad: bool,
    /// Records it brought in.
    pub total: u32,
    /// Of those never opened.
    pub unread: u32,
}

/// What a topic would bring in, before it is followed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TopicPreview {
    /// Records of the last 30 days that it means.
    pub month: u32,
    /// There are at least that many: they were not counted to the end.
    pub capped: bool,
    /// It means so much that one had better be asked again.
    pub broad: bool,
    /// The newest of them.
    pub rows: Vec<Row>,
    /// Words that the typed letters may stand for, likeliest first.
    pub readings: Vec<String>,
    /// The topic that follows the very same already.
    pub known: Option<u32>,
}

/// A page of 订阅消息, the latest arrival first.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct InboxQuery {
    /// Only what this topic brought in.
    pub topic: Option<u32>,
    /// Only what was never opened.
    pub unread: bool,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted; at most 500 are given.
    pub limit: u32,
}

/// The answer to an [`InboxQuery`].
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxPage {
    /// The rows.
    pub rows: Vec<InboxItem>,
    /// How many rows the query has.
    pub total: u32,
    /// Where the rows begin.
    pub offset: u32,
}

/// A row of 订阅消息.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InboxItem {
    /// A record that came in.
    Record(InboxRow),
    /// Something happened in one of the person's letters.
    Step(InboxStep),
}

/// Something that happened in one of the person's letters. It holds their words and is not `Debug`.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxStep {
    /// Its name among the steps of this device.
    pub turn: u32,
    /// 受理编号 of the letter.
    pub number: String,
    /// The letter's title, as written.
    pub title: String,
    /// An action's name, or `missing` when the server no longer knows the letter.
    pub what: String,
    /// When it happened, RFC 3339.
    pub at: String,
    /// When it came, by this device's clock, RFC 3339; empty where that is not known.
    pub arrived: String,
    /// The letter was opened since.
    pub read: bool,
}

/// What was marked as opened in one go, for taking it back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxMarked {
    /// Records.
    pub records: Vec<RecordRef>,
    /// Steps of the person's letters, by [`InboxStep::turn`].
    pub steps: Vec<u32>,
}

/// A record that came in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxRow {
    /// What lists show of it.
    pub row: Row,
    /// When it came, by this device's clock, RFC 3339.
    pub arrived: String,
    /// The topics that brought it in.
    pub topics: Vec<u32>,
}

/// A record by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RecordRef {
    /// Its collection.
    pub collection: Collection,
    /// Its number in it.
    pub id: Id,
}

/// What stands in the badge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct InboxCounts {
    /// Topics.
    pub topics: u32,
    /// Records that came in, and steps of the person's own letters.
    pub total: u32,
    /// Of those never opened, what only muted topics brought in left out.
    pub unread: u32,
}

/// How an import of topics ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TopicsImported {
    /// Followed now.
    pub added: u32,
    /// Followed before.
    pub known: u32,
    /// Nothing that this app could follow.
    pub refused: u32,
    /// Left out because no more can be followed.
    pub over: u32,
}
