//! The server of 微门户: it imports a city's records, checks them, signs what is published and serves it.
//!
//! The walk of a notice: [`import`] → [`store`] → [`publish`] → [`tree`] → [`routes`]. The binary is a thin
//! command line over this library, so that tests and `xtask` can run a whole city inside their own process.

pub mod backup;
pub mod city;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod dump;
pub mod edit;
pub mod error;
pub(crate) mod hook;
pub mod import;
pub mod keys;
pub mod object;
pub mod petition;
pub mod publish;
pub mod routes;
pub mod serve;
pub(crate) mod store;
pub mod tree;
pub mod words;

pub use city::City;
pub use config::Config;
pub use error::{Error, Result};
