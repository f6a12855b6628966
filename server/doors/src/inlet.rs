//! One document's push on its way in: what may enter, what is refused, and where its bytes are kept.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::gate::job::concat_short;
use sync_core::protocol::{Push, Receipt, Refusal, short};
use sync_core::reason::Reason;
use sync_core::threshold::{self, Standing};
use sync_core::{Timestamp, segment};

use super::author::Author;
use super::background::{Arrival, Aside, Background};
use super::parts::Parts;
use super::quota;
use store::Tx;
use store::device_days::DeviceDay;
use store::inbox::InboxRow;

/// Rows of one device that may wait for a predecessor, and their bytes.
const WAITING_ROWS: i64 = 2_000;
const WAITING_BYTES: i64 = 8 * 1024 * 1024;

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
        arrival: &Arrival<'_>,
        tx: &mut Tx,
    ) -> Result<Receipt, store::Error> {
        let Arrival {
            author,
            push,
            changes,
            ..
        } = *arrival;
        let mut receipt = Receipt {
            doc: Some(push.doc),
            ..Receipt::default()
        };
        if !quota::receives(&self.background.day(author)) {
            let count = changes.map_or(1, <[_]>::len);
            self.leave(author, count, None, &mut receipt);
            return Ok(receipt);
        }
        let Some(changes) = changes else {
            let reason = Reason::SegmentMalformed;
            let name = sync_core::MediaHash::of(&push.segment).bytes();
            let aside = self.background.aside(author, push.doc);
            if aside.is_some_and(|aside| aside.contains_key(&short(&name))) {
                refuse_again(reason, name, &mut receipt);
                return Ok(receipt);
            }
            let bytes = push.segment.to_vec();
            self.put_aside(arrival, reason, &[name], bytes, tx, &mut receipt)
                .await?;
            return Ok(receipt);
        };
        if let Some(reason) = self.refusal(author, push) {
            // What the office has let in meanwhile stays in, whoever may write the record now.
            let mut fresh: Vec<&[u8]> = Vec::with_capacity(changes.len());
            for change in changes {
                let name = threshold::name_of(&change.bytes);
                if self.background.knows(author, push.doc, &short(&name)) {
                    receipt.duplicate.extend_from_slice(&name);
                } else {
                    fresh.push(&change.bytes);
                }
            }
            self.refuse(arrival, reason, &fresh, tx, &mut receipt)
                .await?;
            return Ok(receipt);
        }
        let before: Vec<Option<Aside>> = changes
            .iter()
            .map(|change| self.before(author, push, &change.bytes))
            .collect();
        let known = self.background.known(author, push.doc, changes);
        let headers = changes.iter().zip(&before).map(|(change, before)| {
            match before.filter(|before| before.refused) {
                Some(before) => Err(before.reason),
                None => change.header.clone(),
            }
        });
        let standings = threshold::judge_scanned(push.kind, author.device, headers, known);
        let mut passed: Vec<(&[u8], [u8; 32])> = Vec::new();
        let mut refused: BTreeMap<Reason, Vec<&[u8]>> = BTreeMap::new();
        for ((change, standing), before) in changes.iter().zip(&standings).zip(&before) {
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
                // Its number was used by itself: the gate has put it aside since, and its phone never heard.
                Standing::Refused(Reason::Equivocation) if before.is_some() => {
                    let reason = before.map_or(Reason::Equivocation, |before| before.reason);
                    refuse_again(reason, threshold::name_of(bytes), &mut receipt);
                }
                Standing::Refused(reason) => refused.entry(*reason).or_default().push(bytes),
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
            self.background.spend(
                author,
                DeviceDay {
                    received_changes: count(passed.len()),
                    received_bytes: count(bytes.len()),
                    ..DeviceDay::default()
                },
            );
            let hashes = concat_short(passed.iter().map(|(_, hash)| hash));
            let row = self.row(arrival, hashes, bytes);
            self.background.take(author, row, &standings);
            let aside = self.background.aside(author, push.doc);
            let again = |(_, hash): &(&[u8], [u8; 32])| {
                aside.is_some_and(|aside| aside.contains_key(&short(hash)))
            };
            if passed.iter().any(again) {
                self.bring_what_built_on_it(arrival, tx).await?;
            }
        }
        Ok(receipt)
    }

    /// What of this was put aside before: not what somebody else sent, of which the office must see both.
    fn before(&self, author: Author, push: &Push, chunk: &[u8]) -> Option<Aside> {
        let aside = self.background.aside(author, push.doc)?;
        let before = aside.get(&short(&threshold::name_of(chunk)))?;
        (before.person == author.person).then_some(*before)
    }

    /// Changes that were put aside only because one of these was get their second chance with it: their phone has
    /// no reason to offer them again.
    async fn bring_what_built_on_it(
        &mut self,
        arrival: &Arrival<'_>,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let Arrival { author, push, .. } = *arrival;
        for row in tx.list_quarantine_of(author.tenant, push.doc).await? {
            let built = row.decision.is_none()
                && row.person == author.person
                && row.code == Reason::DependsOnQuarantined.code();
            let names = row.hashes.as_chunks::<16>().0;
            if !built || self.background.holds(author, push.doc, names) {
                continue;
            }
            let bytes = tx.find_quarantine_bytes(author.tenant, row.id).await?;
            let row = InboxRow {
                role: row.role,
                received_at: row.received_at,
                ..self.row(arrival, row.hashes, bytes)
            };
            self.background.take(author, row, &[]);
        }
        Ok(())
    }

    /// Why nothing of this push may enter, if so.
    fn refusal(&self, author: Author, push: &Push) -> Option<Reason> {
        if self.background.is_another(author, push) {
            return Some(Reason::DocumentMismatch);
        }
        if author.released_until.is_some() {
            return Some(Reason::DeviceReleased);
        }
        if !self.background.sees(author, push) {
            return Some(Reason::OutOfScope);
        }
        let (rows, bytes) = self.background.waiting(author.device);
        (rows > WAITING_ROWS || bytes > WAITING_BYTES).then_some(Reason::WaitingFull)
    }

    async fn refuse(
        &mut self,
        arrival: &Arrival<'_>,
        reason: Reason,
        chunks: &[&[u8]],
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let Arrival { author, push, .. } = *arrival;
        let (kept, fresh): (Vec<&[u8]>, Vec<&[u8]>) = chunks
            .iter()
            .partition(|chunk| self.before(author, push, chunk).is_some());
        for chunk in kept {
            refuse_again(reason, threshold::name_of(chunk), receipt);
        }
        if fresh.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = fresh
            .iter()
            .map(|chunk| threshold::name_of(chunk))
            .collect();
        self.put_aside(arrival, reason, &names, segment::pack(&fresh), tx, receipt)
            .await
    }

    /// Nothing a device sends is dropped: the bytes are kept where a person sees them, or where they are.
    async fn put_aside(
        &mut self,
        arrival: &Arrival<'_>,
        reason: Reason,
        names: &[[u8; 32]],
        bytes: Vec<u8>,
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let author = arrival.author;
        if !quota::puts_aside(&self.background.day(author), reason) {
            let last = names.last().map(|name| (reason, name));
            self.leave(author, names.len(), last, receipt);
            return Ok(());
        }
        let row = self.row(arrival, concat_short(names), bytes);
        let seq = tx.next_seq(row.tenant).await?;
        tx.insert_quarantine(row.id, &row, seq, reason, &row.hashes, &row.bytes)
            .await?;
        self.background.spend(
            author,
            DeviceDay {
                refused_rows: 1,
                refused_bytes: count(row.bytes.len()),
                ..DeviceDay::default()
            },
        );
        receipt.refused.extend(names.iter().map(|name| Refusal {
            hash: ByteBuf::from(*name),
            code: reason,
        }));
        let changes = names.len();
        tracing::info!(code = reason.code(), changes, device = %row.device, "put aside at the threshold");
        Ok(())
    }

    /// Leaves changes with the device, which has brought enough for a day. Of them their number is kept, and why
    /// the last one was refused.
    fn leave(
        &mut self,
        author: Author,
        changes: usize,
        last: Option<(Reason, &[u8; 32])>,
        receipt: &mut Receipt,
    ) {
        receipt.later = Some(quota::LATER_SECONDS);
        self.background.spend(
            author,
            DeviceDay {
                later_changes: count(changes),
                later_code: last.map(|(reason, _)| reason.code().to_owned()),
                later_hash: last.map(|(_, name)| short(name).to_vec()),
                ..DeviceDay::default()
            },
        );
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
            role: author.role,
            received_at: self.now,
            hashes,
            bytes,
        }
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The answer to what lies in the quarantine already: nothing is added there.
fn refuse_again(code: Reason, name: [u8; 32], receipt: &mut Receipt) {
    let hash = ByteBuf::from(name);
    receipt.refused.push(Refusal { hash, code });
}
