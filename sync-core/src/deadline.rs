//! Deadlines of a ticket: by when somebody must have been reached, been there, reported and be done.
//!
//! A [`Profile`] says how long each takes, [`Facts`] say what happened, the calendar says which days are worked on; out
//! of these three [`clocks`] makes one [`Clock`] for each term. The hub, the phone and the tests ask the same function,
//! so that a countdown offline is the hub's to the second. Nothing here is stored: a clock is read from facts anew.
//!
//! - The day from which a term of days runs is not counted, its last day ends at 24:00 or at the closing of business;
//!   hours run by the clock, rest days included, unless the profile says otherwise (`calendar`).
//! - The due date that the upper level gave takes the place of the computed one of the result.
//! - A pause and a granted extension push what is due; what was due first is still told.
//! - Levels: green, blue from half of the time on, yellow for the last working day (of hours, and of a term of a single
//!   working day: the last quarter), red when it is over, purple a working day later or when a ticket was returned late.
//!   The shares stand in the profile.
//! - What somebody without an account promised has no level until it falls due, and is yellow from then on: it is theirs to
//!   keep and ours to ask after.

mod clock;
mod facts;
mod form;
mod level;
mod profile;
mod promise;
mod read;
mod reckon;
mod recorded;
mod ruler;
mod rules;
mod worked;

use crate::calendar::Calendar;
use crate::time::Timestamp;

pub use clock::{Clock, ClockState, Level, Remaining};
pub use facts::{Extension, Facts, Feedback, Given, Pause};
pub use form::{ProfileRefused, Why};
pub use profile::{ClockKind, DayEnd, Hours, Profile, Start, TermRule, Warnings};
pub use read::Received;
pub use recorded::{Recorded, recorded_at};
pub use rules::{ENTERPRISE, ESCALATION, GENERAL, URGENT, choose_profile, in_force, told_of};

/// Every clock of a ticket as it stands at `now`: those of the profile's terms in their order, then those with a due
/// date of their own (co-tasks, supervisions), then what outside parties promised.
pub fn clocks(profile: &Profile, facts: &Facts, calendar: &Calendar, now: Timestamp) -> Vec<Clock> {
    let terms = profile.terms.iter();
    let terms = terms.filter(|(kind, _)| match kind {
        ClockKind::ReturnWindow => !facts.direct,
        ClockKind::Contact | ClockKind::Feedback => !facts.proactive,
        ClockKind::Arrival
        | ClockKind::Result
        | ClockKind::CoTask
        | ClockKind::Supervision
        | ClockKind::Appeal
        | ClockKind::Promise => true,
    });
    let mut clocks: Vec<_> = terms
        .map(|(kind, rule)| reckon::of_term(profile, *kind, *rule, facts, calendar, now))
        .collect();
    let given = facts.given.iter();
    clocks.extend(given.map(|given| reckon::of_given(profile, given, facts, calendar, now)));
    let promises = facts.promises.iter();
    clocks.extend(promises.map(|given| promise::of_promise(given, facts, calendar, now)));
    clocks
}

/// One of the profile's terms; `None` if it has none of this kind.
pub fn clock(
    profile: &Profile,
    kind: ClockKind,
    facts: &Facts,
    calendar: &Calendar,
    now: Timestamp,
) -> Option<Clock> {
    let rule = profile.terms.get(&kind)?;
    let clock = reckon::of_term(profile, kind, *rule, facts, calendar, now);
    Some(clock)
}

/// When the first of the clocks shows another level than it does now, if any will; a timer that wakes then and asks
/// [`clocks`] again misses none.
pub fn next_change(clocks: &[Clock]) -> Option<Timestamp> {
    clocks.iter().filter_map(|clock| clock.next_change).min()
}

/// The worst level of what runs: what a list shows in one colour.
pub fn worst(clocks: &[Clock]) -> Option<Level> {
    clocks.iter().filter_map(|clock| clock.level).max()
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
