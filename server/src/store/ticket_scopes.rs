//! Which principals see which ticket, and since when.

use sync_core::Id;
use uuid::Uuid;

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
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO ticket_scope (tenant, principal, ticket, granted_seq, touched_seq)
             VALUES ($1, $2, $3, $4, $4)
             ON CONFLICT (tenant, principal, ticket) DO UPDATE
             SET granted_seq = excluded.granted_seq, revoked_seq = NULL,
                 touched_seq = excluded.touched_seq
             WHERE ticket_scope.revoked_seq IS NOT NULL"
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
        let principals: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT principal FROM ticket_scope
             WHERE tenant = $1 AND ticket = $2 AND revoked_seq IS NULL ORDER BY principal"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(principals.into_iter().map(id).collect())
    }
}
