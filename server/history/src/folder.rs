//! The data folder: one hub at a time, and files that are there whole or not at all.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Why the folder cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process has it.
    #[error(
        "another hub is running on the data folder {folder}: stop it first, or give this one a folder of its own \
         with --data"
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
    },
    /// The lock file cannot be made.
    #[error("the data folder {folder} cannot be used")]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Nobody else runs on the folder while this is kept; the system ends it with the process, however that ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder; makes it if it is not there.
    ///
    /// # Errors
    /// If another process has it.
    pub fn take(folder: &Path) -> Result<Self, FolderError> {
        let unusable = |source| FolderError::Unusable {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(unusable)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let file = options.open(folder.join("hub.lock")).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(FolderError::Taken {
                folder: folder.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}

/// Writes a file so that it is there whole or as it was, also when the power fails.
///
/// # Errors
/// If the disk could not.
pub fn put_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_hubs_at_a_time() {
        let folder = std::env::temp_dir().join(format!("warmline-lock-{}", std::process::id()));
        let first = FolderLock::take(&folder).unwrap();
        let refused = FolderLock::take(&folder).unwrap_err();
        assert!(refused.to_string().contains("stop it first"), "{refused}");
        drop(first);
        FolderLock::take(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
