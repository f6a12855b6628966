//! 时限方案: how long each thing takes, by which rule, from which day on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::worked::{Window, Worked};
use crate::calendar::{Calendar, Day, Due, Term};
use crate::lifecycle::act::Addressee;
use crate::time::Timestamp;
use crate::words;

pub(super) const HOUR_MILLIS: i64 = 60 * 60 * 1000;
pub(super) const MINUTE_MILLIS: i64 = 60 * 1000;

words! {
    /// What a clock is of.
    pub enum ClockKind {
        /// 首联: the requester was reached.
        Contact = "contact",
        /// 到场: somebody is there; met by an arrival check-in alone (S77).
        Arrival = "arrival",
        /// 反馈: every addressee of the profile was told (S78).
        Feedback = "feedback",
        /// 办结: solved, or explained and accepted (S79).
        Result = "result",
        /// 退回: until then a ticket may go back without a leader (S15). A right, so it is never overdue.
        ReturnWindow = "return_window",
        /// 协办: what another unit has to do.
        CoTask = "co_task",
        /// 督办: what a supervisor asks for.
        Supervision = "supervision",
        /// 申诉: until when an evaluation can be appealed against.
        Appeal = "appeal",
        /// 外部承诺: by when somebody without an account said that it will be done (S33).
        Promise = "promise",
    }
}

words! {
    /// From when a term runs.
    pub enum Start {
        /// 派发.
        Dispatch = "dispatch",
        /// 交办. A result that nobody was given yet runs from its dispatch meanwhile: nobody gains time by leaving a
        /// ticket lie.
        Assignment = "assignment",
    }
}

words! {
    /// When the last day of a term is over.
    #[derive(Default)]
    pub enum DayEnd {
        /// 24:00 (Civil Code, article 203, second paragraph).
        #[default]
        Midnight = "midnight",
        /// The closing of business (there, the second sentence).
        Closing = "closing",
    }
}

/// One version of a profile. It never changes; another wording is another version, and a ticket keeps its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// `enterprise_2110`: the same in all its versions.
    pub id: String,
    /// Counts from 1.
    pub version: u32,
    /// What people call it.
    pub name: String,
    /// By which rule, in words.
    pub basis: String,
    /// 施行: the first day on which tickets get this version; `None` if its rule names none, and then they always do.
    pub effective_from: Option<Day>,
    /// How long each thing takes. The result always stands here.
    pub terms: BTreeMap<ClockKind, TermRule>,
    /// Who has to be told before a feedback counts.
    pub feedback_to: Vec<Addressee>,
    /// The longest extension.
    pub extension: Option<Term>,
    /// When a last day is over.
    pub day_ends: DayEnd,
    /// Hours run by the clock, at night and on rest days too; or else in business hours alone.
    pub hours_run_off_duty: bool,
    /// Business hours, in order.
    pub business: Vec<Hours>,
    /// When warnings begin.
    pub warnings: Warnings,
}

/// One term of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TermRule {
    /// How long.
    pub term: Term,
    /// From when.
    pub from: Start,
}

/// From one time of the day to another, in minutes since 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The beginning.
    pub from: u16,
    /// The end; later than the beginning, at most 24:00.
    pub until: u16,
}

/// When warnings begin (domain notes 3.3, after the province's yellow and red card of 2017).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warnings {
    /// Blue when no more than this share of the time is left, in percent.
    pub blue_percent: u8,
    /// Yellow when no more than so many working days are left, of a term that has more of them.
    pub yellow_working_days: u16,
    /// Yellow, of a term of hours and of any other one, when no more than this share of it is left, in percent.
    pub yellow_percent: u8,
    /// Purple when it has been over for so many working days.
    pub purple_working_days: u16,
    /// Yellow, of the return window, so many business hours before its end (S15).
    pub return_hours: u16,
}

impl Default for Warnings {
    fn default() -> Self {
        Self {
            blue_percent: 50,
            yellow_working_days: 1,
            yellow_percent: 25,
            purple_working_days: 1,
            return_hours: 4,
        }
    }
}

impl Profile {
    /// The profiles that come with the program.
    pub fn shipped() -> Vec<Self> {
        #[expect(clippy::expect_used, reason = "a test reads the same text")]
        Self::parse_all(include_str!("shipped.txt").as_bytes()).expect("the shipped profiles")
    }

    /// When a term is over that runs from this moment, by this profile's hours and end of the day.
    pub fn due(&self, from: Timestamp, term: Term, calendar: &Calendar) -> Due {
        if let (Term::Hours(hours), false) = (term, self.hours_run_off_duty) {
            let windows = self.windows();
            let business = Worked::new(calendar, &windows);
            let reached = business.after(from, i64::from(hours) * HOUR_MILLIS);
            return Due {
                day: last_day(reached.value),
                at: reached.value,
                provisional: reached.provisional,
            };
        }
        let due = calendar.due(from, term);
        match term {
            Term::Hours(_) => due,
            Term::WorkingDays(_) | Term::Days(_) | Term::Months(_) => self.ending(due),
        }
    }

    /// The longest that an extension granted now may reach, from what is due.
    pub fn longest_extension(&self, due: Timestamp, calendar: &Calendar) -> Option<Due> {
        // What ends at 24:00 is due on that day, not on the next.
        let last = Timestamp::from_millis(due.millis().saturating_sub(1));
        Some(self.due(last, self.extension?, calendar))
    }

    /// The same last day, over when this profile says.
    fn ending(&self, due: Due) -> Due {
        let at = match self.day_ends {
            DayEnd::Midnight => due.at,
            DayEnd::Closing => self.closing(due.day),
        };
        Due { at, ..due }
    }

    /// The closing of business of a day.
    pub(super) fn closing(&self, day: Day) -> Timestamp {
        match self.business.last() {
            Some(last) => day
                .start()
                .plus_millis(i64::from(last.until) * MINUTE_MILLIS),
            None => day.end(),
        }
    }

    /// Business hours as the counting takes them.
    pub(super) fn windows(&self) -> Vec<Window> {
        let window = |hours: &Hours| Window {
            from: i64::from(hours.from) * MINUTE_MILLIS,
            until: i64::from(hours.until) * MINUTE_MILLIS,
        };
        self.business.iter().map(window).collect()
    }
}

/// The day on which something is due that is over at this moment: what is over at 24:00 belongs to the day before.
pub(super) fn last_day(at: Timestamp) -> Day {
    Day::of(at.plus_millis(-1))
}
