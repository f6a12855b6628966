//! What the doors are given.

use std::sync::Arc;
use std::time::Duration;

use basis::{Clock, Keys, Rng, Watch};
use store::Db;
use workers::Pool;

/// What the gate's task is called among those under watch.
pub(super) const GATE: &str = "gate";

/// What the doors work with.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub store: Db,
    /// The time.
    pub clock: Clock,
    /// Chance, for ids of rows.
    pub rng: Rng,
    /// The key that signs cursors.
    pub keys: Arc<Keys>,
    /// The processes that check records.
    pub workers: Arc<Pool>,
    /// Who looks after the doors' tasks.
    pub watch: Watch,
    /// When the gate looks after what others have left.
    pub sweep: Sweep,
}

/// How often a running hub looks for what nobody has decided on: a hub that died has received it, or it could not
/// be decided on.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    /// Between two looks, and between the first two tries of one thing.
    pub every: Duration,
    /// What is younger, by the database's clock, is on its way through the gate of the hub that received it.
    pub older_than: Duration,
}

impl Default for Sweep {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(30),
            older_than: Duration::from_secs(10),
        }
    }
}
