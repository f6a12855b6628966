//! Questions and values as a form writes them.

use super::super::refused::Why;
use super::super::words::*;
use super::super::{Choice, Condition, Label, Question, QuestionKind, Test};
use crate::answers;

/// Of a word that is not known, so much is quoted.
const QUOTED_CHARS: usize = 30;
const LABEL_CHARS: usize = 200;
/// Of words and numbers until a form says otherwise.
const USUAL_LIMIT: usize = 200;
const USUAL_RANGE: (i64, i64) = (0, 1_000_000);

/// The lines that stand below a question.
pub(super) const OF_QUESTION: [&str; 7] = [LABEL, HINT, LIMIT, RANGE, UNIT, OPTION, CONDITION];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Date,
    One,
    Many,
}

/// The question that is being read.
pub(super) struct DraftQuestion {
    pub(super) line: u32,
    pub(super) id: String,
    of: Type,
    required: bool,
    label: Option<Label>,
    hint: Option<Label>,
    limit: Option<usize>,
    range: Option<(i64, i64)>,
    unit: Option<Label>,
    options: Vec<Choice>,
    relevant: Option<Condition>,
}

impl DraftQuestion {
    /// `ID TYPE [必填]`
    pub(super) fn begin(line: u32, rest: &str) -> Result<Self, Why> {
        let mut words = rest.split_whitespace();
        let id = id_of(words.next().unwrap_or_default())?;
        let kind = words.next().unwrap_or_default();
        let of = match kind {
            TEXT => Type::Text,
            NUMBER => Type::Number,
            DATE => Type::Date,
            ONE => Type::One,
            MANY => Type::Many,
            _ => return Err(Why::KindUnknown(quoted(kind))),
        };
        let required = match words.next() {
            None => false,
            Some(REQUIRED) => true,
            Some(other) => return Err(Why::TailUnknown(quoted(other))),
        };
        if let Some(more) = words.next() {
            return Err(Why::TailUnknown(quoted(more)));
        }
        Ok(Self {
            line,
            id,
            of,
            required,
            label: None,
            hint: None,
            limit: None,
            range: None,
            unit: None,
            options: Vec::new(),
            relevant: None,
        })
    }

    /// `above`: the questions that a condition may name.
    pub(super) fn take(
        &mut self,
        word: &'static str,
        rest: &str,
        above: &[Question],
    ) -> Result<(), Why> {
        let fits = match word {
            LIMIT => self.of == Type::Text,
            RANGE | UNIT => self.of == Type::Number,
            OPTION => matches!(self.of, Type::One | Type::Many),
            _ => true,
        };
        if !fits {
            return Err(Why::NotOfKind(word));
        }
        match word {
            LABEL => once(&mut self.label, word, label_of(word, rest)?),
            HINT => once(&mut self.hint, word, label_of(word, rest)?),
            UNIT => once(&mut self.unit, word, label_of(word, rest)?),
            LIMIT => once(&mut self.limit, word, limit_of(rest)?),
            RANGE => once(&mut self.range, word, range_of(rest)?),
            CONDITION => once(&mut self.relevant, word, condition_of(rest, above)?),
            _ => {
                let (code, label) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
                let code = id_of(code)?;
                if self.options.iter().any(|one| one.code == code) {
                    return Err(Why::Twice(quoted(&code)));
                }
                let label = label_of(OPTION, label.trim())?;
                self.options.push(Choice { code, label });
                Ok(())
            }
        }
    }

    pub(super) fn question(self) -> Result<Question, Why> {
        let options = self.options;
        if matches!(self.of, Type::One | Type::Many) && options.len() < 2 {
            return Err(Why::TooFewOptions(self.id));
        }
        let (min, max) = self.range.unwrap_or(USUAL_RANGE);
        let kind = match self.of {
            Type::Text => QuestionKind::Text {
                limit: self.limit.unwrap_or(USUAL_LIMIT),
            },
            Type::Number => QuestionKind::Number {
                min,
                max,
                unit: self.unit,
            },
            Type::Date => QuestionKind::Date,
            Type::One => QuestionKind::One { options },
            Type::Many => QuestionKind::Many { options },
        };
        let Some(label) = self.label else {
            return Err(Why::Missing {
                of: self.id,
                word: LABEL,
            });
        };
        Ok(Question {
            id: self.id,
            label,
            hint: self.hint,
            required: self.required,
            relevant: self.relevant,
            kind,
        })
    }
}

fn once<T>(place: &mut Option<T>, word: &'static str, value: T) -> Result<(), Why> {
    match place.replace(value) {
        Some(_) => Err(Why::Twice(word.to_owned())),
        None => Ok(()),
    }
}

pub(super) fn id_of(text: &str) -> Result<String, Why> {
    answers::is_id(text)
        .then(|| text.to_owned())
        .ok_or_else(|| Why::IdMalformed(quoted(text)))
}

pub(super) fn version_of(text: &str) -> Result<u32, Why> {
    let number = text.parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| Why::VersionMalformed(quoted(text)))
}

/// `中文 | English`
pub(super) fn label_of(word: &'static str, text: &str) -> Result<Label, Why> {
    let (zh, en) = match text.split_once('|') {
        Some((zh, en)) => (zh.trim(), Some(en.trim())),
        None => (text.trim(), None),
    };
    if zh.is_empty() || en.is_some_and(str::is_empty) {
        return Err(Why::TextEmpty(word));
    }
    let long = |text: &str| text.chars().nth(LABEL_CHARS).is_some();
    if long(zh) || en.is_some_and(long) {
        return Err(Why::TextTooLong(word));
    }
    Ok(Label {
        zh: zh.to_owned(),
        en: en.map(str::to_owned),
    })
}

pub(super) fn category_of(text: &str) -> Result<Vec<String>, Why> {
    let levels: Vec<String> = text.split('/').map(|one| one.trim().to_owned()).collect();
    let fits = |level: &String| !level.is_empty() && level.chars().count() <= 60;
    if levels.len() > 3 || !levels.iter().all(fits) {
        return Err(Why::CategoryMalformed(quoted(text)));
    }
    Ok(levels)
}

fn limit_of(text: &str) -> Result<usize, Why> {
    let number = text.parse().ok();
    let number = number.filter(|number| (1..=answers::TEXT_CHARS).contains(number));
    number.ok_or_else(|| Why::LimitRefused(quoted(text)))
}

fn range_of(text: &str) -> Result<(i64, i64), Why> {
    let malformed = || Why::RangeRefused(quoted(text));
    let number = |text: &str| {
        let number = text.parse::<i64>().ok();
        number.filter(|number| (-answers::NUMBER_MOST..=answers::NUMBER_MOST).contains(number))
    };
    let (min, max) = text.split_once(char::is_whitespace).ok_or_else(malformed)?;
    let min = number(min).ok_or_else(malformed)?;
    let max = number(max.trim()).ok_or_else(malformed)?;
    (min < max).then_some((min, max)).ok_or_else(malformed)
}

fn condition_of(text: &str, above: &[Question]) -> Result<Condition, Why> {
    let malformed = || Why::ConditionMalformed(quoted(text));
    let mut words = text.split_whitespace();
    let on = words.next().ok_or_else(malformed)?;
    let test = words.next().ok_or_else(malformed)?;
    let value = words.next();
    if words.next().is_some() {
        return Err(malformed());
    }
    let question = above.iter().find(|one| one.id == on);
    let question = question.ok_or_else(|| Why::ConditionUnknown(quoted(on)))?;
    let never = |value: &str| Why::ConditionNever {
        question: on.to_owned(),
        value: quoted(value),
    };
    let test = match (test, value) {
        (ANSWERED, None) => Test::Answered,
        (EQUALS, Some(value)) => {
            let can_be = match &question.kind {
                QuestionKind::One { options } => options.iter().any(|one| one.code == value),
                QuestionKind::Number { min, max, .. } => value.parse::<i64>().is_ok_and(|number| {
                    number.to_string() == value && (min..=max).contains(&&number)
                }),
                QuestionKind::Text { .. } | QuestionKind::Date | QuestionKind::Many { .. } => false,
            };
            can_be
                .then(|| Test::Equals(value.to_owned()))
                .ok_or_else(|| never(value))?
        }
        (CONTAINS, Some(value)) => {
            let can_be = matches!(&question.kind, QuestionKind::Many { options }
                if options.iter().any(|one| one.code == value));
            can_be
                .then(|| Test::Contains(value.to_owned()))
                .ok_or_else(|| never(value))?
        }
        _ => return Err(malformed()),
    };
    Ok(Condition {
        question: on.to_owned(),
        test,
    })
}

pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTED_CHARS).collect()
}
