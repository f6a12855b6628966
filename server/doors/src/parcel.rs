//! Unpacking what a request brings, before it queues at the first door: outside of the transaction, on threads
//! apart, once, and within a budget of unpacked bytes. A request of a few kilobytes may unpack to hundreds of
//! megabytes, and time is what everybody shares.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_bytes::ByteBuf;
use sync_core::protocol::Push;
use sync_core::segment::{self, Named, NoRoom};
use sync_core::signed::{documents, push_message, request_message};
use sync_core::{Id, Timestamp, chunk, threshold};

use super::author::Author;
use super::background::Change;
use basis::DeviceKey;

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

/// What a device pushes at once.
#[derive(Debug, Default)]
pub struct Delivery {
    /// Changes of documents.
    pub pushes: Vec<Push>,
    /// What the device signed of all of them ([`sync_core::signed::message_of`]); apps that sign each push have none.
    pub signature: Option<ByteBuf>,
}

impl From<Vec<Push>> for Delivery {
    fn from(pushes: Vec<Push>) -> Self {
        Self {
            pushes,
            signature: None,
        }
    }
}

/// A delivery that was unpacked and whose signatures hold.
#[derive(Debug, Default)]
pub(super) struct Parcels {
    pub(super) all: Vec<Parcel>,
    /// The signature over all of it, if the device made one, and its documents as they stand in what was signed.
    pub(super) seal: Option<(Vec<u8>, Vec<u8>)>,
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

    /// Whether the device signed this push by itself. What is no segment has no names to sign and is put aside as it
    /// is.
    fn is_signed(&self, device: Id, key: &DeviceKey) -> bool {
        if self.changes.is_none() {
            return true;
        }
        self.push.signature.as_ref().is_some_and(|signature| {
            let message = push_message(device, self.push.doc, &self.names());
            key.verifies(&message, signature)
        })
    }
}

/// Unpacks one request; `room` is what is left of its budget.
pub(super) fn unpack(
    author: Author,
    delivery: Delivery,
    room: &mut usize,
) -> Result<Parcels, Refused> {
    let Delivery { pushes, signature } = delivery;
    let all = unpack_all(pushes, room).map_err(|NoRoom| Refused::TooLarge)?;
    let Some(key) = author.key else {
        return Ok(Parcels { all, seal: None });
    };
    let Some(signature) = signature else {
        let signed = all.iter().all(|one| one.is_signed(author.device, &key));
        return if signed {
            Ok(Parcels { all, seal: None })
        } else {
            Err(Refused::Unsigned)
        };
    };
    let names: Vec<_> = all.iter().map(|one| (one.push.doc, one.names())).collect();
    let documents = documents(names.iter().map(|(doc, names)| (*doc, &names[..])));
    if !key.verifies(&request_message(author.device, &documents), &signature) {
        return Err(Refused::Unsigned);
    }
    Ok(Parcels {
        all,
        seal: Some((signature.into_vec(), documents)),
    })
}

fn unpack_all(pushes: Vec<Push>, room: &mut usize) -> Result<Vec<Parcel>, NoRoom> {
    pushes
        .into_iter()
        .map(|push| {
            let changes = segment::unpack_within(&push.segment, room)?;
            let changes: Option<Vec<Change>> = changes.ok().map(|chunks| {
                let change = |(bytes, hash): Named| Change {
                    header: chunk::scan_hashed(&bytes, hash),
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
