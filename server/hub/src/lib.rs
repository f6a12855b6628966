//! The Warmline hub over HTTP: who asks, what they may, and every route.
//!
//! [`App`] holds the parts, [`router::router`] shows every route, [`run`] serves them.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod address;
pub mod app;
pub mod audit;
pub mod auth;
mod catalogue;
pub mod census;
mod classifier;
pub mod config;
pub mod deadlines;
pub mod disk;
mod dropped;
pub mod error;
mod exchange;
mod figures;
mod forms;
pub mod health;
mod imports;
pub mod inbox;
pub mod jobs;
mod lines;
pub mod media;
pub mod mediations;
pub mod notes;
mod on_call;
pub mod openapi;
mod originals;
pub mod people;
mod places;
mod readiness;
mod records;
mod refusals;
mod reports;
pub mod router;
mod searches;
pub mod serve;
mod static_files;
mod strangers;
pub mod sync;
pub mod telemetry;
pub mod tickets;
mod verify;
pub mod visits;

pub use app::App;
pub use serve::run;
