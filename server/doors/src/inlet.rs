//! One document's push on its way in: what may enter, what is refused, and where its bytes are kept.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::gate::job::concat_short;
use sync_core::protocol::{Push, Receipt, Refusal, short};
use sync_core::reason::Reason;
use sync_core::threshold::{self, Standing};
use sync_core::{Timestamp, chunk, segment};

use super::author::Author;
use super::background::{Arrival, Background, Change};
use super::parts::Parts;
use store::Tx;
use store::inbox::InboxRow;

/// Rows of one device that may wait for a predecessor, and their bytes.
const WAITING_ROWS: i64 = 2_000;
const WAITING_BYTES: i64 = 20 * 1024 * 1024;

/// Unpacked bytes of a group that stay in memory until they are judged; what is more is unpacked once again
/// then. A request of a few kilobytes may unpack to hundreds of megabytes.
pub(super) const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// Looks into a push. `room`: bytes that may still be kept.
pub(super) fn arrival<'a>(author: Author, push: &'a Push, room: &mut usize) -> Arrival<'a> {
    let mut kept = unpack(push);
    let headers = kept
        .iter()
        .flatten()
        .filter_map(|change| change.header.as_ref().ok());
    let mut actors: Vec<[u8; 16]> = headers.map(|header| header.actor).collect();
    actors.sort_unstable();
    actors.dedup();
    let bytes = kept.iter().flatten().map(|change| change.bytes.len()).sum();
    match room.checked_sub(bytes) {
        Some(left) => *room = left,
        None => kept = None,
    }
    Arrival {
        author,
        push,
        actors,
        kept,
    }
}

/// The changes of a push with their headers; `None` if its segment is none.
fn unpack(push: &Push) -> Option<Vec<Change>> {
    let chunks = segment::unpack(&push.segment).ok()?;
    let change = |bytes: Vec<u8>| Change {
        header: chunk::scan(&bytes),
        bytes,
    };
    Some(chunks.into_iter().map(change).collect())
}

/// The way in for a group of pushes.
pub(super) struct Inlet<'a> {
    pub(super) parts: &'a Parts,
    pub(super) now: Timestamp,
    pub(super) background: Background,
}

impl Inlet<'_> {
    /// Takes the push in and answers its receipt. What is received is written with the whole group.
    pub(super) async fn take(
        &mut self,
        arrival: &mut Arrival<'_>,
        tx: &mut Tx,
    ) -> Result<Receipt, store::Error> {
        let Arrival { author, push, .. } = *arrival;
        let changes = arrival.kept.take().or_else(|| unpack(push));
        let arrival = &*arrival;
        let mut receipt = Receipt {
            doc: Some(push.doc),
            ..Receipt::default()
        };
        let Some(changes) = &changes else {
            let reason = Reason::SegmentMalformed;
            let name = sync_core::MediaHash::of(&push.segment).bytes();
            let bytes = push.segment.to_vec();
            self.put_aside(arrival, reason, &[name], bytes, tx, &mut receipt)
                .await?;
            return Ok(receipt);
        };
        if let Some(reason) = self.refusal(author, push) {
            let all: Vec<&[u8]> = changes.iter().map(|change| &change.bytes[..]).collect();
            self.refuse(arrival, reason, &all, tx, &mut receipt).await?;
            return Ok(receipt);
        }
        let known = self.background.known(author, push.doc, changes);
        let headers = changes.iter().map(|change| change.header.clone());
        let standings = threshold::judge_scanned(push.kind, author.device, headers, known);
        let mut passed: Vec<(&[u8], [u8; 32])> = Vec::new();
        let mut refused: BTreeMap<Reason, Vec<&[u8]>> = BTreeMap::new();
        for (change, standing) in changes.iter().zip(&standings) {
            let bytes = &change.bytes[..];
            match standing {
                Standing::Duplicate(header) => receipt.duplicate.extend_from_slice(&header.hash),
                Standing::Received(header) => {
                    receipt.received.extend_from_slice(&header.hash);
                    passed.push((bytes, header.hash));
                }
                Standing::Waiting(header) => {
                    receipt.waiting.extend_from_slice(&header.hash);
                    passed.push((bytes, header.hash));
                }
                Standing::Refused(reason) => {
                    match refused_before(author, push, *reason, bytes, tx).await? {
                        Some(reason) => refuse_again(reason, bytes, &mut receipt),
                        None => refused.entry(*reason).or_default().push(bytes),
                    }
                }
            }
        }
        for (reason, chunks) in refused {
            self.refuse(arrival, reason, &chunks, tx, &mut receipt)
                .await?;
        }
        if !passed.is_empty() {
            // All passed: the bytes stay as the phone packed them.
            let bytes = if passed.len() == changes.len() {
                push.segment.to_vec()
            } else {
                segment::pack(&passed.iter().map(|(chunk, _)| *chunk).collect::<Vec<_>>())
            };
            let hashes = concat_short(passed.iter().map(|(_, hash)| hash));
            let row = self.row(arrival, hashes, bytes);
            self.background.take(author, row, &standings);
        }
        Ok(receipt)
    }

    /// Why nothing of this push may enter, if so.
    fn refusal(&self, author: Author, push: &Push) -> Option<Reason> {
        if self.background.is_another(author, push) {
            return Some(Reason::DocumentMismatch);
        }
        if !self.background.sees(author, push) {
            return Some(Reason::OutOfScope);
        }
        let (rows, bytes) = self.background.waiting(author.device);
        (rows > WAITING_ROWS || bytes > WAITING_BYTES).then_some(Reason::WaitingFull)
    }

    async fn refuse(
        &self,
        arrival: &Arrival<'_>,
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
        self.put_aside(arrival, reason, &names, segment::pack(chunks), tx, receipt)
            .await
    }

    /// Nothing a device sends is dropped: the bytes are kept where a person sees them.
    async fn put_aside(
        &self,
        arrival: &Arrival<'_>,
        reason: Reason,
        names: &[[u8; 32]],
        bytes: Vec<u8>,
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let row = self.row(arrival, concat_short(names), bytes);
        let seq = tx.next_seq(row.tenant).await?;
        tx.insert_quarantine(row.id, &row, seq, reason, &row.hashes, &row.bytes)
            .await?;
        receipt.refused.extend(names.iter().map(|name| Refusal {
            hash: ByteBuf::from(*name),
            code: reason,
        }));
        let changes = names.len();
        tracing::info!(code = reason.code(), changes, device = %row.device, "put aside at the threshold");
        Ok(())
    }

    fn row(&self, arrival: &Arrival<'_>, hashes: Vec<u8>, bytes: Vec<u8>) -> InboxRow {
        let Arrival { author, push, .. } = arrival;
        InboxRow {
            id: self.parts.rng.new_id(self.now),
            tenant: author.tenant,
            doc: push.doc,
            kind: push.kind,
            ticket: push.ticket,
            device: author.device,
            person: author.person,
            received_at: self.now,
            hashes,
            bytes,
        }
    }
}

/// A change whose number was used: by itself, if the gate has put it aside since and its phone never heard.
async fn refused_before(
    author: Author,
    push: &Push,
    reason: Reason,
    chunk: &[u8],
    tx: &mut Tx,
) -> Result<Option<Reason>, store::Error> {
    if reason != Reason::Equivocation {
        return Ok(None);
    }
    let name = short(&threshold::name_of(chunk));
    let code = tx
        .find_quarantine_code(author.tenant, push.doc, &name)
        .await?;
    Ok(code.as_deref().and_then(Reason::parse))
}

fn refuse_again(code: Reason, chunk: &[u8], receipt: &mut Receipt) {
    let hash = ByteBuf::from(threshold::name_of(chunk));
    receipt.refused.push(Refusal { hash, code });
}
