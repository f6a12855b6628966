//! Who asks: a device with its person, and what it may still do once it was revoked.

use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::{Device, DeviceKind, DeviceState, RevokeReason, read_reason};
use crate::db::{id, on_backend, uuid};
use crate::people::{PersonState, read_role};
use crate::{Error, Tx};

/// A device with what must be known of its person to answer a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// What they are now, whatever their token says.
    pub role: Role,
    /// Whether they may act.
    pub person_state: PersonState,
    /// How the device signs in.
    pub device_kind: DeviceKind,
    /// Whether the device may ask.
    pub device_state: DeviceState,
    /// Set when the device is revoked.
    pub revoke_reason: Option<RevokeReason>,
    /// Set when the device is revoked.
    pub revoked_at: Option<Timestamp>,
    /// The public key that counts, if the device ever showed one.
    pub key: Option<Vec<u8>>,
}

/// How long a phone whose person left may hand over what it still holds, milliseconds.
const RELEASE_MILLIS: i64 = 14 * 24 * 3600 * 1000;

impl Device {
    /// Until when it may hand over what it still holds; `None` if it is in use, lost or a browser.
    pub fn released_until(&self) -> Option<Timestamp> {
        released_until(self.kind, self.state, self.revoke_reason, self.revoked_at)
    }
}

impl SignedIn {
    /// Until when the device may hand over what it still holds; `None` if it is in use, lost or a browser.
    pub fn released_until(&self) -> Option<Timestamp> {
        let Self {
            device_kind,
            device_state,
            revoke_reason,
            revoked_at,
            ..
        } = *self;
        released_until(device_kind, device_state, revoke_reason, revoked_at)
    }
}

fn released_until(
    kind: DeviceKind,
    state: DeviceState,
    reason: Option<RevokeReason>,
    revoked_at: Option<Timestamp>,
) -> Option<Timestamp> {
    let left = kind == DeviceKind::Phone
        && state == DeviceState::Revoked
        && reason == Some(RevokeReason::Left);
    revoked_at
        .filter(|_| left)
        .map(|at| at.plus_millis(RELEASE_MILLIS))
}

impl Tx {
    /// What must be known of a device and its person to answer a request.
    pub async fn find_signed_in(
        &mut self,
        tenant: Id,
        device: Id,
    ) -> Result<Option<SignedIn>, Error> {
        type Row = (
            Uuid,
            String,
            String,
            String,
            String,
            String,
            Option<String>,
            Option<i64>,
            Option<Vec<u8>>,
        );
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT p.id, p.name, p.role, p.state, d.kind, d.state, d.revoke_reason,
             d.revoked_at,
             (SELECT k.public_key FROM device_key k WHERE k.tenant = d.tenant AND k.device = d.id
              ORDER BY k.since DESC LIMIT 1)
             FROM device d JOIN person p ON p.tenant = d.tenant AND p.id = d.person
             WHERE d.tenant = $1 AND d.id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .fetch_optional(&mut **tx)
        .await)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (person, name, role, person_state, kind, state, reason, revoked_at, key) = row;
        Ok(Some(SignedIn {
            person: id(person),
            name,
            role: read_role(&role)?,
            person_state: PersonState::read(&person_state, "person", "state")?,
            device_kind: DeviceKind::read(&kind, "device", "kind")?,
            device_state: DeviceState::read(&state, "device", "state")?,
            revoke_reason: read_reason(reason)?,
            revoked_at: revoked_at.map(Timestamp::from_millis),
            key,
        }))
    }
}
