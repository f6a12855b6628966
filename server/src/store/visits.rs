//! What the office's lists show of visits: derived from the log, may be rebuilt at any time. State and
//! decisions are the office's own and are not derived.

use sqlx::types::Json;
use sync_core::kinds::visit::{PhotoLink, Summary};
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// Where a visit stands with the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitState {
    /// Its ticket.
    pub ticket: Id,
    /// `draft`, `submitted`, `approved`, `returned` or `rejected`.
    pub state: String,
    /// When it was submitted, by the phone's clock.
    pub submitted_at: Option<Timestamp>,
    /// Something came in after the decision.
    pub late: bool,
    /// Sequence number of the last decision or change of state.
    pub decided_seq: i64,
}

impl Tx {
    /// Where a visit stands; `None` before its first admission.
    pub async fn find_visit_state(&mut self, doc: Id) -> Result<Option<VisitState>, Error> {
        type Row = (Uuid, String, Option<i64>, bool, Option<i64>);
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT ticket, state, submitted_at, late, decided_seq FROM visit WHERE doc = $1"
        )
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(
            |(ticket, state, submitted_at, late, decided_seq)| VisitState {
                ticket: id(ticket),
                state,
                submitted_at: submitted_at.map(Timestamp::from_millis),
                late,
                decided_seq: decided_seq.unwrap_or(0),
            },
        ))
    }

    /// The people who took part in a visit as last written; empty before its first admission.
    pub async fn list_visit_people(&mut self, doc: Id) -> Result<Vec<Id>, Error> {
        let people: Option<Json<Vec<String>>> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT people FROM visit WHERE doc = $1"
        )
        .bind(uuid(doc))
        .fetch_optional(&mut **tx)
        .await)?;
        let people = people.map(|Json(people)| people).unwrap_or_default();
        Ok(people.iter().filter_map(|text| Id::parse(text)).collect())
    }

    /// Writes a visit's row after an admission.
    pub async fn put_visit(
        &mut self,
        tenant: Id,
        doc: Id,
        visit: &VisitState,
        summary: &Summary,
        seq: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        let people: Vec<String> = summary.people.iter().map(ToString::to_string).collect();
        let photos = summary.photos.iter().filter(|photo| !photo.removed).count();
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO visit (doc, tenant, ticket, state, place, outcome, people, arrived_at, submitted_at,
               received_at, disagreements, photos, late, decided_seq, changed_at, changed_seq)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $10, $15)
             ON CONFLICT (doc) DO UPDATE SET state = excluded.state, place = excluded.place,
               outcome = excluded.outcome, people = excluded.people, arrived_at = excluded.arrived_at,
               submitted_at = excluded.submitted_at, received_at = excluded.received_at,
               disagreements = excluded.disagreements, photos = excluded.photos, late = excluded.late,
               decided_seq = excluded.decided_seq, changed_at = excluded.changed_at,
               changed_seq = excluded.changed_seq"
        )
        .bind(uuid(doc))
        .bind(uuid(tenant))
        .bind(uuid(visit.ticket))
        .bind(visit.state.as_str())
        .bind(summary.place.as_str())
        .bind(summary.outcome.as_str())
        .bind(Json(people))
        .bind(summary.arrived_at.map(Timestamp::millis))
        .bind(visit.submitted_at.map(Timestamp::millis))
        .bind(now.millis())
        .bind(i64::try_from(summary.disagreements.len()).unwrap_or(i64::MAX))
        .bind(i64::try_from(photos).unwrap_or(i64::MAX))
        .bind(visit.late)
        .bind(visit.decided_seq)
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Links a visit to a ticket at `seq`; linking again changes nothing.
    pub async fn link_visit(
        &mut self,
        tenant: Id,
        ticket: Id,
        doc: Id,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO visit_ticket (tenant, ticket, doc, linked_seq) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant, ticket, doc) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(uuid(doc))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The tickets that a visit is linked to.
    pub async fn list_visit_tickets(&mut self, doc: Id, tenant: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT ticket FROM visit_ticket WHERE tenant = $1 AND doc = $2 ORDER BY ticket"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// Notes a photo that a visit points at.
    pub async fn put_visit_photo(
        &mut self,
        tenant: Id,
        doc: Id,
        photo: &PhotoLink,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO visit_photo (tenant, doc, photo, sha256, removed) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (doc, photo) DO UPDATE SET sha256 = excluded.sha256, removed = excluded.removed"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(uuid(photo.id))
        .bind(photo.sha256.bytes().as_slice())
        .bind(photo.removed)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Opens a disagreement, or opens it again when people disagree anew after it was settled.
    pub async fn open_disagreement(
        &mut self,
        tenant: Id,
        doc: Id,
        path: &str,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO disagreement (tenant, doc, path, choices, detected_seq) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (doc, path) DO UPDATE SET detected_seq = excluded.detected_seq, settled_seq = NULL,
               settled_by = NULL, settled_at = NULL, reason = NULL
             WHERE disagreement.settled_seq IS NOT NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(path)
        .bind(Json(Vec::<String>::new()))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// The paths of a visit in which people disagree, as last seen.
    pub async fn list_open_disagreements(&mut self, doc: Id) -> Result<Vec<String>, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT path FROM disagreement WHERE doc = $1 AND settled_seq IS NULL ORDER BY path"
        )
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?)
    }

    /// Closes a disagreement that a later change has settled.
    pub async fn settle_disagreement(
        &mut self,
        doc: Id,
        path: &str,
        seq: i64,
        person: Id,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE disagreement SET settled_seq = $3, settled_by = $4, settled_at = $5
             WHERE doc = $1 AND path = $2 AND settled_seq IS NULL"
        )
        .bind(uuid(doc))
        .bind(path)
        .bind(seq)
        .bind(uuid(person))
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Makes the ticket's watchers fetch what changed in its visits, without the ticket itself.
    pub async fn touch_scopes(&mut self, tenant: Id, ticket: Id, seq: i64) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE ticket_scope SET touched_seq = $3 WHERE tenant = $1 AND ticket = $2 AND revoked_seq IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }

    /// Moves a ticket on if it stands at one of two places; says whether it did.
    pub async fn advance_ticket(
        &mut self,
        tenant: Id,
        ticket: Id,
        from: [&str; 2],
        to: &str,
    ) -> Result<bool, Error> {
        let [first, second] = from;
        let moved = on_backend!(self, |tx| sqlx::query(
            "UPDATE ticket SET status = $5 WHERE tenant = $1 AND id = $2 AND status IN ($3, $4)"
        )
        .bind(uuid(tenant))
        .bind(uuid(ticket))
        .bind(first)
        .bind(second)
        .bind(to)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(moved > 0)
    }

    /// Keeps why a disagreement was settled as it was.
    pub async fn note_settlement(
        &mut self,
        doc: Id,
        path: &str,
        reason: &str,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE disagreement SET reason = $3 WHERE doc = $1 AND path = $2"
        )
        .bind(uuid(doc))
        .bind(path)
        .bind(reason)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
