//! What the app brings along: the city's profile, the keys it trusts, and a dump of the city as of the build.
//!
//! `build.rs` picks them from `assets/{city}`; nothing else in the code knows which city it serves. The dump is
//! inside the binary and not a file beside it, because an Android package has no files to open.

use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The city's profile: `assets/{city}/profile.toml`.
#[derive(Debug, Clone, Deserialize)]
pub struct Profile {
    /// Short Latin name: `wenzhou`.
    pub id: String,
    /// 温州.
    pub name: String,
    /// 温州微门户.
    pub app_name: String,
    /// Where the content comes from, `https://…`; empty for an app that lives on its dump.
    #[serde(default)]
    pub server: String,
    /// Sample content and demo keys.
    #[serde(default)]
    pub demo: bool,
    /// How names are read that a dictionary reads otherwise: 乐清 = `yue qing`.
    #[serde(default)]
    pub readings: BTreeMap<String, String>,
}

/// Everything a client needs to begin with.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// The profile.
    pub profile: Profile,
    /// The first key list, signed by its own roots.
    pub keys: Vec<u8>,
    /// The dump: a tar of the server's object tree; empty when this build has none.
    pub dump: &'static [u8],
}

impl Bundle {
    /// What was built in.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the profile does not parse: a fault of the build.
    pub fn built_in() -> Result<Self> {
        let profile = toml::from_str(include_str!(concat!(env!("OUT_DIR"), "/profile.toml")))
            .map_err(|_| Error::Invalid("the city's profile"))?;
        let keys = include_bytes!(concat!(env!("OUT_DIR"), "/keys.json")).to_vec();
        Ok(Self {
            profile,
            keys,
            dump: include_bytes!(concat!(env!("OUT_DIR"), "/dump.tar")),
        })
    }
}
