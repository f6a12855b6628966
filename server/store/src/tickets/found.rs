//! Rows of tickets as the drivers give them.

use crate::words::read;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sync_core::Timestamp;
use uuid::Uuid;

use super::{Assignee, AssigneeKind, RequestKind, RequesterType, Ticket, TicketRow, Urgency};
use crate::Error;
use crate::db::id;
use sync_core::lifecycle::TicketState;

/// A row of [`super::columns`].
pub(super) struct Found {
    text: FoundText,
    id: Uuid,
    dispatched_at: i64,
    due_at: Option<i64>,
    given_due_at: Option<i64>,
    assigned_to: Option<Uuid>,
    requester_sealed: Option<Vec<u8>>,
    created_at: i64,
    community: Option<Uuid>,
    grid: Option<Uuid>,
    replied_at: Option<i64>,
    changed_seq: i64,
    visits: i64,
    disagreements: i64,
    cycle: i64,
    due_provisional: bool,
}

struct FoundText {
    upstream_no: Option<String>,
    source: String,
    channel: Option<String>,
    title: String,
    request_kind: Option<String>,
    requester_type: String,
    category: [Option<String>; 3],
    address: Option<String>,
    community_name: Option<String>,
    status: String,
    urgency: String,
    assigned_kind: Option<String>,
    assigned_name: Option<String>,
    description: String,
    unit_text: Option<String>,
    requester_masked: Option<String>,
    phone_masked: Option<String>,
    reply: Option<String>,
    supervision: Option<String>,
}

/// A row type of each driver; tuples end at sixteen columns.
macro_rules! found_from {
    ($($row:ty),+) => {$(
        impl<'r> sqlx::FromRow<'r, $row> for Found {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok(Self {
                    text: FoundText {
                        upstream_no: row.try_get("upstream_no")?,
                        source: row.try_get("source")?,
                        channel: row.try_get("channel")?,
                        title: row.try_get("title")?,
                        request_kind: row.try_get("request_kind")?,
                        requester_type: row.try_get("requester_type")?,
                        category: [
                            row.try_get("category_l1")?,
                            row.try_get("category_l2")?,
                            row.try_get("category_l3")?,
                        ],
                        address: row.try_get("address")?,
                        community_name: row.try_get("community_name")?,
                        status: row.try_get("status")?,
                        urgency: row.try_get("urgency")?,
                        assigned_kind: row.try_get("assigned_kind")?,
                        assigned_name: row.try_get("assigned_name")?,
                        description: row.try_get("description")?,
                        unit_text: row.try_get("unit_text")?,
                        requester_masked: row.try_get("requester_masked")?,
                        phone_masked: row.try_get("phone_masked")?,
                        reply: row.try_get("reply")?,
                        supervision: row.try_get("supervision")?,
                    },
                    id: row.try_get("id")?,
                    dispatched_at: row.try_get("dispatched_at")?,
                    due_at: row.try_get("due_at")?,
                    given_due_at: row.try_get("given_due_at")?,
                    assigned_to: row.try_get("assigned_to")?,
                    requester_sealed: row.try_get("requester_sealed")?,
                    created_at: row.try_get("created_at")?,
                    community: row.try_get("community")?,
                    grid: row.try_get("grid")?,
                    replied_at: row.try_get("replied_at")?,
                    changed_seq: row.try_get("changed_seq")?,
                    visits: row.try_get("visits")?,
                    disagreements: row.try_get("disagreements")?,
                    cycle: row.try_get("cycle")?,
                    due_provisional: row.try_get("due_provisional")?,
                })
            }
        }
    )+};
}

found_from!(SqliteRow, PgRow);

/// A row of a list, with how many the list holds behind the place of the page.
pub(super) struct Counted {
    pub(super) found: Found,
    pub(super) total: i64,
}

macro_rules! counted_from {
    ($($row:ty),+) => {$(
        impl<'r> sqlx::FromRow<'r, $row> for Counted {
            fn from_row(row: &'r $row) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok(Self { found: Found::from_row(row)?, total: row.try_get("total")? })
            }
        }
    )+};
}

counted_from!(SqliteRow, PgRow);

impl Found {
    /// The ticket that the row is.
    pub(super) fn ticket(self) -> Result<Ticket, Error> {
        let text = self.text;
        let assigned = match (text.assigned_kind, self.assigned_to) {
            (Some(kind), Some(to)) => Some(Assignee {
                kind: AssigneeKind::read(&kind, "ticket", "assigned_kind")?,
                id: id(to),
                name: text.assigned_name.unwrap_or_default(),
            }),
            _ => None,
        };
        let request_kind = text.request_kind.as_deref();
        Ok(Ticket {
            row: TicketRow {
                id: id(self.id),
                upstream_no: text.upstream_no,
                source: text.source,
                channel: text.channel,
                title: text.title,
                request_kind: request_kind
                    .map(|kind| RequestKind::read(kind, "ticket", "request_kind"))
                    .transpose()?,
                requester_type: RequesterType::read(
                    &text.requester_type,
                    "ticket",
                    "requester_type",
                )?,
                category: text.category,
                address: text.address,
                community: text.community_name,
                status: read(TicketState::parse(&text.status), "ticket", "status")?,
                urgency: Urgency::read(&text.urgency, "ticket", "urgency")?,
                dispatched_at: Timestamp::from_millis(self.dispatched_at),
                due_at: self.due_at.map(Timestamp::from_millis),
                due_provisional: self.due_provisional,
                cycle: self.cycle,
                supervision: text.supervision,
                assigned,
                visits: self.visits,
                disagreements: self.disagreements,
            },
            description: text.description,
            unit_text: text.unit_text,
            requester_masked: text.requester_masked,
            phone_masked: text.phone_masked,
            requester_sealed: self.requester_sealed,
            given_due_at: self.given_due_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(self.created_at),
            community: self.community.map(id),
            grid: self.grid.map(id),
            reply: text.reply,
            replied_at: self.replied_at.map(Timestamp::from_millis),
            changed_seq: self.changed_seq,
        })
    }
}
