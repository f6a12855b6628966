//! Enrolment codes: each lets one phone in, once.

use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A code that lets one phone in, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// SHA-256 of the code; the code itself is not kept.
    pub code_hash: [u8; 32],
    /// The sub-district of the person.
    pub tenant: Id,
    /// Whose phone it lets in.
    pub person: Id,
    /// Who made it; `None` from the command line.
    pub created_by: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// The phone it let in.
    pub device: Option<Id>,
}

type Row = (
    Vec<u8>,
    Uuid,
    Uuid,
    Option<Uuid>,
    i64,
    i64,
    Option<i64>,
    Option<Uuid>,
);

impl Tx {
    /// Adds a code.
    pub async fn insert_enrolment(&mut self, enrolment: &Enrolment) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO enrolment
             (code_hash, tenant, person, created_by, created_at, expires_at, used_at, device)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(enrolment.code_hash.as_slice())
        .bind(uuid(enrolment.tenant))
        .bind(uuid(enrolment.person))
        .bind(enrolment.created_by.map(uuid))
        .bind(enrolment.created_at.millis())
        .bind(enrolment.expires_at.millis())
        .bind(enrolment.used_at.map(Timestamp::millis))
        .bind(enrolment.device.map(uuid))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Forgets the codes of a person that were not used, so that only the newest one works.
    pub async fn delete_unused_enrolments(&mut self, tenant: Id, person: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM enrolment WHERE tenant = $1 AND person = $2 AND used_at IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The code with this hash, used and expired ones included, in whatever sub-district: a fresh phone does not
    /// know its own.
    pub async fn find_enrolment(
        &mut self,
        code_hash: &[u8; 32],
    ) -> Result<Option<Enrolment>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT code_hash, tenant, person, created_by, created_at, expires_at, used_at, device
             FROM enrolment WHERE code_hash = $1"
        )
        .bind(code_hash.as_slice())
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(enrolment_of).transpose()
    }

    /// Uses a code up for a device and answers whether it was still unused: of two phones that send it
    /// at once, one gets `false`.
    pub async fn use_enrolment(
        &mut self,
        tenant: Id,
        code_hash: &[u8; 32],
        device: Id,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let row: Option<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "UPDATE enrolment SET used_at = $3, device = $4
             WHERE tenant = $1 AND code_hash = $2 AND used_at IS NULL RETURNING person"
        )
        .bind(uuid(tenant))
        .bind(code_hash.as_slice())
        .bind(now.millis())
        .bind(uuid(device))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.is_some())
    }
}

fn enrolment_of(row: Row) -> Result<Enrolment, Error> {
    let (code_hash, tenant, person, created_by, created_at, expires_at, used_at, device) = row;
    Ok(Enrolment {
        code_hash: code_hash.try_into().map_err(|_| Error::Corrupt {
            table: "enrolment",
            column: "code_hash",
        })?,
        tenant: id(tenant),
        person: id(person),
        created_by: created_by.map(id),
        created_at: Timestamp::from_millis(created_at),
        expires_at: Timestamp::from_millis(expires_at),
        used_at: used_at.map(Timestamp::from_millis),
        device: device.map(id),
    })
}
