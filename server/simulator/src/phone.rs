//! A phone without its screen: the replica, what its store holds, and photos still to be sent.

use std::collections::BTreeMap;

use sync_core::protocol::SyncRequest;
use sync_core::replica::{Batch, Received, Replica, ReplicaError, Session};
use sync_core::{MediaHash, Timestamp};

use super::photos::Photo;

/// What phones say they run.
const APP: &str = concat!("simulate ", env!("CARGO_PKG_VERSION"));

/// One phone.
pub struct Phone {
    replica: Replica,
    store: BTreeMap<String, Vec<u8>>,
    photos: BTreeMap<MediaHash, Photo>,
    /// Those that the hub has acknowledged: a phone keeps its originals until a backup holds them.
    sent: BTreeMap<MediaHash, Photo>,
}

impl Phone {
    /// A phone as it comes out of its box. `seed`: fresh random bytes, at every start.
    pub fn new(seed: [u8; 32]) -> Self {
        Self {
            replica: Replica::new(seed),
            store: BTreeMap::new(),
            photos: BTreeMap::new(),
            sent: BTreeMap::new(),
        }
    }

    /// What it shows and writes. Batches that come out of it go to [`Self::keep`], or nowhere if the phone
    /// is about to crash.
    pub const fn replica(&mut self) -> &mut Replica {
        &mut self.replica
    }

    /// Remembers who works on it.
    pub fn sign_in(&mut self, session: Session) {
        let batch = self.replica.start_session(session);
        self.keep(batch);
    }

    /// Stores a batch, all of it at once.
    pub fn keep(&mut self, batch: Batch) {
        for (key, value) in batch.writes {
            match value {
                Some(value) => self.store.insert(key, value),
                None => self.store.remove(&key),
            };
        }
    }

    /// Forgets everything but the store and starts again. What was not kept is gone.
    pub fn crash(&mut self, seed: [u8; 32]) {
        let mut replica = Replica::new(seed);
        for (key, value) in &self.store {
            replica.restore(key, value);
        }
        self.replica = replica;
    }

    /// The next request to send.
    pub fn request(&self, want_bytes: u32, now: Timestamp) -> SyncRequest {
        let photos = u32::try_from(self.photos.len()).unwrap_or(u32::MAX);
        self.replica.request(want_bytes, now, APP, photos)
    }

    /// Takes a frame in and keeps what it says.
    ///
    /// # Errors
    /// If it is none.
    pub fn receive(&mut self, frame: &[u8], now: Timestamp) -> Result<Received, ReplicaError> {
        let mut received = self.replica.receive(frame, now)?;
        self.keep(std::mem::take(&mut received.batch));
        Ok(received)
    }

    /// Puts a photo on the pile of those to send.
    pub fn add_photo(&mut self, photo: Photo) {
        self.photos.insert(photo.sha256, photo);
    }

    /// Any photo to send.
    pub fn next_photo(&self) -> Option<&Photo> {
        self.photos.values().next()
    }

    /// Takes a photo that the hub has acknowledged off the pile.
    pub fn drop_photo(&mut self, photo: MediaHash) {
        self.sent.extend(self.photos.remove_entry(&photo));
    }

    /// Puts all of them on the pile again: the hub has begun a new timeline.
    pub fn offer_photos(&mut self) {
        self.photos.append(&mut self.sent);
    }

    /// Offers again what was put aside for a reason that may pass.
    pub fn offer(&mut self, now: Timestamp) {
        let batch = self.replica.offer(now);
        self.keep(batch);
    }

    /// Whether nothing of its own is still to be sent or decided on, and nothing lies aside.
    pub fn is_settled(&self) -> bool {
        let status = self.replica.status();
        // What is offered again counts as refused until the hub has decided anew.
        let aside = status.quarantined + status.refused;
        status.queued == 0 && status.received == 0 && aside == 0 && self.photos.is_empty()
    }
}
