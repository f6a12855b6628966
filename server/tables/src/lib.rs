//! Tables in: reading, mapping, masking, storing.
//!
//! A file goes through `ticket_table` (its rows as drafts) into [`intake`] (drafts as stored tickets); units come
//! by [`org`], people by [`users`], years of the official calendar by [`calendar`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod again;
pub mod answers;
mod batches;
pub mod calendar;
#[cfg(test)]
mod cases;
mod communities;
mod content;
mod draft;
pub mod feedback;
mod header;
pub mod intake;
pub mod labelled;
mod mapping;
mod markup;
mod notes;
pub mod org;
pub mod paste;
pub mod personal;
pub mod phone;
mod plain;
pub mod preview;
mod reconcile;
#[cfg(test)]
mod samples;
pub mod street;
mod table;
pub mod template;
mod ticket_table;
mod times;
pub mod users;
pub mod xlsform;

pub use again::{ChangedEntry, ChangedRow, Difference, TakeOver};
pub use communities::UnknownName;
pub use mapping::{Mapping, MappingError};
pub use notes::{ReadSheet, ReadingNotes, SkippedSheet};
pub use table::{NotATable, Refused};
pub use ticket_table::FileRefused;

use basis::{Clock, Keys, Rng};
use store::Db;

/// What taking in works with.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    /// The database.
    pub store: &'a Db,
    /// The time.
    pub clock: &'a Clock,
    /// Chance, for ids.
    pub rng: &'a Rng,
    /// The key that seals what is personal.
    pub keys: &'a Keys,
}
