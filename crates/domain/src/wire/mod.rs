//! The objects that carry a city from the server to the device (design: sync, "one signed head, immutable
//! objects"). Every type here is a file's exact shape; compression (zstd) is applied outside.
//!
//! ```text
//! head ──signed──▶ index per collection ──hash──▶ segments (operations)
//!                                      └──hash──▶ snapshot: heads + pack list ──hash──▶ body packs
//! ```
//!
//! Taken from others: DSSE envelopes (exact bytes are signed, no canonical JSON), TUF's offline roots that sign
//! key lists, Remote Settings' additive digest; against it, everything is verified before it is written.

mod digest;
mod envelope;
mod head;
mod heads;
mod index;
mod keys;
mod operation;

pub use digest::{Digest, Fingerprint};
pub use envelope::{Envelope, PublicKey, Signature, Untrusted, pae};
pub use head::{CollectionHead, Head};
pub use heads::{HeadRow, Heads};
pub use index::{Index, Lineage, ObjectRef, Pack, PackList, Segment, Snapshot};
pub use keys::{KeyList, MAX_KEY_LIST};
pub use operation::{Change, Malformed, Operation, read_operations, write_operations};

/// The order of changes within a collection: contiguous from 1, given at publication by the one publisher.
pub type Epoch = u64;

/// The major version of the record schemas that this build reads. A collection with a higher one keeps its old
/// data and asks for an update of the app; additive changes keep the number.
pub const SCHEMA: u32 = 1;

/// The largest head accepted, in bytes. Ours is about 1 KB; the cap keeps a hostile mirror from filling memory.
pub const MAX_HEAD: usize = 64 << 10;
/// The largest object accepted, compressed, in bytes.
pub const MAX_OBJECT: u64 = 64 << 20;
/// The largest object accepted, decompressed, in bytes.
pub const MAX_RAW_OBJECT: u64 = 256 << 20;
