//! Key lists: who may sign heads, and who may change that.
//!
//! Root keys stay offline and sign key lists; head keys stand on the publishers. A new list needs a threshold
//! of the roots of the old list *and* of its own, so a single lost root neither blocks nor betrays the city.

use super::{Envelope, PublicKey, Untrusted};
use serde::{Deserialize, Serialize};

/// The largest key list accepted, in bytes.
pub const MAX_KEY_LIST: usize = 64 << 10;

/// The keys a device trusts from one point on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyList {
    /// 1 for the list that the app ships, then one more each.
    pub n: u32,
    /// How many roots must sign a list.
    pub threshold: usize,
    /// Offline keys.
    pub roots: Vec<PublicKey>,
    /// Online keys, one per publisher.
    pub heads: Vec<PublicKey>,
    /// Taking this list sets the lowest acceptable `ver` to this, up or down: a head that a thief signed with
    /// the highest number possible cannot block the city for ever.
    pub ver_floor: u64,
    /// Its private keys stand in the source tree. A production build refuses it.
    #[serde(default)]
    pub demo: bool,
}

impl KeyList {
    /// The payload type that is signed with it.
    pub const TYPE: &'static str = "application/vnd.weimenhu.keys+json";

    /// Opens the list that came with the app. It must be signed by its own roots, which finds a damaged file;
    /// trust comes from the app's own package.
    ///
    /// # Errors
    /// [`Untrusted`] when it is malformed or under-signed.
    pub fn open_shipped(bytes: &[u8]) -> Result<Self, Untrusted> {
        let envelope: Envelope =
            serde_json::from_slice(bytes).map_err(|_| Untrusted::Malformed(Self::TYPE))?;
        let claimed: Self = envelope.unverified().ok_or(Untrusted::Malformed(Self::TYPE))?;
        Self::open(bytes, &claimed)
    }

    /// Opens the list that follows this one.
    ///
    /// # Errors
    /// [`Untrusted`] unless it is number `n + 1` and a threshold of both lists' roots has signed it.
    pub fn open_successor(&self, bytes: &[u8]) -> Result<Self, Untrusted> {
        let next = Self::open(bytes, self)?;
        if self.n.checked_add(1) != Some(next.n) {
            return Err(Untrusted::Sequence {
                found: next.n,
                expected: self.n.saturating_add(1),
            });
        }
        Self::open(bytes, &next)
    }

    fn open(bytes: &[u8], signers: &Self) -> Result<Self, Untrusted> {
        // A threshold below two would make one stolen root enough; a list that says so is not ours.
        let needed = signers.threshold.max(2);
        Envelope::open(bytes, Self::TYPE, &signers.distinct_roots(), needed).map(|(list, _)| list)
    }

    fn distinct_roots(&self) -> Vec<PublicKey> {
        let mut roots = self.roots.clone();
        roots.sort_by(|a, b| a.0.cmp(&b.0));
        roots.dedup();
        roots
    }
}
