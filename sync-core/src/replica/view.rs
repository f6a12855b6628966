//! What the screens of a phone show. All of it serialises to JSON by these names.

use std::collections::BTreeMap;

use serde::Serialize;

use super::aside::AsideView;
use super::store::{ChangeState, Stored};
use super::{Replica, ReplicaError, Slot};
use crate::document::Document;
use crate::hex;
use crate::ids::{Id, MediaHash};
use crate::kinds::Kind;
use crate::protocol::{Reference, ReviewRecord};
use crate::record::{Entry, Register, Written};
use crate::time::Timestamp;
use crate::value::Value;

/// A document, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordView {
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// Its ticket.
    pub ticket: Id,
    /// The office's state; the first one until it told another.
    pub state: String,
    /// Registers by name.
    pub fields: BTreeMap<&'static str, Value>,
    /// Answers to the questions of forms, by their paths.
    pub answers: BTreeMap<String, Value>,
    /// Long texts by name.
    pub notes: BTreeMap<&'static str, NoteView>,
    /// Entries by collection.
    #[serde(flatten)]
    pub collections: BTreeMap<&'static str, Vec<EntryView>>,
    /// Where people disagree.
    pub conflicts: Vec<ConflictView>,
    /// Own words that are shown and not in the record.
    pub aside: Vec<AsideView>,
    /// Own changes that the office has not received.
    pub pending: usize,
    /// Entries with such changes, as `COLLECTION/ID`: of one entry it can be told whether the office has it.
    pub unsent: Vec<String>,
    /// Decisions of the office.
    pub reviews: Vec<ReviewRecord>,
    /// Whether several people wrote in it.
    pub shared: bool,
    /// Read-only here.
    pub locked: bool,
}

/// A long text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoteView {
    /// The whole text.
    pub text: String,
}

/// An entry of a collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// Its id.
    pub id: Id,
    /// Taken out; shown struck through with a way back.
    pub removed: bool,
    /// Registers by name.
    #[serde(flatten)]
    pub values: BTreeMap<&'static str, Value>,
}

/// Values that people wrote at the same time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConflictView {
    /// Path of the register.
    pub path: String,
    /// The shown one first.
    pub values: Vec<ChoiceView>,
}

/// One of several values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChoiceView {
    /// Names the writing.
    pub op: String,
    /// The value.
    pub value: Value,
    /// When, by the writer's phone.
    pub at: Option<Timestamp>,
    /// Who wrote it, as far as the hub has said.
    pub by: Option<Id>,
}

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordRow {
    /// The document.
    pub doc: Id,
    /// Its kind.
    pub kind: Kind,
    /// Its ticket.
    pub ticket: Id,
    /// The office's state; the first one until it told another.
    pub state: String,
    /// Address in one line.
    pub place: String,
    /// Code of the outcome.
    pub outcome: String,
    /// When it was last changed here.
    pub changed_at: Timestamp,
    /// When the first check-in was.
    pub arrived_at: Option<Timestamp>,
    /// Own changes on this phone only.
    pub queued: usize,
    /// Own changes at the office, not yet checked.
    pub received: usize,
    /// Own changes in the record.
    pub admitted: usize,
    /// Own changes put aside or not taken.
    pub quarantined: usize,
    /// Places of own words that are not in the record.
    pub aside: u32,
    /// Hashes of the photos that are not taken out.
    pub photos: Vec<MediaHash>,
    /// Decisions of the office.
    pub reviews: Vec<ReviewRecord>,
    /// Places where people disagree.
    pub disagreements: usize,
    /// Whether this phone wrote in it.
    pub mine: bool,
    /// Whether several people did: nobody discards alone what is not theirs alone.
    pub shared: bool,
    /// Read-only here.
    pub locked: bool,
    /// Cannot be opened; its changes are kept.
    pub damaged: bool,
}

/// How things stand between this phone and the office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SyncStatus {
    /// Own changes on this phone only.
    pub queued: usize,
    /// At the office, not yet checked.
    pub received: usize,
    /// In the record.
    pub admitted: usize,
    /// Put aside by the gate.
    pub quarantined: usize,
    /// Not taken.
    pub refused: usize,
    /// Places of own words that are not in the record.
    pub aside: usize,
    /// Whether the phone was ever in step.
    pub cursor: bool,
    /// The last whole answer, by the phone's clock.
    pub last_sync_at: Option<Timestamp>,
    /// Hub's clock minus the phone's, ms.
    pub clock_offset_ms: Option<i64>,
    /// The history that the hub tells, in hex; when it is another one, the hub may have lost photos.
    pub timeline: Option<String>,
    /// The last finished backup of the hub holds everything that it received up to then, by its clock.
    pub secured_until: Option<Timestamp>,
}

/// What was found at start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// Documents.
    pub docs: usize,
    /// Tickets.
    pub tickets: usize,
    /// Own changes still to send.
    pub queued: usize,
    /// Documents that cannot be opened.
    pub damaged: Vec<Id>,
}

impl Replica {
    /// Ends the restoring; says what is there.
    pub fn ready(&self) -> Ready {
        let damaged = self
            .documents
            .iter()
            .filter(|(_, slot)| slot.facts.damaged)
            .map(|(doc, _)| *doc);
        Ready {
            docs: self.documents.len(),
            tickets: self.tickets.len(),
            queued: self.status().queued,
            damaged: damaged.collect(),
        }
    }

    /// A document, whole.
    ///
    /// # Errors
    /// If it is unknown or damaged.
    pub fn view(&mut self, doc: Id) -> Result<RecordView, ReplicaError> {
        let me = self.session().map(|session| session.person);
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        let known = slot.shown()?.without_marks();
        let writers = if known.record.disagreements().next().is_some() {
            slot.writers(me)
        } else {
            BTreeMap::new()
        };
        let unsent = slot.unsent(&known.record)?;
        let document = slot.load()?;
        let record = known.record;
        let conflicts = record
            .disagreements()
            .map(|(path, register)| conflict(document, &writers, path, register))
            .collect();
        let collections = record
            .collections
            .iter()
            .map(|(name, entries)| (*name, entries.iter().map(EntryView::of).collect()))
            .collect();
        Ok(RecordView {
            doc,
            kind: document.kind(),
            ticket: slot.facts.ticket,
            state: slot.facts.state.clone(),
            fields: shown(&record.fields),
            answers: record
                .answers
                .iter()
                .map(|(path, register)| (path.clone(), register.shown.value.clone()))
                .collect(),
            notes: record
                .notes
                .iter()
                .map(|(name, text)| (*name, NoteView { text: text.clone() }))
                .collect(),
            collections,
            conflicts,
            aside: known.aside,
            pending: slot.count_queued(),
            unsent,
            reviews: slot.facts.reviews.clone(),
            shared: slot.is_shared(me),
            locked: slot.facts.is_locked(),
        })
    }

    /// The document itself, for a host that reads more than the views show.
    ///
    /// # Errors
    /// If it is unknown or damaged.
    pub fn document(&mut self, doc: Id) -> Result<&Document, ReplicaError> {
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        Ok(slot.load()?)
    }

    /// All documents, the last changed first; those left out of which nothing but the state is known yet.
    pub fn records(&self) -> Vec<RecordRow> {
        let me = self.session().map(|session| session.person);
        let mut rows: Vec<_> = self
            .documents
            .iter()
            .filter_map(|(doc, slot)| slot.row(*doc, me))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.changed_at));
        rows
    }

    /// People and places to choose from.
    pub const fn reference(&self) -> &Reference {
        &self.reference
    }

    /// How things stand.
    pub fn status(&self) -> SyncStatus {
        let mut status = SyncStatus {
            cursor: self.meta.cursor.is_some(),
            last_sync_at: self.meta.last_sync_at,
            clock_offset_ms: self.meta.clock_offset_ms,
            timeline: self
                .meta
                .timeline
                .as_ref()
                .map(|timeline| hex::encode(timeline)),
            secured_until: self.meta.secured_until,
            ..SyncStatus::default()
        };
        for state in self.documents.values().flat_map(Slot::own_states) {
            *match state {
                ChangeState::Queued | ChangeState::Repeated => &mut status.queued,
                ChangeState::Received => &mut status.received,
                ChangeState::Admitted => &mut status.admitted,
                ChangeState::Quarantined(_) => &mut status.quarantined,
                ChangeState::Offered(_) | ChangeState::Refused(_) => &mut status.refused,
            } += 1;
        }
        let aside = self.documents.values().map(|slot| slot.facts.aside);
        status.aside = aside.map(|places| places as usize).sum();
        status
    }
}

impl Slot {
    pub(super) fn own_states(&self) -> impl Iterator<Item = ChangeState> {
        self.changes
            .values()
            .filter(|change| matches!(change.stored, Stored::Own(_)))
            .map(|change| change.state)
    }

    fn row(&self, doc: Id, me: Option<Id>) -> Option<RecordRow> {
        let count = |wanted: fn(&ChangeState) -> bool| self.own_states().filter(wanted).count();
        let summary = &self.facts.summary;
        Some(RecordRow {
            doc,
            kind: self.kind()?,
            ticket: self.facts.ticket,
            state: self.facts.state.clone(),
            place: summary.place.clone(),
            outcome: summary.outcome.clone(),
            changed_at: self.facts.changed_at,
            arrived_at: summary.arrived_at,
            queued: self.count_queued(),
            received: count(|state| *state == ChangeState::Received),
            admitted: count(|state| *state == ChangeState::Admitted),
            quarantined: count(|state| state.aside().is_some()),
            aside: self.facts.aside,
            photos: summary
                .photos
                .iter()
                .filter(|photo| !photo.removed)
                .map(|photo| photo.sha256)
                .collect(),
            reviews: self.facts.reviews.clone(),
            disagreements: summary.disagreements.len(),
            mine: self.own_states().next().is_some(),
            shared: self.is_shared(me),
            locked: self.facts.is_locked(),
            damaged: self.facts.damaged,
        })
    }
}

impl RecordView {
    /// The entries of a collection, removed ones included.
    pub fn entries(&self, collection: &str) -> &[EntryView] {
        self.collections.get(collection).map_or(&[], Vec::as_slice)
    }
}

impl EntryView {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            removed: entry.is_removed(),
            values: shown(&entry.registers),
        }
    }
}

fn shown(registers: &BTreeMap<&'static str, Register>) -> BTreeMap<&'static str, Value> {
    registers
        .iter()
        .map(|(name, register)| (*name, register.shown.value.clone()))
        .collect()
}

fn conflict(
    document: &Document,
    writers: &BTreeMap<String, Id>,
    path: String,
    register: &Register,
) -> ConflictView {
    let choice = |written: &Written| ChoiceView {
        op: written.op.to_string(),
        by: written
            .op
            .to_string()
            .split_once('@')
            .and_then(|(_, actor)| writers.get(actor).copied()),
        value: written.value.clone(),
        at: document
            .change_of(&written.op)
            .and_then(|hash| document.change(&hash))
            .map(|change| change.time),
    };
    let values = std::iter::once(&register.shown)
        .chain(&register.others)
        .map(choice)
        .collect();
    ConflictView { path, values }
}
