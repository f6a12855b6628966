//! What phones said that they had not sent yet.

use std::collections::HashMap;

use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// What a phone said that it had not sent yet, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// When it said so.
    pub reported_at: Timestamp,
    /// Records; `None` from an older app, which counts changes alone.
    pub records: Option<i64>,
    /// Changes.
    pub changes: i64,
    /// Photos.
    pub photos: i64,
}

impl Tx {
    /// What each device that has ever synced said of what it had not sent, by its id.
    pub async fn list_unsent(&mut self, tenant: Id) -> Result<HashMap<Id, Unsent>, Error> {
        type Row = (Uuid, i64, Option<i64>, i64, i64);
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, reported_at, unsent_records, unsent_changes, unsent_photos
             FROM device WHERE tenant = $1 AND reported_at IS NOT NULL"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let unsent = |(device, at, records, changes, photos): Row| {
            let unsent = Unsent {
                reported_at: Timestamp::from_millis(at),
                records,
                changes,
                photos,
            };
            (id(device), unsent)
        };
        Ok(rows.into_iter().map(unsent).collect())
    }
}
