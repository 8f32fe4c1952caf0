//! Where to go: agencies, schools, hospitals.

use super::{Location, Tel};
use serde::{Deserialize, Serialize};

/// A body of the government (政府机构).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Agency {
    /// Full official name: 温州市教育局.
    pub name: String,
    /// What people call it: 市教育局.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub short: String,
    /// The name of the body above it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub parent: String,
    /// 市级部门, 县（市、区）政府, 直属单位 …
    pub kind: String,
    /// Main duties, plain text, a line each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub duties: String,
    /// Street address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Public numbers, the most useful first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Tel>,
    /// Office hours.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hours: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The county it is in or serves.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// `https://…`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
}

/// A school (学校), from kindergarten to university.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct School {
    /// Full name.
    pub name: String,
    /// 幼儿园, 小学, 初中, 高中, 九年一贯制, 职业学校, 高等学校, 特殊教育 …
    pub level: String,
    /// 公办 or 民办; empty when not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ownership: String,
    /// The county it is in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// Street address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Public numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Tel>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// `https://…`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
}

/// A hospital (医院).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Hospital {
    /// Full name.
    pub name: String,
    /// 综合医院, 中医医院, 专科医院, 社区卫生服务中心 …
    pub kind: String,
    /// 三级甲等 …; empty when not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub grade: String,
    /// The county it is in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub county: String,
    /// Street address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Public numbers, 急诊 first where there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<Tel>,
    /// Consulting hours.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hours: String,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// `https://…`
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub website: String,
}
