//! One clock as it stands: what people are shown of a term.

use serde::Serialize;

use super::profile::ClockKind;
use crate::calendar::Due;
use crate::lifecycle::act::Addressee;
use crate::time::Timestamp;
use crate::words;

words! {
    /// How a clock stands.
    pub enum ClockState {
        /// Time is left.
        Running = "running",
        /// A pause lasts: nothing is due meanwhile.
        Paused = "paused",
        /// Done in time.
        Met = "met",
        /// Not done in time, whether it was done later or not.
        Missed = "missed",
        /// Nothing runs: it has not begun, or it ended before its time without being needed.
        Stopped = "stopped",
    }
}

words! {
    /// How urgent it is; in the order of urgency.
    pub enum Level {
        /// More than half of the time is left.
        Green = "green",
        /// Half of the time or less is left.
        Blue = "blue",
        /// The last working day; of hours, and of a term that is no longer than a working day, the last quarter.
        Yellow = "yellow",
        /// 逾期.
        Red = "red",
        /// Over for a working day or more, or returned late.
        Purple = "purple",
    }
}

/// A term of one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Of what.
    pub kind: ClockKind,
    /// Which one of these, where a ticket has several.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How it stands.
    pub state: ClockState,
    /// From when it runs; `None` if it has not begun.
    pub from: Option<Timestamp>,
    /// When it is over, pauses and extensions counted.
    pub due: Option<Due>,
    /// When it was over before the first pause or extension; `None` if nothing has pushed it.
    pub first_due: Option<Due>,
    /// The upper level or a person gave the date: it was not computed.
    pub given: bool,
    /// When it was done, in time or not.
    pub met_at: Option<Timestamp>,
    /// Done in time, and known here only after the time was over: recorded offline.
    pub told_late: bool,
    /// The moment was put right by the measured offset of the phone's clock.
    pub corrected: bool,
    /// Who has not been told yet, of a feedback.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Addressee>,
    /// How urgent it is; `None` unless somebody still has to do something, or returned it late.
    pub level: Option<Level>,
    /// When it shows another level, as far as is known now.
    pub next_change: Option<Timestamp>,
    /// How long there is still time, or how long it has been over; `None` when nothing runs.
    pub remaining: Option<Remaining>,
}

/// 剩余 1 天 3 小时, 逾期 2 天.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Remaining {
    /// It is over; the rest says for how long.
    pub overdue: bool,
    /// Whole working days of 24 hours. 0 of a term of hours, which has no days.
    pub working_days: i64,
    /// What is left beside them, in ms; time on rest days does not count, except of a term of hours.
    pub millis: i64,
}
