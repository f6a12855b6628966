//! Residents' representatives: which documents they were invited to, and which they see. They see a document and not its
//! ticket, so nothing here goes by [`crate::ticket_scopes`].

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::{Id, MediaHash, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::feed::FeedSegment;
use super::{Error, Tx};

/// Somebody who was invited to follow a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewRepresentative {
    /// Who.
    pub person: Id,
    /// The document.
    pub doc: Id,
    /// Who invited them.
    pub by: Id,
    /// When.
    pub at: Timestamp,
}

/// That a document came into a representative's view, or went out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedDocument {
    /// The document.
    pub doc: Id,
    /// The ticket under which it began.
    pub ticket: Id,
    /// Since when they see it; `None` if they do no more.
    pub granted_seq: Option<i64>,
}

/// Segments of the documents that person $2 follows, placed as `store::feed` says.
macro_rules! unseen_followed {
    ($greatest:literal) => {
        concat!(
            "SELECT ",
            $greatest,
            "(s.seq, r.granted_seq) AS place, s.doc, d.kind, d.ticket, s.seq, s.device, s.person, s.bytes
             FROM representative r CROSS JOIN document d CROSS JOIN segment s
             WHERE r.tenant = $1 AND r.person = $2 AND r.granted_seq IS NOT NULL AND r.revoked_seq IS NULL
               AND d.tenant = r.tenant AND d.id = r.doc
               AND s.tenant = r.tenant AND s.doc = r.doc
               AND s.seq > CASE WHEN r.granted_seq > $3 THEN 0 ELSE $3 END
               AND (",
            $greatest,
            "(s.seq, r.granted_seq) > $3 + 1 OR s.seq > $4)
             ORDER BY place, s.seq"
        )
    };
}

impl Tx {
    /// Notes an invitation; one that is noted already stays as it is.
    pub async fn insert_representative(
        &mut self,
        tenant: Id,
        new: &NewRepresentative,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO representative (tenant, person, doc, invited_by, invited_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, person, doc) DO NOTHING"
        )
        .bind(uuid(tenant))
        .bind(uuid(new.person))
        .bind(uuid(new.doc))
        .bind(uuid(new.by))
        .bind(new.at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Lets a representative see a document from `seq` on, whoever invited them; one who sees it keeps their number.
    /// Answers whether that is new.
    pub async fn grant_representative(
        &mut self,
        tenant: Id,
        new: &NewRepresentative,
        seq: i64,
    ) -> Result<bool, Error> {
        let rows = on_backend!(self, |tx| {
            sqlx::query(
            "INSERT INTO representative (tenant, person, doc, invited_by, invited_at, granted_seq)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (tenant, person, doc) DO UPDATE
             SET granted_seq = excluded.granted_seq, revoked_seq = NULL
             WHERE representative.granted_seq IS NULL OR representative.revoked_seq IS NOT NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(new.person))
        .bind(uuid(new.doc))
        .bind(uuid(new.by))
        .bind(new.at.millis())
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected())
        })?;
        Ok(rows > 0)
    }

    /// Ends at `seq` that a representative sees a document, and answers whether they did.
    pub async fn revoke_representative(
        &mut self,
        tenant: Id,
        person: Id,
        doc: Id,
        seq: i64,
    ) -> Result<bool, Error> {
        let rows = on_backend!(self, |tx| sqlx::query(
            "UPDATE representative SET revoked_seq = $4
             WHERE tenant = $1 AND person = $2 AND doc = $3
               AND granted_seq IS NOT NULL AND revoked_seq IS NULL"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(uuid(doc))
        .bind(seq)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        Ok(rows > 0)
    }

    /// Everybody who was ever invited to a document.
    pub async fn list_invited(&mut self, tenant: Id, doc: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT person FROM representative WHERE tenant = $1 AND doc = $2 ORDER BY person"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// Those of the documents that a representative sees now.
    pub async fn list_followed(
        &mut self,
        tenant: Id,
        person: Id,
        docs: &[Id],
    ) -> Result<Vec<Id>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<Uuid> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc FROM representative
                     WHERE granted_seq IS NOT NULL AND revoked_seq IS NULL AND tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND person = ");
                query.push_bind(uuid(person)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_scalar().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(id));
        }
        Ok(found)
    }

    /// The representatives who see each of the documents now.
    pub async fn list_followers(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, Vec<Id>>, Error> {
        let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Uuid)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, person FROM representative
                     WHERE granted_seq IS NOT NULL AND revoked_seq IS NULL AND tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.push(" ORDER BY person");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (doc, person) in rows {
                found.entry(id(doc)).or_default().push(id(person));
            }
        }
        Ok(found)
    }

    /// Documents that came into a representative's view after `since`, or went out of it.
    pub async fn list_moved_documents(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
    ) -> Result<Vec<MovedDocument>, Error> {
        let rows: Vec<(Uuid, Uuid, Option<i64>)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT r.doc, d.ticket, CASE WHEN r.revoked_seq IS NULL THEN r.granted_seq END
             FROM representative r CROSS JOIN document d
             WHERE r.tenant = $1 AND r.person = $2 AND (r.granted_seq > $3 OR r.revoked_seq > $3)
               AND d.tenant = r.tenant AND d.id = r.doc
             ORDER BY r.doc"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(since)
        .fetch_all(&mut **tx)
        .await)?;
        let moved = |(doc, ticket, granted_seq)| MovedDocument {
            doc: id(doc),
            ticket: id(ticket),
            granted_seq,
        };
        Ok(rows.into_iter().map(moved).collect())
    }

    /// As [`Tx::list_unseen_segments`], of the documents that a representative follows.
    pub async fn list_unseen_followed(
        &mut self,
        tenant: Id,
        person: Id,
        since: i64,
        within: i64,
        want_bytes: usize,
    ) -> Result<(Vec<FeedSegment>, bool), Error> {
        let sql = match self {
            Self::Sqlite(_) => unseen_followed!("MAX"),
            Self::Postgres(_) => unseen_followed!("GREATEST"),
        };
        self.read_feed(sql, tenant, person, (since, within), want_bytes)
            .await
    }

    /// Whether a photo came from a phone of this person.
    pub async fn has_uploaded(
        &mut self,
        tenant: Id,
        person: Id,
        sha256: MediaHash,
    ) -> Result<bool, Error> {
        let row: Option<(Uuid,)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT d.id FROM media m CROSS JOIN device d
             WHERE m.tenant = $1 AND m.sha256 = $3 AND d.tenant = m.tenant AND d.id = m.device
               AND d.person = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(person))
        .bind(sha256.bytes().as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.is_some())
    }
}
