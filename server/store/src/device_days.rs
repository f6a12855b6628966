//! What a device brought on a day, counted for its quotas.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// Sums of one day, or what is to be added to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceDay {
    /// Changes that were received.
    pub received_changes: i64,
    /// Their bytes, packed.
    pub received_bytes: i64,
    /// Rows that were put aside, at either door.
    pub refused_rows: i64,
    /// Their bytes, packed.
    pub refused_bytes: i64,
    /// Refused changes that were left with the device, because what it had put aside was enough for a day.
    pub later_changes: i64,
    /// Why the last of them was refused.
    pub later_code: Option<String>,
    /// Its short hash.
    pub later_hash: Option<Vec<u8>>,
    /// Bytes of photos.
    pub photo_bytes: i64,
}

impl DeviceDay {
    /// Adds another's sums.
    pub fn add(&mut self, more: &Self) {
        self.received_changes += more.received_changes;
        self.received_bytes += more.received_bytes;
        self.refused_rows += more.refused_rows;
        self.refused_bytes += more.refused_bytes;
        self.later_changes += more.later_changes;
        self.photo_bytes += more.photo_bytes;
        if more.later_code.is_some() {
            self.later_code.clone_from(&more.later_code);
            self.later_hash.clone_from(&more.later_hash);
        }
    }
}

/// The day of a moment: days since 1970 by the clock of Shanghai.
pub const fn day_of(at: Timestamp) -> i64 {
    const HOUR: i64 = 3_600_000;
    (at.millis() + 8 * HOUR).div_euclid(24 * HOUR)
}

type Row = (
    Uuid,
    i64,
    i64,
    i64,
    i64,
    i64,
    Option<String>,
    Option<Vec<u8>>,
    i64,
);

impl Tx {
    /// The sums of these devices on a day; a device that brought nothing is not there.
    pub async fn list_device_days(
        &mut self,
        tenant: Id,
        day: i64,
        devices: &[Id],
    ) -> Result<HashMap<Id, DeviceDay>, Error> {
        let mut found = HashMap::new();
        for devices in pieces(devices) {
            let rows: Vec<Row> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT device, received_changes, received_bytes, refused_rows, refused_bytes,
                       later_changes, later_code, later_hash, photo_bytes
                     FROM device_day WHERE tenant = ",
                );
                query
                    .push_bind(uuid(tenant))
                    .push(" AND day = ")
                    .push_bind(day)
                    .push(" AND device IN");
                push_ids(&mut query, devices);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(day_row));
        }
        Ok(found)
    }

    /// Adds to the sums of a device on a day.
    pub async fn add_to_device_day(
        &mut self,
        tenant: Id,
        device: Id,
        day: i64,
        more: &DeviceDay,
    ) -> Result<(), Error> {
        let more = [((tenant, device), more.clone())];
        self.add_to_device_days(day, &more).await
    }

    /// Adds to the sums of devices (sub-district, device) on a day, each device once.
    pub async fn add_to_device_days(
        &mut self,
        day: i64,
        rows: &[((Id, Id), DeviceDay)],
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO device_day
                       (tenant, device, day, received_changes, received_bytes, refused_rows, refused_bytes,
                        later_changes, later_code, later_hash, photo_bytes) ",
                );
                query.push_values(rows, |mut values, ((tenant, device), more)| {
                    values
                        .push_bind(uuid(*tenant))
                        .push_bind(uuid(*device))
                        .push_bind(day)
                        .push_bind(more.received_changes)
                        .push_bind(more.received_bytes)
                        .push_bind(more.refused_rows)
                        .push_bind(more.refused_bytes)
                        .push_bind(more.later_changes)
                        .push_bind(more.later_code.as_deref())
                        .push_bind(more.later_hash.as_deref())
                        .push_bind(more.photo_bytes);
                });
                query.push(
                    " ON CONFLICT (tenant, device, day) DO UPDATE SET
                       received_changes = device_day.received_changes + excluded.received_changes,
                       received_bytes = device_day.received_bytes + excluded.received_bytes,
                       refused_rows = device_day.refused_rows + excluded.refused_rows,
                       refused_bytes = device_day.refused_bytes + excluded.refused_bytes,
                       later_changes = device_day.later_changes + excluded.later_changes,
                       later_code = COALESCE(excluded.later_code, device_day.later_code),
                       later_hash = COALESCE(excluded.later_hash, device_day.later_hash),
                       photo_bytes = device_day.photo_bytes + excluded.photo_bytes",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Forgets the sums of devices before a day.
    pub async fn delete_device_days(
        &mut self,
        tenant: Id,
        devices: &[Id],
        before: i64,
    ) -> Result<(), Error> {
        for devices in pieces(devices) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("DELETE FROM device_day WHERE tenant = ");
                query
                    .push_bind(uuid(tenant))
                    .push(" AND day < ")
                    .push_bind(before)
                    .push(" AND device IN");
                push_ids(&mut query, devices);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }
}

fn day_row(row: Row) -> (Id, DeviceDay) {
    let (
        device,
        received_changes,
        received_bytes,
        refused_rows,
        refused_bytes,
        later_changes,
        later_code,
        later_hash,
        photo_bytes,
    ) = row;
    let day = DeviceDay {
        received_changes,
        received_bytes,
        refused_rows,
        refused_bytes,
        later_changes,
        later_code,
        later_hash,
        photo_bytes,
    };
    (id(device), day)
}
