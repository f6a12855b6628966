//! Time that counts: certain hours of working days.

use crate::calendar::{Calendar, Counted, Day};
use crate::time::Timestamp;

/// No walk along the days is longer. Whatever is older is as old as that: a moment of the year 1 costs no more.
const LONGEST_DAYS: u16 = 4_000;

/// Hours of a day, in ms since 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) until: i64,
}

/// Working days as wholes of 24 hours.
pub(super) const WHOLE_DAY: &[Window] = &[Window {
    from: 0,
    until: DAY_MILLIS,
}];
pub(super) const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Counts the time in windows of working days.
#[derive(Clone, Copy)]
pub(super) struct Worked<'a> {
    calendar: &'a Calendar,
    windows: &'a [Window],
    /// A day that counts although it may be a rest day: the upper level may give a Sunday.
    also: Option<Day>,
}

impl<'a> Worked<'a> {
    pub(super) const fn new(calendar: &'a Calendar, windows: &'a [Window]) -> Self {
        Self {
            calendar,
            windows,
            also: None,
        }
    }

    pub(super) const fn and(self, day: Day) -> Self {
        Self {
            also: Some(day),
            ..self
        }
    }

    /// The time that counts between two moments, in ms; 0 if the second is not later.
    pub(super) fn between(&self, from: Timestamp, until: Timestamp) -> i64 {
        let last = Day::of(until);
        let mut day = Day::of(from).max(last.minus_days(LONGEST_DAYS));
        let mut sum: i64 = 0;
        while day <= last {
            if self.counts(day).value {
                sum = sum.saturating_add(self.of(day, from, until));
            }
            day = day.plus_days(1);
        }
        sum
    }

    /// The latest moment from which so much time counts until `end`.
    pub(super) fn before(&self, end: Timestamp, millis: i64) -> Timestamp {
        let mut left = millis;
        let mut day = Day::of(end);
        for _ in 0..LONGEST_DAYS {
            if self.counts(day).value {
                for window in self.windows.iter().rev() {
                    let (from, until) = window.on(day);
                    let until = until.min(end);
                    let here = until.millis_since(from).max(0);
                    if here >= left {
                        return until.plus_millis(-left);
                    }
                    left -= here;
                }
            }
            day = day.minus_days(1);
        }
        day.start()
    }

    /// The earliest moment until which so much time counts from `start`.
    pub(super) fn after(&self, start: Timestamp, millis: i64) -> Counted<Timestamp> {
        let mut reached = Counted {
            value: start,
            provisional: false,
        };
        let mut left = millis;
        let mut day = Day::of(start);
        for _ in 0..LONGEST_DAYS {
            if left <= 0 {
                break;
            }
            let counts = self.counts(day);
            reached.provisional |= counts.provisional;
            if counts.value {
                for window in self.windows {
                    let (from, until) = window.on(day);
                    let from = from.max(start);
                    let here = until.millis_since(from).max(0);
                    if here >= left {
                        reached.value = from.plus_millis(left);
                        return reached;
                    }
                    left -= here;
                }
            }
            day = day.plus_days(1);
        }
        reached
    }

    fn counts(&self, day: Day) -> Counted<bool> {
        let mut counts = self.calendar.is_working_day(day);
        counts.value |= self.also == Some(day);
        counts
    }

    fn of(&self, day: Day, from: Timestamp, until: Timestamp) -> i64 {
        let overlap = |window: &Window| {
            let (start, end) = window.on(day);
            end.min(until).millis_since(start.max(from)).max(0)
        };
        self.windows.iter().map(overlap).sum()
    }
}

impl Window {
    const fn on(self, day: Day) -> (Timestamp, Timestamp) {
        let start = day.start();
        (start.plus_millis(self.from), start.plus_millis(self.until))
    }
}

/// How many working days lie after the first day, the second included: what a pause between them takes away.
pub(super) fn working_days(calendar: &Calendar, first: Day, last: Day) -> Counted<u16> {
    let mut counted = Counted {
        value: 0_u16,
        provisional: false,
    };
    let mut day = first.max(last.minus_days(LONGEST_DAYS)).plus_days(1);
    while day <= last {
        let works = calendar.is_working_day(day);
        counted.provisional |= works.provisional;
        counted.value += u16::from(works.value);
        day = day.plus_days(1);
    }
    counted
}
