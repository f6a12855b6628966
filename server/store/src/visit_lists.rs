//! The office's queue of visits.

use super::words::read;
use sqlx::types::Json;
use std::collections::BTreeMap;
use sync_core::lifecycle::ReviewState;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::search::{Texts, is_hit, texts};
use super::{Error, Tx};

/// Which visits to list.
#[derive(Clone, Debug, Default)]
pub struct VisitFilter {
    /// Whose eyes: only visits to tickets that this person sees; `None` for the whole office.
    pub viewer: Option<Id>,
    /// One state.
    pub state: Option<String>,
    /// Words in place, notes and other texts of the visit, or in the text of its ticket.
    pub query: Option<String>,
    /// A community or grid.
    pub unit: Option<Id>,
    /// Visits to this ticket.
    pub ticket: Option<Id>,
    /// Only those in which people disagree.
    pub disputed: bool,
}

/// A visit in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitLine {
    /// The document.
    pub doc: Id,
    /// Its ticket.
    pub ticket: Id,
    /// The ticket's number, empty if local.
    pub upstream_no: String,
    /// The ticket's title.
    pub title: String,
    /// When the ticket is due.
    pub due_at: Option<Timestamp>,
    /// State with the office.
    pub state: String,
    /// Address in one line.
    pub place: String,
    /// Code of the outcome.
    pub outcome: String,
    /// People who take part.
    pub people: Vec<String>,
    /// First check-in.
    pub arrived_at: Option<Timestamp>,
    /// Submitted, by the phone's clock.
    pub submitted_at: Option<Timestamp>,
    /// Last admission.
    pub received_at: Timestamp,
    /// Open disagreements.
    pub disagreements: i64,
    /// Photos that it points at.
    pub photos: i64,
    /// Of these, photos that the hub does not have yet.
    pub photos_pending: i64,
    /// Something came in after the decision.
    pub late: bool,
}

/// How many visits stand where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitCounts {
    /// By state; none where none stands.
    pub by_state: BTreeMap<ReviewState, i64>,
    /// Have open disagreements.
    pub disputed: i64,
}

/// What $3 asks, in what a visit is found by or in the text of its ticket. Two texts: full-text search is each database's own, and
/// PostgreSQL is told to find all hits once, before it looks at the visits, and by one process.
macro_rules! hits_sqlite {
    () => {
        "v.doc IN (SELECT s.doc FROM visit_search s WHERE s.visit_search MATCH $3 AND s.tenant = $1)
          OR +t.rowno IN (SELECT s.rowid FROM ticket_search s WHERE s.ticket_search MATCH $3)"
    };
}
macro_rules! hits_postgres {
    () => {
        concat!(
            "v.doc IN (WITH found AS MATERIALIZED (SELECT s.doc FROM visit_search s WHERE s.tenant = $1 AND ",
            is_hit!("$3"),
            ") SELECT doc FROM found)
             OR v.ticket IN (WITH found AS MATERIALIZED (SELECT s.ticket FROM ticket_search s WHERE s.tenant = $1 AND ",
            is_hit!("$3"),
            ") SELECT ticket FROM found)"
        )
    };
}
macro_rules! no_question {
    () => {
        "CAST($3 AS TEXT) IS NULL"
    };
}

/// Visits to tickets that the person of the second word sees, or all if the first is true. SQLite takes the tables of a
/// CROSS JOIN in the order of the text: from the person's few principals to their tickets, once for all visits.
macro_rules! seen {
    ($everyone:literal, $person:literal) => {
        concat!(
            " AND (",
            $everyone,
            " OR v.ticket IN (SELECT s.ticket FROM person_principal pp CROSS JOIN ticket_scope s
                WHERE pp.tenant = $1 AND pp.person = ",
            $person,
            " AND pp.revoked_seq IS NULL
                  AND s.tenant = pp.tenant AND s.principal = pp.principal AND s.revoked_seq IS NULL))"
        )
    };
}

macro_rules! filtered {
    ($hits:ident) => {
        concat!(
            " FROM visit v JOIN ticket t ON t.tenant = v.tenant AND t.id = v.ticket
              WHERE v.tenant = $1
                AND (v.state = $2 OR (CAST($2 AS TEXT) IS NULL AND (NOT $6 OR v.state <> $11)))
                AND (",
            $hits!(),
            ")
                AND ($4 OR t.community = $5 OR t.grid = $5)
                AND ($6 OR v.doc IN (SELECT doc FROM document_ticket WHERE tenant = $1 AND ticket = $7))
                AND (NOT $8 OR v.disagreements > 0)",
            seen!("$9", "$10")
        )
    };
}

macro_rules! order {
    () => {
        " ORDER BY CASE WHEN v.disagreements > 0 THEN 0 ELSE 1 END,
           CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, v.changed_at DESC, v.doc"
    };
}

/// The visits are picked first and only then read.
macro_rules! page {
    ($hits:ident) => {
        concat!(
            "SELECT v.doc, v.ticket, t.due_at, COALESCE(t.upstream_no, ''), t.title, v.state, v.place, v.outcome,
               v.people, v.arrived_at, v.submitted_at, v.received_at, v.disagreements, v.photos,
               v.late, picked.total
             FROM (SELECT v.doc, v.ticket, COUNT(*) OVER () AS total",
            filtered!($hits),
            order!(),
            " LIMIT $12 OFFSET $13) picked CROSS JOIN visit v CROSS JOIN ticket t
             WHERE v.tenant = $1 AND v.doc = picked.doc AND t.tenant = $1 AND t.id = picked.ticket",
            order!()
        )
    };
}

macro_rules! count {
    ($hits:ident) => {
        concat!("SELECT COUNT(*)", filtered!($hits))
    };
}

const PAGE: Texts = texts!(page);
const COUNT: Texts = texts!(count);

impl Tx {
    /// Visits in the order in which the office should look: disagreements first, then what is due first. With how many
    /// a filter finds.
    pub async fn list_visits(
        &mut self,
        tenant: Id,
        filter: &VisitFilter,
        offset: i64,
        limit: i64,
    ) -> Result<(Vec<VisitLine>, i64), Error> {
        type Row = (
            (Uuid, Uuid, Option<i64>),
            (String, String, String, String, String, Json<Vec<String>>),
            (Option<i64>, Option<i64>, i64, i64, i64, bool),
        );
        type Flat = (
            Uuid,
            Uuid,
            Option<i64>,
            String,
            String,
            String,
            String,
            String,
            Json<Vec<String>>,
            Option<i64>,
            Option<i64>,
            i64,
            i64,
            i64,
            bool,
            i64,
        );
        let (sql, question) = PAGE.choose(self, tenant, filter.query.as_deref());
        let rows: Vec<Flat> = on_backend!(self, |tx| sqlx::query_as(sql)
            .bind(uuid(tenant))
            .bind(filter.state.as_deref())
            .bind(&question)
            .bind(filter.unit.is_none())
            .bind(filter.unit.map(uuid))
            .bind(filter.ticket.is_none())
            .bind(filter.ticket.map(uuid))
            .bind(filter.disputed)
            .bind(filter.viewer.is_none())
            .bind(uuid(filter.viewer.unwrap_or(tenant)))
            .bind(ReviewState::LEFT_OUT.as_str())
            .bind(limit)
            .bind(offset)
            .persistent(question.is_none())
            .fetch_all(&mut **tx)
            .await)?;
        // Behind the last row nobody counted.
        let total = match rows.first() {
            Some(row) => row.15,
            None => self.count_visits(tenant, filter).await?,
        };
        let docs: Vec<Id> = rows.iter().map(|row| id(row.0)).collect();
        let pending = self.count_pending_photos(tenant, &docs).await?;
        let nested = |(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, _): Flat| -> Row {
            ((a, b, c), (d, e, f, g, h, i), (j, k, l, m, n, o))
        };
        let line = |(
            (doc, ticket, due_at),
            (upstream_no, title, state, place, outcome, Json(people)),
            rest,
        ): Row| {
            let (arrived_at, submitted_at, received_at, disagreements, photos, late) = rest;
            VisitLine {
                doc: id(doc),
                ticket: id(ticket),
                upstream_no,
                title,
                due_at: due_at.map(Timestamp::from_millis),
                state,
                place,
                outcome,
                people,
                arrived_at: arrived_at.map(Timestamp::from_millis),
                submitted_at: submitted_at.map(Timestamp::from_millis),
                received_at: Timestamp::from_millis(received_at),
                disagreements,
                photos,
                photos_pending: pending.get(&id(doc)).copied().unwrap_or(0),
                late,
            }
        };
        Ok((rows.into_iter().map(nested).map(line).collect(), total))
    }

    async fn count_visits(&mut self, tenant: Id, filter: &VisitFilter) -> Result<i64, Error> {
        let (sql, question) = COUNT.choose(self, tenant, filter.query.as_deref());
        Ok(on_backend!(self, |tx| sqlx::query_scalar(sql)
            .bind(uuid(tenant))
            .bind(filter.state.as_deref())
            .bind(&question)
            .bind(filter.unit.is_none())
            .bind(filter.unit.map(uuid))
            .bind(filter.ticket.is_none())
            .bind(filter.ticket.map(uuid))
            .bind(filter.disputed)
            .bind(filter.viewer.is_none())
            .bind(uuid(filter.viewer.unwrap_or(tenant)))
            .bind(ReviewState::LEFT_OUT.as_str())
            .persistent(question.is_none())
            .fetch_one(&mut **tx)
            .await)?)
    }

    /// How many visits a viewer finds in each state; `None` for the whole office.
    pub async fn count_visit_states(
        &mut self,
        tenant: Id,
        viewer: Option<Id>,
    ) -> Result<VisitCounts, Error> {
        let rows: Vec<(String, i64, i64)> = on_backend!(self, |tx| {
            sqlx::query_as(concat!(
                "SELECT v.state, COUNT(*), COUNT(CASE WHEN v.disagreements > 0 THEN 1 END) FROM visit v
                 WHERE v.tenant = $1",
                seen!("$2", "$3"),
                " GROUP BY v.state"
            ))
        .bind(uuid(tenant))
        .bind(viewer.is_none())
        .bind(uuid(viewer.unwrap_or(tenant)))
        .fetch_all(&mut **tx)
        .await
        })?;
        let mut counts = VisitCounts::default();
        for (state, number, disputed) in rows {
            counts.disputed += disputed;
            let state = read(ReviewState::parse(&state), "visit", "state")?;
            counts.by_state.insert(state, number);
        }
        Ok(counts)
    }
}
