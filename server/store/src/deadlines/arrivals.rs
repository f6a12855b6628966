//! When somebody first arrived, as the records of a ticket tell.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::deadline::Recorded;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use crate::bulk::pieces;
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

/// Somebody arrived, as a record of a ticket tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The ticket.
    pub ticket: Id,
    /// When.
    pub recorded: Recorded,
}

impl Tx {
    /// The first arrival that each of these tickets knows of, and whether it knows of one.
    pub async fn list_arrivals(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, Option<Timestamp>>, Error> {
        let mut all = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, Option<i64>)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT id, arrived_at FROM ticket WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN (");
                let mut list = query.separated(", ");
                for ticket in tickets {
                    list.push_bind(uuid(*ticket));
                }
                query.push(")");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            let at = |at: Option<i64>| at.map(Timestamp::from_millis);
            all.extend(
                rows.into_iter()
                    .map(|(ticket, arrived)| (id(ticket), at(arrived))),
            );
        }
        Ok(all)
    }

    /// How far the clock of the phone was off that wrote this number, as it said at its last sync (its clock minus the
    /// hub's, ms; 0 if it never said), and when the hub received it.
    pub async fn find_writing_clock(
        &mut self,
        tenant: Id,
        seq: i64,
    ) -> Result<Option<(i64, Timestamp)>, Error> {
        let found: Option<(Option<i64>, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT d.clock_offset_ms, s.received_at
             FROM segment s JOIN device d ON d.tenant = s.tenant AND d.id = s.device
             WHERE s.tenant = $1 AND s.seq = $2"
        )
        .bind(uuid(tenant))
        .bind(seq)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(found.map(|(off, at)| (off.unwrap_or(0), Timestamp::from_millis(at))))
    }

    /// Notes arrivals, as far as each is earlier than what its ticket knows. Gives the tickets that learned of one.
    pub async fn note_arrivals(
        &mut self,
        tenant: Id,
        arrivals: &[Arrival],
    ) -> Result<Vec<Id>, Error> {
        let mut noted = Vec::new();
        for Arrival { ticket, recorded } in arrivals {
            let done: Option<Uuid> = on_backend!(self, |tx| {
                sqlx::query_scalar(
                "UPDATE ticket SET arrived_at = $3, arrival_received_at = $4, arrival_corrected = $5,
                     next_change_at = 0
                 WHERE tenant = $1 AND id = $2 AND (arrived_at IS NULL OR arrived_at > $3)
                 RETURNING id"
            )
            .bind(uuid(tenant))
            .bind(uuid(*ticket))
            .bind(recorded.at.millis())
            .bind(recorded.received_at.map(Timestamp::millis))
            .bind(recorded.corrected)
            .fetch_optional(&mut **tx)
            .await
            })?;
            noted.extend(done.map(id));
        }
        Ok(noted)
    }
}
