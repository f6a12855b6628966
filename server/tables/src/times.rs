//! Times as tables write them: local, in the formats that a mapping lists.

mod lenient;

use sync_core::Timestamp;
use time::format_description::{self, OwnedFormatItem};
use time::macros::{format_description, offset};
use time::parsing::Parsed;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Earliest and latest year of a ticket; anything else is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// `2026-11-25 23:59:59`, as people here read a time (UTC+8, no summer time).
pub(crate) fn local(at: Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    OffsetDateTime::from_unix_timestamp(at.seconds())
        .ok()
        .and_then(|at| at.to_offset(offset!(+8)).format(format).ok())
        .unwrap_or_default()
}

/// Reads local times of one zone.
#[derive(Clone, Debug)]
pub(crate) struct TimeReader {
    formats: Vec<OwnedFormatItem>,
    offset: UtcOffset,
}

/// Which instant a date without a time of day means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayEdge {
    /// 00:00:00, for when something began.
    Start,
    /// 23:59:59, for deadlines: a working day lasts until 24:00.
    End,
}

impl TimeReader {
    /// `formats` are format descriptions of the time crate, `zone` is `Asia/Shanghai`, `UTC` or `+08:00`.
    pub(crate) fn new(formats: &[String], zone: &str) -> Result<Self, String> {
        let formats = formats
            .iter()
            .map(|format| {
                format_description::parse_owned::<2>(format)
                    .map_err(|error| format!("time format {format:?}: {error}"))
            })
            .collect::<Result<_, _>>()?;
        let offset = offset_of(zone).ok_or_else(|| format!("zone {zone:?} is not known"))?;
        Ok(Self { formats, offset })
    }

    /// The instant that `text` means, if it fits a format and a plausible year.
    pub(crate) fn read(&self, text: &str, edge: DayEdge) -> Option<Timestamp> {
        let moment = match self.formatted(text, edge) {
            Some(moment) => moment,
            None => self.written(text, edge)?,
        };
        YEARS.contains(&moment.year()).then(|| {
            let millis = moment.unix_timestamp_nanos() / 1_000_000;
            Timestamp::from_millis(i64::try_from(millis).unwrap_or_default())
        })
    }

    /// What no format fits, as databases and people write it.
    fn written(&self, text: &str, edge: DayEdge) -> Option<OffsetDateTime> {
        let written = lenient::read(text)?;
        let time = match written.time {
            Some(time) => time,
            None => edge.of(written.date)?,
        };
        Some(time.assume_offset(written.offset.unwrap_or(self.offset)))
    }

    fn formatted(&self, text: &str, edge: DayEdge) -> Option<OffsetDateTime> {
        let moment = self.formats.iter().find_map(|format| {
            let mut parsed = Parsed::new();
            let rest = parsed.parse_item(text.as_bytes(), format).ok()?;
            rest.is_empty().then_some(parsed)
        })?;
        let moment = if let Ok(moment) = OffsetDateTime::try_from(moment) {
            moment
        } else if let Ok(moment) = PrimitiveDateTime::try_from(moment) {
            moment.assume_offset(self.offset)
        } else {
            let date = Date::try_from(moment).ok()?;
            edge.of(date)?.assume_offset(self.offset)
        };
        Some(moment)
    }
}

impl DayEdge {
    fn of(self, date: Date) -> Option<PrimitiveDateTime> {
        let time = match self {
            Self::Start => Time::MIDNIGHT,
            Self::End => Time::from_hms(23, 59, 59).ok()?,
        };
        Some(PrimitiveDateTime::new(date, time))
    }
}

/// China has one zone and no daylight saving time since 1992, before any ticket.
fn offset_of(zone: &str) -> Option<UtcOffset> {
    match zone {
        "Asia/Shanghai" => UtcOffset::from_hms(8, 0, 0).ok(),
        "UTC" => Some(UtcOffset::UTC),
        offset => {
            let format = format_description::parse_borrowed::<2>(
                "[offset_hour sign:mandatory]:[offset_minute]",
            );
            UtcOffset::parse(offset, &format.ok()?).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> TimeReader {
        let formats = [
            "[year]-[month padding:none]-[day padding:none] [hour padding:none]:[minute]:[second]",
            "[year]/[month padding:none]/[day padding:none] [hour padding:none]:[minute]",
            "[year]年[month padding:none]月[day padding:none]日",
            "[year]-[month]-[day]T[hour]:[minute]:[second][offset_hour sign:mandatory]:[offset_minute]",
        ];
        TimeReader::new(&formats.map(str::to_owned), "Asia/Shanghai").unwrap()
    }

    #[test]
    fn a_local_time_is_read_in_its_zone() {
        // 2026-11-24T09:30:00+08:00
        let expected = Some(Timestamp::from_millis(1_795_483_800_000));
        for text in [
            "2026-11-24 09:30:00",
            "2026-11-24 9:30:00",
            "2026/11/24 9:30",
            "2026-11-24T09:30:00+08:00",
            "2026-11-24T01:30:00+00:00",
        ] {
            assert_eq!(reader().read(text, DayEdge::Start), expected, "{text}");
        }
    }

    #[test]
    fn a_deadline_without_a_time_lasts_all_day() {
        let start = reader().read("2026年1月5日", DayEdge::Start).unwrap();
        let end = reader().read("2026年1月5日", DayEdge::End).unwrap();
        assert_eq!(end.millis_since(start), 86_399_000);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "明天",
            "2026-13-01 00:00:00",
            "2026-02-30 00:00:00",
            "1899-12-30 00:00:00",
            "2026-11-24 09:30:00 左右",
            "2026-11-24 25:00:00",
        ] {
            assert_eq!(reader().read(text, DayEdge::Start), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_a_name_or_an_offset() {
        assert_eq!(offset_of("+05:30"), UtcOffset::from_hms(5, 30, 0).ok());
        assert_eq!(offset_of("Mars/Olympus"), None);
    }

    #[test]
    fn what_databases_and_people_write_is_read() {
        let same = |text: &str, as_in: &str| {
            let read = |text| {
                reader()
                    .read(text, DayEdge::Start)
                    .unwrap_or_else(|| panic!("{text}"))
            };
            assert_eq!(read(text), read(as_in), "{text}");
        };
        for (text, as_in) in [
            ("2024年9月18日 下午3:05", "2024-09-18 15:05:00"),
            ("2024年9月18日下午3时05分", "2024-09-18 15:05:00"),
            ("2024年9月18日15时5分30秒", "2024-09-18 15:05:30"),
            ("2024-09-18 15:05:30.0", "2024-09-18 15:05:30"),
            ("2024-09-18 15:05:30,123", "2024-09-18 15:05:30"),
            ("2024-09-18T15:05:30", "2024-09-18 15:05:30"),
            ("2024-09-18T07:05:30Z", "2024-09-18 15:05:30"),
            ("2024-09-18T07:05:30.000+0000", "2024-09-18 15:05:30"),
            ("2024-09-18 24:00", "2024-09-19 00:00:00"),
            ("2024.9.18 15:05:30", "2024-09-18 15:05:30"),
            ("2024年9月18日15:05", "2024-09-18 15:05:00"),
            ("2024/9/18  15:05", "2024-09-18 15:05:00"),
            ("２０２４－０９－１８　１５：０５", "2024-09-18 15:05:00"),
            ("2024-9-18 3:05 PM", "2024-09-18 15:05:00"),
            ("2024-09-18 12:05 am", "2024-09-18 00:05:00"),
            ("2024年9月18日 星期三 上午9:05", "2024-09-18 09:05:00"),
            ("2024年9月18日 中午12:30", "2024-09-18 12:30:00"),
            ("2024年9月18日 中午11:40", "2024-09-18 11:40:00"),
            ("20240918", "2024-09-18 00:00:00"),
            ("20240918 15:05", "2024-09-18 15:05:00"),
        ] {
            same(text, as_in);
        }
        for text in [
            "2024-09-31",
            "2024-13-01 10:00",
            "2024-09-18 25:00",
            "2024-09-18 24:01",
            "9月18日",
            "2024-09-18 上午",
            "2024-09-18 1505",
            "18",
            "2024年",
            "2024-09-18 10:00 左右",
        ] {
            assert_eq!(reader().read(text, DayEdge::Start), None, "{text}");
        }
        assert_eq!(
            reader().read("2024.9.18", DayEdge::End),
            reader().read("2024-09-18 23:59:59", DayEdge::Start)
        );
    }
}
