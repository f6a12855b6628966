//! Documents, admission, protocol and replica of Warmline.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod answers;
pub mod calendar;
pub mod chance;
pub mod chunk;
pub mod deadline;
pub mod document;
pub mod edit;
pub mod figures;
pub mod form;
pub mod gate;
pub mod hex;
pub mod ids;
pub mod kinds;
pub mod lifecycle;
pub mod limits;
mod lines;
pub mod op;
pub mod protocol;
pub mod reason;
pub mod record;
pub mod replica;
pub mod role;
pub mod schema;
pub mod segment;
pub mod sight;
pub mod signed;
pub mod summary;
pub mod text;
pub mod threshold;
pub mod time;
pub mod value;
pub mod words;

pub use ids::{Id, MediaHash};
pub use role::Role;
pub use time::Timestamp;
