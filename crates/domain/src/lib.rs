//! What the two sides of 微门户 agree on: the records of a city, the objects they travel in, and the rules
//! that both must judge alike. Pure: no IO, no clock, no randomness; time and keys are passed in.
//!
//! Reading order is the order of the modules below. A *collection* (栏目) is a published set of *records*
//! (条目); the server numbers every change of one with an *epoch* (期号) and signs a *head* that names, for each
//! collection, an *index* of immutable *segments* and a *snapshot*.
//!
//! Rejected: a "common" crate with helpers. What only one side needs lives on that side.

mod collection;
pub mod html;
pub mod link;
pub mod petition;
pub mod record;
pub mod wire;

pub use collection::Collection;
pub use record::Record;
