//! Taking in the hub's frames.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_bytes::ByteBuf;

use super::store::{Batch, Change, ChangeState, DocumentFacts, Stored, key};
use super::{Replica, ReplicaError, Slot, StoredTicket};
use crate::chunk;
use crate::ids::Id;
use crate::kinds::Kind;
use crate::protocol::{
    self, Changes, End, Frame, Receipt, SHORT_HASH, Scope, ScopeEvent, TicketRecord, VerdictRecord,
    VisitRecord, short,
};
use crate::reason::Reason;
use crate::segment;
use crate::time::Timestamp;

/// What a frame did. Store `batch` in one transaction; the rest tells the screens what to draw again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    /// What to store.
    #[serde(skip)]
    pub batch: Batch,
    /// Name of the frame.
    pub frame: &'static str,
    /// Last frame: whether to ask again at once.
    pub more: Option<bool>,
    /// Last frame: until when this phone, whose person left, may hand over what it holds.
    pub released_until: Option<Timestamp>,
    /// The cursor was void; ask again at once.
    pub resync: bool,
    /// Live channel: ask with `POST /v1/sync`.
    pub poke: bool,
    /// Documents that look different now.
    pub docs: Vec<Id>,
    /// Tickets that look different now.
    pub tickets: Vec<Id>,
}

impl Replica {
    /// Takes in one frame (without its length) at `now` by the phone's clock.
    ///
    /// # Errors
    /// If the bytes are no frame; nothing is changed then.
    pub fn receive(&mut self, frame: &[u8], now: Timestamp) -> Result<Received, ReplicaError> {
        let envelope = protocol::decode_frame(frame)?;
        let mut received = Received::default();
        match envelope.frame {
            Frame::Receipts(receipts) => self.take_receipts(&receipts, now, &mut received),
            Frame::Verdicts(verdicts) => self.take_verdicts(&verdicts, now, &mut received),
            Frame::Scope(scopes) => self.take_scopes(&scopes, &mut received),
            Frame::Tickets(tickets) => self.take_tickets(tickets, &mut received),
            Frame::Visits(visits) => self.take_visits(visits, &mut received),
            Frame::Changes(changes) => self.take_changes(&changes, now, &mut received),
            Frame::Reference(reference) => {
                received.frame = "reference";
                received.batch.push(key::REFERENCE.to_owned(), &reference);
                self.take_reference(reference);
            }
            Frame::Resync { timeline } => self.take_resync(timeline, &mut received),
            Frame::End(end) => self.take_end(&end, now, &mut received),
            Frame::Poke => {
                received.frame = "poke";
                received.poke = true;
            }
        }
        if let Some(cursor) = envelope.cursor {
            self.meta.cursor = Some(cursor);
            received.batch.writes.push(self.meta_write());
        }
        received.docs.dedup();
        Ok(received)
    }

    fn take_receipts(&mut self, receipts: &[Receipt], now: Timestamp, received: &mut Received) {
        received.frame = "receipts";
        for receipt in receipts {
            let Some((doc, slot)) = receipt
                .doc
                .and_then(|doc| Some((doc, self.documents.get_mut(&doc)?)))
            else {
                continue;
            };
            let whole = |hashes: &ByteBuf| hashes.as_chunks::<32>().0.to_vec();
            let (fresh, known) = (whole(&receipt.received), whole(&receipt.duplicate));
            let waiting = whole(&receipt.waiting);
            let refused: Vec<_> = receipt
                .refused
                .iter()
                .map(|refusal| (refusal.hash.to_vec(), refusal.code))
                .collect();
            let mut moves = Moves::default();
            for (number, change) in &mut slot.changes {
                let Some(hash) = change.own_hash() else {
                    continue;
                };
                let refusal = refused
                    .iter()
                    .find(|(name, _)| *name == hash)
                    .map(|(_, code)| *code);
                let durable = [&fresh, &known, &waiting]
                    .iter()
                    .any(|hashes| hashes.contains(&hash));
                let state = match (refusal, change.state) {
                    (Some(code), _) => ChangeState::Refused(code),
                    // The hub had lost nothing.
                    (None, ChangeState::Repeated) if known.contains(&hash) => ChangeState::Admitted,
                    (None, _) if durable && change.is_to_send() => ChangeState::Received,
                    (None, _) => continue,
                };
                moves.note(change.state, state);
                change.state = state;
                received.batch.push(key::change(doc, *number), change);
            }
            // What waits builds on something that the hub does not have, though the record here has it: the hub may
            // have lost more. What builds on put-aside changes waits as it must.
            let lost = !waiting.is_empty()
                && slot
                    .load()
                    .is_ok_and(|document| waiting.iter().any(|hash| document.has(hash)));
            if lost {
                slot.repeat(doc, &waiting, &mut received.batch);
            }
            self.settle(doc, moves, now, received);
        }
    }

    fn take_verdicts(
        &mut self,
        verdicts: &[VerdictRecord],
        now: Timestamp,
        received: &mut Received,
    ) {
        received.frame = "verdicts";
        for verdict in verdicts {
            let Some(slot) = self.documents.get_mut(&verdict.doc) else {
                continue;
            };
            let named = verdict.hashes.as_chunks::<SHORT_HASH>().0;
            let state = verdict
                .quarantined
                .map_or(ChangeState::Admitted, ChangeState::Quarantined);
            let mut moves = Moves::default();
            for (number, change) in &mut slot.changes {
                if !change
                    .own_hash()
                    .is_some_and(|hash| named.contains(&short(&hash)))
                {
                    continue;
                }
                moves.note(change.state, state);
                change.state = state;
                received
                    .batch
                    .push(key::change(verdict.doc, *number), change);
            }
            self.settle(verdict.doc, moves, now, received);
        }
    }

    /// What follows when own changes went out of the record or came into it.
    fn settle(&mut self, doc: Id, moves: Moves, now: Timestamp, received: &mut Received) {
        received.docs.push(doc);
        let Some(slot) = self.documents.get_mut(&doc) else {
            return;
        };
        if moves.taken {
            // What only waited for these may pass now.
            let waits = |reason| reason == Reason::DependsOnQuarantined;
            slot.offer(doc, waits, &mut received.batch);
        }
        if moves.taken || moves.refused.is_some() {
            slot.loaded = None;
            slot.facts.damaged = slot.refresh().is_err();
            received.batch.push(key::document(doc), &slot.facts);
        }
        if let Some(reason) = moves.refused {
            self.generation += 1;
            if reason.may_pass_later() {
                self.note_offer(now, &mut received.batch);
            }
        }
    }

    fn take_scopes(&mut self, scopes: &[Scope], received: &mut Received) {
        received.frame = "scope";
        for scope in scopes {
            let removed = scope.event == ScopeEvent::Removed;
            let whole = scope.doc.is_none();
            if let Some(ticket) = self.tickets.get_mut(&scope.ticket).filter(|_| whole) {
                ticket.removed = removed;
                if let (true, Some(has)) = (removed, &scope.assigned) {
                    ticket.record.assigned = Some(has.clone());
                }
                ticket.write(scope.ticket, &mut received.batch);
            }
            let concerns = |doc: Id, ticket: Id| match scope.doc {
                Some(one) => doc == one,
                None => ticket == scope.ticket,
            };
            for (doc, slot) in self
                .documents
                .iter_mut()
                .filter(|(doc, slot)| concerns(**doc, slot.facts.ticket))
            {
                slot.facts.out_of_scope = removed;
                if !removed {
                    slot.offer(*doc, Reason::may_pass_later, &mut received.batch);
                }
                received.batch.push(key::document(*doc), &slot.facts);
                received.docs.push(*doc);
            }
            received.tickets.push(scope.ticket);
        }
    }

    fn take_tickets(&mut self, tickets: Vec<TicketRecord>, received: &mut Received) {
        received.frame = "tickets";
        for record in tickets {
            let Some(id) = record.id else { continue };
            let stored = StoredTicket {
                record,
                removed: false,
            };
            stored.write(id, &mut received.batch);
            self.tickets.insert(id, stored);
            received.tickets.push(id);
        }
    }

    fn take_visits(&mut self, visits: Vec<VisitRecord>, received: &mut Received) {
        received.frame = "visits";
        for visit in visits {
            let slot = self
                .documents
                .entry(visit.doc)
                .or_insert_with(|| empty_slot(None, visit.ticket));
            slot.facts.state = visit.state;
            slot.facts.reviews = visit.reviews;
            received.batch.push(key::document(visit.doc), &slot.facts);
            received.docs.push(visit.doc);
        }
    }

    fn take_changes(&mut self, changes: &Changes, now: Timestamp, received: &mut Received) {
        received.frame = "changes";
        // Work is as old as it is, whenever it came here; a clock that was ahead puts nothing at the top for ever.
        let hub_now = now.plus_millis(self.meta.clock_offset_ms.unwrap_or(0));
        let slot = self
            .documents
            .entry(changes.doc)
            .or_insert_with(|| empty_slot(Some(changes.kind), changes.ticket));
        slot.facts.kind = Some(changes.kind);
        slot.facts.ticket = changes.ticket;
        let mut moves = Moves::default();
        for (n, packed) in changes.segments.iter().enumerate() {
            let fresh = segment::unpack(packed).unwrap_or_default();
            if let Some(writer) = changes.writers.get(n) {
                slot.note_writer(*writer, &fresh);
            }
            moves.taken |= slot.note_logged(changes.doc, &fresh, &mut received.batch);
            if slot.has(packed) {
                continue;
            }
            let number = slot.next_number();
            let change = Change {
                stored: Stored::Pulled(packed.clone()),
                state: ChangeState::Admitted,
            };
            received
                .batch
                .push(key::change(changes.doc, number), &change);
            slot.changes.insert(number, change);
            let worked_at = last_time(&fresh).map_or(hub_now, |at| at.min(hub_now));
            slot.facts.changed_at = slot.facts.changed_at.max(worked_at);
            let applied = slot.loaded.as_mut().map(|document| document.apply(&fresh));
            if matches!(applied, Some(Err(_))) {
                slot.loaded = None;
            }
        }
        slot.facts.damaged = slot.refresh().is_err();
        slot.facts.incomplete = slot.is_incomplete();
        if slot.facts.incomplete && !self.lacking.contains(&changes.doc) {
            self.found_lacking.insert(changes.doc);
        } else {
            self.found_lacking.remove(&changes.doc);
        }
        received.batch.push(key::document(changes.doc), &slot.facts);
        self.settle(changes.doc, moves, now, received);
    }

    /// The hub does not know where we stand. After a restore it may even lack what it once confirmed: own
    /// changes are offered again, which costs nothing when it has them.
    fn take_resync(&mut self, timeline: ByteBuf, received: &mut Received) {
        received.frame = "resync";
        received.resync = true;
        let restored = self
            .meta
            .timeline
            .as_ref()
            .is_some_and(|known| *known != timeline);
        self.meta.cursor = None;
        self.meta.timeline = Some(timeline);
        received.batch.writes.push(self.meta_write());
        if !restored {
            return;
        }
        self.meta.secured_until = None;
        for (doc, slot) in &mut self.documents {
            slot.repeat(*doc, &[], &mut received.batch);
            // The bytes that the hub had put aside may be gone as well.
            slot.offer(*doc, |_| true, &mut received.batch);
        }
    }

    fn take_end(&mut self, end: &End, now: Timestamp, received: &mut Received) {
        received.frame = "end";
        // This answer brought what was asked for; what was found missing in it is asked for now.
        self.in_step = true;
        self.lacking = std::mem::take(&mut self.found_lacking);
        received.released_until = end.released_until;
        received.more = Some(end.more || !self.lacking.is_empty());
        if !end.more {
            self.note_undecided(now, &mut received.batch);
        }
        self.meta.secured_until = end.secured_until;
        self.meta.timeline = Some(end.timeline.clone());
        self.meta.last_sync_at = Some(now);
        self.meta.clock_offset_ms = Some(end.server_time.millis_since(now));
        received.batch.writes.push(self.meta_write());
    }
}

/// How own changes moved.
#[derive(Clone, Copy, Default)]
struct Moves {
    /// One was put aside, for the last such reason.
    refused: Option<Reason>,
    /// One that was put aside is taken.
    taken: bool,
}

impl Moves {
    fn note(&mut self, before: ChangeState, after: ChangeState) {
        self.refused = after.aside().or(self.refused);
        self.taken |= before.aside().is_some() && after.aside().is_none();
    }
}

impl Slot {
    /// Whether a change is here whose parents are neither in the record nor put aside.
    fn is_incomplete(&mut self) -> bool {
        let Ok(document) = self.load() else {
            return false;
        };
        if !document.is_incomplete() {
            return false;
        }
        let document = document.clone();
        self.whole(&document)
            .is_none_or(|(whole, _)| whole.is_incomplete())
    }

    /// Whether everything in this segment is held already: own work coming back, or a frame sent twice.
    fn has(&mut self, packed: &[u8]) -> bool {
        let held = |change: &Change| matches!(&change.stored, Stored::Pulled(held) if held.as_ref() == packed);
        if self.changes.values().any(held) {
            return true;
        }
        let Ok(document) = self.load() else {
            return false;
        };
        let hashes = segment::unpack(packed).unwrap_or_default();
        let mut hashes = hashes.iter().map(|bytes| crate::threshold::name_of(bytes));
        hashes.all(|hash| document.has(&hash))
    }
}

/// When the last of these changes was made, by the clock of whoever made it.
fn last_time(changes: &[Vec<u8>]) -> Option<Timestamp> {
    let headers = changes.iter().filter_map(|bytes| chunk::scan(bytes).ok());
    let last = headers.map(|header| header.time).max()?;
    Some(Timestamp::from_millis(last.saturating_mul(1000)))
}

/// A document of others; its times come with its changes.
fn empty_slot(kind: Option<Kind>, ticket: Id) -> Slot {
    let facts = DocumentFacts::begun(kind, ticket, Timestamp::default());
    Slot {
        facts,
        changes: BTreeMap::new(),
        loaded: None,
    }
}
