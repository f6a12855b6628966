//! The log of admitted changes.

use futures_util::TryStreamExt as _;
use sqlx::QueryBuilder;
use sync_core::gate::Admitted;
use sync_core::gate::job::concat_short;
use sync_core::{Id, Timestamp, segment};
use uuid::Uuid;

use super::bulk::{pieces, push_ids};
use super::db::{id, on_backend, uuid};
use super::inbox::InboxRow;
use super::{Error, Tx};

/// Admitted changes as logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentRow {
    /// Place in the sub-district's order.
    pub seq: i64,
    /// The device that pushed.
    pub device: Id,
    /// The person behind it.
    pub person: Id,
    /// When the hub received it.
    pub received_at: Timestamp,
    /// Short hashes in a row.
    pub hashes: Vec<u8>,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

type Row = (i64, Uuid, Uuid, i64, Vec<u8>);

fn segment_row((seq, device, person, received_at, bytes): Row) -> Result<SegmentRow, Error> {
    Ok(SegmentRow {
        seq,
        device: id(device),
        person: id(person),
        received_at: Timestamp::from_millis(received_at),
        hashes: hashes_in(&bytes)?,
        bytes,
    })
}

/// Hashes do not compress and are in the bytes: a column of them would make a sixth of a hub's disk.
fn hashes_in(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    segment::short_hashes(bytes).map_err(|_| Error::Corrupt {
        table: "segment",
        column: "bytes",
    })
}

/// The same where one damaged row must not hold up other documents and devices: its changes are not known then.
fn hashes_or_none(doc: Id, bytes: &[u8]) -> Vec<u8> {
    hashes_in(bytes).unwrap_or_else(|error| {
        tracing::error!(%error, %doc, "a logged segment is damaged");
        Vec::new()
    })
}

/// Admitted changes on their way into the log. Made of [`Admitted`] alone, so there is no other way in.
#[derive(Clone, Debug)]
pub struct NewSegment<'a> {
    from: &'a InboxRow,
    /// Place in the sub-district's order.
    pub seq: i64,
    /// Place of the document's last segment of this round.
    pub round: i64,
    /// Short hashes in a row.
    pub hashes: Vec<u8>,
    /// The changes, packed.
    pub bytes: Vec<u8>,
}

impl<'a> NewSegment<'a> {
    /// The changes of one inbox row that were admitted, at `seq`.
    pub fn new(from: &'a InboxRow, seq: i64, admitted: &[Admitted]) -> Self {
        let hashes = concat_short(admitted.iter().map(|change| &change.header().hash));
        // The usual case: all of the row passed, and its bytes stay as the phone packed them.
        let bytes = if hashes == from.hashes {
            from.bytes.clone()
        } else {
            segment::pack(&admitted.iter().map(Admitted::bytes).collect::<Vec<_>>())
        };
        Self {
            from,
            seq,
            round: seq,
            hashes,
            bytes,
        }
    }

    /// Gives all segments of a document, which follow each other, the number of the last one as their round.
    pub fn number_rounds(segments: &mut [(usize, Self)]) {
        let mut next: Option<(usize, i64)> = None;
        for (document, segment) in segments.iter_mut().rev() {
            let last = match next {
                Some((of, last)) if of == *document => last,
                _ => segment.seq,
            };
            next = Some((*document, last));
            segment.round = last;
        }
    }

    /// The person behind it.
    pub fn person(&self) -> Id {
        self.from.person
    }

    /// The device that pushed it.
    pub fn device(&self) -> Id {
        self.from.device
    }
}

impl Tx {
    /// Appends to the log.
    pub async fn append_segments(
        &mut self,
        rows: &[NewSegment<'_>],
        now: Timestamp,
    ) -> Result<(), Error> {
        for rows in pieces(rows) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new(
                    "INSERT INTO segment (tenant, seq, doc, device, person, received_at, round, admitted_at, bytes) ",
                );
                query.push_values(rows, |mut values, row| {
                    values
                        .push_bind(uuid(row.from.tenant))
                        .push_bind(row.seq)
                        .push_bind(uuid(row.from.doc))
                        .push_bind(uuid(row.from.device))
                        .push_bind(uuid(row.from.person))
                        .push_bind(row.from.received_at.millis())
                        .push_bind(row.round)
                        .push_bind(now.millis())
                        .push_bind(row.bytes.as_slice());
                });
                query.build().execute(&mut **tx).await.map(drop)
            })?;
        }
        Ok(())
    }

    /// The logged segments of a document, oldest first.
    pub async fn list_segments(&mut self, tenant: Id, doc: Id) -> Result<Vec<SegmentRow>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| {
            sqlx::query_as(
                "SELECT seq, device, person, received_at, bytes FROM segment
             WHERE tenant = $1 AND doc = $2 ORDER BY seq",
            )
            .bind(uuid(tenant))
            .bind(uuid(doc))
            .fetch_all(&mut **tx)
            .await
        })?;
        rows.into_iter().map(segment_row).collect()
    }

    /// Who wrote in a document from a phone; what the office settles comes from a browser.
    pub async fn list_phone_writers(&mut self, tenant: Id, doc: Id) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT DISTINCT s.person FROM segment s
             CROSS JOIN device d
             WHERE s.tenant = $1 AND s.doc = $2 AND d.tenant = s.tenant AND d.id = s.device
               AND d.kind = 'phone'"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// Everybody whose changes are in a document by the round of this number.
    pub async fn list_writers_until(
        &mut self,
        tenant: Id,
        doc: Id,
        round: i64,
    ) -> Result<Vec<Id>, Error> {
        let rows: Vec<Uuid> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT DISTINCT person FROM segment WHERE tenant = $1 AND doc = $2 AND round <= $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(round)
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(id).collect())
    }

    /// The packed changes of a document up to `last` in the log, oldest first.
    pub async fn list_segment_bytes(
        &mut self,
        tenant: Id,
        doc: Id,
        last: i64,
    ) -> Result<Vec<Vec<u8>>, Error> {
        Ok(on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT bytes FROM segment WHERE tenant = $1 AND doc = $2 AND seq <= $3 ORDER BY seq"
        )
        .bind(uuid(tenant))
        .bind(uuid(doc))
        .bind(last)
        .fetch_all(&mut **tx)
        .await)?)
    }

    /// Short hashes of all changes of the documents, in the inbox or logged: (document, hashes in a row).
    pub async fn list_known_hashes(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        // The inbox first: what moves to the log in between is found twice, and never missed.
        let mut found = self.list_inbox_hashes(tenant, docs).await?;
        found.extend(self.list_logged_hashes(tenant, docs).await?);
        Ok(found)
    }

    /// Short hashes of what waits in the inbox for the documents: (document, hashes in a row).
    pub async fn list_inbox_hashes(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            let rows: Vec<(Uuid, Vec<u8>)> = on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("SELECT doc, hashes FROM inbox WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                query.build_query_as().fetch_all(&mut **tx).await
            })?;
            found.extend(rows.into_iter().map(|(doc, hashes)| (id(doc), hashes)));
        }
        Ok(found)
    }

    /// Short hashes of the logged changes of the documents, whose segments are unpacked for it: (document, hashes in a
    /// row), none of a segment that is damaged.
    pub async fn list_logged_hashes(
        &mut self,
        tenant: Id,
        docs: &[Id],
    ) -> Result<Vec<(Id, Vec<u8>)>, Error> {
        let mut found = Vec::new();
        for docs in pieces(docs) {
            on_backend!(self, |tx| {
                let mut query = QueryBuilder::new("SELECT doc, bytes FROM segment WHERE tenant = ");
                query.push_bind(uuid(tenant)).push(" AND doc IN");
                push_ids(&mut query, docs);
                let mut rows = query.build_query_as::<(Uuid, Vec<u8>)>().fetch(&mut **tx);
                // Row by row: whole logs are not to be in memory at once.
                while let Some((doc, bytes)) = rows.try_next().await? {
                    found.push((id(doc), hashes_or_none(id(doc), &bytes)));
                }
            });
        }
        Ok(found)
    }

    /// Decisions on a device's changes after `since`: (document, seq, short hashes, code if put aside).
    pub async fn list_verdicts(
        &mut self,
        tenant: Id,
        device: Id,
        since: i64,
    ) -> Result<Vec<(Id, i64, Vec<u8>, Option<String>)>, Error> {
        let rows: Vec<(Uuid, i64, Vec<u8>, Option<String>)> =
            on_backend!(self, |tx| sqlx::query_as(
                "SELECT doc, seq, bytes, CAST(NULL AS TEXT) FROM segment
               WHERE tenant = $1 AND device = $2 AND seq > $3
             UNION ALL
             SELECT doc, seq, hashes, code FROM quarantine
               WHERE tenant = $1 AND device = $2 AND seq > $3
             ORDER BY 2"
            )
            .bind(uuid(tenant))
            .bind(uuid(device))
            .bind(since)
            .fetch_all(&mut **tx)
            .await)?;
        let verdict = |(doc, seq, bytes, code): (Uuid, i64, Vec<u8>, Option<String>)| {
            let hashes = match code {
                Some(_) => bytes,
                None => hashes_or_none(id(doc), &bytes),
            };
            (id(doc), seq, hashes, code)
        };
        Ok(rows.into_iter().map(verdict).collect())
    }
}
