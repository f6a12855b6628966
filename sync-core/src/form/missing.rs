//! What is missing before a record can be submitted.

use serde::Serialize;

use super::{Asked, Condition, Filled, Form, Given, Question, Section, Test, in_force};

/// Something that is missing, in the order of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// What.
    pub what: What,
    /// Where on the page: a part of the visit, or `questions`.
    pub part: &'static str,
    /// Which question of the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Nobody has signed in on the spot.
    Arrival,
    /// Nobody is said to have taken part.
    People,
    /// What the problem is.
    Finding,
    /// A photo.
    Photo,
    /// A photo of one place both before and after.
    BeforeAfter,
    /// Before and after of one place are one and the same picture.
    SamePicture,
    /// Before and after were not taken at the same spot.
    SameSpot,
    /// A household that was talked to.
    Persuasion,
    /// When somebody comes again.
    NextVisit,
    /// A thing.
    Items,
    /// What became of the clearing.
    Cleanup,
    /// What was seen, in words.
    Notes,
    /// How it stands.
    Outcome,
    /// An answer.
    Question,
}

impl Form {
    /// Whether a question is asked, by the answers so far. A question that is not asked itself decides on none: what it
    /// was answered before stays, and counts for nothing.
    pub fn is_asked(&self, question: &Question, filled: &Filled) -> bool {
        let Some(Condition { question: on, test }) = &question.relevant else {
            return true;
        };
        // The reader lets a condition name earlier questions alone, so this ends.
        let earlier = self
            .questions
            .iter()
            .take_while(|one| one.id != question.id);
        let Some(on) = earlier.into_iter().find(|one| one.id == *on) else {
            return false;
        };
        if !self.is_asked(on, filled) {
            return false;
        }
        let given = || filled.answers.get(&on.id).into_iter().flatten();
        match test {
            Test::Answered => filled.answers(on),
            Test::Equals(wanted) => given().any(|answer| match answer {
                Given::Choice(code) => code == wanted,
                Given::Number(number) => number.to_string() == *wanted,
                Given::Text | Given::Date | Given::Has(_) => false,
            }),
            Test::Contains(wanted) => {
                given().any(|answer| matches!(answer, Given::Has(code) if code == wanted))
            }
        }
    }

    /// The questions that are asked, by the answers so far.
    pub fn asked<'a>(&'a self, filled: &'a Filled) -> impl Iterator<Item = &'a Question> {
        let questions = self.questions.iter();
        questions.filter(|question| self.is_asked(question, filled))
    }

    /// What is missing before the record can be submitted: phones and the hub decide by it.
    pub fn missing(&self, filled: &Filled) -> Vec<Missing> {
        let mut missing = Vec::new();
        for section in Section::ALL {
            if section == Section::Finding {
                self.missing_answers(filled, &mut missing);
            }
            let lacks =
                self.asks(section) == Some(Asked::Required) && !filled.sections.contains(&section);
            let (what, part) = named(section);
            if lacks {
                missing.push(Missing::of(what, part));
            }
            if section == Section::Photos && self.asks(Section::Cleanup).is_some() {
                let found = [
                    (filled.unpaired, What::BeforeAfter),
                    (filled.same_picture, What::SamePicture),
                    (filled.spots_apart, What::SameSpot),
                ];
                let found = found.into_iter().filter(|(found, _)| *found);
                missing.extend(found.map(|(_, what)| Missing::of(what, part)));
            }
            if section == Section::Persuasion && filled.no_next_visit {
                missing.push(Missing::of(What::NextVisit, part));
            }
        }
        missing
    }

    fn missing_answers(&self, filled: &Filled, missing: &mut Vec<Missing>) {
        let open = self
            .asked(filled)
            .filter(|question| question.required && !filled.answers(question));
        missing.extend(open.map(|question| Missing {
            question: Some(question.id.clone()),
            ..Missing::of(What::Question, "questions")
        }));
    }
}

impl Missing {
    const fn of(what: What, part: &'static str) -> Self {
        Self {
            what,
            part,
            question: None,
        }
    }
}

/// Whether a record may not be submitted yet. One that names no form was begun by an app that knew none, and is submitted as
/// that app had it.
pub fn is_incomplete(forms: &[Form], filled: &Filled) -> bool {
    let form = in_force(forms, filled);
    !filled.form.is_empty() && form.is_some_and(|(form, _)| !form.missing(filled).is_empty())
}

/// What is missing in a part, and what the page calls the part.
const fn named(section: Section) -> (What, &'static str) {
    match section {
        Section::Arrival => (What::Arrival, "arrival"),
        Section::People => (What::People, "people"),
        Section::Finding => (What::Finding, "finding"),
        Section::Photos => (What::Photo, "photos"),
        Section::Persuasion => (What::Persuasion, "persuasion"),
        Section::Items => (What::Items, "items"),
        Section::Cleanup => (What::Cleanup, "cleanup"),
        Section::Notes => (What::Notes, "notes"),
        Section::Outcome => (What::Outcome, "outcome"),
    }
}
