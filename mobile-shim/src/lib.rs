//! The replica of `sync-core` for phones. No rule lives here: every method hands over and translates.
//!
//! Browsers get the wasm package (`wasm.rs`); the methods and their JSON are described in the package's own
//! TypeScript section. `README.md` tells how to build it.

#[cfg(target_arch = "wasm32")]
mod wasm;

pub mod text;
