//! 网络问政: what may happen to a letter, by whom, and until when. Pure, like the rest of this crate.
//!
//! Reading order: [`case`] names the facts, [`table`] is the one table of who may do what, [`judge`] asks it;
//! [`workday`] counts days, [`deadline`] makes limits and lights of them, [`policy`] says which numbers of days hold when;
//! [`receipt`] is what the citizen keeps;
//! [`deduction`] what lateness costs; [`redaction`] finds what must not be shown; [`wire`] is what both sides send.
//!
//! The state of the *case*, its *light*, *visibility*, *extension*, *dispute* and *reopening* are separate facts.
//! Rejected: one status text for all of them (others ended with eleven states in eighteen lists of strings), and a
//! library for state machines (the table must be readable beside the design's, row by row).

pub mod case;
pub mod deadline;
pub mod deduction;
pub mod judge;
pub mod policy;
pub mod receipt;
pub mod redaction;
pub mod table;
pub mod wire;
pub mod workday;

pub use case::{Action, Facts, Kind, Rating, Role, State, Visibility};
pub use judge::{Next, Refusal, judge};
pub use workday::WorkCalendar;
