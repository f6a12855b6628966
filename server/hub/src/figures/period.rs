//! Which days figures are of.

use serde::Deserialize;
use store::figures::Period;
use sync_core::calendar::Day;

use crate::error::ApiError;

/// Days of a period at most: a leap year.
const MOST_DAYS: u16 = 366;

/// The days of a period, in China.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Days {
    /// The first day on which tickets were dispatched, as `2026-11-01`.
    from: String,
    /// The last one, as `2026-11-30`; at most 366 days with the first.
    to: String,
}

impl Days {
    /// The days themselves, and the moments that they last.
    pub(super) fn read(&self) -> Result<(Day, Day, Period), ApiError> {
        let day = |text: &str| {
            Day::parse(text.trim()).ok_or_else(|| {
                ApiError::bad_request(
                    "bad_parameter",
                    "统计的起止日期不对；请按“2026-11-01”这样填写。",
                )
            })
        };
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if to < from {
            return Err(ApiError::bad_request(
                "bad_period",
                "结束日期早于开始日期；请调整后再统计。",
            ));
        }
        if from.plus_days(MOST_DAYS) <= to {
            return Err(ApiError::bad_request(
                "period_too_long",
                "一次最多统计一年；请缩短起止日期，分几次统计。",
            ));
        }
        let period = Period {
            from: from.start(),
            until: to.end(),
        };
        Ok((from, to, period))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(from: &str, to: &str) -> Option<Period> {
        let days = Days {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        days.read().ok().map(|(_, _, period)| period)
    }

    #[test]
    fn a_period_is_whole_days_in_china_and_no_longer_than_a_leap_year() {
        let day = read("2026-11-30", "2026-11-30").unwrap();
        assert_eq!(day.until.millis_since(day.from), 24 * 60 * 60 * 1000);
        assert!(read("2028-01-01", "2028-12-31").is_some());
        assert!(read("2026-01-01", "2027-01-01").is_some());
        assert!(read("2026-01-01", "2027-01-02").is_none());
        assert!(read("2026-11-30", "2026-11-29").is_none());
        assert!(read("2026-02-30", "2026-11-29").is_none());
    }
}
