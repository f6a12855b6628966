//! What is asked on the tickets that a phone gets, as its person may act on them.

use sync_core::Id;
use sync_core::lifecycle::TicketState;
use sync_core::protocol::{TicketRecord, TicketWork};

use crate::author::Author;
use store::Tx;

/// Adds to each ticket that is not over what is asked of whom.
pub(super) async fn add(
    tickets: &mut [TicketRecord],
    author: Author,
    tx: &mut Tx,
) -> Result<(), store::Error> {
    let Author { tenant, person, .. } = author;
    let goes_on = |ticket: &&TicketRecord| {
        let state = TicketState::parse(&ticket.status);
        state.is_some_and(|state| !state.is_over())
    };
    let asked: Vec<Id> = tickets
        .iter()
        .filter(goes_on)
        .filter_map(|ticket| ticket.id)
        .collect();
    if asked.is_empty() {
        return Ok(());
    }
    let principals = tx.list_principals(tenant, person).await?;
    let told = tx.list_told(tenant, &asked).await?;
    for ticket in tickets {
        let Some(events) = ticket.id.and_then(|id| told.get(&id)) else {
            continue;
        };
        let assigned = ticket.assigned.as_ref().map(|has| has.id);
        ticket.work = Some(TicketWork::of(events, assigned, person, &principals));
    }
    Ok(())
}
