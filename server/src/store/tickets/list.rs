//! Lists of tickets, page by page.

use sync_core::{Id, Timestamp};

use super::found::Found;
use super::{TicketRow, TicketStatus, columns, joins};
use crate::store::db::{contains, on_backend, uuid};
use crate::store::{Error, Tx};

/// Which tickets a list holds; every part narrows it.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    /// Only tickets that a principal of this person sees; `None` for the whole office.
    pub viewer: Option<Id>,
    /// Text in number, title, address or description.
    pub query: Option<String>,
    /// Where they stand.
    pub status: Option<TicketStatus>,
    /// Assigned to this unit, or in it.
    pub unit: Option<Id>,
    /// Assigned to this person.
    pub person: Option<Id>,
    /// A class of any level.
    pub category: Option<String>,
    /// How the request came.
    pub channel: Option<String>,
    /// Open, and due before this time.
    pub due_before: Option<Timestamp>,
}

/// Which ticket comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOrder {
    /// The one whose deadline is next; tickets that have none or are done last.
    #[default]
    Due,
    /// The one that was dispatched last.
    Newest,
}

/// Where a page ended: the next one starts behind this ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketPlace {
    /// What the list is ordered by, in milliseconds.
    pub key: i64,
    /// Decides between tickets with the same key.
    pub ticket: Id,
}

impl TicketOrder {
    /// The place of a ticket in this order.
    pub fn place(self, ticket: &TicketRow) -> TicketPlace {
        let key = match self {
            Self::Due => ticket
                .due_at
                .filter(|_| !ticket.status.is_final())
                .map_or(i64::MAX, Timestamp::millis),
            Self::Newest => ticket.dispatched_at.millis(),
        };
        TicketPlace {
            key,
            ticket: ticket.id,
        }
    }

    /// The place before every ticket.
    const fn start(self) -> TicketPlace {
        match self {
            Self::Due => TicketPlace {
                key: i64::MIN,
                ticket: Id::from_bytes([0; 16]),
            },
            Self::Newest => TicketPlace {
                key: i64::MAX,
                ticket: Id::from_bytes([0xff; 16]),
            },
        }
    }
}

/// The condition of a [`TicketFilter`], bound by [`filtered`].
macro_rules! matching {
    () => {
        r"t.tenant = $1
          AND ($2 OR EXISTS (SELECT 1 FROM ticket_scope s
              JOIN person_principal pp ON pp.tenant = s.tenant AND pp.principal = s.principal
              WHERE s.tenant = t.tenant AND s.ticket = t.id AND s.revoked_seq IS NULL
                  AND pp.person = $3 AND pp.revoked_seq IS NULL))
          AND (CAST($4 AS TEXT) IS NULL OR LOWER(t.upstream_no) LIKE $4 ESCAPE '\'
              OR LOWER(t.title) LIKE $4 ESCAPE '\' OR LOWER(t.address) LIKE $4 ESCAPE '\'
              OR LOWER(t.description) LIKE $4 ESCAPE '\')
          AND (CAST($5 AS TEXT) IS NULL OR t.status = $5)
          AND ($6 OR t.assigned_to = $7 OR t.community = $7 OR t.grid = $7)
          AND ($8 OR t.assigned_to = $9)
          AND (CAST($10 AS TEXT) IS NULL OR t.category_l1 = $10 OR t.category_l2 = $10
              OR t.category_l3 = $10)
          AND (CAST($11 AS TEXT) IS NULL OR t.channel = $11)
          AND ($12 OR (t.due_at < $13 AND t.status NOT IN ('closed', 'void')))"
    };
}

/// A page in one order: the tickets are picked first and only then joined and counted.
macro_rules! page {
    ($key:literal, $behind:literal, $direction:literal) => {
        concat!(
            columns!(),
            "FROM (SELECT * FROM ticket t WHERE ",
            matching!(),
            " AND (",
            $key,
            ", t.id) ",
            $behind,
            " ($14, $15) ORDER BY ",
            $key,
            " ",
            $direction,
            ", t.id ",
            $direction,
            " LIMIT $16) t",
            joins!(),
            "ORDER BY ",
            $key,
            " ",
            $direction,
            ", t.id ",
            $direction
        )
    };
}

const BY_DUE: &str = page!(
    "CASE WHEN t.due_at IS NULL OR t.status IN ('closed', 'void') THEN 9223372036854775807
         ELSE t.due_at END",
    ">",
    "ASC"
);
const BY_NEWEST: &str = page!("t.dispatched_at", "<", "DESC");
const COUNT: &str = concat!("SELECT COUNT(*) FROM ticket t WHERE ", matching!());

/// Binds $1 to $13 of [`matching`].
macro_rules! filtered {
    ($query:expr, $tenant:expr, $filter:expr, $pattern:expr) => {
        $query
            .bind(uuid($tenant))
            .bind($filter.viewer.is_none())
            .bind(uuid($filter.viewer.unwrap_or($tenant)))
            .bind($pattern)
            .bind($filter.status.map(TicketStatus::as_str))
            .bind($filter.unit.is_none())
            .bind(uuid($filter.unit.unwrap_or($tenant)))
            .bind($filter.person.is_none())
            .bind(uuid($filter.person.unwrap_or($tenant)))
            .bind($filter.category.as_deref())
            .bind($filter.channel.as_deref())
            .bind($filter.due_before.is_none())
            .bind($filter.due_before.unwrap_or_default().millis())
    };
}

impl Tx {
    /// The next `limit` tickets of the list behind `after`.
    pub async fn list_tickets(
        &mut self,
        tenant: Id,
        filter: &TicketFilter,
        order: TicketOrder,
        after: Option<TicketPlace>,
        limit: u32,
    ) -> Result<Vec<TicketRow>, Error> {
        let pattern = filter.query.as_deref().map(contains);
        let after = after.unwrap_or(order.start());
        let sql = match order {
            TicketOrder::Due => BY_DUE,
            TicketOrder::Newest => BY_NEWEST,
        };
        let found: Vec<Found> = on_backend!(self, |tx| {
            filtered!(sqlx::query_as(sql), tenant, filter, &pattern)
                .bind(after.key)
                .bind(uuid(after.ticket))
                .bind(i64::from(limit))
                .fetch_all(&mut **tx)
                .await
        })?;
        found
            .into_iter()
            .map(|found| found.ticket().map(|ticket| ticket.row))
            .collect()
    }

    /// How many tickets the whole list holds.
    pub async fn count_tickets(&mut self, tenant: Id, filter: &TicketFilter) -> Result<i64, Error> {
        let pattern = filter.query.as_deref().map(contains);
        Ok(on_backend!(self, |tx| {
            filtered!(sqlx::query_scalar(COUNT), tenant, filter, &pattern)
                .fetch_one(&mut **tx)
                .await
        })?)
    }
}
