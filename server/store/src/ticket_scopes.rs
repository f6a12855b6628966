//! Which principals see which ticket, and since when; what a person sees by that.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::Id;
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// That a principal sees a ticket, or did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketScope {
    /// Since this sequence number.
    pub granted_seq: i64,
    /// Until this one.
    pub revoked_seq: Option<i64>,
    /// When what the principal learns of the ticket last changed.
    pub touched_seq: i64,
}

impl Tx {
    /// Lets a principal see the ticket from `seq` on; one that sees it already keeps its number.
    pub async fn grant_ticket_scope(
        &mut self,
        tenant: Id,
        ticket: Id,
        principal: Id,
        seq: i64,
    ) -> Result<(), Error> {
        self.grant_ticket_scopes(tenant, &[ticket], principal, seq)
            .await
    }

    /// The same for tickets that each stand in the list once.
    pub async fn grant_ticket_scopes(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        principal: Id,
        seq: i64,
    ) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO ticket_scope (tenant, principal, ticket, granted_seq, touched_seq) ",
                );
                query.push_values(tickets, |mut values, ticket| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(principal))
                        .push_bind(uuid(*ticket))
                        .push_bind(seq)
                        .push_bind(seq);
                });
                query.push(
                    " ON CONFLICT (tenant, principal, ticket) DO UPDATE
                     SET granted_seq = CASE WHEN ticket_scope.revoked_seq IS NULL THEN ticket_scope.granted_seq
                             ELSE excluded.granted_seq END,
                         touched_seq = CASE WHEN ticket_scope.revoked_seq IS NULL THEN ticket_scope.touched_seq
                             ELSE excluded.touched_seq END,
                         revoked_seq = NULL, named = FALSE
                     WHERE ticket_scope.revoked_seq IS NOT NULL OR ticket_scope.named",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Lets somebody see the ticket because a record names them, from `seq` on.
    pub async fn share_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        person: Id,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO ticket_scope (tenant, principal, ticket, granted_seq, touched_seq, named)
             VALUES ($1, $2, $3, $4, $4, TRUE)
             ON CONFLICT (tenant, principal, ticket) DO UPDATE
             SET granted_seq = excluded.granted_seq, revoked_seq = NULL,
                 touched_seq = excluded.touched_seq, named = TRUE
             WHERE ticket_scope.revoked_seq IS NOT NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(ticket))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Ends what [`Tx::share_ticket`] gave, and answers whether there was something to end: whoever has the ticket
    /// otherwise keeps it.
    pub async fn end_share_of_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        person: Id,
        seq: i64,
    ) -> Result<bool, Error> {
        let rows = on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket_scope SET revoked_seq = $4, touched_seq = $4
             WHERE tenant = $1 AND principal = $2 AND ticket = $3 AND revoked_seq IS NULL AND named"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(ticket))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(rows > 0)
    }

    /// Takes the ticket from a principal at `seq`. The row stays, so that phones learn of it.
    pub async fn revoke_ticket_scope(
        &mut self,
        tenant: Id,
        ticket: Id,
        principal: Id,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket_scope SET revoked_seq = $4, touched_seq = $4
             WHERE tenant = $1 AND principal = $2 AND ticket = $3 AND revoked_seq IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(principal))
        .bind(uuid(ticket))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Whether and since when the principal sees the ticket.
    pub async fn find_ticket_scope(
        &mut self,
        tenant: Id,
        ticket: Id,
        principal: Id,
    ) -> Result<Option<TicketScope>, Error> {
        let row: Option<(i64, Option<i64>, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT granted_seq, revoked_seq, touched_seq FROM ticket_scope
             WHERE tenant = $1 AND principal = $2 AND ticket = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(principal))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(
            row.map(|(granted_seq, revoked_seq, touched_seq)| TicketScope {
                granted_seq,
                revoked_seq,
                touched_seq,
            }),
        )
    }

    /// The principals that see the ticket now.
    pub async fn list_ticket_principals(
        &mut self,
        tenant: Id,
        ticket: Id,
    ) -> Result<Vec<Id>, Error> {
        let mut found = self.find_ticket_principals(tenant, &[ticket]).await?;
        Ok(found.remove(&ticket).unwrap_or_default())
    }

    /// The principals that see each of the tickets now, in their order.
    pub async fn find_ticket_principals(
        &mut self,
        tenant: Id,
        tickets: &[Id],
    ) -> Result<HashMap<Id, Vec<Id>>, Error> {
        let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
        for tickets in pieces(tickets) {
            let rows: Vec<(Uuid, Uuid)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT ticket, principal FROM ticket_scope WHERE tenant = ");
                query.push_bind(uuid(tenant));
                query.push(" AND revoked_seq IS NULL AND ticket IN");
                push_ids(&mut query, tickets);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (ticket, principal) in rows {
                found.entry(id(ticket)).or_default().push(id(principal));
            }
        }
        // Sorted here: for an order of its own SQLite reads every row that the sub-district has.
        for principals in found.values_mut() {
            principals.sort_unstable();
        }
        Ok(found)
    }

    /// Marks the ticket as changed at `seq` for everyone who sees it, so that phones fetch it again.
    pub async fn touch_ticket(&mut self, tenant: Id, ticket: Id, seq: i64) -> Result<(), Error> {
        self.touch_tickets(tenant, &[ticket], seq).await
    }

    /// The same of several tickets.
    pub(crate) async fn touch_tickets(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        seq: i64,
    ) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE ticket SET changed_seq = ");
                query.push_bind(seq).push(" WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE ticket_scope SET touched_seq = ");
                query.push_bind(seq).push(" WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND ticket IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Makes the tickets' watchers fetch what changed in their visits, without the tickets themselves.
    pub async fn touch_scopes(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        seq: i64,
    ) -> Result<(), Error> {
        for tickets in pieces(tickets) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("UPDATE ticket_scope SET touched_seq = ");
                query.push_bind(seq).push(" WHERE tenant = ");
                query.push_bind(uuid(tenant));
                query.push(" AND revoked_seq IS NULL AND ticket IN");
                push_ids(&mut query, tickets);
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Whether a person sees a ticket now.
    pub async fn sees_ticket(&mut self, tenant: Id, person: Id, ticket: Id) -> Result<bool, Error> {
        let seen = self.list_seen_tickets(tenant, person, &[ticket]).await?;
        Ok(!seen.is_empty())
    }

    /// Those of the tickets that a person sees now.
    pub async fn list_seen_tickets(
        &mut self,
        tenant: Id,
        person: Id,
        tickets: &[Id],
    ) -> Result<Vec<Id>, Error> {
        let mut found = Vec::new();
        for tickets in pieces(tickets) {
            let rows: Vec<Uuid> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT DISTINCT ts.ticket FROM ticket_scope ts CROSS JOIN person_principal pp
                     WHERE ts.revoked_seq IS NULL AND pp.revoked_seq IS NULL
                       AND pp.tenant = ts.tenant AND pp.principal = ts.principal AND pp.person = ",
                );
                query.push_bind(uuid(person)).push(" AND ts.tenant = ");
                query.push_bind(uuid(tenant)).push(" AND ts.ticket IN");
                push_ids(&mut query, tickets);
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(id));
        }
        Ok(found)
    }

    /// Whether a person sees any ticket of a visit now.
    pub async fn sees_visit(&mut self, tenant: Id, person: Id, doc: Id) -> Result<bool, Error> {
        let found: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT ts.touched_seq
             FROM document_ticket vt CROSS JOIN ticket_scope ts CROSS JOIN person_principal pp
             WHERE vt.tenant = $1 AND vt.doc = $3
               AND ts.tenant = vt.tenant AND ts.ticket = vt.ticket
               AND pp.tenant = ts.tenant AND pp.person = $2 AND pp.principal = ts.principal
               AND ts.revoked_seq IS NULL AND pp.revoked_seq IS NULL LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(found.is_some())
    }
}
