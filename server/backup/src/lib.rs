//! Backups of a hub: made while it serves, checked, and restored into an empty place (docs/adr/0011).
//!
//! ```text
//! DIR/photos/TENANT/HH/HASH        the photos of all backups in DIR, each once
//! DIR/20261127T083000Z/            one backup
//!     rows/TABLE                   every row of every table, as values of no database
//!     photos.list                  the photos that belong to it
//!     keys.sealed                  the hub's keys, if a passphrase was given
//!     manifest.json                what belongs to it, with hashes; written last
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod error;
mod files;
mod make;
mod manifest;
mod restore;
mod rows;
mod sealed;
mod verify;

pub use error::BackupError;
pub use make::{Made, make};
pub use manifest::{Manifest, newest};
pub use restore::{Restored, restore};
pub use sealed::Passphrase;
pub use verify::{Verified, verify};

use basis::{Clock, Rng};
use photos::BlobStore;
use store::Db;

/// What a backup is made of, or restored into.
pub struct Parts<'a> {
    /// The database.
    pub store: &'a Db,
    /// The photos.
    pub blobs: &'a BlobStore,
    /// The data folder, with the keys.
    pub data: &'a std::path::Path,
    /// The time.
    pub clock: &'a Clock,
    /// Chance.
    pub rng: &'a Rng,
}

/// Hears what is being done, and how much of how much.
pub type Told<'a> = &'a mut dyn FnMut(Phase, u64, u64);

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files are compared with their hashes.
    Checking,
    /// Photos are copied.
    Photos,
    /// Rows are copied.
    Rows,
}
