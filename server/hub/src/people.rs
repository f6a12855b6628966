//! People, their units and their devices, as the office keeps them.

pub(crate) mod create;
pub(crate) mod enrolment;
pub(crate) mod list;
pub(crate) mod revoke;
mod rights;
pub(crate) mod units;
