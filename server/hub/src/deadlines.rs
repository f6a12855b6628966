//! Deadline profiles for the office, the calendar by which they count, and the look at every clock once a minute.

pub(crate) mod calendar;
mod form;
pub(crate) mod list;
pub(crate) mod preview;
pub mod sweep;
pub(crate) mod write;

pub(crate) use preview::preview;
