//! What waits for somebody, over all tickets.

use serde::Serialize;
use sqlx::QueryBuilder;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::words::{TicketStateWord, read};
use crate::{Error, Tx};

/// Which open tasks a list holds; every part narrows it.
#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    /// Only those of units that this person acts for; `None` for all of the sub-district.
    pub of_person: Option<Id>,
    /// What they are, as `life.tasks` calls it.
    pub kind: Option<String>,
    /// Due before this time.
    pub due_before: Option<Timestamp>,
}

/// One open task with the ticket it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TaskRow {
    /// The ticket.
    #[schema(value_type = String)]
    pub ticket: Id,
    /// Its number at the upper level.
    pub upstream_no: Option<String>,
    /// Its title.
    pub title: String,
    /// Where it stands.
    #[schema(value_type = TicketStateWord)]
    pub status: TicketState,
    /// The event that opened the task.
    pub n: i64,
    /// What it is, as `life.tasks` calls it.
    pub kind: String,
    /// Name of the unit that is to do it.
    pub unit: Option<String>,
    /// Who has the ticket.
    pub assigned: Option<String>,
    /// When the ticket itself is due, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub ticket_due_at: Option<Timestamp>,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub opened_at: Timestamp,
    /// When the office was reminded that the promise of an outside party fell due, unix milliseconds; null of anything else.
    #[schema(value_type = Option<i64>)]
    pub reminded_at: Option<Timestamp>,
}

type Row = (
    Uuid,
    Option<String>,
    String,
    String,
    i64,
    String,
    Option<String>,
    Option<i64>,
    i64,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

impl Tx {
    /// How many open tasks a unit or person is asked for, over all tickets.
    pub async fn count_open_tasks_of(&mut self, tenant: Id, principal: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT COUNT(*) FROM ticket_task WHERE tenant = $1 AND principal = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(principal))
        .fetch_one(&mut **tx)
        .await)?)
    }

    /// Open tasks, those that are due first; what has no day comes last.
    pub async fn list_open_tasks(
        &mut self,
        tenant: Id,
        filter: &TaskFilter,
        limit: u32,
    ) -> Result<Vec<TaskRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            let mut query = QueryBuilder::new(
                "SELECT k.ticket, t.upstream_no, t.title, t.status, k.n, k.kind, u.name, k.due_at, k.opened_at,
                     COALESCE(h.name, p.name), t.due_at,
                     (SELECT MIN(w.warned_at) FROM ticket_warning w
                      WHERE w.tenant = k.tenant AND w.ticket = k.ticket AND w.clock = 'promise'
                          AND w.name = CAST(k.n AS TEXT) AND w.due_at = k.due_at)
                 FROM ticket_task k JOIN ticket t ON t.tenant = k.tenant AND t.id = k.ticket
                 LEFT JOIN unit u ON u.tenant = k.tenant AND u.id = k.principal
                 LEFT JOIN unit h ON h.tenant = t.tenant AND h.id = t.assigned_to
                 LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.assigned_to
                 WHERE k.tenant = ",
            );
            query.push_bind(uuid(tenant));
            if let Some(kind) = &filter.kind {
                query.push(" AND k.kind = ").push_bind(kind.as_str());
            }
            if let Some(before) = filter.due_before {
                query.push(" AND k.due_at < ").push_bind(before.millis());
            }
            if let Some(person) = filter.of_person {
                query.push(
                    " AND EXISTS (SELECT 1 FROM person_principal pp WHERE pp.tenant = k.tenant
                         AND pp.principal = k.principal AND pp.revoked_seq IS NULL AND pp.person = ",
                );
                query.push_bind(uuid(person)).push(")");
            }
            query.push(" ORDER BY CASE WHEN k.due_at IS NULL THEN 1 ELSE 0 END, k.due_at, k.ticket, k.n LIMIT ");
            query.push_bind(i64::from(limit));
            query.build_query_as().fetch_all(&mut **tx).await
        })?;
        rows.into_iter()
            .map(|row| {
                Ok(TaskRow {
                    ticket: id(row.0),
                    upstream_no: row.1,
                    title: row.2,
                    status: read(TicketState::parse(&row.3), "ticket", "status")?,
                    n: row.4,
                    kind: row.5,
                    unit: row.6,
                    due_at: row.7.map(Timestamp::from_millis),
                    opened_at: Timestamp::from_millis(row.8),
                    assigned: row.9,
                    ticket_due_at: row.10.map(Timestamp::from_millis),
                    reminded_at: row.11.map(Timestamp::from_millis),
                })
            })
            .collect()
    }
}
