//! s
pub mod store;
