//! A merged record as one story: every value with its writer, phone time and receive time.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;
use sync_core::document::Document;
use sync_core::gate::job::rebuild;
use sync_core::record::Record;
use sync_core::{Id, Timestamp};
use utoipa::ToSchema;

use super::PersonName;
use super::contacts::Contacts;
use super::witness::Witness;
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;
use store::log::SegmentRow;

/// Who wrote something, and when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Written {
    pub(crate) person: Option<PersonName>,
    pub(crate) device: Option<DeviceName>,
    /// By the phone's clock, whole seconds.
    #[schema(value_type = i64)]
    pub(crate) phone_at: Timestamp,
    /// Whether the phone's clock could not be right, so that `phone_at` is an estimate.
    pub(crate) phone_doubted: bool,
    /// By the hub's clock.
    #[schema(value_type = Option<i64>)]
    pub(crate) received_at: Option<Timestamp>,
    /// Short hash of the change.
    pub(crate) hash: String,
}

/// A device by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct DeviceName {
    #[schema(value_type = String)]
    pub(crate) id: Id,
    pub(crate) name: String,
    #[schema(value_type = Option<i64>)]
    pub(crate) last_seen_at: Option<Timestamp>,
}

/// A value and who wrote it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Valued {
    /// Path of the register, absent inside an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Names the writing; what settling picks.
    pub(crate) op: String,
    pub(crate) value: Json,
    pub(crate) written: Option<Written>,
}

/// Values that stand side by side until somebody picks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Disagreement {
    pub(crate) path: String,
    pub(crate) values: Vec<Valued>,
    /// The one shown: picked by rule, not because it is newer.
    pub(crate) shown: String,
}

/// An entry of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryStory {
    #[schema(value_type = String)]
    pub(crate) id: Id,
    pub(crate) removed: bool,
    pub(crate) values: BTreeMap<&'static str, Valued>,
}

/// One change of the record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryLine {
    pub(crate) hash: String,
    pub(crate) written: Option<Written>,
    /// The gesture, as `visit.arrivals.put`.
    pub(crate) message: String,
}

/// A ticket that the record belongs to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct TicketName {
    #[schema(value_type = String)]
    id: Id,
    upstream_no: Option<String>,
    title: String,
    status: String,
}

/// What every record tells.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordStory {
    #[schema(value_type = String)]
    pub(crate) id: Id,
    /// Kind of the record.
    pub(crate) kind: &'static str,
    /// What is told here: a decision says it as `seen`.
    pub(crate) changed_seq: i64,
    pub(crate) tickets: Vec<TicketName>,
    /// Registers under `fields`, and answers under `answers`.
    pub(crate) values: Vec<Valued>,
    /// Long texts by name.
    pub(crate) notes: BTreeMap<&'static str, String>,
    pub(crate) disagreements: Vec<Disagreement>,
    pub(crate) collections: BTreeMap<&'static str, Vec<EntryStory>>,
    /// Hashes of photos that are still on a phone.
    pub(crate) photos_pending: Vec<String>,
    /// Every change, oldest first.
    pub(crate) history: Vec<HistoryLine>,
    /// Phones that wrote in it.
    pub(crate) devices: Vec<DeviceName>,
}

impl RecordStory {
    /// Whether several values stand side by side at `path`.
    pub(crate) fn disagrees_at(&self, path: &str) -> bool {
        self.disagreements.iter().any(|one| one.path == path)
    }
}

/// Tells what a document says; `record` is read out of what `witness` has seen, and `contacts` is what the reader may
/// know of sealed numbers.
pub(crate) async fn tell(
    document: &DocumentRow,
    record: &Record,
    witness: &Witness<'_>,
    contacts: &Contacts,
    tx: &mut Tx,
) -> Result<RecordStory, ApiError> {
    let linked = tx
        .list_document_tickets(document.id, document.tenant)
        .await?;
    let tickets = ticket_names(document.tenant, &linked, tx).await?;
    let missing = tx
        .list_pending_photos(document.tenant, &[document.id])
        .await?;
    let answers = record.answers.iter();
    let answers = answers.map(|(path, register)| (path.clone(), register));
    let mut told = RecordStory {
        id: document.id,
        kind: document.kind.as_str(),
        changed_seq: document.changed_seq,
        tickets,
        values: record
            .fields
            .iter()
            .map(|(name, register)| (format!("fields/{name}"), register))
            .chain(answers)
            .map(|(path, register)| witness.shown(register, Some(path)))
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
                let entries = entries.iter().map(|entry| witness.entry(entry));
                (*name, entries.collect())
            })
            .collect(),
        photos_pending: missing.iter().map(|(_, photo)| photo.to_string()).collect(),
        history: witness.history(),
        devices: witness.devices.values().cloned().collect(),
    };
    contacts.tell(document, &mut told);
    Ok(told)
}

/// The tickets by name, as far as the sub-district has them.
pub(crate) async fn ticket_names(
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
pub(crate) fn load(document: &DocumentRow, segments: &[SegmentRow]) -> Result<Document, ApiError> {
    let packed: Vec<_> = segments.iter().map(|segment| &segment.bytes).collect();
    rebuild(document.kind, &packed).map_err(|_| {
        ApiError::internal(&store::Error::Corrupt {
            table: "segment",
            column: "bytes",
        })
    })
}
