//! Tickets as a file of the upper level is compared with them.

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::bulk::pieces;
use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// A ticket as a file is compared with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The ticket.
    pub ticket: Id,
    /// The number of the upper level.
    pub number: String,
    /// Where it stands.
    pub status: TicketState,
    /// When it must be done.
    pub due_at: Option<Timestamp>,
    /// Where it stands on the platform, as it was noted last.
    pub external_status: Option<String>,
}

type ReconciledRow = (Uuid, String, String, Option<i64>, Option<String>);

impl Tx {
    /// The tickets that a source calls by these numbers.
    pub async fn list_reconciled(
        &mut self,
        tenant: Id,
        source: &str,
        numbers: &[&str],
    ) -> Result<Vec<Reconciled>, Error> {
        let mut found = Vec::new();
        for numbers in pieces(numbers) {
            let rows: Vec<ReconciledRow> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, upstream_no, status, due_at, external_status FROM ticket WHERE tenant = ",
                );
                query.push_bind(uuid(tenant));
                query.push(" AND source = ").push_bind(source);
                query.push(" AND upstream_no IN (");
                let mut list = query.separated(", ");
                for number in numbers {
                    list.push_bind(*number);
                }
                query.push(")");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, number, status, due_at, external_status) in rows {
                found.push(Reconciled {
                    ticket: id(ticket),
                    number,
                    status: read(TicketState::parse(&status), "ticket", "status")?,
                    due_at: due_at.map(Timestamp::from_millis),
                    external_status,
                });
            }
        }
        Ok(found)
    }

    /// Tickets of a source that are not over and were dispatched between these moments, with their numbers.
    pub async fn list_open_between(
        &mut self,
        tenant: Id,
        source: &str,
        (first, last): (Timestamp, Timestamp),
    ) -> Result<Vec<(Id, String)>, Error> {
        let [closed, returned, void] = TicketState::OVER.map(TicketState::as_str);
        let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, upstream_no FROM ticket
             WHERE tenant = $1 AND source = $2 AND dispatched_at >= $3 AND dispatched_at <= $4
                 AND status NOT IN ($5, $6, $7) AND merged_into IS NULL AND upstream_no IS NOT NULL"
        )
        .bind(uuid(tenant))
        .bind(source)
        .bind(first.millis())
        .bind(last.millis())
        .bind(closed)
        .bind(returned)
        .bind(void)
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(one, number)| (id(one), number))
            .collect())
    }

    /// Whether the platform's status of a ticket was last read from a file, and not noted by somebody.
    pub async fn is_status_from_file(&mut self, tenant: Id, ticket: Id) -> Result<bool, Error> {
        let last: Option<Json<serde_json::Value>> = on_backend!(self, |tx| {
            sqlx::query_scalar(
            "SELECT detail FROM ticket_event WHERE tenant = $1 AND ticket = $2 AND kind = 'external'
             ORDER BY n DESC LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await
        })?;
        Ok(last.is_some_and(|Json(detail)| detail.get("source").is_some()))
    }

    /// Writes where a ticket stands on the platform; the event is the caller's to write.
    pub async fn update_external_status(
        &mut self,
        tenant: Id,
        ticket: Id,
        status: &str,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET external_status = $3 WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(status)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
