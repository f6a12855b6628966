//! What a phone has not seen yet: tickets in scope, their visits, and the segments behind a cursor.

use futures_util::TryStreamExt;
use sync_core::kinds::Kind;
use sync_core::protocol::{AssignedTo, TicketRecord};
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A ticket of a person's scope that moved after a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeRow {
    /// The ticket.
    pub ticket: Id,
    /// Where the page may end: the number at which this ticket last moved for this person.
    pub at_seq: i64,
    /// Since when they see it; `None` if they see it no more.
    pub granted_seq: Option<i64>,
    /// When the ticket's own row last changed.
    pub changed_seq: i64,
}

/// A logged segment on its way to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSegment {
    /// Where the page may end, as [`ScopeRow::at_seq`].
    pub at_seq: i64,
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// Place in the log.
    pub seq: i64,
    /// Who pushed it.
    pub device: Id,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

impl Tx {
    /// The last sequence number of a sub-district and its timeline.
    pub async fn find_feed_end(&mut self, tenant: Id) -> Result<Option<(i64, Id)>, Error> {
        let row: Option<(i64, Uuid)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, timeline FROM tenant WHERE id = $1"
        )
        .bind(uuid(tenant))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(seq, timeline)| (seq, id(timeline))))
    }

    /// Whether a person sees a ticket now.
    pub async fn sees_ticket(&mut self, tenant: Id, person: Id, ticket: Id) -> Result<bool, Error> {
        let found: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT ts.touched_seq FROM ticket_scope ts
             JOIN person_principal pp ON pp.tenant = ts.tenant AND pp.principal = ts.principal
             WHERE ts.tenant = $1 AND pp.person = $2 AND ts.ticket = $3
               AND ts.revoked_seq IS NULL AND pp.revoked_seq IS NULL LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(ticket))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(found.is_some())
    }

    /// Whether a person sees any ticket of a visit now.
    pub async fn sees_visit(&mut self, tenant: Id, person: Id, doc: Id) -> Result<bool, Error> {
        let found: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT ts.touched_seq FROM visit_ticket vt
             JOIN ticket_scope ts ON ts.tenant = vt.tenant AND ts.ticket = vt.ticket
             JOIN person_principal pp ON pp.tenant = ts.tenant AND pp.principal = ts.principal
             WHERE vt.tenant = $1 AND pp.person = $2 AND vt.doc = $3
               AND ts.revoked_seq IS NULL AND pp.revoked_seq IS NULL LIMIT 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(found.is_some())
    }

    /// Tickets that moved for a person after `since`, in the order of their last move.
    pub async fn list_moved_tickets(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<ScopeRow>, Error> {
        type Row = (Uuid, i64, Option<i64>, i64);
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT ticket, MAX(at_seq), MIN(granted_seq), MAX(changed_seq) FROM (
               SELECT ts.ticket AS ticket, t.changed_seq AS changed_seq,
                 CASE WHEN pp.granted_seq > ts.touched_seq THEN pp.granted_seq
                      WHEN pp.revoked_seq > ts.touched_seq THEN pp.revoked_seq
                      ELSE ts.touched_seq END AS at_seq,
                 CASE WHEN ts.revoked_seq IS NOT NULL OR pp.revoked_seq IS NOT NULL THEN NULL
                      WHEN pp.granted_seq > ts.granted_seq THEN pp.granted_seq
                      ELSE ts.granted_seq END AS granted_seq
               FROM person_principal pp
               JOIN ticket_scope ts ON ts.tenant = pp.tenant AND ts.principal = pp.principal
               JOIN ticket t ON t.id = ts.ticket
               WHERE pp.tenant = $1 AND pp.person = $2
                 AND (ts.touched_seq > $3 OR pp.granted_seq > $3 OR pp.revoked_seq > $3)
             ) moved GROUP BY ticket ORDER BY 2, 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(since)
        .fetch_all(&mut **tx)
        .await)?;
        let row = |(ticket, at_seq, granted_seq, changed_seq)| ScopeRow {
            ticket: id(ticket),
            at_seq,
            granted_seq,
            changed_seq,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Segments that a person has not seen: those behind `since`, and all of a ticket that came into view
    /// behind it. Stops at the first move boundary after `want_bytes`.
    pub async fn list_unseen_segments(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
        want_bytes: usize,
    ) -> Result<Vec<FeedSegment>, Error> {
        type Row = (i64, Uuid, String, Uuid, i64, Uuid, Vec<u8>);
        let mut segments: Vec<FeedSegment> = Vec::new();
        let mut bytes = 0;
        on_backend!(self, |tx| {
            let mut rows = sqlx::query_as::<_, Row>(
                "SELECT CASE WHEN pp.granted_seq > ts.touched_seq THEN pp.granted_seq ELSE ts.touched_seq END,
                   s.doc, d.kind, d.ticket, s.seq, s.device, s.bytes
                 FROM person_principal pp
                 JOIN ticket_scope ts ON ts.tenant = pp.tenant AND ts.principal = pp.principal
                 JOIN visit_ticket vt ON vt.tenant = ts.tenant AND vt.ticket = ts.ticket
                 JOIN document d ON d.id = vt.doc
                 JOIN segment s ON s.doc = d.id
                 WHERE pp.tenant = $1 AND pp.person = $2
                   AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
                   AND (ts.touched_seq > $3 OR pp.granted_seq > $3)
                   AND s.seq > CASE WHEN ts.granted_seq > $3 OR pp.granted_seq > $3 THEN 0 ELSE $3 END
                 ORDER BY 1, s.doc, s.seq",
            )
            .bind(uuid(tenant))
            .bind(uuid(person))
            .bind(since)
            .fetch(&mut **tx);
            while let Some((at_seq, doc, kind, ticket, seq, device, packed)) =
                rows.try_next().await?
            {
                let boundary = segments.last().is_some_and(|last| last.at_seq != at_seq);
                if boundary && bytes >= want_bytes {
                    break;
                }
                let kind = Kind::parse(&kind).ok_or(Error::Corrupt {
                    table: "document",
                    column: "kind",
                })?;
                bytes += packed.len();
                segments.push(FeedSegment {
                    at_seq,
                    doc: id(doc),
                    kind,
                    ticket: id(ticket),
                    seq,
                    device: id(device),
                    bytes: packed,
                });
            }
        });
        Ok(segments)
    }

    /// Visits whose state a person has not seen: (document, ticket, state, at_seq).
    pub async fn list_unseen_states(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<(Id, Id, String, i64)>, Error> {
        type Row = (Uuid, Uuid, String, i64);
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT v.doc, v.ticket, v.state,
               MAX(CASE WHEN pp.granted_seq > ts.touched_seq THEN pp.granted_seq ELSE ts.touched_seq END)
             FROM person_principal pp
             JOIN ticket_scope ts ON ts.tenant = pp.tenant AND ts.principal = pp.principal
             JOIN visit_ticket vt ON vt.tenant = ts.tenant AND vt.ticket = ts.ticket
             JOIN visit v ON v.doc = vt.doc
             WHERE pp.tenant = $1 AND pp.person = $2
               AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
               AND (ts.touched_seq > $3 OR pp.granted_seq > $3)
               AND v.decided_seq > CASE WHEN ts.granted_seq > $3 OR pp.granted_seq > $3 THEN 0 ELSE $3 END
             GROUP BY v.doc, v.ticket, v.state ORDER BY 4, 1"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(since)
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(doc, ticket, state, at_seq)| (id(doc), id(ticket), state, at_seq))
            .collect())
    }

    /// Tickets that a person has not seen as they are now, in the order of their last move.
    pub async fn list_unseen_tickets(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<TicketRecord>, Error> {
        // Three classes, and kind and name of the assignee, travel in one column each, a line each: a row
        // of the driver has sixteen columns at most.
        let rows: Vec<TicketColumns> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT t.id, COALESCE(t.upstream_no, ''), t.title, t.description, COALESCE(t.address, ''),
               COALESCE(c.name, ''),
               COALESCE(t.category_l1, '') || '\n' || COALESCE(t.category_l2, '') || '\n' || COALESCE(t.category_l3, ''),
               t.status, t.urgency, t.dispatched_at, t.due_at, t.assigned_to,
               COALESCE(t.assigned_kind, '') || '\n' || COALESCE(u.name, p.name, ''),
               COALESCE(t.requester_masked, '') || '\n' || COALESCE(t.phone_masked, '')
             FROM ticket t
             LEFT JOIN unit c ON c.id = t.community
             LEFT JOIN unit u ON u.id = t.assigned_to
             LEFT JOIN person p ON p.id = t.assigned_to
             WHERE t.id IN (
               SELECT ts.ticket FROM person_principal pp
               JOIN ticket_scope ts ON ts.tenant = pp.tenant AND ts.principal = pp.principal
               JOIN ticket moved ON moved.id = ts.ticket
               WHERE pp.tenant = $1 AND pp.person = $2
                 AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
                 AND (ts.touched_seq > $3 OR pp.granted_seq > $3)
                 AND (moved.changed_seq > $3 OR ts.granted_seq > $3 OR pp.granted_seq > $3))
             ORDER BY t.due_at, t.id"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(since)
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows.into_iter().map(ticket_record).collect())
    }
}

type TicketColumns = (
    Uuid,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    i64,
    Option<i64>,
    Option<Uuid>,
    String,
    String,
);

fn ticket_record(
    (
        ticket,
        upstream_no,
        title,
        description,
        address,
        community,
        category,
        status,
        urgency,
        dispatched_at,
        due_at,
        to,
        assigned,
        requester,
    ): TicketColumns,
) -> TicketRecord {
    let line = |text: &str, n: usize| text.split('\n').nth(n).unwrap_or_default().to_owned();
    TicketRecord {
        id: Some(id(ticket)),
        upstream_no,
        title,
        description,
        address,
        community,
        category: [line(&category, 0), line(&category, 1), line(&category, 2)],
        status,
        urgency,
        dispatched_at: Timestamp::from_millis(dispatched_at),
        due_at: due_at.map(Timestamp::from_millis),
        assigned: to.map(|to| AssignedTo {
            kind: line(&assigned, 0),
            id: id(to),
            name: line(&assigned, 1),
        }),
        requester_masked: line(&requester, 0),
        phone_masked: line(&requester, 1),
    }
}
