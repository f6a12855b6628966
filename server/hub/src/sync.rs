//! The doors over HTTP: one round trip, and the live channel.

pub mod endpoint;
pub(crate) mod stream;
