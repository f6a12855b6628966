//! Received, durable, not yet admitted.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::QueryBuilder;
use sync_core::kinds::Kind;
use sync_core::{Id, Role, Timestamp};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::documents::DocumentKey;
use super::people::read_role;
use super::{Error, Tx};

/// One pushed segment that waits for the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Ids sort by the time of receipt.
    pub id: Id,
    /// The sub-district.
    pub tenant: Id,
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which the document was begun.
    pub ticket: Id,
    /// Who pushed.
    pub device: Id,
    /// The person behind the device.
    pub person: Id,
    /// What they were when it came; the gate judges by it.
    pub role: Role,
    /// When, by the hub's clock.
    pub received_at: Timestamp,
    /// Short hashes of its changes in a row, 16 bytes each.
    pub hashes: Vec<u8>,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

/// Where a document that is not logged yet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxOrigin {
    /// Its kind.
    pub kind: Kind,
    /// The ticket under which it was begun.
    pub ticket: Id,
    /// Who brought it.
    pub person: Id,
}

fn kind_of(word: &str) -> Result<Kind, Error> {
    Kind::parse(word).ok_or(Error::Corrupt {
        table: "inbox",
        column: "kind",
    })
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    String,
    Uuid,
    Uuid,
    Uuid,
    String,
    i64,
    Vec<u8>,
    Vec<u8>,
);

fn inbox_row(row: Row) -> Result<InboxRow, Error> {
    let (row_id, tenant, doc, kind, ticket, device, person, role, received_at, hashes, bytes) = row;
    Ok(InboxRow {
        id: id(row_id),
        tenant: id(tenant),
        doc: id(doc),
        kind: kind_of(&kind)?,
        ticket: id(ticket),
        device: id(device),
        person: id(person),
        role: read_role(&role)?,
        received_at: Timestamp::from_millis(received_at),
        hashes,
        bytes,
    })
}

impl Tx {
    /// Takes segments in.
    pub async fn insert_inbox(&mut self, rows: &[InboxRow]) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO inbox (id, tenant, doc, kind, ticket, device, person, role, received_at,
                       hashes, bytes) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.id))
                        .push_bind(uuid(row.tenant))
                        .push_bind(uuid(row.doc))
                        .push_bind(row.kind.as_str())
                        .push_bind(uuid(row.ticket))
                        .push_bind(uuid(row.device))
                        .push_bind(uuid(row.person))
                        .push_bind(row.role.as_str())
                        .push_bind(row.received_at.millis())
                        .push_bind(row.hashes.as_slice())
                        .push_bind(row.bytes.as_slice());
                });
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// What waits for the documents, in the order of receipt.
    pub async fn list_inbox(&mut self, tenant: Id, docs: &[Id]) -> Result<Vec<InboxRow>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<Row> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, tenant, doc, kind, ticket, device, person, role, received_at, hashes, bytes
                     FROM inbox WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            for row in rows {
                found.push(inbox_row(row)?);
            }
        }
        found.sort_by_key(|row| row.id);
        Ok(found)
    }

    /// Documents of all sub-districts for which something waits that the database has held for `age` and longer:
    /// what a hub that started or died has left.
    pub async fn list_inbox_documents(&mut self, age: Duration) -> Result<Vec<DocumentKey>, Error> {
        let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
        let until = self.clock().await?.saturating_sub(age);
        let rows: Vec<(Uuid, Uuid)> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT DISTINCT tenant, doc FROM inbox WHERE state = 'received' AND stored_at <= $1"
        )
        .bind(until)
        .fetch_all(&mut **tx)
        .await
        })?;
        Ok(rows
            .into_iter()
            .map(|(tenant, doc)| (id(tenant), id(doc)))
            .collect())
    }

    /// For how long the oldest that nobody has decided on has waited, over all sub-districts.
    pub async fn find_oldest_undecided(&mut self) -> Result<Option<Duration>, Error> {
        let oldest: Option<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT MIN(stored_at) FROM inbox WHERE state = 'received'"
        )
        .fetch_one(&mut **tx)
        .await)?;
        let Some(oldest) = oldest else {
            return Ok(None);
        };
        let age = self.clock().await?.saturating_sub(oldest);
        Ok(Some(Duration::from_millis(u64::try_from(age).unwrap_or(0))))
    }

    /// What of devices waits for a predecessor: rows and their bytes; a device of which nothing waits is not there.
    pub async fn count_waiting(
        &mut self,
        tenant: Id,
        devices: &[Id],
    ) -> Result<Vec<(Id, i64, i64)>, Error> {
        let mut found = Vec::new();
        for devices in pieces(devices) {
            let rows: Vec<(Uuid, i64, i64)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT device, COUNT(*), CAST(SUM(LENGTH(bytes)) AS BIGINT) FROM inbox
                     WHERE state = 'waiting' AND tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND device IN");
                push_ids(&mut query, devices);
                query.push(" GROUP BY device");
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(
                rows.into_iter()
                    .map(|(device, rows, bytes)| (id(device), rows, bytes)),
            );
        }
        Ok(found)
    }

    /// What waits for a predecessor since before `before`, oldest first.
    pub async fn list_waiting(
        &mut self,
        tenant: Id,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<InboxRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
            "SELECT id, tenant, doc, kind, ticket, device, person, role, received_at, hashes, bytes
             FROM inbox WHERE tenant = $1 AND state = 'waiting' AND received_at < $2
             ORDER BY received_at, id LIMIT $3"
        )
        .bind(uuid(tenant))
        .bind(before.millis())
        .bind(i64::from(limit))
        .fetch_all(&mut **tx)
        .await
        })?;
        rows.into_iter().map(inbox_row).collect()
    }

    /// The first that waits for each of the documents, without its content: what the document is before it is
    /// logged.
    pub async fn find_inbox_origins(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<HashMap<Id, InboxOrigin>, Error> {
        let mut found = HashMap::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Uuid, String, Uuid, Uuid)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "SELECT id, doc, kind, ticket, person FROM inbox WHERE tenant = ",
                );
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            let mut rows = rows;
            rows.sort_unstable_by_key(|(row, ..)| *row);
            for (_, doc, kind, ticket, person) in rows {
                let origin = InboxOrigin {
                    kind: kind_of(&kind)?,
                    ticket: id(ticket),
                    person: id(person),
                };
                found.entry(id(doc)).or_insert(origin);
            }
        }
        Ok(found)
    }

    /// Leaves in a row only what still waits for a predecessor; a conflict if another gate was there first.
    pub async fn update_inbox_waiting(
        &mut self,
        tenant: Id,
        row: Id,
        hashes: &[u8],
        bytes: &[u8],
    ) -> Result<(), Error> {
        let held = on_backend!(self, |tx| sqlx::query(
            "UPDATE inbox SET state = 'waiting', hashes = $3, bytes = $4
             WHERE tenant = $1 AND id = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(row))
        .bind(hashes)
        .bind(bytes)
        .execute(&mut **tx)
        .await
        .map(|done| done.rows_affected()))?;
        held_all(held, 1)
    }

    /// Takes decided rows out; a conflict if another gate was there first.
    pub async fn delete_inbox(&mut self, tenant: Id, rows: &[Id]) -> Result<(), Error> {
        for rows in pieces(rows) {
            let held = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("DELETE FROM inbox WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND id IN");
                push_ids(&mut query, rows);
                let done = query.build().execute(&mut **tx).await;
                done.map(|done| done.rows_affected())
            })?;
            held_all(held, rows.len())?;
        }
        Ok(())
    }
}

/// Two hubs on one database, or a command beside a running hub, may decide on the same row: the second one
/// finds it gone and starts its round anew.
fn held_all(held: u64, rows: usize) -> Result<(), Error> {
    if usize::try_from(held) == Ok(rows) {
        return Ok(());
    }
    Err(Error::Conflict {
        constraint: "inbox_pkey".to_owned(),
    })
}
