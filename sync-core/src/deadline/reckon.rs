//! How a clock is made of a term, facts and a calendar.

use super::clock::{Clock, ClockState, Level};
use super::facts::{Facts, Given, Push};
use super::level::Moments;
use super::profile::{ClockKind, HOUR_MILLIS, Profile, Start, TermRule, last_day};
use super::recorded::Recorded;
use super::ruler::{Ruler, Style};
use super::worked::{DAY_MILLIS, WHOLE_DAY, Worked, working_days};
use crate::calendar::{Calendar, Day, Due, Term};
use crate::lifecycle::act::Addressee;
use crate::time::Timestamp;

/// The clock of a term of the profile.
pub(super) fn of_term(
    profile: &Profile,
    kind: ClockKind,
    rule: TermRule,
    facts: &Facts,
    calendar: &Calendar,
    now: Timestamp,
) -> Clock {
    let missing = if kind == ClockKind::Feedback {
        facts.untold(&profile.feedback_to)
    } else {
        Vec::new()
    };
    let Some(from) = begin(kind, rule.from, facts) else {
        return not_begun(kind, missing);
    };
    let given = facts
        .given_due_at
        .filter(|_| kind == ClockKind::Result)
        .map(given_due);
    let due = given.unwrap_or_else(|| profile.due(from, rule.term, calendar));
    let style = if matches!(rule.term, Term::Hours(_)) && given.is_none() {
        Style::Hours
    } else {
        style_of(from, due.at, given.is_some())
    };
    let run = Run {
        kind,
        name: "",
        from,
        first: due,
        given: given.is_some(),
        style,
        met: met(kind, profile, facts),
        missing,
    };
    run.clock(profile, facts, calendar, now)
}

/// The clock of something with a date of its own.
pub(super) fn of_given(
    profile: &Profile,
    given: &Given,
    facts: &Facts,
    calendar: &Calendar,
    now: Timestamp,
) -> Clock {
    let run = Run {
        kind: given.kind,
        name: &given.name,
        from: given.from,
        first: given_due(given.due_at),
        given: true,
        style: style_of(given.from, given.due_at, true),
        met: given.met_at.map(Recorded::seen),
        missing: Vec::new(),
    };
    run.clock(profile, facts, calendar, now)
}

/// A date that is given for within a day is a matter of hours.
fn style_of(from: Timestamp, due: Timestamp, given: bool) -> Style {
    if given && due.millis_since(from) <= DAY_MILLIS {
        Style::Hours
    } else {
        Style::Days
    }
}

pub(super) fn given_due(at: Timestamp) -> Due {
    Due {
        day: last_day(at),
        at,
        provisional: false,
    }
}

fn begin(kind: ClockKind, start: Start, facts: &Facts) -> Option<Timestamp> {
    match (start, kind) {
        (Start::Dispatch, _) => Some(facts.dispatched_at),
        (Start::Assignment, ClockKind::Result) => {
            Some(facts.assigned_at.unwrap_or(facts.dispatched_at))
        }
        (Start::Assignment, _) => facts.assigned_at,
    }
}

fn met(kind: ClockKind, profile: &Profile, facts: &Facts) -> Option<Recorded> {
    match kind {
        // Who is there has reached somebody.
        ClockKind::Contact => {
            let both = facts.first_contact.into_iter().chain(facts.arrived);
            both.min_by_key(|recorded| recorded.at)
        }
        ClockKind::Arrival => facts.arrived,
        ClockKind::Feedback => facts.told(&profile.feedback_to).map(Recorded::seen),
        ClockKind::Result => facts.result_at.or(facts.closed_at).map(Recorded::seen),
        ClockKind::ReturnWindow => facts.returned_at.map(Recorded::seen),
        ClockKind::CoTask | ClockKind::Supervision | ClockKind::Appeal | ClockKind::Promise => None,
    }
}

pub(super) fn not_begun(kind: ClockKind, missing: Vec<Addressee>) -> Clock {
    Clock {
        kind,
        name: String::new(),
        state: ClockState::Stopped,
        from: None,
        due: None,
        first_due: None,
        given: false,
        met_at: None,
        told_late: false,
        corrected: false,
        missing,
        level: None,
        next_change: None,
        remaining: None,
    }
}

/// A term that has begun.
struct Run<'a> {
    kind: ClockKind,
    name: &'a str,
    from: Timestamp,
    first: Due,
    given: bool,
    style: Style,
    met: Option<Recorded>,
    missing: Vec<Addressee>,
}

impl Run<'_> {
    fn clock(
        mut self,
        profile: &Profile,
        facts: &Facts,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Clock {
        let windows = profile.windows();
        let ruler = Ruler {
            profile,
            calendar,
            windows: &windows,
            style: self.style,
        };
        let due = self.pushed(facts, &ruler, now);
        let left_at = match self.kind {
            ClockKind::ReturnWindow => facts.ended_at(),
            // The ticket may be closed and its evaluation still be appealed against.
            ClockKind::Appeal => None,
            ClockKind::Contact
            | ClockKind::Arrival
            | ClockKind::Feedback
            | ClockKind::Result
            | ClockKind::CoTask
            | ClockKind::Supervision
            | ClockKind::Promise => facts.left_at(),
        };
        let moments = self.moments(due, &ruler);
        let is_over = |at: Timestamp| at >= moments.red;
        let mut clock = Clock {
            name: self.name.to_owned(),
            from: Some(self.from),
            due: Some(due),
            first_due: (due != self.first).then_some(self.first),
            given: self.given,
            met_at: self.met.map(|met| met.at),
            ..not_begun(self.kind, std::mem::take(&mut self.missing))
        };
        if let Some(met) = self.met.filter(|met| met.at <= now) {
            let late = is_over(met.at);
            clock.state = if late {
                ClockState::Missed
            } else {
                ClockState::Met
            };
            clock.told_late = !late && is_over(met.known_at());
            clock.corrected = met.corrected;
            clock.level = (late && self.kind == ClockKind::ReturnWindow).then_some(Level::Purple);
            return clock;
        }
        if let Some(left_at) = left_at.filter(|left_at| *left_at <= now) {
            if is_over(left_at) && self.kind != ClockKind::ReturnWindow {
                clock.state = ClockState::Missed;
            }
            return clock;
        }
        if is_over(now) && self.kind == ClockKind::ReturnWindow {
            return clock;
        }
        clock.remaining = Some(ruler.remaining(due, now, is_over(now)));
        if is_over(now) {
            clock.state = ClockState::Missed;
        } else if self.is_pushed_by_pauses() && facts.is_paused(now) {
            clock.state = ClockState::Paused;
            return clock;
        } else {
            clock.state = ClockState::Running;
        }
        let level = moments.level(now);
        clock.level = Some(level);
        clock.next_change = moments.next(now);
        clock
    }

    /// Whether it stands still while the ticket is suspended. Who may return, must answer a supervisor or wants to appeal is
    /// not kept from it by a pause.
    const fn is_pushed_by_pauses(&self) -> bool {
        !matches!(
            self.kind,
            ClockKind::ReturnWindow | ClockKind::Supervision | ClockKind::Appeal
        )
    }

    fn pushed(&self, facts: &Facts, ruler: &Ruler<'_>, now: Timestamp) -> Due {
        let mut due = self.first;
        for push in facts.pushes(now) {
            match push {
                // What begins when the time is over takes nothing away.
                Push::Pause { from, until } if self.is_pushed_by_pauses() && from < due.at => {
                    due = ruler.paused(due, from.max(self.from), until);
                }
                Push::Extension { until, .. }
                    if self.kind == ClockKind::Result && until > due.at =>
                {
                    due = given_due(until);
                }
                Push::Pause { .. } | Push::Extension { .. } => {}
            }
        }
        due
    }

    fn moments(&self, due: Due, ruler: &Ruler<'_>) -> Moments {
        let profile = ruler.profile;
        let warnings = profile.warnings;
        // Up to its last millisecond an hour is in time (S77: 2:00:00 is met, 2:00:01 is not). A day ends before the next
        // one begins; a moment that somebody gave is in time itself.
        let exact = self.given || self.style == Style::Hours;
        let red = due.at.plus_millis(i64::from(exact));
        // Of hours the rest of a rest day is none of the working days that it has been over.
        let days = match self.style {
            Style::Hours => Worked::new(ruler.calendar, WHOLE_DAY),
            Style::Days => ruler.days(due.day),
        };
        let over = i64::from(warnings.purple_working_days) * DAY_MILLIS;
        let purple = days.after(due.at, over);
        let purple = purple.value.max(red);
        if self.kind == ClockKind::ReturnWindow {
            let business = Worked::new(ruler.calendar, ruler.windows);
            let before = i64::from(warnings.return_hours) * HOUR_MILLIS;
            let yellow = business.before(due.at, before);
            return Moments {
                blue: yellow,
                yellow,
                red,
                purple,
            };
        }
        // People go home at the closing of business: warnings count up to it, although the day ends at 24:00.
        let end = match self.style {
            Style::Hours => due.at,
            Style::Days => due.at.min(profile.closing(due.day)),
        };
        let whole = ruler.between(self.from, end, due.day);
        let share = |percent: u8| whole.saturating_mul(i64::from(percent)) / 100;
        // A term that is no longer than these days would be yellow from its first minute: it is warned of by its share.
        let last = warnings.yellow_working_days;
        let days = working_days(ruler.calendar, Day::of(self.from), due.day).value;
        let yellow = match self.style {
            Style::Days if days > last => i64::from(last) * DAY_MILLIS,
            Style::Hours | Style::Days => share(warnings.yellow_percent),
        };
        Moments {
            blue: ruler.before(end, share(warnings.blue_percent), due.day),
            yellow: ruler.before(end, yellow, due.day),
            red,
            purple,
        }
    }
}
