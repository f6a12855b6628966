//! The first door: pushes become durable inbox rows, many pushes in one commit.

use std::sync::Weak;

use serde_bytes::ByteBuf;
use sync_core::gate::job::concat_short;
use sync_core::protocol::{Push, Receipt, Refusal, short};
use sync_core::reason::Reason;
use sync_core::threshold::{self, Known, Standing};
use sync_core::{Id, Role, Timestamp, chunk, segment};
use tokio::sync::{mpsc, oneshot};

use crate::app::{App, Inner};
use crate::store::devices::DeviceReport;
use crate::store::inbox::InboxRow;
use crate::store::{self, Tx};

/// Pushes that one commit may hold. A commit costs an fsync, so a busy hub shares it.
const GROUP: usize = 128;
/// Rows of one device that may wait for a predecessor.
const WAITING_ROWS: i64 = 2_000;

/// Who pushes.
#[derive(Clone, Copy, Debug)]
pub struct Author {
    /// The sub-district.
    pub tenant: Id,
    /// The person.
    pub person: Id,
    /// Their device.
    pub device: Id,
    /// Their role.
    pub role: Role,
}

/// What a device says of itself.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of its app.
    pub app: String,
    /// Changes it has not sent.
    pub unsent_changes: u32,
    /// Photos it has not sent.
    pub unsent_photos: u32,
    /// Its clock minus the hub's, ms.
    pub clock_offset_ms: i64,
}

/// What became of a push: durable when this is in hand.
#[derive(Clone, Debug, Default)]
pub struct Pushed {
    /// For the phone.
    pub receipts: Vec<Receipt>,
    /// Documents for which something new waits.
    pub docs: Vec<Id>,
}

/// Takes pushes in.
#[derive(Clone)]
pub struct Receiver(mpsc::Sender<Request>);

struct Request {
    author: Author,
    pushes: Vec<Push>,
    report: Option<Report>,
    reply: oneshot::Sender<Result<Pushed, store::Error>>,
}

pub(super) struct Task(mpsc::Receiver<Request>);

pub(super) fn channel() -> (Receiver, Task) {
    let (sender, receiver) = mpsc::channel(1024);
    (Receiver(sender), Task(receiver))
}

impl Receiver {
    /// Takes a push in; `Ok` means that it survives a power cut.
    ///
    /// # Errors
    /// If the database could not; nothing was taken, the phone sends it again.
    pub async fn receive(
        &self,
        author: Author,
        pushes: Vec<Push>,
        report: Option<Report>,
    ) -> Result<Pushed, store::Error> {
        let (reply, answer) = oneshot::channel();
        self.0
            .send(Request {
                author,
                pushes,
                report,
                reply,
            })
            .await
            .map_err(|_| store::Error::closing())?;
        answer.await.map_err(|_| store::Error::closing())?
    }
}

impl Task {
    pub(super) async fn run(mut self, app: Weak<Inner>) {
        let mut group = Vec::with_capacity(GROUP);
        while self.0.recv_many(&mut group, GROUP).await > 0 {
            let Some(app) = super::upgrade(&app) else {
                return;
            };
            let requests = std::mem::take(&mut group);
            match receive_group(&app, &requests).await {
                Ok(answers) => answer_all(requests, answers),
                // One bad apple must not spoil the group: each on its own.
                Err(_) if requests.len() > 1 => {
                    for request in requests {
                        let answer = receive_group(&app, std::slice::from_ref(&request)).await;
                        let answer = answer.map(|mut answers| answers.pop().unwrap_or_default());
                        let _ = request.reply.send(answer);
                    }
                }
                Err(error) => {
                    if let Some(request) = requests.into_iter().next() {
                        let _ = request.reply.send(Err(error));
                    }
                }
            }
        }
    }
}

/// A phone that hung up does not want its answer; its push is durable all the same.
fn answer_all(requests: Vec<Request>, answers: Vec<Pushed>) {
    for (request, answer) in requests.into_iter().zip(answers) {
        let _ = request.reply.send(Ok(answer));
    }
}

async fn receive_group(app: &App, requests: &[Request]) -> Result<Vec<Pushed>, store::Error> {
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let mut pushed = Pushed::default();
        for push in &request.pushes {
            let inlet = Inlet {
                app,
                author: request.author,
                push,
                now,
            };
            pushed
                .receipts
                .push(inlet.take(&mut tx, &mut pushed.docs).await?);
        }
        if let Some(report) = &request.report {
            let author = request.author;
            let report = DeviceReport {
                app_version: &report.app,
                unsent_changes: i64::from(report.unsent_changes),
                unsent_photos: i64::from(report.unsent_photos),
                clock_offset_ms: report.clock_offset_ms,
            };
            tx.update_device_report(author.tenant, author.device, &report, now)
                .await?;
        }
        answers.push(pushed);
    }
    tx.commit().await?;
    Ok(answers)
}

/// One document's push on its way in.
struct Inlet<'a> {
    app: &'a App,
    author: Author,
    push: &'a Push,
    now: Timestamp,
}

impl Inlet<'_> {
    async fn take(&self, tx: &mut Tx, docs: &mut Vec<Id>) -> Result<Receipt, store::Error> {
        let mut receipt = Receipt {
            doc: Some(self.push.doc),
            ..Receipt::default()
        };
        let chunks = match self.refusal(tx).await? {
            None => segment::unpack(&self.push.segment),
            Some(reason) => return self.refuse_all(reason, tx, receipt).await,
        };
        let Ok(chunks) = chunks else {
            return self.refuse_all(Reason::SegmentMalformed, tx, receipt).await;
        };
        let mut known = self.known(&chunks, tx).await?;
        let standings = threshold::judge(self.push.kind, self.author.device, &chunks, &mut known);
        let mut passed: Vec<(&[u8], [u8; 32])> = Vec::new();
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
                Standing::Refused(reason) => self.refuse(*reason, chunk, tx, &mut receipt).await?,
            }
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
        if let Some(document) = tx.find_document(self.push.doc).await? {
            if document.tenant != tenant || document.kind != self.push.kind {
                return Ok(Some(Reason::DocumentMismatch));
            }
            if !tx.sees_visit(tenant, person, self.push.doc).await? {
                return Ok(Some(Reason::OutOfScope));
            }
        } else if !tx.sees_ticket(tenant, person, self.push.ticket).await? {
            return Ok(Some(Reason::OutOfScope));
        }
        if tx.count_waiting(tenant, device).await? > WAITING_ROWS {
            return Ok(Some(Reason::WaitingFull));
        }
        Ok(None)
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
        let mut highest: Vec<([u8; 16], u64)> = Vec::new();
        for standing in standings {
            let (header, counts) = match standing {
                Standing::Received(header) => (header, true),
                Standing::Waiting(header) => (header, false),
                Standing::Duplicate(_) | Standing::Refused(_) => continue,
            };
            match highest.iter_mut().find(|(actor, _)| *actor == header.actor) {
                Some((_, seq)) if counts => *seq = header.seq,
                Some(_) => {}
                None => highest.push((header.actor, if counts { header.seq } else { 0 })),
            }
        }
        for (actor, seq) in highest {
            tx.bind_actor(tenant, &actor, device, person, self.now)
                .await?;
            if seq > 0 {
                tx.put_received_seq(
                    self.push.doc,
                    &actor,
                    i64::try_from(seq).unwrap_or(i64::MAX),
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn refuse_all(
        &self,
        reason: Reason,
        tx: &mut Tx,
        mut receipt: Receipt,
    ) -> Result<Receipt, store::Error> {
        match segment::unpack(&self.push.segment) {
            Ok(chunks) => {
                for chunk in &chunks {
                    self.refuse(reason, chunk, tx, &mut receipt).await?;
                }
            }
            Err(_) => {
                let name = sync_core::MediaHash::of(&self.push.segment).bytes();
                self.put_aside(reason, name, self.push.segment.to_vec(), tx, &mut receipt)
                    .await?;
            }
        }
        Ok(receipt)
    }

    async fn refuse(
        &self,
        reason: Reason,
        chunk: &[u8],
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let name = threshold::name_of(chunk);
        self.put_aside(reason, name, segment::pack(&[chunk]), tx, receipt)
            .await
    }

    /// Nothing a device sends is dropped: the bytes are kept where a person sees them.
    async fn put_aside(
        &self,
        reason: Reason,
        name: [u8; 32],
        bytes: Vec<u8>,
        tx: &mut Tx,
        receipt: &mut Receipt,
    ) -> Result<(), store::Error> {
        let hashes = short(&name);
        let row = self.row(hashes.to_vec(), bytes);
        let seq = tx.next_seq(self.author.tenant).await?;
        tx.insert_quarantine(row.id, &row, seq, reason, &row.hashes, &row.bytes)
            .await?;
        receipt.refused.push(Refusal {
            hash: ByteBuf::from(name),
            code: reason,
        });
        tracing::info!(code = reason.code(), device = %self.author.device, "a change was put aside at the threshold");
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
