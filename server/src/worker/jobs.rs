//! What a worker can do. Runs in the worker process alone.

use super::JobKind;

/// What a worker keeps from job to job: caches, bounded by who fills them.
#[derive(Default)]
pub struct State {}

/// Does one job: its result, or the stable code of its refusal.
pub(super) fn run(
    kind: JobKind,
    _payload: &[u8],
    _state: &mut State,
) -> Result<Vec<u8>, &'static str> {
    match kind {
        JobKind::Admission | JobKind::Picture => Err("unknown_job"),
    }
}
