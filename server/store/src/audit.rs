//! The audit log: who did what, with which device, and how it ended. Rows are only ever added.

use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// One act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The sub-district it happened in.
    pub tenant: Id,
    /// When.
    pub at: Timestamp,
    /// Who; `None` for the hub itself, the command line, and a sign-in that failed.
    pub person: Option<Id>,
    /// With which device.
    pub device: Option<Id>,
    /// What, as `noun.verb`: `device.revoke`.
    pub act: String,
    /// To what: a kind and an id, `device/01J..`. Never a name, a phone number or an address.
    pub object: String,
    /// `ok`, or the stable code of the refusal.
    pub result: String,
    /// The request it was part of; empty for the command line.
    pub request_id: String,
}

/// Which acts a list shows.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this person.
    pub person: Option<Id>,
    /// This act, and those it is the beginning of: `person` stands for `person.create` too.
    pub act: Option<String>,
    /// Below this number.
    pub before: Option<i64>,
}

type Row = (
    i64,
    i64,
    Option<Uuid>,
    Option<Uuid>,
    String,
    String,
    String,
    String,
);

impl Tx {
    /// Adds an act and gives its number. Writers of the tenant wait for this transaction from here on, so
    /// call it in the last group of statements.
    pub async fn append_audit(&mut self, entry: &AuditEntry) -> Result<i64, Error> {
        if let Self::Postgres(tx) = self {
            // One writer at a time numbers the rows; SQLite has only one writer anyway. The row is locked
            // with the strength of Tx::next_seq, so the two never wait for each other in a circle.
            sqlx::query("SELECT id FROM tenant WHERE id = $1 FOR NO KEY UPDATE")
                .bind(uuid(entry.tenant))
                .execute(&mut **tx)
                .await?;
        }
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "INSERT INTO audit (tenant, n, at, person, device, act, object, result, request_id)
             SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5, $6, $7, $8
             FROM audit WHERE tenant = $1 RETURNING n"
        )
        .bind(uuid(entry.tenant))
        .bind(entry.at.millis())
        .bind(entry.person.map(uuid))
        .bind(entry.device.map(uuid))
        .bind(&entry.act)
        .bind(&entry.object)
        .bind(&entry.result)
        .bind(&entry.request_id)
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// The tenant's acts with their numbers, newest first.
    pub async fn list_audit(
        &mut self,
        tenant: Id,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<(i64, AuditEntry)>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT n, at, person, device, act, object, result, request_id FROM audit
             WHERE tenant = $1 AND n < $2 AND ($3 OR person = $4)
               AND ($5 OR act = $6 OR substr(act, 1, length($6) + 1) = $6 || '.')
             ORDER BY n DESC LIMIT $7"
        )
        .bind(uuid(tenant))
        .bind(filter.before.unwrap_or(i64::MAX))
        .bind(filter.person.is_none())
        .bind(uuid(filter.person.unwrap_or(tenant)))
        .bind(filter.act.is_none())
        .bind(filter.act.as_deref().unwrap_or_default())
        .bind(limit)
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(n, at, person, device, act, object, result, request_id)| {
                let entry = AuditEntry {
                    tenant,
                    at: Timestamp::from_millis(at),
                    person: person.map(id),
                    device: device.map(id),
                    act,
                    object,
                    result,
                    request_id,
                };
                (n, entry)
            })
            .collect())
    }
}
