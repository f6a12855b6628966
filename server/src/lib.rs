//! The Warmline hub: receives, admits, merges and serves field records.
//!
//! [`App`] holds the parts, [`router::router`] shows every route, [`run`] serves them.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod error;
pub mod health;
pub mod imports;
pub mod keys;
pub mod media;
pub mod openapi;
pub mod people;
pub mod rng;
pub mod router;
pub mod serve;
pub mod simulate;
mod static_files;
pub mod store;
pub mod sync;
pub mod telemetry;
pub(crate) mod tickets;
pub mod visits;
pub mod worker;

pub mod commands;

pub use app::App;
pub use serve::run;
