//! Unpacking what a request brings, before it queues at the first door: outside of the transaction, on threads
//! apart, once, and within a budget of unpacked bytes. A request of a few kilobytes may unpack to hundreds of
//! megabytes, and time is what everybody shares.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sync_core::protocol::Push;
use sync_core::segment::{self, NoRoom};
use sync_core::signed::push_message;
use sync_core::{Id, Timestamp, chunk, threshold};

use super::author::Author;
use super::background::Change;

/// Unpacked bytes of one request. An honest phone packs half a megabyte at most.
pub(super) const REQUEST_BYTES: usize = 4 * 1024 * 1024;

/// Unpacked bytes of one device in a minute.
const MINUTE_BYTES: usize = 16 * 1024 * 1024;
const MINUTE: i64 = 60 * 1000;

/// A push with its changes.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) push: Push,
    /// The actors of its changes.
    pub(super) actors: Vec<[u8; 16]>,
    /// Its changes; `None` if its segment is none.
    pub(super) changes: Option<Vec<Change>>,
}

/// Why a request is not taken.
#[derive(Debug)]
pub(super) enum Refused {
    /// It unpacks to too much.
    TooLarge,
    /// Its device has a key and did not sign all of it.
    Unsigned,
}

impl Parcel {
    /// Whole hashes of the changes.
    pub(super) fn names(&self) -> Vec<[u8; 32]> {
        let changes = self.changes.iter().flatten();
        let name = |change: &Change| match &change.header {
            Ok(header) => header.hash,
            Err(_) => threshold::name_of(&change.bytes),
        };
        changes.map(name).collect()
    }

    /// Whether the device signed this; asked of devices that have a key. What is no segment has no names to sign and
    /// is put aside as it is.
    fn is_signed(&self, author: Author) -> bool {
        let (Some(key), Some(_)) = (author.key, &self.changes) else {
            return true;
        };
        self.push.signature.as_ref().is_some_and(|signature| {
            let message = push_message(author.device, self.push.doc, &self.names());
            key.verifies(&message, signature)
        })
    }
}

/// Unpacks the pushes of one request; `room` is what is left of its budget.
pub(super) fn unpack(
    author: Author,
    pushes: Vec<Push>,
    room: &mut usize,
) -> Result<Vec<Parcel>, Refused> {
    let parcels = unpack_all(pushes, room).map_err(|NoRoom| Refused::TooLarge)?;
    if parcels.iter().all(|parcel| parcel.is_signed(author)) {
        return Ok(parcels);
    }
    Err(Refused::Unsigned)
}

fn unpack_all(pushes: Vec<Push>, room: &mut usize) -> Result<Vec<Parcel>, NoRoom> {
    pushes
        .into_iter()
        .map(|push| {
            let changes = segment::unpack_within(&push.segment, room)?;
            let changes: Option<Vec<Change>> = changes.ok().map(|chunks| {
                let change = |bytes: Vec<u8>| Change {
                    header: chunk::scan(&bytes),
                    bytes,
                };
                chunks.into_iter().map(change).collect()
            });
            let headers = changes
                .iter()
                .flatten()
                .filter_map(|change| change.header.as_ref().ok());
            let mut actors: Vec<[u8; 16]> = headers.map(|header| header.actor).collect();
            actors.sort_unstable();
            actors.dedup();
            Ok(Parcel {
                push,
                actors,
                changes,
            })
        })
        .collect()
}

/// What each device has unpacked of late; drains away within a minute.
#[derive(Debug, Default)]
pub(super) struct Budgets(Mutex<HashMap<Id, (Timestamp, usize)>>);

impl Budgets {
    /// Seconds to wait until the device may have something unpacked again; `None` if it may now.
    pub(super) fn wait(&self, device: Id, now: Timestamp) -> Option<u32> {
        let level = self.level(device, now);
        let over = level.saturating_sub(MINUTE_BYTES - REQUEST_BYTES);
        let seconds = (over * 60).div_ceil(MINUTE_BYTES);
        u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
    }

    /// Notes what a request of the device has cost.
    pub(super) fn charge(&self, device: Id, bytes: usize, now: Timestamp) {
        let level = self.level(device, now).saturating_add(bytes);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > 10_000 {
            all.retain(|_, (at, _)| now.millis_since(*at) < MINUTE);
        }
        all.insert(device, (now, level));
    }

    fn level(&self, device: Id, now: Timestamp) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((at, level)) = all.get(&device) else {
            return 0;
        };
        let passed = usize::try_from(now.millis_since(*at).clamp(0, MINUTE)).unwrap_or(0);
        level.saturating_sub(MINUTE_BYTES.saturating_mul(passed) / 60_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_used_up_its_minute_waits_for_the_rest_of_it() {
        let budgets = Budgets::default();
        let device = Id::from_bytes([1; 16]);
        let at = Timestamp::from_millis;
        let mut taken = 0;
        while budgets.wait(device, at(0)).is_none() {
            budgets.charge(device, REQUEST_BYTES, at(0));
            taken += 1;
        }
        assert_eq!(taken, 4);
        let wait = budgets.wait(device, at(0)).unwrap();
        assert!((15..=16).contains(&wait), "{wait}");
        assert_eq!(budgets.wait(device, at(i64::from(wait + 1) * 1_000)), None);
        assert_eq!(budgets.wait(Id::from_bytes([2; 16]), at(0)), None);
    }
}
