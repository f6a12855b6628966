//! Lists of tickets, page by page.

use sync_core::deadline::Level;
use sync_core::{Id, Timestamp};

use super::filter::{TicketFilter, TicketOrder, TicketPlace, Timeliness, UNKNOWN};
use super::found::Counted;
use super::{RequestKind, RequesterType, TicketRow, columns, joins};
use crate::db::{on_backend, uuid};
use crate::search::{Texts, is_hit, reads_like, texts};
use crate::{Error, Tx};
use sync_core::lifecycle::TicketState;

/// Where nothing is left to do.
const OVER: [&str; 3] = [
    TicketState::OVER[0].as_str(),
    TicketState::OVER[1].as_str(),
    TicketState::OVER[2].as_str(),
];

/// Tickets whose text holds what $4 asks. Two texts: full-text search is each database's own.
macro_rules! hits_sqlite {
    () => {
        "(SELECT s.rowid AS hit FROM ticket_search s WHERE s.ticket_search MATCH $4)"
    };
}
macro_rules! hits_postgres {
    () => {
        concat!(
            "(WITH found AS MATERIALIZED (SELECT s.ticket AS hit FROM ticket_search s WHERE s.tenant = $1 AND ",
            is_hit!("$4"),
            ") SELECT hit FROM found)"
        )
    };
}
/// Without the index of texts: where most tickets are hits, PostgreSQL goes through the tickets in the order of the page
/// until that is full; where a person sees few tickets, it reads the texts of these. It does not know how often a row of
/// pairs occurs, so we say which.
macro_rules! hits_walked {
    () => {
        concat!(
            "(SELECT s.ticket AS hit FROM ticket_search s WHERE s.tenant = $1 AND ",
            reads_like!("$4"),
            ")"
        )
    };
}
/// Hits from which on a page is filled sooner by a walk.
const MANY_HITS: i64 = 20_000;

/// What a hit names of its ticket.
macro_rules! named {
    (hits_sqlite) => {
        "t.rowno"
    };
    ($hits:ident) => {
        "t.id"
    };
}

/// Every ticket of the sub-district. What is worked on in another one's place stands in no list, and is found by its words.
macro_rules! office {
    (no_question) => {
        "ticket t WHERE CAST($4 AS TEXT) IS NULL AND t.merged_into IS NULL AND ($2 OR t.id = $3)"
    };
    ($hits:ident) => {
        concat!(
            $hits!(),
            " found CROSS JOIN ticket t WHERE ($2 OR t.id = $3) AND t.tenant = $1 AND found.hit = ",
            named!($hits)
        )
    };
}

/// The tickets that a person sees. SQLite takes the tables of a CROSS JOIN in the order of the text: from
/// the person's few principals to their tickets, and never through all tickets of the sub-district.
macro_rules! seen {
    () => {
        "(SELECT DISTINCT s.ticket FROM person_principal pp CROSS JOIN ticket_scope s
              WHERE pp.tenant = $1 AND pp.person = $3 AND pp.revoked_seq IS NULL
                  AND s.tenant = pp.tenant AND s.principal = pp.principal AND s.revoked_seq IS NULL) seen
          CROSS JOIN ticket t WHERE NOT $2 AND t.id = seen.ticket"
    };
}
macro_rules! scoped {
    (no_question) => {
        concat!(
            seen!(),
            " AND CAST($4 AS TEXT) IS NULL AND t.merged_into IS NULL"
        )
    };
    // The plus keeps SQLite from going through all hits for each ticket that the person sees.
    (hits_sqlite) => {
        concat!(seen!(), " AND +t.rowno IN ", hits_sqlite!())
    };
    (hits_postgres) => {
        concat!(seen!(), " AND t.id IN ", hits_walked!())
    };
}

/// The condition of a [`TicketFilter`] beside what may be seen, bound by [`filtered`].
macro_rules! matching {
    () => {
        " AND t.tenant = $1
          AND (CAST($5 AS TEXT) IS NULL OR t.status = $5)
          AND ($6 OR t.assigned_to = $7 OR t.community = $7 OR t.grid = $7)
          AND ($8 OR t.assigned_to = $9)
          AND (CAST($10 AS TEXT) IS NULL OR t.category_l1 = $10 OR t.category_l2 = $10
              OR t.category_l3 = $10)
          AND (CAST($11 AS TEXT) IS NULL OR t.channel = $11)
          AND ($12 OR (t.due_at < $13 AND t.due_at >= $21 AND t.status NOT IN ($14, $15, $16)
              AND t.merged_into IS NULL))
          AND (CAST($17 AS TEXT) IS NULL OR t.requester_type = $17)
          AND (CAST($18 AS TEXT) IS NULL OR COALESCE(t.request_kind, 'unknown') = $18)
          AND ($19 OR t.supervision IS NOT NULL)
          AND (CAST($20 AS TEXT) IS NULL
              OR CASE WHEN t.in_time THEN 'in_time' WHEN NOT t.in_time THEN 'late' ELSE 'unknown' END = $20)
          AND (CAST($22 AS TEXT) IS NULL OR t.level = $22)
          AND ($23 OR t.cycle > 1)
          AND (CAST($24 AS TEXT) IS NULL OR (t.status = $24 AND NOT EXISTS (SELECT 1 FROM ticket_event c
              WHERE c.tenant = t.tenant AND c.ticket = t.id AND c.kind IN ('callback', 'waive_step')
                  AND (c.kind = 'callback' OR CAST(c.detail AS TEXT) LIKE '%\"callback\"%')
                  AND NOT EXISTS (SELECT 1 FROM ticket_event r
                      WHERE r.tenant = c.tenant AND r.ticket = c.ticket AND r.kind = 'rework' AND r.n > c.n))))
          AND ($25 OR (t.status NOT IN ($14, $15, $16) AND t.merged_into IS NULL))
          AND (CAST($26 AS TEXT) IS NULL OR t.profile = $26)
          AND ($27 OR t.profile_version = $28) "
    };
}

/// The words of [`TicketState::OVER`] as the index `ticket_listed` has them: a page is read in its order.
macro_rules! due {
    () => {
        "CASE WHEN t.due_at IS NULL OR t.status IN ('closed', 'returned', 'void') THEN 9223372036854775807
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
    ($hits:ident, $seen:ident, $total:literal, $key:ident, $behind:literal, $direction:literal) => {
        concat!(
            columns!(),
            ", picked.total FROM (SELECT t.id, ",
            $total,
            " AS total FROM ",
            $seen!($hits),
            matching!(),
            "AND (",
            $key!(),
            ", t.id) ",
            $behind,
            " ($29, $30) ORDER BY ",
            $key!(),
            " ",
            $direction,
            ", t.id ",
            $direction,
            " LIMIT $31) picked CROSS JOIN ticket t",
            joins!(),
            "WHERE t.tenant = $1 AND t.id = picked.id ",
            "ORDER BY ",
            $key!(),
            " ",
            $direction,
            ", t.id ",
            $direction
        )
    };
}

const OFFICE_BY_DUE: Texts = texts!(page, office, "CAST(0 AS BIGINT)", due, ">", "ASC");
const OFFICE_BY_NEWEST: Texts = texts!(page, office, "CAST(0 AS BIGINT)", newest, "<", "DESC");
const WALKED_BY_DUE: &str = page!(hits_walked, office, "CAST(0 AS BIGINT)", due, ">", "ASC");
const WALKED_BY_NEWEST: &str = page!(
    hits_walked,
    office,
    "CAST(0 AS BIGINT)",
    newest,
    "<",
    "DESC"
);
/// With how many are behind the place: all that the person sees are read for a page.
const SCOPED_BY_DUE: Texts = texts!(page, scoped, "COUNT(*) OVER ()", due, ">", "ASC");
const SCOPED_BY_NEWEST: Texts = texts!(page, scoped, "COUNT(*) OVER ()", newest, "<", "DESC");

macro_rules! count {
    ($hits:ident, $seen:ident) => {
        concat!("SELECT COUNT(*) FROM ", $seen!($hits), matching!())
    };
}

const OFFICE_COUNT: Texts = texts!(count, office);
const WALKED_COUNT: &str = count!(hits_walked, office);
const SCOPED_COUNT: Texts = texts!(count, scoped);

/// How many tickets hold what is asked, where nothing else narrows the list: every hit is a ticket, and looking at each
/// takes as long as finding them.
const HITS_SQLITE: &str = "SELECT COUNT(*) FROM ticket_search s WHERE s.ticket_search MATCH $1";
const HITS_POSTGRES: &str = concat!(
    "SELECT COUNT(*) FROM ticket_search s WHERE s.tenant = $1 AND ",
    is_hit!("$2")
);

/// Binds $1 to $28.
macro_rules! filtered {
    ($query:expr, $tenant:expr, $filter:expr, $question:expr) => {
        $query
            .bind(uuid($tenant))
            .bind($filter.viewer.is_none())
            .bind(uuid($filter.viewer.unwrap_or($tenant)))
            .bind($question)
            .bind($filter.status.map(TicketState::as_str))
            .bind($filter.unit.is_none())
            .bind(uuid($filter.unit.unwrap_or($tenant)))
            .bind($filter.holder.is_none())
            .bind(uuid($filter.holder.unwrap_or($tenant)))
            .bind($filter.category.as_deref())
            .bind($filter.channel.as_deref())
            .bind($filter.due_before.is_none())
            .bind($filter.due_before.unwrap_or_default().millis())
            .bind(OVER[0])
            .bind(OVER[1])
            .bind(OVER[2])
            .bind($filter.requester_type.map(RequesterType::as_str))
            .bind(
                $filter
                    .request_kind
                    .map(|kind| kind.map_or(UNKNOWN, RequestKind::as_str)),
            )
            .bind(!$filter.supervised)
            .bind($filter.timeliness.map(Timeliness::as_str))
            .bind($filter.due_from.map_or(i64::MIN, Timestamp::millis))
            .bind($filter.level.map(Level::as_str))
            .bind(!$filter.reworked)
            .bind(
                $filter
                    .uncalled
                    .then_some(TicketState::TO_BE_CALLED.as_str()),
            )
            .bind(!$filter.open)
            .bind($filter.profile.as_deref())
            .bind($filter.profile_version.is_none())
            .bind($filter.profile_version.unwrap_or_default())
    };
}

// Behind the texts that it is made of.
mod counts;

// A question is planned anew each time (`persistent`): what is right for a word that everything holds is a hundred times
// too slow for one that nothing holds.
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
        let (rows, _) = self
            .read_page(tenant, filter, order, after, limit, false)
            .await?;
        Ok(rows)
    }

    /// The same with how many tickets the whole list holds.
    pub async fn list_tickets_counted(
        &mut self,
        tenant: Id,
        filter: &TicketFilter,
        order: TicketOrder,
        after: Option<TicketPlace>,
        limit: u32,
    ) -> Result<(Vec<TicketRow>, i64), Error> {
        if filter.viewer.is_some() && after.is_none() && limit > 0 {
            return self
                .read_page(tenant, filter, order, after, limit, false)
                .await;
        }
        let (total, many) = self.count_rows(tenant, filter).await?;
        let (rows, _) = self
            .read_page(tenant, filter, order, after, limit, many)
            .await?;
        Ok((rows, total))
    }

    /// With how many there are behind the place, if the list is a person's.
    async fn read_page(
        &mut self,
        tenant: Id,
        filter: &TicketFilter,
        order: TicketOrder,
        after: Option<TicketPlace>,
        limit: u32,
        many: bool,
    ) -> Result<(Vec<TicketRow>, i64), Error> {
        let after = after.unwrap_or(order.start());
        let texts = match (order, filter.viewer) {
            (TicketOrder::Due, None) => OFFICE_BY_DUE,
            (TicketOrder::Due, Some(_)) => SCOPED_BY_DUE,
            (TicketOrder::Newest, None) => OFFICE_BY_NEWEST,
            (TicketOrder::Newest, Some(_)) => SCOPED_BY_NEWEST,
        };
        let (sql, question) = texts.choose(self, tenant, filter.query.as_deref());
        let sql = match order {
            TicketOrder::Due if many => WALKED_BY_DUE,
            TicketOrder::Newest if many => WALKED_BY_NEWEST,
            TicketOrder::Due | TicketOrder::Newest => sql,
        };
        let found: Vec<Counted> = on_backend!(self, |tx| {
            filtered!(sqlx::query_as(sql), tenant, filter, &question)
                .bind(after.key)
                .bind(uuid(after.ticket))
                .bind(i64::from(limit))
                .persistent(question.is_none())
                .fetch_all(&mut **tx)
                .await
        })?;
        let total = found.first().map_or(0, |counted| counted.total);
        let rows = found.into_iter();
        let rows = rows.map(|counted| counted.found.ticket().map(|ticket| ticket.row));
        Ok((rows.collect::<Result<_, Error>>()?, total))
    }

    /// How many tickets the whole list holds.
    pub async fn count_tickets(&mut self, tenant: Id, filter: &TicketFilter) -> Result<i64, Error> {
        let (total, _) = self.count_rows(tenant, filter).await?;
        Ok(total)
    }

    /// The same, and whether the office's question has so many hits that a walk fills a page sooner.
    async fn count_rows(
        &mut self,
        tenant: Id,
        filter: &TicketFilter,
    ) -> Result<(i64, bool), Error> {
        let texts = if filter.viewer.is_none() {
            OFFICE_COUNT
        } else {
            SCOPED_COUNT
        };
        let (mut sql, question) = texts.choose(self, tenant, filter.query.as_deref());
        let mut many = false;
        if let Some(question) = question.as_deref().filter(|_| filter.viewer.is_none()) {
            let on_postgres = matches!(self, Self::Postgres(_));
            if filter.is_bare() || on_postgres {
                let hits = self.count_hits(tenant, question).await?;
                many = on_postgres && hits >= MANY_HITS;
                if filter.is_bare() {
                    return Ok((hits, many));
                }
            }
            if many {
                sql = WALKED_COUNT;
            }
        }
        let total = on_backend!(self, |tx| {
            filtered!(sqlx::query_scalar(sql), tenant, filter, &question)
                .persistent(question.is_none())
                .fetch_one(&mut **tx)
                .await
        })?;
        Ok((total, many))
    }

    async fn count_hits(&mut self, tenant: Id, question: &str) -> Result<i64, Error> {
        Ok(match self {
            Self::Sqlite(tx) => {
                sqlx::query_scalar(HITS_SQLITE)
                    .bind(question)
                    .fetch_one(&mut **tx)
                    .await?
            }
            Self::Postgres(tx) => {
                sqlx::query_scalar(HITS_POSTGRES)
                    .bind(uuid(tenant))
                    .bind(question)
                    .persistent(false)
                    .fetch_one(&mut **tx)
                    .await?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sync_core::lifecycle::{TenStep, TicketAction};

    #[test]
    fn the_order_by_deadline_knows_the_words_of_tickets_that_are_over() {
        assert!(due!().contains(&format!("('{}')", OVER.join("', '"))));
    }

    #[test]
    fn who_waits_for_a_call_is_told_by_the_words_of_events() {
        for action in [
            TicketAction::Callback,
            TicketAction::WaiveStep,
            TicketAction::Rework,
        ] {
            assert!(matching!().contains(&format!("'{}'", action.as_str())));
        }
        let step = serde_json::to_string(&TenStep::Callback).unwrap();
        assert!(matching!().contains(&step));
    }
}
