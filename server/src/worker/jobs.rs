//! What a worker can do. Runs in the worker process alone.

use super::JobKind;
use crate::media::thumbnail::Maker;
use crate::sync::{Held, run_job};

/// What a worker keeps from job to job: buffers and caches, bounded by who fills them.
#[derive(Default)]
pub struct State {
    documents: Held,
    pictures: Maker,
}

/// Does one job: its result, or the stable code of its refusal.
pub(super) fn run(
    kind: JobKind,
    payload: &[u8],
    state: &mut State,
) -> Result<Vec<u8>, &'static str> {
    match kind {
        JobKind::Admission => run_job(payload, &mut state.documents),
        JobKind::Picture => match state.pictures.thumbnails(payload) {
            Ok(thumbnails) => Ok(thumbnails.to_bytes()),
            Err(reason) => Err(reason.code()),
        },
    }
}
