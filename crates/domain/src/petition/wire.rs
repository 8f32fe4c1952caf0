//! What a citizen's device and the server say to each other about a letter: every shape once, for both sides.
//!
//! Fields are only ever added, and what is added has a default: a device keeps answers for years, and an app that was
//! updated reads what an older one kept.

use super::{Kind, State, Visibility, receipt::Number};
use crate::record::{Location, Sha256};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A letter as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// consult, suggest, complain, help or thank.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: Kind,
    /// In one line.
    pub title: String,
    /// Plain text.
    pub text: String,
    /// The department that is meant, by name; empty: does not know.
    #[serde(default)]
    pub department: String,
    /// The county it is about; empty: the whole city.
    #[serde(default)]
    pub county: String,
    /// Where, in words; never public.
    #[serde(default)]
    pub address: String,
    /// Where, as a point; never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub location: Option<Location>,
    /// public or private.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub visibility: Visibility,
    /// Whom to answer.
    #[serde(default)]
    pub contact: Contact,
    /// Files uploaded under the same key, by the SHA-256 of what was uploaded.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub attachments: Vec<Sha256>,
    /// The citizen has read what is kept, for what and how long, and agrees.
    pub consent: bool,
}

/// Name and phone of the writer. Not `Debug` by its fields: a log must not have a person by accident.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// May be empty.
    #[serde(default)]
    pub name: String,
    /// May be empty; then there are no messages but the app's own.
    #[serde(default)]
    pub phone: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact")
    }
}

/// What the citizen keeps. The server makes it from the key, so it can be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// 受理编号.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub number: Number,
    /// 查询密码.
    pub code: String,
    /// For the app's own polling.
    pub token: String,
    /// The key it was sent under: how an app knows our receipt from a stranger's 200.
    pub key: String,
    /// When it came.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub submitted: Timestamp,
}

/// A receipt that was given again to whoever holds the phone.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Again {
    /// 受理编号.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub number: Number,
    /// A new 查询密码, beside the first.
    pub code: String,
    /// A new token, beside the first.
    pub token: String,
}

/// All receipts of a phone. Neither is `Debug`: a log must not have what opens a letter.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recovered {
    /// The newest first.
    pub letters: Vec<Again>,
}

/// How much of a file is at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Bytes that are there.
    pub offset: u64,
    /// Whole, checked and kept.
    pub done: bool,
}

/// What came of an action.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stands {
    /// The number of the event.
    pub event: i64,
    /// Where the case stands.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: State,
    /// For `join`: what to leave with.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
}

/// A letter as its own writer sees it, also when it is not public: the words as they were written, and every step
/// that concerns the writer. Days are `YYYY-MM-DD` in the city, and empty where there is none.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Own {
    /// 受理编号.
    pub number: String,
    /// Where the case stands.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub state: State,
    /// consult …
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub kind: Kind,
    /// public, private or secret.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub visibility: Visibility,
    /// When it came, RFC 3339.
    pub submitted: String,
    /// The county it is about.
    pub county: String,
    /// Lead department; empty before it is routed.
    pub department: String,
    /// Assisting departments.
    pub assisting: Vec<String>,
    /// Day zero.
    pub routed: String,
    /// Last day for the response; empty when there is none.
    pub respond_due: String,
    /// The day it came.
    pub responded: String,
    /// Day zero of the answer.
    pub resolve_from: String,
    /// Last day for the answer.
    pub resolve_due: String,
    /// The day it came.
    pub resolved: String,
    /// The last day was granted and not counted.
    pub extended: bool,
    /// A list of holidays may still move it.
    pub provisional: bool,
    /// Coded reason of 不予受理.
    pub declined: String,
    /// Last day for an appeal; empty when none is possible any more, by the server's clock.
    pub appeal_until: String,
    /// The last rating.
    pub rating: String,
    /// Last day for a rating; empty when none is possible any more, by the server's clock.
    pub rate_until: String,
    /// The number of the letter it goes on with.
    pub merged_into: String,
    /// How many others met the same.
    pub joiners: u32,
    /// Words of the writer, the departments and the Office to the writer.
    pub words: Vec<OwnWords>,
    /// What happened.
    pub trail: Vec<OwnStep>,
    /// The files that were sent.
    pub files: Vec<OwnFile>,
}

/// Words.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnWords {
    /// title, letter, supplement, response, answer, rating, appeal or decline.
    pub sort: String,
    /// Whose, when a department's.
    pub department: String,
    /// As written.
    pub text: String,
    /// RFC 3339.
    pub written: String,
}

/// A step.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnStep {
    /// The number of the event; 0 in what an older app kept.
    #[serde(default)]
    pub event: i64,
    /// An action's name.
    pub what: String,
    /// RFC 3339.
    pub at: String,
    /// It does not count any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voided: bool,
    /// The department it went to or came from; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// The last day that was set, asked for, granted or missed; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// The grade that was given; empty for every other step.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rating: String,
    /// The other letter whose step it is, because this one goes on in it (并案); empty for its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
}

/// A file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnFile {
    /// SHA-256 of what is kept, a picture written anew; empty in what an older app kept.
    #[serde(default)]
    pub sha: String,
    /// By its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_app_kept_is_still_read() {
        let step: OwnStep = serde_json::from_str(r#"{"what":"submit","at":"2026-01-01T00:00:00Z"}"#).unwrap();
        let file: OwnFile = serde_json::from_str(r#"{"media_type":"image/jpeg","size":9}"#).unwrap();
        assert_eq!((step.event, file.sha.as_str()), (0, ""));
        assert_eq!((step.department.as_str(), step.date.as_str()), ("", ""));
    }

    #[test]
    fn a_letter_with_a_field_that_nobody_knows_is_refused_and_a_person_is_never_debugged() {
        let letter =
            r#"{"kind":"help","title":"t","text":"x","visibility":"public","consent":true,"more":1}"#;
        assert!(serde_json::from_str::<Submission>(letter).is_err());
        let contact = Contact {
            name: "示例人".into(),
            phone: "13800138000".into(),
        };
        assert_eq!(format!("{contact:?}"), "Contact");
    }
}
