//! What phones signed of their pushes.

use sqlx::QueryBuilder;
use sync_core::signed::DOCUMENT_BYTES;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::pieces;
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A signature over changes of one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushSignature {
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// The device that signed.
    pub device: Id,
    /// When the changes were received: log and quarantine say the same of them.
    pub received_at: Timestamp,
    /// r and s, 32 bytes each.
    pub signature: Vec<u8>,
    /// Short hashes of the changes that it covers, in a row; `None` if these are all that the device pushed of the
    /// document at that moment: an honest phone waits for an answer before it pushes again.
    pub hashes: Option<Vec<u8>>,
}

/// A signature over all documents of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedRequest {
    /// The sub-district.
    pub tenant: Id,
    /// The device that signed.
    pub device: Id,
    /// When its changes were received.
    pub received_at: Timestamp,
    /// r and s, 32 bytes each.
    pub signature: Vec<u8>,
    /// The documents as they stand in what was signed ([`sync_core::signed::documents`]).
    pub documents: Vec<u8>,
}

/// What proves changes of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The signature, and which of the document's changes it covers.
    pub of: PushSignature,
    /// The documents of the request that was signed as a whole ([`sync_core::signed::request_message`]); `None` if the
    /// document was signed by itself ([`sync_core::signed::push_message`]).
    pub documents: Option<Vec<u8>>,
}

impl Tx {
    /// Keeps signatures of single documents.
    pub async fn insert_push_signatures(&mut self, rows: &[PushSignature]) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO push_signature (tenant, doc, device, received_at, signature, hashes) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.tenant))
                        .push_bind(uuid(row.doc))
                        .push_bind(uuid(row.device))
                        .push_bind(row.received_at.millis())
                        .push_bind(row.signature.as_slice())
                        .push_bind(row.hashes.as_deref());
                });
                query.push(" ON CONFLICT DO NOTHING");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Keeps signatures of whole requests.
    pub async fn insert_signed_requests(&mut self, rows: &[SignedRequest]) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO signed_request (tenant, device, received_at, signature, documents) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.tenant))
                        .push_bind(uuid(row.device))
                        .push_bind(row.received_at.millis())
                        .push_bind(row.signature.as_slice())
                        .push_bind(row.documents.as_slice());
                });
                query.push(" ON CONFLICT DO NOTHING");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// What was signed of a document's changes, oldest first.
    pub async fn list_proofs(&mut self, tenant: Id, doc: Id) -> Result<Vec<Proof>, Error> {
        type Row = (Uuid, i64, Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);
        let named: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT p.device, p.received_at, p.signature, p.hashes, r.documents
             FROM push_signature p
             LEFT JOIN signed_request r ON r.tenant = p.tenant AND r.device = p.device
               AND r.received_at = p.received_at AND r.signature = p.signature
             WHERE p.tenant = $1 AND p.doc = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        let whole: Vec<(Uuid, i64, Vec<u8>, Vec<u8>)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT r.device, r.received_at, r.signature, r.documents
             FROM (SELECT device, received_at FROM segment WHERE tenant = $1 AND doc = $2
                   UNION SELECT device, received_at FROM quarantine WHERE tenant = $1 AND doc = $2
                   UNION SELECT device, received_at FROM inbox WHERE tenant = $1 AND doc = $2) brought
             CROSS JOIN signed_request r
             WHERE r.tenant = $1 AND r.device = brought.device
               AND r.received_at = brought.received_at"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await
        })?;
        let mut rows = named;
        for (device, received_at, signature, documents) in whole {
            let is_named = rows
                .iter()
                .any(|(other, at, of, ..)| (*other, *at, of) == (device, received_at, &signature));
            if !is_named && lists(&documents, doc) {
                rows.push((device, received_at, signature, None, Some(documents)));
            }
        }
        rows.sort_unstable_by(|one, other| (one.1, &one.2).cmp(&(other.1, &other.2)));
        let proof = |(device, received_at, signature, hashes, documents): Row| Proof {
            of: PushSignature {
                tenant,
                doc,
                device: id(device),
                received_at: Timestamp::from_millis(received_at),
                signature,
                hashes,
            },
            documents,
        };
        Ok(rows.into_iter().map(proof).collect())
    }
}

/// Whether a signed request has a document.
fn lists(documents: &[u8], doc: Id) -> bool {
    let mut each = documents.chunks_exact(DOCUMENT_BYTES);
    each.any(|one| one.starts_with(&doc.bytes()))
}
