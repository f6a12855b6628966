//! Who wrote what in a document, and when the hub had it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value as Json;
use sync_core::document::Document;
use sync_core::protocol::short;
use sync_core::record::{Entry, Register, Written as WrittenValue};
use sync_core::{Id, Timestamp, hex};

use super::PersonName;
use super::story::{DeviceName, Disagreement, EntryStory, HistoryLine, Valued, Written};
use crate::error::ApiError;
use store::Tx;
use store::documents::DocumentRow;
use store::log::SegmentRow;

/// Who wrote which change, and when it came in.
pub(crate) struct Witness<'a> {
    merged: &'a Document,
    /// By short hash: device, person, receipt, place in the hub's order.
    received: HashMap<[u8; 16], (Id, Id, Timestamp, i64)>,
    pub(crate) people: HashMap<Id, PersonName>,
    pub(crate) devices: BTreeMap<Id, DeviceName>,
}

impl<'a> Witness<'a> {
    pub(crate) async fn of(
        document: &DocumentRow,
        merged: &'a Document,
        segments: &[SegmentRow],
        tx: &mut Tx,
    ) -> Result<Self, ApiError> {
        let mut received = HashMap::new();
        let mut devices = BTreeMap::new();
        for segment in segments {
            for hash in segment.hashes.as_chunks::<16>().0 {
                let from = (
                    segment.device,
                    segment.person,
                    segment.received_at,
                    segment.seq,
                );
                received.insert(*hash, from);
            }
            if let std::collections::btree_map::Entry::Vacant(slot) = devices.entry(segment.device)
                && let Some(device) = tx.find_device(document.tenant, segment.device).await?
            {
                slot.insert(DeviceName {
                    id: device.id,
                    name: device.name,
                    last_seen_at: device.last_seen_at,
                });
            }
        }
        let people = tx.list_people_changed(document.tenant, -1).await?;
        let people = people.into_iter();
        let people = people.map(|one| (one.id, PersonName::of(one))).collect();
        Ok(Self {
            merged,
            received,
            people,
            devices,
        })
    }

    fn written(&self, hash: &[u8; 32]) -> Option<Written> {
        let change = self.merged.change(hash)?;
        Some(self.written_at(hash, change.time, change.doubted))
    }

    /// The same for a change that says it was made at `phone_at`, which its phone may have doubted itself.
    pub(crate) fn written_at(
        &self,
        hash: &[u8; 32],
        phone_at: Timestamp,
        phone_doubted: bool,
    ) -> Written {
        let key = short(hash);
        let received = self.received.get(&key);
        Written {
            person: received.and_then(|(_, person, ..)| self.people.get(person).cloned()),
            device: received.and_then(|(device, ..)| self.devices.get(device).cloned()),
            phone_at,
            phone_doubted,
            received_at: received.map(|(_, _, at, _)| *at),
            hash: hex::encode(&key),
        }
    }

    fn valued(&self, written: &WrittenValue, path: Option<String>) -> Valued {
        let hash = self.merged.change_of(&written.op);
        Valued {
            path,
            op: written.op.to_string(),
            value: serde_json::to_value(&written.value).unwrap_or(Json::Null),
            written: hash.and_then(|hash| self.written(&hash)),
        }
    }

    pub(crate) fn shown(&self, register: &Register, path: Option<String>) -> Valued {
        self.valued(&register.shown, path)
    }

    pub(crate) fn disagreement(&self, path: String, register: &Register) -> Disagreement {
        let values = std::iter::once(&register.shown).chain(&register.others);
        Disagreement {
            path,
            values: values.map(|written| self.valued(written, None)).collect(),
            shown: register.shown.op.to_string(),
        }
    }

    pub(crate) fn entry(&self, entry: &Entry) -> EntryStory {
        let values = entry
            .registers
            .iter()
            .map(|(name, register)| (*name, self.shown(register, None)));
        EntryStory {
            id: entry.id,
            removed: entry.is_removed(),
            values: values.collect(),
        }
    }

    /// Hashes of the changes that were admitted after this place.
    pub(crate) fn since(&self, place: i64) -> Vec<String> {
        let changes = self.merged.changes().into_iter();
        let hashes = changes.map(|change| short(&change.hash));
        let later = |hash: &[u8; 16]| {
            self.received
                .get(hash)
                .is_some_and(|(.., seq)| *seq > place)
        };
        hashes
            .filter(later)
            .map(|hash| hex::encode(&hash))
            .collect()
    }

    /// Who changed what after this place, in the order of the document; names of people who are gone are missing.
    pub(crate) fn changes_since(&self, place: i64) -> Vec<(Option<String>, String)> {
        let changes = self.merged.changes().into_iter();
        let later = changes.filter_map(|change| {
            let (_, person, _, seq) = self.received.get(&short(&change.hash))?;
            let name = self.people.get(person).map(|person| person.name.clone());
            (*seq > place).then_some((name, change.message))
        });
        later.collect()
    }

    /// Every change but the seed.
    pub(crate) fn history(&self) -> Vec<HistoryLine> {
        let line = |change: sync_core::document::ChangeMeta| HistoryLine {
            hash: hex::encode(&short(&change.hash)),
            written: self.written(&change.hash),
            message: change.message,
        };
        self.merged
            .changes()
            .into_iter()
            .skip(1)
            .map(line)
            .collect()
    }
}
