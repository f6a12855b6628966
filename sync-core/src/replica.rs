//! The device side: documents, tickets and the outbox of one phone.
//!
//! The replica keeps no files. It answers every call with a [`Batch`] of key-value writes; the host stores the
//! whole batch in one durable transaction before it shows or sends anything. At start the host hands every
//! stored pair to [`Replica::restore`] and calls [`Replica::ready`]. A host whose store refuses a batch drops
//! the replica and restores it from the store: memory never runs ahead of what is kept.
//!
//! The loop that a host writes: `edit -> store batch`; when there is a network, `request -> POST /v1/sync`, then
//! for each frame of the answer `receive -> store batch`, until a frame says that there is no more.

mod aside;
mod calendar;
mod clocks;
mod forms;
mod hand_over;
mod offer;
mod receive;
mod store;
mod tickets;
mod unsent;
mod view;
mod writers;

use std::collections::{BTreeMap, BTreeSet};

use serde_bytes::ByteBuf;
use sha2::{Digest, Sha256};

use crate::calendar::Calendar;
use crate::chunk;
use crate::deadline::Profile;
use crate::document::Document;
use crate::edit::{Edit, EditError};
use crate::form::Form;
use crate::ids::Id;
use crate::kinds::Kind;
use crate::limits;
use crate::protocol::{self, Push, Reference, SyncRequest, TicketRecord, Unsent, VERSION};
use crate::segment;
use crate::time::Timestamp;

pub use aside::{AsideView, Remedy};
pub use clocks::TicketClocks;
pub use forms::{Fits, FormView};
pub use receive::Received;
pub use store::{Batch, Session};
pub use tickets::TicketView;
pub use view::{EntryView, Ready, RecordRow, RecordView, SyncStatus};

use store::{Change, ChangeState, DocumentFacts, Meta, Stored, key};

/// Why the replica cannot do what was asked. `code` is stable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplicaError {
    /// The document cannot be rebuilt from its changes; the rest works on.
    #[error("document_damaged")]
    Damaged,
    /// The gesture does not fit.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// An answer of the hub that is no frame.
    #[error("frame_malformed")]
    Frame(#[from] protocol::DecodeError),
    /// The document is read-only here: approved, or its ticket went to somebody else.
    #[error("visit_locked")]
    Locked,
    /// Nobody has signed in on this phone.
    #[error("no_session")]
    NoSession,
    /// No such document.
    #[error("document_unknown")]
    Unknown,
}

/// Everything one phone holds, in memory.
pub struct Replica {
    seed: [u8; 32],
    /// Counts the actors of this run: a new one is taken after a quarantine, whose numbers are lost.
    generation: u32,
    meta: Meta,
    documents: BTreeMap<Id, Slot>,
    tickets: BTreeMap<Id, StoredTicket>,
    reference: Reference,
    calendar: Calendar,
    profiles: Vec<Profile>,
    forms: Vec<Form>,
    /// A whole answer came since the start: what the store had lost of its own is back.
    in_step: bool,
    /// The times that the host gives are estimates.
    clock_doubted: bool,
    /// Documents that the next request asks for whole.
    lacking: BTreeSet<Id>,
    /// Documents of which a part was found missing in the present answer.
    found_lacking: BTreeSet<Id>,
}

#[derive(Clone)]
struct StoredTicket {
    record: TicketRecord,
    removed: bool,
}

/// One document: its facts, its changes as stored, and the document itself once somebody looked at it.
struct Slot {
    facts: DocumentFacts,
    changes: BTreeMap<u32, Change>,
    loaded: Option<Document>,
}

impl Replica {
    /// An empty replica. `seed`: 32 fresh random bytes at every start, never stored; the actors of this run
    /// come from it, so that a phone that lost its last write never uses an actor's number twice.
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            seed,
            generation: 0,
            meta: Meta::default(),
            documents: BTreeMap::new(),
            tickets: BTreeMap::new(),
            reference: Reference::default(),
            calendar: Calendar::shipped(),
            profiles: Profile::shipped(),
            forms: Form::shipped(),
            in_step: false,
            clock_doubted: false,
            lacking: BTreeSet::new(),
            found_lacking: BTreeSet::new(),
        }
    }

    /// Remembers who works on this phone.
    pub fn start_session(&mut self, session: Session) -> Batch {
        let before = self.meta.session.replace(session);
        let mut batch = Batch::of([self.meta_write()]);
        let device = |session: &Session| session.device;
        if before.as_ref().map(device) != self.session().map(device) {
            self.send_received_again(&mut batch);
        }
        batch
    }

    /// Who works on this phone.
    pub const fn session(&self) -> Option<&Session> {
        self.meta.session.as_ref()
    }

    /// Whether the times that this phone gives from here on are estimates: its clock cannot be right. Gestures say so.
    pub const fn doubt_clock(&mut self, doubted: bool) {
        self.clock_doubted = doubted;
    }

    /// Who works on this phone, if that is a residents' representative.
    fn representative(&self) -> Option<Id> {
        let session = self.session()?;
        session.role.is_representative().then_some(session.person)
    }

    /// Where this phone stands; opaque, `None` before the first answer.
    pub fn cursor(&self) -> Option<&[u8]> {
        self.meta.cursor.as_ref().map(|cursor| cursor.as_slice())
    }

    /// Begins a document under a ticket. `doc` is a fresh id.
    ///
    /// # Errors
    /// Without a session, or if its person begins none; else as [`Self::edit`].
    pub fn begin(
        &mut self,
        kind: Kind,
        doc: Id,
        ticket: Id,
        now: Timestamp,
    ) -> Result<Batch, ReplicaError> {
        self.session().ok_or(ReplicaError::NoSession)?;
        if self.representative().is_some() {
            return Err(EditError::OutsideRepresentation.into());
        }
        let first = kind.begin(ticket).ok_or(ReplicaError::Unknown)?;
        let facts = DocumentFacts::begun(Some(kind), ticket, now);
        self.documents.entry(doc).or_insert_with(|| Slot {
            facts,
            changes: BTreeMap::new(),
            loaded: None,
        });
        self.edit(doc, &first, now)
    }

    /// Writes one gesture. An empty batch means that nothing was different.
    ///
    /// # Errors
    /// Nothing is written when the gesture does not fit or the visit is read-only.
    pub fn edit(&mut self, doc: Id, edit: &Edit, now: Timestamp) -> Result<Batch, ReplicaError> {
        let actor = self.actor();
        let doubted = self.clock_doubted;
        let representative = self.representative();
        let slot = self.documents.get_mut(&doc).ok_or(ReplicaError::Unknown)?;
        if slot.facts.is_locked() {
            return Err(ReplicaError::Locked);
        }
        if slot.bytes() > limits::DOCUMENT_BYTES {
            return Err(EditError::DocumentFull.into());
        }
        let edit = &slot.knowing(edit);
        forms::may(&self.forms, edit, || slot.filled())?;
        let mut batch = Batch::default();
        let again = slot.entry_again(edit, doc, &mut batch)?;
        let next = slot.next_number();
        let mut made = Vec::new();
        for edit in again.iter().chain([edit]) {
            let document = slot.load()?;
            let may = representative.map_or(Ok(()), |person| document.represents(edit, person));
            match may.and_then(|()| document.edit_by(edit, actor, now, doubted)) {
                Ok(bytes) => made.extend(bytes),
                Err(error) => {
                    // Nothing of a gesture stays that does not fit whole.
                    slot.loaded = None;
                    return Err(error.into());
                }
            }
        }
        let answers = slot.answer(edit.paths(), next);
        if made.is_empty() && !answers && batch.writes.is_empty() {
            return Ok(batch);
        }
        for (number, bytes) in (next..).zip(made) {
            let change = Change {
                stored: Stored::Own(ByteBuf::from(bytes)),
                state: ChangeState::Queued,
            };
            batch.push(key::change(doc, number), &change);
            slot.changes.insert(number, change);
            slot.facts.changed_at = now;
        }
        slot.refresh()?;
        batch.push(key::document(doc), &slot.facts);
        Ok(batch)
    }

    /// The body of the next `POST /v1/sync`: queued changes, as many as one request holds.
    pub fn request(
        &self,
        want_bytes: u32,
        now: Timestamp,
        app: &str,
        unsent_photos: u32,
    ) -> SyncRequest {
        let mut room = limits::REQUEST_BYTES / 2;
        let mut push = Vec::new();
        let mut whole = 0;
        for (doc, slot) in &self.documents {
            if push.len() >= limits::REQUEST_DOCUMENTS {
                break;
            }
            let mut queued: Vec<&[u8]> = Vec::new();
            for bytes in slot.queued() {
                if bytes.len() > room || queued.len() >= limits::SEGMENT_CHANGES {
                    break;
                }
                room -= bytes.len();
                queued.push(bytes);
            }
            if let (Some(kind), false) = (slot.kind(), queued.is_empty()) {
                let all = queued.len() == slot.queued().count();
                whole += usize::from(all && slot.count_queued() > 0);
                let segment = ByteBuf::from(segment::pack(&queued));
                push.push(Push {
                    doc: *doc,
                    kind,
                    ticket: slot.facts.ticket,
                    segment,
                    signature: None,
                });
            }
        }
        let queued = self.documents.values().map(Slot::count_queued);
        let (records, changes) = queued.fold((0, 0), |(records, changes), count| {
            (records + usize::from(count > 0), changes + count)
        });
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        SyncRequest {
            v: VERSION,
            timeline: self.meta.timeline.clone(),
            cursor: self.meta.cursor.clone(),
            want_bytes,
            push,
            app: app.to_owned(),
            now,
            unsent: Unsent {
                changes: number(changes),
                photos: unsent_photos,
                records: Some(number(records.saturating_sub(whole))),
            },
            own: !self.in_step,
            whole: self.whole_wanted(),
            signature: None,
        }
    }

    /// Documents to ask for whole: at a start also those that it left incomplete.
    fn whole_wanted(&self) -> Vec<Id> {
        let left = self.documents.iter().filter(|(_, slot)| {
            let facts = &slot.facts;
            !self.in_step && (facts.incomplete || facts.damaged)
        });
        let left = left.map(|(doc, _)| *doc);
        let all: BTreeSet<Id> = self.lacking.iter().copied().chain(left).collect();
        all.into_iter().take(limits::REQUEST_WHOLE).collect()
    }

    /// Sixteen bytes that no other run of any phone uses.
    fn actor(&self) -> [u8; 16] {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.generation.to_be_bytes())
            .finalize()
            .into();
        protocol::short(&digest)
    }

    fn meta_write(&self) -> (String, Option<Vec<u8>>) {
        (key::META.to_owned(), Some(protocol::encode(&self.meta)))
    }
}

impl Slot {
    /// The document, built from its changes at first use.
    fn load(&mut self) -> Result<&mut Document, ReplicaError> {
        if self.loaded.is_none() {
            // Known by its state alone so far: the office told of it before its changes came.
            let kind = self.kind().ok_or(ReplicaError::Unknown)?;
            let mut document = Document::seeded(kind);
            let mut changes = Vec::new();
            for change in self.changes.values().filter(|change| change.counts()) {
                match &change.stored {
                    Stored::Own(bytes) => changes.push(bytes.to_vec()),
                    Stored::Pulled(packed) => {
                        changes.extend(segment::unpack(packed).map_err(|_| ReplicaError::Damaged)?)
                    }
                }
            }
            document
                .apply(&changes)
                .map_err(|_| ReplicaError::Damaged)?;
            self.loaded = Some(document);
        }
        self.loaded.as_mut().ok_or(ReplicaError::Damaged)
    }

    /// The document's kind. Where the facts were lost, own changes still say it in their intent.
    fn kind(&self) -> Option<Kind> {
        let said = |change: &Change| {
            let Stored::Own(bytes) = &change.stored else {
                return None;
            };
            let header = chunk::scan(bytes).ok()?;
            Kind::parse(header.message.split('.').next()?)
        };
        self.facts
            .kind
            .or_else(|| self.changes.values().find_map(said))
    }

    /// A mark says how many decisions of the office its writer knew of.
    fn knowing(&self, edit: &Edit) -> Edit {
        let mut edit = edit.clone();
        if let Edit::Mark { answers, .. } = &mut edit {
            *answers = u32::try_from(self.facts.reviews.len()).unwrap_or(u32::MAX);
        }
        edit
    }

    fn next_number(&self) -> u32 {
        self.changes
            .last_key_value()
            .map_or(0, |(number, _)| number + 1)
    }

    /// Bytes of all changes kept.
    fn bytes(&self) -> usize {
        self.changes
            .values()
            .map(|change| change.stored.bytes().len())
            .sum()
    }

    fn queued(&self) -> impl Iterator<Item = &[u8]> {
        self.changes
            .values()
            .filter(|change| change.is_to_send())
            .map(|change| change.stored.bytes())
    }

    /// Own changes that the hub does not have; those that it put aside it has.
    fn count_queued(&self) -> usize {
        let queued = |change: &&Change| change.is_to_send() && change.counts();
        self.changes.values().filter(queued).count()
    }
}
