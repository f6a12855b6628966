//! Forms of records for the office.

pub(crate) mod list;
pub(crate) mod write;

pub(crate) use list::list;
pub(crate) use write::write;
