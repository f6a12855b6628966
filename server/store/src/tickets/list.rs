//! Lists of tickets, page by page.

use sync_core::{Id, Timestamp};

use super::found::Found;
use super::{TicketRow, columns, joins};
use crate::db::{contains, on_backend, uuid};
use crate::{Error, Tx};
use sync_core::lifecycle::TicketState;

/// Which tickets a list holds; every part narrows it.
#[derive(Clone, Debug, Default)]
pub struct TicketFilter {
    /// Only tickets that a principal of this person sees; `None` for the whole office.
    pub viewer: Option<Id>,
    /// Text in number, title, address or description.
    pub query: Option<String>,
    /// Where they stand.
    pub status: Option<TicketState>,
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
                .filter(|_| !ticket.status.is_over())
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

/// Where nothing is left to do.
const FIRST_OVER: &str = TicketState::OVER[0].as_str();
const LAST_OVER: &str = TicketState::OVER[1].as_str();

/// Every ticket of the sub-district.
macro_rules! office {
    () => {
        "ticket t WHERE ($2 OR t.id = $3)"
    };
}

/// The tickets that a person sees. SQLite takes the tables of a CROSS JOIN in the order of the text: from
/// the person's few principals to their tickets, and never through all tickets of the sub-district.
macro_rules! scoped {
    () => {
        "(SELECT DISTINCT s.ticket FROM person_principal pp CROSS JOIN ticket_scope s
              WHERE pp.tenant = $1 AND pp.person = $3 AND pp.revoked_seq IS NULL
                  AND s.tenant = pp.tenant AND s.principal = pp.principal AND s.revoked_seq IS NULL) seen
          CROSS JOIN ticket t WHERE NOT $2 AND t.id = seen.ticket"
    };
}

/// The condition of a [`TicketFilter`] beside what may be seen, bound by [`filtered`].
macro_rules! matching {
    () => {
        r" AND t.tenant = $1
          AND (CAST($4 AS TEXT) IS NULL OR LOWER(t.upstream_no) LIKE $4 ESCAPE '\'
              OR LOWER(t.title) LIKE $4 ESCAPE '\' OR LOWER(t.address) LIKE $4 ESCAPE '\'
              OR LOWER(t.description) LIKE $4 ESCAPE '\')
          AND (CAST($5 AS TEXT) IS NULL OR t.status = $5)
          AND ($6 OR t.assigned_to = $7 OR t.community = $7 OR t.grid = $7)
          AND ($8 OR t.assigned_to = $9)
          AND (CAST($10 AS TEXT) IS NULL OR t.category_l1 = $10 OR t.category_l2 = $10
              OR t.category_l3 = $10)
          AND (CAST($11 AS TEXT) IS NULL OR t.channel = $11)
          AND ($12 OR (t.due_at < $13 AND t.status NOT IN ($14, $15))) "
    };
}

macro_rules! due {
    () => {
        "CASE WHEN t.due_at IS NULL OR t.status IN ($14, $15) THEN 9223372036854775807
             ELSE t.due_at END"
    };
}

macro_rules! newest {
    () => {
        "t.dispatched_at"
    };
}

/// A page in one order: the tickets are picked first and only then joined and counted.
macro_rules! page {
    ($seen:ident, $key:ident, $behind:literal, $direction:literal) => {
        concat!(
            columns!(),
            "FROM (SELECT t.* FROM ",
            $seen!(),
            matching!(),
            "AND (",
            $key!(),
            ", t.id) ",
            $behind,
            " ($16, $17) ORDER BY ",
            $key!(),
            " ",
            $direction,
            ", t.id ",
            $direction,
            " LIMIT $18) t",
            joins!(),
            "ORDER BY ",
            $key!(),
            " ",
            $direction,
            ", t.id ",
            $direction
        )
    };
}

const OFFICE_BY_DUE: &str = page!(office, due, ">", "ASC");
const OFFICE_BY_NEWEST: &str = page!(office, newest, "<", "DESC");
const SCOPED_BY_DUE: &str = page!(scoped, due, ">", "ASC");
const SCOPED_BY_NEWEST: &str = page!(scoped, newest, "<", "DESC");

macro_rules! count {
    ($seen:ident) => {
        concat!("SELECT COUNT(*) FROM ", $seen!(), matching!())
    };
}

/// Binds $1 to $15.
macro_rules! filtered {
    ($query:expr, $tenant:expr, $filter:expr, $pattern:expr) => {
        $query
            .bind(uuid($tenant))
            .bind($filter.viewer.is_none())
            .bind(uuid($filter.viewer.unwrap_or($tenant)))
            .bind($pattern)
            .bind($filter.status.map(TicketState::as_str))
            .bind($filter.unit.is_none())
            .bind(uuid($filter.unit.unwrap_or($tenant)))
            .bind($filter.person.is_none())
            .bind(uuid($filter.person.unwrap_or($tenant)))
            .bind($filter.category.as_deref())
            .bind($filter.channel.as_deref())
            .bind($filter.due_before.is_none())
            .bind($filter.due_before.unwrap_or_default().millis())
            .bind(FIRST_OVER)
            .bind(LAST_OVER)
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
        let sql = match (order, filter.viewer) {
            (TicketOrder::Due, None) => OFFICE_BY_DUE,
            (TicketOrder::Due, Some(_)) => SCOPED_BY_DUE,
            (TicketOrder::Newest, None) => OFFICE_BY_NEWEST,
            (TicketOrder::Newest, Some(_)) => SCOPED_BY_NEWEST,
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
        let sql = if filter.viewer.is_none() {
            count!(office)
        } else {
            count!(scoped)
        };
        Ok(on_backend!(self, |tx| {
            filtered!(sqlx::query_scalar(sql), tenant, filter, &pattern)
                .fetch_one(&mut **tx)
                .await
        })?)
    }
}
