//! How many tickets of a list there are, by one of their columns.

use std::collections::BTreeMap;

use sync_core::deadline::Level;
use sync_core::lifecycle::TicketState;
use sync_core::{Id, Timestamp};

use super::OVER;
use crate::db::{on_backend, uuid};
use crate::search::{Texts, is_hit, reads_like, texts};
use crate::tickets::filter::{TicketColumn, TicketFilter, Timeliness, UNKNOWN};
use crate::tickets::{RequestKind, RequesterType};
use crate::{Error, Tx};

/// Tickets by one of their columns.
macro_rules! grouped {
    ($hits:ident, $seen:ident, $column:literal) => {
        concat!(
            "SELECT COALESCE(",
            $column,
            ", 'unknown') AS word, COUNT(*) FROM ",
            $seen!($hits),
            matching!(),
            "GROUP BY 1"
        )
    };
}

/// One statement for each [`TicketColumn`], for the office and for somebody.
const BY_COLUMN: [(TicketColumn, Texts, Texts); 5] = [
    (
        TicketColumn::Level,
        texts!(grouped, office, "t.level"),
        texts!(grouped, scoped, "t.level"),
    ),
    (
        TicketColumn::RequestKind,
        texts!(grouped, office, "t.request_kind"),
        texts!(grouped, scoped, "t.request_kind"),
    ),
    (
        TicketColumn::RequesterType,
        texts!(grouped, office, "t.requester_type"),
        texts!(grouped, scoped, "t.requester_type"),
    ),
    (
        TicketColumn::Status,
        texts!(grouped, office, "t.status"),
        texts!(grouped, scoped, "t.status"),
    ),
    (
        TicketColumn::Timeliness,
        texts!(
            grouped,
            office,
            "CASE WHEN t.in_time THEN 'in_time' WHEN NOT t.in_time THEN 'late' END"
        ),
        texts!(
            grouped,
            scoped,
            "CASE WHEN t.in_time THEN 'in_time' WHEN NOT t.in_time THEN 'late' END"
        ),
    ),
];

impl Tx {
    /// How many tickets of the list have each value of a column; `unknown` where there is none.
    pub async fn count_tickets_by(
        &mut self,
        tenant: Id,
        filter: &TicketFilter,
        column: TicketColumn,
    ) -> Result<BTreeMap<String, i64>, Error> {
        let known = BY_COLUMN.iter().find(|(known, ..)| *known == column);
        let Some((_, office, scoped)) = known else {
            return Ok(BTreeMap::new());
        };
        let texts = if filter.viewer.is_none() {
            office
        } else {
            scoped
        };
        let (sql, question) = texts.choose(self, tenant, filter.query.as_deref());
        let rows: Vec<(String, i64)> = on_backend!(self, |tx| {
            filtered!(sqlx::query_as(sql), tenant, filter, &question)
                .persistent(question.is_none())
                .fetch_all(&mut **tx)
                .await
        })?;
        Ok(rows.into_iter().collect())
    }
}
