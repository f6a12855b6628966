//! Restoring a backup into an empty place: everything is checked first, and the rows come in one transaction, so that a
//! hub is there whole or not at all.

use std::fs;
use std::path::Path;

use basis::Keys;
use history::FolderLock;
use photos::Rendition;
use serde::Serialize;
use store::timelines::{Cause, Turn};

use crate::make::photo_path;
use crate::manifest::KEYS;
use crate::rows::RowReader;
use crate::sealed::{self, Passphrase};
use crate::verify::{photo_root, verify};
use crate::{BackupError, Parts, Phase, Told};

/// A backup that was restored.
#[derive(Clone, Debug, Serialize)]
pub struct Restored {
    /// Rows.
    pub rows: u64,
    /// Photos.
    pub photos: u64,
    /// Whether the hub has its keys; without them it does not start.
    pub has_keys: bool,
}

/// Restores the newest backup in `dir`, or the one that `dir` is. A new timeline begins: phones offer again what came
/// after the backup.
///
/// # Errors
/// If the backup is damaged, the place is not empty, or something cannot be written; the hub is as empty as before.
pub async fn restore(
    parts: &Parts<'_>,
    dir: &Path,
    passphrase: Option<&Passphrase>,
    told: Told<'_>,
) -> Result<Restored, BackupError> {
    let _lock = FolderLock::take(parts.data)?;
    if !parts.store.read().await?.list_tenants().await?.is_empty() {
        return Err(BackupError::NotEmpty);
    }
    let backup = verify(dir, told)?;
    let root = photo_root(&backup.folder);
    let has_keys = put_keys(parts, &backup.folder, backup.manifest.has_keys, passphrase)?;
    for (done, (tenant, sha256, _)) in backup.photos.iter().enumerate() {
        told(Phase::Photos, done as u64, backup.photos.len() as u64);
        let path = photo_path(root, *tenant, *sha256);
        let content = fs::read(&path).map_err(BackupError::file(&path))?;
        parts
            .blobs
            .put(*tenant, *sha256, Rendition::Original, content.into())
            .await?;
    }
    let mut rows = 0;
    let mut tx = parts.store.begin().await?;
    let tables = tx.list_tables().await?;
    for (done, table) in tables.iter().enumerate() {
        told(Phase::Rows, done as u64, tables.len() as u64);
        let path = backup.folder.join("rows").join(table.name);
        let mut file = RowReader::open(&path)?;
        while let Some(piece) = file.next(&path)? {
            rows += piece.len() as u64;
            tx.fill_table(table, &piece).await?;
        }
    }
    if has_keys {
        // Before the commit: with keys of another hub nothing of the backup is here.
        let noted = tx.list_key_fingerprints().await?;
        let known: Vec<Vec<u8>> = noted.into_iter().filter_map(|(_, one)| one).collect();
        if !known.is_empty() {
            Keys::load_known(&parts.data.join("keys"), &known)?;
        }
    }
    let now = parts.clock.now();
    for tenant in tx.list_tenants().await? {
        tx.index_again(tenant.id).await?;
        tx.reset_thumbnails(tenant.id).await?;
        let turn = Turn {
            tenant: tenant.id,
            from: tenant.timeline,
            to: parts.rng.new_id(now),
            unknown: None,
            at_least: tenant.seq,
            cause: Cause::Restore,
        };
        tx.begin_timeline(&turn, now).await?;
    }
    tx.commit().await?;
    Ok(Restored {
        rows,
        photos: backup.photos.len() as u64,
        has_keys,
    })
}

/// Keys that were put back by hand stay; else those of the backup come, if it has them and the passphrase is there.
fn put_keys(
    parts: &Parts<'_>,
    folder: &Path,
    sealed: bool,
    passphrase: Option<&Passphrase>,
) -> Result<bool, BackupError> {
    let keys = parts.data.join("keys");
    if keys.exists() {
        return Ok(true);
    }
    match passphrase {
        Some(passphrase) if sealed => {
            let files = sealed::open(&folder.join(KEYS), passphrase)?;
            sealed::put(&files, &keys)?;
            Ok(true)
        }
        Some(_) | None => Ok(false),
    }
}
