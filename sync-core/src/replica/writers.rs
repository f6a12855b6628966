//! Who is behind the actors of a document, so that a disagreement has names.

use std::collections::{BTreeMap, BTreeSet};

use super::Batch;
use super::Slot;
use super::store::{Change, ChangeState, Stored, key};
use crate::ids::Id;
use crate::threshold::name_of;
use crate::{chunk, hex};

impl Slot {
    /// Notes who made these changes.
    pub(super) fn note_writer(&mut self, writer: Id, changes: &[Vec<u8>]) {
        for change in changes {
            if let Ok(header) = chunk::scan(change) {
                let actor = hex::encode(&header.actor);
                self.facts.writers.insert(actor, writer);
            }
        }
    }

    /// Own changes among these are in the log: whoever was told of it, this phone or one that its person had before.
    /// Whether one of them was put aside here.
    pub(super) fn note_logged(&mut self, doc: Id, changes: &[Vec<u8>], batch: &mut Batch) -> bool {
        let open = |change: &Change| change.state != ChangeState::Admitted;
        if !self.changes.values().any(open) {
            return false;
        }
        let names: Vec<[u8; 32]> = changes.iter().map(|bytes| name_of(bytes)).collect();
        let mut taken = false;
        for (number, change) in &mut self.changes {
            let logged = change.own_hash().is_some_and(|hash| names.contains(&hash));
            if logged && change.state != ChangeState::Admitted {
                taken |= change.state.aside().is_some();
                change.state = ChangeState::Admitted;
                batch.push(key::change(doc, *number), change);
            }
        }
        if taken {
            self.loaded = None;
        }
        taken
    }

    /// Whether several people wrote in it, as far as the hub has said.
    pub(super) fn is_shared(&self, me: Option<Id>) -> bool {
        let mine = me.filter(|_| self.own_states().next().is_some());
        let writers = self.facts.writers.values().copied().chain(mine);
        writers.collect::<BTreeSet<Id>>().len() > 1
    }

    /// Actors, in hexadecimal, and who they are, `me` included.
    pub(super) fn writers(&self, me: Option<Id>) -> BTreeMap<String, Id> {
        let mut writers = self.facts.writers.clone();
        let Some(me) = me else {
            return writers;
        };
        for change in self.changes.values() {
            if let Stored::Own(bytes) = &change.stored
                && let Ok(header) = chunk::scan(bytes)
            {
                writers.entry(hex::encode(&header.actor)).or_insert(me);
            }
        }
        writers
    }
}
