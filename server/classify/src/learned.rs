//! What was learned from people's decisions: models for the class, level by level, and for the subject.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Learns, and measures unless that was done already; `None` if there is too little to learn from.
    fn of(examples: &[Example], figures: Option<&Figures>, recipe: Recipe) -> Option<Self> {
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
        let figures = match figures {
            Some(figures) => figures.clone(),
            None => folds::measure(&known, FOLDS, 1, recipe)?,
        };
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
    subject_rules: f64,
}

/// What is told of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
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
    /// Learns and measures. Classes that the tree does not have (any more) are left out.
    pub fn of(
        categories: &[Example],
        subjects: &[Example],
        catalogue: &Catalogue,
        recipe: Recipe,
    ) -> Self {
        Self::with(categories, subjects, catalogue, None, recipe)
    }

    /// Learns once more what was learned from the same examples before, with what was measured then.
    pub fn again(
        categories: &[Example],
        subjects: &[Example],
        catalogue: &Catalogue,
        figures: &LearnedFigures,
        recipe: Recipe,
    ) -> Self {
        Self::with(categories, subjects, catalogue, Some(figures), recipe)
    }

    fn with(
        categories: &[Example],
        subjects: &[Example],
        catalogue: &Catalogue,
        figures: Option<&LearnedFigures>,
        recipe: Recipe,
    ) -> Self {
        let (large, below) = by_level(categories, catalogue);
        let subject_rules = figures.map_or_else(|| rules_share(subjects), |it| it.subject_rules);
        let trained = |examples: &[Example], measured: Option<&Figures>| {
            // What could not be measured then was not learned then.
            if figures.is_some() && measured.is_none() {
                return None;
            }
            Trained::of(examples, measured, recipe)
        };
        let below = below.into_iter().filter_map(|(name, examples)| {
            let measured = figures.and_then(|it| it.below.get(&name));
            Some((name, trained(&examples, measured)?))
        });
        Self {
            below: below.collect(),
            large: trained(&large, figures.and_then(|it| it.large.as_ref())),
            subject: trained(subjects, figures.and_then(|it| it.subject.as_ref())),
            subject_rules,
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
        (trained.figures.accuracy > self.subject_rules).then_some(trained)
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
            subject_rules: self.subject_rules,
        }
    }
}

/// Examples of large types, and for each of them those of the types below it.
fn by_level(
    categories: &[Example],
    catalogue: &Catalogue,
) -> (Vec<Example>, BTreeMap<String, Vec<Example>>) {
    let mut large = Vec::new();
    let mut below: BTreeMap<String, Vec<Example>> = BTreeMap::new();
    for example in categories {
        let names: Vec<&str> = example.label.split(BETWEEN).collect();
        let Some((first, rest)) = names.split_first().filter(|_| catalogue.has_type(&names)) else {
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
    (large, below)
}

/// The share of these tickets whose subject the rules get right.
fn rules_share(subjects: &[Example]) -> f64 {
    let by_rules = |it: &Example| party::decide(&it.title, &it.body, None).party.as_str();
    let right = subjects
        .iter()
        .filter(|it| by_rules(it) == it.label)
        .count();
    right as f64 / subjects.len().max(1) as f64
}
