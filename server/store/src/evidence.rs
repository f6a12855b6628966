//! Pictures that show what was asked, and tickets that are the same matter again.

use serde::Serialize;
use sync_core::{Id, MediaHash, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A picture of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Evidence {
    /// Its name: SHA-256, lower-case hex.
    pub sha256: String,
    /// When it came, unix milliseconds.
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Whether it came from the public.
    pub public: bool,
}

/// A ticket that belongs to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct LinkedTicket {
    /// Its id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its number.
    pub upstream_no: Option<String>,
    /// One line.
    pub title: String,
    /// How it belongs: `earlier` and `later` are the same matter by another way, `merged` is worked on here.
    pub relation: String,
    /// When it came in, unix milliseconds.
    #[schema(value_type = i64)]
    pub dispatched_at: Timestamp,
    /// First contact, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub first_contact_at: Option<Timestamp>,
    /// Arrival, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub arrived_at: Option<Timestamp>,
}

type LinkedRow = (
    Uuid,
    Option<String>,
    String,
    String,
    i64,
    Option<i64>,
    Option<i64>,
);

impl Tx {
    /// Adds a picture to a ticket; `false` if it has it already. The picture must be stored.
    pub async fn insert_evidence(
        &mut self,
        tenant: Id,
        ticket: Id,
        sha256: MediaHash,
        at: Timestamp,
        person: Option<Id>,
    ) -> Result<bool, Error> {
        let added = on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO ticket_evidence (tenant, ticket, sha256, at, person) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, ticket, sha256) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(sha256.bytes().as_slice())
        .bind(at.millis())
        .bind(person.map(uuid))
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(added == 1)
    }

    /// The pictures of a ticket, in the order in which they came.
    pub async fn list_evidence(&mut self, tenant: Id, ticket: Id) -> Result<Vec<Evidence>, Error> {
        let rows: Vec<(Vec<u8>, i64, Option<Uuid>)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT sha256, at, person FROM ticket_evidence WHERE tenant = $1 AND ticket = $2 ORDER BY at, sha256"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await
        })?;
        let evidence = rows.into_iter().map(|(sha256, at, person)| {
            let sha256 = MediaHash::from_slice(&sha256).ok_or(Error::Corrupt {
                table: "ticket_evidence",
                column: "sha256",
            })?;
            Ok(Evidence {
                sha256: sha256.to_string(),
                at: Timestamp::from_millis(at),
                public: person.is_none(),
            })
        });
        evidence.collect()
    }

    /// Notes that a ticket is the matter of an earlier one again; `false` if that is known.
    pub async fn insert_ticket_link(
        &mut self,
        tenant: Id,
        (ticket, earlier): (Id, Id),
        at: Timestamp,
        person: Option<Id>,
    ) -> Result<bool, Error> {
        let added = on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO ticket_link (tenant, ticket, earlier, at, person) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant, ticket, earlier) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(uuid(earlier))
        .bind(at.millis())
        .bind(person.map(uuid))
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(added == 1)
    }

    /// Takes that back; `false` if it was not so.
    pub async fn delete_ticket_link(
        &mut self,
        tenant: Id,
        (ticket, earlier): (Id, Id),
    ) -> Result<bool, Error> {
        let gone = on_backend!(self, |tx| sqlx::query(
            "DELETE FROM ticket_link WHERE tenant = $1 AND ticket = $2 AND earlier = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(uuid(earlier))
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(gone == 1)
    }

    /// The tickets that belong to this one, the earliest first.
    pub async fn list_linked_tickets(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Vec<LinkedTicket>, Error> {
        let rows: Vec<LinkedRow> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT t.id, t.upstream_no, t.title, 'earlier', t.dispatched_at, t.first_contact_at, t.arrived_at
             FROM ticket_link l JOIN ticket t ON t.tenant = l.tenant AND t.id = l.earlier
             WHERE l.tenant = $1 AND l.ticket = $2
             UNION ALL
             SELECT t.id, t.upstream_no, t.title, 'later', t.dispatched_at, t.first_contact_at, t.arrived_at
             FROM ticket_link l JOIN ticket t ON t.tenant = l.tenant AND t.id = l.ticket
             WHERE l.tenant = $1 AND l.earlier = $2
             UNION ALL
             SELECT t.id, t.upstream_no, t.title, 'merged', t.dispatched_at, t.first_contact_at, t.arrived_at
             FROM ticket t WHERE t.tenant = $1 AND t.merged_into = $2
             ORDER BY 5, 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await
        })?;
        let linked = rows.into_iter().map(
            |(ticket, upstream_no, title, relation, dispatched, contact, arrived)| LinkedTicket {
                id: id(ticket),
                upstream_no,
                title,
                relation,
                dispatched_at: Timestamp::from_millis(dispatched),
                first_contact_at: contact.map(Timestamp::from_millis),
                arrived_at: arrived.map(Timestamp::from_millis),
            },
        );
        Ok(linked.collect())
    }
}
