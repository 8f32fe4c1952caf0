//! The published sets of the city (栏目) and how each of them travels.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A published set of records. The names are part of URLs and of the signed head: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Collection {
    /// 今日温州: what happens in the city.
    News,
    /// 通知公告: what the government announces.
    Notices,
    /// 政府领导.
    Leaders,
    /// 政府机构.
    Agencies,
    /// 常用电话.
    Phones,
    /// 学校.
    Schools,
    /// 医院.
    Hospitals,
    /// 工作日: the State Council's holidays and make-up days, one record a year.
    Calendar,
    /// 问政公开: letters and their answers.
    Petitions,
}

impl Collection {
    /// All of them, in the order of the screens.
    pub const ALL: [Self; 9] = [
        Self::News,
        Self::Notices,
        Self::Leaders,
        Self::Agencies,
        Self::Phones,
        Self::Schools,
        Self::Hospitals,
        Self::Calendar,
        Self::Petitions,
    ];

    /// The name on the wire, in URLs and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Notices => "notices",
            Self::Leaders => "leaders",
            Self::Agencies => "agencies",
            Self::Phones => "phones",
            Self::Schools => "schools",
            Self::Hospitals => "hospitals",
            Self::Calendar => "calendar",
            Self::Petitions => "petitions",
        }
    }

    /// News, notices and letters grow for ever: their bodies may be left on the server. Everything else is a directory
    /// and is kept whole on every device.
    pub const fn grows(self) -> bool {
        matches!(self, Self::News | Self::Notices | Self::Petitions)
    }

    /// How many consecutive ids share one body pack of a snapshot.
    ///
    /// 32 articles are about 21 KB (measured on real letters, 3-sync): small enough to fetch for one of them.
    /// A directory is fetched whole, so its packs are as large as a request should be.
    pub const fn pack_span(self) -> u32 {
        if self.grows() { 32 } else { 4096 }
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no collection.
#[derive(Debug, thiserror::Error)]
#[error(
    "no such collection: {0} (one of news, notices, leaders, agencies, phones, schools, hospitals, calendar, petitions)"
)]
pub struct UnknownCollection(String);

impl FromStr for Collection {
    type Err = UnknownCollection;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|c| c.name() == name)
            .ok_or_else(|| UnknownCollection(name.to_owned()))
    }
}
