//! Tickets on which nothing happens.

use serde::Serialize;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

/// What counts as standing still.
#[derive(Clone, Copy, Debug)]
pub struct SilentFilter {
    /// Nobody did anything since.
    pub since: Timestamp,
    /// What is due before it is overdue.
    pub now: Timestamp,
    /// The month for which reasons are asked: 12 for each year, from 0 in January.
    pub month: i64,
}

/// A ticket that stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SilentTicket {
    /// The ticket.
    #[schema(value_type = String)]
    pub id: Id,
    /// Its number.
    pub upstream_no: Option<String>,
    /// One line.
    pub title: String,
    /// Where it stands.
    #[schema(value_type = String)]
    pub status: TicketState,
    /// Who has it.
    pub assigned: Option<String>,
    /// When it must be done, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
    /// When somebody did something last, unix milliseconds.
    #[schema(value_type = i64)]
    pub last_at: Timestamp,
    /// Nobody did anything for a day.
    pub quiet: bool,
    /// It is overdue, and nobody was answered.
    pub overdue: bool,
    /// Why, as somebody said for this month.
    pub reason: Option<String>,
}

type Row = (
    Uuid,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<i64>,
    i64,
    bool,
    bool,
    Option<String>,
);

impl Tx {
    /// Open tickets on which nobody did anything since, and those that are overdue without an answer, the one that has
    /// stood still longest first. What is on hold waits by agreement.
    pub async fn list_silent(
        &mut self,
        tenant: Id,
        filter: SilentFilter,
    ) -> Result<Vec<SilentTicket>, Error> {
        let [closed, returned, void] = TicketState::OVER.map(TicketState::as_str);
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "WITH open AS (
                 SELECT t.id, t.upstream_no, t.title, t.status, COALESCE(u.name, p.name) AS assigned, t.due_at,
                     COALESCE((SELECT MAX(e.at) FROM ticket_event e
                         WHERE e.tenant = t.tenant AND e.ticket = t.id AND e.person IS NOT NULL), t.created_at)
                         AS last_at,
                     (t.due_at IS NOT NULL AND t.due_at < $3 AND t.replied_at IS NULL) AS overdue, s.words
                 FROM ticket t LEFT JOIN unit u ON u.tenant = t.tenant AND u.id = t.assigned_to
                 LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.assigned_to
                 LEFT JOIN silence s ON s.tenant = t.tenant AND s.ticket = t.id AND s.month = $4
                 WHERE t.tenant = $1 AND t.status NOT IN ($5, $6, $7, $8) AND t.merged_into IS NULL)
             SELECT id, upstream_no, title, status, assigned, due_at, last_at, last_at < $2, overdue, words
             FROM open WHERE last_at < $2 OR overdue ORDER BY last_at, id"
        )
        .bind(uuid(tenant))
        .bind(filter.since.millis())
        .bind(filter.now.millis())
        .bind(filter.month)
        .bind(closed)
        .bind(returned)
        .bind(void)
        .bind(TicketState::PUT_OFF.as_str())
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(silent).collect()
    }

    /// Keeps why nothing happens on a ticket in that month; a later reason stands in the place of an earlier one.
    pub async fn put_silence(
        &mut self,
        tenant: Id,
        (ticket, month): (Id, i64),
        words: &str,
        (person, at): (Id, Timestamp),
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO silence (tenant, ticket, month, at, person, words) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, ticket, month) DO UPDATE SET at = excluded.at, person = excluded.person,
                 words = excluded.words"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(month)
        .bind(at.millis())
        .bind(uuid(person))
        .bind(words)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }
}

fn silent(row: Row) -> Result<SilentTicket, Error> {
    let (ticket, upstream_no, title, status, assigned, due_at, last_at, quiet, overdue, reason) =
        row;
    Ok(SilentTicket {
        id: id(ticket),
        upstream_no,
        title,
        status: read(TicketState::parse(&status), "ticket", "status")?,
        assigned,
        due_at: due_at.map(Timestamp::from_millis),
        last_at: Timestamp::from_millis(last_at),
        quiet,
        overdue,
        reason,
    })
}
