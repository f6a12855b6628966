//! One document's push on its way in: what may enter, what is refused, and where its bytes are kept.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::gate::job::concat_short;
use sync_core::protocol::{Push, Receipt, Refusal, short};
use sync_core::reason::Reason;
use sync_core::threshold::{self, Known, Standing};
use sync_core::{Id, Timestamp, chunk, segment};

use super::receive::Author;
use crate::app::App;
use crate::store::inbox::InboxRow;
use crate::store::{self, Tx};

/// Rows of one device that may wait for a predecessor, and their bytes.
const WAITING_ROWS: i64 = 2_000;
const WAITING_BYTES: i64 = 20 * 1024 * 1024;

/// A push and who brings it.
pub(super) struct Inlet<'a> {
    pub(super) app: &'a App,
    pub(super) author: Author,
    pub(super) push: &'a Push,
    pub(super) now: Timestamp,
}

impl Inlet<'_> {
    /// Takes the push in; adds to `docs` when the gate has something to decide.
    pub(super) async fn take(
        &self,
        tx: &mut Tx,
        docs: &mut Vec<Id>,
    ) -> Result<Receipt, store::Error> {
        let mut receipt = Receipt {
            doc: Some(self.push.doc),
            ..Receipt::default()
        };
        let Ok(chunks) = segment::unpack(&self.push.segment) else {
            let reason = Reason::SegmentMalformed;
            let name = sync_core::MediaHash::of(&self.push.segment).bytes();
            let bytes = self.push.segment.to_vec();
            self.put_aside(reason, &[name], bytes, tx, &mut receipt)
                .await?;
            return Ok(receipt);
        };
        if let Some(reason) = self.refusal(tx).await? {
            let all: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
            self.refuse(reason, &all, tx, &mut receipt).await?;
            return Ok(receipt);
        }
        let mut known = self.known(&chunks, tx).await?;
        let standings = threshold::judge(self.push.kind, self.author.device, &chunks, &mut known);
        let mut passed: Vec<(&[u8], [u8; 32])> = Vec::new();
        let mut refused: BTreeMap<Reason, Vec<&[u8]>> = BTreeMap::new();
        for (chunk, standing) in chunks.iter().zip(&standings) {
            match standing {
                Standing::Duplicate(header) => receipt.duplicate.extend_from_slice(&header.hash),
                Standing::Received(header) => {
                    receipt.received.extend_from_slice(&header.hash);
                    passed.push((chunk, header.hash));
                }
                Standing::Waiting(header) => {
                    receipt.waiting.extend_from_slice(&header.hash);
                    passed.push((chunk, header.hash));
                }
                Standing::Refused(reason) => match self.refused_before(*reason, chunk, tx).await? {
                    Some(reason) => refuse_again(reason, chunk, &mut receipt),
                    None => refused.entry(*reason).or_default().push(chunk),
                },
            }
        }
        for (reason, chunks) in refused {
            self.refuse(reason, &chunks, tx, &mut receipt).await?;
        }
        if passed.is_empty() {
            return Ok(receipt);
        }
        // All passed: the bytes stay as the phone packed them.
        let bytes = if passed.len() == chunks.len() {
            self.push.segment.to_vec()
        } else {
            segment::pack(&passed.iter().map(|(chunk, _)| *chunk).collect::<Vec<_>>())
        };
        let row = self.row(concat_short(passed.iter().map(|(_, hash)| hash)), bytes);
        tx.insert_inbox(&row).await?;
        self.note_actors(&standings, tx).await?;
        docs.push(self.push.doc);
        Ok(receipt)
    }

    /// Why nothing of this push may enter, if so.
    async fn refusal(&self, tx: &mut Tx) -> Result<Option<Reason>, store::Error> {
        let Author {
            tenant,
            person,
            device,
            ..
        } = self.author;
        // A document belongs to whoever was received first, decided on or not.
        let (owner, kind, sees) = if let Some(document) = tx.find_document(self.push.doc).await? {
            let sees = tx.sees_visit(tenant, person, self.push.doc).await?;
            (document.tenant, document.kind, sees)
        } else if let Some(first) = tx.find_inbox_origin(self.push.doc).await? {
            let sees = tx.sees_ticket(tenant, person, first.ticket).await?;
            (first.tenant, first.kind, sees)
        } else {
            let sees = tx.sees_ticket(tenant, person, self.push.ticket).await?;
            (tenant, self.push.kind, sees)
        };
        if owner != tenant || kind != self.push.kind {
            return Ok(Some(Reason::DocumentMismatch));
        }
        if !sees {
            return Ok(Some(Reason::OutOfScope));
        }
        let (rows, bytes) = tx.count_waiting(tenant, device).await?;
        Ok((rows > WAITING_ROWS || bytes > WAITING_BYTES).then_some(Reason::WaitingFull))
    }

    async fn known(&self, chunks: &[Vec<u8>], tx: &mut Tx) -> Result<Known, store::Error> {
        let mut known = Known::default();
        for hashes in tx.list_known_hashes(self.push.doc).await? {
            known.hashes.extend(hashes.as_chunks::<16>().0);
        }
        let mut actors: Vec<[u8; 16]> = chunks
            .iter()
            .filter_map(|bytes| chunk::scan(bytes).ok())
            .map(|header| header.actor)
            .collect();
        actors.sort_unstable();
        actors.dedup();
        for actor in actors {
            if let Some(device) = tx.find_actor_device(self.author.tenant, &actor).await? {
                known.owners.insert(actor, device);
            }
            let seq = tx.find_received_seq(self.push.doc, &actor).await?;
            known.seqs.insert(actor, u64::try_from(seq).unwrap_or(0));
        }
        Ok(known)
    }

    async fn note_actors(&self, standings: &[Standing], tx: &mut Tx) -> Result<(), store::Error> {
        let Author {
            tenant,
            person,
            device,
            ..
        } = self.author;
        let mut highest: BTreeMap<[u8; 16], u64> = BTreeMap::new();
        for standing in standings {
            match standing {
                Standing::Received(header) => {
                    *highest.entry(header.actor).or_default() = header.seq
                }
                Standing::Waiting(header) => {
                    highest.entry(header.actor).or_default();
                }
                Standing::Duplicate(_) | Standing::Refused(_) => {}
            }
        }
        for (actor, seq) in highest {
            tx.bind_actor(tenant, &actor, device, person, self.now)
                .await?;
            if seq > 0 {
                let seq = i64::try_from(seq).unwrap_or(i64::MAX);
                tx.put_received_seq(self.push.doc, &actor, seq).await?;
            }
        }
        Ok(())
    }

    /// A change whose number was used: by itself, if the gate has put it aside since and its phone never heard.
    async fn refused_before(
        &self,
        reason: Reason,
        chunk: &[u8],
        tx: &mut Tx,
    ) -> Result<Option<Reason>, store::Error> {
        if reason != Reason::Equivocation {
            return Ok(None);
        }
        let name = short(&threshold::name_of(chunk));
        let code = tx.find_quarantine_code(self.push.doc, &name).await?;
        Ok(code.as_deref().and_then(Reason::parse))
    }

    async fn refuse(
        &self,
        reason: Reason,
        chunks: &[&[u8]],
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        if chunks.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = chunks
            .iter()
            .map(|chunk| threshold::name_of(chunk))
            .collect();
        self.put_aside(reason, &names, segment::pack(chunks), tx, receipt)
            .await
    }

    /// Nothing a device sends is dropped: the bytes are kept where a person sees them.
    async fn put_aside(
        &self,
        reason: Reason,
        names: &[[u8; 32]],
        bytes: Vec<u8>,
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let row = self.row(concat_short(names), bytes);
        let seq = tx.next_seq(self.author.tenant).await?;
        tx.insert_quarantine(row.id, &row, seq, reason, &row.hashes, &row.bytes)
            .await?;
        receipt.refused.extend(names.iter().map(|name| Refusal {
            hash: ByteBuf::from(*name),
            code: reason,
        }));
        let changes = names.len();
        tracing::info!(code = reason.code(), changes, device = %self.author.device, "put aside at the threshold");
        Ok(())
    }

    fn row(&self, hashes: Vec<u8>, bytes: Vec<u8>) -> InboxRow {
        InboxRow {
            id: self.app.rng().new_id(self.now),
            tenant: self.author.tenant,
            doc: self.push.doc,
            kind: self.push.kind,
            ticket: self.push.ticket,
            device: self.author.device,
            person: self.author.person,
            received_at: self.now,
            hashes,
            bytes,
        }
    }
}

fn refuse_again(code: Reason, chunk: &[u8], receipt: &mut Receipt) {
    let hash = ByteBuf::from(threshold::name_of(chunk));
    receipt.refused.push(Refusal { hash, code });
}
