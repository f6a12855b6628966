//! The official calendar, and how terms are counted by it: the same in the hub, on the phone and in tests.
//!
//! Which days are worked on says the General Office of the State Council, one notice for each year, usually in the
//! October to December before. So a term that runs into a year whose notice is not out is an everyday matter: it is
//! counted by weekends alone, and the result says that it is [`provisional`](Due::provisional).
//!
//! The rules are those of the Civil Code: the day from which a term runs is not counted (article 201); months end
//! with the corresponding day (article 202); a last day that is a rest day gives way to the first working day after
//! it, and the last day ends at 24:00 (article 203). The zone is Asia/Shanghai.

mod day;
mod form;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use day::Day;
pub use form::{CalendarRefused, Why};

const HOUR_MILLIS: i64 = 60 * 60 * 1000;

/// The years whose rest days and make-up working days have been published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i64, Year>,
}

/// One year, as its notices arrange it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Year {
    number: i64,
    sources: Vec<String>,
    holidays: Vec<Holiday>,
    makeup_days: BTreeSet<Day>,
}

/// 放假: days off in a row, weekends among them included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Holiday {
    /// 春节.
    pub name: String,
    /// The first day off.
    pub first: Day,
    /// The last day off.
    pub last: Day,
}

/// 期间: how long somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// By the clock from the moment itself, rest days included (Civil Code, article 201, second paragraph).
    Hours(u16),
    /// 工作日. The first one is the first working day after the day of receipt, whether that was one or not.
    WorkingDays(u16),
    /// Calendar days. The first one is the day after; a last day that is a rest day gives way (article 203).
    Days(u16),
    /// Months, to the corresponding day (article 202); a last day that is a rest day gives way (article 203).
    Months(u16),
}

/// 办理时限: the end of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day. This is what people are shown: the moment is already the next day's 00:00.
    pub day: Day,
    /// The moment at which the time is over: 24:00 of that day, or the hour. What happens before it is in time.
    pub at: Timestamp,
    /// A year was needed whose notice is not in the calendar: count again when it is.
    pub provisional: bool,
}

/// What was found in the calendar, and whether that is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted<T> {
    /// What was found.
    pub value: T,
    /// A year was needed whose notice is not in the calendar: its weekends alone were taken for rest days.
    pub provisional: bool,
}

impl Calendar {
    /// The calendar that comes with the program.
    pub fn shipped() -> Self {
        #[expect(clippy::expect_used, reason = "a test reads the same text")]
        Self::parse(include_str!("calendar/official.txt").as_bytes()).expect("the shipped calendar")
    }

    /// The years of the other calendar take the place of its own years of the same number.
    pub fn overlay(&mut self, newer: Self) {
        self.years.extend(newer.years);
    }

    /// The years that have been published, in order.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// The year of this number, if it has been published.
    pub fn year(&self, number: i64) -> Option<&Year> {
        self.years.get(&number)
    }

    /// The last year that has been published.
    pub fn published_through(&self) -> Option<i64> {
        self.years.keys().next_back().copied()
    }

    /// Whether people work on this day: on a make-up working day, and on Monday to Friday unless it is a day off.
    ///
    /// The last days of a year may still be rearranged by the notice of the next one, as 2018-12-31 and 2022-12-31
    /// were; then the office imports the year before anew together with the next.
    pub fn is_working_day(&self, day: Day) -> Counted<bool> {
        match self.year(day.year()) {
            Some(year) => Counted {
                value: year.is_working_day(day),
                provisional: false,
            },
            None => Counted {
                value: day.weekday() <= 5,
                provisional: true,
            },
        }
    }

    /// The working day that is number `count` after this day, which is not counted itself; the day itself for 0.
    pub fn working_day_after(&self, day: Day, count: u16) -> Counted<Day> {
        let mut reached = Counted {
            value: day,
            provisional: false,
        };
        for _ in 0..count {
            let next = self.working_day_from(reached.value.plus_days(1));
            reached.value = next.value;
            reached.provisional |= next.provisional;
        }
        reached
    }

    /// The day itself if people work on it, or else the first working day after it.
    pub fn working_day_from(&self, day: Day) -> Counted<Day> {
        let mut reached = Counted {
            value: day,
            provisional: false,
        };
        loop {
            let asked = self.is_working_day(reached.value);
            reached.provisional |= asked.provisional;
            if asked.value {
                return reached;
            }
            reached.value = reached.value.plus_days(1);
        }
    }

    /// When a term is over that runs from this moment.
    pub fn due(&self, from: Timestamp, term: Term) -> Due {
        let day = Day::of(from);
        let last = match term {
            Term::Hours(hours) => {
                let at = from.plus_millis(i64::from(hours) * HOUR_MILLIS);
                return Due {
                    day: Day::of(at),
                    at,
                    provisional: false,
                };
            }
            Term::WorkingDays(count) => self.working_day_after(day, count),
            Term::Days(days) => self.working_day_from(day.plus_days(days)),
            Term::Months(months) => self.working_day_from(day.plus_months(months)),
        };
        Due {
            day: last.value,
            at: last.value.end(),
            provisional: last.provisional,
        }
    }
}

impl Year {
    /// 2026.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// The notices, with number and date.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Days off, in the order of the year.
    pub fn holidays(&self) -> &[Holiday] {
        &self.holidays
    }

    /// 调休上班: Saturdays and Sundays on which people work.
    pub fn makeup_days(&self) -> impl Iterator<Item = Day> {
        self.makeup_days.iter().copied()
    }

    /// Every day on which people work, in order.
    pub fn working_days(&self) -> impl Iterator<Item = Day> {
        let first = Day::new(self.number, 1, 1);
        std::iter::successors(first, |day| Some(day.plus_days(1)))
            .take_while(|day| day.year() == self.number)
            .filter(|day| self.is_working_day(*day))
    }

    /// Of a day of this year.
    fn is_working_day(&self, day: Day) -> bool {
        let off = |holiday: &Holiday| holiday.first <= day && day <= holiday.last;
        let ordinary = day.weekday() <= 5 && !self.holidays.iter().any(off);
        ordinary || self.makeup_days.contains(&day)
    }
}

impl Holiday {
    /// Its days.
    pub fn days(&self) -> impl Iterator<Item = Day> {
        let last = self.last;
        std::iter::successors(Some(self.first), |day| Some(day.plus_days(1)))
            .take_while(move |day| *day <= last)
    }
}

#[cfg(test)]
mod tests;
