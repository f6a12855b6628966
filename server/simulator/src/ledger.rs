//! What the hub has acknowledged, on disk before anybody relies on it.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sync_core::protocol::SHORT_HASH;
use sync_core::{Id, MediaHash, hex};

/// A change by its document and its short hash. The hash alone is not enough: visits that one person begins to
/// one ticket in the same second begin with the same bytes.
pub type Name = (Id, [u8; SHORT_HASH]);

/// An append-only file with one line for each thing acknowledged: `change DOC SHORTHASH` or `photo HASH`.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: Mutex<File>,
}

/// What the file says.
#[derive(Debug, Default)]
pub struct Acknowledged {
    /// Changes.
    pub changes: BTreeSet<Name>,
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
    pub fn note_changes(&self, names: &[Name]) -> io::Result<()> {
        let lines: String = names
            .iter()
            .map(|(doc, hash)| format!("change {doc} {}\n", hex::encode(hash)))
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
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["change", doc, hash] => acknowledged.changes.extend(read_name(doc, hash)),
                ["photo", hash] => acknowledged.photos.extend(MediaHash::parse(hash)),
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

fn read_name(doc: &str, hash: &str) -> Option<Name> {
    let hash = hex::decode(hash)?;
    Some((Id::parse(doc)?, hash.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_back() {
        let path = std::env::temp_dir().join(format!("warmline-ledger-{}", std::process::id()));
        let ledger = Ledger::create(&path).unwrap();
        let (doc, photo) = (Id::from_bytes([1; 16]), MediaHash::of(b"photo"));
        ledger
            .note_changes(&[(doc, [7; SHORT_HASH]), (doc, [8; SHORT_HASH])])
            .unwrap();
        ledger.note_photo(photo).unwrap();
        ledger.note_changes(&[(doc, [7; SHORT_HASH])]).unwrap();
        let read = ledger.read().unwrap();
        assert_eq!(read.changes.len(), 2);
        assert!(read.changes.contains(&(doc, [7; SHORT_HASH])) && read.photos.contains(&photo));
        std::fs::remove_file(path).unwrap();
    }
}
