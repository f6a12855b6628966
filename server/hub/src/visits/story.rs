//! The merged visit as one story: every value with its writer, phone time and receive time.

pub(super) mod preview;

use std::collections::{BTreeMap, HashMap};
use sync_core::lifecycle::ReviewState;

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::document::Document;
use sync_core::gate::job::rebuild;
use sync_core::protocol::{Pin, short};
use sync_core::record::{Entry, Record, Register, Written as WrittenValue};
use sync_core::{Id, Timestamp, hex};
use utoipa::ToSchema;

use super::PersonName;
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;
use store::log::SegmentRow;

/// Who wrote something, and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Written {
    person: Option<PersonName>,
    device: Option<DeviceName>,
    /// By the phone's clock, whole seconds.
    #[schema(value_type = i64)]
    phone_at: Timestamp,
    /// By the hub's clock.
    #[schema(value_type = Option<i64>)]
    received_at: Option<Timestamp>,
    /// Short hash of the change.
    hash: String,
}

/// A device by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeviceName {
    #[schema(value_type = String)]
    id: Id,
    name: String,
    #[schema(value_type = Option<i64>)]
    last_seen_at: Option<Timestamp>,
}

/// A value and who wrote it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Valued {
    /// Path of the register, absent inside an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// Names the writing; what settling picks.
    op: String,
    value: Json,
    written: Option<Written>,
}

/// Values that stand side by side until somebody picks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Disagreement {
    path: String,
    values: Vec<Valued>,
    /// The one shown: picked by rule, not because it is newer.
    shown: String,
}

/// An entry of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryStory {
    #[schema(value_type = String)]
    id: Id,
    removed: bool,
    values: BTreeMap<&'static str, Valued>,
}

/// One change of the visit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryLine {
    hash: String,
    written: Option<Written>,
    /// The gesture, as `visit.arrivals.put`.
    message: String,
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

/// Who wrote which change, and when it came in.
struct Witness<'a> {
    merged: &'a Document,
    /// By short hash: device, person, receipt, place in the hub's order.
    received: HashMap<[u8; 16], (Id, Id, Timestamp, i64)>,
    people: HashMap<Id, PersonName>,
    devices: BTreeMap<Id, DeviceName>,
}

impl<'a> Witness<'a> {
    async fn of(
        document: &DocumentRow,
        merged: &'a Document,
        segments: &[SegmentRow],
        tx: &mut Tx,
    ) -> Result<Self, ApiError> {
        let mut received = HashMap::new();
        let mut devices = BTreeMap::new();
        for segment in segments {
            for hash in segment.hashes.as_chunks::<16>().0 {
                let from = (
                    segment.device,
                    segment.person,
                    segment.received_at,
                    segment.seq,
                );
                received.insert(*hash, from);
            }
            if let std::collections::btree_map::Entry::Vacant(slot) = devices.entry(segment.device)
                && let Some(device) = tx.find_device(document.tenant, segment.device).await?
            {
                slot.insert(DeviceName {
                    id: device.id,
                    name: device.name,
                    last_seen_at: device.last_seen_at,
                });
            }
        }
        let people = tx.list_people_changed(document.tenant, -1).await?;
        let people = people.into_iter();
        let people = people.map(|one| (one.id, PersonName::of(one))).collect();
        Ok(Self {
            merged,
            received,
            people,
            devices,
        })
    }

    fn written(&self, hash: &[u8; 32]) -> Option<Written> {
        let change = self.merged.change(hash)?;
        Some(self.written_at(hash, change.time))
    }

    /// The same for a change that says it was made at `phone_at`.
    fn written_at(&self, hash: &[u8; 32], phone_at: Timestamp) -> Written {
        let key = short(hash);
        let received = self.received.get(&key);
        Written {
            person: received.and_then(|(_, person, ..)| self.people.get(person).cloned()),
            device: received.and_then(|(device, ..)| self.devices.get(device).cloned()),
            phone_at,
            received_at: received.map(|(_, _, at, _)| *at),
            hash: hex::encode(&key),
        }
    }

    fn valued(&self, written: &WrittenValue, path: Option<String>) -> Valued {
        let hash = self.merged.change_of(&written.op);
        Valued {
            path,
            op: written.op.to_string(),
            value: serde_json::to_value(&written.value).unwrap_or(Json::Null),
            written: hash.and_then(|hash| self.written(&hash)),
        }
    }

    fn shown(&self, register: &Register, path: Option<String>) -> Valued {
        self.valued(&register.shown, path)
    }

    fn disagreement(&self, path: String, register: &Register) -> Disagreement {
        let values = std::iter::once(&register.shown).chain(&register.others);
        Disagreement {
            path,
            values: values.map(|written| self.valued(written, None)).collect(),
            shown: register.shown.op.to_string(),
        }
    }

    fn entry(&self, entry: &Entry) -> EntryStory {
        let values = entry
            .registers
            .iter()
            .map(|(name, register)| (*name, self.shown(register, None)));
        EntryStory {
            id: entry.id,
            removed: entry.is_removed(),
            values: values.collect(),
        }
    }

    /// Hashes of the changes that were admitted after this place.
    fn since(&self, place: i64) -> Vec<String> {
        let changes = self.merged.changes().into_iter();
        let hashes = changes.map(|change| short(&change.hash));
        let later = |hash: &[u8; 16]| {
            self.received
                .get(hash)
                .is_some_and(|(.., seq)| *seq > place)
        };
        hashes
            .filter(later)
            .map(|hash| hex::encode(&hash))
            .collect()
    }

    /// Every change but the seed.
    fn history(&self) -> Vec<HistoryLine> {
        let line = |change: sync_core::document::ChangeMeta| HistoryLine {
            hash: hex::encode(&short(&change.hash)),
            written: self.written(&change.hash),
            message: change.message,
        };
        self.merged
            .changes()
            .into_iter()
            .skip(1)
            .map(line)
            .collect()
    }
}
