//! Tickets whose numbers come again: as they are, and rewritten by what the source says now.

use super::found::Found;
use super::{NewTicket, RequestKind, Ticket, columns, joins};
use crate::db::{on_backend, uuid};
use crate::search::TICKETS;
use crate::{Error, Tx};
use sync_core::{Id, Timestamp};

impl Tx {
    /// The tickets that a source calls by these numbers.
    pub async fn list_tickets_by_upstream_nos(
        &mut self,
        tenant: Id,
        source: &str,
        numbers: &[&str],
    ) -> Result<Vec<Ticket>, Error> {
        // Two texts: SQLite has no arrays to bind, PostgreSQL takes them as they are.
        let found: Vec<Found> = match self {
            Self::Sqlite(tx) => {
                sqlx::query_as(concat!(
                    columns!(),
                    "FROM ticket t",
                    joins!(),
                    "WHERE t.tenant = $1 AND t.source = $2
                         AND t.upstream_no IN (SELECT value FROM json_each($3))",
                ))
                .bind(uuid(tenant))
                .bind(source)
                .bind(sqlx::types::Json(numbers))
                .fetch_all(&mut **tx)
                .await?
            }
            Self::Postgres(tx) => {
                sqlx::query_as(concat!(
                    columns!(),
                    "FROM ticket t",
                    joins!(),
                    "WHERE t.tenant = $1 AND t.source = $2 AND t.upstream_no = ANY($3)",
                ))
                .bind(uuid(tenant))
                .bind(source)
                .bind(numbers)
                .fetch_all(&mut **tx)
                .await?
            }
        };
        found.into_iter().map(Found::ticket).collect()
    }

    /// Gives a ticket the content that its source has now. Where it stands, who has it, its grid, its number and when
    /// it was taken in stay; so do its events, which are the caller's to write.
    pub async fn rewrite_ticket(
        &mut self,
        tenant: Id,
        ticket: &NewTicket,
        seq: i64,
    ) -> Result<(), Error> {
        let [large, middle, small] = &ticket.category;
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket SET channel = $3, request_kind = $4, requester_type = $5, title = $6,
                 description = $7, category_l1 = $8, category_l2 = $9, category_l3 = $10, address = $11,
                 community = $12, unit_text = $13, requester_masked = $14, phone_masked = $15,
                 requester_sealed = $16, urgency = $17, dispatched_at = $18, given_due_at = $19,
                 due_at = COALESCE($19, due_at), reply = $20, replied_at = $21, next_change_at = 0
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket.id))
        .bind(&ticket.channel)
        .bind(ticket.request_kind.map(RequestKind::as_str))
        .bind(ticket.requester_type.as_str())
        .bind(&ticket.title)
        .bind(&ticket.description)
        .bind(large)
        .bind(middle)
        .bind(small)
        .bind(&ticket.address)
        .bind(ticket.community.map(uuid))
        .bind(&ticket.unit_text)
        .bind(&ticket.requester_masked)
        .bind(&ticket.phone_masked)
        .bind(&ticket.requester_sealed)
        .bind(ticket.urgency.as_str())
        .bind(ticket.dispatched_at.millis())
        .bind(ticket.due_at.map(Timestamp::millis))
        .bind(&ticket.reply)
        .bind(ticket.replied_at.map(Timestamp::millis))
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        let texts = [(ticket.id, ticket.texts())];
        self.replace_texts(TICKETS, tenant, &texts).await?;
        self.touch_ticket(tenant, ticket.id, seq).await
    }
}
