//! Decisions of the office on visits.

use sqlx::types::Json;
use sync_core::lifecycle::ReviewState;
use sync_core::protocol::Pin;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The decision.
    pub id: Id,
    /// The visit's document.
    pub doc: Id,
    /// `approve`, `return` or `reject`.
    pub decision: String,
    /// Reason code or words.
    pub reason: String,
    /// Words to the field.
    pub remark: String,
    /// Remarks pinned to a place of the record.
    pub pins: Vec<Pin>,
    /// Who decided.
    pub person: Id,
    /// When.
    pub at: Timestamp,
}

impl Tx {
    /// Keeps a decision.
    pub async fn insert_review(
        &mut self,
        tenant: Id,
        review: &Review,
        seq: i64,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO review (id, tenant, doc, seq, decision, reason, remark, pins, person, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        )
        .bind(uuid(review.id))
        .bind(uuid(tenant))
        .bind(uuid(review.doc))
        .bind(seq)
        .bind(review.decision.as_str())
        .bind(review.reason.as_str())
        .bind(review.remark.as_str())
        .bind(Json(&review.pins))
        .bind(uuid(review.person))
        .bind(review.at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The decisions on a visit, oldest first.
    pub async fn list_reviews(&mut self, tenant: Id, doc: Id) -> Result<Vec<Review>, Error> {
        type Row = (Uuid, String, String, String, Json<Vec<Pin>>, Uuid, i64);
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
                "SELECT id, decision, reason, remark, pins, person, at FROM review
             WHERE tenant = $1 AND doc = $2 ORDER BY seq",
            )
            .bind(uuid(tenant))
            .bind(uuid(doc))
            .fetch_all(&mut **tx)
            .await
        })?;
        let review = |(row, decision, reason, remark, Json(pins), person, at): Row| Review {
            id: id(row),
            doc,
            decision,
            reason,
            remark,
            pins,
            person: id(person),
            at: Timestamp::from_millis(at),
        };
        Ok(rows.into_iter().map(review).collect())
    }

    /// Writes the state that a decision leads to.
    pub async fn update_visit_state(
        &mut self,
        tenant: Id,
        doc: Id,
        state: ReviewState,
        seq: i64,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query(
            "UPDATE visit SET state = $3, decided_seq = $4, changed_seq = $4, changed_at = $5, late = FALSE
             WHERE tenant = $1 AND doc = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(state.as_str())
        .bind(seq)
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop)
        })?;
        Ok(())
    }
}
