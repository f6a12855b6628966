//! Where people disagree in a visit: derived from the log, but for the office's reasons.

use sqlx::QueryBuilder;
use sqlx::types::Json;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

impl Tx {
    /// The paths in which people disagree, as last seen: (document, path), in the order of paths.
    pub async fn list_open_disagreements(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, String)>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, String)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, path FROM disagreement WHERE settled_seq IS NULL AND tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(|(doc, path)| (id(doc), path)));
        }
        found.sort();
        Ok(found)
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
             ON CONFLICT (tenant, doc, path) DO UPDATE SET detected_seq = excluded.detected_seq, settled_seq = NULL,
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

    /// Closes a disagreement that a later change has settled.
    pub async fn settle_disagreement(
        &mut self,
        tenant: Id,
        doc: Id,
        path: &str,
        seq: i64,
        person: Id,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE disagreement SET settled_seq = $4, settled_by = $5, settled_at = $6
             WHERE tenant = $1 AND doc = $2 AND path = $3 AND settled_seq IS NULL"
        )
        .bind(uuid(tenant))
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

    /// Keeps why a disagreement was settled as it was.
    pub async fn note_settlement(
        &mut self,
        tenant: Id,
        doc: Id,
        path: &str,
        reason: &str,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE disagreement SET reason = $4 WHERE tenant = $1 AND doc = $2 AND path = $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(path)
        .bind(reason)
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}
