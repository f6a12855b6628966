//! Files of the drop folder, by their content: each is imported once.

use sqlx::types::Json;
use sync_core::{Id, MediaHash, Timestamp};

use super::db::{on_backend, uuid};
use super::{Error, Tx};

/// What is known of a file's content.
#[derive(Clone, Debug, PartialEq)]
pub struct DroppedFile {
    /// When somebody last began with it.
    pub begun_at: Timestamp,
    /// Whether it was imported; `None` while it is worked on.
    pub taken: Option<bool>,
    /// What became of it.
    pub report: Option<serde_json::Value>,
}

type Row = (i64, Option<bool>, Option<Json<serde_json::Value>>);

impl Tx {
    /// Takes a file for oneself; `false` if another hub has it, or had it before and is done with it. One whose import
    /// began before `stale` and has not ended is taken over: whoever had it is gone.
    pub async fn claim_dropped_file(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        now: Timestamp,
        stale: Timestamp,
    ) -> Result<bool, Error> {
        let claimed = on_backend!(self, |tx| sqlx::query(
            "INSERT INTO dropped_file (tenant, sha256, begun_at) VALUES ($1, $2, $3)
             ON CONFLICT (tenant, sha256) DO UPDATE SET begun_at = excluded.begun_at
               WHERE dropped_file.ended_at IS NULL AND dropped_file.begun_at < $4"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .bind(now.millis())
        .bind(stale.millis())
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(claimed == 1)
    }

    /// Notes what became of a file.
    pub async fn finish_dropped_file(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
        (taken, report): (bool, &serde_json::Value),
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE dropped_file SET ended_at = $3, taken = $4, report = $5 WHERE tenant = $1 AND sha256 = $2"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .bind(now.millis())
        .bind(taken)
        .bind(Json(report))
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Forgets that somebody began with a file, so that it is tried again.
    pub async fn release_dropped_file(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM dropped_file WHERE tenant = $1 AND sha256 = $2 AND ended_at IS NULL"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// What is known of a file's content.
    pub async fn find_dropped_file(
        &mut self,
        tenant: Id,
        sha256: MediaHash,
    ) -> Result<Option<DroppedFile>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT begun_at, taken, report FROM dropped_file WHERE tenant = $1 AND sha256 = $2"
        )
        .bind(uuid(tenant))
        .bind(sha256.bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(begun_at, taken, report)| DroppedFile {
            begun_at: Timestamp::from_millis(begun_at),
            taken,
            report: report.map(|Json(report)| report),
        }))
    }
}
