//! Versions of mediations that somebody signed, by the hash that their papers carry: derived from the log, may be rebuilt
//! at any time.

use sqlx::QueryBuilder;
use sync_core::kinds::mediation::RevisionFacts;
use sync_core::{Id, MediaHash, Timestamp};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::words::read;
use super::{Error, Tx};

/// A version that is new, or stands otherwise than before.
#[derive(Clone, Copy, Debug)]
pub struct NewRevision<'a> {
    /// The document.
    pub doc: Id,
    /// What is known of it.
    pub facts: &'a RevisionFacts,
    /// Sequence number of the admission; that of the first one stays.
    pub seq: i64,
}

/// A version as a paper finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRevision {
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// What is known of it.
    pub facts: RevisionFacts,
}

type Row = (Vec<u8>, Uuid, Uuid, String, Option<i64>, bool);

impl Tx {
    /// Writes versions, each once.
    pub async fn put_revisions(
        &mut self,
        tenant: Id,
        rows: &[NewRevision<'_>],
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO mediation_revision (hash, tenant, doc, form, complete_at, holds, seq) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(row.facts.content.bytes().to_vec())
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(row.doc))
                        .push_bind(row.facts.form.as_str())
                        .push_bind(row.facts.complete_at.map(Timestamp::millis))
                        .push_bind(row.facts.holds)
                        .push_bind(row.seq);
                });
                query.push(
                    " ON CONFLICT (hash, tenant, doc) DO UPDATE SET form = excluded.form,
                       complete_at = excluded.complete_at, holds = excluded.holds",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Takes a version away over which no signature stands any more.
    pub async fn delete_revision(
        &mut self,
        tenant: Id,
        doc: Id,
        hash: MediaHash,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM mediation_revision WHERE hash = $1 AND tenant = $2 AND doc = $3"
        )
        .bind(hash.bytes().as_slice())
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The versions of a document, by their hashes.
    pub async fn list_revisions(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Vec<FoundRevision>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT hash, tenant, doc, form, complete_at, holds FROM mediation_revision
             WHERE tenant = $1 AND doc = $2 ORDER BY hash"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(found).collect()
    }

    /// The versions of all sub-districts whose hashes lie between two, at most 16, by hash and the oldest first: whoever
    /// holds a paper knows its hash and no sub-district.
    pub async fn list_revisions_between(
        &mut self,
        first: MediaHash,
        last: MediaHash,
    ) -> Result<Vec<FoundRevision>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT hash, tenant, doc, form, complete_at, holds FROM mediation_revision
             WHERE hash >= $1 AND hash <= $2 ORDER BY hash, seq, doc LIMIT 16"
        )
        .bind(first.bytes().as_slice())
        .bind(last.bytes().as_slice())
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(found).collect()
    }
}

fn found((hash, tenant, doc, form, complete_at, holds): Row) -> Result<FoundRevision, Error> {
    let content = read(MediaHash::from_slice(&hash), "mediation_revision", "hash")?;
    Ok(FoundRevision {
        tenant: id(tenant),
        doc: id(doc),
        facts: RevisionFacts {
            content,
            form,
            complete_at: complete_at.map(Timestamp::from_millis),
            holds,
        },
    })
}
