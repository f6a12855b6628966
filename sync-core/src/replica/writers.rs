//! Who is behind the actors of a document, so that a disagreement has names.

use std::collections::BTreeMap;

use super::Slot;
use super::store::Stored;
use crate::ids::Id;
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
