//! The digest of a collection: equal on both sides exactly when they hold the same records.
//!
//! Additive, so that one change costs one hash and not a pass over 100,000 rows. It finds bugs and damaged
//! caches; authenticity comes from the signed hash chain, so the known weakness of additive hashes against
//! chosen collisions does not matter here.
//!
//! A term has 64 bits and not 256, because snapshots that carry no bodies must carry every record's term: 32
//! incompressible bytes for each of 100,000 records would be 3.2 MB beside the 5 MB allowed for all heads.

use crate::record::Id;
use serde::{Deserialize, Serialize, de};
use sha2::{Digest as _, Sha256};
use std::{fmt, num::ParseIntError, str::FromStr};

/// One record's term: the first 8 bytes (big-endian) of SHA-256(id as 4 bytes big-endian ‖ wire bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u64);

impl Fingerprint {
    /// The term of record `id` whose JSON is `wire`, byte for byte.
    pub fn of(id: Id, wire: &str) -> Self {
        let hash = Sha256::new()
            .chain_update(id.to_be_bytes())
            .chain_update(wire)
            .finalize();
        let (first, _) = hash.split_at(8);
        Self(first.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }
}

/// The sum of all records' fingerprints, modulo 2^64. Written as 16 hexadecimal digits, because JSON readers
/// elsewhere round large integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest after a record with this fingerprint has been added.
    #[must_use]
    pub fn plus(self, f: Fingerprint) -> Self {
        Self(self.0.wrapping_add(f.0))
    }

    /// The digest after a record with this fingerprint has been removed.
    #[must_use]
    pub fn minus(self, f: Fingerprint) -> Self {
        Self(self.0.wrapping_sub(f.0))
    }
}

impl FromIterator<Fingerprint> for Digest {
    fn from_iter<I: IntoIterator<Item = Fingerprint>>(all: I) -> Self {
        all.into_iter().fold(Self::default(), Self::plus)
    }
}

macro_rules! as_hex {
    ($t:ident) => {
        impl fmt::Display for $t {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:016x}", self.0)
            }
        }

        impl FromStr for $t {
            type Err = ParseIntError;

            fn from_str(hex: &str) -> Result<Self, ParseIntError> {
                u64::from_str_radix(hex, 16).map(Self)
            }
        }

        impl Serialize for $t {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $t {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(d)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}
as_hex!(Fingerprint);
as_hex!(Digest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_changes_does_not_matter_but_every_byte_does() {
        let (a, b) = (
            Fingerprint::of(1, "{\"t\":\"甲\"}"),
            Fingerprint::of(2, "{\"t\":\"乙\"}"),
        );
        assert_eq!(
            Digest::default().plus(a).plus(b),
            Digest::default().plus(b).plus(a)
        );
        assert_eq!(
            Digest::default().plus(a).plus(b).minus(a),
            Digest::default().plus(b)
        );
        assert_ne!(
            Fingerprint::of(1, "{\"t\":\"甲\"}"),
            Fingerprint::of(2, "{\"t\":\"甲\"}")
        );
        assert_ne!(
            Fingerprint::of(1, "{\"t\":\"甲\"}"),
            Fingerprint::of(1, "{\"t\":\"甲\" }")
        );
    }
}
