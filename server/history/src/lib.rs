//! Whether a hub still tells the history that it told before: it has the keys that the database was used with, it is
//! alone on its folder, and the database is not older than the mark beside it (docs/adr/0011).
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod folder;
mod keys;
mod mark;

pub use folder::{FolderError, FolderLock, put_whole};
pub use keys::open_keys;
pub use mark::{Mark, MarkFile, notice_older_database};

/// Why a hub must not start.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The keys cannot be used, or are not those of the database.
    #[error(transparent)]
    Keys(#[from] basis::keys::KeyError),
    /// The database could not.
    #[error(transparent)]
    Store(#[from] store::Error),
}
