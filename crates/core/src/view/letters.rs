//! What a window is shown of letters: drafts, what waits to be sent, the person's own, and the public ones.
//!
//! Types that hold a person's words or secrets are not `Debug`: a log must not have them by accident.

use serde::{Deserialize, Serialize};
use weimenhu_domain::{
    petition::{Kind, Rating, State, Visibility, deadline::Light},
    record::{Id, Location},
};

/// The form of a letter, as it is typed.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LetterForm {
    /// 咨询, 建议 …
    pub kind: Kind,
    /// In one line.
    pub title: String,
    /// Plain text.
    pub text: String,
    /// The department that is meant, by name; empty: does not know.
    pub department: String,
    /// The county it is about; empty: the whole city.
    pub county: String,
    /// Where, in words; never public.
    pub address: String,
    /// Where, as a point; never public.
    pub location: Option<Location>,
    /// The writer's name; may be empty; never public.
    pub name: String,
    /// The writer's phone; may be empty; never public.
    pub phone: String,
    /// 公开 or 不公开.
    pub visibility: Visibility,
    /// The writer has read what is kept, for what and how long, and agrees.
    pub consent: bool,
}

impl Default for LetterForm {
    fn default() -> Self {
        Self {
            kind: Kind::Consult,
            title: String::new(),
            text: String::new(),
            department: String::new(),
            county: String::new(),
            address: String::new(),
            location: None,
            name: String::new(),
            phone: String::new(),
            visibility: Visibility::Public,
            consent: false,
        }
    }
}

/// Where something on its way out is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum OutState {
    /// Being written.
    Draft,
    /// Submitted; no attempt has started: it may be recalled.
    Frozen,
    /// An attempt is under way.
    Sending,
    /// The last attempt did not get through; another follows.
    Retry,
    /// The server has refused it for good: it can be edited, and is sent as a new one.
    Refused,
}

impl OutState {
    /// As it stands in the database, in JSON and on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Frozen => "frozen",
            Self::Sending => "sending",
            Self::Retry => "retry",
            Self::Refused => "refused",
        }
    }
}

/// A draft as the list shows it.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DraftRow {
    /// Its name on this device.
    pub id: String,
    /// May be empty.
    pub title: String,
    /// 咨询, 建议 …
    pub kind: Kind,
    /// When it was last changed, RFC 3339.
    pub changed: String,
    /// Where it is.
    pub state: OutState,
    /// Why it is not sent: a code of the server's, or of [`crate::Code`].
    pub problem: Option<String>,
    /// When the next attempt comes, RFC 3339.
    pub next_try: Option<String>,
    /// How many files it has.
    pub files: u32,
}

/// A file of a draft.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DraftFile {
    /// Its name on this device.
    pub id: String,
    /// As it was called when it was added; stays on this device.
    pub name: String,
    /// By its bytes.
    pub media_type: String,
    /// Bytes that will be sent.
    pub size: u32,
    /// A small picture of it, as a `data:` address; none for what is no picture.
    pub picture: Option<String>,
}

/// A draft, or a letter on its way out.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Its name on this device.
    pub id: String,
    /// What is in it.
    pub form: LetterForm,
    /// Its files.
    pub files: Vec<DraftFile>,
    /// Where it is.
    pub state: OutState,
    /// Why it is not sent.
    pub problem: Option<String>,
    /// When the next attempt comes, RFC 3339.
    pub next_try: Option<String>,
    /// Bytes of its files that have been sent.
    pub sent: u32,
    /// Bytes of its files in all.
    pub to_send: u32,
}

/// A piece of text in the preview.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Piece {
    /// As it would be public: hidden pieces are masked.
    pub text: String,
    /// What is hidden here: mobile, landline, id_card, bank_card, plate, email or name.
    pub hidden: Option<String>,
}

/// Personal data found in a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Finding {
    /// What it is, as in [`Piece::hidden`].
    pub sort: String,
    /// How often.
    pub count: u32,
}

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FormFault {
    /// The field of [`LetterForm`], or `files`.
    pub field: String,
    /// required, too_long, too_many, bad or consent.
    pub code: String,
}

/// What the public will see of a draft, before it is submitted.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LetterPreview {
    /// The title.
    pub title: Vec<Piece>,
    /// The text.
    pub text: Vec<Piece>,
    /// What was found in both.
    pub found: Vec<Finding>,
    /// What keeps it from being submitted.
    pub faults: Vec<FormFault>,
    /// Public letters that may ask the same.
    pub similar: Vec<LetterRow>,
}

/// A day with the name of what makes it special.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct NamedDay {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// The holiday's name; empty for a plain Saturday or Sunday.
    pub name: String,
}

/// A limit that explains itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// The last day, `YYYY-MM-DD`, to its end in the city.
    pub due: String,
    /// The day it was met.
    pub met: Option<String>,
    /// It was met too late, or is over.
    pub missed: bool,
    /// A list of holidays may still move it.
    pub provisional: bool,
    /// Working days counted.
    pub days: u32,
    /// Those days.
    pub counted: Vec<String>,
    /// Days that do not count.
    pub skipped: Vec<NamedDay>,
    /// Saturdays and Sundays that count all the same (调休).
    pub made_up: Vec<NamedDay>,
}

/// Which public letters are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LetterQuery {
    /// Part of the title or of the number; empty for all.
    pub text: String,
    /// Only in this state.
    pub state: Option<State>,
    /// Only with this light.
    pub light: Option<Light>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only this department's.
    pub department: Option<String>,
    /// Only about this county.
    pub county: Option<String>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted; at most 500 are given.
    pub limit: u32,
}

/// A public letter as lists show it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct LetterRow {
    /// The record's number in `petitions`.
    pub id: u32,
    /// 受理编号; empty while only the head of an old letter is on this device.
    pub number: String,
    /// As approved; the number where there is no title to show.
    pub title: String,
    /// Where the case stands.
    pub state: State,
    /// 咨询, 建议 …
    pub kind: Option<Kind>,
    /// Lead department; may be empty.
    pub department: String,
    /// May be empty.
    pub county: String,
    /// When it came, RFC 3339; may be empty.
    pub submitted: String,
    /// None when no limit runs.
    pub light: Option<Light>,
    /// The next last day, `YYYY-MM-DD`; empty when no limit runs.
    pub due: String,
    /// How many others met the same.
    pub joiners: u32,
    /// The last rating.
    pub rating: Option<Rating>,
    /// The person has joined, or is about to.
    pub joined: bool,
    /// The person has opened it.
    pub read: bool,
}

/// How many letters have a light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LightCount {
    /// The light.
    pub light: Light,
    /// Letters.
    pub count: u32,
}

/// The answer to a [`LetterQuery`], newest letters first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LetterPage {
    /// The rows.
    pub rows: Vec<LetterRow>,
    /// How many rows the whole list has.
    pub total: u32,
    /// Where the rows begin in it.
    pub offset: u32,
    /// Lights among what the rest of the query asks for, whatever light it asks for; all four, the worst last.
    pub lights: Vec<LightCount>,
}

/// The limits of a public letter.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublicLimits {
    /// None when no limit runs.
    pub light: Option<Light>,
    /// Of the response.
    pub respond: Option<Limit>,
    /// Of the answer.
    pub resolve: Option<Limit>,
    /// The person has joined, or is about to.
    pub joined: bool,
    /// The letter it was merged into, where that has the answer; none where it was not, or that one is not here.
    pub goes_on: Option<Id>,
}

/// How a department answers, from the public letters on this device, counted as the city's reports do: each limit for
/// the department that had the letter then. Rates are percent; open overdue letters count as not on time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct DepartmentFigures {
    /// Its name.
    pub department: String,
    /// How often it was given a letter.
    pub routed: u32,
    /// Of those answered.
    pub answered: u32,
    /// 按期回应率; none when nothing was due.
    pub respond_rate: Option<f64>,
    /// 按期反馈率; none when nothing was due.
    pub resolve_rate: Option<f64>,
    /// Of those with a limit that is or was missed.
    pub red: u32,
    /// Of those that are or were under 督办.
    pub supervised: u32,
    /// Percent of ratings that are 基本满意 or better; none without ratings.
    pub satisfied: Option<f64>,
    /// Days from routing to answer, the median.
    pub median_days: Option<u32>,
}
