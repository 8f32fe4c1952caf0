//! Who governs, and whom to call.

use super::{Picture, Tel};
use serde::{Deserialize, Serialize};

/// A leader of the government (政府领导).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Leader {
    /// Name; the sample city's are marked 示例.
    pub name: String,
    /// Post: 市长, 副市长, 秘书长.
    pub post: String,
    /// Portfolio (分工): what the person is responsible for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub portfolio: String,
    /// The body they belong to: 温州市人民政府.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Portrait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Picture>,
    /// Place in the official order, from 1.
    pub order: u32,
}

/// An entry of the list of useful numbers (常用电话).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Phone {
    /// Whom one reaches: 政务服务便民热线.
    pub name: String,
    /// The numbers, the most useful first; at least one.
    pub phones: Vec<Tel>,
    /// 紧急求助, 政务服务, 民生服务 …
    pub category: String,
    /// When somebody answers: 24 小时.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hours: String,
    /// What it is good for, in a sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The county it serves; empty for the whole city.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
}
