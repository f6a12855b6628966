//! Many phones against a running hub, over real HTTP and a network that fails on purpose.
//!
//! ```text
//! Desk (database: people, tickets, codes)          Ledger (file, fsynced: what was acknowledged)
//! Device = Replica + store + photos -> Relay (cuts connections) -> the hub
//! at the end: fresh devices pull everything -> compare with ledger and with each other
//! ```
//!
//! The phones are the same `sync_core::replica::Replica` that runs in browsers. What a run finds is in
//! [`Outcome`]: nothing acknowledged may be lost, nothing may be in the log twice, no two phones may differ.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod check;
pub mod desk;
pub mod device;
pub mod hostile;
pub mod ledger;
pub mod line;
pub mod phone;
pub mod photos;
pub mod pulled;
pub mod relay;
pub mod run;
pub mod tally;
pub mod world;

pub use run::{Outcome, Plan, RunError, run};
