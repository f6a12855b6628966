//! Which principals see which ticket, and since when.

use sync_core::Id;
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

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
