//! What documents point at: their tickets and their photos, a document of any kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::QueryBuilder;
use sync_core::{Id, MediaHash};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// Bytes of a photo in the row of its document: its hash, and whether it was taken out.
const PHOTO: usize = 33;

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
            let rows: Vec<(Uuid, Vec<u8>)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT doc, photos FROM photo_list WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (doc, photos) in rows {
                let photos = unpack(&photos)?;
                found.extend(photos.into_iter().map(|photo| (id(doc), photo)));
            }
        }
        Ok(found)
    }

    /// Notes photos that documents point at: (document, photo, removed), each photo of a document once. What was
    /// noted before of other photos stays. The caller holds the order of the sub-district: a row is read and written
    /// again.
    pub async fn put_document_photos(
        &mut self,
        tenant: Id,
        rows: &[(Id, MediaHash, bool)],
    ) -> Result<(), Error> {
        let docs: BTreeSet<Id> = rows.iter().map(|(doc, ..)| *doc).collect();
        let docs: Vec<Id> = docs.into_iter().collect();
        let mut noted: BTreeMap<Id, BTreeMap<MediaHash, bool>> = BTreeMap::new();
        for (doc, (sha256, removed)) in self.list_document_photos(tenant, &docs).await? {
            noted.entry(doc).or_default().insert(sha256, removed);
        }
        let mut fresh = Vec::new();
        for (doc, sha256, removed) in rows {
            let photos = noted.entry(*doc).or_default();
            if photos.insert(*sha256, *removed).is_none() {
                fresh.push((*doc, *sha256));
            }
        }
        for rows in pieces(&fresh) {
            on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("INSERT INTO document_photo (tenant, sha256, doc) ");
                query.push_values(rows, |mut values, (doc, sha256)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(sha256.bytes().to_vec())
                        .push_bind(uuid(*doc));
                });
                query.push(" ON CONFLICT (tenant, sha256, doc) DO NOTHING");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        let packed: Vec<(Id, Vec<u8>)> = noted
            .into_iter()
            .map(|(doc, photos)| (doc, pack(&photos)))
            .collect();
        for rows in pieces(&packed) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("INSERT INTO photo_list (tenant, doc, photos) ");
                query.push_values(rows, |mut values, (doc, photos)| {
                    values
                        .push_bind(uuid(tenant))
                        .push_bind(uuid(*doc))
                        .push_bind(photos.as_slice());
                });
                query.push(" ON CONFLICT (tenant, doc) DO UPDATE SET photos = excluded.photos");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Photos that documents point at and the hub does not have: (document, photo), in the order of both.
    pub async fn list_pending_photos(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, MediaHash)>, Error> {
        let noted = self.list_document_photos(tenant, docs).await?;
        let mut pending: Vec<(Id, MediaHash)> = noted
            .into_iter()
            .filter(|(_, (_, removed))| !removed)
            .map(|(doc, (sha256, _))| (doc, sha256))
            .collect();
        pending.sort_unstable();
        let asked: BTreeSet<MediaHash> = pending.iter().map(|(_, sha256)| *sha256).collect();
        let asked: Vec<MediaHash> = asked.into_iter().collect();
        let here = self.list_known_media(tenant, &asked).await?;
        pending.retain(|(_, sha256)| !here.contains(sha256));
        Ok(pending)
    }

    /// How many photos of each document the hub does not have, where there are any.
    pub async fn count_pending_photos(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, i64>, Error> {
        let mut counts = HashMap::new();
        for (doc, _) in self.list_pending_photos(tenant, docs).await? {
            *counts.entry(doc).or_insert(0) += 1;
        }
        Ok(counts)
    }
}

fn pack(photos: &BTreeMap<MediaHash, bool>) -> Vec<u8> {
    let mut packed = Vec::with_capacity(photos.len() * PHOTO);
    for (sha256, removed) in photos {
        packed.extend_from_slice(&sha256.bytes());
        packed.push(u8::from(*removed));
    }
    packed
}

fn unpack(packed: &[u8]) -> Result<Vec<(MediaHash, bool)>, Error> {
    let corrupt = || Error::Corrupt {
        table: "photo_list",
        column: "photos",
    };
    let (photos, []) = packed.as_chunks::<PHOTO>() else {
        return Err(corrupt());
    };
    photos
        .iter()
        .map(|[sha256 @ .., removed]| {
            let sha256 = MediaHash::from_slice(sha256).ok_or_else(corrupt)?;
            Ok((sha256, *removed == 1))
        })
        .collect()
}
