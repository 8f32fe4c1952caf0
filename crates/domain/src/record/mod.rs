//! The records of a city: one type a collection, and what all of them have in common.
//!
//! A record travels as JSON. Unknown fields are kept by storing the wire bytes themselves, so an older app
//! meets a newer server without loss; a record that an app cannot read is stored opaque (rule 15).
//!
//! Rejected: one table of key/value fields for all collections (nothing is checked), and a schema language
//! (the Rust types are the schema; both sides compile them).

mod article;
mod calendar;
mod check;
mod head;
mod parts;
mod people;
mod petition;
mod place;

pub use article::{Article, Attachment};
pub use calendar::{CalendarYear, DayException, RULES_YEAR};
pub use check::{Fault, FaultKind};
pub use head::Head;
pub use parts::{Location, Mark, MarkKind, Picture, Sha256, Tel};
pub use people::{Leader, Phone};
pub use petition::{Petition, Step, Turn, Words, WordsSort};
pub use place::{Agency, Hospital, School};

use crate::Collection;
use serde::{Deserialize, Serialize};

/// The number of a record within its collection, given by the server in order of first publication and never
/// used again. Sequential because random ids cost 9 incompressible bytes a record (measured, 3-sync).
pub type Id = u32;

/// A record of any collection.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Record {
    /// 今日温州.
    News(Article),
    /// 通知公告.
    Notice(Article),
    /// 政府领导.
    Leader(Leader),
    /// 政府机构.
    Agency(Agency),
    /// 常用电话.
    Phone(Phone),
    /// 学校.
    School(School),
    /// 医院.
    Hospital(Hospital),
    /// 工作日.
    Calendar(CalendarYear),
    /// 问政公开. Boxed: it is four times as large as the others.
    Petition(Box<Petition>),
}

impl Record {
    /// Reads a record of `collection` from its wire bytes (JSON).
    ///
    /// # Errors
    /// The bytes are no JSON or lack a required field; unknown fields are no error.
    pub fn parse(collection: Collection, json: &str) -> Result<Self, serde_json::Error> {
        fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, serde_json::Error> {
            serde_json::from_str(json)
        }
        Ok(match collection {
            Collection::News => Self::News(read(json)?),
            Collection::Notices => Self::Notice(read(json)?),
            Collection::Leaders => Self::Leader(read(json)?),
            Collection::Agencies => Self::Agency(read(json)?),
            Collection::Phones => Self::Phone(read(json)?),
            Collection::Schools => Self::School(read(json)?),
            Collection::Hospitals => Self::Hospital(read(json)?),
            Collection::Calendar => Self::Calendar(read(json)?),
            Collection::Petitions => Self::Petition(read(json)?),
        })
    }

    /// The collection the record belongs to.
    pub fn collection(&self) -> Collection {
        match self {
            Self::News(_) => Collection::News,
            Self::Notice(_) => Collection::Notices,
            Self::Leader(_) => Collection::Leaders,
            Self::Agency(_) => Collection::Agencies,
            Self::Phone(_) => Collection::Phones,
            Self::School(_) => Collection::Schools,
            Self::Hospital(_) => Collection::Hospitals,
            Self::Calendar(_) => Collection::Calendar,
            Self::Petition(_) => Collection::Petitions,
        }
    }

    /// The pictures and attachments that the record shows, by hash.
    pub fn objects(&self) -> Vec<Sha256> {
        match self {
            Self::News(a) | Self::Notice(a) => a
                .pictures
                .iter()
                .map(|p| p.sha256)
                .chain(a.attachments.iter().map(|f| f.sha256))
                .collect(),
            Self::Petition(l) => {
                let files = l.attachments.iter().map(|f| f.sha256);
                l.pictures.iter().map(|p| p.sha256).chain(files).collect()
            }
            Self::Leader(l) => l.photo.iter().map(|p| p.sha256).collect(),
            _ => Vec::new(),
        }
    }
}
