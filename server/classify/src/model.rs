//! The model: learns from labelled texts, guesses the label of a new one, and says why.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::grams::{Grams, Vector};
use crate::separator::Separator;

/// A text with the label that a person gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// One line; counts twice.
    pub title: String,
    /// The request.
    pub body: String,
    /// What a person said it is.
    pub label: String,
}

/// How a model is made. The default is what was measured (docs/BENCHMARKS.md).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Characters of the longest n-gram.
    pub longest: usize,
    /// Texts that must hold an n-gram for it to count.
    pub fewest: usize,
    /// What an example on the wrong side costs; more fits the examples closer.
    pub cost: f64,
    /// Whether rare labels are weighed up (0 not at all, 1 to equal weight).
    pub evenness: f64,
    /// Decides the order in which examples are looked at.
    pub seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            longest: 2,
            fewest: 2,
            cost: 1.0,
            evenness: 1.0,
            seed: 1,
        }
    }
}

/// What a model says of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guess {
    /// The label that fits best.
    pub label: String,
    /// The label that fits second best, where there is more than one.
    pub second: Option<String>,
    /// By how much the first fits better than the second: the difference of their scores.
    pub margin: f64,
    /// What decided between them, strongest first.
    pub reasons: Vec<Reason>,
}

/// A piece of the text that spoke for a label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// The characters, as they are compared (digits as 0, no case).
    pub text: String,
    /// What it adds to the margin.
    pub weight: f64,
}

/// Pieces that a guess names.
const REASONS: usize = 5;

/// A trained model.
#[derive(Clone, Debug)]
pub struct Model {
    grams: Grams,
    labels: Vec<(String, Separator)>,
}

impl Model {
    /// Learns from examples; their order matters in the last digits only, and the same order gives the same model.
    pub fn train(examples: &[&Example], recipe: Recipe) -> Self {
        let texts = examples.iter().map(|it| (&*it.title, &*it.body));
        let grams = Grams::learn(texts, recipe.longest, recipe.fewest);
        let vectors: Vec<Vector> = examples
            .iter()
            .map(|it| grams.vector(&it.title, &it.body))
            .collect();
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for example in examples {
            *sizes.entry(&example.label).or_default() += 1;
        }
        let even = examples.len() as f64 / sizes.len().max(1) as f64;
        let costs: Vec<f64> = examples
            .iter()
            .map(|it| {
                let size = sizes.get(&*it.label).copied().unwrap_or(1);
                recipe.cost * (even / size as f64).powf(recipe.evenness)
            })
            .collect();
        let labels = sizes
            .keys()
            .map(|label| {
                let inside: Vec<bool> = examples.iter().map(|it| it.label == **label).collect();
                let plane = Separator::find(&vectors, &inside, &costs, grams.len(), recipe.seed);
                ((*label).to_owned(), plane)
            })
            .collect();
        Self { grams, labels }
    }

    /// The labels that it knows, in their order.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.labels.iter().map(|(label, _)| &**label)
    }

    /// What it makes of a text; `None` if it knows no two labels, or no n-gram of the text.
    pub fn guess(&self, title: &str, body: &str) -> Option<Guess> {
        let vector = self.grams.vector(title, body);
        if vector.is_empty() {
            return None;
        }
        let mut ranked: Vec<(f64, &(String, Separator))> = self
            .labels
            .iter()
            .map(|label| (label.1.score(&vector), label))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(first, (label, plane)), (second, (other, against)), ..] = &*ranked else {
            return None;
        };
        Some(Guess {
            label: label.clone(),
            second: Some(other.clone()),
            margin: first - second,
            reasons: self.reasons(&vector, plane, against),
        })
    }

    /// The n-grams that speak for one label against the other. One that stands within a longer one which says as much is
    /// left out.
    fn reasons(&self, vector: &Vector, plane: &Separator, against: &Separator) -> Vec<Reason> {
        let mut strongest: Vec<Reason> = vector
            .iter()
            .filter_map(|(n, x)| {
                let weight = (plane.weight(*n) - against.weight(*n)) * x;
                let text = self.grams.gram(*n)?;
                (weight > 0.0).then(|| Reason {
                    text: text.to_owned(),
                    weight,
                })
            })
            .collect();
        strongest.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then_with(|| a.text.cmp(&b.text))
        });
        let mut named: Vec<Reason> = Vec::new();
        for reason in strongest {
            let shares =
                |it: &Reason| it.text.contains(&reason.text) || reason.text.contains(&it.text);
            if let Some(at) = named.iter().position(shares) {
                if let Some(held) = named.get_mut(at)
                    && reason.text.len() > held.text.len()
                {
                    held.text = reason.text;
                }
                continue;
            }
            if named.len() < REASONS {
                named.push(reason);
            }
        }
        named
    }
}
