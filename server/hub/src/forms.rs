//! Forms of records for the office.

pub(crate) mod list;
pub(crate) mod write;
