//! Documents and the actors that write them.

use std::collections::HashMap;

use sqlx::QueryBuilder;
use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::{Error, Tx};

/// A document's place in the log; its content is in the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// The document.
    pub id: Id,
    /// The sub-district.
    pub tenant: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// The device that began it.
    pub device: Id,
    /// Heads in a row, 32 bytes each.
    pub heads: Vec<u8>,
    /// Sequence number of its last segment.
    pub changed_seq: i64,
    /// Changes admitted.
    pub change_count: i64,
    /// Bytes of all segments.
    pub byte_count: i64,
}

type Row = (Uuid, Uuid, String, Uuid, Uuid, Vec<u8>, i64, i64, i64);

fn document(row: Row) -> Result<DocumentRow, Error> {
    let (doc, tenant, kind, ticket, device, heads, changed_seq, change_count, byte_count) = row;
    let kind = Kind::parse(&kind).ok_or(Error::Corrupt {
        table: "document",
        column: "kind",
    })?;
    Ok(DocumentRow {
        id: id(doc),
        tenant: id(tenant),
        kind,
        ticket: id(ticket),
        device: id(device),
        heads,
        changed_seq,
        change_count,
        byte_count,
    })
}

/// A sub-district and a document in it. Phones make the ids of documents, so that two sub-districts may have one.
pub type DocumentKey = (Id, Id);

/// The highest number received of an actor in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivedSeq {
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// The actor.
    pub actor: [u8; 16],
    /// Its number.
    pub seq: i64,
}

/// An actor and the device and person that it is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorRow {
    /// The sub-district.
    pub tenant: Id,
    /// The actor.
    pub actor: [u8; 16],
    /// The first device that used it, or the one that came in its place.
    pub device: Id,
    /// The person behind the device.
    pub person: Id,
}

/// An actor that goes over to another device of the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedActor {
    /// The sub-district.
    pub tenant: Id,
    /// The actor.
    pub actor: [u8; 16],
    /// The device that it is bound to.
    pub from: Id,
    /// The device that goes on under it.
    pub to: Id,
}

impl Tx {
    /// The sub-district's document with this id.
    pub async fn find_document(
        &mut self,
        tenant: Id,
        doc: Id,
    ) -> Result<Option<DocumentRow>, Error> {
        Ok(self.find_documents(tenant, &[doc]).await?.remove(&doc))
    }

    /// The sub-district's documents with these ids.
    pub async fn find_documents(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, DocumentRow>, Error> {
        let mut found = HashMap::with_capacity(docs.len());
        for docs in pieces(docs) {
            let rows: Vec<Row> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, tenant, kind, ticket, device, heads, changed_seq, change_count, byte_count
                     FROM document WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for row in rows {
                let row = document(row)?;
                found.insert(row.id, row);
            }
        }
        Ok(found)
    }

    /// Those of the ids under which another sub-district has a document, admitted or not.
    pub async fn list_documents_elsewhere(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<Id>, Error> {
        let mut found = Vec::new();
        // The inbox first: what moves to the log in between is found twice, and never missed.
        for text in [
            "SELECT doc FROM inbox WHERE doc IN",
            "SELECT id FROM document WHERE id IN",
        ] {
            for docs in pieces(docs) {
                let rows: Vec<Uuid> = on_backend!(self, |tx| {
                    let mut query = QueryBuilder::new(text);
                    push_ids(&mut query, docs);
                    query.push(" AND tenant <> ").push_bind(uuid(tenant));
                    query.build_query_scalar().fetch_all(&mut **tx).await
                })?;
                found.extend(rows.into_iter().map(id));
            }
        }
        Ok(found)
    }

    /// Writes where documents stand after an admission, each once.
    pub async fn put_documents(
        &mut self,
        rows: &[DocumentRow],
        now: Timestamp,
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO document (id, tenant, kind, ticket, device, created_at, heads, changed_seq,
                       change_count, byte_count) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.id))
                        .push_bind(uuid(row.tenant))
                        .push_bind(row.kind.as_str())
                        .push_bind(uuid(row.ticket))
                        .push_bind(uuid(row.device))
                        .push_bind(now.millis())
                        .push_bind(row.heads.as_slice())
                        .push_bind(row.changed_seq)
                        .push_bind(row.change_count)
                        .push_bind(row.byte_count);
                });
                query.push(
                    " ON CONFLICT (id, tenant) DO UPDATE SET heads = excluded.heads,
                       changed_seq = excluded.changed_seq, change_count = excluded.change_count,
                       byte_count = excluded.byte_count",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// The device that each of the actors is bound to, where it is bound.
    pub async fn list_actor_devices(
        &mut self,
        tenant: Id,
        actors: &[[u8; 16]],
    ) -> Result<Vec<([u8; 16], Id)>, Error> {
        let mut found = Vec::new();
        for actors in pieces(actors) {
            let rows: Vec<(Vec<u8>, Uuid)> = on_backend!(self, |tx| {
                let mut query =
                    QueryBuilder::new("SELECT actor, device FROM actor WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND actor IN (");
                let mut list = query.separated(", ");
                for actor in actors {
                    list.push_bind(actor.as_slice());
                }
                query.push(")");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (actor, device) in rows {
                found.push((actor_of(&actor)?, id(device)));
            }
        }
        Ok(found)
    }

    /// The device and person that an actor is bound to.
    pub async fn find_actor(
        &mut self,
        tenant: Id,
        actor: &[u8],
    ) -> Result<Option<(Id, Id)>, Error> {
        let row: Option<(Uuid, Uuid)> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT device, person FROM actor WHERE tenant = $1 AND actor = $2"
        )
        .bind(uuid(tenant))
        .bind(actor)
        .fetch_optional(&mut **tx)
        .await)?;
        Ok(row.map(|(device, person)| (id(device), id(person))))
    }

    /// Binds actors to their first device; a second binding changes nothing.
    pub async fn bind_actors(&mut self, rows: &[ActorRow], now: Timestamp) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO actor (tenant, actor, device, person, bound_at) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.tenant))
                        .push_bind(row.actor.as_slice())
                        .push_bind(uuid(row.device))
                        .push_bind(uuid(row.person))
                        .push_bind(now.millis());
                });
                query.push(" ON CONFLICT (tenant, actor) DO NOTHING");
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// Binds an actor to another device; nothing changes if it is bound to a third one meanwhile.
    pub async fn move_actor(&mut self, row: &MovedActor, now: Timestamp) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE actor SET device = $4, bound_at = $5
             WHERE tenant = $1 AND actor = $2 AND device = $3"
        )
        .bind(uuid(row.tenant))
        .bind(row.actor.as_slice())
        .bind(uuid(row.from))
        .bind(uuid(row.to))
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The highest number received of each actor in each of the documents: (document, actor, number).
    pub async fn list_received_seqs(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, [u8; 16], i64)>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Vec<u8>, i64)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT doc, actor, received_seq FROM document_actor WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for (doc, actor, seq) in rows {
                found.push((id(doc), actor_of(&actor)?, seq));
            }
        }
        Ok(found)
    }

    /// Remembers the highest numbers received, each of an actor in a document once; a lower one changes nothing.
    pub async fn put_received_seqs(&mut self, rows: &[ReceivedSeq]) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO document_actor (tenant, doc, actor, received_seq) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.tenant))
                        .push_bind(uuid(row.doc))
                        .push_bind(row.actor.as_slice())
                        .push_bind(row.seq);
                });
                query.push(
                    " ON CONFLICT (tenant, doc, actor) DO UPDATE SET received_seq = excluded.received_seq
                     WHERE document_actor.received_seq < excluded.received_seq",
                );
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }
}

fn actor_of(bytes: &[u8]) -> Result<[u8; 16], Error> {
    bytes.try_into().map_err(|_| Error::Corrupt {
        table: "actor",
        column: "actor",
    })
}
