//! Drafts into stored tickets, a batch for each transaction.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use sync_core::Id;

use super::Parts;
use super::again::{self, Changed, ChangedRow, LISTED, Pair, TakeOver};
use super::batches::Batches;
use super::communities::{Communities, UnknownName, UnknownNames};
use super::content::{Content, Origin};
use super::draft::Draft;
use super::mapping::Mapping;
use super::notes::ReadingNotes;
use super::reconcile::Comparison;
use super::table::Refused;
use super::ticket_table::{FileRefused, TicketTable};
use basis::SealError;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, Ticket};

/// Tickets of one file whose clocks are reckoned while it is imported: more than a day's. The past of years waits for the next
/// look at the deadlines, a minute later, which others can write beside.
const RECKONED: usize = 1_000;

/// Whose tickets they become, and on whose account.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// The sub-district.
    pub tenant: Id,
    /// Who imports; `None` for the command line.
    pub by: Option<Id>,
    /// What is taken over from rows whose ticket is there with other content.
    pub take_over: TakeOver,
}

/// What became of the rows of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Intake {
    /// Rows that became tickets.
    pub added: u64,
    /// Rows that say what their ticket, or an earlier row, says already.
    pub unchanged: u64,
    /// Rows whose ticket is there with other content, taken over or not.
    pub changed: u64,
    /// The first 500 of them, with what differs.
    pub changes: Vec<ChangedRow>,
    /// Communities that the file names and the sub-district does not have; their tickets have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_communities: Vec<UnknownName>,
    /// Rows that were not taken, in the order of the file.
    pub refused: Vec<Refused>,
    /// What reading the file left out or mended.
    #[serde(skip_serializing_if = "ReadingNotes::is_empty")]
    pub notes: ReadingNotes,
    /// How much the file says otherwise than the tickets as they are now (`GET /v1/exchange/mismatches`).
    #[serde(skip_serializing_if = "is_none")]
    pub mismatches: u64,
    /// How many of these are open tickets that the file does not hold, although they were dispatched between its first and its
    /// last one. A file that was filtered before it was saved leaves them out on purpose.
    #[serde(skip_serializing_if = "is_none")]
    pub missing: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_none(count: &u64) -> bool {
    *count == 0
}

/// Why an import stopped. Batches before that are stored; the same file can be imported again.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No row of the file can be taken.
    #[error(transparent)]
    File(#[from] FileRefused),
    /// The reader of a file format failed on this file.
    #[error("the table reader stopped")]
    Reader(#[source] tokio::task::JoinError),
    /// Personal data could not be encrypted.
    #[error("personal data could not be sealed")]
    Seal(#[from] SealError),
    /// The database could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Opens a file of tickets apart from the requests, because unpacking and decoding take time.
pub async fn open(
    content: Bytes,
    mappings: Vec<Mapping>,
    source: Option<String>,
) -> Result<OpenFile, IntakeError> {
    let table = tokio::task::spawn_blocking(move || {
        TicketTable::open(&content, mappings, source.as_deref())
    })
    .await
    .map_err(IntakeError::Reader)??;
    Ok(OpenFile(table))
}

/// A file of tickets that is ready to be read.
pub struct OpenFile(pub(super) TicketTable);

impl OpenFile {
    /// The source that its header belongs to, and that source's title.
    pub fn source(&self) -> (&str, &str) {
        let mapping = self.0.mapping();
        (&mapping.name, &mapping.title)
    }

    /// The header's columns.
    pub(crate) fn columns(&self) -> &[String] {
        self.0.header()
    }

    /// What reading it left out or mended.
    pub(crate) const fn notes(&self) -> &ReadingNotes {
        self.0.notes()
    }
}

/// How far an import has come, after each batch.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Of the file.
    pub thousandths: u64,
    /// Tickets that this batch added or wrote anew.
    pub stored: u64,
}

/// Stores every good row of the file. `progress` hears of each batch.
pub async fn take_in(
    parts: Parts<'_>,
    to: Destination,
    file: OpenFile,
    mut progress: impl FnMut(Progress),
) -> Result<Intake, IntakeError> {
    let source = file.0.mapping().name.clone();
    let communities = {
        let mut tx = parts.store.read().await?;
        Communities::of(&tx.list_units(to.tenant).await?)
    };
    let mut intake = Intake {
        notes: file.notes().clone(),
        ..Intake::default()
    };
    let mut unknown = UnknownNames::default();
    let mut comparison = Comparison::of(file.0.mapping());
    let mut batches = Batches::of(file.0);
    let mut to_reckon = RECKONED;
    while let Some(batch) = batches.next().await.map_err(IntakeError::Reader)? {
        let named = batch.drafts.iter();
        let named = named.filter_map(|draft| draft.community.as_deref());
        unknown.note(named, &communities);
        comparison.note(&batch.drafts);
        let drafts = batch.drafts;
        let stored = store_batch(parts, to, &source, &communities, drafts, to_reckon).await?;
        to_reckon -= stored.reckoned.min(to_reckon);
        intake.added += stored.added;
        intake.unchanged += batch.repeated + stored.unchanged;
        intake.changed += stored.changed.count;
        let free = LISTED.saturating_sub(intake.changes.len());
        intake
            .changes
            .extend(stored.changed.rows.into_iter().take(free));
        let repeats = batch.repeats.into_iter();
        for repeat in repeats {
            intake.changed += 1;
            if intake.changes.len() < LISTED {
                intake
                    .changes
                    .push(ChangedRow::repeated(repeat, &communities));
            }
        }
        intake.refused.extend(batch.refused);
        progress(Progress {
            thousandths: batch.progress,
            stored: stored.added + stored.rewritten,
        });
    }
    intake.unknown_communities = unknown.listed();
    let differs = comparison.compare(parts, (to.tenant, to.by)).await?;
    (intake.mismatches, intake.missing) = (differs.all, differs.missing);
    tracing::info!(
        source,
        added = intake.added,
        unchanged = intake.unchanged,
        changed = intake.changed,
        refused = intake.refused.len(),
        "tickets imported"
    );
    Ok(intake)
}

/// What became of one batch.
#[derive(Default)]
struct Stored {
    added: u64,
    unchanged: u64,
    rewritten: u64,
    /// New tickets that have their clocks.
    reckoned: usize,
    changed: Changed,
}

/// The drafts' tickets that the hub has already, by their numbers.
pub(crate) async fn known_tickets<'a>(
    tx: &mut store::Tx,
    tenant: Id,
    source: &str,
    drafts: impl IntoIterator<Item = &'a Draft>,
) -> Result<BTreeMap<String, Ticket>, store::Error> {
    let numbers: Vec<_> = drafts
        .into_iter()
        .map(|draft| draft.upstream_no.as_str())
        .collect();
    let known = tx
        .list_tickets_by_upstream_nos(tenant, source, &numbers)
        .await?;
    let number = |ticket: &Ticket| ticket.row.upstream_no.clone().unwrap_or_default();
    Ok(known
        .into_iter()
        .map(|ticket| (number(&ticket), ticket))
        .collect())
}

/// Stores what is new, and takes over what is wanted of what differs. `reckoned` new tickets at most get their clocks at once.
async fn store_batch(
    parts: Parts<'_>,
    to: Destination,
    source: &str,
    communities: &Communities,
    drafts: Vec<Draft>,
    reckoned: usize,
) -> Result<Stored, IntakeError> {
    // Sealing, masking and most of the comparing come before the transaction, which others wait for.
    let known = {
        let mut tx = parts.store.read().await?;
        known_tickets(&mut tx, to.tenant, source, &drafts).await?
    };
    let mut stored = Stored::default();
    let (mut tickets, mut events, mut differing) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = Vec::new();
    let mut hashes = Vec::new();
    for draft in drafts {
        let Some(ticket) = known.get(&draft.upstream_no) else {
            told.push(draft.in_time);
            events.push(NewTicketEvent {
                at: parts.clock.now(),
                person: to.by,
                device: None,
                kind: "imported",
                detail: detail(source, &draft),
            });
            let (ticket, phone_hash) = new_ticket(parts, to.tenant, source, communities, draft)?;
            hashes.extend(phone_hash.map(|hash| (ticket.id, hash)));
            tickets.push(ticket);
            continue;
        };
        match Pair::of(ticket, &draft, communities, parts)? {
            None => stored.unchanged += 1,
            Some(pair) => {
                stored.changed.push(pair.row);
                differing.push(draft);
            }
        }
    }
    if to.take_over == TakeOver::Nothing {
        differing.clear();
    }
    if tickets.is_empty() && differing.is_empty() {
        return Ok(stored);
    }
    let mut tx = parts.store.begin().await?;
    // First, not last: the number is needed in every row, and with it one import waits for another
    // instead of meeting it on a unique number.
    let seq = tx.next_seq(to.tenant).await?;
    let added: BTreeSet<_> = tx
        .insert_tickets(to.tenant, &tickets, seq)
        .await?
        .into_iter()
        .collect();
    let ids = tickets.iter().map(|ticket| ticket.id);
    for in_time in [true, false] {
        let of_these = ids.clone().zip(&told);
        let told = of_these.filter(|(id, told)| **told == Some(in_time) && added.contains(id));
        let told: Vec<_> = told.map(|(id, _)| id).collect();
        tx.put_told_in_time(to.tenant, &told, in_time).await?;
    }
    let events: Vec<_> = ids
        .zip(events)
        .filter(|(id, _)| added.contains(id))
        .collect();
    tx.append_ticket_events(to.tenant, &events).await?;
    hashes.retain(|(id, _)| added.contains(id));
    tx.update_phone_hashes(to.tenant, &hashes).await?;
    stored.added = added.len() as u64;
    stored.unchanged += tickets.len() as u64 - stored.added;
    stored.rewritten = rewrite(parts, to, source, communities, &differing, seq, &mut tx).await?;
    // What is open has its clock with its ticket, not only after the next look.
    let open = tickets
        .iter()
        .filter(|ticket| added.contains(&ticket.id) && !ticket.status.is_over());
    let open: Vec<Id> = open.map(|ticket| ticket.id).take(reckoned).collect();
    stored.reckoned = open.len();
    tx.renew_deadlines(to.tenant, &open, seq, parts.clock.now())
        .await?;
    tx.commit().await?;
    Ok(stored)
}

/// Takes over what is wanted, compared once more with the tickets as they are now; gives how many changed by that.
async fn rewrite(
    parts: Parts<'_>,
    to: Destination,
    source: &str,
    communities: &Communities,
    differing: &[Draft],
    seq: i64,
    tx: &mut store::Tx,
) -> Result<u64, IntakeError> {
    if differing.is_empty() {
        return Ok(0);
    }
    let known = known_tickets(tx, to.tenant, source, differing).await?;
    let (mut events, mut hashes) = (Vec::new(), Vec::new());
    for draft in differing {
        let Some(ticket) = known.get(&draft.upstream_no) else {
            continue;
        };
        let Some(pair) = Pair::of(ticket, draft, communities, parts)? else {
            continue;
        };
        let event = again::event(&pair.row, to.take_over, source, to.by, parts.clock.now());
        if let Some((merged, phone_hash)) = pair.merged(ticket, (to.tenant, to.take_over), parts)? {
            tx.rewrite_ticket(to.tenant, &merged, seq).await?;
            hashes.extend(phone_hash.map(|hash| (merged.id, hash)));
            events.push((merged.id, event));
        }
    }
    tx.append_ticket_events(to.tenant, &events).await?;
    tx.update_phone_hashes(to.tenant, &hashes).await?;
    Ok(events.len() as u64)
}

/// Where a ticket came from.
fn detail(source: &str, draft: &Draft) -> serde_json::Value {
    let mut detail = json!({ "source": source, "line": draft.line, "kept": draft.kept });
    if let (Some(sheet), Some(detail)) = (&draft.sheet, detail.as_object_mut()) {
        detail.insert("sheet".to_owned(), json!(sheet));
    }
    detail
}

/// The draft as it is stored, and by which number it is found again.
fn new_ticket(
    parts: Parts<'_>,
    tenant: Id,
    source: &str,
    communities: &Communities,
    draft: Draft,
) -> Result<(NewTicket, Option<Vec<u8>>), SealError> {
    let now = parts.clock.now();
    let content = Content::of_draft(&draft, communities);
    let origin = Origin {
        id: parts.rng.new_id(now),
        tenant,
        source,
        upstream_no: draft.upstream_no,
        status: draft.status,
        grid: None,
        created_at: now,
    };
    content.stored(origin, parts)
}
