//! What a record has filled in, as far as forms ask for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{FormName, Question, QuestionKind, Section};
use crate::answers::{self, Part};
use crate::record::Record;
use crate::value::Value;

/// What a record has filled in. Small enough to travel with the facts of a document: of words only that there are some.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filled {
    /// The form that the record names, as it names it; empty if it names none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub form: String,
    /// Parts of the visit in which there is what they ask for.
    pub sections: BTreeSet<Section>,
    /// Something was cleared away and photographed, and no place both before and after.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unpaired: bool,
    /// Something was cleared away, and every place before and after is one and the same picture.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub same_picture: bool,
    /// Something was cleared away, and no before and after are of the same spot (S46).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spots_apart: bool,
    /// A household refused, and nobody said when somebody comes again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_next_visit: bool,
    /// Answers by question.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Vec<Given>>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Words.
    Text,
    /// A number.
    Number(i64),
    /// A day.
    Date,
    /// One of several.
    Choice(String),
    /// This one of many.
    Has(String),
}

impl Filled {
    /// What a record answers; parts of the visit are for its kind to fill in.
    pub fn answers_of(record: &Record) -> BTreeMap<String, Vec<Given>> {
        let mut given: BTreeMap<String, Vec<Given>> = BTreeMap::new();
        for (path, register) in &record.answers {
            let Some((question, part)) = answers::parse(path) else {
                continue;
            };
            let answer = match (part, &register.shown.value) {
                (Part::Text, Value::Text(text)) if !text.trim().is_empty() => Given::Text,
                (Part::Number, Value::Int(number)) => Given::Number(*number),
                (Part::Date, Value::Time(_)) => Given::Date,
                (Part::Choice, Value::Text(code)) if !code.is_empty() => {
                    Given::Choice(code.clone())
                }
                (Part::Has(code), Value::Flag(true)) => Given::Has(code.to_owned()),
                _ => continue,
            };
            given.entry(question.to_owned()).or_default().push(answer);
        }
        given
    }

    /// The form that the record names; `None` if it names none, or none that can be.
    pub fn form(&self) -> Option<FormName> {
        FormName::parse(&self.form)
    }

    /// Whether the question has an answer that it can have: of its type, within its bounds, among its choices.
    pub fn answers(&self, question: &Question) -> bool {
        let given = self.answers.get(&question.id);
        let mut given = given.into_iter().flatten();
        let known = |code: &String| question.kind.options().iter().any(|one| one.code == *code);
        given.any(|answer| match (&question.kind, answer) {
            (QuestionKind::Text { .. }, Given::Text) | (QuestionKind::Date, Given::Date) => true,
            (QuestionKind::Number { min, max, .. }, Given::Number(number)) => {
                (min..=max).contains(&number)
            }
            (QuestionKind::One { .. }, Given::Choice(code))
            | (QuestionKind::Many { .. }, Given::Has(code)) => known(code),
            _ => false,
        })
    }
}
