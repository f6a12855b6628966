//! Measuring: how a model does on examples that it has not seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sync_core::chance::Chance;

use crate::model::{Example, Model, Recipe};
use crate::separator::shuffle;

/// What one measurement found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Figures {
    /// Examples.
    pub examples: usize,
    /// Parts that the examples were divided into; each was guessed by a model that learned from the others.
    pub folds: usize,
    /// How often that was done with another division.
    pub seeds: usize,
    /// Share of right guesses, 0 to 1.
    pub accuracy: f64,
    /// Mean of the F1 of the labels, each label counting the same.
    pub macro_f1: f64,
    /// The same two of always guessing the largest label.
    pub baseline: Baseline,
    /// The lowest and highest share of right guesses in one part.
    #[schema(value_type = Vec<f64>)]
    pub spread: (f64, f64),
    /// Each label.
    pub labels: Vec<LabelFigures>,
    /// Margin below which a model should say nothing: of the guesses with more, [`SURE`] are right.
    pub silent_below: f64,
    /// Share of the texts of which it then speaks.
    pub spoken: f64,
    /// Share of these that are right.
    pub spoken_accuracy: f64,
}

/// Always the largest label.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Baseline {
    /// Share of right guesses.
    pub accuracy: f64,
    /// Mean of the F1 of the labels.
    pub macro_f1: f64,
}

/// How one label does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LabelFigures {
    /// The label.
    pub label: String,
    /// Examples that have it.
    pub examples: usize,
    /// Of those that were guessed to have it, the share that do.
    pub precision: f64,
    /// Of those that have it, the share that were guessed.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

/// Share of right guesses that speaking up asks for ; of the labelled messages that is about half.
pub const SURE: f64 = 0.95;

/// A margin under which a model is always silent, however well it does: the separators put examples 2 apart, so that an eighth
/// of that is a text which looks like neither.
pub const FLOOR: f64 = 0.25;

/// One guess about an example that the model had not seen.
struct Told<'a> {
    truth: &'a str,
    guess: String,
    margin: f64,
}

/// Measures by `folds` parts, `seeds` times. `None` with fewer than two folds, no seed, or fewer examples than folds.
///
/// Each label is spread evenly over the parts. Texts that are the same stand in the same part: one that was learned must not
/// be guessed.
pub fn measure(
    examples: &[Example],
    folds: usize,
    seeds: usize,
    recipe: Recipe,
) -> Option<Figures> {
    if folds < 2 || seeds == 0 || examples.len() < folds {
        return None;
    }
    let mut told = Vec::new();
    let mut parts = Vec::new();
    for seed in 1..=seeds as u64 {
        let part = divide(examples, folds, seed);
        for held in 0..folds {
            let side = |wanted: bool| {
                let both = examples.iter().zip(&part);
                both.filter(move |(_, part)| (**part == held) == wanted)
                    .map(|(it, _)| it)
            };
            let learned: Vec<&Example> = side(false).collect();
            let model = Model::train(&learned, Recipe { seed, ..recipe });
            let first = told.len();
            told.extend(side(true).map(|it| tell(&model, it)));
            parts.push(accuracy(told.get(first..).unwrap_or_default()));
        }
    }
    Some(figures(examples, &told, &parts, (folds, seeds)))
}

fn tell<'a>(model: &Model, example: &'a Example) -> Told<'a> {
    let guess = model.guess(&example.title, &example.body);
    let (guess, margin) = guess.map_or_else(Default::default, |it| (it.label, it.margin));
    Told {
        truth: &example.label,
        guess,
        margin,
    }
}

/// Which part each example is in.
fn divide(examples: &[Example], folds: usize, seed: u64) -> Vec<usize> {
    let mut same: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (n, it) in examples.iter().enumerate() {
        same.entry((&it.label, &it.title, &it.body))
            .or_default()
            .push(n);
    }
    let mut groups: Vec<(&str, Vec<usize>)> = same
        .into_iter()
        .map(|((label, ..), group)| (label, group))
        .collect();
    shuffle(&mut groups, &mut Chance::new(seed, 2));
    groups.sort_by_key(|(label, _)| *label);
    let mut part = vec![0; examples.len()];
    for (turn, (_, group)) in groups.into_iter().enumerate() {
        for n in group {
            if let Some(part) = part.get_mut(n) {
                *part = turn % folds;
            }
        }
    }
    part
}

fn figures(
    examples: &[Example],
    told: &[Told<'_>],
    parts: &[f64],
    (folds, seeds): (usize, usize),
) -> Figures {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for example in examples {
        *sizes.entry(&example.label).or_default() += 1;
    }
    let labels: Vec<LabelFigures> = sizes
        .iter()
        .map(|(label, size)| LabelFigures {
            examples: *size,
            ..LabelFigures::count(
                label,
                told.iter()
                    .map(|it| (it.truth == *label, it.guess == *label)),
            )
        })
        .collect();
    let largest = sizes.values().copied().max().unwrap_or_default() as f64;
    let (all, kinds) = (examples.len() as f64, labels.len().max(1) as f64);
    let (silent_below, spoken, spoken_accuracy) = silence(told);
    Figures {
        examples: examples.len(),
        folds,
        seeds,
        accuracy: accuracy(told),
        macro_f1: labels.iter().map(|it| it.f1).sum::<f64>() / kinds,
        baseline: Baseline {
            accuracy: largest / all,
            // Its recall is 1 and its precision its share; every other label has 0.
            macro_f1: 2.0 * largest / (all + largest) / kinds,
        },
        spread: (
            parts.iter().copied().fold(1.0, f64::min),
            parts.iter().copied().fold(0.0, f64::max),
        ),
        labels,
        silent_below,
        spoken,
        spoken_accuracy,
    }
}

impl LabelFigures {
    /// Counts a label: of each text whether a person gave it the label, and whether it was guessed.
    pub fn count(label: &str, told: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut right, mut examples, mut guessed) = (0, 0, 0);
        for (is_true, is_guessed) in told {
            right += usize::from(is_true && is_guessed);
            examples += usize::from(is_true);
            guessed += usize::from(is_guessed);
        }
        Self {
            label: label.to_owned(),
            examples,
            precision: share(right, guessed),
            recall: share(right, examples),
            f1: share(2 * right, guessed + examples),
        }
    }
}

/// The lowest margin above which [`SURE`] of the guesses are right, with the share of texts above it and how many of them are
/// right. If no margin is good enough, none is spoken of.
fn silence(told: &[Told<'_>]) -> (f64, f64, f64) {
    let mut by_margin: Vec<(f64, bool)> = told
        .iter()
        .map(|it| (it.margin, it.guess == it.truth))
        .collect();
    by_margin.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut found = (f64::MAX, 0.0, 0.0);
    let mut right = 0;
    for (n, (margin, is_right)) in by_margin.iter().enumerate() {
        right += usize::from(*is_right);
        let above = n + 1;
        if *margin >= FLOOR && share(right, above) >= SURE {
            found = (*margin, share(above, told.len()), share(right, above));
        }
    }
    // Where even the closest guesses are right nothing speaks against closer ones.
    if found.1 >= 1.0 {
        found.0 = FLOOR;
    }
    found
}

fn accuracy(told: &[Told<'_>]) -> f64 {
    let right = told.iter().filter(|it| it.guess == it.truth).count();
    share(right, told.len())
}

/// A part of a whole, 0 to 1; of nothing it is 0.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 / whole as f64
}
