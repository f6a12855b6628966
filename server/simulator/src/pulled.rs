//! What a fresh phone was given at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use sync_core::protocol::{self, Changes, Frame, short};
use sync_core::replica::ReplicaError;
use sync_core::{segment, threshold};

use super::ledger::Name;

/// What a fresh phone was given: how often each change came, of each document.
#[derive(Debug, Default)]
pub struct Pulled {
    changes: BTreeMap<Name, usize>,
}

impl Pulled {
    /// Notes what a frame brings.
    pub fn note(&mut self, frame: &[u8]) -> Result<(), ReplicaError> {
        if let Frame::Changes(changes) = protocol::decode_frame(frame)?.frame {
            self.note_changes(&changes);
        }
        Ok(())
    }

    /// Changes that came more than once.
    pub fn repeated(&self) -> usize {
        self.changes.values().filter(|count| **count > 1).count()
    }

    /// Each change once.
    pub fn into_names(self) -> BTreeSet<Name> {
        self.changes.into_keys().collect()
    }

    fn note_changes(&mut self, changes: &Changes) {
        for packed in &changes.segments {
            for change in segment::unpack(packed).unwrap_or_default() {
                let name = (changes.doc, short(&threshold::name_of(&change)));
                *self.changes.entry(name).or_default() += 1;
            }
        }
    }
}
