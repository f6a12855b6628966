//! The merged visit as one story: every value with its writer, phone time and receive time.

pub(super) mod preview;

use std::collections::BTreeMap;
use sync_core::lifecycle::ReviewState;

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::document::Document;
use sync_core::gate::job::rebuild;
use sync_core::protocol::Pin;
use sync_core::record::Record;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use super::PersonName;
use super::witness::Witness;
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;
use store::log::SegmentRow;

/// Who wrote something, and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Written {
    pub(super) person: Option<PersonName>,
    pub(super) device: Option<DeviceName>,
    /// By the phone's clock, whole seconds.
    #[schema(value_type = i64)]
    pub(super) phone_at: Timestamp,
    /// Whether the phone's clock could not be right, so that `phone_at` is an estimate.
    pub(super) phone_doubted: bool,
    /// By the hub's clock.
    #[schema(value_type = Option<i64>)]
    pub(super) received_at: Option<Timestamp>,
    /// Short hash of the change.
    pub(super) hash: String,
}

/// A device by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeviceName {
    #[schema(value_type = String)]
    pub(super) id: Id,
    pub(super) name: String,
    #[schema(value_type = Option<i64>)]
    pub(super) last_seen_at: Option<Timestamp>,
}

/// A value and who wrote it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Valued {
    /// Path of the register, absent inside an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// Names the writing; what settling picks.
    pub(super) op: String,
    pub(super) value: Json,
    pub(super) written: Option<Written>,
}

/// Values that stand side by side until somebody picks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Disagreement {
    pub(super) path: String,
    pub(super) values: Vec<Valued>,
    /// The one shown: picked by rule, not because it is newer.
    pub(super) shown: String,
}

/// An entry of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryStory {
    #[schema(value_type = String)]
    pub(super) id: Id,
    pub(super) removed: bool,
    pub(super) values: BTreeMap<&'static str, Valued>,
}

/// One change of the visit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryLine {
    pub(super) hash: String,
    pub(super) written: Option<Written>,
    /// The gesture, as `visit.arrivals.put`.
    pub(super) message: String,
}

/// A decision of the office.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReviewStory {
    #[schema(value_type = String)]
    id: Id,
    decision: String,
    reason: String,
    remark: String,
    #[schema(value_type = Vec<Object>)]
    pins: Vec<Pin>,
    by: Option<PersonName>,
    #[schema(value_type = i64)]
    at: Timestamp,
}

/// A ticket that the visit belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TicketName {
    #[schema(value_type = String)]
    id: Id,
    upstream_no: Option<String>,
    title: String,
    status: String,
}

/// A visit, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitStory {
    #[schema(value_type = String)]
    id: Id,
    /// Kind of the record.
    kind: &'static str,
    state: String,
    /// What is told here: a decision says it as `seen`.
    changed_seq: i64,
    /// Something came in after the decision.
    late: bool,
    #[schema(value_type = Option<i64>)]
    submitted_at: Option<Timestamp>,
    tickets: Vec<TicketName>,
    /// Registers under `fields`.
    values: Vec<Valued>,
    /// Long texts by name.
    notes: BTreeMap<&'static str, String>,
    disagreements: Vec<Disagreement>,
    collections: BTreeMap<&'static str, Vec<EntryStory>>,
    /// Hashes of photos that are still on a phone.
    photos_pending: Vec<String>,
    /// Every change, oldest first.
    history: Vec<HistoryLine>,
    reviews: Vec<ReviewStory>,
    /// Changes that came in after the last decision.
    late_changes: Vec<String>,
    /// Phones that wrote in it.
    devices: Vec<DeviceName>,
}

impl VisitStory {
    /// Whether several values stand side by side at `path`.
    pub(super) fn disagrees_at(&self, path: &str) -> bool {
        self.disagreements.iter().any(|one| one.path == path)
    }
}

/// Tells the story of a document.
pub(super) async fn tell(document: &DocumentRow, tx: &mut Tx) -> Result<VisitStory, ApiError> {
    let segments = tx.list_segments(document.tenant, document.id).await?;
    let merged = load(document, &segments)?;
    let record = Record::of(&merged);
    let witness = Witness::of(document, &merged, &segments, tx).await?;
    let state = tx.find_visit_state(document.tenant, document.id).await?;
    let (state, late, submitted_at, decided) = state.map_or_else(
        || (ReviewState::FIRST, false, None, 0),
        |state| {
            (
                state.state,
                state.late,
                state.submitted_at,
                state.decided_seq,
            )
        },
    );
    let linked = tx
        .list_document_tickets(document.id, document.tenant)
        .await?;
    let tickets = ticket_names(document.tenant, &linked, tx).await?;
    let reviews = reviews(document, &witness, tx).await?;
    let missing = tx
        .list_pending_photos(document.tenant, &[document.id])
        .await?;
    // By the hub's order, not by its clock: what was received before a decision may be admitted after it.
    let late_changes = if late {
        witness.since(decided)
    } else {
        Vec::new()
    };
    Ok(VisitStory {
        id: document.id,
        kind: document.kind.as_str(),
        state: state.as_str().to_owned(),
        changed_seq: document.changed_seq,
        late,
        submitted_at,
        tickets,
        values: record
            .fields
            .iter()
            .map(|(name, register)| witness.shown(register, Some(format!("fields/{name}"))))
            .collect(),
        notes: record.notes.clone(),
        disagreements: record
            .disagreements()
            .map(|(path, register)| witness.disagreement(path, register))
            .collect(),
        collections: record
            .collections
            .iter()
            .map(|(name, entries)| {
                (
                    *name,
                    entries.iter().map(|entry| witness.entry(entry)).collect(),
                )
            })
            .collect(),
        photos_pending: missing.iter().map(|(_, photo)| photo.to_string()).collect(),
        history: witness.history(),
        reviews,
        late_changes,
        devices: witness.devices.into_values().collect(),
    })
}

async fn ticket_names(
    tenant: Id,
    tickets: &[Id],
    tx: &mut Tx,
) -> Result<Vec<TicketName>, store::Error> {
    let mut names = Vec::new();
    for ticket in tickets {
        if let Some(found) = tx.find_ticket(tenant, *ticket, None).await? {
            let row = found.row;
            names.push(TicketName {
                id: *ticket,
                upstream_no: row.upstream_no,
                title: row.title,
                status: row.status.as_str().to_owned(),
            });
        }
    }
    Ok(names)
}

/// The merged document from its log. Only admitted bytes are in the log, so this cannot meet hostile ones.
pub(super) fn load(document: &DocumentRow, segments: &[SegmentRow]) -> Result<Document, ApiError> {
    let packed: Vec<_> = segments.iter().map(|segment| &segment.bytes).collect();
    rebuild(document.kind, &packed).map_err(|_| {
        ApiError::internal(&store::Error::Corrupt {
            table: "segment",
            column: "bytes",
        })
    })
}

async fn reviews(
    document: &DocumentRow,
    witness: &Witness<'_>,
    tx: &mut Tx,
) -> Result<Vec<ReviewStory>, ApiError> {
    let mut stories = Vec::new();
    for review in tx.list_reviews(document.tenant, document.id).await? {
        stories.push(ReviewStory {
            id: review.id,
            decision: review.decision,
            reason: review.reason,
            remark: review.remark,
            pins: review.pins,
            by: witness.people.get(&review.person).cloned(),
            at: review.at,
        });
    }
    Ok(stories)
}
