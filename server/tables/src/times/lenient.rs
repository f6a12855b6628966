//! Times as databases and people write them, where no format of the mapping fits.

use time::{Date, Duration, Month, PrimitiveDateTime, Time, UtcOffset};
use unicode_normalization::UnicodeNormalization as _;

use crate::plain::is_blank;

/// A moment as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) date: Date,
    /// `None` for a day without a time. `24:00` is the beginning of the next day.
    pub(super) time: Option<PrimitiveDateTime>,
    pub(super) offset: Option<UtcOffset>,
}

/// Reads `2024年9月18日 下午3:05`, `2024-09-18T15:05:30.0+08:00`, `20240918`, `2024/9/18 24:00` and the like.
pub(super) fn read(text: &str) -> Option<Written> {
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let mut rest = Rest(text.trim_matches(is_blank));
    let date = date(&mut rest)?;
    rest.blanks();
    rest.weekday();
    if rest.0.is_empty() {
        return Some(Written {
            date,
            time: None,
            offset: None,
        });
    }
    let half = rest.half();
    rest.take('t');
    rest.blanks();
    let (hour, minute, second) = clock(&mut rest)?;
    rest.blanks();
    let half = half.or_else(|| rest.half());
    let offset = rest.offset()?;
    let hour = match half {
        Some(Half::Morning) if hour == 12 => 0,
        Some(Half::Afternoon) if hour < 12 => hour + 12,
        _ => hour,
    };
    let (date, hour) = match (hour, minute, second) {
        (24, 0, 0) => (date.checked_add(Duration::DAY)?, 0),
        _ => (date, hour),
    };
    let time = Time::from_hms(hour, minute, second).ok()?;
    let time = Some(PrimitiveDateTime::new(date, time));
    Some(Written { date, time, offset })
}

fn date(rest: &mut Rest<'_>) -> Option<Date> {
    let first = rest.digits()?;
    let (year, month, day) = match first.len() {
        4 => {
            rest.blanks();
            rest.one_of(['-', '/', '.', '年'])?;
            rest.blanks();
            let month = rest.digits()?;
            rest.blanks();
            rest.one_of(['-', '/', '.', '月'])?;
            rest.blanks();
            let day = rest.digits()?;
            let _ = rest.one_of(['日', '号']);
            (first, month, day)
        }
        // 20240918, alone or before a time of day.
        8 => (first.get(..4)?, first.get(4..6)?, first.get(6..)?),
        _ => return None,
    };
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn clock(rest: &mut Rest<'_>) -> Option<(u8, u8, u8)> {
    let hour: u8 = rest.digits()?.parse().ok()?;
    rest.blanks();
    rest.one_of([':', '时', '点'])?;
    rest.blanks();
    let minute = rest
        .digits()
        .map_or(Some(0), |digits| digits.parse().ok())?;
    rest.blanks();
    let mut second = 0;
    if rest.one_of([':', '分']).is_some() {
        rest.blanks();
        second = rest
            .digits()
            .map_or(Some(0), |digits| digits.parse().ok())?;
        if rest.one_of(['.', ',']).is_some() {
            rest.digits()?;
        }
        let _ = rest.one_of(['秒']);
    }
    Some((hour, minute, second))
}

#[derive(Clone, Copy)]
enum Half {
    Morning,
    Afternoon,
}

struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches(is_blank);
    }

    fn digits(&mut self) -> Option<&'a str> {
        let end = self
            .0
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        (!digits.is_empty()).then_some(digits)
    }

    fn take(&mut self, wanted: char) {
        self.0 = self.0.strip_prefix(wanted).unwrap_or(self.0);
    }

    fn one_of<const N: usize>(&mut self, wanted: [char; N]) -> Option<()> {
        self.0 = self.0.strip_prefix(wanted)?;
        Some(())
    }

    /// `星期三`, `(周三)`
    fn weekday(&mut self) {
        for word in ["星期", "周", "(星期", "(周"] {
            if let Some(rest) = self.0.strip_prefix(word) {
                let rest =
                    rest.trim_start_matches(['一', '二', '三', '四', '五', '六', '日', '天']);
                self.0 = rest.trim_start_matches(')');
                self.blanks();
                return;
            }
        }
    }

    fn half(&mut self) -> Option<Half> {
        for (word, half) in [
            ("凌晨", Half::Morning),
            ("早上", Half::Morning),
            ("上午", Half::Morning),
            ("中午", Half::Afternoon),
            ("下午", Half::Afternoon),
            ("傍晚", Half::Afternoon),
            ("晚上", Half::Afternoon),
            ("am", Half::Morning),
            ("pm", Half::Afternoon),
        ] {
            if let Some(rest) = self.0.strip_prefix(word) {
                self.0 = rest;
                self.blanks();
                // 中午 11:40 is before noon.
                return (word != "中午" || !self.0.starts_with("11")).then_some(half);
            }
        }
        None
    }

    /// The zone at the end: none, `z`, `+08:00`, `+0800`, `+8`. The outer `None` is something else.
    #[expect(
        clippy::option_option,
        reason = "no zone is an answer, and so is nonsense"
    )]
    fn offset(&mut self) -> Option<Option<UtcOffset>> {
        self.blanks();
        match self.0 {
            "" => return Some(None),
            "z" | "utc" | "gmt" => return Some(Some(UtcOffset::UTC)),
            _ => {}
        }
        let named = self.0.trim_start_matches("utc").trim_start_matches("gmt");
        let sign = match named.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let digits: String = named.chars().skip(1).filter(|c| *c != ':').collect();
        let (hours, minutes) = match digits.len() {
            1 | 2 => (digits.as_str(), "0"),
            4 => digits.split_at(2),
            _ => return None,
        };
        let (hours, minutes): (i8, i8) = (hours.parse().ok()?, minutes.parse().ok()?);
        Some(Some(
            UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()?,
        ))
    }
}
