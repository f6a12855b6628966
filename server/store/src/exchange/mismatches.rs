//! What files of the upper level say otherwise than the tickets here.

use serde::Serialize;
use sqlx::QueryBuilder;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp, words};
use uuid::Uuid;

use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::words::{described, read};
use crate::{Error, Tx};

words! {
    /// In what a file of the upper level differs.
    pub enum MismatchReason {
        /// It is over there and open here.
        ClosedThere = "closed_there",
        /// It is open there and over here.
        OpenThere = "open_there",
        /// Another due date.
        DueAt = "due_at",
        /// The file does not hold it, though it holds what was dispatched at that time.
        Missing = "missing",
        /// Another status than the one that somebody noted.
        ExternalStatus = "external_status",
    }
}

described!(MismatchReason as MismatchReason for MismatchReason);

/// A file that is compared with the tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReconciliation {
    /// The comparison.
    pub id: Id,
    /// When.
    pub at: Timestamp,
    /// Who imported the file; `None` for the command line.
    pub person: Option<Id>,
    /// The source that it belongs to.
    pub source: String,
    /// How many tickets it had.
    pub rows: i64,
    /// When the first of them was dispatched.
    pub first_at: Timestamp,
    /// When the last of them was.
    pub last_at: Timestamp,
}

/// A file that was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reconciliation {
    /// The comparison.
    #[schema(value_type = String)]
    pub id: Id,
    /// When, unix milliseconds.
    #[schema(value_type = i64)]
    pub at: Timestamp,
    /// Who imported the file; null for the command line.
    pub by: Option<String>,
    /// The source that it belongs to.
    pub source: String,
    /// How many tickets it had.
    pub rows: i64,
    /// When the first of them was dispatched, unix milliseconds.
    #[schema(value_type = i64)]
    pub first_at: Timestamp,
    /// When the last of them was, unix milliseconds.
    #[schema(value_type = i64)]
    pub last_at: Timestamp,
    /// How much it said otherwise.
    pub found: i64,
}

/// Something that a file says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMismatch {
    /// The ticket.
    pub ticket: Id,
    /// In what.
    pub reason: MismatchReason,
    /// The status that the file has.
    pub theirs: Option<String>,
    /// The due date that the file has.
    pub theirs_at: Option<Timestamp>,
}

/// Something that is still otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Mismatch {
    /// The ticket.
    #[schema(value_type = String)]
    pub ticket: Id,
    /// Its number.
    pub upstream_no: Option<String>,
    /// One line.
    pub title: String,
    /// In what.
    pub reason: MismatchReason,
    /// The status that the file has.
    pub theirs: Option<String>,
    /// The due date that the file has, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub theirs_at: Option<Timestamp>,
    /// Where the ticket stands.
    #[schema(value_type = String)]
    pub status: TicketState,
    /// When it must be done here, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
    /// Its status on the platform as somebody noted it.
    pub external_status: Option<String>,
    /// The file that says so.
    #[schema(value_type = String)]
    pub reconciliation: Id,
    /// When that was imported, unix milliseconds.
    #[schema(value_type = i64)]
    pub at: Timestamp,
}

type MismatchRow = (
    Uuid,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<i64>,
    String,
    Option<i64>,
    Option<String>,
    Uuid,
    i64,
);

/// What is still otherwise: as [`Tx::list_mismatches`] asks, with the states where a ticket is over as $2 to $4.
macro_rules! open {
    () => {
        " FROM mismatch m JOIN ticket t ON t.tenant = m.tenant AND t.id = m.ticket
          JOIN reconciliation r ON r.tenant = m.tenant AND r.id = m.reconciliation
          WHERE m.tenant = $1 AND m.settled_at IS NULL AND t.merged_into IS NULL
              AND CASE m.reason
                  WHEN 'open_there' THEN t.status IN ($2, $3, $4)
                  WHEN 'due_at' THEN t.due_at IS NULL OR t.due_at <> m.theirs_at
                  WHEN 'external_status' THEN COALESCE(t.external_status, '') <> m.theirs
                  ELSE t.status NOT IN ($2, $3, $4) END"
    };
}

impl Tx {
    /// Keeps that a file was compared.
    pub async fn insert_reconciliation(
        &mut self,
        tenant: Id,
        new: &NewReconciliation,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO reconciliation (tenant, id, at, person, source, rows, first_at, last_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(uuid(tenant))
        .bind(uuid(new.id))
        .bind(new.at.millis())
        .bind(new.person.map(uuid))
        .bind(&new.source)
        .bind(new.rows)
        .bind(new.first_at.millis())
        .bind(new.last_at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// What earlier files said of these tickets is over: a later one has them.
    pub async fn settle_mismatches(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        at: Timestamp,
    ) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE mismatch SET settled_at = ");
                query.push_bind(at.millis()).push(" WHERE tenant = ");
                query.push_bind(uuid(tenant));
                query.push(" AND settled_at IS NULL AND ticket IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Keeps what a file says otherwise.
    pub async fn insert_mismatches(
        &mut self,
        tenant: Id,
        reconciliation: Id,
        found: &[NewMismatch],
    ) -> Result<(), Error> {
        for found in pieces(found) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO mismatch (tenant, reconciliation, ticket, reason, theirs, theirs_at) ",
                );
                query.push_values(found, |mut values, one| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(reconciliation))
                        .push_bind(uuid(one.ticket))
                        .push_bind(one.reason.as_str())
                        .push_bind(one.theirs.as_deref())
                        .push_bind(one.theirs_at.map(Timestamp::millis));
                });
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// What is still otherwise, the newest file first, with how many there are in all.
    pub async fn list_mismatches(
        &mut self,
        tenant: Id,
        limit: u32,
    ) -> Result<(Vec<Mismatch>, i64), Error> {
        let [closed, returned, void] = TicketState::OVER.map(TicketState::as_str);
        let rows: Vec<MismatchRow> = on_backend!(self, |tx| {
            sqlx::query_as(concat!(
            "SELECT t.id, t.upstream_no, t.title, m.reason, m.theirs, m.theirs_at, t.status, t.due_at,
                 t.external_status, r.id, r.at",
            open!(),
            " ORDER BY r.at DESC, t.dispatched_at, t.id, m.reason LIMIT $5"
        ))
        .bind(uuid(tenant))
        .bind(closed)
        .bind(returned)
        .bind(void)
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await
        })?;
        let total = on_backend!(self, |tx| sqlx::query_scalar(concat!(
            "SELECT COUNT(*)",
            open!()
        ))
        .bind(uuid(tenant))
        .bind(closed)
        .bind(returned)
        .bind(void)
        .fetch_one(&mut **tx)
        .await)?;
        let rows = rows
            .into_iter()
            .map(mismatch)
            .collect::<Result<_, Error>>()?;
        Ok((rows, total))
    }

    /// The files that were compared, the last one first.
    pub async fn list_reconciliations(
        &mut self,
        tenant: Id,
        limit: u32,
    ) -> Result<Vec<Reconciliation>, Error> {
        type Row = (Uuid, i64, Option<String>, String, i64, i64, i64, i64);
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT r.id, r.at, p.name, r.source, r.rows, r.first_at, r.last_at,
                 (SELECT COUNT(*) FROM mismatch m WHERE m.tenant = r.tenant AND m.reconciliation = r.id)
             FROM reconciliation r LEFT JOIN person p ON p.tenant = r.tenant AND p.id = r.person
             WHERE r.tenant = $1 ORDER BY r.at DESC, r.id DESC LIMIT $2"
        )
        .bind(uuid(tenant))
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await
        })?;
        let row = |(one, at, by, source, rows, first, last, found): Row| Reconciliation {
            id: id(one),
            at: Timestamp::from_millis(at),
            by,
            source,
            rows,
            first_at: Timestamp::from_millis(first),
            last_at: Timestamp::from_millis(last),
            found,
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

fn mismatch(row: MismatchRow) -> Result<Mismatch, Error> {
    let (ticket, upstream_no, title, reason, theirs, theirs_at, status, due_at, external, of, at) =
        row;
    Ok(Mismatch {
        ticket: id(ticket),
        upstream_no,
        title,
        reason: read(MismatchReason::parse(&reason), "mismatch", "reason")?,
        theirs,
        theirs_at: theirs_at.map(Timestamp::from_millis),
        status: read(TicketState::parse(&status), "ticket", "status")?,
        due_at: due_at.map(Timestamp::from_millis),
        external_status: external,
        reconciliation: id(of),
        at: Timestamp::from_millis(at),
    })
}
