//! What belongs to a backup.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sync_core::{Id, Timestamp};

use crate::BackupError;
use crate::files::FileEntry;

/// The form of the folder; a program reads its own and older ones.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const NAME: &str = "manifest.json";
pub(crate) const PHOTO_LIST: &str = "photos.list";
pub(crate) const KEYS: &str = "keys.sealed";

/// What belongs to a backup, with hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// The program that made it.
    pub version: String,
    /// When it was made; it holds what was committed before.
    pub made_at: Timestamp,
    /// Its sub-districts, and how far their histories had come.
    pub tenants: Vec<TenantEntry>,
    /// Its files.
    pub files: Vec<FileEntry>,
    /// Photos that belong to it.
    pub photos: u64,
    /// Photos that the hub should have had and did not.
    pub missing_photos: u64,
    /// Whether the hub's keys are in it.
    pub has_keys: bool,
}

/// A sub-district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantEntry {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// The history that it told.
    pub timeline: Id,
    /// The last number given out.
    pub seq: i64,
}

impl Manifest {
    pub(crate) fn read(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(NAME);
        let bytes = fs::read(&path).map_err(|_| BackupError::NoBackup {
            path: folder.to_owned(),
        })?;
        let manifest: Self = serde_json::from_slice(&bytes)
            .map_err(|_| BackupError::damaged(&path, "cannot be read"))?;
        if manifest.format > FORMAT {
            return Err(BackupError::Newer);
        }
        Ok(manifest)
    }
}

/// The newest finished backup in `folder`, or `folder` itself if it is one.
///
/// # Errors
/// If there is none.
pub fn newest(folder: &Path) -> Result<PathBuf, BackupError> {
    if folder.join(NAME).exists() {
        return Ok(folder.to_owned());
    }
    let none = || BackupError::NoBackup {
        path: folder.to_owned(),
    };
    let entries = fs::read_dir(folder).map_err(|_| none())?;
    let finished = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.join(NAME).exists());
    finished.max().ok_or_else(none)
}
