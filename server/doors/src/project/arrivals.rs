//! The first arrival under each ticket, by the hub's clock: what stops the clock of 到场.

use store::Tx;
use store::deadlines::Arrival;
use sync_core::deadline::recorded_at;
use sync_core::kinds::Kind;
use sync_core::{Id, Timestamp};

use crate::addition::Addition;

/// Notes on the tickets when somebody first arrived, and counts their clocks anew.
pub(super) async fn note(
    tenant: Id,
    admissions: &[Addition<'_>],
    seq: i64,
    now: Timestamp,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let told = admissions.iter().filter_map(|one| {
        let at = one.summary.arrived_at?;
        (one.document.kind == Kind::VISIT).then_some((one, at))
    });
    let told: Vec<(&Addition<'_>, Timestamp)> = told.collect();
    if told.is_empty() {
        return Ok(());
    }
    let all: Vec<Id> = told.iter().flat_map(|(one, _)| tickets(one)).collect();
    let known = tx.list_arrivals(tenant, &all).await?;
    let mut arrivals = Vec::new();
    for (one, at) in told {
        let later = |ticket: &Id| {
            let known = known.get(ticket).copied().flatten();
            known.is_none_or(|known| at < known)
        };
        let news: Vec<Id> = tickets(one).filter(later).collect();
        if news.is_empty() {
            continue;
        }
        let clock = tx
            .find_writing_clock(tenant, one.document.changed_seq)
            .await?;
        let (ahead, received_at) = clock.unwrap_or((0, now));
        // A phone that knew its clock to be wrong has put the time right already.
        let estimated = one.summary.arrival_estimated;
        let offset = if estimated { 0 } else { ahead.saturating_neg() };
        let mut recorded = recorded_at(at, offset, received_at);
        recorded.corrected |= estimated;
        arrivals.extend(news.into_iter().map(|ticket| Arrival { ticket, recorded }));
    }
    let noted = tx.note_arrivals(tenant, &arrivals).await?;
    tx.renew_deadlines(tenant, &noted, seq, now).await.map(drop)
}

/// Every ticket that the visit belongs to, once.
fn tickets(one: &Addition<'_>) -> impl Iterator<Item = Id> {
    let first = one.document.ticket;
    let others = one.summary.tickets.iter().copied();
    std::iter::once(first).chain(others.filter(move |ticket| *ticket != first))
}
