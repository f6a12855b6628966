//! What the hub has acknowledged, on disk before anybody relies on it.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sync_core::{MediaHash, hex};

/// An append-only file with one line for each thing acknowledged: `change HASH` or `photo HASH`.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: Mutex<File>,
}

/// What the file says.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// Hashes of changes.
    pub changes: BTreeSet<[u8; 32]>,
    /// Names of photos.
    pub photos: BTreeSet<MediaHash>,
}

impl Ledger {
    /// Begins a ledger; an old file of that name is emptied.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn create(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        })
    }

    /// Notes changes; `Ok` means that the note survives a power cut.
    ///
    /// # Errors
    /// If the disk did not take it.
    pub fn note_changes<'a>(
        &self,
        hashes: impl IntoIterator<Item = &'a [u8; 32]>,
    ) -> io::Result<()> {
        let lines: String = hashes
            .into_iter()
            .map(|hash| format!("change {}\n", hex::encode(hash)))
            .collect();
        self.append(&lines)
    }

    /// Notes a photo, as durably.
    ///
    /// # Errors
    /// If the disk did not take it.
    pub fn note_photo(&self, photo: MediaHash) -> io::Result<()> {
        self.append(&format!("photo {photo}\n"))
    }

    /// Reads the file back.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(&self) -> io::Result<Acknowledged> {
        let mut acknowledged = Acknowledged::default();
        for line in std::fs::read_to_string(&self.path)?.lines() {
            match line.split_once(' ') {
                Some(("change", hash)) => {
                    let hash = hex::decode(hash).and_then(|hash| <[u8; 32]>::try_from(hash).ok());
                    acknowledged.changes.extend(hash);
                }
                Some(("photo", hash)) => acknowledged.photos.extend(MediaHash::parse(hash)),
                _ => {}
            }
        }
        Ok(acknowledged)
    }

    fn append(&self, lines: &str) -> io::Result<()> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(lines.as_bytes())?;
        file.sync_data()
    }
}
