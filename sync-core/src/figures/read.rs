//! What one ticket counts for, read from its events.

use std::collections::BTreeMap;

use super::measure::{
    Appealed, Excluded, Holder, LeftOut, Measure, Subject, Unknown, Verdict, Yardstick, disowns,
};
use crate::calendar::Calendar;
use crate::deadline::{self, Clock, ClockKind, ClockState, Facts, Profile, Received};
use crate::ids::Id;
use crate::lifecycle::TicketState;
use crate::lifecycle::act::{Act, Addressee, AppealCause};
use crate::lifecycle::life::{Done, Life, Part, Past, TaskKind, TaskState, Weights};
use crate::time::Timestamp;

/// What one ticket counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// An enterprise asks.
    pub enterprise: bool,
    /// 未诉先办: it counts apart, and in no rate of what people asked for.
    pub proactive: bool,
    /// Which unit it counts for.
    pub unit: Option<Id>,
    /// Which worker it counts for: who has it, or took it for their unit, or reported that it is done.
    pub worker: Option<Id>,
    /// What came out of each measure. The terms of enterprises are asked of these alone.
    pub verdicts: BTreeMap<Measure, Verdict>,
    /// Appeals, oldest first.
    pub appeals: Vec<Appealed>,
    /// Why it was excluded, if it is.
    pub excluded: Option<Excluded>,
}

impl Read {
    /// Reads what a ticket counts for from its events, oldest first, as it stands at `now`.
    pub fn of(
        past: &[Past],
        subject: &Subject<'_>,
        yardstick: &Yardstick,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Self {
        let life = Life::of(past);
        let mut verdicts = raw(past, &life, subject, yardstick, calendar, now);
        // Nobody asked: there is nobody who could have been reached, satisfied or told.
        verdicts.retain(|measure, _| !life.proactive || *measure == Measure::InTime);
        let whole = whole(&life, subject.state);
        if let Some(why) = whole {
            for verdict in verdicts.values_mut() {
                *verdict = Verdict::LeftOut(why);
            }
        }
        let of_kind = life
            .tasks
            .iter()
            .filter(|task| task.kind == TaskKind::Appeal);
        let mut appeals = Vec::new();
        for task in of_kind {
            let Some(cause) = AppealCause::parse(&task.name) else {
                continue;
            };
            let mut changed = Vec::new();
            if task.state == TaskState::Upheld && whole.is_none() {
                for (measure, verdict) in &mut verdicts {
                    if measure.is_of(cause) && takes_out(cause, *verdict) {
                        *verdict = Verdict::LeftOut(LeftOut::AppealUpheld);
                        changed.push(*measure);
                    }
                }
            }
            appeals.push(Appealed {
                n: task.n,
                cause,
                state: task.state,
                changed,
            });
        }
        let (unit, person) = match subject.holder {
            Some(Holder::Unit(unit)) => (Some(unit), None),
            Some(Holder::Person(person, unit)) => (unit, Some(person)),
            None => (None, None),
        };
        let did = |done: Option<Done>| done.and_then(|done| done.by);
        Self {
            enterprise: subject.enterprise,
            proactive: life.proactive,
            unit,
            worker: person
                .or_else(|| did(life.taken))
                .or_else(|| did(life.reported)),
            verdicts,
            appeals,
            excluded: excluded(&life, past),
        }
    }
}

/// What an upheld appeal takes away: what was bad; of a ticket that was not theirs, whatever counted.
const fn takes_out(cause: AppealCause, verdict: Verdict) -> bool {
    match verdict {
        Verdict::Missed => true,
        Verdict::Reached | Verdict::Unknown(_) => disowns(cause),
        Verdict::LeftOut(_) => false,
    }
}

/// Why a ticket counts nowhere.
const fn whole(life: &Life, state: TicketState) -> Option<LeftOut> {
    if life.excluded {
        return Some(LeftOut::Excluded);
    }
    if life.merged_into.is_some() {
        return Some(LeftOut::Merged);
    }
    if state.is_cancelled() {
        return Some(LeftOut::Void);
    }
    if state.is_taken_back() {
        return Some(LeftOut::Returned);
    }
    None
}

/// Who left it out last, and why.
fn excluded(life: &Life, past: &[Past]) -> Option<Excluded> {
    if !life.excluded {
        return None;
    }
    past.iter().rev().find_map(|one| match &one.act {
        Some(Act::Exclude { words }) => Some(Excluded {
            at: one.at,
            by: one.person,
            words: words.clone(),
        }),
        _ => None,
    })
}

/// What each measure says before anything is left out.
fn raw(
    past: &[Past],
    life: &Life,
    subject: &Subject<'_>,
    yardstick: &Yardstick,
    calendar: &Calendar,
    now: Timestamp,
) -> BTreeMap<Measure, Verdict> {
    let (facts, worked_on_again) = first_cycle(past, subject.received);
    let is_over = worked_on_again || subject.state.is_over();
    let mut verdicts = BTreeMap::new();
    let due = subject.profile.and_then(|profile| {
        let clock = deadline::clock(profile, ClockKind::Result, &facts, calendar, now)?;
        verdicts.insert(Measure::InTime, of_clock(&clock, is_over));
        clock.due
    });
    let due = due.map(|due| due.at);
    if subject.profile.is_none() {
        let told = subject.told_in_time.map(reached);
        let verdict = told.unwrap_or(Verdict::Unknown(Unknown::NoRecord));
        verdicts.insert(Measure::InTime, verdict);
    }
    // Only which parts were reached is asked here; the weights are of the points.
    for (part, is_reached) in life.score(due, Weights::EXAMPLE).parts {
        let (measure, otherwise) = match part {
            Part::Response => (Measure::Response, silent(due, is_over, now)),
            Part::Solved => (Measure::Solved, unheard(life)),
            Part::Satisfied => (Measure::Satisfied, unheard(life)),
        };
        verdicts.insert(measure, is_reached.map_or(otherwise, reached));
    }
    if subject.enterprise {
        verdicts.extend(of_enterprise(
            &facts, life, yardstick, is_over, calendar, now,
        ));
    }
    verdicts
}

/// What happened before a second cycle, and whether there is one: the first result stays, whatever comes later.
fn first_cycle(past: &[Past], received: Received) -> (Facts, bool) {
    let reworks = |one: &Past| matches!(one.act, Some(Act::Rework { .. }));
    let end = past.iter().position(reworks);
    let first = end.and_then(|end| past.get(..end)).unwrap_or(past);
    let received = Received {
        // It closed in a later cycle, if at all.
        closed_at: received.closed_at.filter(|_| end.is_none()),
        ..received
    };
    (Facts::read(received, first), end.is_some())
}

/// When the result of the first cycle was due: what the response is measured by, here and in a ticket's own score.
pub fn first_due(
    past: &[Past],
    received: Received,
    profile: &Profile,
    calendar: &Calendar,
    now: Timestamp,
) -> Option<Timestamp> {
    let (facts, _) = first_cycle(past, received);
    let clock = deadline::clock(profile, ClockKind::Result, &facts, calendar, now)?;
    clock.due.map(|due| due.at)
}

const fn reached(is: bool) -> Verdict {
    if is {
        Verdict::Reached
    } else {
        Verdict::Missed
    }
}

/// Of a ticket to which nobody has responded: late once it is due, and no flattering gap.
fn silent(due: Option<Timestamp>, is_over: bool, now: Timestamp) -> Verdict {
    match due {
        _ if is_over => Verdict::Unknown(Unknown::NoRecord),
        Some(due) if now > due => Verdict::Missed,
        Some(_) => Verdict::Unknown(Unknown::Running),
        None => Verdict::Unknown(Unknown::NoRecord),
    }
}

/// Of a ticket whose requester said nothing.
const fn unheard(life: &Life) -> Verdict {
    Verdict::Unknown(if life.calls.is_empty() {
        Unknown::NotAsked
    } else {
        Unknown::NoAnswer
    })
}

fn of_clock(clock: &Clock, is_over: bool) -> Verdict {
    match clock.state {
        ClockState::Met => Verdict::Reached,
        ClockState::Missed => Verdict::Missed,
        ClockState::Running | ClockState::Paused if !is_over => Verdict::Unknown(Unknown::Running),
        // Nobody has it yet.
        ClockState::Stopped if clock.from.is_none() && !is_over => {
            Verdict::Unknown(Unknown::Running)
        }
        ClockState::Running | ClockState::Paused | ClockState::Stopped => {
            Verdict::Unknown(Unknown::NoRecord)
        }
    }
}

fn of_enterprise(
    facts: &Facts,
    life: &Life,
    yardstick: &Yardstick,
    is_over: bool,
    calendar: &Calendar,
    now: Timestamp,
) -> Vec<(Measure, Verdict)> {
    // How long it took, not how long it was allowed to take.
    let facts = Facts {
        given_due_at: None,
        extensions: Vec::new(),
        ..facts.clone()
    };
    let mut ten = yardstick.ten.clone();
    if !life.from_platform {
        // It came to the office alone: there is no platform to tell.
        ten.feedback_to = vec![Addressee::Requester];
    }
    let of = |profile: &Profile, kind: ClockKind, measure: Measure| {
        let clock = deadline::clock(profile, kind, &facts, calendar, now)?;
        Some((measure, of_clock(&clock, is_over)))
    };
    [
        of(&ten, ClockKind::Contact, Measure::TwoHours),
        of(&ten, ClockKind::Feedback, Measure::OneDay),
        of(&ten, ClockKind::Result, Measure::TenDays),
        of(&yardstick.fifteen, ClockKind::Result, Measure::FifteenDays),
    ]
    .into_iter()
    .flatten()
    .collect()
}
