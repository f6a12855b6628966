//! Where tickets stand, and the steps that work on them takes them.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::Id;
use uuid::Uuid;

use crate::bulk::{pieces, push_ids};
use crate::db::{id, on_backend, uuid};
use crate::{Error, Tx};

impl Tx {
    /// Where each of the tickets stands.
    pub async fn find_ticket_statuses(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, String>, Error> {
        let mut found = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("SELECT id, status FROM ticket WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(
                rows.into_iter()
                    .map(|(ticket, status)| (id(ticket), status)),
            );
        }
        Ok(found)
    }

    /// Moves a ticket on if it stands at one of two places; says whether it did.
    pub async fn advance_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        from: [&str; 2],
        to: &str,
    ) -> Result<bool, Error> {
        let [first, second] = from;
        let moved = on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET status = $5 WHERE tenant = $1 AND id = $2 AND status IN ($3, $4)"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(first)
        .bind(second)
        .bind(to)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(moved > 0)
    }
}
