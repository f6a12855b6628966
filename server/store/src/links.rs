//! What documents point at: their tickets and their photos, a document of any kind.

use sqlx::QueryBuilder;
use sync_core::{Id, MediaHash};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

impl Tx {
    /// Links documents to tickets, each (ticket, document, number) once; linking again changes nothing.
    pub async fn link_documents(
        &mut self,
        tenant: Id,
        rows: &[(Id, Id, i64)],
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO document_ticket (tenant, ticket, doc, linked_seq) ",
                );
                query.push_values(rows, |mut values, (ticket, doc, seq)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(*ticket))
                        .push_bind(uuid(*doc))
                        .push_bind(*seq);
                });
                query.push(" ON CONFLICT (tenant, ticket, doc) DO NOTHING");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// The tickets that a document is linked to.
    pub async fn list_document_tickets(&mut self, doc: Id, tenant: Id) -> Result<Vec<Id>, Error> {
        let links = self.list_document_links(tenant, &[doc]).await?;
        Ok(links.into_iter().map(|(_, ticket)| ticket).collect())
    }

    /// The tickets that documents are linked to: (document, ticket), in the order of tickets.
    pub async fn list_document_links(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, Id)>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Uuid)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT doc, ticket FROM document_ticket WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(|(doc, ticket)| (id(doc), id(ticket))));
        }
        found.sort_unstable_by_key(|(_, ticket)| *ticket);
        Ok(found)
    }

    /// The photos that documents point at, as last noted: (document, photo, removed).
    pub async fn list_document_photos(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, (MediaHash, bool))>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Vec<u8>, bool)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, sha256, removed FROM document_photo WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (doc, sha256, removed) in rows {
                let sha256 = MediaHash::from_slice(&sha256).ok_or(Error::Corrupt {
                    table: "document_photo",
                    column: "sha256",
                })?;
                found.push((id(doc), (sha256, removed)));
            }
        }
        Ok(found)
    }

    /// Notes photos that documents point at: (document, photo, removed), each photo of a document once.
    pub async fn put_document_photos(
        &mut self,
        tenant: Id,
        rows: &[(Id, MediaHash, bool)],
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("INSERT INTO document_photo (tenant, doc, sha256, removed) ");
                query.push_values(rows, |mut values, (doc, sha256, removed)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(*doc))
                        .push_bind(sha256.bytes().to_vec())
                        .push_bind(*removed);
                });
                query.push(
                    " ON CONFLICT (tenant, doc, sha256) DO UPDATE SET removed = excluded.removed",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }
}
