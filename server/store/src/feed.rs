//! What a phone has not seen yet: tickets in scope, their visits, and the segments behind a cursor.
//!
//! Everything has a *place* for a person: the number at which it came into their view. That is its own number,
//! or that of the grant or link that showed it, whichever is the greatest. A cursor says that everything up to
//! a place was delivered, so what comes into view later, however old it is, has a later place and is not missed.

use super::words::read;
use futures_util::TryStreamExt;
use sync_core::kinds::Kind;
use sync_core::lifecycle::ReviewState;
use sync_core::protocol::{AssignedTo, TicketDeadline, TicketRecord};
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::tickets::RequesterType;
use super::{Error, Tx};

/// A logged segment on its way to a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSegment {
    /// Its place for this person.
    pub place: i64,
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// Place in the log.
    pub seq: i64,
    /// The device that pushed it.
    pub device: Id,
    /// The person behind it.
    pub person: Id,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

// CROSS JOIN, here and below: SQLite then joins in the order of the text. Left to itself, without statistics, it
// begins with every scope of the sub-district; `tests/store/plans.rs` sees that. To PostgreSQL it is any join.

/// Scope rows of person $2 in tenant $1 that moved after $3; for somebody whose own grants moved, all rows.
macro_rules! moved_scopes {
    ($more_tables:literal) => {
        concat!(
            "person_principal pp CROSS JOIN ticket_scope ts ",
            $more_tables,
            " WHERE pp.tenant = $1 AND pp.person = $2
               AND ts.tenant = pp.tenant AND ts.principal = pp.principal
               AND ts.touched_seq >
                 CASE WHEN pp.granted_seq > $3 OR pp.revoked_seq > $3 THEN -1 ELSE $3 END "
        )
    };
}

/// `$greatest`: the function that picks the greatest of its arguments, MAX or GREATEST.
macro_rules! unseen_segments {
    ($greatest:literal) => {
        concat!(
            "SELECT k.place, s.doc, d.kind, d.ticket, s.seq, s.device, s.person, s.bytes
             FROM (
               SELECT s.seq AS seq,
                 MIN(", $greatest, "(s.seq, vt.linked_seq, ts.granted_seq, pp.granted_seq)) AS place
               FROM ", moved_scopes!("CROSS JOIN document_ticket vt CROSS JOIN segment s"), "
                 AND vt.tenant = ts.tenant AND vt.ticket = ts.ticket
                 AND s.tenant = vt.tenant AND s.doc = vt.doc
                 AND s.seq > CASE WHEN vt.linked_seq > $3 OR ts.granted_seq > $3 OR pp.granted_seq > $3
                   THEN 0 ELSE $3 END
                 AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
               GROUP BY s.seq
             ) k
             CROSS JOIN segment s CROSS JOIN document d
             WHERE s.tenant = $1 AND s.seq = k.seq AND d.tenant = s.tenant AND d.id = s.doc
               AND (k.place > $3 + 1 OR k.seq > $4)
             ORDER BY k.place, k.seq"
        )
    };
}

macro_rules! moved_tickets {
    ($greatest:literal) => {
        concat!(
            "SELECT ts.ticket, MIN(CASE WHEN ts.revoked_seq IS NULL AND pp.revoked_seq IS NULL
                 THEN ",
            $greatest,
            "(ts.granted_seq, pp.granted_seq) END)
             FROM person_principal pp CROSS JOIN ticket_scope ts
             WHERE pp.tenant = $1 AND pp.person = $2
               AND ts.tenant = pp.tenant AND ts.principal = pp.principal AND ts.ticket IN (
               SELECT ts.ticket FROM ",
            moved_scopes!(""),
            " AND (ts.granted_seq > $3 OR ts.revoked_seq > $3
                   OR pp.granted_seq > $3 OR pp.revoked_seq > $3))
             GROUP BY ts.ticket ORDER BY ts.ticket"
        )
    };
}

/// Visits with what moved last of them, of their links or of the person's grants.
macro_rules! unseen_states {
    ($greatest:literal) => {
        concat!(
            "SELECT MIN(",
            $greatest,
            "(v.decided_seq, vt.linked_seq, ts.granted_seq, pp.granted_seq)) AS place,
               v.doc, v.ticket, v.state
             FROM ",
            moved_scopes!("CROSS JOIN document_ticket vt CROSS JOIN visit v"),
            "  AND vt.tenant = ts.tenant AND vt.ticket = ts.ticket
               AND v.tenant = vt.tenant AND v.doc = vt.doc
               AND (v.decided_seq > $3 OR vt.linked_seq > $3 OR ts.granted_seq > $3
                 OR pp.granted_seq > $3)
               AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
             GROUP BY v.doc, v.ticket, v.state
             ORDER BY place, v.doc"
        )
    };
}

/// Three classes, and kind and name of the assignee, travel in one column each, a line each: a row of the driver has
/// sixteen columns at most.
macro_rules! unseen_tickets {
    ($greatest:literal) => {
        concat!(
            "SELECT k.place, t.id, COALESCE(t.upstream_no, ''), t.title, t.description, COALESCE(t.address, ''),
               COALESCE(c.name, ''),
               COALESCE(t.category_l1, '') || '\n' || COALESCE(t.category_l2, '') || '\n' || COALESCE(t.category_l3, ''),
               t.status, t.urgency, t.dispatched_at, t.due_at, t.assigned_to,
               COALESCE(t.assigned_kind, '') || '\n' || COALESCE(u.name, p.name, ''),
               COALESCE(t.requester_masked, '') || '\n' || COALESCE(t.phone_masked, '')
                 || '\n' || t.requester_type,
               t.profile || '\n' || CAST(t.profile_version AS TEXT) || '\n' || t.clock_facts
             FROM (
               SELECT ts.ticket AS ticket,
                 MIN(",
            $greatest,
            "(moved.changed_seq, ts.granted_seq, pp.granted_seq)) AS place
               FROM ",
            moved_scopes!("CROSS JOIN ticket moved"),
            "    AND moved.tenant = ts.tenant AND moved.id = ts.ticket
                 AND pp.revoked_seq IS NULL AND ts.revoked_seq IS NULL
                 AND (moved.changed_seq > $3 OR ts.granted_seq > $3 OR pp.granted_seq > $3)
               GROUP BY ts.ticket
             ) k
             CROSS JOIN ticket t
             LEFT JOIN unit c ON c.tenant = t.tenant AND c.id = t.community
             LEFT JOIN unit u ON u.tenant = t.tenant AND u.id = t.assigned_to
             LEFT JOIN person p ON p.tenant = t.tenant AND p.id = t.assigned_to
             WHERE t.tenant = $1 AND t.id = k.ticket
             ORDER BY k.place, t.id"
        )
    };
}

impl Tx {
    /// Tickets that came into a person's view after `since`, or went out of it: with the number since which they
    /// see them, `None` for those they see no more.
    pub async fn list_moved_tickets(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<(Id, Option<i64>)>, Error> {
        // A ticket may be seen in two ways: what ended in one of them may go on in the other.
        let sql = match self {
            Self::Sqlite(_) => moved_tickets!("MAX"),
            Self::Postgres(_) => moved_tickets!("GREATEST"),
        };
        let rows: Vec<(Uuid, Option<i64>)> = on_backend!(self, |tx| sqlx::query_as(sql)
            .bind(uuid(tenant))
            .bind(uuid(person))
            .bind(since)
            .fetch_all(&mut **tx)
            .await)?;
        Ok(rows
            .into_iter()
            .map(|(ticket, granted)| (id(ticket), granted))
            .collect())
    }

    /// Segments whose place for a person is after `since`, in the order of their places and numbers, and whether
    /// there are more after `want_bytes`. Of the place right behind `since`, those up to number `within` are
    /// left out.
    pub async fn list_unseen_segments(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
        within: i64,
        want_bytes: usize,
    ) -> Result<(Vec<FeedSegment>, bool), Error> {
        let sql = match self {
            Self::Sqlite(_) => unseen_segments!("MAX"),
            Self::Postgres(_) => unseen_segments!("GREATEST"),
        };
        self.read_feed(sql, tenant, person, (since, within), want_bytes)
            .await
    }

    /// Reads what a statement gives for tenant $1 and person $2 behind place $3, number $4, up to `want_bytes`.
    pub(super) async fn read_feed(
        &mut self,
        sql: &'static str,
        tenant: Id,
        person: Id,
        (since, within): (i64, i64),
        want_bytes: usize,
    ) -> Result<(Vec<FeedSegment>, bool), Error> {
        let mut segments: Vec<FeedSegment> = Vec::new();
        let mut bytes = 0;
        on_backend!(self, |tx| {
            let mut rows = sqlx::query_as::<_, SegmentRow>(sql)
                .bind(uuid(tenant))
                .bind(uuid(person))
                .bind(since)
                .bind(within)
                .fetch(&mut **tx);
            while let Some((place, doc, kind, ticket, seq, device, writer, packed)) =
                rows.try_next().await?
            {
                if bytes >= want_bytes {
                    return Ok((segments, true));
                }
                let kind = Kind::parse(&kind).ok_or(Error::Corrupt {
                    table: "document",
                    column: "kind",
                })?;
                bytes += packed.len();
                segments.push(FeedSegment {
                    place,
                    doc: id(doc),
                    kind,
                    ticket: id(ticket),
                    seq,
                    device: id(device),
                    person: id(writer),
                    bytes: packed,
                });
            }
        });
        Ok((segments, false))
    }

    /// Visits whose state a person has not seen: (place, document, ticket, state), in the order of their places.
    pub async fn list_unseen_states(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<(i64, Id, Id, ReviewState)>, Error> {
        let sql = match self {
            Self::Sqlite(_) => unseen_states!("MAX"),
            Self::Postgres(_) => unseen_states!("GREATEST"),
        };
        let rows: Vec<(i64, Uuid, Uuid, String)> = on_backend!(self, |tx| sqlx::query_as(sql)
            .bind(uuid(tenant))
            .bind(uuid(person))
            .bind(since)
            .fetch_all(&mut **tx)
            .await)?;
        rows.into_iter()
            .map(|(place, doc, ticket, state)| {
                let state = read(ReviewState::parse(&state), "visit", "state")?;
                Ok((place, id(doc), id(ticket), state))
            })
            .collect()
    }

    /// Tickets that a person has not seen as they are now, with their places and in the order of them.
    pub async fn list_unseen_tickets(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<(i64, TicketRecord)>, Error> {
        let sql = match self {
            Self::Sqlite(_) => unseen_tickets!("MAX"),
            Self::Postgres(_) => unseen_tickets!("GREATEST"),
        };
        let rows: Vec<TicketColumns> = on_backend!(self, |tx| sqlx::query_as(sql)
            .bind(uuid(tenant))
            .bind(uuid(person))
            .bind(since)
            .fetch_all(&mut **tx)
            .await)?;
        Ok(rows.into_iter().map(ticket_record).collect())
    }
}

type SegmentRow = (i64, Uuid, String, Uuid, i64, Uuid, Uuid, Vec<u8>);

type TicketColumns = (
    i64,
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
    Option<String>,
);

fn ticket_record(
    (
        place,
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
        deadline,
    ): TicketColumns,
) -> (i64, TicketRecord) {
    let line = |text: &str, n: usize| text.split('\n').nth(n).unwrap_or_default().to_owned();
    let record = TicketRecord {
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
        // Most tickets are a citizen's: that goes without saying.
        requester_type: Some(line(&requester, 2))
            .filter(|code| code != RequesterType::default().as_str())
            .unwrap_or_default(),
        requester_masked: line(&requester, 0),
        phone_masked: line(&requester, 1),
        deadline: deadline.as_deref().and_then(ticket_deadline),
        work: None,
    };
    (place, record)
}

/// What the clocks are made of; a phone that does not get it shows the due date of the hub.
fn ticket_deadline(text: &str) -> Option<TicketDeadline> {
    let mut lines = text.splitn(3, '\n');
    let profile = lines.next()?.to_owned();
    let version = lines.next()?.parse().ok()?;
    let facts = serde_json::from_str(lines.next()?).ok()?;
    Some(TicketDeadline {
        profile,
        version,
        facts,
    })
}
