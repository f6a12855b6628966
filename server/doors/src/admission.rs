//! Writing a round down: log, quarantine, lists and scopes in one transaction, then the listeners.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde_bytes::ByteBuf;
use sync_core::gate::Admitted;
use sync_core::gate::job::{Mark, Pushed, admitted, concat_short};
use sync_core::protocol::short;
use sync_core::reason::Reason;
use sync_core::{Id, Timestamp, chunk, segment, threshold};

use super::addition::Addition;
use super::anew::Anew;
use super::live::{Event, Live};
use super::parts::Parts;
use super::project::{Pass, project};
use super::verify::Finding;
use store::Tx;
use store::device_days::{DeviceDay, day_of};
use store::documents::{DocumentKey, DocumentRow, ReceivedSeq};
use store::inbox::InboxRow;
use store::log::NewSegment;

/// A document and what waits for it.
pub(super) struct Waiting {
    pub(super) document: Option<DocumentRow>,
    pub(super) rows: Vec<InboxRow>,
    /// Short hashes of what was put aside of it before and has not been admitted.
    pub(super) aside: HashSet<[u8; 16]>,
}

/// A document with the gate's finding.
pub(super) struct Decided {
    pub(super) waiting: Waiting,
    pub(super) pushed: Vec<Pushed>,
    pub(super) finding: Finding,
}

impl Decided {
    /// The inbox rows, each with what becomes of its changes.
    fn outcomes(&self) -> Vec<Outcome<'_>> {
        // What comes again may pass this time: nothing is held back for it yet.
        let mut aside = self.waiting.aside.clone();
        for row in &self.waiting.rows {
            for name in row.hashes.as_chunks::<16>().0 {
                aside.remove(name);
            }
        }
        let rows = self.waiting.rows.iter().zip(&self.pushed);
        rows.zip(&self.finding.marks)
            .map(|((row, pushed), marks)| Outcome::of(row, pushed, marks, &mut aside))
            .collect()
    }

    /// The document's row before the round, or that of a new document.
    fn document(&self, first: &InboxRow) -> DocumentRow {
        self.waiting.document.clone().unwrap_or(DocumentRow {
            id: first.doc,
            tenant: first.tenant,
            kind: first.kind,
            ticket: first.ticket,
            device: first.device,
            heads: Vec::new(),
            changed_seq: 0,
            change_count: 0,
            byte_count: 0,
        })
    }
}

/// What becomes of the changes of one inbox row.
struct Outcome<'a> {
    row: &'a InboxRow,
    passed: Vec<Admitted>,
    /// Bad ones, for the quarantine.
    aside: Vec<(Reason, Packed)>,
    /// Early ones, which stay in the row.
    early: Option<Packed>,
}

/// Changes as a row keeps them: what thousands of early ones unpack to is not to be in memory at once.
struct Packed {
    hashes: Vec<u8>,
    bytes: Vec<u8>,
}

impl Packed {
    fn new(changes: &[Vec<u8>]) -> Self {
        let names: Vec<[u8; 32]> = changes
            .iter()
            .map(|bytes| threshold::name_of(bytes))
            .collect();
        Self {
            hashes: concat_short(&names),
            bytes: segment::pack(changes),
        }
    }
}

impl<'a> Outcome<'a> {
    /// `aside`: short hashes of what was put aside of the document; grows.
    fn of(
        row: &'a InboxRow,
        pushed: &Pushed,
        marks: &[Mark],
        aside: &mut HashSet<[u8; 16]>,
    ) -> Self {
        let mut outcome = Self {
            row,
            passed: admitted(pushed, marks),
            aside: Vec::new(),
            early: None,
        };
        let mut early = Vec::new();
        let good = |mark: &Mark| matches!(mark, Mark::Admitted | Mark::Duplicate);
        if marks.iter().all(good) {
            return outcome;
        }
        let changes = segment::unpack(&pushed.segment).unwrap_or_default();
        for (bytes, mark) in changes.into_iter().zip(marks) {
            let reason = match mark {
                Mark::Admitted | Mark::Duplicate => continue,
                Mark::Quarantined(reason) => *reason,
                Mark::Waiting if builds_on(&bytes, aside) => Reason::DependsOnQuarantined,
                Mark::Waiting => {
                    early.push(bytes);
                    continue;
                }
            };
            let packed = Packed::new(&[bytes]);
            aside.extend(packed.hashes.as_chunks::<16>().0);
            outcome.aside.push((reason, packed));
        }
        outcome.early = (!early.is_empty()).then(|| Packed::new(&early));
        outcome
    }

    /// Sequence numbers that it needs.
    fn numbers(&self) -> usize {
        usize::from(!self.passed.is_empty()) + self.aside.len()
    }
}

pub(super) async fn write_down(
    decided: &[Decided],
    live: &Live,
    parts: &Parts,
) -> Result<(), store::Error> {
    // Sorted: two hubs that hold several orders take them in the same sequence.
    let mut tenants: BTreeMap<Id, Vec<(&InboxRow, &Decided)>> = BTreeMap::new();
    for one in decided {
        if let Some(first) = one.waiting.rows.first() {
            tenants.entry(first.tenant).or_default().push((first, one));
        }
    }
    if tenants.is_empty() {
        return Ok(());
    }
    let now = parts.clock.now();
    let tenants: Vec<_> = tenants
        .into_iter()
        .map(|(tenant, decided)| {
            let outcomes: Vec<Vec<Outcome<'_>>> =
                decided.iter().map(|(_, one)| one.outcomes()).collect();
            let writing = Writing { parts, tenant, now };
            (writing, decided, outcomes)
        })
        .collect();
    let mut tx = parts.store.begin().await?;
    // First of all: other writers of these orders wait from here on.
    let mut numbers = Vec::with_capacity(tenants.len());
    for (writing, _, outcomes) in &tenants {
        let count = outcomes.iter().flatten().map(Outcome::numbers).sum();
        numbers.push(tx.next_seqs(writing.tenant, count).await?);
    }
    let mut events = Vec::new();
    for ((writing, decided, outcomes), numbers) in tenants.iter().zip(numbers) {
        events.extend(writing.write(decided, outcomes, numbers, &mut tx).await?);
    }
    // In the order of documents, over all sub-districts: the first door locks these rows in the same.
    let received = highest_numbers(tenants.iter().flat_map(|(.., outcomes)| outcomes).flatten());
    tx.put_received_seqs(&received).await?;
    tx.commit().await?;
    // Only what is durable is told, in the order of its numbers.
    events.sort_by_key(Event::seq);
    for event in events {
        live.tell(event);
    }
    for (writing, _, outcomes) in &tenants {
        if outcomes.iter().flatten().any(|one| !one.aside.is_empty()) {
            live.poke_office(writing.tenant);
        }
    }
    Ok(())
}

/// The round of one sub-district on its way into the record.
struct Writing<'a> {
    parts: &'a Parts,
    tenant: Id,
    now: Timestamp,
}

impl Writing<'_> {
    async fn write(
        &self,
        decided: &[(&InboxRow, &Decided)],
        outcomes: &[Vec<Outcome<'_>>],
        mut numbers: Range<i64>,
        tx: &mut Tx,
    ) -> Result<Vec<Event>, store::Error> {
        check_unchanged(self.tenant, decided, tx).await?;
        let mut documents = Vec::new();
        let mut admissions = Vec::new();
        let mut segments = Vec::new();
        for ((first, one), outcomes) in decided.iter().zip(outcomes) {
            let mut document = one.document(first);
            let mut writers = Vec::new();
            self.decide_anew(first.doc, &one.waiting, outcomes, tx)
                .await?;
            for outcome in outcomes {
                if !outcome.passed.is_empty() {
                    let seq = number(&mut numbers)?;
                    let segment = NewSegment::new(outcome.row, seq, &outcome.passed);
                    document.changed_seq = seq;
                    let length = i64::try_from(segment.bytes.len()).unwrap_or(i64::MAX);
                    document.byte_count = document.byte_count.saturating_add(length);
                    writers.push(outcome.row.person);
                    segments.push((documents.len(), segment));
                }
                self.put_aside(outcome, &mut numbers, tx).await?;
            }
            if !writers.is_empty() {
                document.heads.clone_from(&one.finding.heads);
                document.change_count = i64::from(one.finding.changes);
                admissions.push((&one.finding.summary, writers));
                documents.push(document);
            }
        }
        NewSegment::number_rounds(&mut segments);
        let (places, segments): (Vec<usize>, Vec<NewSegment<'_>>) = segments.into_iter().unzip();
        tx.append_segments(&segments, self.now).await?;
        tx.put_documents(&documents, self.now).await?;
        clear_inbox(self.tenant, outcomes, tx).await?;
        let admissions: Vec<Addition<'_>> = documents
            .iter()
            .zip(admissions)
            .map(|(document, (summary, writers))| Addition {
                document,
                summary,
                writers,
            })
            .collect();
        let projected = project(self.tenant, &admissions, self.now, Pass::First, tx).await?;
        let event = |(place, segment): (usize, NewSegment<'_>)| {
            let (document, projected) = (documents.get(place)?, projected.get(place)?);
            Some(Event::admitted(
                document,
                segment.seq,
                (segment.device(), segment.person()),
                segment.hashes,
                ByteBuf::from(segment.bytes),
                projected.principals.clone(),
                projected.alone,
            ))
        };
        Ok(places.into_iter().zip(segments).filter_map(event).collect())
    }

    /// What was put aside before and has been decided on now leaves the rows that it lay in.
    async fn decide_anew(
        &self,
        doc: Id,
        waiting: &Waiting,
        outcomes: &[Outcome<'_>],
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        if waiting.aside.is_empty() {
            return Ok(());
        }
        let passed = outcomes.iter().flat_map(|outcome| &outcome.passed);
        let passed = passed.map(|change| short(&change.header().hash));
        let still = outcomes.iter().flat_map(|outcome| &outcome.aside);
        let still = still.flat_map(|(_, packed)| packed.hashes.as_chunks::<16>().0);
        let mut decided = Anew {
            passed: passed.collect(),
            still: still.copied().collect(),
        };
        decided.passed.retain(|name| waiting.aside.contains(name));
        decided.still.retain(|name| waiting.aside.contains(name));
        decided.leave(self.tenant, doc, self.now, tx).await
    }

    async fn put_aside(
        &self,
        outcome: &Outcome<'_>,
        numbers: &mut Range<i64>,
        tx: &mut Tx,
    ) -> Result<(), store::Error> {
        let row = outcome.row;
        for (reason, Packed { hashes, bytes }) in &outcome.aside {
            let seq = number(numbers)?;
            let id = self.parts.rng.new_id(self.now);
            tx.insert_quarantine(id, row, seq, *reason, hashes, bytes)
                .await?;
            tracing::info!(code = reason.code(), doc = %row.doc, "a change was put aside at the gate");
        }
        if !outcome.aside.is_empty() {
            // Counts for the first door, which measures what it takes from this device.
            let bytes: usize = outcome.aside.iter().map(|(_, one)| one.bytes.len()).sum();
            let more = DeviceDay {
                refused_rows: i64::try_from(outcome.aside.len()).unwrap_or(i64::MAX),
                refused_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
                ..DeviceDay::default()
            };
            tx.add_to_device_day(row.tenant, row.device, day_of(self.now), &more)
                .await?;
        }
        Ok(())
    }
}

/// The next of the numbers that were taken for the round.
fn number(numbers: &mut Range<i64>) -> Result<i64, store::Error> {
    numbers.next().ok_or(store::Error::Corrupt {
        table: "tenant",
        column: "seq",
    })
}

/// The findings hold for the documents as they were loaded. If another gate has admitted something meanwhile, the
/// round starts anew.
async fn check_unchanged(
    tenant: Id,
    decided: &[(&InboxRow, &Decided)],
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let docs: Vec<Id> = decided.iter().map(|(first, _)| first.doc).collect();
    let now = tx.find_documents(tenant, &docs).await?;
    let seq = |document: Option<&DocumentRow>| document.map(|document| document.changed_seq);
    let unchanged = |(first, one): &(&InboxRow, &Decided)| {
        seq(now.get(&first.doc)) == seq(one.waiting.document.as_ref())
    };
    if decided.iter().all(unchanged) {
        return Ok(());
    }
    Err(store::Error::Conflict {
        constraint: "document_pkey".to_owned(),
    })
}

/// Takes out of the inbox what is decided; what came early stays in its row.
async fn clear_inbox(
    tenant: Id,
    outcomes: &[Vec<Outcome<'_>>],
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let mut done = Vec::new();
    for outcome in outcomes.iter().flatten() {
        let row = outcome.row.id;
        match &outcome.early {
            Some(Packed { hashes, bytes }) => {
                tx.update_inbox_waiting(tenant, row, hashes, bytes).await?
            }
            None => done.push(row),
        }
    }
    tx.delete_inbox(tenant, &done).await
}

fn builds_on(bytes: &[u8], names: &HashSet<[u8; 16]>) -> bool {
    chunk::scan(bytes).is_ok_and(|header| {
        let mut deps = header.deps.iter();
        deps.any(|dep| names.contains(&short(dep)))
    })
}

/// What came early and passed now counts as received in order.
fn highest_numbers<'a>(outcomes: impl Iterator<Item = &'a Outcome<'a>>) -> Vec<ReceivedSeq> {
    let mut highest: BTreeMap<(DocumentKey, [u8; 16]), u64> = BTreeMap::new();
    for outcome in outcomes {
        for change in &outcome.passed {
            let header = change.header();
            let key = (outcome.row.tenant, outcome.row.doc);
            let seq = highest.entry((key, header.actor)).or_default();
            *seq = header.seq.max(*seq);
        }
    }
    highest
        .into_iter()
        .map(|(((tenant, doc), actor), seq)| ReceivedSeq {
            tenant,
            doc,
            actor,
            seq: i64::try_from(seq).unwrap_or(i64::MAX),
        })
        .collect()
}
