//! How time is measured as a term counts it.

use super::clock::Remaining;
use super::profile::{Profile, last_day};
use super::worked::{DAY_MILLIS, WHOLE_DAY, Window, Worked, working_days};
use crate::calendar::{Calendar, Day, Due};
use crate::time::Timestamp;

/// How the time of a term is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// By hours: by the clock, or in business hours if the profile says so.
    Hours,
    /// By working days of 24 hours.
    Days,
}

/// Measures time as a term counts it.
#[derive(Clone, Copy)]
pub(super) struct Ruler<'a> {
    pub(super) profile: &'a Profile,
    pub(super) calendar: &'a Calendar,
    pub(super) windows: &'a [Window],
    pub(super) style: Style,
}

impl<'a> Ruler<'a> {
    /// Working days as wholes, and the last day whatever it is.
    pub(super) const fn days(&self, last: Day) -> Worked<'a> {
        Worked::new(self.calendar, WHOLE_DAY).and(last)
    }

    /// What counts; `None` if every moment does.
    pub(super) const fn worked(&self, last: Day) -> Option<Worked<'a>> {
        match self.style {
            Style::Hours if self.profile.hours_run_off_duty => None,
            Style::Hours => Some(Worked::new(self.calendar, self.windows)),
            Style::Days => Some(self.days(last)),
        }
    }

    pub(super) fn between(&self, from: Timestamp, until: Timestamp, last: Day) -> i64 {
        match self.worked(last) {
            Some(worked) => worked.between(from, until),
            None => until.millis_since(from).max(0),
        }
    }

    pub(super) fn before(&self, end: Timestamp, millis: i64, last: Day) -> Timestamp {
        match self.worked(last) {
            Some(worked) => worked.before(end, millis),
            None => end.plus_millis(millis.saturating_neg()),
        }
    }

    pub(super) fn remaining(&self, due: Due, now: Timestamp, overdue: bool) -> Remaining {
        let (from, until) = if overdue {
            (due.at, now)
        } else {
            (now, due.at)
        };
        let time = self.between(from, until, due.day);
        let day = match self.style {
            Style::Hours => i64::MAX,
            Style::Days => DAY_MILLIS,
        };
        Remaining {
            overdue,
            working_days: time / day,
            millis: time % day,
        }
    }

    /// What is due after a pause: later by the hours, or by the working days, that it took.
    pub(super) fn paused(&self, due: Due, from: Timestamp, until: Timestamp) -> Due {
        if self.style == Style::Days {
            let lost = working_days(self.calendar, Day::of(from), Day::of(until));
            let mut day = self.calendar.working_day_after(due.day, lost.value);
            let provisional = due.provisional || lost.provisional || day.provisional;
            let of_day = due.at.millis_since(due.day.end());
            if lost.value == 0 && due.at > until {
                return due;
            }
            // Over a weekend no working day is lost, and yet nobody is late who may go on only now.
            if day.value.end().plus_millis(of_day) <= until {
                day = self.calendar.working_day_from(Day::of(until));
            }
            if day.value.end().plus_millis(of_day) <= until {
                day = self.calendar.working_day_after(day.value, 1);
            }
            return Due {
                day: day.value,
                at: day.value.end().plus_millis(of_day),
                provisional: provisional || day.provisional,
            };
        }
        let lost = self.between(from, until, due.day);
        let (at, provisional) = match self.worked(due.day) {
            Some(worked) => {
                let later = worked.after(due.at, lost);
                (later.value, later.provisional)
            }
            None => (due.at.plus_millis(lost), false),
        };
        Due {
            day: last_day(at),
            at,
            provisional: due.provisional || provisional,
        }
    }
}
