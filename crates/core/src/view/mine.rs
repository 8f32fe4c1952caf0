//! What a window is shown of the person's own letters. Types that hold a person's words are not `Debug`, see
//! [`super::letters`].

use super::{Limit, OutState};
use serde::{Deserialize, Serialize};
use weimenhu_domain::{
    petition::{Kind, Rating, State, Visibility, deadline::Light},
    record::Id,
};

/// One of the person's own letters as the list shows it.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct MyRow {
    /// 受理编号.
    pub number: String,
    /// As written.
    pub title: String,
    /// 咨询, 建议 …
    pub kind: Kind,
    /// Where the case stands.
    pub state: State,
    /// 公开, 不公开 or 涉密.
    pub visibility: Visibility,
    /// Lead department; may be empty.
    pub department: String,
    /// None when no limit runs.
    pub light: Option<Light>,
    /// The next last day, `YYYY-MM-DD`; empty when no limit runs.
    pub due: String,
    /// When something last happened, RFC 3339.
    pub changed: String,
    /// Something happened since it was last opened.
    pub unseen: bool,
    /// What its writer may do now.
    pub may: Vec<String>,
}

/// Words in one's own letter.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MyWords {
    /// supplement, response, answer, rating, appeal, decline …
    pub sort: String,
    /// Whose, when a department's.
    pub department: String,
    /// Plain text.
    pub text: String,
    /// RFC 3339.
    pub written: String,
}

/// A step of one's own letter.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MyStep {
    /// An action's name.
    pub what: String,
    /// RFC 3339.
    pub at: String,
    /// It does not count any more.
    pub voided: bool,
    /// The department it went to or came from; may be empty.
    pub department: String,
    /// The last day that was set, asked for, granted or missed, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The grade that was given.
    pub rating: Option<Rating>,
    /// The letter whose step it is, where this one goes on in another; empty for its own.
    pub number: String,
}

/// A file of one's own letter, as the server keeps it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct MyFile {
    /// By its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u32,
}

/// Something the person did to a letter that has not reached the server.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PendingDeed {
    /// Its name on this device.
    pub id: String,
    /// An action's name.
    pub what: String,
    /// Where it is.
    pub state: OutState,
    /// Why it is not there yet.
    pub problem: Option<String>,
    /// Files that come with it.
    pub files: u32,
    /// What was written, where it was refused: the letter may take nothing more, and the words are to be had again.
    pub text: String,
}

/// One of the person's own letters.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct MyLetter {
    /// 受理编号.
    pub number: String,
    /// 查询密码.
    pub code: String,
    /// As written.
    pub title: String,
    /// As written.
    pub text: String,
    /// 咨询, 建议 …
    pub kind: Kind,
    /// Where the case stands.
    pub state: State,
    /// 公开, 不公开 or 涉密.
    pub visibility: Visibility,
    /// When it came, RFC 3339.
    pub submitted: String,
    /// May be empty.
    pub county: String,
    /// Lead department; empty before it is routed.
    pub department: String,
    /// Assisting departments.
    pub assisting: Vec<String>,
    /// None when no limit runs.
    pub light: Option<Light>,
    /// Of the response.
    pub respond: Option<Limit>,
    /// Of the answer.
    pub resolve: Option<Limit>,
    /// The last day was granted (延期) and not counted.
    pub extended: bool,
    /// Coded reason of 不予受理; may be empty.
    pub declined: String,
    /// Last day for an appeal; empty when none is possible.
    pub appeal_until: String,
    /// The last rating.
    pub rating: Option<Rating>,
    /// Last day for a rating; empty when none is possible.
    pub rate_until: String,
    /// The number of the letter it goes on with; may be empty.
    pub merged_into: String,
    /// That letter among the public ones; none while it is not here.
    pub goes_on: Option<Id>,
    /// How many others met the same.
    pub joiners: u32,
    /// Words of the writer, the departments and the Office, beside title and text.
    pub words: Vec<MyWords>,
    /// What happened.
    pub trail: Vec<MyStep>,
    /// Its files.
    pub files: Vec<MyFile>,
    /// What its writer may do now: supplement, withdraw, set_visibility, appeal, rate, ask_erase.
    pub may: Vec<String>,
    /// What was done and has not reached the server.
    pub pending: Vec<PendingDeed>,
    /// When the server was last heard about it, by this device's clock, RFC 3339; empty: not since the receipt.
    pub refreshed: String,
    /// When the server first said that it does not know this letter, by this device's clock, RFC 3339; empty while it
    /// does. A restored server has lost what came after its backup: the writer has to send it again.
    pub missing: String,
}

/// What a writer does to a letter; each action reads its own part.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LetterDeed {
    /// supplement, withdraw, set_visibility, appeal, rate or ask_erase.
    pub action: String,
    /// For supplement; may be empty where files were put beside it.
    pub text: String,
    /// For appeal, and for the two worst grades of rate.
    pub reason: String,
    /// For rate.
    pub rating: Option<Rating>,
    /// For set_visibility.
    pub visibility: Option<Visibility>,
}

/// What there is of the person's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MineState {
    /// Drafts, those that were refused among them.
    pub drafts: u32,
    /// Letters and deeds that wait for the network.
    pub waiting: u32,
    /// Letters in which something happened that was not looked at.
    pub unseen: u32,
}
