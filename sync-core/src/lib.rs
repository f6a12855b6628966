//! Documents, admission, protocol and replica of Warmline.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod hex;
pub mod ids;
pub mod role;
pub mod time;

pub use ids::{Id, MediaHash};
pub use role::Role;
pub use time::Timestamp;
