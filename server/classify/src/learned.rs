//! What was learned from people's decisions: models for the class, level by level, and for the subject.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::decided::BETWEEN;
use crate::folds::{self, Figures};
use crate::model::{Example, Guess, Model, Recipe};
use crate::party;

/// Examples of a label without which it is not learned: fewer cannot stand in every part of a measurement.
const FEWEST_OF_A_LABEL: usize = 5;

/// Examples without which nothing is learned.
const FEWEST: usize = 40;

/// Parts that are measured by; one division, because it is done at every training.
const FOLDS: usize = 5;

/// A model that speaks only when it is sure.
#[derive(Clone, Debug)]
pub struct Trained {
    model: Model,
    figures: Figures,
}

impl Trained {
    /// Learns and measures; `None` if there is too little to learn from.
    pub fn of(examples: &[Example], recipe: Recipe) -> Option<Self> {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for example in examples {
            *sizes.entry(&example.label).or_default() += 1;
        }
        sizes.retain(|_, size| *size >= FEWEST_OF_A_LABEL);
        let known = examples.iter().filter(|it| sizes.contains_key(&*it.label));
        let known: Vec<Example> = known.cloned().collect();
        if sizes.len() < 2 || known.len() < FEWEST {
            return None;
        }
        let figures = folds::measure(&known, FOLDS, 1, recipe)?;
        let all: Vec<&Example> = known.iter().collect();
        Some(Self {
            model: Model::train(&all, recipe),
            figures,
        })
    }

    /// How it did on parts that it had not seen.
    pub const fn figures(&self) -> &Figures {
        &self.figures
    }

    /// What it says of a text, unless it is not sure.
    pub fn say(&self, title: &str, body: &str) -> Option<Guess> {
        let guess = self.model.guess(title, body)?;
        (guess.margin >= self.figures.silent_below).then_some(guess)
    }
}

/// Everything that was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    large: Option<Trained>,
    /// By large type: which types below it.
    below: BTreeMap<String, Trained>,
    subject: Option<Trained>,
    rules_accuracy: f64,
}

/// What is told of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct LearnedFigures {
    /// The large type, if it is learned.
    pub large: Option<Figures>,
    /// The types below each large type that is learned.
    pub below: BTreeMap<String, Figures>,
    /// Citizen, firm, or citizen against firm, if it is learned.
    pub subject: Option<Figures>,
    /// Share of the same examples whose subject the rules get right; the model speaks only if it does better.
    pub subject_rules: f64,
}

impl Learned {
    /// Learns. Classes that the tree does not have (any more) are left out.
    pub fn of(
        categories: &[Example],
        subjects: &[Example],
        catalogue: &Catalogue,
        recipe: Recipe,
    ) -> Self {
        let mut large = Vec::new();
        let mut below: BTreeMap<String, Vec<Example>> = BTreeMap::new();
        for example in categories {
            let names: Vec<&str> = example.label.split(BETWEEN).collect();
            if !catalogue.has_type(&names) {
                continue;
            }
            let Some((first, rest)) = names.split_first() else {
                continue;
            };
            let labelled = |label: String| Example {
                label,
                ..example.clone()
            };
            large.push(labelled((*first).to_owned()));
            if !rest.is_empty() {
                let under = below.entry((*first).to_owned()).or_default();
                under.push(labelled(rest.join(BETWEEN)));
            }
        }
        let by_rules = |it: &Example| party::decide(&it.title, &it.body, None).party.as_str();
        let right = subjects
            .iter()
            .filter(|it| by_rules(it) == it.label)
            .count();
        Self {
            large: Trained::of(&large, recipe),
            below: below
                .into_iter()
                .filter_map(|(name, examples)| Some((name, Trained::of(&examples, recipe)?)))
                .collect(),
            subject: Trained::of(subjects, recipe),
            rules_accuracy: right as f64 / subjects.len().max(1) as f64,
        }
    }

    /// The model of the large type.
    pub(crate) const fn large(&self) -> Option<&Trained> {
        self.large.as_ref()
    }

    /// The model of what lies below a large type.
    pub(crate) fn below(&self, large: &str) -> Option<&Trained> {
        self.below.get(large)
    }

    /// The model of the subject, if it does better than the rules on the same tickets.
    pub(crate) fn subject(&self) -> Option<&Trained> {
        let trained = self.subject.as_ref()?;
        (trained.figures.accuracy > self.rules_accuracy).then_some(trained)
    }

    /// How all of it did.
    pub fn figures(&self) -> LearnedFigures {
        let told = |trained: &Trained| trained.figures.clone();
        LearnedFigures {
            large: self.large.as_ref().map(told),
            below: self
                .below
                .iter()
                .map(|(name, it)| (name.clone(), told(it)))
                .collect(),
            subject: self.subject.as_ref().map(told),
            subject_rules: self.rules_accuracy,
        }
    }
}
