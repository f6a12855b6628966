//! Making a backup, while the hub serves.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use photos::Rendition;
use serde::Serialize;
use store::dump::Value;
use sync_core::{Id, MediaHash, Timestamp};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::files::{FileEntry, HashedFile, sync_folder};
use crate::manifest::{FORMAT, KEYS, Manifest, NAME, PHOTO_LIST, TenantEntry};
use crate::rows::RowWriter;
use crate::sealed::{self, Passphrase};
use crate::{BackupError, Parts, Phase, Told};

/// What takes its time of receipt shortly before it is committed may be younger than the snapshot: so much is left.
const MARGIN_MS: i64 = 60_000;

/// A backup that was made.
#[derive(Clone, Debug, Serialize)]
pub struct Made {
    /// Its folder.
    pub folder: PathBuf,
    /// Rows.
    pub rows: u64,
    /// Photos that belong to it.
    pub photos: u64,
    /// Those of them that were copied; the others lay there from an earlier backup.
    pub copied: u64,
    /// Photos that the hub should have and does not.
    pub missing: u64,
    /// Whether the keys are in it.
    pub has_keys: bool,
}

/// A photo of the snapshot.
struct Photo {
    tenant: Id,
    sha256: MediaHash,
    bytes: u64,
    received_at: i64,
}

/// Makes a backup in a folder of its own in `dir`. One that is not finished has no manifest, and is no backup.
///
/// # Errors
/// If something cannot be read or written.
pub async fn make(
    parts: &Parts<'_>,
    dir: &Path,
    passphrase: Option<&Passphrase>,
    told: Told<'_>,
) -> Result<Made, BackupError> {
    let now = parts.clock.now();
    let folder = dir.join(name_of(now));
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(BackupError::file(&unfinished))?;
    }
    fs::create_dir_all(&unfinished).map_err(BackupError::file(&unfinished))?;
    let copied = copy_rows(parts, &unfinished, told).await?;
    let mut files = copied.files;
    let mut kept = Kept::default();
    let total = copied.photos.len() as u64;
    let mut missing_since: HashMap<Id, i64> = HashMap::new();
    let mut list = HashedFile::create(&unfinished.join(PHOTO_LIST))?;
    for (done, photo) in copied.photos.iter().enumerate() {
        told(Phase::Photos, done as u64, total);
        if !copy_photo(parts, photo, dir, &mut kept).await? {
            let since = missing_since.entry(photo.tenant).or_insert(i64::MAX);
            *since = photo.received_at.min(*since);
            continue;
        }
        let line = format!("{} {} {}\n", photo.tenant, photo.sha256, photo.bytes);
        list.write(line.as_bytes())
            .map_err(BackupError::file(&unfinished))?;
    }
    let list = list.finish(PHOTO_LIST);
    files.push(list.map_err(BackupError::file(&unfinished))?);
    if let Some(passphrase) = passphrase {
        let mut file = HashedFile::create(&unfinished.join(KEYS))?;
        let sealed = sealed::seal(&parts.data.join("keys"), passphrase, parts.rng)?;
        let written = file.write(&sealed).and_then(|()| file.finish(KEYS));
        files.push(written.map_err(BackupError::file(&unfinished))?);
    }
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        tenants: copied.tenants,
        files,
        photos: kept.photos,
        missing_photos: kept.missing,
        has_keys: passphrase.is_some(),
    };
    finish(&manifest, &unfinished, &folder, dir)?;
    secure(parts, &manifest, &missing_since).await?;
    Ok(Made {
        folder,
        rows: copied.rows,
        photos: kept.photos,
        copied: kept.copied,
        missing: kept.missing,
        has_keys: manifest.has_keys,
    })
}

/// The backup's folder, in the order of time.
fn name_of(now: Timestamp) -> String {
    let shape = format_description!("[year][month][day]T[hour][minute][second]Z");
    OffsetDateTime::from_unix_timestamp(now.millis() / 1000)
        .ok()
        .and_then(|time| time.format(shape).ok())
        .unwrap_or_else(|| now.millis().to_string())
}

struct CopiedRows {
    files: Vec<FileEntry>,
    tenants: Vec<TenantEntry>,
    photos: Vec<Photo>,
    rows: u64,
}

/// Every row, from one unchanging state of the database.
async fn copy_rows(
    parts: &Parts<'_>,
    folder: &Path,
    told: Told<'_>,
) -> Result<CopiedRows, BackupError> {
    let mut tx = parts.store.read().await?;
    let tenants = tx.list_tenants().await?;
    let mut copied = CopiedRows {
        files: Vec::new(),
        tenants: Vec::new(),
        photos: Vec::new(),
        rows: 0,
    };
    copied.tenants = tenants
        .into_iter()
        .map(|tenant| TenantEntry {
            id: tenant.id,
            code: tenant.code,
            timeline: tenant.timeline,
            seq: tenant.seq,
        })
        .collect();
    let tables = tx.list_tables().await?;
    for (done, table) in tables.iter().enumerate() {
        told(Phase::Rows, done as u64, tables.len() as u64);
        let path = folder.join("rows").join(table.name);
        let mut file = RowWriter::new(HashedFile::create(&path)?);
        let columns: Vec<&str> = table.columns().collect();
        let (rows, photos) = (&mut copied.rows, &mut copied.photos);
        let read = tx.read_table(table, |row| -> Result<(), BackupError> {
            *rows += 1;
            if table.name == "media" {
                photos.extend(photo_of(&columns, &row));
            }
            file.write(row).map_err(BackupError::file(&path))
        });
        read.await?;
        let name = format!("rows/{}", table.name);
        let finished = file.finish().and_then(|file| file.finish(&name));
        copied
            .files
            .push(finished.map_err(BackupError::file(&path))?);
    }
    Ok(copied)
}

/// The photo of a row of the table of photos.
fn photo_of(columns: &[&str], row: &[Value]) -> Option<Photo> {
    let value = |name: &str| {
        let place = columns.iter().position(|column| *column == name)?;
        row.get(place)
    };
    let bytes = |name| match value(name)? {
        Value::Bytes(bytes) => Some(bytes.as_slice()),
        Value::Integer(_) | Value::Null | Value::Text(_) => None,
    };
    let number = |name| match value(name)? {
        Value::Integer(number) => Some(*number),
        Value::Bytes(_) | Value::Null | Value::Text(_) => None,
    };
    Some(Photo {
        tenant: Id::from_bytes(*bytes("tenant")?.first_chunk()?),
        sha256: MediaHash::from_slice(bytes("sha256")?)?,
        bytes: number("size")?.unsigned_abs(),
        received_at: number("received_at")?,
    })
}

#[derive(Default)]
struct Kept {
    photos: u64,
    copied: u64,
    missing: u64,
}

/// Whether the photo lies with the backups now.
async fn copy_photo(
    parts: &Parts<'_>,
    photo: &Photo,
    dir: &Path,
    kept: &mut Kept,
) -> Result<bool, BackupError> {
    let path = photo_path(dir, photo.tenant, photo.sha256);
    // Named by its content, written whole: what is there with its length is there.
    if fs::metadata(&path).is_ok_and(|there| there.len() == photo.bytes) {
        kept.photos += 1;
        return Ok(true);
    }
    let content = parts
        .blobs
        .read(photo.tenant, photo.sha256, Rendition::Original)
        .await?;
    let Some(content) = content.filter(|content| MediaHash::of(content) == photo.sha256) else {
        kept.missing += 1;
        tracing::warn!(sha256 = %photo.sha256, "a photo is missing from the store or damaged in it");
        return Ok(false);
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(BackupError::file(folder))?;
    }
    history::put_whole(&path, &content).map_err(BackupError::file(&path))?;
    kept.photos += 1;
    kept.copied += 1;
    Ok(true)
}

/// Where the photos of all backups in `dir` lie.
pub(crate) fn photo_path(dir: &Path, tenant: Id, sha256: MediaHash) -> PathBuf {
    let name = sha256.to_string();
    let first_two = name.get(..2).unwrap_or_default().to_owned();
    dir.join("photos")
        .join(tenant.to_string())
        .join(first_two)
        .join(name)
}

/// With the manifest and its own name it is a backup.
fn finish(
    manifest: &Manifest,
    unfinished: &Path,
    folder: &Path,
    dir: &Path,
) -> Result<(), BackupError> {
    let path = unfinished.join(NAME);
    let text = serde_json::to_vec_pretty(manifest).unwrap_or_default();
    let written = fs::File::create(&path).and_then(|mut file| {
        file.write_all(&text)?;
        file.sync_all()
    });
    written.map_err(BackupError::file(&path))?;
    sync_folder(&unfinished.join("rows"))?;
    sync_folder(unfinished)?;
    fs::rename(unfinished, folder).map_err(BackupError::file(folder))?;
    sync_folder(dir)
}

/// Phones may let go of what the backup holds.
async fn secure(
    parts: &Parts<'_>,
    manifest: &Manifest,
    missing_since: &HashMap<Id, i64>,
) -> Result<(), BackupError> {
    let mut tx = parts.store.begin().await?;
    for tenant in &manifest.tenants {
        let until = manifest.made_at.millis() - MARGIN_MS;
        // The phone that took a photo may be the last to have it.
        let until = missing_since
            .get(&tenant.id)
            .map_or(until, |since| until.min(*since));
        let end = tx.find_feed_end(tenant.id).await?;
        let before = end.and_then(|end| end.secured_until);
        if before.is_none_or(|before| before.millis() < until) {
            tx.update_secured_until(tenant.id, Timestamp::from_millis(until))
                .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
