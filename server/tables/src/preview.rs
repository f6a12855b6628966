//! What an import would do, without doing it.

use serde::Serialize;
use sync_core::{Id, Timestamp};

use super::Parts;
use super::again::{Changed, ChangedRow, Pair};
use super::batches::Batches;
use super::communities::{Communities, UnknownName, UnknownNames};
use super::draft::Draft;
use super::intake::{IntakeError, OpenFile, known_tickets};
use super::notes::ReadingNotes;
use super::table::Refused;
use basis::mask;
use store::tickets::{RequestKind, RequesterType, Urgency};

/// Rows that are shown in full.
const SAMPLE_ROWS: usize = 10;

/// What importing a file would bring.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// The mapping that fits.
    pub source: String,
    /// Its zh-CN title.
    pub title: String,
    /// The file's header.
    pub columns: Vec<String>,
    /// The first good rows, as tickets.
    pub sample: Vec<SampleRow>,
    /// Rows that would become tickets.
    pub added: u64,
    /// Rows that say what their ticket, or an earlier row, says already.
    pub unchanged: u64,
    /// Rows whose ticket is there with other content.
    pub changed: u64,
    /// The first 500 of them, with what differs.
    pub changes: Vec<ChangedRow>,
    /// Communities that the file names and the sub-district does not have; their tickets would have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_communities: Vec<UnknownName>,
    /// Rows that would not be taken.
    pub refused: Vec<Refused>,
    /// All rows.
    pub total: u64,
    /// What reading the file left out or mended.
    #[serde(skip_serializing_if = "ReadingNotes::is_empty")]
    pub notes: ReadingNotes,
}

/// A row as the ticket it would become.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SampleRow {
    /// Name of the sheet that the line is in; only for a workbook with several tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Line in the file, or in its sheet.
    pub line: u32,
    /// The number of the upper level.
    pub upstream_no: String,
    /// How the request came.
    pub channel: Option<String>,
    /// What the requester wants.
    pub request_kind: Option<RequestKind>,
    /// Who asks.
    pub requester_type: RequesterType,
    /// One line.
    pub title: String,
    /// Large, middle and small class.
    pub category: [Option<String>; 3],
    /// Where it is about.
    pub address: Option<String>,
    /// The community as the file words it.
    pub community: Option<String>,
    /// The requester's name, masked.
    pub requester_masked: Option<String>,
    /// The requester's number, masked.
    pub phone_masked: Option<String>,
    /// How much it hurries.
    pub urgency: Urgency,
    /// Unix milliseconds.
    #[schema(value_type = i64)]
    pub dispatched_at: Timestamp,
    /// Unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub due_at: Option<Timestamp>,
}

/// Reads the whole file and counts.
pub async fn preview(parts: Parts<'_>, tenant: Id, file: OpenFile) -> Result<Preview, IntakeError> {
    let (source, title) = file.source();
    let mut preview = Preview {
        source: source.to_owned(),
        title: title.to_owned(),
        columns: file.columns().to_vec(),
        sample: Vec::new(),
        added: 0,
        unchanged: 0,
        changed: 0,
        changes: Vec::new(),
        unknown_communities: Vec::new(),
        refused: Vec::new(),
        total: 0,
        notes: file.notes().clone(),
    };
    let communities = {
        let mut tx = parts.store.read().await?;
        Communities::of(&tx.list_units(tenant).await?)
    };
    let mut changed = Changed::default();
    let mut unknown = UnknownNames::default();
    let mut batches = Batches::of(file.0);
    while let Some(batch) = batches.next().await.map_err(IntakeError::Reader)? {
        let mut tx = parts.store.read().await?;
        let known = known_tickets(&mut tx, tenant, &preview.source, &batch.drafts).await?;
        drop(tx);
        let named = batch.drafts.iter();
        let named = named.filter_map(|draft| draft.community.as_deref());
        unknown.note(named, &communities);
        preview.unchanged += batch.repeated;
        preview.refused.extend(batch.refused);
        for repeat in batch.repeats {
            changed.push(ChangedRow::repeated(repeat, &communities));
        }
        for draft in batch.drafts {
            match known.get(&draft.upstream_no) {
                None => preview.added += 1,
                Some(ticket) => match Pair::of(ticket, &draft, &communities, parts)? {
                    None => preview.unchanged += 1,
                    Some(pair) => changed.push(pair.row),
                },
            }
            if preview.sample.len() < SAMPLE_ROWS {
                preview.sample.push(sample_row(draft));
            }
        }
    }
    preview.changed = changed.count;
    preview.changes = changed.rows;
    preview.unknown_communities = unknown.listed();
    preview.total =
        preview.added + preview.unchanged + preview.changed + preview.refused.len() as u64;
    Ok(preview)
}

fn sample_row(draft: Draft) -> SampleRow {
    SampleRow {
        sheet: draft.sheet,
        line: draft.line,
        upstream_no: draft.upstream_no,
        channel: draft.channel,
        request_kind: draft.request_kind,
        requester_type: draft.requester_type.unwrap_or_default(),
        title: mask::text(&draft.title),
        category: draft.category,
        address: draft.address.as_deref().map(mask::text),
        community: draft.community,
        requester_masked: draft.requester.as_deref().map(mask::name),
        phone_masked: draft.phone.as_deref().map(mask::phone),
        urgency: draft.urgency.unwrap_or_default(),
        dispatched_at: draft.dispatched_at,
        due_at: draft.due_at,
    }
}
