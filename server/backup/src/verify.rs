//! Whether a backup is what it says.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sync_core::{Id, MediaHash};

use crate::files::measure;
use crate::make::photo_path;
use crate::manifest::{Manifest, PHOTO_LIST, newest};
use crate::{BackupError, Phase, Told};

/// A backup that is what it says.
#[derive(Clone, Debug, Serialize)]
pub struct Verified {
    /// Its folder.
    pub folder: PathBuf,
    /// What belongs to it.
    pub manifest: Manifest,
    /// Its photos: whose, which, and how long.
    #[serde(skip)]
    pub photos: Vec<(Id, MediaHash, u64)>,
}

/// Compares every file of the newest backup in `dir`, or of the one that `dir` is, with its hash.
///
/// # Errors
/// The first file that is not what it was.
pub fn verify(dir: &Path, told: Told<'_>) -> Result<Verified, BackupError> {
    let folder = newest(dir)?;
    let manifest = Manifest::read(&folder)?;
    for entry in &manifest.files {
        let path = folder.join(&entry.path);
        match measure(&path)? {
            None => return Err(BackupError::damaged(&path, "is missing")),
            Some((bytes, sha256)) if bytes == entry.bytes && sha256 == entry.sha256 => {}
            Some(_) => return Err(BackupError::damaged(&path, "is not what it was")),
        }
    }
    let photos = read_list(&folder.join(PHOTO_LIST))?;
    if photos.len() as u64 != manifest.photos {
        let path = folder.join(PHOTO_LIST);
        return Err(BackupError::damaged(&path, "does not list all photos"));
    }
    let root = photo_root(&folder);
    for (done, (tenant, sha256, bytes)) in photos.iter().enumerate() {
        told(Phase::Checking, done as u64, photos.len() as u64);
        let path = photo_path(root, *tenant, *sha256);
        match measure(&path)? {
            None => return Err(BackupError::damaged(&path, "is missing")),
            Some((length, hash)) if length == *bytes && hash == sha256.to_string() => {}
            Some(_) => return Err(BackupError::damaged(&path, "is not what it was")),
        }
    }
    Ok(Verified {
        folder,
        manifest,
        photos,
    })
}

/// The folder in which the backups share their photos.
pub(crate) fn photo_root(folder: &Path) -> &Path {
    folder.parent().unwrap_or(folder)
}

fn read_list(path: &Path) -> Result<Vec<(Id, MediaHash, u64)>, BackupError> {
    let text = fs::read_to_string(path).map_err(BackupError::file(path))?;
    let entry = |line: &str| {
        let mut words = line.split(' ');
        let tenant = Id::parse(words.next()?)?;
        let sha256 = MediaHash::parse(words.next()?)?;
        Some((tenant, sha256, words.next()?.parse().ok()?))
    };
    let entries = text.lines().map(entry).collect::<Option<_>>();
    entries.ok_or_else(|| BackupError::damaged(path, "cannot be read"))
}
