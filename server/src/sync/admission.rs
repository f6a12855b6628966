//! Writing a round down: log, quarantine, lists and scopes in one transaction, then the listeners.

use std::collections::BTreeMap;

use serde_bytes::ByteBuf;
use sync_core::gate::Admitted;
use sync_core::gate::job::{Mark, Pushed, admitted, concat_short};
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp, chunk, segment, threshold};

use super::live::Event;
use super::project::project;
use super::round::Waiting;
use super::verify::Finding;
use crate::app::App;
use crate::store::documents::DocumentRow;
use crate::store::inbox::InboxRow;
use crate::store::{self, Tx};

/// A document with the gate's finding.
pub(super) struct Decided {
    pub(super) waiting: Waiting,
    pub(super) pushed: Vec<Pushed>,
    pub(super) finding: Finding,
}

impl Decided {
    fn tenant(&self) -> Option<Id> {
        self.waiting.rows.first().map(|row| row.tenant)
    }

    /// The finding holds for the document as it was loaded. If another gate has admitted something meanwhile, the
    /// round starts anew.
    async fn check_unchanged(&self, tx: &mut Tx) -> Result<(), store::Error> {
        let Some(row) = self.waiting.rows.first() else {
            return Ok(());
        };
        let now = tx.find_document(row.doc).await?;
        let seq = |document: Option<&DocumentRow>| document.map(|document| document.changed_seq);
        if seq(now.as_ref()) == seq(self.waiting.document.as_ref()) {
            return Ok(());
        }
        Err(store::Error::Conflict {
            constraint: "document_pkey".to_owned(),
        })
    }
}

pub(super) async fn write_down(app: &App, decided: &[Decided]) -> Result<(), store::Error> {
    if decided.is_empty() {
        return Ok(());
    }
    let now = app.clock().now();
    let mut tx = app.store().begin().await?;
    let mut tenants: Vec<Id> = decided.iter().filter_map(Decided::tenant).collect();
    // Sorted: two hubs that hold several orders take them in the same sequence.
    tenants.sort_unstable();
    tenants.dedup();
    for tenant in tenants {
        tx.hold_order(tenant).await?;
    }
    let mut events = Vec::new();
    for one in decided {
        one.check_unchanged(&mut tx).await?;
        events.extend(write_one(app, one, now, &mut tx).await?);
    }
    tx.commit().await?;
    // Only what is durable is told, in the order of its numbers.
    events.sort_by_key(Event::seq);
    for event in events {
        app.sync().live.tell(event);
    }
    Ok(())
}

async fn write_one(
    app: &App,
    decided: &Decided,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<Vec<Event>, store::Error> {
    let Some(first) = decided.waiting.rows.first() else {
        return Ok(Vec::new());
    };
    let mut document = decided
        .waiting
        .document
        .clone()
        .unwrap_or_else(|| DocumentRow {
            id: first.doc,
            tenant: first.tenant,
            kind: first.kind,
            ticket: first.ticket,
            device: first.device,
            heads: Vec::new(),
            changed_seq: 0,
            change_count: 0,
            byte_count: 0,
        });
    let mut logged = Vec::new();
    let mut writers = Vec::new();
    for ((row, pushed), marks) in decided
        .waiting
        .rows
        .iter()
        .zip(&decided.pushed)
        .zip(&decided.finding.marks)
    {
        let passed = admitted(pushed, marks);
        if !passed.is_empty() {
            let seq = tx.next_seq(row.tenant).await?;
            let bytes = tx.append_segment(row, seq, &passed).await?;
            document.changed_seq = seq;
            document.byte_count += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            writers.push(row.person);
            note_numbers(row.doc, &passed, tx).await?;
            let hashes = concat_short(passed.iter().map(|change| &change.header().hash));
            logged.push((seq, row.device, hashes, bytes));
        }
        put_aside_and_keep_waiting(app, decided, row, pushed, marks, now, tx).await?;
    }
    if logged.is_empty() {
        return Ok(Vec::new());
    }
    document.heads.clone_from(&decided.finding.heads);
    document.change_count = i64::from(decided.finding.changes);
    tx.put_document(&document, now).await?;
    let projected = project(&document, &decided.finding.summary, &writers, now, tx).await?;
    let mut principals = Vec::new();
    for ticket in &projected.tickets {
        principals.extend(tx.list_ticket_principals(document.tenant, *ticket).await?);
    }
    let event = |(seq, device, hashes, bytes): (i64, Id, Vec<u8>, Vec<u8>)| {
        Event::admitted(
            &document,
            seq,
            device,
            hashes,
            ByteBuf::from(bytes),
            principals.clone(),
            projected.alone,
        )
    };
    Ok(logged.into_iter().map(event).collect())
}

/// What of a row did not pass: bad changes to the quarantine, early ones stay in the row.
async fn put_aside_and_keep_waiting(
    app: &App,
    decided: &Decided,
    row: &InboxRow,
    pushed: &Pushed,
    marks: &[Mark],
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut early: Vec<Vec<u8>> = Vec::new();
    if marks
        .iter()
        .any(|mark| !matches!(mark, Mark::Admitted | Mark::Duplicate))
    {
        let mut aside = decided.waiting.quarantined.clone();
        for (bytes, mark) in segment::unpack(&pushed.segment)
            .unwrap_or_default()
            .into_iter()
            .zip(marks)
        {
            let reason = match mark {
                Mark::Admitted | Mark::Duplicate => continue,
                Mark::Quarantined(reason) => *reason,
                Mark::Waiting if builds_on(&bytes, &aside) => Reason::DependsOnQuarantined,
                Mark::Waiting => {
                    early.push(bytes);
                    continue;
                }
            };
            let seq = tx.next_seq(row.tenant).await?;
            let hashes = concat_short([&threshold::name_of(&bytes)]);
            aside.extend_from_slice(&hashes);
            let packed = segment::pack(&[&bytes]);
            tx.insert_quarantine(app.rng().new_id(now), row, seq, reason, &hashes, &packed)
                .await?;
            tracing::info!(code = reason.code(), doc = %row.doc, "a change was put aside at the gate");
        }
    }
    if early.is_empty() {
        return tx.delete_inbox(row.id).await;
    }
    let hashes: Vec<[u8; 32]> = early
        .iter()
        .map(|bytes| threshold::name_of(bytes))
        .collect();
    tx.update_inbox_waiting(row.id, &concat_short(&hashes), &segment::pack(&early))
        .await
}

fn builds_on(bytes: &[u8], short_hashes: &[u8]) -> bool {
    let named = short_hashes.as_chunks::<16>().0;
    chunk::scan(bytes).is_ok_and(|header| {
        header
            .deps
            .iter()
            .any(|dep| named.contains(&sync_core::protocol::short(dep)))
    })
}

/// What came early and passed now counts as received in order.
async fn note_numbers(doc: Id, passed: &[Admitted], tx: &mut Tx) -> Result<(), store::Error> {
    let mut highest: BTreeMap<[u8; 16], u64> = BTreeMap::new();
    for change in passed {
        let header = change.header();
        let seq = highest.entry(header.actor).or_default();
        *seq = header.seq.max(*seq);
    }
    for (actor, seq) in highest {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        tx.put_received_seq(doc, &actor, seq).await?;
    }
    Ok(())
}
