//! What changed, never the data: whoever listens reads again. A lost event costs a stale screen until the next
//! one, never a wrong one.

use weimenhu_domain::Collection;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Records or marks of these collections.
    Changed(Vec<Collection>),
    /// The state of synchronisation.
    Sync,
    /// The state of the search index: it grew, became whole, or was found damaged.
    Index,
    /// Drafts, what waits to be sent, the person's own letters, or what they joined.
    Letters,
    /// What is followed, or what came in by it.
    Inbox,
}
