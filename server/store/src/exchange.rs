//! Exchange with the upper level: which feedback is new for it, and what was taken.

mod mismatches;
mod reconciled;
mod silent;

use sqlx::QueryBuilder;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

pub use mismatches::{Mismatch, MismatchReason, NewMismatch, NewReconciliation, Reconciliation};
pub use reconciled::Reconciled;
pub use silent::{SilentFilter, SilentTicket};

/// A file of feedback that somebody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedbackExport {
    /// The export.
    pub id: Id,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Id,
    /// `csv` or `xlsx`.
    pub format: String,
    /// From when, if somebody said so; else it held what was new.
    pub since: Option<Timestamp>,
    /// What happened before this moment is in this file or in one before it.
    pub until: Timestamp,
    /// How many lines it had.
    pub lines: i64,
}

/// Tickets of which there is something for the upper level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Something that no export held; the moment before which an export held everything.
    New(Timestamp),
    /// Something since this moment, exported or not.
    Since(Timestamp),
}

/// A ticket with something for the upper level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToExport {
    /// The ticket.
    pub ticket: Id,
    /// The first event of what is wanted.
    pub first_at: Timestamp,
    /// The last one's number.
    pub last: i64,
}

type ExportRow = (Uuid, i64, Uuid, String, Option<i64>, i64, i64);

impl Tx {
    /// The tickets, in the order in which the first of it happened.
    pub async fn list_to_export(
        &mut self,
        tenant: Id,
        wanted: Wanted,
        limit: u32,
    ) -> Result<Vec<ToExport>, Error> {
        let (from, again) = match wanted {
            Wanted::New(from) => (from, false),
            Wanted::Since(from) => (from, true),
        };
        let rows: Vec<(Uuid, i64, i64)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT e.ticket, MIN(e.at), MAX(e.n) FROM ticket_event e
             LEFT JOIN exported_ticket x ON x.tenant = e.tenant AND x.ticket = e.ticket
             WHERE e.tenant = $1 AND e.at >= $2
                 AND e.kind IN ('approve_feedback', 'send_feedback', 'callback', 'find', 'confirm_finding', 'confirm_result')
                 AND ($3 OR e.n > COALESCE(x.n, 0))
             GROUP BY e.ticket ORDER BY MIN(e.at), e.ticket LIMIT $4"
        )
        .bind(uuid(tenant))
        .bind(from.millis())
        .bind(again)
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await
        })?;
        let row = |(ticket, first, last)| ToExport {
            ticket: id(ticket),
            first_at: Timestamp::from_millis(first),
            last,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Keeps that somebody took a file, and how far it went with each ticket.
    pub async fn insert_feedback_export(
        &mut self,
        tenant: Id,
        export: &FeedbackExport,
        tickets: &[ToExport],
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO feedback_export (tenant, id, at, person, format, since, until, lines)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(uuid(tenant))
        .bind(uuid(export.id))
        .bind(export.at.millis())
        .bind(uuid(export.person))
        .bind(&export.format)
        .bind(export.since.map(Timestamp::millis))
        .bind(export.until.millis())
        .bind(export.lines)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("INSERT INTO exported_ticket (tenant, ticket, n) ");
                query.push_values(tickets, |mut values, one| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(one.ticket))
                        .push_bind(one.last);
                });
                // A file of an older stretch does not take back what a later one held.
                query.push(
                    " ON CONFLICT (tenant, ticket) DO UPDATE SET n =
                       CASE WHEN excluded.n > exported_ticket.n THEN excluded.n ELSE exported_ticket.n END",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// The files that were taken, the last one first.
    pub async fn list_feedback_exports(
        &mut self,
        tenant: Id,
        limit: u32,
    ) -> Result<Vec<FeedbackExport>, Error> {
        let rows: Vec<ExportRow> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT id, at, person, format, since, until, lines FROM feedback_export
             WHERE tenant = $1 ORDER BY at DESC, id DESC LIMIT $2"
        )
        .bind(uuid(tenant))
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await)?;
        let row = |(export, at, person, format, since, until, lines): ExportRow| FeedbackExport {
            id: id(export),
            at: Timestamp::from_millis(at),
            person: id(person),
            format,
            since: since.map(Timestamp::from_millis),
            until: Timestamp::from_millis(until),
            lines,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Before which moment everything was taken: what happened later may be new.
    pub async fn find_exported_until(&mut self, tenant: Id) -> Result<Option<Timestamp>, Error> {
        let until: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT MAX(until) FROM feedback_export WHERE tenant = $1 AND since IS NULL"
        )
        .bind(uuid(tenant))
        .fetch_one(&mut **tx)
        .await)?;
        Ok(until.map(Timestamp::from_millis))
    }
}
