//! Photos: complete, verified files. What is still being uploaded has no row.

use std::collections::HashSet;

use sqlx::QueryBuilder;
use sync_core::{Id, MediaHash, Timestamp};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::words::words;
use super::{Error, Tx};

words! {
    /// Whether a photo can be shown small.
    pub enum Thumbnails {
        /// The file cannot be decoded; the original is kept.
        Failed = "failed",
        /// Not made yet.
        Pending = "pending",
        /// Made and stored.
        Ready = "ready",
    }
}

/// A photo that is stored for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// Whose photo it is.
    pub tenant: Id,
    /// SHA-256 of the file, its name.
    pub sha256: MediaHash,
    /// Length of the file.
    pub size_bytes: i64,
    /// `image/jpeg`, `image/png` or `image/webp`, by the file's own bytes.
    pub mime: String,
    /// Width in pixels as stored, before any rotation.
    pub width: i64,
    /// Height in pixels as stored, before any rotation.
    pub height: i64,
    /// The device that sent its last part.
    pub device: Id,
    /// When it was complete.
    pub received_at: Timestamp,
    /// Whether it can be shown small.
    pub thumbnails: Thumbnails,
}

impl Tx {
    /// Adds a photo unless the tenant has it, and answers whether it was added. One that was lost is here again.
    pub async fn insert_media(&mut self, media: &Media) -> Result<bool, Error> {
        let added = on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO media (tenant, sha256, size, mime, w, h, device, received_at, thumbnails)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (tenant, sha256) DO UPDATE SET lost = FALSE, received_at = excluded.received_at,
               thumbnails = excluded.thumbnails WHERE media.lost"
        )
        .bind(uuid(media.tenant))
        .bind(media.sha256.bytes().as_slice())
        .bind(media.size_bytes)
        .bind(&media.mime)
        .bind(media.width)
        .bind(media.height)
        .bind(uuid(media.device))
        .bind(media.received_at.millis())
        .bind(media.thumbnails.as_str())
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(added == 1)
    }

    /// The tenant's photo with this hash.
    pub async fn find_media(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
    ) -> Result<Option<Media>, Error> {
        type Row = (i64, String, i64, i64, Uuid, i64, String);
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT size, mime, w, h, device, received_at, thumbnails
             FROM media WHERE tenant = $1 AND sha256 = $2 AND NOT lost"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(
            |(size_bytes, mime, width, height, device, received_at, thumbnails)| {
                Ok(Media {
                    tenant,
                    sha256,
                    size_bytes,
                    mime,
                    width,
                    height,
                    device: id(device),
                    received_at: Timestamp::from_millis(received_at),
                    thumbnails: Thumbnails::read(&thumbnails, "media", "thumbnails")?,
                })
            },
        )
        .transpose()
    }

    /// Those of the photos that the tenant has.
    pub async fn list_known_media(
        &mut self,
        tenant: Id,
        photos: &[MediaHash],
    ) -> Result<HashSet<MediaHash>, Error> {
        let mut found = HashSet::new();
        for photos in pieces(photos) {
            let rows: Vec<Vec<u8>> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT sha256 FROM media WHERE NOT lost AND tenant = ");
                query.push_bind(uuid(tenant)).push(" AND sha256 IN (");
                let mut list = query.separated(", ");
                for sha256 in photos {
                    list.push_bind(sha256.bytes().to_vec());
                }
                query.push(")");
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            for sha256 in rows {
                found.insert(read_hash("media", &sha256)?);
            }
        }
        Ok(found)
    }

    /// Notes whether the photo can be shown small.
    pub async fn update_thumbnails(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        thumbnails: Thumbnails,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE media SET thumbnails = $3 WHERE tenant = $1 AND sha256 = $2"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .bind(thumbnails.as_str())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Every photo of the tenant, and whether its file was missing at the last count.
    pub async fn list_media(&mut self, tenant: Id) -> Result<Vec<(MediaHash, bool)>, Error> {
        let rows: Vec<(Vec<u8>, bool)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT sha256, lost FROM media WHERE tenant = $1"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter()
            .map(|(sha256, lost)| Ok((read_hash("media", &sha256)?, lost)))
            .collect()
    }

    /// Notes whether the photo's file is missing from the store.
    pub async fn update_lost(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        lost: bool,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE media SET lost = $3 WHERE tenant = $1 AND sha256 = $2"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .bind(lost)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// How many photos of the tenant were missing from the store at the last count and have not come again.
    pub async fn count_lost_media(&mut self, tenant: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT COUNT(*) FROM media WHERE tenant = $1 AND lost"
        )
        .bind(uuid(tenant))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// Has the thumbnails of all photos made anew.
    pub async fn reset_thumbnails(&mut self, tenant: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE media SET thumbnails = 'pending' WHERE tenant = $1"
        )
        .bind(uuid(tenant))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Photos of all tenants whose thumbnails are not made yet, the longest waiting first.
    pub async fn list_pending_thumbnails(&mut self) -> Result<Vec<(Id, MediaHash)>, Error> {
        let rows: Vec<(Uuid, Vec<u8>)> = on_backend!(self, |tx| {
            sqlx::query_as(
                "SELECT tenant, sha256 FROM media WHERE thumbnails = 'pending' AND NOT lost ORDER BY received_at",
            )
            .fetch_all(&mut **tx)
            .await
        })?;
        rows.into_iter()
            .map(|(tenant, sha256)| Ok((id(tenant), read_hash("media", &sha256)?)))
            .collect()
    }

    /// Whether a visit that points at the photo belongs to a ticket that the person sees.
    pub async fn sees_photo(
        &mut self,
        tenant: Id,
        person: Id,
        sha256: MediaHash,
    ) -> Result<bool, Error> {
        let row: Option<(Uuid,)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT ts.ticket FROM document_photo p CROSS JOIN document_ticket vt
             CROSS JOIN ticket_scope ts CROSS JOIN person_principal pp
             WHERE p.tenant = $1 AND p.sha256 = $3 AND vt.tenant = $1 AND vt.doc = p.doc
               AND ts.tenant = $1 AND ts.ticket = vt.ticket AND ts.revoked_seq IS NULL
               AND pp.tenant = $1 AND pp.person = $2 AND pp.principal = ts.principal
               AND pp.revoked_seq IS NULL
             LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(sha256.bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.is_some())
    }
}

pub(super) fn read_hash(table: &'static str, bytes: &[u8]) -> Result<MediaHash, Error> {
    MediaHash::from_slice(bytes).ok_or(Error::Corrupt {
        table,
        column: "sha256",
    })
}
