//! The promise of somebody without an account. Nobody here is late when it is broken: from then on somebody of ours asks
//! after it, and that is all that it warns of.

use super::clock::{Clock, ClockState, Level, Remaining};
use super::facts::{Facts, Given};
use super::profile::ClockKind;
use super::reckon::{given_due, not_begun};
use super::worked::{DAY_MILLIS, WHOLE_DAY, Worked};
use crate::calendar::{Calendar, Due};
use crate::time::Timestamp;

/// The level of a promise that fell due without being kept; before that it has none.
pub(super) const FALLEN_DUE: Level = Level::Yellow;

/// The clock of a promise. What was kept after its day was kept late by them, and reminds nobody any more.
pub(super) fn of_promise(
    given: &Given,
    facts: &Facts,
    calendar: &Calendar,
    now: Timestamp,
) -> Clock {
    let due = given_due(given.due_at);
    let is_over = |at: Timestamp| at > due.at;
    let mut clock = Clock {
        name: given.name.clone(),
        from: Some(given.from),
        due: Some(due),
        given: true,
        met_at: given.met_at,
        ..not_begun(ClockKind::Promise, Vec::new())
    };
    if let Some(met) = given.met_at.filter(|met| *met <= now) {
        clock.state = if is_over(met) {
            ClockState::Missed
        } else {
            ClockState::Met
        };
        return clock;
    }
    if facts.left_at().is_some_and(|left| left <= now) {
        return clock;
    }
    clock.remaining = Some(remaining(due, now, calendar));
    if is_over(now) {
        clock.state = ClockState::Missed;
        clock.level = Some(FALLEN_DUE);
    } else {
        clock.state = ClockState::Running;
        clock.next_change = Some(due.at.plus_millis(1));
    }
    clock
}

fn remaining(due: Due, now: Timestamp, calendar: &Calendar) -> Remaining {
    let overdue = now > due.at;
    let (from, until) = if overdue {
        (due.at, now)
    } else {
        (now, due.at)
    };
    let counted = Worked::new(calendar, WHOLE_DAY).and(due.day);
    let time = counted.between(from, until);
    Remaining {
        overdue,
        working_days: time / DAY_MILLIS,
        millis: time % DAY_MILLIS,
    }
}
