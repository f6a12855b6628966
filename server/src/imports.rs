//! Tables into tickets: reading, mapping, masking, storing.
//!
//! A file goes through `ticket_table` (its rows as drafts) into [`intake`] (drafts as stored tickets).

mod communities;
pub(crate) mod draft;
pub(crate) mod endpoints;
pub mod intake;
pub(crate) mod mapping;
pub(crate) mod mask;
pub mod org;
pub mod preview;
pub mod street;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod ticket_table;
pub(crate) mod times;

pub use mapping::{Mapping, MappingError};
pub use table::{NotATable, Refused};
pub use ticket_table::FileRefused;
