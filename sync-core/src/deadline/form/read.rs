//! Values as a profile writes them.

use super::refused::Why;
use super::words::{CLOSING, DAY_AND_NIGHT, IN_BUSINESS, MIDNIGHT, NOT_NAMED, UNITS};
use crate::calendar::{Day, Term};
use crate::deadline::profile::{DayEnd, Hours};

/// Of a word that is not known, so much is quoted.
const QUOTED_CHARS: usize = 30;
const ID_CHARS: usize = 40;
const TEXT_CHARS: usize = 2_000;
/// Nothing is given more days, or more hours, than this: a slip of the hand is meant, not a rule.
const LONGEST: u16 = 1_000;

/// 08:30 to 12:00 and 13:30 to 17:30, until a profile says otherwise (domain notes 3.2: warnings use 17:30).
pub(super) fn usual_business() -> Vec<Hours> {
    vec![
        Hours {
            from: 8 * 60 + 30,
            until: 12 * 60,
        },
        Hours {
            from: 13 * 60 + 30,
            until: 17 * 60 + 30,
        },
    ]
}

pub(super) fn id_of(text: &str) -> Result<String, Why> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if text.is_empty() || text.len() > ID_CHARS || !text.bytes().all(plain) {
        return Err(Why::IdMalformed(quoted(text)));
    }
    Ok(text.to_owned())
}

pub(super) fn version_of(text: &str) -> Result<u32, Why> {
    let number = text.parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| Why::VersionMalformed(quoted(text)))
}

pub(super) fn text_of(word: &'static str, text: &str) -> Result<String, Why> {
    if text.is_empty() {
        return Err(Why::TextEmpty(word));
    }
    if text.chars().nth(TEXT_CHARS).is_some() {
        return Err(Why::TextTooLong(word));
    }
    Ok(text.to_owned())
}

pub(super) fn from_of(text: &str) -> Result<Option<Day>, Why> {
    if text == NOT_NAMED {
        return Ok(None);
    }
    let day = Day::parse(text).ok_or_else(|| Why::DateMalformed(quoted(text)))?;
    Ok(Some(day))
}

pub(super) fn term_of<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Term, Why> {
    let amount = words.next().unwrap_or_default();
    let number = amount
        .parse()
        .ok()
        .filter(|number| (1..=LONGEST).contains(number));
    let number = number.ok_or_else(|| Why::AmountRefused(quoted(amount)))?;
    let unit = words.next().unwrap_or_default();
    let known = UNITS.iter().find(|(_, known)| *known == unit);
    let (term, _) = known.ok_or_else(|| Why::UnitUnknown(quoted(unit)))?;
    Ok(term(number))
}

pub(super) fn only_term(text: &str) -> Result<Term, Why> {
    let mut words = text.split_whitespace();
    let term = term_of(&mut words)?;
    match words.next() {
        Some(more) => Err(Why::TailUnknown(quoted(more))),
        None => Ok(term),
    }
}

pub(super) fn working_days_of(text: &str) -> Result<u16, Why> {
    match only_term(text)? {
        Term::WorkingDays(days) => Ok(days),
        Term::Hours(_) | Term::Days(_) | Term::Months(_) => Err(Why::UnitUnknown(quoted(text))),
    }
}

pub(super) fn end_of(text: &str) -> Result<DayEnd, Why> {
    match text {
        MIDNIGHT => Ok(DayEnd::Midnight),
        CLOSING => Ok(DayEnd::Closing),
        _ => Err(Why::EndUnknown(quoted(text))),
    }
}

pub(super) fn counting_of(text: &str) -> Result<bool, Why> {
    match text {
        DAY_AND_NIGHT => Ok(true),
        IN_BUSINESS => Ok(false),
        _ => Err(Why::CountingUnknown(quoted(text))),
    }
}

pub(super) fn percent_of(text: &str) -> Result<u8, Why> {
    let number = text
        .strip_suffix('%')
        .and_then(|number| number.parse().ok());
    let share = number.filter(|share| (1..100).contains(share));
    share.ok_or_else(|| Why::PercentMalformed(quoted(text)))
}

pub(super) fn business_of(text: &str) -> Result<Vec<Hours>, Why> {
    let malformed = || Why::HoursMalformed(quoted(text));
    let mut last = 0;
    let mut all = Vec::new();
    for written in text.split_whitespace() {
        let (from, until) = written.split_once('-').ok_or_else(malformed)?;
        let hours = Hours {
            from: minute_of(from).ok_or_else(malformed)?,
            until: minute_of(until).ok_or_else(malformed)?,
        };
        if hours.from < last || hours.until <= hours.from {
            return Err(malformed());
        }
        last = hours.until;
        all.push(hours);
    }
    if all.is_empty() {
        return Err(malformed());
    }
    Ok(all)
}

pub(super) fn minute_of(text: &str) -> Option<u16> {
    let number = |text: &str| {
        let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (number(hour)?, number(minute)?);
    (minute < 60)
        .then_some(hour * 60 + minute)
        .filter(|all| *all <= 24 * 60)
}

pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}
