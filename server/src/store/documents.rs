//! Documents and the actors that write them.

use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A document's place in the log; its content is in the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// The document.
    pub id: Id,
    /// The sub-district.
    pub tenant: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// The device that began it.
    pub device: Id,
    /// Heads in a row, 32 bytes each.
    pub heads: Vec<u8>,
    /// Sequence number of its last segment.
    pub changed_seq: i64,
    /// Changes admitted.
    pub change_count: i64,
    /// Bytes of all segments.
    pub byte_count: i64,
}

type Row = (Uuid, Uuid, String, Uuid, Uuid, Vec<u8>, i64, i64, i64);

fn document(row: Row) -> Result<DocumentRow, Error> {
    let (doc, tenant, kind, ticket, device, heads, changed_seq, change_count, byte_count) = row;
    let kind = Kind::parse(&kind).ok_or(Error::Corrupt {
        table: "document",
        column: "kind",
    })?;
    Ok(DocumentRow {
        id: id(doc),
        tenant: id(tenant),
        kind,
        ticket: id(ticket),
        device: id(device),
        heads,
        changed_seq,
        change_count,
        byte_count,
    })
}

impl Tx {
    /// Finds a document in whatever sub-district it is.
    pub async fn find_document(&mut self, doc: Id) -> Result<Option<DocumentRow>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, kind, ticket, device, heads, changed_seq, change_count, byte_count
             FROM document WHERE id = $1"
        )
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await
        })?;
        row.map(document).transpose()
    }

    /// Writes where a document stands after an admission.
    pub async fn put_document(&mut self, row: &DocumentRow, now: Timestamp) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO document
               (id, tenant, kind, ticket, device, created_at, heads, changed_seq, change_count, byte_count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (id) DO UPDATE SET heads = excluded.heads, changed_seq = excluded.changed_seq,
               change_count = excluded.change_count, byte_count = excluded.byte_count"
        )
        .bind(uuid(row.id))
        .bind(uuid(row.tenant))
        .bind(row.kind.as_str())
        .bind(uuid(row.ticket))
        .bind(uuid(row.device))
        .bind(now.millis())
        .bind(row.heads.as_slice())
        .bind(row.changed_seq)
        .bind(row.change_count)
        .bind(row.byte_count)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// The device that an actor is bound to.
    pub async fn find_actor_device(
        &mut self,
        tenant: Id,
        actor: &[u8; 16],
    ) -> Result<Option<Id>, Error> {
        let device: Option<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT device FROM actor WHERE tenant = $1 AND actor = $2"
        )
        .bind(uuid(tenant))
        .bind(actor.as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(device.map(id))
    }

    /// The device and person that an actor is bound to.
    pub async fn find_actor(
        &mut self,
        tenant: Id,
        actor: &[u8],
    ) -> Result<Option<(Id, Id)>, Error> {
        let row: Option<(Uuid, Uuid)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT device, person FROM actor WHERE tenant = $1 AND actor = $2"
        )
        .bind(uuid(tenant))
        .bind(actor)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(device, person)| (id(device), id(person))))
    }

    /// Binds an actor to its first device; a second binding changes nothing.
    pub async fn bind_actor(
        &mut self,
        tenant: Id,
        actor: &[u8; 16],
        device: Id,
        person: Id,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO actor (tenant, actor, device, person, bound_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, actor) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(actor.as_slice())
        .bind(uuid(device))
        .bind(uuid(person))
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// The highest number received of an actor in a document; 0 if none.
    pub async fn find_received_seq(&mut self, doc: Id, actor: &[u8; 16]) -> Result<i64, Error> {
        let seq: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT received_seq FROM document_actor WHERE doc = $1 AND actor = $2"
        )
        .bind(uuid(doc))
        .bind(actor.as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(seq.unwrap_or(0))
    }

    /// Remembers the highest number received of an actor in a document; a lower one changes nothing.
    pub async fn put_received_seq(
        &mut self,
        doc: Id,
        actor: &[u8; 16],
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO document_actor (doc, actor, received_seq) VALUES ($1, $2, $3)
             ON CONFLICT (doc, actor) DO UPDATE SET received_seq = excluded.received_seq
             WHERE document_actor.received_seq < excluded.received_seq"
        )
        .bind(uuid(doc))
        .bind(actor.as_slice())
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
