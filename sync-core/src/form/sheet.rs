//! A record as its form sees it: what phones and the office show.

use serde::Serialize;

use super::{Filled, Form, Missing, Question, Section, in_force};
use crate::answers;
use crate::record::Record;
use crate::value::Value;

/// A record as its form sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The form in force, as a record names it.
    pub name: String,
    /// The record names it. Without a name, or with one that is not known here, the first general form is in force.
    pub named: bool,
    /// The form.
    pub form: Form,
    /// Questions that are asked, by the answers so far.
    pub asked: Vec<String>,
    /// Parts in which there is what they ask for.
    pub filled: Vec<Section>,
    /// What is missing before the record can be submitted.
    pub missing: Vec<Missing>,
    /// Answers to which the form in force has no question: they stay.
    pub gone: Vec<Answer>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Its path.
    pub path: String,
    /// What it says.
    pub value: Value,
    /// The question as another version, or another form, asks it; absent if none that is known here does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
}

impl Sheet {
    /// Reads a record by its form. `recorded` is what counts as filled in, `shown` what its reader sees.
    ///
    /// `None` only where there is no general form.
    pub fn of(forms: &[Form], recorded: &Filled, shown: &Filled, record: &Record) -> Option<Self> {
        let (form, named) = in_force(forms, recorded)?;
        let belongs = |path: &str| {
            let (question, part) = answers::parse(path)?;
            Some(form.question(question)?.kind.owns(part))
        };
        let gone = record.answers.iter().filter(|(path, register)| {
            let nothing = [Value::Empty, Value::Flag(false)];
            !nothing.contains(&register.shown.value) && belongs(path) != Some(true)
        });
        Some(Self {
            name: form.name().to_string(),
            named,
            asked: form.asked(shown).map(|one| one.id.clone()).collect(),
            filled: shown.sections.iter().copied().collect(),
            missing: form.missing(recorded),
            gone: gone
                .map(|(path, register)| Answer {
                    path: path.clone(),
                    value: register.shown.value.clone(),
                    question: asked_elsewhere(forms, form, path),
                })
                .collect(),
            form: form.clone(),
        })
    }
}

impl Sheet {
    /// The form of a record of which no more is known than the name that it has for its form: it names the answers, and says
    /// nothing of what is missing.
    pub fn named(forms: &[Form], name: &str) -> Option<Self> {
        let filled = Filled {
            form: name.to_owned(),
            ..Filled::default()
        };
        let sheet = Self::of(forms, &filled, &filled, &Record::default())?;
        Some(Self {
            missing: Vec::new(),
            ..sheet
        })
    }
}

/// The question to which an answer belongs, of the newest version of the same form that has it, else of another form.
fn asked_elsewhere(forms: &[Form], form: &Form, path: &str) -> Option<Question> {
    let (question, part) = answers::parse(path)?;
    let owner = |one: &&Form| {
        let asked = one.question(question);
        asked.is_some_and(|asked| asked.kind.owns(part))
    };
    let owners = forms.iter().filter(owner);
    let best = owners.max_by_key(|one| (one.id == form.id, one.version))?;
    best.question(question).cloned()
}
