//! Why a backup cannot be made, believed or restored.

use std::io;
use std::path::{Path, PathBuf};

use photos::BlobError;

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The photo store failed.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// A file is missing or is not what the manifest says.
    #[error("the backup is damaged: {path} {how}; use another backup")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        how: &'static str,
    },
    /// The disk could not.
    #[error("{path} cannot be read or written")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder is used by a hub.
    #[error(transparent)]
    Folder(#[from] history::FolderError),
    /// The keys or the database are not what they were.
    #[error(transparent)]
    History(#[from] history::HistoryError),
    /// The keys cannot be used.
    #[error(transparent)]
    Keys(#[from] basis::keys::KeyError),
    /// Made by a newer program.
    #[error("the backup was made by a newer version of warmline: use that one to restore it")]
    Newer,
    /// Nothing to restore.
    #[error("{path} holds no finished backup: name the folder that `warmline backup` wrote into")]
    NoBackup {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is something that would be written over.
    #[error(
        "the database already holds sub-districts: a backup is restored into an empty one. Give --data a new folder, \
         or --database-url a new database"
    )]
    NotEmpty,
    /// A passphrase that is guessed easily.
    #[error("the passphrase of a backup has at least 12 characters")]
    ShortPassphrase,
    /// The database could not.
    #[error("the database could not")]
    Store(#[from] store::Error),
    /// The keys in the backup do not open.
    #[error("the passphrase does not open the keys of this backup")]
    WrongPassphrase,
}

impl BackupError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    pub(crate) fn damaged(path: &Path, how: &'static str) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            how,
        }
    }
}
