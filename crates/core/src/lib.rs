//! The offline client of 微门户: the city's records on this device, kept fresh through one door, without a
//! window. The app's shell and the command line are thin layers over [`Client`].
//!
//! * The cache answers every question; no question waits for the network, except for a body that is not here.
//! * `sync` is the only one who writes what the server published, `outbox` the only one who sends; `store` is the only
//!   SQL, `remote` the only HTTP.
//! * Time is passed in. Freshness is shown, never enforced.

mod bundle;
mod client;
mod disk;
mod download;
mod dump;
mod error;
mod event;
mod first_screen;
mod ics;
mod limits;
mod notify;
mod outbox;
mod photo;
mod pictures;
mod poll;
mod remote;
mod seal;
mod store;
mod sync;
mod vcard;
mod version;
pub mod view;

#[cfg(feature = "bench")]
pub use store::search::bench;

#[cfg(feature = "fuzz")]
pub use dump::{decompress, decompress_up_to};

pub use bundle::{Bundle, Profile};
pub use client::{Client, Config};
pub use download::Download;
pub use error::{Code, Error, Result};
pub use event::Event;
pub use first_screen::first_screen;
pub use pictures::media_type;
pub use remote::SILENCE;
