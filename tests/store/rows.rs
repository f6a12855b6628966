//! Plain rows for the tests of the store.

use store::devices::{Device, DeviceKind, DeviceState};
use store::people::{PasswordState, Person, PersonState};
use store::tenants::Tenant;
use store::tokens::{RefreshToken, TokenState};
use store::units::{Unit, UnitKind};
use store::{Db, Tx};
use sync_core::{Id, Role, Timestamp};

/// The id whose bytes are all `n`.
pub(crate) const fn id(n: u8) -> Id {
    Id::from_bytes([n; 16])
}

pub(crate) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) const TENANT: Id = id(1);
pub(crate) const PERSON: Id = id(2);
pub(crate) const DEVICE: Id = id(3);

pub(crate) fn tenant() -> Tenant {
    Tenant {
        id: TENANT,
        code: "heping".to_owned(),
        name: "和平街道".to_owned(),
        timeline: id(9),
        seq: 0,
        created_at: at(1_000),
    }
}

pub(crate) fn unit(n: u8, kind: UnitKind, parent: Option<Id>) -> Unit {
    Unit {
        id: id(n),
        tenant: TENANT,
        kind,
        code: format!("U{n}"),
        name: format!("单位{n}"),
        parent,
    }
}

pub(crate) fn person() -> Person {
    Person {
        id: PERSON,
        tenant: TENANT,
        username: "wang".to_owned(),
        name: "王某某".to_owned(),
        role: Role::GridWorker,
        password_hash: None,
        password_state: PasswordState::Own,
        state: PersonState::Active,
        appointed_by: None,
        reference_seq: 0,
        created_at: at(1_000),
    }
}

pub(crate) fn device() -> Device {
    Device {
        id: DEVICE,
        tenant: TENANT,
        person: PERSON,
        kind: DeviceKind::Phone,
        name: "红米".to_owned(),
        state: DeviceState::Active,
        revoke_reason: None,
        enrolled_at: at(2_000),
        last_seen_at: None,
        app_version: None,
        unsent_changes: 0,
        unsent_photos: 0,
        clock_offset_ms: None,
        revoked_at: None,
    }
}

pub(crate) fn token(hash: [u8; 32], parent: Option<[u8; 32]>) -> RefreshToken {
    RefreshToken {
        hash,
        tenant: TENANT,
        device: DEVICE,
        parent,
        state: TokenState::Issued,
        issued_at: at(3_000),
        first_used_at: None,
        expires_at: at(9_000),
    }
}

/// A transaction in a database that has the tenant, the person and the device.
pub(crate) async fn begin(db: &Db) -> Tx {
    let mut tx = db.begin().await.unwrap();
    tx.insert_tenant(&tenant()).await.unwrap();
    tx.insert_person(&person()).await.unwrap();
    tx.insert_device(&device()).await.unwrap();
    tx
}
