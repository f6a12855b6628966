//! Days of the civil calendar, and where they begin and end in China.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// Asia/Shanghai: UTC+8, without daylight saving time since 1992.
const OFFSET_MILLIS: i64 = 8 * 60 * 60 * 1000;

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;
/// Days of 400 years: the Gregorian calendar repeats itself after them.
const CYCLE: i64 = 146_097;

/// A day as people in China write it; as text `2026-10-08`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day(
    /// Days since 1970-01-01.
    i64,
);

impl Day {
    /// The day of the years 1 to 9999 that these three name, if there is one.
    pub const fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        if year < 1 || year > 9999 || month < 1 || month > 12 {
            return None;
        }
        if day < 1 || day > days_of_month(year, month) {
            return None;
        }
        // Years begin with March here, so that the leap day is the last of its year (after H. Hinnant,
        // "chrono-Compatible Low-Level Date Algorithms").
        let from_march = if month > 2 { year } else { year - 1 };
        let cycle = from_march.div_euclid(400);
        let year_of_cycle = from_march.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let leap_days = year_of_cycle / 4 - year_of_cycle / 100;
        let day_of_cycle = year_of_cycle * 365 + leap_days + day_of_year;
        Some(Self(cycle * CYCLE + day_of_cycle - EPOCH))
    }

    /// The day on which a moment falls in China.
    pub const fn of(at: Timestamp) -> Self {
        Self(
            at.plus_millis(OFFSET_MILLIS)
                .millis()
                .div_euclid(DAY_MILLIS),
        )
    }

    /// The day so many days after 1970-01-01, as databases hold it.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// How many days after 1970-01-01 it is.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The Monday of its week.
    pub const fn monday(self) -> Self {
        Self(self.0.saturating_sub(self.weekday() - 1))
    }

    /// Reads `2026-10-08`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str, digits: usize| {
            let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        Self::new(number(year, 4)?, number(month, 2)?, number(day, 2)?)
    }

    /// Year, month and day of the month.
    pub const fn date(self) -> (i64, i64, i64) {
        let since = self.0.saturating_add(EPOCH);
        let cycle = since.div_euclid(CYCLE);
        let day_of_cycle = since.rem_euclid(CYCLE);
        let leap_days = day_of_cycle / 1_460 - day_of_cycle / 36_524 + day_of_cycle / 146_096;
        let year_of_cycle = (day_of_cycle - leap_days) / 365;
        let day_of_year =
            day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = cycle * 400 + year_of_cycle + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// The year it lies in.
    pub const fn year(self) -> i64 {
        self.date().0
    }

    /// 1 for Monday to 7 for Sunday.
    pub const fn weekday(self) -> i64 {
        // 1970-01-01 was a Thursday.
        self.0.saturating_add(3).rem_euclid(7) + 1
    }

    /// The day so many days later.
    pub const fn plus_days(self, days: u16) -> Self {
        Self(self.0.saturating_add(days as i64))
    }

    /// The day so many days earlier.
    pub const fn minus_days(self, days: u16) -> Self {
        Self(self.0.saturating_sub(days as i64))
    }

    /// The day of the same number so many months later, or the last day of that month if it has no such day: 对应日
    /// (Civil Code, article 202).
    pub const fn plus_months(self, months: u16) -> Self {
        let (year, month, day) = self.date();
        let since = month - 1 + months as i64;
        let (year, month) = (year + since.div_euclid(12), since.rem_euclid(12) + 1);
        let last = days_of_month(year, month);
        match Self::new(year, month, if day < last { day } else { last }) {
            Some(day) => day,
            // Beyond the year 9999, where nobody counts.
            None => self,
        }
    }

    /// Its 00:00 in China.
    pub const fn start(self) -> Timestamp {
        let millis = self.0.saturating_mul(DAY_MILLIS);
        Timestamp::from_millis(millis).plus_millis(-OFFSET_MILLIS)
    }

    /// Its 24:00 in China, the same moment as 00:00 of the next day: what happens before it is in time.
    pub const fn end(self) -> Timestamp {
        self.plus_days(1).start()
    }
}

const fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a day is written as 2026-10-08")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap_or_else(|| panic!("{text} is no day"))
    }

    /// Zeller's congruence of 1882, which knows nothing of days since an epoch; 1 for Monday.
    fn zeller(year: i64, month: i64, day: i64) -> i64 {
        let (year, month) = if month < 3 {
            (year - 1, month + 12)
        } else {
            (year, month)
        };
        let saturday_first = day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400;
        (saturday_first + 5) % 7 + 1
    }

    #[test]
    fn four_hundred_years_are_walked_day_by_day_without_a_gap() {
        let months = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut walked = day("1800-01-01");
        let first = walked.0;
        for year in 1800..2200 {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            for (month, days) in (1..).zip(months) {
                let days = if leap && month == 2 { 29 } else { days };
                for number in 1..=days {
                    assert_eq!(walked.date(), (year, month, number));
                    assert_eq!(Day::new(year, month, number), Some(walked));
                    assert_eq!(walked.weekday(), zeller(year, month, number), "{walked}");
                    assert_eq!(Day::parse(&walked.to_string()), Some(walked));
                    walked = walked.plus_days(1);
                }
                assert_eq!(Day::new(year, month, days + 1), None);
            }
        }
        assert_eq!(walked.0 - first, 146_097);
    }

    #[test]
    fn a_day_in_china_begins_at_four_in_the_afternoon_of_utc() {
        let national = day("2026-10-01");
        assert_eq!(national.start().millis(), 1_790_784_000_000);
        assert_eq!(Day::of(national.start()), national);
        assert_eq!(Day::of(national.end().plus_millis(-1)), national);
        assert_eq!(Day::of(national.end()), day("2026-10-02"));
        assert_eq!(Day::of(Timestamp::from_millis(0)), day("1970-01-01"));
    }

    #[test]
    fn what_is_no_day_is_not_read_as_one() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "2026-01-01 ",
            "+026-01-01",
            "0000-01-01",
            "2026-01-1\u{b2}",
            "２０２６-01-01",
        ] {
            assert_eq!(Day::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_month_without_that_day_ends_with_its_last_one() {
        for (from, months, to) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-09-01", 1, "2026-10-01"),
            ("2026-12-15", 1, "2027-01-15"),
            ("2026-08-31", 18, "2028-02-29"),
            ("2026-08-31", 0, "2026-08-31"),
        ] {
            assert_eq!(day(from).plus_months(months), day(to));
        }
    }

    proptest! {
        #[test]
        fn any_moment_lies_in_its_day(millis in any::<i64>()) {
            let at = Timestamp::from_millis(millis);
            let day = Day::of(at);
            // At the ends of time the day is cut off with it.
            prop_assert!(day.start() <= at || millis < i64::MIN + 2 * DAY_MILLIS);
            prop_assert!(at < day.end() || millis > i64::MAX - 2 * DAY_MILLIS);
            prop_assert!((1..=7).contains(&day.weekday()));
            let (_, month, number) = day.plus_days(u16::MAX).date();
            prop_assert!((1..=12).contains(&month) && (1..=31).contains(&number));
            let _ = day.plus_months(u16::MAX).to_string();
        }
    }
}
