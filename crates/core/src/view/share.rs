//! What a window is shown of a record that is to be shared.

use serde::Serialize;

/// A record as it is shared. Every part is ready to be used as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Share {
    /// Headline, name or number.
    pub title: String,
    /// One or two sentences; empty when there are none on this device.
    pub summary: String,
    /// Who says so: the source, the department, the post; may be empty.
    pub source: String,
    /// The instant it was published, RFC 3339; empty for what has no date.
    pub date: String,
    /// Title, source and link, a line each: what is pasted into a chat.
    pub text: String,
    /// The public page; empty when this app has no server, and then there is no link to share.
    pub url: String,
    /// Where Weibo takes it; empty without a link.
    pub weibo: String,
    /// The picture's hash, for the `picture` address.
    pub picture: Option<String>,
}
