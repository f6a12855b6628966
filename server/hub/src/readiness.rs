//! What the hub says of its readiness, and what it said last.

use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::Mutex;

use crate::dropped::Standing;
use crate::error::ApiError;

/// The hub can take work.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Ready {
    /// Always `ready`; a hub that is not answers 503.
    status: &'static str,
    /// Seconds for which the oldest change that nobody has decided on has waited.
    oldest_undecided_s: Option<u64>,
    /// Bytes that are free in the data folder; absent where the system does not tell.
    disk_free_bytes: Option<u64>,
    /// What should be looked into although work goes on: `disk_low`, `undecided`, `inbox_failing`.
    warnings: Vec<&'static str>,
    /// The drop folder, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    inbox: Option<Standing>,
}

/// The last answer of `/health/ready`, and when it was given. Whoever holds the lock finds the next one.
#[derive(Debug, Default)]
pub(crate) struct LastReady(pub(crate) Mutex<Option<(Instant, Result<Ready, ApiError>)>>);

impl Ready {
    /// The answer of a hub that can take work.
    pub(crate) fn new(
        oldest_undecided: Option<Duration>,
        disk_free_bytes: Option<u64>,
        warnings: Vec<&'static str>,
        inbox: Option<Standing>,
    ) -> Self {
        Self {
            status: "ready",
            oldest_undecided_s: oldest_undecided.map(|age| age.as_secs()),
            disk_free_bytes,
            warnings,
            inbox,
        }
    }
}
