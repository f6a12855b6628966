//! What phones signed of their pushes.

use sqlx::QueryBuilder;
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

impl Tx {
    /// Keeps signatures.
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

    /// The signatures of a document's changes, oldest first.
    pub async fn list_push_signatures(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Vec<PushSignature>, Error> {
        type Row = (Uuid, i64, Vec<u8>, Option<Vec<u8>>);
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT device, received_at, signature, hashes FROM push_signature
             WHERE tenant = $1 AND doc = $2 ORDER BY received_at, signature"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        let row = |(device, received_at, signature, hashes): Row| PushSignature {
            tenant,
            doc,
            device: id(device),
            received_at: Timestamp::from_millis(received_at),
            signature,
            hashes,
        };
        Ok(rows.into_iter().map(row).collect())
    }
}
