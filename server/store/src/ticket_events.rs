//! What happened to a ticket: an append-only list.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// Something that is about to be appended.
#[derive(Clone, Debug)]
pub struct NewTicketEvent {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it; `None` for a command on the server.
    pub person: Option<Id>,
    /// With which device; `None` for a command on the server.
    pub device: Option<Id>,
    /// `imported`, `assigned`, ...
    pub kind: &'static str,
    /// What is particular to the kind.
    pub detail: serde_json::Value,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TicketEvent {
    /// Counts from 1 for each ticket.
    pub n: i64,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Who did it; null for a command on the server.
    pub by: Option<EventPerson>,
    /// `imported`, `assigned`, ...
    pub kind: String,
    /// What is particular to the kind.
    pub detail: serde_json::Value,
}

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EventPerson {
    /// The person's id.
    #[schema(value_type = String)]
    pub id: Id,
    /// Their name.
    pub name: String,
}

type Row = (
    i64,
    i64,
    Option<Uuid>,
    Option<String>,
    String,
    Json<serde_json::Value>,
);

impl Tx {
    /// Appends an event and gives its number. The transaction must have written the ticket's row before:
    /// that makes writers of one ticket wait for each other.
    pub async fn append_ticket_event(
        &mut self,
        tenant: Id,
        ticket: Id,
        event: &NewTicketEvent,
    ) -> Result<i64, Error> {
        let n = self.write_ticket_event(tenant, ticket, event).await?;
        self.mark_deadlines(tenant, &[ticket]).await?;
        Ok(n)
    }

    /// The same for an event that follows from the ticket's deadlines, and moves none.
    pub(crate) async fn write_ticket_event(
        &mut self,
        tenant: Id,
        ticket: Id,
        event: &NewTicketEvent,
    ) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "INSERT INTO ticket_event (tenant, ticket, n, at, person, kind, detail, device)
             SELECT $1, $2, COALESCE(MAX(n), 0) + 1, $3, $4, $5, $6, $7
             FROM ticket_event WHERE tenant = $1 AND ticket = $2
             RETURNING n"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(event.at.millis())
        .bind(event.person.map(uuid))
        .bind(event.kind)
        .bind(Json(&event.detail))
        .bind(event.device.map(uuid))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// Appends an event to each of several tickets, none of which stands in the list twice.
    pub async fn append_ticket_events(
        &mut self,
        tenant: Id,
        events: &[(Id, NewTicketEvent)],
    ) -> Result<(), Error> {
        for events in pieces(events) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO ticket_event (tenant, ticket, at, person, device, kind, detail, n) ",
                );
                query.push_values(events, |mut values, (ticket, event)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(*ticket))
                        .push_bind(event.at.millis())
                        .push_bind(event.person.map(uuid))
                        .push_bind(event.device.map(uuid))
                        .push_bind(event.kind)
                        .push_bind(Json(&event.detail))
                        .push("(SELECT COALESCE(MAX(n), 0) + 1 FROM ticket_event WHERE tenant = ")
                        .push_bind_unseparated(uuid(tenant))
                        .push_unseparated(" AND ticket = ")
                        .push_bind_unseparated(uuid(*ticket))
                        .push_unseparated(")");
                });
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        let tickets: Vec<Id> = events.iter().map(|(ticket, _)| *ticket).collect();
        self.mark_deadlines(tenant, &tickets).await
    }

    /// Everything that happened to the ticket, oldest first.
    pub async fn list_ticket_events(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Vec<TicketEvent>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT e.n, e.at, e.person, p.name, e.kind, e.detail
             FROM ticket_event e LEFT JOIN person p ON p.tenant = e.tenant AND p.id = e.person
             WHERE e.tenant = $1 AND e.ticket = $2 ORDER BY e.n"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows
            .into_iter()
            .map(|(n, at, person, name, kind, Json(detail))| TicketEvent {
                n,
                at: Timestamp::from_millis(at),
                by: person.map(|person| EventPerson {
                    id: id(person),
                    name: name.unwrap_or_default(),
                }),
                kind,
                detail,
            })
            .collect())
    }

    /// The names of the devices with which things happened to the ticket, by the number of the event.
    pub async fn list_event_devices(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<BTreeMap<i64, String>, Error> {
        let rows: Vec<(i64, String)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT e.n, d.name FROM ticket_event e JOIN device d ON d.tenant = e.tenant AND d.id = e.device
             WHERE e.tenant = $1 AND e.ticket = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows.into_iter().collect())
    }
}
