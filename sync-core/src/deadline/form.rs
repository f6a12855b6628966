//! A profile as a text that people write: docs/IMPORTS.md.
//!
//! ```text
//! 方案 enterprise_2110
//! 版本 1
//! 名称 企业诉求2110
//! 依据 应企快处专班工作机制
//! 施行 2020-01-01
//! 到场 2 小时 自交办
//! 反馈 1 工作日 自交办 诉求人 平台
//! 办结 10 工作日 自交办
//! 退回 2 工作日 自派发
//! 延期 10 工作日
//! 截止 24:00
//! 上班 08:30-12:00 13:30-17:30
//! 计时 昼夜
//! 蓝色 50%
//! 黄色 1 工作日 25%
//! 紫色 1 工作日
//! 退回预警 4 小时
//! ```

mod read;
mod refused;
mod words;
mod write;

use std::collections::BTreeMap;

use super::profile::{ClockKind, DayEnd, Hours, Profile, TermRule, Warnings};
use crate::calendar::{Day, Term};
use crate::lifecycle::act::Addressee;
use crate::lines::lines;

use read::*;
use words::*;

pub use refused::{ProfileRefused, Why};

impl Profile {
    /// Reads one profile.
    ///
    /// # Errors
    /// With the first line that is wrong.
    pub fn parse(text: &[u8]) -> Result<Self, ProfileRefused> {
        let mut all = Self::parse_all(text)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(refused(1, Why::Several)),
        }
    }

    /// Reads profiles one below the other; at least one.
    ///
    /// # Errors
    /// With the first line that is wrong.
    pub fn parse_all(text: &[u8]) -> Result<Vec<Self>, ProfileRefused> {
        let lines = lines(text).map_err(|line| refused(line, Why::NotUtf8))?;
        let mut profiles = Vec::new();
        let mut open: Option<Draft> = None;
        for (line, word, rest) in lines {
            if word == PROFILE {
                profiles.extend(open.take().map(Draft::profile).transpose()?);
                let id = id_of(rest).map_err(|why| refused(line, why))?;
                open = Some(Draft::new(line, id));
                continue;
            }
            let draft = open.as_mut().ok_or_else(|| refused(line, Why::NoProfile))?;
            draft.take(word, rest).map_err(|why| refused(line, why))?;
        }
        profiles.extend(open.take().map(Draft::profile).transpose()?);
        if profiles.is_empty() {
            return Err(refused(1, Why::Empty));
        }
        Ok(profiles)
    }
}

/// The profile that is being read.
struct Draft {
    line: u32,
    id: String,
    version: Option<u32>,
    name: Option<String>,
    basis: Option<String>,
    effective_from: Option<Option<Day>>,
    terms: BTreeMap<ClockKind, TermRule>,
    feedback_to: Vec<Addressee>,
    extension: Option<Term>,
    day_ends: Option<DayEnd>,
    hours_run_off_duty: Option<bool>,
    business: Option<Vec<Hours>>,
    blue: Option<u8>,
    yellow: Option<(u16, u8)>,
    purple: Option<u16>,
    return_hours: Option<u16>,
}

impl Draft {
    const fn new(line: u32, id: String) -> Self {
        Self {
            line,
            id,
            version: None,
            name: None,
            basis: None,
            effective_from: None,
            terms: BTreeMap::new(),
            feedback_to: Vec::new(),
            extension: None,
            day_ends: None,
            hours_run_off_duty: None,
            business: None,
            blue: None,
            yellow: None,
            purple: None,
            return_hours: None,
        }
    }

    fn take(&mut self, word: &str, rest: &str) -> Result<(), Why> {
        match word {
            VERSION => once(&mut self.version, VERSION, version_of(rest)?),
            NAME => once(&mut self.name, NAME, text_of(NAME, rest)?),
            BASIS => once(&mut self.basis, BASIS, text_of(BASIS, rest)?),
            EFFECTIVE => once(&mut self.effective_from, EFFECTIVE, from_of(rest)?),
            EXTENSION => once(&mut self.extension, EXTENSION, only_term(rest)?),
            ENDS => once(&mut self.day_ends, ENDS, end_of(rest)?),
            COUNTING => once(&mut self.hours_run_off_duty, COUNTING, counting_of(rest)?),
            BUSINESS => once(&mut self.business, BUSINESS, business_of(rest)?),
            BLUE => once(&mut self.blue, BLUE, percent_of(rest)?),
            YELLOW => {
                let (days, percent) = rest
                    .rsplit_once(char::is_whitespace)
                    .ok_or_else(|| Why::PercentMalformed(quoted(rest)))?;
                let percent = percent_of(percent)?;
                let days = working_days_of(days)?;
                once(&mut self.yellow, YELLOW, (days, percent))
            }
            PURPLE => once(&mut self.purple, PURPLE, working_days_of(rest)?),
            RETURN_WARNING => match only_term(rest)? {
                Term::Hours(hours) => once(&mut self.return_hours, RETURN_WARNING, hours),
                Term::WorkingDays(_) | Term::Days(_) | Term::Months(_) => {
                    Err(Why::UnitUnknown(quoted(rest)))
                }
            },
            _ => {
                let known = TERMS.iter().find(|(_, known)| *known == word);
                let (kind, word) = known.ok_or_else(|| Why::UnknownWord(quoted(word)))?;
                self.term(*kind, word, rest)
            }
        }
    }

    fn term(&mut self, kind: ClockKind, word: &'static str, rest: &str) -> Result<(), Why> {
        let mut words = rest.split_whitespace();
        let term = term_of(&mut words)?;
        let mut start = None;
        for word in words {
            if let Some((from, _)) = STARTS.iter().find(|(_, known)| *known == word) {
                once(&mut start, "自", *from)?;
                continue;
            }
            let addressee = ADDRESSEES.iter().find(|(_, known)| *known == word);
            match addressee {
                Some((to, _)) if kind == ClockKind::Feedback && !self.feedback_to.contains(to) => {
                    self.feedback_to.push(*to);
                }
                _ => return Err(Why::TailUnknown(quoted(word))),
            }
        }
        let from = start.ok_or(Why::StartMissing)?;
        if kind == ClockKind::Feedback && self.feedback_to.is_empty() {
            return Err(Why::NobodyToTell);
        }
        match self.terms.insert(kind, TermRule { term, from }) {
            Some(_) => Err(Why::Twice(word)),
            None => Ok(()),
        }
    }

    fn profile(self) -> Result<Profile, ProfileRefused> {
        let (line, id) = (self.line, self.id);
        let missing = |word| {
            let profile = id.clone();
            refused(line, Why::Missing { profile, word })
        };
        if !self.terms.contains_key(&ClockKind::Result) {
            return Err(missing("办结"));
        }
        let usual = Warnings::default();
        let (yellow_working_days, yellow_percent) = self
            .yellow
            .unwrap_or((usual.yellow_working_days, usual.yellow_percent));
        Ok(Profile {
            version: self.version.ok_or_else(|| missing(VERSION))?,
            name: self.name.ok_or_else(|| missing(NAME))?,
            basis: self.basis.ok_or_else(|| missing(BASIS))?,
            effective_from: self.effective_from.ok_or_else(|| missing(EFFECTIVE))?,
            terms: self.terms,
            feedback_to: self.feedback_to,
            extension: self.extension,
            day_ends: self.day_ends.unwrap_or_default(),
            hours_run_off_duty: self.hours_run_off_duty.unwrap_or(true),
            business: self.business.unwrap_or_else(usual_business),
            warnings: Warnings {
                blue_percent: self.blue.unwrap_or(usual.blue_percent),
                yellow_working_days,
                yellow_percent,
                purple_working_days: self.purple.unwrap_or(usual.purple_working_days),
                return_hours: self.return_hours.unwrap_or(usual.return_hours),
            },
            id,
        })
    }
}

fn once<T>(place: &mut Option<T>, word: &'static str, value: T) -> Result<(), Why> {
    match place.replace(value) {
        Some(_) => Err(Why::Twice(word)),
        None => Ok(()),
    }
}

const fn refused(line: u32, why: Why) -> ProfileRefused {
    ProfileRefused { line, why }
}

#[cfg(test)]
mod tests;
