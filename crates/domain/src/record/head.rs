//! What every device keeps of every record, for ever: enough to list it and to filter it.

use super::{MarkKind, Record, Sha256, Tel};
use serde::{Deserialize, Serialize};

/// The listed part of a record. Derived from the record, never edited; travels alone in snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// Headline or name.
    pub title: String,
    /// The line under it: an article's source, a leader's post, a school's level.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subtitle: String,
    /// RFC 3339, UTC; empty for what has no date. Text sorts as time does.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Filter: kind, category, level, grade.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Filter: the agency's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// Filter: the county's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// The first number one would call.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// The picture shown in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Sha256>,
    /// Set when the record no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkKind>,
    /// Place in an official order, from 1; 0 where the name decides.
    #[serde(default)]
    pub order: u32,
}

impl Record {
    /// The listed part.
    pub fn head(&self) -> Head {
        let first = |phones: &[Tel]| phones.first().map(|t| t.number.clone()).unwrap_or_default();
        match self {
            Self::News(a) | Self::Notice(a) => Head {
                title: a.title.clone(),
                subtitle: if a.source.is_empty() {
                    a.department.clone()
                } else {
                    a.source.clone()
                },
                date: a.published.to_string(),
                kind: a.kind.clone(),
                department: a.department.clone(),
                county: a.county.clone(),
                picture: a.pictures.first().map(|p| p.sha256),
                mark: a.mark.as_ref().map(|m| m.kind),
                ..Head::default()
            },
            Self::Leader(l) => Head {
                title: l.name.clone(),
                subtitle: l.post.clone(),
                department: l.department.clone(),
                picture: l.photo.as_ref().map(|p| p.sha256),
                order: l.order,
                ..Head::default()
            },
            Self::Agency(a) => Head {
                title: a.name.clone(),
                subtitle: a.short.clone(),
                kind: a.kind.clone(),
                department: a.parent.clone(),
                county: a.county.clone(),
                phone: first(&a.phones),
                ..Head::default()
            },
            Self::Phone(p) => Head {
                title: p.name.clone(),
                subtitle: p.note.clone(),
                kind: p.category.clone(),
                county: p.county.clone(),
                phone: first(&p.phones),
                ..Head::default()
            },
            Self::School(s) => Head {
                title: s.name.clone(),
                subtitle: s.ownership.clone(),
                kind: s.level.clone(),
                county: s.county.clone(),
                phone: first(&s.phones),
                ..Head::default()
            },
            Self::Hospital(h) => Head {
                title: h.name.clone(),
                subtitle: h.grade.clone(),
                kind: h.kind.clone(),
                county: h.county.clone(),
                phone: first(&h.phones),
                ..Head::default()
            },
            Self::Petition(l) => Head {
                title: if l.title.is_empty() {
                    l.number.to_string()
                } else {
                    l.title.clone()
                },
                subtitle: l.state.name().to_owned(),
                date: l.submitted.map(|t| t.to_string()).unwrap_or_default(),
                kind: l.kind.map(|k| k.name().to_owned()).unwrap_or_default(),
                department: l.department.clone(),
                county: l.county.clone(),
                picture: l.pictures.first().map(|p| p.sha256),
                ..Head::default()
            },
            Self::Calendar(c) => Head {
                title: c.year.to_string(),
                ..Head::default()
            },
        }
    }
}
