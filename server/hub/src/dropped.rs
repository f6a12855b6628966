//! What the hub remembers of its drop folder between two looks, and shows of it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde::Serialize;
use sync_core::Timestamp;

/// How the drop folder stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Standing {
    /// Files that wait: being written, being imported, or not to be moved.
    pub(crate) waiting: usize,
    /// Files that were imported since the hub started.
    pub(crate) done: u64,
    /// Files that were refused since then.
    pub(crate) refused: u64,
    /// When it was last looked at, unix milliseconds.
    #[schema(value_type = Option<i64>)]
    pub(crate) looked_at: Option<Timestamp>,
    /// The last look failed: the folder cannot be read or written, or it is not clear which sub-district it is for.
    pub(crate) failing: bool,
}

/// How a file looked the last time.
pub(crate) type Look = (u64, SystemTime);

/// What is remembered of the drop folder; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inbox(Arc<Mutex<Remembered>>);

#[derive(Debug, Default)]
pub(crate) struct Remembered {
    pub(crate) standing: Standing,
    pub(crate) seen: HashMap<PathBuf, Look>,
}

impl Inbox {
    pub(crate) fn standing(&self) -> Standing {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .standing
            .clone()
    }

    pub(crate) fn note(&self, change: impl FnOnce(&mut Remembered)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
