//! Devices: the phones and browsers that people signed in with.

mod signed_in;

use sync_core::{Id, Timestamp};

use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::words::words;
use super::{Error, Tx};

pub use signed_in::SignedIn;

words! {
    /// How a device signs in.
    pub enum DeviceKind {
        /// By password, in the office.
        Browser = "browser",
        /// By enrolment code and password, in the field.
        Phone = "phone",
    }
}

words! {
    /// Whether a device may ask for anything.
    pub enum DeviceState {
        /// May sync.
        Active = "active",
        /// Never comes back.
        Revoked = "revoked",
        /// Has to sign in again; its unsent work stays good.
        Suspended = "suspended",
    }
}

words! {
    /// Why a device was revoked.
    pub enum RevokeReason {
        /// Its person has left or got another device; what it still holds it may hand over for a while.
        Left = "left",
        /// It is out of our hands: it is told to delete its key.
        Lost = "lost",
    }
}

/// A phone or browser of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Named in tokens and with every change it sends.
    pub id: Id,
    /// The sub-district of its person.
    pub tenant: Id,
    /// Who signed in.
    pub person: Id,
    /// How it signs in.
    pub kind: DeviceKind,
    /// What its person calls it.
    pub name: String,
    /// Whether it may ask for anything.
    pub state: DeviceState,
    /// Set when `state` is revoked.
    pub revoke_reason: Option<RevokeReason>,
    /// When it was first revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it last signed in with a password.
    pub enrolled_at: Timestamp,
    /// When it last synced or renewed its session.
    pub last_seen_at: Option<Timestamp>,
    /// What it said it runs.
    pub app_version: Option<String>,
    /// Changes it said it has not sent yet.
    pub unsent_changes: i64,
    /// Photos it said it has not sent yet.
    pub unsent_photos: i64,
    /// Its clock minus the hub's, milliseconds.
    pub clock_offset_ms: Option<i64>,
}

/// What a device says of itself each time it syncs.
#[derive(Clone, Debug)]
pub struct DeviceReport<'a> {
    /// What it runs.
    pub app_version: &'a str,
    /// Records of which something stays on it after this sync; older apps do not say it.
    pub unsent_records: Option<i64>,
    /// Changes still to send.
    pub unsent_changes: i64,
    /// Photos still to send.
    pub unsent_photos: i64,
    /// Its clock minus the hub's, milliseconds.
    pub clock_offset_ms: i64,
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    String,
    String,
    String,
    Option<String>,
    i64,
    Option<i64>,
    Option<String>,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
);

impl Tx {
    /// Adds a device.
    pub async fn insert_device(&mut self, device: &Device) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO device (id, tenant, person, kind, name, state, revoke_reason, enrolled_at,
             last_seen_at, app_version, unsent_changes, unsent_photos, clock_offset_ms, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        )
        .bind(uuid(device.id))
        .bind(uuid(device.tenant))
        .bind(uuid(device.person))
        .bind(device.kind.as_str())
        .bind(&device.name)
        .bind(device.state.as_str())
        .bind(device.revoke_reason.map(RevokeReason::as_str))
        .bind(device.enrolled_at.millis())
        .bind(device.last_seen_at.map(Timestamp::millis))
        .bind(&device.app_version)
        .bind(device.unsent_changes)
        .bind(device.unsent_photos)
        .bind(device.clock_offset_ms)
        .bind(device.revoked_at.map(Timestamp::millis))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The tenant's device with this id.
    pub async fn find_device(&mut self, tenant: Id, device: Id) -> Result<Option<Device>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, person, kind, name, state, revoke_reason, enrolled_at, last_seen_at,
             app_version, unsent_changes, unsent_photos, clock_offset_ms, revoked_at
             FROM device WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(device_of).transpose()
    }

    /// Every device of the tenant, each person's oldest first.
    pub async fn list_devices(&mut self, tenant: Id) -> Result<Vec<Device>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, person, kind, name, state, revoke_reason, enrolled_at, last_seen_at,
             app_version, unsent_changes, unsent_photos, clock_offset_ms, revoked_at
             FROM device WHERE tenant = $1 ORDER BY person, id"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(device_of).collect()
    }

    /// Suspends the person's browsers that asked for nothing since `before`: their sessions have ended, and nobody
    /// is to think that they are in use.
    pub async fn suspend_idle_browsers(
        &mut self,
        tenant: Id,
        person: Id,
        before: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE device SET state = 'suspended' WHERE tenant = $1 AND person = $2
             AND kind = 'browser' AND state = 'active'
             AND COALESCE(last_seen_at, enrolled_at) < $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(before.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// A person's devices, the oldest first.
    pub async fn list_devices_of(&mut self, tenant: Id, person: Id) -> Result<Vec<Device>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, person, kind, name, state, revoke_reason, enrolled_at, last_seen_at,
             app_version, unsent_changes, unsent_photos, clock_offset_ms, revoked_at
             FROM device WHERE tenant = $1 AND person = $2 ORDER BY id"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(device_of).collect()
    }

    /// Suspends a device or lets it back; one that is revoked stays revoked.
    pub async fn update_device_state(
        &mut self,
        tenant: Id,
        device: Id,
        state: DeviceState,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE device SET state = $3 WHERE tenant = $1 AND id = $2 AND state <> 'revoked'"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(state.as_str())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Revokes a device for ever and answers whether the tenant has it. Revoked again it takes the new
    /// reason, so that a phone of somebody who left can still be reported lost.
    pub async fn revoke_device(
        &mut self,
        tenant: Id,
        device: Id,
        reason: RevokeReason,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let row: Option<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "UPDATE device SET state = 'revoked', revoke_reason = $3,
             revoked_at = COALESCE(revoked_at, $4) WHERE tenant = $1 AND id = $2 RETURNING id"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(reason.as_str())
        .bind(now.millis())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.is_some())
    }

    /// Takes a device back that signs in anew, unless it is revoked: active, enrolled now.
    pub async fn update_enrolled_again(
        &mut self,
        tenant: Id,
        device: Id,
        name: &str,
        app_version: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE device SET name = $3, app_version = $4, enrolled_at = $5, last_seen_at = $5,
             state = 'active' WHERE tenant = $1 AND id = $2 AND state <> 'revoked'"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(name)
        .bind(app_version)
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Notes that the device asked for something.
    pub async fn update_last_seen(
        &mut self,
        tenant: Id,
        device: Id,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE device SET last_seen_at = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Notes what the device said of itself while it synced.
    pub async fn update_device_report(
        &mut self,
        tenant: Id,
        device: Id,
        report: &DeviceReport<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE device SET last_seen_at = $3, reported_at = $3, app_version = $4,
             unsent_changes = $5, unsent_photos = $6, clock_offset_ms = $7, unsent_records = $8
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(now.millis())
        .bind(report.app_version)
        .bind(report.unsent_changes)
        .bind(report.unsent_photos)
        .bind(report.clock_offset_ms)
        .bind(report.unsent_records)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}

fn device_of(row: Row) -> Result<Device, Error> {
    let (device, tenant, person, kind, name, state, reason, enrolled_at, seen_at, app, ..) = row;
    let (.., unsent_changes, unsent_photos, clock_offset_ms, revoked_at) = row;
    Ok(Device {
        id: id(device),
        tenant: id(tenant),
        person: id(person),
        kind: DeviceKind::read(&kind, "device", "kind")?,
        name,
        state: DeviceState::read(&state, "device", "state")?,
        revoke_reason: read_reason(reason)?,
        revoked_at: revoked_at.map(Timestamp::from_millis),
        enrolled_at: Timestamp::from_millis(enrolled_at),
        last_seen_at: seen_at.map(Timestamp::from_millis),
        app_version: app,
        unsent_changes,
        unsent_photos,
        clock_offset_ms,
    })
}

fn read_reason(text: Option<String>) -> Result<Option<RevokeReason>, Error> {
    text.map(|text| RevokeReason::read(&text, "device", "revoke_reason"))
        .transpose()
}
