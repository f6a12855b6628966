//! What a file takes to the office that the line does not.

use serde_bytes::ByteBuf;

use super::store::Stored;
use super::{Replica, Slot};
use crate::protocol::Push;
use crate::{limits, segment};

impl Replica {
    /// Every document of which an own change is not in the record, with all of its own changes, oldest first: what the
    /// hub has already it knows again.
    pub fn hand_over(&self) -> Vec<Push> {
        let mut pushes = Vec::new();
        for (doc, slot) in &self.documents {
            let (Some(kind), false) = (slot.kind(), slot.is_all_admitted()) else {
                continue;
            };
            for part in slot.own_parts() {
                pushes.push(Push {
                    doc: *doc,
                    kind,
                    ticket: slot.facts.ticket,
                    segment: ByteBuf::from(segment::pack(&part)),
                    signature: None,
                });
            }
        }
        pushes
    }
}

impl Slot {
    fn is_all_admitted(&self) -> bool {
        let mut own = self
            .changes
            .values()
            .filter(|change| matches!(change.stored, Stored::Own(_)));
        own.all(|change| change.state == super::store::ChangeState::Admitted)
    }

    /// Own changes in portions that a segment holds.
    fn own_parts(&self) -> Vec<Vec<&[u8]>> {
        let mut parts: Vec<Vec<&[u8]>> = Vec::new();
        let mut room = 0;
        for change in self.changes.values() {
            let Stored::Own(bytes) = &change.stored else {
                continue;
            };
            match parts.last_mut() {
                Some(part) if bytes.len() <= room && part.len() < limits::SEGMENT_CHANGES => {
                    room -= bytes.len();
                    part.push(bytes);
                }
                _ => {
                    room = (limits::SEGMENT_BYTES / 2).saturating_sub(bytes.len());
                    parts.push(vec![bytes]);
                }
            }
        }
        parts
    }
}
