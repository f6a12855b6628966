//! Received, durable, not yet admitted.

use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// One pushed segment that waits for the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Ids sort by the time of receipt.
    pub id: Id,
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which the document was begun.
    pub ticket: Id,
    /// Who pushed.
    pub device: Id,
    /// The person behind the device.
    pub person: Id,
    /// When, by the hub's clock.
    pub received_at: Timestamp,
    /// Short hashes of its changes in a row, 16 bytes each.
    pub hashes: Vec<u8>,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

/// Where a document that is not logged yet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxOrigin {
    /// The sub-district.
    pub tenant: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
}

fn kind_of(word: &str) -> Result<Kind, Error> {
    Kind::parse(word).ok_or(Error::Corrupt {
        table: "inbox",
        column: "kind",
    })
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    String,
    Uuid,
    Uuid,
    Uuid,
    i64,
    Vec<u8>,
    Vec<u8>,
);

fn inbox_row(row: Row) -> Result<InboxRow, Error> {
    let (row_id, tenant, doc, kind, ticket, device, person, received_at, hashes, bytes) = row;
    Ok(InboxRow {
        id: id(row_id),
        tenant: id(tenant),
        doc: id(doc),
        kind: kind_of(&kind)?,
        ticket: id(ticket),
        device: id(device),
        person: id(person),
        received_at: Timestamp::from_millis(received_at),
        hashes,
        bytes,
    })
}

impl Tx {
    /// Takes a segment in.
    pub async fn insert_inbox(&mut self, row: &InboxRow) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO inbox (id, tenant, doc, kind, ticket, device, person, received_at, hashes, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(uuid(row.id))
        .bind(uuid(row.tenant))
        .bind(uuid(row.doc))
        .bind(row.kind.as_str())
        .bind(uuid(row.ticket))
        .bind(uuid(row.device))
        .bind(uuid(row.person))
        .bind(row.received_at.millis())
        .bind(row.hashes.as_slice())
        .bind(row.bytes.as_slice())
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// What waits for a document, in the order of receipt.
    pub async fn list_inbox(&mut self, doc: Id) -> Result<Vec<InboxRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, tenant, doc, kind, ticket, device, person, received_at, hashes, bytes
             FROM inbox WHERE doc = $1 ORDER BY id"
        )
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(inbox_row).collect()
    }

    /// Documents for which something new waits: what a restarted hub has to catch up on.
    pub async fn list_inbox_documents(&mut self) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT DISTINCT doc FROM inbox WHERE state = 'received'"
        )
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// What of a device waits for a predecessor: rows and their bytes.
    pub async fn count_waiting(&mut self, tenant: Id, device: Id) -> Result<(i64, i64), Error> {
        Ok(on_backend!(self, |tx| sqlx::query_as(
            "SELECT COUNT(*), CAST(COALESCE(SUM(LENGTH(bytes)), 0) AS BIGINT) FROM inbox
             WHERE tenant = $1 AND device = $2 AND state = 'waiting'"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// The first that waits for a document, without its content: whose the document is before it is logged.
    pub async fn find_inbox_origin(&mut self, doc: Id) -> Result<Option<InboxOrigin>, Error> {
        let row: Option<(Uuid, String, Uuid)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT tenant, kind, ticket FROM inbox WHERE doc = $1 ORDER BY id LIMIT 1"
        )
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(|(tenant, kind, ticket)| {
            Ok(InboxOrigin {
                tenant: id(tenant),
                kind: kind_of(&kind)?,
                ticket: id(ticket),
            })
        })
        .transpose()
    }

    /// Leaves in a row only what still waits for a predecessor; a conflict if another gate was there first.
    pub async fn update_inbox_waiting(
        &mut self,
        row: Id,
        hashes: &[u8],
        bytes: &[u8],
    ) -> Result<(), Error> {
        let held = on_backend!(self, |tx| sqlx::query(
            "UPDATE inbox SET state = 'waiting', hashes = $2, bytes = $3 WHERE id = $1"
        )
        .bind(uuid(row))
        .bind(hashes)
        .bind(bytes)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        held_once(held)
    }

    /// Takes a decided row out; a conflict if another gate was there first.
    pub async fn delete_inbox(&mut self, row: Id) -> Result<(), Error> {
        let held = on_backend!(self, |tx| sqlx::query("DELETE FROM inbox WHERE id = $1")
            .bind(uuid(row))
            .execute(&mut **tx)
            .await
            .map(|done| done.rows_affected()))?;
        held_once(held)
    }
}

/// Two hubs on one database, or a command beside a running hub, may decide on the same row: the second one
/// finds it gone and starts its round anew.
fn held_once(rows: u64) -> Result<(), Error> {
    if rows == 1 {
        return Ok(());
    }
    Err(Error::Conflict {
        constraint: "inbox_pkey".to_owned(),
    })
}
