//! Which entries hold own words that the hub does not have: of one entry it can be told how far it has come.

use std::collections::BTreeSet;

use super::store::Change;
use super::{ReplicaError, Slot};
use crate::record::{Record, Register};

impl Slot {
    /// The entries of a record in which own changes wrote that the hub does not have, as `COLLECTION/ID`.
    pub(super) fn unsent(&mut self, record: &Record) -> Result<Vec<String>, ReplicaError> {
        let queued = self.changes.values().filter(|change| change.is_to_send());
        let queued: BTreeSet<[u8; 32]> = queued.filter_map(Change::own_hash).collect();
        if queued.is_empty() {
            return Ok(Vec::new());
        }
        let document = self.load()?;
        let is_queued = |register: &Register| {
            let change = document.change_of(&register.shown.op);
            change.is_some_and(|hash| queued.contains(&hash))
        };
        let entries = record.collections.iter().flat_map(|(name, entries)| {
            let own = entries
                .iter()
                .filter(|entry| entry.registers.values().any(is_queued));
            own.map(move |entry| format!("{name}/{}", entry.id))
        });
        Ok(entries.collect())
    }
}
