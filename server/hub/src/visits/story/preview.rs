//! The same story of a record with changes in it that were put aside.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sync_core::document::Document;
use sync_core::form::Sheet;
use sync_core::gate::preview::{Plain, Preview, ShownRegister, ShownValue};
use sync_core::kinds::Kind;
use sync_core::lifecycle::ReviewState;
use sync_core::protocol::short;
use sync_core::{Id, Timestamp, hex};

use super::{VisitStory, reviews};
use crate::error::ApiError;
use crate::records::contacts::Contacts;
use crate::records::story::{
    Disagreement, EntryStory, HistoryLine, RecordStory, TicketName, Valued, Written, ticket_names,
};
use crate::records::witness::Witness;
use doors::PutAside;
use store::Tx;
use store::documents::DocumentRow;
use store::log::SegmentRow;

/// Tells what the document would say; `document` is its row, or what would be its row.
pub(in crate::visits) async fn tell(
    document: &DocumentRow,
    aside: &[PutAside],
    preview: &Preview,
    tx: &mut Tx,
) -> Result<VisitStory, ApiError> {
    let (tenant, doc) = (document.tenant, document.id);
    let mut segments = tx.list_segments(tenant, doc).await?;
    segments.extend(aside.iter().map(|PutAside { row, .. }| SegmentRow {
        seq: row.seq,
        device: row.device,
        person: row.person,
        received_at: row.received_at,
        hashes: row.hashes.clone(),
        bytes: Vec::new(),
    }));
    let empty = Document::seeded(document.kind);
    let witness = Witness::of(document, &empty, &segments, tx).await?;
    let times = preview.changes.iter();
    let times = times.filter_map(|one| Some((hash_of(&one.hash)?, (one.time, one.doubted))));
    let teller = Teller {
        witness: &witness,
        times: times.collect(),
    };
    let state = tx.find_visit_state(tenant, doc).await?;
    let linked = tx.list_document_tickets(doc, tenant).await?;
    let linked = if linked.is_empty() {
        vec![document.ticket]
    } else {
        linked
    };
    let missing = tx.list_pending_photos(tenant, &[doc]).await?;
    let names = aside
        .iter()
        .flat_map(|one| one.row.hashes.as_chunks::<16>().0);
    let form = form_of(document, preview, tx).await?;
    let mut record = RecordStory {
        id: doc,
        kind: document.kind.as_str(),
        changed_seq: document.changed_seq,
        tickets: ticket_names(tenant, &linked, tx).await?,
        values: teller.fields(preview),
        notes: notes(document.kind, preview),
        disagreements: teller.disagreements(preview),
        collections: teller.collections(document.kind, preview),
        photos_pending: missing.iter().map(|(_, photo)| photo.to_string()).collect(),
        history: teller.history(preview),
        devices: witness.devices.values().cloned().collect(),
    };
    // The desk decides on the form; by which number somebody can be reached it needs not know.
    Contacts::Sealed.tell(document, &mut record);
    Ok(VisitStory {
        record,
        state: state
            .as_ref()
            .map_or(ReviewState::FIRST, |state| state.state)
            .as_str()
            .to_owned(),
        form,
        late: false,
        submitted_at: state.and_then(|state| state.submitted_at),
        reviews: reviews(document, &witness, tx).await?,
        late_changes: names.map(|name| hex::encode(name)).collect(),
        photos_used: Vec::new(),
    })
}

/// The form that the record names, as far as a record of its kind has one.
async fn form_of(
    document: &DocumentRow,
    preview: &Preview,
    tx: &mut Tx,
) -> Result<Option<Sheet>, ApiError> {
    if document.kind != Kind::VISIT {
        return Ok(None);
    }
    let named = preview.fields.iter().find(|one| one.name == "form");
    let name = match named.map(|one| &one.shown.value) {
        Some(Plain::Text(name)) => name.as_str(),
        _ => "",
    };
    let forms = tx.load_forms(document.tenant).await?;
    Ok(Sheet::named(&forms, name))
}

/// The ticket by name, if the sub-district has it.
pub(in crate::visits) async fn ticket_name(
    tenant: Id,
    ticket: Id,
    tx: &mut Tx,
) -> Result<Option<TicketName>, store::Error> {
    Ok(ticket_names(tenant, &[ticket], tx).await?.pop())
}

struct Teller<'a> {
    witness: &'a Witness<'a>,
    /// When each change was made, by the phone's clock, and whether the phone doubted it.
    times: BTreeMap<[u8; 32], (Timestamp, bool)>,
}

impl Teller<'_> {
    fn written(&self, hash: &[u8]) -> Option<Written> {
        let hash = hash_of(hash)?;
        let (at, doubted) = self.times.get(&hash)?;
        Some(self.witness.written_at(&hash, *at, *doubted))
    }

    fn valued(&self, value: &ShownValue, path: Option<String>) -> Valued {
        Valued {
            path,
            op: value.op.clone(),
            value: json(&value.value),
            written: value.hash.as_ref().and_then(|hash| self.written(hash)),
        }
    }

    fn fields(&self, preview: &Preview) -> Vec<Valued> {
        let all = registers(preview);
        all.map(|(path, register)| self.valued(&register.shown, Some(path)))
            .collect()
    }

    fn disagreements(&self, preview: &Preview) -> Vec<Disagreement> {
        let fields = registers(preview);
        let entries = preview.collections.iter().flat_map(|(name, entries)| {
            entries.iter().flat_map(move |entry| {
                let path = move |register: &ShownRegister| {
                    format!("{name}/{}/{}", entry.id, register.name)
                };
                let registers = entry.registers.iter();
                registers.map(move |register| (path(register), register))
            })
        });
        let disputed = fields
            .chain(entries)
            .filter(|(_, register)| !register.others.is_empty());
        disputed
            .map(|(path, register)| Disagreement {
                path,
                values: std::iter::once(&register.shown)
                    .chain(&register.others)
                    .map(|value| self.valued(value, None))
                    .collect(),
                shown: register.shown.op.clone(),
            })
            .collect()
    }

    fn collections(
        &self,
        kind: Kind,
        preview: &Preview,
    ) -> BTreeMap<&'static str, Vec<EntryStory>> {
        let mut told = BTreeMap::new();
        for collection in kind.schema().collections {
            let entries = preview.collections.get(collection.name);
            let entries = entries.into_iter().flatten().map(|entry| EntryStory {
                id: entry.id,
                removed: entry.removed,
                values: collection
                    .fields
                    .iter()
                    .filter_map(|field| {
                        let mut all = entry.registers.iter();
                        let found = all.find(|register| register.name == field.name)?;
                        Some((field.name, self.valued(&found.shown, None)))
                    })
                    .collect(),
            });
            told.insert(collection.name, entries.collect());
        }
        told
    }

    fn history(&self, preview: &Preview) -> Vec<HistoryLine> {
        let changes = preview.changes.iter();
        changes
            .filter_map(|change| {
                let hash = hash_of(&change.hash)?;
                Some(HistoryLine {
                    hash: hex::encode(&short(&hash)),
                    written: self.written(&hash),
                    message: change.message.clone(),
                })
            })
            .collect()
    }
}

/// Fields and answers with their paths.
fn registers(preview: &Preview) -> impl Iterator<Item = (String, &ShownRegister)> {
    let fields = preview.fields.iter();
    let fields = fields.map(|register| (format!("fields/{}", register.name), register));
    let answers = preview.answers.iter();
    fields.chain(answers.map(|register| (register.name.clone(), register)))
}

fn notes(kind: Kind, preview: &Preview) -> BTreeMap<&'static str, String> {
    let names = kind.schema().notes.iter();
    let told = names.filter_map(|name| Some((*name, preview.notes.get(*name)?.clone())));
    told.collect()
}

fn hash_of(bytes: &[u8]) -> Option<[u8; 32]> {
    bytes.try_into().ok()
}

fn json(value: &Plain) -> Json {
    match value {
        Plain::Empty => Json::Null,
        Plain::Flag(flag) => Json::from(*flag),
        Plain::Int(number) => Json::from(*number),
        Plain::Text(text) => Json::from(text.as_str()),
    }
}
