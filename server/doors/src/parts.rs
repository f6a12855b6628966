//! What the doors are given.

use std::sync::Arc;

use basis::{Clock, Keys, Rng};
use store::Db;
use workers::Pool;

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
}
