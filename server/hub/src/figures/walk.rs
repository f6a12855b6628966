//! The tickets of a period, one after another: only a piece of them is in memory at once.

use std::ops::ControlFlow;

use store::Tx;
use store::figures::{FigurePlace, FigureTicket, Period};
use store::tickets::{RequesterType, Urgency};
use sync_core::calendar::Calendar;
use sync_core::deadline::{Profile, choose_profile};
use sync_core::figures::{Read, Subject, Yardstick};
use sync_core::lifecycle::life::Past;
use sync_core::{Id, Timestamp};

/// Tickets that are read at once.
const PIECE: u32 = 256;

/// By what tickets are read.
pub(super) struct Walk {
    tenant: Id,
    profiles: Vec<Profile>,
    calendar: Calendar,
    yardstick: Yardstick,
    now: Timestamp,
}

impl Walk {
    pub(super) async fn new(tenant: Id, now: Timestamp, tx: &mut Tx) -> Result<Self, store::Error> {
        Ok(Self {
            tenant,
            profiles: tx.load_deadline_profiles(tenant).await?,
            calendar: tx.load_calendar(tenant).await?,
            yardstick: Yardstick::default(),
            now,
        })
    }

    /// Shows each ticket of the period behind `after` to `each`, in the order of their dispatch, until that breaks off.
    pub(super) async fn run(
        &self,
        period: Period,
        after: Option<FigurePlace>,
        tx: &mut Tx,
        mut each: impl FnMut(&FigureTicket, Read) -> ControlFlow<()>,
    ) -> Result<(), store::Error> {
        let mut place = after;
        loop {
            let tickets = tx
                .list_figure_tickets(self.tenant, period, place, PIECE)
                .await?;
            let Some(last) = tickets.last() else {
                return Ok(());
            };
            place = Some(last.place());
            let ids: Vec<Id> = tickets.iter().map(|ticket| ticket.id).collect();
            let mut pasts = tx.list_ticket_pasts(self.tenant, &ids).await?;
            for ticket in &tickets {
                let past = pasts.remove(&ticket.id).unwrap_or_default();
                if each(ticket, self.read(ticket, &past)).is_break() {
                    return Ok(());
                }
            }
            // Others are served between two pieces.
            tokio::task::yield_now().await;
        }
    }

    fn read(&self, ticket: &FigureTicket, past: &[Past]) -> Read {
        let enterprise = ticket.requester_type == RequesterType::Enterprise;
        let known = ticket.profile.as_ref().and_then(|(id, version)| {
            let mut known = self.profiles.iter().rev();
            known.find(|known| known.id == *id && known.version == *version)
        });
        // What came with its answer was never under a profile; another one gets its own at the next look.
        let chosen = known.or_else(|| {
            let critical = ticket.urgency == Urgency::Critical;
            let open = !ticket.state.is_over();
            let dispatched_at = ticket.received.dispatched_at;
            open.then(|| choose_profile(&self.profiles, enterprise, critical, dispatched_at))?
        });
        let subject = Subject {
            state: ticket.state,
            enterprise,
            received: ticket.received,
            profile: chosen,
            told_in_time: ticket.in_time,
            holder: ticket.holder,
        };
        Read::of(past, &subject, &self.yardstick, &self.calendar, self.now)
    }
}
