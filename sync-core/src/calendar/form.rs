//! The calendar as a text that people write from the notice: docs/IMPORTS.md.
//!
//! ```text
//! 年 2026
//! 来源 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号，2025-11-04）
//! 放假 元旦 2026-01-01 至 2026-01-03
//! 上班 2026-01-04
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Calendar, Day, Holiday, Year};

const YEAR: &str = "年";
const SOURCE: &str = "来源";
const OFF: &str = "放假";
const WORK: &str = "上班";
const TO: &str = "至";

/// The longest row of days off that is believed; the longest so far was ten days, in 2020.
const MOST_DAYS_OFF: usize = 31;
/// Of a word that is not known, so much is quoted.
const QUOTED_CHARS: usize = 30;

/// Why a calendar was refused, as one sentence that says what to do. Nothing of it counts then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("第 {line} 行：{why}")]
pub struct CalendarRefused {
    /// Counts from 1.
    pub line: u32,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong with a line of a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Not UTF-8.
    #[error("文字编码认不出；请把文件另存为 UTF-8 编码的文本文件。")]
    NotUtf8,
    /// Nothing in it.
    #[error("文件里没有年份；请先写“年 2027”，下面写来源、放假和上班的日期。")]
    Empty,
    /// None of the four words.
    #[error("“{0}”认不出；请让每一行以“年”“来源”“放假”或“上班”开头，说明写在“#”后面。")]
    UnknownWord(String),
    /// Not four digits.
    #[error("“{0}”不是年份；请写四位数字，例如“年 2027”。")]
    YearMalformed(String),
    /// Two sections of one year.
    #[error("{0} 年写了两次；请并成一节。")]
    YearTwice(i64),
    /// A line above the first year.
    #[error("这一行上面没有年份；请先写“年 2027”。")]
    NoYear,
    /// A source without a word.
    #[error("来源是空的；请写通知的名称、文号和日期。")]
    SourceEmpty,
    /// A year without a source.
    #[error("{0} 年没有写来源；请加一行“来源”，写通知的名称、文号和日期。")]
    NoSource(i64),
    /// A year without days off: every year has some.
    #[error("{0} 年没有放假的日期；请按通知写全。")]
    NoHolidays(i64),
    /// Days off that are not written as they should be.
    #[error(
        "放假要写成“放假 春节 2026-02-15 至 2026-02-23”，只有一天的写成“放假 清明节 2023-04-05”；请改正。"
    )]
    HolidayMalformed,
    /// A make-up working day that is not written as it should be.
    #[error("上班要写成“上班 2026-02-14”，一行一天；请改正。")]
    WorkMalformed,
    /// No such day.
    #[error("“{0}”不是日期；请写成“2026-02-15”这样。")]
    DateMalformed(String),
    /// A day of another year.
    #[error("{day} 不在 {year} 年里；请写到它自己那一年的下面。")]
    OutsideYear {
        /// The day.
        day: Day,
        /// The year of the section.
        year: i64,
    },
    /// The first day off is after the last.
    #[error("放假的第一天 {0} 在最后一天之后；请对调或改正。")]
    Reversed(Day),
    /// More days off than any notice gave.
    #[error("一次放假超过 {MOST_DAYS_OFF} 天；请按通知核对日期。")]
    TooLong,
    /// A day that two lines name.
    #[error("{0} 写了两次；请删去一处。")]
    Twice(Day),
    /// Off and on.
    #[error("{0} 既写了放假又写了上班；请按通知改正其中一处。")]
    OffAndWork(Day),
    /// A make-up working day from Monday to Friday.
    #[error("{0} 是星期一到星期五，本来就上班；请按通知核对日期，或删去这一行。")]
    WorksAnyway(Day),
}

impl Calendar {
    /// Reads a calendar from a text: years, each with its sources, its days off and its make-up working days.
    ///
    /// # Errors
    /// With the first line that is wrong.
    pub fn parse(text: &[u8]) -> Result<Self, CalendarRefused> {
        let text = std::str::from_utf8(text).map_err(|error| {
            let read = text.iter().take(error.valid_up_to());
            let ends = read.filter(|byte| **byte == b'\n').count();
            refused(u32::try_from(ends + 1).unwrap_or(u32::MAX), Why::NotUtf8)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reading = Reading::default();
        let mut last = 1;
        for (line, written) in (1..).zip(text.lines()) {
            let written = written.split('#').next().unwrap_or_default().trim();
            if !written.is_empty() {
                reading.line(line, written)?;
            }
            last = line;
        }
        reading.end_year()?;
        if reading.years.is_empty() {
            return Err(refused(last, Why::Empty));
        }
        Ok(Self {
            years: reading.years,
        })
    }
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    years: BTreeMap<i64, Year>,
    open: Option<Section>,
}

/// The year that is being read.
struct Section {
    line: u32,
    year: Year,
    off: BTreeSet<Day>,
}

impl Reading {
    fn line(&mut self, line: u32, written: &str) -> Result<(), CalendarRefused> {
        let here = |why| refused(line, why);
        let (word, rest) = written
            .split_once(char::is_whitespace)
            .unwrap_or((written, ""));
        let rest = rest.trim();
        if word == YEAR {
            self.end_year()?;
            let number = year_of(rest).ok_or_else(|| here(Why::YearMalformed(quoted(rest))))?;
            if self.years.contains_key(&number) {
                return Err(here(Why::YearTwice(number)));
            }
            self.open = Some(Section::new(line, number));
            return Ok(());
        }
        if ![SOURCE, OFF, WORK].contains(&word) {
            return Err(here(Why::UnknownWord(quoted(word))));
        }
        let section = self.open.as_mut().ok_or_else(|| here(Why::NoYear))?;
        let read = match word {
            SOURCE => section.source(rest),
            OFF => section.off(rest),
            _ => section.work(rest),
        };
        read.map_err(here)
    }

    fn end_year(&mut self) -> Result<(), CalendarRefused> {
        let Some(Section { line, mut year, .. }) = self.open.take() else {
            return Ok(());
        };
        let number = year.number;
        if year.sources.is_empty() {
            return Err(refused(line, Why::NoSource(number)));
        }
        if year.holidays.is_empty() {
            return Err(refused(line, Why::NoHolidays(number)));
        }
        year.holidays.sort_by_key(|holiday| holiday.first);
        self.years.insert(number, year);
        Ok(())
    }
}

impl Section {
    const fn new(line: u32, number: i64) -> Self {
        Self {
            line,
            year: Year {
                number,
                sources: Vec::new(),
                holidays: Vec::new(),
                makeup_days: BTreeSet::new(),
            },
            off: BTreeSet::new(),
        }
    }

    fn source(&mut self, written: &str) -> Result<(), Why> {
        if written.is_empty() {
            return Err(Why::SourceEmpty);
        }
        self.year.sources.push(written.to_owned());
        Ok(())
    }

    fn off(&mut self, written: &str) -> Result<(), Why> {
        let words: Vec<&str> = written.split_whitespace().collect();
        let (name, first, last) = match words.as_slice() {
            [name, only] => (name, only, only),
            [name, first, TO, last] => (name, first, last),
            _ => return Err(Why::HolidayMalformed),
        };
        let holiday = Holiday {
            name: (*name).to_owned(),
            first: self.day(first)?,
            last: self.day(last)?,
        };
        if holiday.first > holiday.last {
            return Err(Why::Reversed(holiday.first));
        }
        if holiday.days().nth(MOST_DAYS_OFF).is_some() {
            return Err(Why::TooLong);
        }
        for day in holiday.days() {
            if self.year.makeup_days.contains(&day) {
                return Err(Why::OffAndWork(day));
            }
            if !self.off.insert(day) {
                return Err(Why::Twice(day));
            }
        }
        self.year.holidays.push(holiday);
        Ok(())
    }

    fn work(&mut self, written: &str) -> Result<(), Why> {
        let words: Vec<&str> = written.split_whitespace().collect();
        let [only] = words.as_slice() else {
            return Err(Why::WorkMalformed);
        };
        let day = self.day(only)?;
        if self.off.contains(&day) {
            return Err(Why::OffAndWork(day));
        }
        if day.weekday() <= 5 {
            return Err(Why::WorksAnyway(day));
        }
        if !self.year.makeup_days.insert(day) {
            return Err(Why::Twice(day));
        }
        Ok(())
    }

    fn day(&self, written: &str) -> Result<Day, Why> {
        let day = Day::parse(written).ok_or_else(|| Why::DateMalformed(quoted(written)))?;
        let year = self.year.number;
        if day.year() != year {
            return Err(Why::OutsideYear { day, year });
        }
        Ok(day)
    }
}

/// The section of one year: [`Calendar::parse`] reads it as the same year.
impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{YEAR} {:04}", self.number)?;
        for source in &self.sources {
            writeln!(f, "{SOURCE} {source}")?;
        }
        for Holiday { name, first, last } in &self.holidays {
            if first == last {
                writeln!(f, "{OFF} {name} {first}")?;
            } else {
                writeln!(f, "{OFF} {name} {first} {TO} {last}")?;
            }
        }
        for day in &self.makeup_days {
            writeln!(f, "{WORK} {day}")?;
        }
        Ok(())
    }
}

fn year_of(written: &str) -> Option<i64> {
    // As a day of that year is read, so that no year is taken that no day can lie in.
    Day::parse(&format!("{written}-01-01")).map(Day::year)
}

const fn refused(line: u32, why: Why) -> CalendarRefused {
    CalendarRefused { line, why }
}

fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}
