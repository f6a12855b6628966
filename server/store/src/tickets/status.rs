//! Where tickets stand, and the steps that work on them takes them.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::Id;
use sync_core::lifecycle::{TicketState, TicketStep};
use uuid::Uuid;

use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::words::read;
use crate::{Error, Tx};

impl Tx {
    /// Where each of the tickets stands.
    pub async fn find_ticket_states(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, TicketState>, Error> {
        let mut found = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("SELECT id, status FROM ticket WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, status) in rows {
                let state = read(TicketState::parse(&status), "ticket", "status")?;
                found.insert(id(ticket), state);
            }
        }
        Ok(found)
    }

    /// Moves a ticket on if the step leads on from where it stands; says whether it did.
    pub async fn advance_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        step: TicketStep,
    ) -> Result<bool, Error> {
        let Some(to) = step.to() else {
            return Ok(false);
        };
        let moved = on_backend!(self, |tx| {
            let mut query = QueryBuilder::new("UPDATE ticket SET status = ");
            query.push_bind(to.as_str()).push(" WHERE tenant = ");
            query.push_bind(uuid(tenant)).push(" AND id = ");
            query.push_bind(uuid(ticket)).push(" AND status IN (");
            let mut places = query.separated(", ");
            for from in step.from() {
                places.push_bind(from.as_str());
            }
            query.push(")");
            let done = query.build().execute(&mut **tx).await;
            done.map(|done| done.rows_affected())
        })?;
        Ok(moved > 0)
    }
}
