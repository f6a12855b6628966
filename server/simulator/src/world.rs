//! What all devices of a run share.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::desk::Desk;
use super::ledger::Ledger;
use super::photos::Album;
use super::relay::Relay;
use super::tally::Tally;
use basis::{Clock, Rng};
use sync_core::kinds::Kind;

/// What all devices of a run share.
pub struct World {
    /// Decides what the devices do.
    pub seed: u64,
    /// What the devices record.
    pub kind: Kind,
    /// The hub itself, as `http://HOST:PORT`.
    pub hub: String,
    /// The bad network in front of it.
    pub relay: Relay,
    /// The office.
    pub desk: Desk,
    /// What was acknowledged.
    pub ledger: Ledger,
    /// Pictures.
    pub album: Album,
    /// Counts and latencies.
    pub tally: Arc<Tally>,
    /// The hour.
    pub clock: Clock,
    /// Ids and actors: never the same twice, whatever the seed.
    pub rng: Rng,
    /// Told of every visit that is done.
    pub progress: Box<dyn Fn() + Send + Sync>,
    /// Whether things go wrong on purpose: cuts, crashes, repeats, pauses.
    pub faults: AtomicBool,
}

impl World {
    /// The hub through the bad network.
    pub fn shaky_hub(&self) -> String {
        let address: SocketAddr = self.relay.address();
        format!("http://{address}")
    }

    /// Whether things go wrong now.
    pub fn is_shaky(&self) -> bool {
        self.faults.load(Ordering::Relaxed)
    }

    /// Nothing goes wrong from now on.
    pub fn calm_down(&self) {
        self.faults.store(false, Ordering::Relaxed);
        self.relay.calm_down();
    }
}
