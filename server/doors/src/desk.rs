//! The office's desk at the quarantine: what was put aside is read, and let in by the same gate as everything.
//!
//! The hub itself never loads these bytes: they are read where the gate runs.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::gate::Writer;
use sync_core::gate::job::{Job, Pushed};
use sync_core::gate::preview::{self, Preview};
use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp, chunk, protocol, segment};

use super::gate::Gate;
use super::parts::Parts;
use super::verify::{Logged, key_of};
use store::Tx;
use store::documents::{ActorRow, DocumentRow};
use store::inbox::InboxRow;
use store::quarantine::QuarantineRow;
use workers::{JobKind, WorkerError};

/// A row of the quarantine with its bytes.
#[derive(Clone, Debug)]
pub struct PutAside {
    /// The row.
    pub row: QuarantineRow,
    /// What the phone sent: packed changes, or what should have been.
    pub bytes: Vec<u8>,
}

impl PutAside {
    /// Its changes as they came; none if they cannot be unpacked.
    pub fn changes(&self) -> Vec<Vec<u8>> {
        segment::unpack(&self.bytes).unwrap_or_default()
    }
}

/// Why the desk could not do its work; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The database could not.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// No process can be started to read the bytes.
    #[error(transparent)]
    Worker(WorkerError),
}

/// Reads what was put aside, and lets it in.
pub struct Desk<'a> {
    pub(super) parts: &'a Parts,
    pub(super) gate: &'a Gate,
}

impl Desk<'_> {
    /// What the document would say with these rows; `None` if they break whatever reads them, or the document's
    /// log is broken.
    ///
    /// # Errors
    /// If the database or the machine could not.
    pub async fn preview(
        &self,
        (tenant, doc, kind): (Id, Id, Kind),
        document: Option<&DocumentRow>,
        rows: &[PutAside],
    ) -> Result<Option<Preview>, DeskError> {
        let logged = document.map(|document| Logged {
            tenant,
            doc,
            last: document.changed_seq,
        });
        let base = match logged {
            Some(logged) => logged.base(&mut self.parts.store.read().await?).await?,
            None => Vec::new(),
        };
        let pushed = rows.iter().map(|PutAside { row, bytes }| Pushed {
            writer: Writer {
                person: row.person,
                role: row.role,
            },
            segment: ByteBuf::from(bytes.clone()),
        });
        let job = Job {
            doc,
            kind,
            heads: document.map_or_else(ByteBuf::new, |one| ByteBuf::from(one.heads.clone())),
            base,
            base_left_out: false,
            pushed: pushed.collect(),
        };
        let payload = protocol::encode(&job);
        let workers = &self.parts.workers;
        let mut answer = Err(WorkerError::Died);
        // A worker can be lost for a reason of the machine's.
        for _ in 0..2 {
            answer = workers
                .run(JobKind::Preview, &payload, Some(key_of(doc)))
                .await;
            if !matches!(answer, Err(WorkerError::Died | WorkerError::TimedOut)) {
                break;
            }
        }
        match answer {
            Ok(bytes) => Ok(protocol::decode(&bytes).ok()),
            Err(error @ WorkerError::Start(_)) => Err(DeskError::Worker(error)),
            Err(WorkerError::Died | WorkerError::Refused(_) | WorkerError::TimedOut) => Ok(None),
        }
    }

    /// Writes the rows into the inbox as they came then: with their writer, device and time. A new document begins
    /// under `ticket`. Commit, then call [`Self::decided`].
    ///
    /// # Errors
    /// If the database could not.
    pub async fn take_in(
        &self,
        rows: &[PutAside],
        ticket: Id,
        now: Timestamp,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        // The gate reads by id, and ids of one moment are in no order.
        let mut ids: Vec<Id> = rows.iter().map(|_| self.parts.rng.new_id(now)).collect();
        ids.sort_unstable();
        let mut inbox = Vec::with_capacity(rows.len());
        let mut actors: BTreeMap<[u8; 16], ActorRow> = BTreeMap::new();
        for (one, id) in rows.iter().zip(ids) {
            let row = &one.row;
            for change in one.changes() {
                let Ok(header) = chunk::scan(&change) else {
                    continue;
                };
                actors.entry(header.actor).or_insert(ActorRow {
                    tenant: row.tenant,
                    actor: header.actor,
                    device: row.device,
                    person: row.person,
                });
            }
            inbox.push(InboxRow {
                id,
                tenant: row.tenant,
                doc: row.doc,
                kind: row.kind,
                ticket,
                device: row.device,
                person: row.person,
                role: row.role,
                received_at: row.received_at,
                hashes: row.hashes.clone(),
                bytes: one.bytes.clone(),
            });
        }
        tx.insert_inbox(&inbox).await?;
        let actors: Vec<ActorRow> = actors.into_values().collect();
        tx.bind_actors(&actors, now).await
    }

    /// Ends when the gate has decided on what was taken in.
    pub async fn decided(&self, tenant: Id, doc: Id) {
        self.gate.submit(tenant, &[doc]).await;
    }
}

/// In the worker: reads what was put aside of a document.
pub fn run_preview(payload: &[u8]) -> Result<Vec<u8>, &'static str> {
    let job: Job = protocol::decode(payload).map_err(|_| "job_malformed")?;
    let preview = preview::preview(&job).ok_or("base_broken")?;
    Ok(protocol::encode(&preview))
}
