//! Files with their hashes.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sync_core::hex;

use crate::BackupError;

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Where it lies in the backup's folder.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, lower-case hex.
    pub sha256: String,
}

/// Writes a file and takes its hash on the way.
pub(crate) struct HashedFile {
    out: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl HashedFile {
    pub(crate) fn create(path: &Path) -> Result<Self, BackupError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(BackupError::file(folder))?;
        }
        let file = File::create(path).map_err(BackupError::file(path))?;
        Ok(Self {
            out: BufWriter::new(file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub(crate) fn write(&mut self, content: &[u8]) -> io::Result<()> {
        self.out.write_all(content)?;
        self.hash.update(content);
        self.bytes += content.len() as u64;
        Ok(())
    }

    /// Makes the file durable.
    pub(crate) fn finish(self, path: &str) -> io::Result<FileEntry> {
        let file = self
            .out
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(FileEntry {
            path: path.to_owned(),
            bytes: self.bytes,
            sha256: hex::encode(&self.hash.finalize()),
        })
    }
}

/// Length and SHA-256 of a file; `None` if there is none.
pub(crate) fn measure(path: &Path) -> Result<Option<(u64, String)>, BackupError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(BackupError::file(path))?,
    };
    let mut hash = Sha256::new();
    let mut piece = vec![0; 256 * 1024];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut piece).map_err(BackupError::file(path))?;
        if read == 0 {
            return Ok(Some((bytes, hex::encode(&hash.finalize()))));
        }
        bytes += read as u64;
        hash.update(piece.get(..read).unwrap_or_default());
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    let opened = File::open(folder).and_then(|folder| folder.sync_all());
    opened.map_err(BackupError::file(folder))
}
