//! A form as it is written.

use std::fmt;

use super::words::*;
use super::{Asked, Choice, Condition, Form, Label, Question, QuestionKind, Test};

/// [`Form::parse`] reads it as the same form.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORM} {}\n{VERSION} {}", self.id, self.version)?;
        writeln!(f, "{NAME} {}", Written(&self.title))?;
        for category in &self.applies {
            writeln!(f, "{APPLIES} {}", category.join("/"))?;
        }
        if !self.requesters.is_empty() {
            let words = self.requesters.iter();
            let words: Vec<_> = words.map(|one| word(&REQUESTER_TYPES, *one)).collect();
            writeln!(f, "{REQUESTERS} {}", words.join(" "))?;
        }
        if !self.roles.is_empty() {
            write!(f, "{ROLES}")?;
            for role in &self.roles {
                write!(f, " {}", word(&FIELD_ROLES, *role))?;
            }
            writeln!(f)?;
        }
        for (head, asked) in [(REQUIRED, Asked::Required), (OPTIONAL, Asked::Optional)] {
            let sections = self.sections.iter().filter(|(_, one)| **one == asked);
            let names: Vec<_> = sections
                .map(|(section, _)| word(&SECTIONS, *section))
                .collect();
            if !names.is_empty() {
                writeln!(f, "{head} {}", names.join(" "))?;
            }
        }
        for question in &self.questions {
            write_question(f, question)?;
        }
        Ok(())
    }
}

fn write_question(f: &mut fmt::Formatter<'_>, question: &Question) -> fmt::Result {
    let kind = match question.kind {
        QuestionKind::Text { .. } => TEXT,
        QuestionKind::Number { .. } => NUMBER,
        QuestionKind::Date => DATE,
        QuestionKind::One { .. } => ONE,
        QuestionKind::Many { .. } => MANY,
    };
    write!(f, "{QUESTION} {} {kind}", question.id)?;
    if question.required {
        write!(f, " {REQUIRED}")?;
    }
    writeln!(f, "\n{LABEL} {}", Written(&question.label))?;
    if let Some(hint) = &question.hint {
        writeln!(f, "{HINT} {}", Written(hint))?;
    }
    match &question.kind {
        QuestionKind::Text { limit } => writeln!(f, "{LIMIT} {limit}")?,
        QuestionKind::Number { min, max, unit } => {
            writeln!(f, "{RANGE} {min} {max}")?;
            if let Some(unit) = unit {
                writeln!(f, "{UNIT} {}", Written(unit))?;
            }
        }
        QuestionKind::Date => {}
        QuestionKind::One { options } | QuestionKind::Many { options } => {
            for Choice { code, label } in options {
                writeln!(f, "{OPTION} {code} {}", Written(label))?;
            }
        }
    }
    let Some(Condition { question: on, test }) = &question.relevant else {
        return Ok(());
    };
    match test {
        Test::Answered => writeln!(f, "{CONDITION} {on} {ANSWERED}"),
        Test::Equals(value) => writeln!(f, "{CONDITION} {on} {EQUALS} {value}"),
        Test::Contains(value) => writeln!(f, "{CONDITION} {on} {CONTAINS} {value}"),
    }
}

struct Written<'a>(&'a Label);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.zh)?;
        match &self.0.en {
            Some(en) => write!(f, " | {en}"),
            None => Ok(()),
        }
    }
}

fn word<T: PartialEq>(list: &[(T, &'static str)], wanted: T) -> &'static str {
    let known = list.iter().find(|(known, _)| *known == wanted);
    known.map_or("", |(_, word)| word)
}
