//! Documents, admission, protocol and replica of Warmline.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod chunk;
pub mod document;
pub mod hex;
pub mod ids;
pub mod kinds;
pub mod limits;
pub mod reason;
pub mod record;
pub mod role;
pub mod segment;
pub mod time;
pub mod value;

pub use ids::{Id, MediaHash};
pub use role::Role;
pub use time::Timestamp;
