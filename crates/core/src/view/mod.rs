//! What a window or a command line is shown. These types cross into TypeScript (`ui/src/bindings.ts`), so they
//! hold no 64-bit integers, and requests and answers are separate types.

mod inbox;
mod letters;
mod mine;
mod notify;
mod share;

pub use inbox::{
    InboxCounts, InboxItem, InboxMarked, InboxPage, InboxQuery, InboxRow, InboxStep, RecordRef, Topic,
    TopicForm, TopicPreview, TopicsImported,
};
pub use letters::{
    DepartmentFigures, Draft, DraftFile, DraftRow, Finding, FormFault, LetterForm, LetterPage, LetterPreview,
    LetterQuery, LetterRow, LightCount, Limit, NamedDay, OutState, Piece, PublicLimits,
};
pub use mine::{LetterDeed, MineState, MyFile, MyLetter, MyRow, MyStep, MyWords, PendingDeed};
pub(crate) use notify::Untold;
pub use notify::{Notification, NotifyChoice, NotifyProblem, NotifyState, QuietHours, Shown, Told};
pub use share::Share;

use serde::{Deserialize, Serialize};
use weimenhu_domain::{
    Collection,
    record::{Agency, Article, CalendarYear, Hospital, Leader, MarkKind, Petition, Phone, School},
};

/// Which rows of a collection are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct Filter {
    /// Part of the title, of its pinyin or of its pinyin initials; empty for all.
    pub text: String,
    /// Exactly this agency's records.
    pub department: Option<String>,
    /// Exactly this county's records.
    pub county: Option<String>,
    /// Exactly this kind.
    pub kind: Option<String>,
    /// On or after this day of the city, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// On or before this day of the city, `YYYY-MM-DD`.
    pub to: Option<String>,
    /// Only what the person starred.
    pub starred: bool,
}

/// A page of a list: articles newest first, leaders in official order, the rest by pinyin.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct ListQuery {
    /// The list.
    pub collection: Collection,
    /// What of it.
    #[serde(default)]
    pub filter: Filter,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted; at most 500 are given.
    pub limit: u32,
}

/// The answer to a [`ListQuery`].
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows the whole list has.
    pub total: u32,
    /// Where the rows begin in it.
    pub offset: u32,
}

/// A record as lists show it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The record's collection.
    pub collection: Collection,
    /// The record's number in it.
    pub id: u32,
    /// Headline or name.
    pub title: String,
    /// The line under it; may be empty.
    pub subtitle: String,
    /// RFC 3339 in UTC; empty for what has no date.
    pub date: String,
    /// Kind, category or level; may be empty.
    pub kind: String,
    /// The agency; may be empty.
    pub department: String,
    /// The county; may be empty.
    pub county: String,
    /// The number to call; may be empty.
    pub phone: String,
    /// The picture's hash, for the `picture` address; none when there is no picture.
    pub picture: Option<String>,
    /// Set when it no longer holds.
    pub mark: Option<MarkKind>,
    /// `A`–`Z` or `#`: the heading it stands under in a directory; empty in dated lists.
    pub letter: String,
    /// The person has opened it.
    pub read: bool,
    /// The person has starred it.
    pub starred: bool,
}

/// A heading of a directory's A–Z index.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Letter {
    /// `A`–`Z` or `#`.
    pub letter: String,
    /// The first row under it, counted from the start of the list.
    pub offset: u32,
    /// How many rows stand under it.
    pub count: u32,
}

/// A value one can filter by, and how many records have it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Facet {
    /// The value as stored, which is what is shown.
    pub value: String,
    /// Records with it.
    pub count: u32,
}

/// What a collection can be filtered by, most frequent first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Facets {
    /// Agencies.
    pub departments: Vec<Facet>,
    /// Counties.
    pub counties: Vec<Facet>,
    /// Kinds, categories, levels.
    pub kinds: Vec<Facet>,
}

/// A record as its own page shows it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Detail {
    /// What the lists show of it.
    pub row: Row,
    /// The rest.
    pub body: Body,
}

/// The body of a record, by type.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", content = "record", rename_all = "lowercase")]
pub enum Body {
    /// News or a notice. Its HTML has been cleaned again on this device.
    Article(Article),
    /// A leader.
    Leader(Leader),
    /// An agency.
    Agency(Agency),
    /// A useful number.
    Phone(Phone),
    /// A school.
    School(School),
    /// A hospital.
    Hospital(Hospital),
    /// A year of the calendar.
    Calendar(CalendarYear),
    /// A public letter.
    Petition(Box<Petition>),
    /// The body is not on this device and cannot be fetched now: there is no network.
    Absent,
    /// This app is too old to read it.
    Unreadable,
}

/// How many records of a collection are here.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Count {
    /// The collection.
    pub collection: Collection,
    /// Records.
    pub total: u32,
    /// Records never opened.
    pub unread: u32,
}

/// What the app is doing about the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Nothing.
    Idle,
    /// Opening the dump that came with the app.
    Opening,
    /// Asking for the head.
    Checking,
    /// Fetching objects.
    Fetching,
    /// Writing them down.
    Applying,
}

/// The state of synchronisation, for the badge and for 我的.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct SyncState {
    /// What is going on now.
    pub phase: Phase,
    /// Bytes fetched of this round.
    pub done: u32,
    /// Bytes to fetch in this round; 0 while unknown.
    pub total: u32,
    /// 内容截至: when the head that is shown was signed, RFC 3339; none before the first content.
    pub content_as_of: Option<String>,
    /// When this device last heard from the server, by its own clock, RFC 3339.
    pub last_success: Option<String>,
    /// Why the last round failed; none when it did not.
    pub problem: Option<crate::Code>,
    /// The server asks for at least this version of the app.
    pub min_app: Option<String>,
}

/// How many bodies stay on the device. All heads always stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// Bodies of the last 90 days, and whatever was opened or starred. A phone's default.
    Days90,
    /// Bodies of the last year, and whatever was opened or starred.
    Year,
    /// Everything. A desktop's default.
    Everything,
}

/// When pictures are fetched that are not on the device. Those of one's own letters are sent in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum FetchPictures {
    /// Whenever a screen shows them, the newest ahead of that.
    #[default]
    Always,
    /// The same, but not over a network that costs by what it carries.
    Unmetered,
    /// Only when the person asks for a screen's pictures.
    Asked,
}

/// What the cache takes on this device. Sizes are bytes.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct Storage {
    /// The database with its log.
    pub database: f64,
    /// The pictures.
    pub pictures: f64,
    /// The most that pictures may take; the oldest are dropped.
    pub picture_cap: f64,
    /// Objects being fetched.
    pub staging: f64,
    /// Records with at least a head.
    pub records: u32,
    /// Records whose body is here too.
    pub bodies: u32,
    /// The keep rule.
    pub keep: Keep,
    /// When pictures are fetched.
    pub fetch_pictures: FetchPictures,
}

/// What the app is, for 关于.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The city's profile id: `wenzhou`.
    pub city: String,
    /// The app's version.
    pub version: String,
    /// The server it asks; empty when it has none.
    pub server: String,
    /// True in a demonstration: sample content, demo keys.
    pub demo: bool,
    /// Set when the cache was found damaged at this start and was rebuilt: where the old one was put.
    pub rebuilt_from: Option<String>,
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename_all = "camelCase")]
pub struct SearchQuery {
    /// As typed: characters, pinyin, initials, digits; several words are all wanted.
    pub text: String,
    /// Only this collection.
    pub collection: Option<Collection>,
    /// Exactly this agency's records.
    pub department: Option<String>,
    /// Exactly this county's records.
    pub county: Option<String>,
    /// On or after this day of the city, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// On or before this day of the city, `YYYY-MM-DD`.
    pub to: Option<String>,
    /// The order of the documents.
    pub sort: SearchSort,
    /// Hits to skip, counted over the directory's and then the documents'.
    pub offset: u32,
    /// Hits wanted, of both kinds together; at most 100 are given.
    pub limit: u32,
}

/// The order of documents that were found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum SearchSort {
    /// The best first.
    #[default]
    Relevance,
    /// The newest first.
    Date,
}

/// The answer to a [`SearchQuery`]. The next page begins at `offset` plus the hits of both kinds.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchAnswer {
    /// Agencies, phones, schools, hospitals and leaders found by name, reading or number; they stand above the
    /// documents. A few, or all of them where the query asks for such a collection.
    pub directory: Vec<Hit>,
    /// Everything found by its text.
    pub documents: Vec<Hit>,
    /// How many hits there are, of both kinds.
    pub total: u32,
    /// There are at least `total`: they were not counted to the end.
    pub capped: bool,
    /// The same by collection, whichever of them the query asks for. Only with the first page.
    pub counts: Vec<SearchCount>,
    /// 您是不是找…, when little or nothing was found.
    pub suggestion: Option<Suggestion>,
    /// Other words that were looked for as well: synonyms, and the characters that pinyin stood for.
    pub expanded: Vec<String>,
    /// Nothing has all of it: the documents are those that have most of it.
    pub relaxed: bool,
    /// Whether the index answered.
    pub state: IndexState,
}

/// A record that was found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Hit {
    /// What lists show of it.
    pub row: Row,
    /// Its title, in pieces.
    pub title: Vec<Span>,
    /// Where in the text it was found; empty when only the title was.
    pub snippet: Vec<Span>,
    /// How good it is; comparable within one answer and one kind only.
    pub score: f64,
}

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Span {
    /// The text.
    pub text: String,
    /// It is what was looked for.
    pub hit: bool,
}

/// How many hits a collection has.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SearchCount {
    /// The collection.
    pub collection: Collection,
    /// Hits.
    pub count: u32,
    /// There are at least that many.
    pub capped: bool,
}

/// 您是不是找….
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Suggestion {
    /// What is shown.
    pub text: String,
    /// What is then looked for.
    pub query: String,
}

/// What the search can rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum IndexState {
    /// The index is whole.
    Ready,
    /// It is being made; the answer is whole all the same, only slower.
    Building {
        /// Records in it.
        done: u32,
        /// Records that will be in it.
        total: u32,
    },
    /// It is damaged or missing and every record was read instead.
    Scanning,
}
