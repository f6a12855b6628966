//! The doors over HTTP: one round trip, the phones' live channel, and the office's.

pub mod endpoint;
pub(crate) mod office;
pub(crate) mod stream;
