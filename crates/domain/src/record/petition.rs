//! A letter of 网络问政 as the public sees it: an allow-list. What is not a field here is never public: no name, no
//! phone, no address, no point on the map, no internal note, no reason of a 派单异议.

use super::{Attachment, Picture};
use crate::petition::{Kind, Rating, State, deadline::Clock, receipt::Number};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A public letter. In the states `submitted`, `declined`, `merged` and `withdrawn` it has its number and state, the
/// coded reason or the link, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Petition {
    /// 受理编号.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub number: Number,
    /// Where the case stands.
    pub state: State,
    /// 咨询, 建议 …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// As approved; empty until then.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// As approved, plain text; empty until then.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The county it is about; empty for the whole city.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// The lead department.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Assisting departments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assisting: Vec<String>,
    /// When it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub submitted: Option<Timestamp>,
    /// Day zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub routed: Option<Date>,
    /// The limit of the response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<Clock>,
    /// The limit of the answer. With the calendar a device makes its light and its explanation of these two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Clock>,
    /// Day zero of the answer, when it is not `routed`: the day it was opened again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub resolve_from: Option<Date>,
    /// The limit was granted (延期) and not counted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub extended: bool,
    /// A list of holidays may still move the limit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// The public words of department, writer and Office, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Words>,
    /// 流转单: what happened when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Step>,
    /// Approved pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
    /// Approved files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// How many others met the same.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub joiners: u32,
    /// The last rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// Coded reason of 不予受理.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub declined: String,
    /// Each turn of each department, where the letter was rerouted or opened again: the fields above say the last alone,
    /// and what was late stays with whoever had it then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Turn>,
    /// The letter it goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub merged_into: Option<Number>,
}

/// What public words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum WordsSort {
    /// 补充, by the writer.
    Supplement,
    /// 回应, by the department.
    Response,
    /// 办复, by the department.
    Answer,
    /// The reason of a rating, by the writer.
    Rating,
}

/// Approved words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Words {
    /// What they are.
    pub sort: WordsSort,
    /// The department that wrote them; empty for the writer's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Plain text.
    pub text: String,
    /// When they were written.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub written: Timestamp,
}

/// One step of the 流转单.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Step {
    /// What happened: an action's name, or `late_response`, `late_completion`.
    pub what: String,
    /// When.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub at: Timestamp,
    /// The department it went to or came from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// The day that was promised, granted or missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub date: Option<Date>,
    /// The grade that was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// It does not count any more: the limit was moved, or the letter lay with the wrong department.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voided: bool,
}

/// One turn of a department: from a routing or a reopening to the answer, or to the day the letter was taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Turn {
    /// Whose.
    pub department: String,
    /// The day it began.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub from: Date,
    /// It began by a reopening, at the department that had the letter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// The limit of the response; none where none is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<Clock>,
    /// The limit of the answer; the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Clock>,
    /// The day it was rerouted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub until: Option<Date>,
    /// 督办, and not voided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub supervised: bool,
    /// It is what the rating is of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rated: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes what it skips by reference"
)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Petition {
    /// One that shows its number and state only.
    pub fn bare(number: Number, state: State) -> Self {
        Self {
            number,
            state,
            kind: None,
            title: String::new(),
            text: String::new(),
            county: String::new(),
            department: String::new(),
            assisting: Vec::new(),
            submitted: None,
            routed: None,
            respond: None,
            resolve: None,
            resolve_from: None,
            extended: false,
            provisional: false,
            words: Vec::new(),
            trail: Vec::new(),
            pictures: Vec::new(),
            attachments: Vec::new(),
            joiners: 0,
            rating: None,
            declined: String::new(),
            turns: Vec::new(),
            merged_into: None,
        }
    }
}
