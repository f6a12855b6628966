//! What was done lately, over all tickets.

use serde::Serialize;
use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::lifecycle::TicketAction;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::ticket_events::EventPerson;
use crate::{Error, Tx};

/// One event with the ticket it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct DoneRow {
    /// The ticket.
    #[schema(value_type = String)]
    pub ticket: Id,
    /// Its number at the upper level.
    pub upstream_no: Option<String>,
    /// Its title.
    pub title: String,
    /// The event's number.
    pub n: i64,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Who did it.
    pub by: Option<EventPerson>,
    /// The action.
    pub kind: String,
    /// What was said with it.
    pub detail: serde_json::Value,
}

type Row = (
    Uuid,
    Option<String>,
    String,
    i64,
    i64,
    Option<Uuid>,
    Option<String>,
    String,
    Json<serde_json::Value>,
);

impl Tx {
    /// Events of these actions since then, the newest first.
    ///
    /// # Errors
    /// If the database could not.
    pub async fn list_done_since(
        &mut self,
        tenant: Id,
        actions: &[TicketAction],
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<DoneRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            let mut query = QueryBuilder::new(
                "SELECT e.ticket, t.upstream_no, t.title, e.n, e.at, e.person, p.name, e.kind, e.detail
                 FROM ticket_event e JOIN ticket t ON t.tenant = e.tenant AND t.id = e.ticket
                 LEFT JOIN person p ON p.tenant = e.tenant AND p.id = e.person
                 WHERE e.tenant = ",
            );
            query.push_bind(uuid(tenant)).push(" AND e.at >= ");
            query.push_bind(since.millis()).push(" AND e.kind IN (");
            let mut kinds = query.separated(", ");
            for action in actions {
                kinds.push_bind(action.as_str());
            }
            query.push(") ORDER BY e.at DESC, e.ticket, e.n LIMIT ");
            query.push_bind(i64::from(limit));
            query.build_query_as().fetch_all(&mut **tx).await
        })?;
        let done = |row: Row| DoneRow {
            ticket: id(row.0),
            upstream_no: row.1,
            title: row.2,
            n: row.3,
            at: Timestamp::from_millis(row.4),
            by: row.5.map(|person| EventPerson {
                id: id(person),
                name: row.6.unwrap_or_default(),
            }),
            kind: row.7,
            detail: row.8.0,
        };
        Ok(rows.into_iter().map(done).collect())
    }
}
