//! The public keys of phones.

use sync_core::{Id, Timestamp};

use super::db::{on_backend, uuid};
use super::{Error, Tx};

impl Tx {
    /// Adds a key, which counts from now on; the ones before it stay.
    pub async fn add_device_key(
        &mut self,
        tenant: Id,
        device: Id,
        key: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        // Two keys of one millisecond: the later one counts.
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO device_key (tenant, device, since, public_key) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, device, since) DO UPDATE SET public_key = excluded.public_key"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(now.millis())
        .bind(key)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The keys of a device, the newest first; none if it never showed one.
    pub async fn list_device_keys(
        &mut self,
        tenant: Id,
        device: Id,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>, Error> {
        let rows: Vec<(i64, Vec<u8>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT since, public_key FROM device_key WHERE tenant = $1 AND device = $2
             ORDER BY since DESC"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .fetch_all(&mut **tx)
        .await)?;
        let row = |(since, key)| (Timestamp::from_millis(since), key);
        Ok(rows.into_iter().map(row).collect())
    }
}
