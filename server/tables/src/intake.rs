//! Drafts into stored tickets, a batch for each transaction.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use sync_core::Id;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Parts;
use super::communities::Communities;
use super::draft::Draft;
use super::mapping::Mapping;
use super::notes::ReadingNotes;
use super::table::Refused;
use super::ticket_table::{FileRefused, TicketTable};
use basis::keys::SealError;
use basis::mask;
use store::ticket_events::NewTicketEvent;
use store::tickets::{NewTicket, Requester};

/// Tickets of one transaction: long enough to spread the cost of the disk's flush, short enough that
/// phones do not wait for it.
const BATCH: usize = 1_000;
/// Batches that are read ahead of the database.
const AHEAD: usize = 2;

/// Whose tickets they become, and on whose account.
#[derive(Clone, Copy, Debug)]
pub struct Destination {
    /// The sub-district.
    pub tenant: Id,
    /// Who imports; `None` for the command line.
    pub by: Option<Id>,
}

/// What became of the rows of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Intake {
    /// Rows that became tickets.
    pub added: u64,
    /// Rows whose number was there already, in the hub or further up in the file.
    pub unchanged: u64,
    /// Rows that were not taken, in the order of the file.
    pub refused: Vec<Refused>,
    /// What reading the file left out or mended.
    #[serde(skip_serializing_if = "ReadingNotes::is_empty")]
    pub notes: ReadingNotes,
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
pub struct OpenFile(TicketTable);

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
    /// Tickets that this batch added.
    pub added: u64,
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
    let mut batches = Batches::of(file);
    while let Some(batch) = batches.next().await? {
        let rows = batch.drafts.len() as u64;
        let added = store_batch(parts, to, &source, &communities, batch.drafts).await?;
        intake.added += added;
        intake.unchanged += batch.repeated + rows - added;
        intake.refused.extend(batch.refused);
        progress(Progress {
            thousandths: batch.progress,
            added,
        });
    }
    tracing::info!(
        source,
        added = intake.added,
        unchanged = intake.unchanged,
        refused = intake.refused.len(),
        "tickets imported"
    );
    Ok(intake)
}

/// The batches of one file, read on a thread of their own.
pub(crate) struct Batches {
    receive: mpsc::Receiver<Batch>,
    reader: Option<JoinHandle<()>>,
}

impl Batches {
    pub(crate) fn of(file: OpenFile) -> Self {
        let (send, receive) = mpsc::channel(AHEAD);
        let reader = tokio::task::spawn_blocking(move || {
            for batch in batches(file.0, BATCH) {
                // The other end is gone when a batch could not be stored.
                if send.blocking_send(batch).is_err() {
                    break;
                }
            }
        });
        let reader = Some(reader);
        Self { receive, reader }
    }

    /// The next batch; an error if the reader has stopped before the end of the file.
    pub(crate) async fn next(&mut self) -> Result<Option<Batch>, IntakeError> {
        let batch = self.receive.recv().await;
        if batch.is_none()
            && let Some(reader) = self.reader.take()
        {
            reader.await.map_err(IntakeError::Reader)?;
        }
        Ok(batch)
    }
}

/// Rows read together.
pub(crate) struct Batch {
    /// Each number once in the file.
    pub(crate) drafts: Vec<Draft>,
    /// Rows with a number that an earlier row had.
    pub(crate) repeated: u64,
    pub(crate) refused: Vec<Refused>,
    /// Thousandths of the file after this batch.
    pub(crate) progress: u64,
}

/// Cuts the table into batches of `size` rows.
fn batches(mut table: TicketTable, size: usize) -> impl Iterator<Item = Batch> {
    let mut seen = BTreeSet::new();
    std::iter::from_fn(move || {
        let mut batch = Batch {
            drafts: Vec::new(),
            repeated: 0,
            refused: Vec::new(),
            progress: 0,
        };
        let mut rows = 0;
        for row in table.by_ref().take(size) {
            rows += 1;
            match row {
                Ok(draft) if seen.insert(draft.upstream_no.clone()) => batch.drafts.push(draft),
                Ok(_) => batch.repeated += 1,
                Err(refused) => batch.refused.push(refused),
            }
        }
        batch.progress = table.progress();
        (rows > 0).then_some(batch)
    })
}

/// Which of the drafts' numbers the hub has already.
pub(crate) async fn known_numbers(
    tx: &mut store::Tx,
    tenant: Id,
    source: &str,
    drafts: &[Draft],
) -> Result<BTreeSet<String>, store::Error> {
    let numbers: Vec<_> = drafts
        .iter()
        .map(|draft| draft.upstream_no.as_str())
        .collect();
    let known = tx.list_known_upstream_nos(tenant, source, &numbers).await?;
    Ok(known.into_iter().collect())
}

/// Stores what is new and gives its number.
async fn store_batch(
    parts: Parts<'_>,
    to: Destination,
    source: &str,
    communities: &Communities,
    drafts: Vec<Draft>,
) -> Result<u64, IntakeError> {
    // Sealing and masking come before the transaction, which others wait for.
    let known = {
        let mut tx = parts.store.read().await?;
        known_numbers(&mut tx, to.tenant, source, &drafts).await?
    };
    let mut tickets = Vec::new();
    let mut events = Vec::new();
    for draft in drafts {
        if known.contains(&draft.upstream_no) {
            continue;
        }
        events.push(NewTicketEvent {
            at: parts.clock.now(),
            person: to.by,
            kind: "imported",
            detail: detail(source, &draft),
        });
        tickets.push(stored(parts, source, communities, draft)?);
    }
    if tickets.is_empty() {
        return Ok(0);
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
    for (ticket, event) in tickets.iter().zip(&events) {
        if added.contains(&ticket.id) {
            tx.append_ticket_event(to.tenant, ticket.id, event).await?;
        }
    }
    tx.commit().await?;
    Ok(added.len() as u64)
}

/// Where a ticket came from.
fn detail(source: &str, draft: &Draft) -> serde_json::Value {
    let mut detail = json!({ "source": source, "line": draft.line, "kept": draft.kept });
    if let (Some(sheet), Some(detail)) = (&draft.sheet, detail.as_object_mut()) {
        detail.insert("sheet".to_owned(), json!(sheet));
    }
    detail
}

/// The draft as it is stored: personal data masked, and sealed in full.
pub(crate) fn stored(
    parts: Parts<'_>,
    source: &str,
    communities: &Communities,
    draft: Draft,
) -> Result<NewTicket, SealError> {
    let now = parts.clock.now();
    let id = parts.rng.new_id(now);
    let mut requester = Requester {
        name: draft.requester,
        phone: draft.phone,
        ..Requester::default()
    };
    let mut masked = |column: &str, text: String| {
        let masked = mask::text(&text);
        if masked != text {
            requester.texts.insert(column.to_owned(), text);
        }
        masked
    };
    let title = masked("title", draft.title);
    let description = masked("description", draft.description);
    let address = draft.address.map(|text| masked("address", text));
    let reply = draft.reply.map(|text| masked("reply", text));
    let sealed = (!requester.is_empty())
        .then(|| {
            let plain = serde_json::to_vec(&requester).map_err(|_| SealError)?;
            parts.keys.seal(&plain, &id.bytes())
        })
        .transpose()?;
    Ok(NewTicket {
        id,
        source: source.to_owned(),
        upstream_no: Some(draft.upstream_no),
        channel: draft.channel,
        request_kind: draft.request_kind,
        requester_type: draft.requester_type,
        title,
        description,
        category: draft.category,
        address,
        community: draft.community.and_then(|name| communities.find(&name)),
        grid: None,
        unit_text: draft.unit_text,
        requester_masked: requester.name.as_deref().map(mask::name),
        phone_masked: requester.phone.as_deref().map(mask::phone),
        requester_sealed: sealed,
        status: draft.status,
        urgency: draft.urgency,
        dispatched_at: draft.dispatched_at,
        due_at: draft.due_at,
        created_at: now,
        reply,
        replied_at: draft.replied_at,
    })
}
