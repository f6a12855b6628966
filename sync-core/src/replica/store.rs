//! What a phone keeps: keys, values and their states.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::{Replica, Slot, StoredTicket};
use crate::chunk;
use crate::ids::Id;
use crate::kinds::Kind;
use crate::lifecycle::ReviewState;
use crate::protocol::{self, ReviewRecord, TicketRecord};
use crate::reason::Reason;
use crate::role::Role;
use crate::summary::Summary;
use crate::time::Timestamp;

/// Writes to store in one durable transaction; `None` deletes the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Keys and their new values.
    pub writes: Vec<(String, Option<Vec<u8>>)>,
}

impl Batch {
    pub(super) fn of<const N: usize>(writes: [(String, Option<Vec<u8>>); N]) -> Self {
        Self {
            writes: Vec::from(writes),
        }
    }

    pub(super) fn push<T: Serialize>(&mut self, key: String, value: &T) {
        self.writes.push((key, Some(protocol::encode(value))));
    }
}

/// The keys of the store.
pub(super) mod key {
    use crate::ids::Id;

    pub(in crate::replica) const META: &str = "meta";
    pub(in crate::replica) const REFERENCE: &str = "reference";

    pub(in crate::replica) fn document(doc: Id) -> String {
        format!("doc/{doc}")
    }

    pub(in crate::replica) fn change(doc: Id, number: u32) -> String {
        format!("chg/{doc}/{number:08}")
    }

    pub(in crate::replica) fn ticket(ticket: Id) -> String {
        format!("tkt/{ticket}")
    }
}

/// Who works on this phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The device, as enrolled.
    pub device: Id,
    /// The person.
    pub person: Id,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The sub-district.
    pub tenant: Id,
}

/// Where the phone stands towards the hub.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) session: Option<Session>,
    pub(super) cursor: Option<ByteBuf>,
    pub(super) timeline: Option<ByteBuf>,
    pub(super) last_sync_at: Option<Timestamp>,
    /// Hub's clock minus the phone's, in milliseconds, at the last answer.
    pub(super) clock_offset_ms: Option<i64>,
    /// When put-aside changes were last refused or offered again.
    #[serde(default)]
    pub(super) offered_at: Option<Timestamp>,
    /// Since when the hub has had changes that it has not decided on.
    #[serde(default)]
    pub(super) undecided_since: Option<Timestamp>,
    /// The last finished backup of the hub holds everything that it received up to then, by its clock.
    #[serde(default)]
    pub(super) secured_until: Option<Timestamp>,
}

/// What lists need of a document, so that a start does not load them all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct DocumentFacts {
    /// Unknown until its first change came.
    pub(super) kind: Option<Kind>,
    pub(super) ticket: Id,
    pub(super) state: String,
    pub(super) reviews: Vec<ReviewRecord>,
    pub(super) summary: Summary,
    pub(super) begun_at: Timestamp,
    pub(super) changed_at: Timestamp,
    /// The ticket went to somebody else.
    pub(super) out_of_scope: bool,
    /// The changes do not make a document.
    pub(super) damaged: bool,
    /// A change is here whose parents are not.
    #[serde(default)]
    pub(super) incomplete: bool,
    /// Places of own words that are not in the record.
    #[serde(default)]
    pub(super) aside: u32,
    /// Places whose put-aside words were answered, with the number of the first change that counts again.
    #[serde(default)]
    pub(super) answered: BTreeMap<String, u32>,
    /// Actors of others, in hexadecimal, and who they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) writers: BTreeMap<String, Id>,
}

impl DocumentFacts {
    pub(super) fn begun(kind: Option<Kind>, ticket: Id, now: Timestamp) -> Self {
        Self {
            kind,
            ticket,
            state: ReviewState::FIRST.as_str().to_owned(),
            reviews: Vec::new(),
            summary: Summary::default(),
            begun_at: now,
            changed_at: now,
            out_of_scope: false,
            damaged: false,
            incomplete: false,
            aside: 0,
            answered: BTreeMap::new(),
            writers: BTreeMap::new(),
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        let state = ReviewState::parse(&self.state);
        self.out_of_scope || state.is_some_and(ReviewState::is_decided)
    }
}

/// One stored change, or a pulled segment of several.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) stored: Stored,
    pub(super) state: ChangeState,
}

impl Change {
    /// Whether it is part of the document that this phone shows.
    pub(super) fn counts(&self) -> bool {
        self.state.aside().is_none()
    }

    /// Whether the hub is to get it.
    pub(super) const fn is_to_send(&self) -> bool {
        matches!(
            self.state,
            ChangeState::Offered(_) | ChangeState::Queued | ChangeState::Repeated
        )
    }

    /// The hash of an own change.
    pub(super) fn own_hash(&self) -> Option<[u8; 32]> {
        match &self.stored {
            Stored::Own(bytes) => chunk::scan(bytes).ok().map(|header| header.hash),
            Stored::Pulled(_) => None,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Stored {
    /// Made on this phone: one plain change.
    Own(ByteBuf),
    /// From the hub: a packed segment.
    Pulled(ByteBuf),
}

impl Stored {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(bytes) | Self::Pulled(bytes) => bytes,
        }
    }
}

/// How far a change of this phone has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum ChangeState {
    /// On this phone only.
    Queued,
    /// Durable at the office, not yet checked.
    Received,
    /// Checked and part of the record.
    Admitted,
    /// Put aside by the gate; the office sees it.
    Quarantined(Reason),
    /// Not taken; the office keeps the bytes.
    Refused(Reason),
    /// Was put aside or not taken for a reason that may be gone: sent again, no part of the record until it is taken.
    Offered(Reason),
    /// Was part of the record, and the hub may have lost it: sent again.
    Repeated,
}

#[derive(Serialize, Deserialize)]
struct TicketValue {
    record: TicketRecord,
    removed: bool,
}

impl StoredTicket {
    pub(super) fn write(&self, ticket: Id, batch: &mut Batch) {
        batch.push(
            key::ticket(ticket),
            &TicketValue {
                record: self.record.clone(),
                removed: self.removed,
            },
        );
    }
}

impl Replica {
    /// Takes one stored pair; any order. A value that cannot be read is left out, never a reason to stop.
    pub fn restore(&mut self, stored_key: &str, value: &[u8]) -> bool {
        let restored = self.restore_pair(stored_key, value).is_some();
        let of_document = ["doc/", "chg/"]
            .iter()
            .find_map(|prefix| stored_key.strip_prefix(prefix));
        let doc = of_document.and_then(|rest| Id::parse(rest.split('/').next()?));
        if let (Some(doc), false) = (doc, restored) {
            self.lacking.insert(doc);
        }
        restored
    }

    fn restore_pair(&mut self, stored_key: &str, value: &[u8]) -> Option<()> {
        if stored_key == key::META {
            self.meta = protocol::decode(value).ok()?;
        } else if stored_key == key::REFERENCE {
            self.take_reference(protocol::decode(value).ok()?);
        } else if let Some(ticket) = stored_key.strip_prefix("tkt/") {
            let stored: TicketValue = protocol::decode(value).ok()?;
            let ticket = Id::parse(ticket)?;
            self.tickets.insert(
                ticket,
                StoredTicket {
                    record: stored.record,
                    removed: stored.removed,
                },
            );
        } else if let Some(doc) = stored_key.strip_prefix("doc/") {
            let facts: DocumentFacts = protocol::decode(value).ok()?;
            self.slot(Id::parse(doc)?, &facts).facts = facts.clone();
        } else if let Some((doc, number)) = stored_key
            .strip_prefix("chg/")
            .and_then(|rest| rest.split_once('/'))
        {
            let change: Change = protocol::decode(value).ok()?;
            // The facts may come later in the host's order: stand in until they do.
            let facts = DocumentFacts::begun(None, Id::from_bytes([0; 16]), Timestamp::default());
            let slot = self.slot(Id::parse(doc)?, &facts);
            slot.changes.insert(number.parse().ok()?, change);
        } else {
            return None;
        }
        Some(())
    }

    fn slot(&mut self, doc: Id, facts: &DocumentFacts) -> &mut Slot {
        self.documents.entry(doc).or_insert_with(|| Slot {
            facts: facts.clone(),
            changes: BTreeMap::new(),
            loaded: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_changes_whose_facts_were_lost_are_shown_and_sent_as_what_they_are() {
        let now = Timestamp::from_millis(1_795_500_000_000);
        let id = |n: u8| Id::from_bytes([n; 16]);
        let mut phone = Replica::new([1; 32]);
        let mut batch = phone.start_session(Session {
            device: id(1),
            person: id(2),
            name: "林".to_owned(),
            role: Role::GridWorker,
            tenant: id(3),
        });
        let begun = phone.begin(Kind::VISIT, id(4), id(5), now).unwrap();
        batch.writes.extend(begun.writes);

        let mut restored = Replica::new([2; 32]);
        for (stored_key, value) in &batch.writes {
            if *stored_key != key::document(id(4)) {
                assert!(restored.restore(stored_key, value.as_deref().unwrap()));
            }
        }
        assert_eq!(restored.records()[0].kind, Kind::VISIT);
        let request = restored.request(1, now, "test", 0);
        assert_eq!(request.push[0].kind, Kind::VISIT);
    }
}
