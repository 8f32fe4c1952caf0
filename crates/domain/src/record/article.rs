//! News and notices: one shape, two collections.

use super::{Mark, Picture, Sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A news item (今日温州) or a notice (通知公告).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Article {
    /// The headline, plain text, 1–200 characters.
    pub title: String,
    /// One or two sentences, plain text; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The text as cleaned HTML, see [`crate::html`]; pictures are named `picture:{sha256}`.
    pub html: String,
    /// When it was published. A source that gives only a day means the start of that day in the city.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub published: Timestamp,
    /// Who wrote it, as printed under the headline: 温州日报.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The name of the agency that answers for it; may be empty for news.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// The column's own sort: 要闻, 民生 … for news; 通知, 公告, 公示, 意见征集 … for notices.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The county it concerns; empty for the whole city.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// Pictures in order of appearance; the first is shown in lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
    /// Files to take along.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Set when it no longer holds (废止, 失效, 撤回); the text stays readable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
}

/// A file that belongs to a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Attachment {
    /// The name shown and offered for saving.
    pub name: String,
    /// The object that holds the bytes.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub sha256: Sha256,
    /// Bytes.
    pub size: u32,
    /// Media type, sniffed by the server.
    pub media_type: String,
}
