//! The sample: the first one begins the work on its ticket. The office does not decide on samples.

use store::{Error, Tx};
use sync_core::lifecycle::TicketStep;
use sync_core::{Id, Timestamp};

use super::{Meaning, Standing};
use crate::addition::Addition;

/// Every sample says that work on its tickets has begun; a ticket that is past that stays where it is.
pub(super) async fn derive(
    _: Id,
    admissions: &[&Addition<'_>],
    _: Timestamp,
    _: &mut Tx,
) -> Result<Vec<Meaning>, Error> {
    let meaning = Meaning {
        steps: vec![(TicketStep::Begin, "sample_begun")],
        ..Meaning::default()
    };
    Ok(vec![meaning; admissions.len()])
}

/// No sample waits for the office.
pub(super) async fn count_waiting(_: Id, _: Id, _: &mut Tx) -> Result<i64, Error> {
    Ok(0)
}

/// Samples stand nowhere.
pub(super) async fn list_unseen_standings(
    _: Id,
    _: Id,
    _: i64,
    _: &mut Tx,
) -> Result<Vec<Standing>, Error> {
    Ok(Vec::new())
}
