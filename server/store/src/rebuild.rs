//! What deriving rows again from the log reads, and what it takes away first.

use std::collections::HashMap;

use sync_core::lifecycle::Decision;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::search::VISITS;
use super::words::read;
use super::{Error, Tx};

/// A logged segment with the round in which it was admitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundSegment {
    /// Number of the document's last segment of the round.
    pub round: i64,
    /// When the round was written.
    pub admitted_at: Timestamp,
    /// Who wrote.
    pub person: Id,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

/// Why a disagreement was settled as it was: the office's own words, which no log holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledReason {
    path: String,
    settled_seq: Option<i64>,
    reason: String,
}

/// What was kept of the rows of a document that were taken away.
#[derive(Clone, Debug, Default)]
pub struct Kept(Vec<SettledReason>);

impl Tx {
    /// Every document of a sub-district, in the order in which they last changed.
    pub async fn list_document_ids(&mut self, tenant: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT id FROM document WHERE tenant = $1 ORDER BY changed_seq"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// The photos that every document of a sub-district is known to point at.
    pub async fn list_photo_links(
        &mut self,
        tenant: Id,
    ) -> Result<HashMap<Id, Vec<Vec<u8>>>, Error> {
        let rows: Vec<(Uuid, Vec<u8>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT doc, sha256 FROM document_photo WHERE tenant = $1"
        )
        .bind(uuid(tenant))
        .fetch_all(&mut **tx)
        .await)?;
        let mut links: HashMap<Id, Vec<Vec<u8>>> = HashMap::new();
        for (doc, sha256) in rows {
            links.entry(id(doc)).or_default().push(sha256);
        }
        Ok(links)
    }

    /// The logged segments of a document with their rounds, oldest first.
    pub async fn list_rounds(&mut self, tenant: Id, doc: Id) -> Result<Vec<RoundSegment>, Error> {
        let rows: Vec<(i64, i64, Uuid, Vec<u8>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT round, admitted_at, person, bytes FROM segment
             WHERE tenant = $1 AND doc = $2 ORDER BY seq"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        let segment = |(round, admitted_at, person, bytes)| RoundSegment {
            round,
            admitted_at: Timestamp::from_millis(admitted_at),
            person: id(person),
            bytes,
        };
        Ok(rows.into_iter().map(segment).collect())
    }

    /// The office's decisions on a document with their numbers, oldest first.
    pub async fn list_decisions(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Vec<(i64, Decision, Timestamp)>, Error> {
        let rows: Vec<(i64, String, i64)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT seq, decision, at FROM review WHERE tenant = $1 AND doc = $2 ORDER BY seq"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter()
            .map(|(seq, decision, at)| {
                let decision = read(Decision::parse(&decision), "review", "decision")?;
                Ok((seq, decision, Timestamp::from_millis(at)))
            })
            .collect()
    }

    /// Takes the rows away that are derived from a document. `photos`: those of [`Tx::list_photo_links`].
    pub async fn delete_derived(
        &mut self,
        tenant: Id,
        doc: Id,
        photos: &[Vec<u8>],
    ) -> Result<Kept, Error> {
        let reasons: Vec<(String, Option<i64>, String)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT path, settled_seq, reason FROM disagreement
             WHERE tenant = $1 AND doc = $2 AND reason IS NOT NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        for sha256 in photos {
            on_backend!(self, |tx| sqlx::query(
                "DELETE FROM document_photo WHERE tenant = $1 AND sha256 = $2 AND doc = $3"
            )
            .bind(uuid(tenant))
            .bind(sha256.as_slice())
            .bind(uuid(doc))
            .execute(&mut **tx)
            .await
            .map(drop))?;
        }
        for text in [
            "DELETE FROM photo_list WHERE tenant = $1 AND doc = $2",
            "DELETE FROM disagreement WHERE tenant = $1 AND doc = $2",
            "DELETE FROM mediation WHERE tenant = $1 AND doc = $2",
            "DELETE FROM mediation_revision WHERE tenant = $1 AND doc = $2",
            "DELETE FROM visit WHERE tenant = $1 AND doc = $2",
            "DELETE FROM visit_words WHERE tenant = $1 AND doc = $2",
        ] {
            on_backend!(self, |tx| sqlx::query(text)
                .bind(uuid(tenant))
                .bind(uuid(doc))
                .execute(&mut **tx)
                .await
                .map(drop))?;
        }
        self.delete_texts(VISITS, tenant, Some(doc)).await?;
        let kept = reasons
            .into_iter()
            .map(|(path, settled_seq, reason)| SettledReason {
                path,
                settled_seq,
                reason,
            });
        Ok(Kept(kept.collect()))
    }

    /// Puts the office's words back.
    pub async fn put_kept(&mut self, tenant: Id, doc: Id, kept: &Kept) -> Result<(), Error> {
        for one in &kept.0 {
            on_backend!(self, |tx| sqlx::query(
                "UPDATE disagreement SET reason = $4
                 WHERE tenant = $1 AND doc = $2 AND path = $3 AND settled_seq = $5"
            )
            .bind(uuid(tenant))
            .bind(uuid(doc))
            .bind(&one.path)
            .bind(&one.reason)
            .bind(one.settled_seq)
            .execute(&mut **tx)
            .await
            .map(drop))?;
        }
        Ok(())
    }
}
