//! What the office's lists show of mediations: derived from the log, may be rebuilt at any time. What only time brings is
//! not stored: a date that has come is compared when somebody asks.

use std::collections::{BTreeMap, HashMap};

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::kinds::mediation::Facts;
use sync_core::lifecycle::MediationState;
use sync_core::summary::Summary;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::words::read;
use super::{Error, Tx};

/// What was last derived of a mediation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediationRow {
    /// Where it stands, without what only time brings.
    pub standing: MediationState,
    /// Those who mediate, as last written.
    pub people: Vec<Id>,
    /// What the core has read out of it.
    pub facts: Facts,
}

/// A mediation's row after an admission.
#[derive(Clone, Copy, Debug)]
pub struct NewMediation<'a> {
    /// The document.
    pub doc: Id,
    /// The ticket under which it began.
    pub ticket: Id,
    /// Its facts.
    pub summary: &'a Summary,
    /// The facts of its kind.
    pub facts: &'a Facts,
    /// Sequence number of the admission.
    pub seq: i64,
}

/// Which mediations to list.
#[derive(Clone, Debug, Default)]
pub struct MediationFilter {
    /// Whose eyes: only those under tickets that this person sees; `None` for the whole office.
    pub viewer: Option<Id>,
    /// One state, what time brings included.
    pub standing: Option<MediationState>,
    /// Mediations under this ticket.
    pub ticket: Option<Id>,
    /// Only those with a high risk.
    pub high_risk: bool,
}

/// A mediation in the office's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediationLine {
    /// The document.
    pub doc: Id,
    /// Its ticket.
    pub ticket: Id,
    /// The ticket's number, empty if local.
    pub upstream_no: String,
    /// The ticket's title.
    pub title: String,
    /// Where it stands now.
    pub standing: MediationState,
    /// Where it is held.
    pub place: String,
    /// Those who mediate.
    pub people: Vec<String>,
    /// When the first session began.
    pub began_at: Option<Timestamp>,
    /// When the version that holds took effect.
    pub effective_at: Option<Timestamp>,
    /// The earliest check that is not done.
    pub next_at: Option<Timestamp>,
    /// What the core has read out of it.
    pub facts: Facts,
    /// Open disagreements.
    pub disagreements: i64,
    /// Last admission.
    pub changed_at: Timestamp,
}

type Line = (
    Uuid,
    Uuid,
    String,
    String,
    String,
    String,
    Json<Vec<String>>,
    Json<Facts>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
    i64,
);

/// Where a mediation stands at $6: what has taken effect is due once its next date has come.
macro_rules! now_standing {
    () => {
        "CASE WHEN m.standing IN ($11, $12) AND m.next_at <= $6 THEN $13 ELSE m.standing END"
    };
}

/// Mediations under tickets that the person of the second word sees, or all if the first is true. SQLite takes the tables
/// of a CROSS JOIN in the order of the text: from the person's few principals to their tickets.
macro_rules! seen {
    ($everyone:literal, $person:literal) => {
        concat!(
            " AND (",
            $everyone,
            " OR m.ticket IN (SELECT s.ticket FROM person_principal pp CROSS JOIN ticket_scope s
                WHERE pp.tenant = $1 AND pp.person = ",
            $person,
            " AND pp.revoked_seq IS NULL
                  AND s.tenant = pp.tenant AND s.principal = pp.principal AND s.revoked_seq IS NULL))"
        )
    };
}

impl Tx {
    /// What was last derived of the mediations; nothing before their first admission.
    pub async fn find_mediations(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, MediationRow>, Error> {
        type Row = (Uuid, String, Json<Vec<String>>, Json<Facts>);
        let mut found = HashMap::with_capacity(docs.len());
        for docs in pieces(docs) {
            let rows: Vec<Row> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, standing, people, facts FROM mediation WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (doc, standing, Json(people), Json(facts)) in rows {
                let row = MediationRow {
                    standing: read(MediationState::parse(&standing), "mediation", "standing")?,
                    people: people.iter().filter_map(|text| Id::parse(text)).collect(),
                    facts,
                };
                found.insert(id(doc), row);
            }
        }
        Ok(found)
    }

    /// Writes mediations' rows after an admission, each once.
    pub async fn put_mediations(
        &mut self,
        tenant: Id,
        rows: &[NewMediation<'_>],
        now: Timestamp,
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO mediation (doc, tenant, ticket, standing, risk, place, people, facts, began_at, effective_at,
                       next_at, disagreements, photos, changed_at, changed_seq) ",
                );
                query.push_values(rows, |mut values, row| {
                    let NewMediation { summary, facts, .. } = row;
                    let people: Vec<String> =
                        summary.people.iter().map(ToString::to_string).collect();
                    let photos = summary.photos.iter().filter(|photo| !photo.removed).count();
                    values
                        .push_bind(uuid(row.doc))
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(row.ticket))
                        .push_bind(facts.standing.as_str())
                        .push_bind(facts.risk.as_str())
                        .push_bind(summary.place.as_str())
                        .push_bind(Json(people))
                        .push_bind(Json(*facts))
                        .push_bind(summary.arrived_at.map(Timestamp::millis))
                        .push_bind(facts.effective_at.map(Timestamp::millis))
                        .push_bind(facts.next_at.map(Timestamp::millis))
                        .push_bind(i64::try_from(summary.disagreements.len()).unwrap_or(i64::MAX))
                        .push_bind(i64::try_from(photos).unwrap_or(i64::MAX))
                        .push_bind(now.millis())
                        .push_bind(row.seq);
                });
                query.push(
                    " ON CONFLICT (tenant, doc) DO UPDATE SET standing = excluded.standing, risk = excluded.risk,
                       place = excluded.place, people = excluded.people, facts = excluded.facts,
                       began_at = excluded.began_at, effective_at = excluded.effective_at,
                       next_at = excluded.next_at, disagreements = excluded.disagreements,
                       photos = excluded.photos, changed_at = excluded.changed_at,
                       changed_seq = excluded.changed_seq",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Everybody whom the mediations that began under a ticket name.
    pub async fn list_mediators(&mut self, tenant: Id, ticket: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Json<Vec<String>>> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT m.people FROM document_ticket dt CROSS JOIN mediation m
             WHERE dt.tenant = $1 AND dt.ticket = $2 AND m.tenant = dt.tenant AND m.doc = dt.doc
               AND m.ticket = dt.ticket"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .fetch_all(&mut **tx)
        .await)?;
        let people = rows.iter().flat_map(|Json(people)| people);
        Ok(people.filter_map(|text| Id::parse(text)).collect())
    }

    /// A page of mediations as they stand at `now`, with how many there are: high risk first, then what is due, then
    /// what changed last.
    pub async fn list_mediations(
        &mut self,
        tenant: Id,
        filter: &MediationFilter,
        now: Timestamp,
        (offset, limit): (i64, i64),
    ) -> Result<(Vec<MediationLine>, i64), Error> {
        let rows: Vec<Line> = on_backend!(self, |tx| {
            sqlx::query_as(concat!(
            "SELECT m.doc, m.ticket, COALESCE(t.upstream_no, ''), t.title, ",
            now_standing!(),
            ", m.place, m.people, m.facts, m.began_at, m.effective_at, m.next_at, m.disagreements, m.changed_at,
               COUNT(*) OVER ()
             FROM mediation m JOIN ticket t ON t.tenant = m.tenant AND t.id = m.ticket
             WHERE m.tenant = $1
               AND (CAST($2 AS TEXT) IS NULL OR ",
            now_standing!(),
            " = $2)
               AND ($3 OR m.doc IN (SELECT doc FROM document_ticket WHERE tenant = $1 AND ticket = $4))
               AND (NOT $5 OR m.risk = 'high')",
            seen!("$7", "$8"),
            " ORDER BY CASE m.risk WHEN 'high' THEN 0 ELSE 1 END,
               CASE WHEN m.next_at IS NULL THEN 1 ELSE 0 END, m.next_at, m.changed_at DESC, m.doc
             LIMIT $9 OFFSET $10"
        ))
        .bind(uuid(tenant))
        .bind(filter.standing.map(MediationState::as_str))
        .bind(filter.ticket.is_none())
        .bind(uuid(filter.ticket.unwrap_or(tenant)))
        .bind(filter.high_risk)
        .bind(now.millis())
        .bind(filter.viewer.is_none())
        .bind(uuid(filter.viewer.unwrap_or(tenant)))
        .bind(limit)
        .bind(offset)
        .bind(MediationState::WAITS_FOR_A_DATE[0].as_str())
        .bind(MediationState::WAITS_FOR_A_DATE[1].as_str())
        .bind(MediationState::WHEN_DUE.as_str())
        .fetch_all(&mut **tx)
        .await
        })?;
        let total = rows.first().map_or(0, |row| row.13);
        let lines = rows.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok((lines, total))
    }

    /// How many of the mediations that this person sees stand where at `now`; none where none stands.
    pub async fn count_mediation_standings(
        &mut self,
        tenant: Id,
        viewer: Option<Id>,
        now: Timestamp,
    ) -> Result<BTreeMap<MediationState, i64>, Error> {
        let rows: Vec<(String, i64)> = on_backend!(self, |tx| {
            sqlx::query_as(concat!(
            "SELECT CASE WHEN m.standing IN ($4, $5) AND m.next_at <= $6 THEN $7 ELSE m.standing END, COUNT(*)
             FROM mediation m
             WHERE m.tenant = $1",
            seen!("$2", "$3"),
            " GROUP BY 1"
        ))
        .bind(uuid(tenant))
        .bind(viewer.is_none())
        .bind(uuid(viewer.unwrap_or(tenant)))
        .bind(MediationState::WAITS_FOR_A_DATE[0].as_str())
        .bind(MediationState::WAITS_FOR_A_DATE[1].as_str())
        .bind(now.millis())
        .bind(MediationState::WHEN_DUE.as_str())
        .fetch_all(&mut **tx)
        .await
        })?;
        let counted = rows.into_iter().map(|(standing, count)| {
            let standing = MediationState::parse(&standing);
            Ok((read(standing, "mediation", "standing")?, count))
        });
        counted.collect()
    }

    /// How many mediations with a high risk have not taken effect yet, of those that this person sees.
    pub async fn count_high_risk_mediations(
        &mut self,
        tenant: Id,
        viewer: Option<Id>,
    ) -> Result<i64, Error> {
        Ok(on_backend!(self, |tx| {
            sqlx::query_scalar(concat!(
            "SELECT COUNT(*) FROM mediation m
             WHERE m.tenant = $1 AND m.risk = 'high' AND m.effective_at IS NULL AND m.standing <> $4",
            seen!("$2", "$3")
        ))
        .bind(uuid(tenant))
        .bind(viewer.is_none())
        .bind(uuid(viewer.unwrap_or(tenant)))
        .bind(MediationState::GIVEN_UP.as_str())
        .fetch_one(&mut **tx)
        .await
        })?)
    }
}

fn line(row: Line) -> Result<MediationLine, Error> {
    let (
        doc,
        ticket,
        upstream_no,
        title,
        standing,
        place,
        people,
        facts,
        began_at,
        effective_at,
        next_at,
        ..,
    ) = row;
    Ok(MediationLine {
        doc: id(doc),
        ticket: id(ticket),
        upstream_no,
        title,
        standing: read(MediationState::parse(&standing), "mediation", "standing")?,
        place,
        people: people.0,
        facts: facts.0,
        began_at: began_at.map(Timestamp::from_millis),
        effective_at: effective_at.map(Timestamp::from_millis),
        next_at: next_at.map(Timestamp::from_millis),
        disagreements: row.11,
        changed_at: Timestamp::from_millis(row.12),
    })
}
