//! Deadlines: profiles that the office wrote, the clocks of tickets as they stand, and who was warned.
//!
//! When something happened to a ticket its row is marked to be looked at ([`Tx::mark_deadlines`]); looking reads its
//! facts from its events, counts by the core, and writes what lists, phones and timers need. Whoever looks holds the
//! sub-district's number, so of several hubs one warns.

mod arrivals;
mod profiles;
mod rows;
mod warnings;

use sync_core::calendar::{Calendar, Day, Due};
use sync_core::deadline::{
    self, Clock, ClockKind, Facts, Profile, choose_profile, next_change, worst,
};
use sync_core::lifecycle::life::Past;
use sync_core::{Id, Timestamp};

use super::ticket_events::NewTicketEvent;
use super::{Error, Tx};
pub use arrivals::Arrival;
pub use profiles::{ProfileTickets, WrittenProfile};
use rows::Row;
pub use rows::TicketClocks;
pub use warnings::Warning;

/// The word of the event of a ticket whose due date was counted anew by another calendar.
const RECOMPUTED: &str = "due_recomputed";

impl Tx {
    /// Counts the clocks of these tickets as they stand at `now` and writes them. `seq` is a number of this transaction:
    /// phones hear with it of tickets that changed for them. Gives the tickets whose due date or level changed, or of
    /// which somebody was warned.
    ///
    /// # Errors
    /// If the database could not, or holds what cannot be read.
    pub async fn renew_deadlines(
        &mut self,
        tenant: Id,
        tickets: &[Id],
        seq: i64,
        now: Timestamp,
    ) -> Result<Vec<Id>, Error> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let calendar = self.load_calendar(tenant).await?;
        let profiles = self.load_deadline_profiles(tenant).await?;
        let rows = self.list_clock_rows(tenant, tickets).await?;
        let mut pasts = self.list_ticket_pasts(tenant, tickets).await?;
        let (mut without, mut seen) = (Vec::new(), Vec::new());
        for (ticket, row) in &rows {
            let past = pasts.remove(ticket).unwrap_or_default();
            match Seen::look(*ticket, row, &past, &profiles, &calendar, now) {
                Some(one) => seen.push(one),
                None => without.push(*ticket),
            }
        }
        self.put_no_clock(tenant, &without).await?;
        self.put_clocks(tenant, &seen).await?;
        for one in &seen {
            if one.same_rules && one.moved {
                self.tell_recomputed(tenant, one, now).await?;
            }
        }
        let told = seen.iter().filter(|one| one.is_told());
        let told: Vec<Id> = told.map(|one| one.ticket).collect();
        self.touch_tickets(tenant, &told, seq).await?;
        let warned = self.warn(tenant, &seen, seq, now).await?;
        let changed = seen
            .iter()
            .filter(|one| one.is_changed() || warned.contains(&one.ticket));
        Ok(changed.map(|one| one.ticket).collect())
    }

    /// Says in the ticket's story that another calendar moved its due date.
    async fn tell_recomputed(
        &mut self,
        tenant: Id,
        seen: &Seen<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let due = seen.standing.due;
        let event = NewTicketEvent {
            at: now,
            person: None,
            device: None,
            kind: RECOMPUTED,
            detail: serde_json::json!({
                "before": seen.row.due_at,
                "due_at": due.map(|due| due.at),
                "provisional": due.is_some_and(|due| due.provisional),
            }),
        };
        self.write_ticket_event(tenant, seen.ticket, &event)
            .await
            .map(drop)
    }
}

/// What a look at a ticket found.
struct Seen<'a> {
    ticket: Id,
    row: &'a Row,
    profile: &'a Profile,
    facts: Facts,
    clocks: Vec<Clock>,
    standing: Standing,
    /// Nothing happened to it since the last look.
    same_rules: bool,
    /// Another due date than before.
    moved: bool,
}

impl<'a> Seen<'a> {
    /// `None` of a ticket that no profile holds for.
    fn look(
        ticket: Id,
        row: &'a Row,
        past: &[Past],
        profiles: &'a [Profile],
        calendar: &Calendar,
        now: Timestamp,
    ) -> Option<Self> {
        // What came in with its answer was never under a profile of ours, and needs none.
        if row.status.is_over() && row.profile.is_none() {
            return None;
        }
        let known = row.profile.as_ref().and_then(|(id, version)| {
            let mut known = profiles.iter().rev();
            known.find(|known| known.id == *id && known.version == *version)
        });
        let profile = known.or_else(|| {
            let (enterprise, critical) = row.kind();
            choose_profile(profiles, enterprise, critical, row.dispatched_at)
        })?;
        let facts = Facts::read(row.received(), past);
        let clocks = deadline::clocks(profile, &facts, calendar, now);
        let due = due_of(&clocks, ClockKind::Result);
        // What is paused is due a day later with each working day: it is counted again when the day is over, so that no list
        // shows it as overdue.
        let paused = clocks
            .iter()
            .any(|clock| clock.state == deadline::ClockState::Paused);
        let tomorrow = paused.then(|| Day::of(now).end());
        let standing = Standing {
            due,
            return_until: due_of(&clocks, ClockKind::ReturnWindow).map(|due| due.at),
            level: worst(&clocks),
            next_change_at: next_change(&clocks).into_iter().chain(tomorrow).min(),
        };
        Some(Self {
            ticket,
            row,
            profile,
            same_rules: known.is_some() && row.facts.as_ref() == Some(&facts),
            moved: due.map(|due| due.at) != row.due_at && !paused,
            facts,
            clocks,
            standing,
        })
    }

    /// Phones must fetch it again.
    fn is_told(&self) -> bool {
        !self.same_rules || self.moved
    }

    fn is_changed(&self) -> bool {
        self.is_told() || self.row.level != self.standing.level
    }
}

/// What is written of a ticket's clocks.
struct Standing {
    due: Option<Due>,
    return_until: Option<Timestamp>,
    level: Option<deadline::Level>,
    next_change_at: Option<Timestamp>,
}

fn due_of(clocks: &[Clock], kind: ClockKind) -> Option<Due> {
    let clock = clocks.iter().find(|clock| clock.kind == kind)?;
    clock.due
}
