//! What the office's lists show of visits: derived from the log, may be rebuilt at any time. State and
//! decisions are the office's own and are not derived.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::kinds::visit::filled_of;
use sync_core::lifecycle::ReviewState;
use sync_core::summary::Summary;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::search::VISITS;
use super::words::read;
use super::{Error, Tx};

/// Where a visit stands with the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitState {
    /// Its ticket.
    pub ticket: Id,
    /// Where.
    pub state: ReviewState,
    /// When it was submitted, by the phone's clock.
    pub submitted_at: Option<Timestamp>,
    /// Something came in after the decision.
    pub late: bool,
    /// Sequence number of the last decision or change of state.
    pub decided_seq: i64,
    /// How often the office has decided.
    pub decisions: i64,
}

/// What the lists know of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRow {
    /// Where it stands.
    pub state: VisitState,
    /// The people who took part, as last written.
    pub people: Vec<Id>,
    /// What search finds it by.
    pub words: String,
}

/// A visit's row after an admission.
#[derive(Clone, Copy, Debug)]
pub struct NewVisit<'a> {
    /// The document.
    pub doc: Id,
    /// Where it stands now.
    pub state: &'a VisitState,
    /// Its facts.
    pub summary: &'a Summary,
    /// What search finds it by, numbers of people masked.
    pub words: &'a str,
    /// What search found it by until now; empty before its first admission.
    pub words_before: &'a str,
    /// Sequence number of the admission.
    pub seq: i64,
}

/// Each visit with what search finds it by.
fn found_by<'a>(rows: &[&NewVisit<'a>]) -> Vec<(Id, [&'a str; 1])> {
    rows.iter().map(|row| (row.doc, [row.words])).collect()
}

/// The form that a visit names; empty if it names none that can be.
fn form_of(summary: &Summary) -> String {
    let form = filled_of(summary).form();
    form.map(|name| name.to_string()).unwrap_or_default()
}

impl Tx {
    /// Where a visit stands; `None` before its first admission.
    pub async fn find_visit_state(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Option<VisitState>, Error> {
        Ok(self
            .find_visits(tenant, &[doc])
            .await?
            .remove(&doc)
            .map(|visit| visit.state))
    }

    /// What was last derived of the visits; nothing before their first admission.
    pub async fn find_visits(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, VisitRow>, Error> {
        type Row = (
            Uuid,
            Uuid,
            String,
            Option<i64>,
            bool,
            Option<i64>,
            i64,
            Json<Vec<String>>,
            String,
        );
        let mut found = HashMap::with_capacity(docs.len());
        for docs in pieces(docs) {
            let rows: Vec<Row> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, ticket, state, submitted_at, late, decided_seq,
                            (SELECT COUNT(*) FROM review r WHERE r.tenant = visit.tenant AND r.doc = visit.doc
                               AND r.seq <= visit.changed_seq),
                            people, COALESCE((SELECT words FROM visit_words w
                              WHERE w.tenant = visit.tenant AND w.doc = visit.doc), '')
                     FROM visit WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (
                doc,
                ticket,
                state,
                submitted_at,
                late,
                decided_seq,
                decisions,
                Json(people),
                words,
            ) in rows
            {
                let state = VisitState {
                    ticket: id(ticket),
                    state: read(ReviewState::parse(&state), "visit", "state")?,
                    submitted_at: submitted_at.map(Timestamp::from_millis),
                    late,
                    decided_seq: decided_seq.unwrap_or(0),
                    decisions,
                };
                let people = people.iter().filter_map(|text| Id::parse(text)).collect();
                found.insert(
                    id(doc),
                    VisitRow {
                        state,
                        people,
                        words,
                    },
                );
            }
        }
        Ok(found)
    }

    /// Writes visits' rows after an admission, each once.
    pub async fn put_visits(
        &mut self,
        tenant: Id,
        rows: &[NewVisit<'_>],
        now: Timestamp,
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO visit (doc, tenant, ticket, state, place, outcome, people, arrived_at,
                       submitted_at, received_at, disagreements, photos, late, decided_seq, changed_at,
                       changed_seq, form) ",
                );
                query.push_values(rows, |mut values, row| {
                    let NewVisit { state, summary, .. } = row;
                    let people: Vec<String> =
                        summary.people.iter().map(ToString::to_string).collect();
                    let photos = summary.photos.iter().filter(|photo| !photo.removed).count();
                    values
                        .push_bind(uuid(row.doc))
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(state.ticket))
                        .push_bind(state.state.as_str())
                        .push_bind(summary.place.as_str())
                        .push_bind(summary.outcome.as_str())
                        .push_bind(Json(people))
                        .push_bind(summary.arrived_at.map(Timestamp::millis))
                        .push_bind(state.submitted_at.map(Timestamp::millis))
                        .push_bind(now.millis())
                        .push_bind(i64::try_from(summary.disagreements.len()).unwrap_or(i64::MAX))
                        .push_bind(i64::try_from(photos).unwrap_or(i64::MAX))
                        .push_bind(state.late)
                        .push_bind(state.decided_seq)
                        .push_bind(now.millis())
                        .push_bind(row.seq)
                        .push_bind(form_of(summary));
                });
                query.push(
                    " ON CONFLICT (tenant, doc) DO UPDATE SET state = excluded.state, place = excluded.place,
                       outcome = excluded.outcome, people = excluded.people, arrived_at = excluded.arrived_at,
                       submitted_at = excluded.submitted_at, received_at = excluded.received_at,
                       disagreements = excluded.disagreements, photos = excluded.photos, late = excluded.late,
                       decided_seq = excluded.decided_seq, changed_at = excluded.changed_at,
                       changed_seq = excluded.changed_seq, form = excluded.form",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        self.put_words(tenant, rows).await
    }

    /// Writes what search finds visits by, where that is something else now.
    async fn put_words(&mut self, tenant: Id, rows: &[NewVisit<'_>]) -> Result<(), Error> {
        let changed = rows.iter().filter(|row| row.words != row.words_before);
        let changed: Vec<&NewVisit<'_>> = changed.collect();
        for rows in pieces(&changed) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("INSERT INTO visit_words (tenant, doc, words) ");
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(row.doc))
                        .push_bind(row.words);
                });
                query.push(" ON CONFLICT (tenant, doc) DO UPDATE SET words = excluded.words");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        let (first, again): (Vec<_>, Vec<_>) = changed
            .into_iter()
            .partition(|row| row.words_before.is_empty());
        self.insert_texts(VISITS, tenant, &found_by(&first)).await?;
        self.replace_texts(VISITS, tenant, &found_by(&again)).await
    }

    /// Everybody whom the visits that began under a ticket name.
    pub async fn list_visitors(&mut self, tenant: Id, ticket: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Json<Vec<String>>> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT v.people FROM document_ticket vt CROSS JOIN visit v
             WHERE vt.tenant = $1 AND vt.ticket = $2 AND v.tenant = vt.tenant AND v.doc = vt.doc
               AND v.ticket = vt.ticket"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await)?;
        let people = rows.iter().flat_map(|Json(people)| people);
        Ok(people.filter_map(|text| Id::parse(text)).collect())
    }

    /// How many visits of a ticket wait for the office; the record of a find, which the ticket was made of, is no work on it.
    pub async fn count_submitted_visits(&mut self, tenant: Id, ticket: Id) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT COUNT(*) FROM document_ticket vt CROSS JOIN visit v
             WHERE vt.tenant = $1 AND vt.ticket = $2 AND v.tenant = vt.tenant AND v.doc = vt.doc
               AND v.state = $3 AND v.doc <> vt.ticket"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(ReviewState::WAITING.as_str())
        .fetch_one(&mut **tx)
        .await)?)
    }
}
