//! Sending again: what was put aside for a reason that may be gone, and what the hub may have lost.

use super::store::{Batch, Change, ChangeState, Stored, key};
use super::{Remedy, Replica, ReplicaError, Slot};
use crate::edit::Edit;
use crate::ids::Id;
use crate::reason::Reason;
use crate::time::Timestamp;

/// How often changes are offered again without any sign that they pass now.
const OFFER_MILLIS: i64 = 60 * 60 * 1000;

impl Replica {
    /// Offers what was put aside and may pass now: after a sign-in, or since its person asks.
    pub fn offer(&mut self, now: Timestamp) -> Batch {
        let mut batch = Batch::default();
        for (doc, slot) in &mut self.documents {
            slot.offer(*doc, Reason::may_pass_later, &mut batch);
        }
        if !batch.writes.is_empty() {
            self.note_offer(now, &mut batch);
        }
        batch
    }

    /// The same, at most once an hour: for every round of a host.
    pub fn offer_due(&mut self, now: Timestamp) -> Batch {
        let past = self.meta.offered_at.map(|at| now.millis_since(at));
        // A clock that went back makes it due as well.
        if past.is_some_and(|past| (0..OFFER_MILLIS).contains(&past)) {
            return Batch::default();
        }
        self.offer(now)
    }

    /// What the hub received and has not decided on for an hour is sent again: it may have lost it before it told of any
    /// number that would prove so.
    pub(super) fn note_undecided(&mut self, now: Timestamp, batch: &mut Batch) {
        let received = |change: &Change| change.state == ChangeState::Received;
        let waits = |slot: &Slot| slot.changes.values().any(received);
        if !self.documents.values().any(waits) {
            self.meta.undecided_since = None;
            return;
        }
        let since = *self.meta.undecided_since.get_or_insert(now);
        if (0..OFFER_MILLIS).contains(&now.millis_since(since)) {
            return;
        }
        self.meta.undecided_since = None;
        self.send_received_again(batch);
    }

    /// What another device of this person pushed is decided on for that device: its changes are sent again for this one,
    /// which costs the hub a receipt.
    pub(super) fn send_received_again(&mut self, batch: &mut Batch) {
        for (doc, slot) in &mut self.documents {
            for (number, change) in &mut slot.changes {
                if change.state == ChangeState::Received {
                    change.state = ChangeState::Queued;
                    batch.push(key::change(*doc, *number), change);
                }
            }
        }
    }

    /// Counts the hour from now.
    pub(super) fn note_offer(&mut self, now: Timestamp, batch: &mut Batch) {
        self.meta.offered_at = Some(now);
        batch.writes.push(self.meta_write());
    }
}

impl Slot {
    /// The gesture that writes an entry anew which `edit` means and the record lacks. Where what made the entry may still
    /// be taken as it is, that is sent again instead, and the gesture builds on it: made twice, one of the two entries
    /// would never be taken.
    pub(super) fn entry_again(
        &mut self,
        edit: &Edit,
        doc: Id,
        batch: &mut Batch,
    ) -> Result<Option<Edit>, ReplicaError> {
        let (Edit::PutEntry { collection, id, .. }
        | Edit::RemoveEntry { collection, id }
        | Edit::RestoreEntry { collection, id }) = edit
        else {
            return Ok(None);
        };
        if self.facts.aside == 0 {
            return Ok(None);
        }
        let shown = self.shown()?;
        let path = format!("{collection}/{id}");
        let lacking = shown.aside.iter().find(|one| one.path == path);
        if lacking.is_some_and(|one| one.remedy == Remedy::Wait) {
            self.take_up(doc, batch);
            return Ok(None);
        }
        Ok(lacking.and_then(|_| shown.edit_at(&path)))
    }

    /// Takes into the document again what was put aside for a reason that may pass, with what builds on it.
    fn take_up(&mut self, doc: Id, batch: &mut Batch) {
        for (number, change) in &mut self.changes {
            let passes =
                |reason: Reason| reason.may_pass_later() || reason == Reason::DependsOnQuarantined;
            if change.state.aside().is_some_and(passes) {
                change.state = ChangeState::Queued;
                batch.push(key::change(doc, *number), change);
            }
        }
        self.loaded = None;
    }

    /// Offers the changes that were put aside for such a reason.
    pub(super) fn offer(&mut self, doc: Id, may: impl Fn(Reason) -> bool, batch: &mut Batch) {
        for (number, change) in &mut self.changes {
            let (ChangeState::Quarantined(reason) | ChangeState::Refused(reason)) = change.state
            else {
                continue;
            };
            if may(reason) {
                change.state = ChangeState::Offered(reason);
                batch.push(key::change(doc, *number), change);
            }
        }
    }

    /// Sends own changes again that were at the hub, but for those in `held`: it may have lost them.
    pub(super) fn repeat(&mut self, doc: Id, held: &[[u8; 32]], batch: &mut Batch) {
        for (number, change) in &mut self.changes {
            if !matches!(change.stored, Stored::Own(_)) {
                continue;
            }
            let again = match change.state {
                ChangeState::Admitted => ChangeState::Repeated,
                ChangeState::Received => ChangeState::Queued,
                ChangeState::Queued
                | ChangeState::Quarantined(_)
                | ChangeState::Refused(_)
                | ChangeState::Offered(_)
                | ChangeState::Repeated => continue,
            };
            if change.own_hash().is_some_and(|hash| held.contains(&hash)) {
                continue;
            }
            change.state = again;
            batch.push(key::change(doc, *number), change);
        }
    }
}
