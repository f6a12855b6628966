//! Own words that are not in the record: changes that the hub put aside, and what builds on these. They stay on the
//! screens of this phone, marked, until the office takes them or their person answers them. Nothing that is written
//! from now on builds on them, since the hub would have to hold that back too.

use std::collections::BTreeMap;

use serde::Serialize;

use super::store::{ChangeState, Stored, key};
use super::{Batch, Replica, ReplicaError, Slot};
use crate::answers;
use crate::chunk;
use crate::document::Document;
use crate::edit::Edit;
use crate::ids::Id;
use crate::reason::Reason;
use crate::record::{Entry, Record, Register, Written};
use crate::time::Timestamp;
use crate::value::Value;

/// Own words at one place that are not in the record. The view shows them in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AsideView {
    /// `fields/NAME`, `answers/QUESTION/PART`, `notes/NAME`, `COLLECTION/ID` for a whole entry, or `COLLECTION/ID/NAME`.
    pub path: String,
    /// Why.
    pub code: Reason,
    /// When they were written, by the phone's clock.
    pub at: Timestamp,
    /// What the record says there instead.
    pub recorded: Value,
    /// What helps.
    pub remedy: Remedy,
}

/// What helps words that were put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// Only the office can.
    Office,
    /// Written anew they pass.
    Rewrite,
    /// They are offered again by themselves.
    Wait,
}

/// A document as its person here knows it.
pub(super) struct Shown {
    /// The record, with own words in it that were put aside.
    pub(super) record: Record,
    /// Where these stand.
    pub(super) aside: Vec<AsideView>,
    /// Members of sets that only put-aside changes have made.
    members: Vec<(&'static str, Id)>,
}

/// A change of this phone that is not in the document.
pub(super) struct Own {
    number: u32,
    reason: Reason,
    at: Timestamp,
    message: String,
}

pub(super) type Aside = BTreeMap<[u8; 32], Own>;

/// Marks of the workflow: one that was not taken has moved nothing, so it is told beside the record only.
const MARKS: &str = "events";

impl Replica {
    /// Writes own words anew that were put aside: those at `path`, or all. An empty batch means that there are none.
    ///
    /// # Errors
    /// As [`Self::edit`]; what was written before the refused one is in no batch, so restore from the store.
    pub fn rewrite(
        &mut self,
        doc: Id,
        path: Option<&str>,
        now: Timestamp,
    ) -> Result<Batch, ReplicaError> {
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        let shown = slot.shown()?;
        let places = shown.aside.iter().map(|one| one.path.as_str());
        let places = places.filter(|place| path.is_none_or(|wanted| wanted == *place));
        let mut edits: Vec<Edit> = places.filter_map(|place| shown.edit_at(place)).collect();
        if path.is_none() {
            edits.extend(shown.members.iter().map(|(set, id)| Edit::Include {
                set: (*set).to_owned(),
                id: *id,
                included: true,
            }));
        }
        let mut batch = Batch::default();
        for edit in edits {
            batch.writes.extend(self.edit(doc, &edit, now)?.writes);
        }
        Ok(batch)
    }

    /// The person has seen that the words at `path` were put aside and goes on without them. Their bytes stay.
    ///
    /// # Errors
    /// If the document is unknown or damaged.
    pub fn leave_aside(&mut self, doc: Id, path: &str) -> Result<Batch, ReplicaError> {
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        slot.answer([path.to_owned()], slot.next_number());
        slot.refresh()?;
        let mut batch = Batch::default();
        batch.push(key::document(doc), &slot.facts);
        Ok(batch)
    }
}

impl Slot {
    /// The document as its person here knows it.
    pub(super) fn shown(&mut self) -> Result<Shown, ReplicaError> {
        self.load()?;
        let document = self.loaded.as_ref().ok_or(ReplicaError::Damaged)?;
        let mut shown = Shown {
            record: Record::of(document),
            aside: Vec::new(),
            members: Vec::new(),
        };
        let Some((whole, aside)) = self.whole(document) else {
            return Ok(shown);
        };
        self.show_registers(&mut shown, &whole, &aside);
        self.show_notes(&mut shown, &whole, &aside);
        Ok(shown)
    }

    /// Reads anew what lists show.
    pub(super) fn refresh(&mut self) -> Result<(), ReplicaError> {
        let kind = self.kind().ok_or(ReplicaError::Unknown)?;
        let shown = self.shown()?;
        self.facts.summary = kind.summarise(self.load()?, &shown.record);
        self.facts.aside = u32::try_from(shown.aside.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    /// Words at these places that changes before number `next` wrote and that were put aside are answered; whether
    /// there can be any.
    pub(super) fn answer(&mut self, paths: impl IntoIterator<Item = String>, next: u32) -> bool {
        if self.facts.aside == 0 {
            return false;
        }
        let answers = paths.into_iter().map(|path| (path, next));
        self.facts.answered.extend(answers);
        true
    }

    /// The document with the changes that were put aside, and these; `None` if there are none.
    pub(super) fn whole(&self, document: &Document) -> Option<(Document, Aside)> {
        if self.changes.values().all(|change| change.counts()) {
            return None;
        }
        let mut whole = document.clone();
        let mut aside = Aside::new();
        for (number, change) in &self.changes {
            let Stored::Own(bytes) = &change.stored else {
                continue;
            };
            let Ok(header) = chunk::scan(bytes) else {
                continue;
            };
            if document.has(&header.hash) {
                continue;
            }
            // One that the engine does not take must not hide the others.
            let _ = whole.apply(&[bytes]);
            let parent = header.deps.iter().find_map(|dep| aside.get(dep));
            let inherited = parent.map(|parent| parent.reason);
            let reason = change.state.aside().or(inherited);
            let own = Own {
                number: *number,
                reason: reason.unwrap_or(Reason::DependsOnQuarantined),
                at: Timestamp::from_millis(header.time.saturating_mul(1000)),
                message: header.message,
            };
            aside.insert(header.hash, own);
        }
        Some((whole, aside))
    }

    fn show_registers(&self, shown: &mut Shown, whole: &Document, aside: &Aside) {
        let own = |written: &Written| aside.get(&whole.change_of(&written.op)?);
        let record = Record::of(whole);
        for (name, register) in &record.fields {
            let path = format!("fields/{name}");
            let recorded = shown.record.field(name).clone();
            if let Some((written, own)) = own_words(register, own)
                && written.value != recorded
                && self.is_open(&path, own)
            {
                shown.record.fields.insert(name, alone(written));
                shown.aside.push(self.view(path, own, recorded));
            }
        }
        for (path, register) in &record.answers {
            let recorded = shown.record.answer(path).clone();
            if let Some((written, own)) = own_words(register, own)
                && written.value != recorded
                && self.is_open(path, own)
            {
                let register = alone(written);
                shown.record.answers.insert(path.clone(), register);
                shown.aside.push(self.view(path.clone(), own, recorded));
            }
        }
        for (collection, entries) in &record.collections {
            let known = shown.record.collections.remove(collection);
            let mut known = known.unwrap_or_default();
            for entry in entries {
                let path = format!("{collection}/{}", entry.id);
                let place = known.iter_mut().find(|one| one.id == entry.id);
                let Some(place) = place else {
                    let words = entry.registers.values();
                    let last = words.filter_map(|register| own_words(register, own));
                    let Some((_, own)) = last.max_by_key(|(_, own)| own.number) else {
                        continue;
                    };
                    if self.is_open(&path, own) {
                        shown.aside.push(self.view(path, own, Value::Empty));
                        known.push(entry.clone());
                    }
                    continue;
                };
                for (name, register) in &entry.registers {
                    let path = format!("{path}/{name}");
                    let recorded = place.value(name).clone();
                    if let Some((written, own)) = own_words(register, own)
                        && written.value != recorded
                        && self.is_open(&path, own)
                    {
                        place.registers.insert(name, alone(written));
                        shown.aside.push(self.view(path, own, recorded));
                    }
                }
            }
            known.sort_by_key(|entry| entry.id);
            shown.record.collections.insert(collection, known);
        }
        for (set, ids) in &record.sets {
            let known = shown.record.sets.get(set);
            let missing = ids
                .iter()
                .filter(|id| known.is_none_or(|known| !known.contains(id)));
            shown.members.extend(missing.map(|id| (*set, *id)));
        }
    }

    /// A long text as it was when its person last wrote in it: merged with a later one it would be nobody's words.
    fn show_notes(&self, shown: &mut Shown, whole: &Document, aside: &Aside) {
        let mut last: BTreeMap<&str, (&[u8; 32], &Own)> = BTreeMap::new();
        for (hash, own) in aside {
            let Some((_, note)) = own.message.split_once(".note.") else {
                continue;
            };
            let entry = last.entry(note).or_insert((hash, own));
            if entry.1.number < own.number {
                *entry = (hash, own);
            }
        }
        for (note, recorded) in &mut shown.record.notes {
            let Some((hash, own)) = last.get(note) else {
                continue;
            };
            let path = format!("notes/{note}");
            let Some(text) = whole.note_at(note, hash) else {
                continue;
            };
            if text != *recorded && self.is_open(&path, own) {
                let recorded = std::mem::replace(recorded, text);
                shown
                    .aside
                    .push(self.view(path, own, Value::Text(recorded)));
            }
        }
    }

    /// Whether the person has not answered these words since.
    fn is_open(&self, path: &str, own: &Own) -> bool {
        let answered = self.facts.answered.get(path);
        answered.is_none_or(|next| own.number >= *next)
    }

    fn view(&self, path: String, own: &Own, recorded: Value) -> AsideView {
        AsideView {
            path,
            code: own.reason,
            at: own.at,
            recorded,
            remedy: Remedy::of(own.reason, self.facts.is_locked()),
        }
    }
}

impl Shown {
    /// The gesture that writes what is shown at a place.
    pub(super) fn edit_at(&self, path: &str) -> Option<Edit> {
        let mut parts = path.split('/');
        let (first, second, third) = (parts.next()?, parts.next()?, parts.next());
        match (first, third) {
            ("fields", _) => Some(Edit::SetField {
                field: second.to_owned(),
                value: self.record.field(second).clone(),
            }),
            (answers::ANSWERS, Some(part)) => Some(Edit::Answer {
                question: second.to_owned(),
                part: part.to_owned(),
                value: self.record.answer(path).clone(),
            }),
            ("notes", _) => Some(Edit::SetNote {
                note: second.to_owned(),
                text: self.record.notes.get(second)?.clone(),
            }),
            (collection, name) => {
                let id = Id::parse(second)?;
                let entries = self.record.entries(collection);
                let entry = entries.iter().find(|entry| entry.id == id)?;
                let registers = entry.registers.iter();
                let wanted = registers.filter(|(known, _)| name.is_none_or(|name| name == **known));
                let fields = wanted.map(|(name, register)| {
                    let value = register.shown.value.clone();
                    ((*name).to_owned(), value)
                });
                Some(Edit::PutEntry {
                    collection: collection.to_owned(),
                    id,
                    fields: fields.collect(),
                })
            }
        }
    }

    /// Takes marks of the workflow out that are not in the record.
    pub(super) fn without_marks(mut self) -> Self {
        let aside: Vec<_> = self.aside.iter().map(|one| one.path.clone()).collect();
        if let Some(marks) = self.record.collections.get_mut(MARKS) {
            marks.retain(|mark: &Entry| !aside.contains(&format!("{MARKS}/{}", mark.id)));
        }
        self
    }
}

impl Remedy {
    const fn of(reason: Reason, locked: bool) -> Self {
        let form_or_order = matches!(
            reason,
            Reason::ChecksumWrong
                | Reason::ChunkMalformed
                | Reason::DependsOnQuarantined
                | Reason::EncodingNotCanonical
                | Reason::Equivocation
                | Reason::NotReadableAfter
                | Reason::SeedMissing
                | Reason::SegmentMalformed
                | Reason::StartOperationWrong
                | Reason::TimeImpossible
        );
        if reason.may_pass_later() {
            Self::Wait
        } else if form_or_order && !locked {
            Self::Rewrite
        } else {
            Self::Office
        }
    }
}

impl ChangeState {
    /// Why the change is not in the record, if it is not.
    pub(super) const fn aside(self) -> Option<Reason> {
        match self {
            Self::Offered(reason) | Self::Quarantined(reason) | Self::Refused(reason) => {
                Some(reason)
            }
            Self::Admitted | Self::Queued | Self::Received | Self::Repeated => None,
        }
    }
}

/// The last own words in a register that are not in the record.
fn own_words<'a>(
    register: &'a Register,
    own: impl Fn(&Written) -> Option<&'a Own>,
) -> Option<(&'a Written, &'a Own)> {
    let values = std::iter::once(&register.shown).chain(&register.others);
    values
        .filter_map(|written| Some((written, own(written)?)))
        .max_by_key(|(_, own)| own.number)
}

fn alone(written: &Written) -> Register {
    Register {
        shown: written.clone(),
        others: Vec::new(),
    }
}
