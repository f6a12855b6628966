//! Deadline profiles for the office, and the look at every clock once a minute.

pub(crate) mod list;
pub mod sweep;
pub(crate) mod write;
