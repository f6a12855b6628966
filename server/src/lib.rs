//! The `warmline` program: what its command line says, and the commands.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod commands;
pub mod logging;
pub mod options;
mod place;
mod progress;
