//! A profile as it is written.

use std::fmt;

use super::words::*;
use crate::calendar::Term;
use crate::deadline::profile::{ClockKind, DayEnd, Hours, Profile};

/// [`Profile::parse`] reads it as the same profile.
impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{PROFILE} {}\n{VERSION} {}", self.id, self.version)?;
        writeln!(f, "{NAME} {}\n{BASIS} {}", self.name, self.basis)?;
        match self.effective_from {
            Some(day) => writeln!(f, "{EFFECTIVE} {day}")?,
            None => writeln!(f, "{EFFECTIVE} {NOT_NAMED}")?,
        }
        for (kind, rule) in &self.terms {
            write!(f, "{} {}", word(&TERMS, *kind), Written(rule.term))?;
            write!(f, " {}", word(&STARTS, rule.from))?;
            if *kind == ClockKind::Feedback {
                for to in &self.feedback_to {
                    write!(f, " {}", word(&ADDRESSEES, *to))?;
                }
            }
            writeln!(f)?;
        }
        if let Some(extension) = self.extension {
            writeln!(f, "{EXTENSION} {}", Written(extension))?;
        }
        let end = match self.day_ends {
            DayEnd::Midnight => MIDNIGHT,
            DayEnd::Closing => CLOSING,
        };
        write!(f, "{ENDS} {end}\n{BUSINESS}")?;
        for Hours { from, until } in &self.business {
            let (h, m) = (from / 60, from % 60);
            write!(f, " {h:02}:{m:02}-{:02}:{:02}", until / 60, until % 60)?;
        }
        let counting = if self.hours_run_off_duty {
            DAY_AND_NIGHT
        } else {
            IN_BUSINESS
        };
        let warnings = &self.warnings;
        writeln!(
            f,
            "\n{COUNTING} {counting}\n{BLUE} {}%",
            warnings.blue_percent
        )?;
        let yellow = Written(Term::WorkingDays(warnings.yellow_working_days));
        writeln!(f, "{YELLOW} {yellow} {}%", warnings.yellow_percent)?;
        let purple = Written(Term::WorkingDays(warnings.purple_working_days));
        let returning = Written(Term::Hours(warnings.return_hours));
        writeln!(f, "{PURPLE} {purple}\n{RETURN_WARNING} {returning}")
    }
}

/// A term as it is written.
struct Written(Term);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Term::Hours(hours) => write!(f, "{hours} 小时"),
            Term::WorkingDays(days) => write!(f, "{days} 工作日"),
            Term::Days(days) => write!(f, "{days} 天"),
            Term::Months(months) => write!(f, "{months} 个月"),
        }
    }
}

fn word<T: PartialEq>(list: &[(T, &'static str)], wanted: T) -> &'static str {
    let known = list.iter().find(|(known, _)| *known == wanted);
    known.map_or("", |(_, word)| word)
}
