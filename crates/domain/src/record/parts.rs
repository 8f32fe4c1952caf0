//! What several records are made of.

use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, de};
use sha2::Digest;
use std::{fmt, str::FromStr};

/// A SHA-256 that names an object. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, thiserror::Error)]
#[error("not a SHA-256 in lower-case hexadecimal")]
pub struct NoHash;

impl FromStr for Sha256 {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NoHash)?;
        bytes.try_into().map(Self).map_err(|_| NoHash)
    }
}

impl Serialize for Sha256 {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A picture of the city, re-encoded by the server and stored by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Picture {
    /// The object that holds the bytes (JPEG, PNG or WebP).
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub sha256: Sha256,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What it shows, for those who do not see it.
    #[serde(default)]
    pub alt: String,
}

/// Why an article no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// 已撤回: taken back by its editor.
    Withdrawn,
    /// 已废止: abolished by a later decision.
    Repealed,
    /// 已失效: its time has run out.
    Expired,
}

impl MarkKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Withdrawn, Self::Repealed, Self::Expired];

    /// The name on the wire, in databases and of its words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Repealed => "repealed",
            Self::Expired => "expired",
        }
    }

    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

/// The mark on an article that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Mark {
    /// Which of the three.
    pub kind: MarkKind,
    /// Since when, in the city's calendar.
    #[cfg_attr(feature = "specta", specta(type = String))]
    pub since: Date,
    /// The reason or the document that replaces it; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// A telephone number one can dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Tel {
    /// What it is for: 值班, 急诊, 办公室; empty when there is only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Digits with optional hyphens: `0577-88888888`, `12345`, `400-800-8820`.
    pub number: String,
}

/// A point in WGS-84 (EPSG:4326), degrees. Imports from Chinese map services (GCJ-02, BD-09) are converted first.
///
/// Read to seven decimals, a centimetre: more is noise, and a number of seventeen digits is not read again as the same.
/// What lies off the earth is read as lying off it, for the record's own check to refuse it by the field's name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Location {
    /// Latitude, −90 to 90.
    pub lat: f64,
    /// Longitude, −180 to 180.
    pub lng: f64,
}

/// Degrees that no place has.
const NOWHERE: f64 = 1000.0;

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Degrees {
            lat: f64,
            lng: f64,
        }
        let Degrees { lat, lng } = Degrees::deserialize(deserializer)?;
        let to_a_centimetre = |degrees: f64| (degrees.clamp(-NOWHERE, NOWHERE) * 1e7).round() / 1e7;
        Ok(Self {
            lat: to_a_centimetre(lat),
            lng: to_a_centimetre(lng),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_again_as_the_same_and_one_off_the_earth_stays_there() {
        let read = |text: &str| serde_json::from_str::<Location>(text);
        for (lat, lng) in [
            ("28.000600000000002", "120.67221234567891"),
            ("-90", "180.0"),
            ("1e-300", "0"),
            ("28922337203685477580.0", "120.6"),
        ] {
            let place = read(&format!("{{\"lat\":{lat},\"lng\":{lng}}}")).unwrap();
            assert_eq!(read(&serde_json::to_string(&place).unwrap()).unwrap(), place);
        }
        assert!(
            read("{\"lat\":28922337203685477580.0,\"lng\":120.6}")
                .unwrap()
                .lat
                > 90.0
        );
        assert_eq!(read("{\"lat\":28.0,\"lng\":-180.1}").unwrap().lng, -180.1);
        assert!(read("{\"lat\":28.0}").is_err());
    }
}
