//! What a request is about, proposed with its reasons; a person decides.
//!
//! [`Model`] learns from examples that people have labelled: a text becomes a vector of n-grams of characters
//! ([`Grams`](grams::Grams)), and one linear separator a label (`separator`) says how much it looks like each. It tells which
//! n-grams decided, and stays silent where two labels are too close. [`party`] says by rules whether a citizen asks, a
//! firm, or a citizen against a firm. [`folds`] measures a model on examples that it has not seen.
//!
//! What there is to choose from, the tree of types, the focus topics, the root causes and the duty catalogue, is data that the
//! office edits ([`catalogue`]). [`Learned`] is what was learned from people's decisions; [`propose`] puts all together.
//!
//! There is no IO, no clock, and no chance but that of a seed: the same examples in the same order give the same model.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod catalogue;
pub mod decided;
pub mod folds;
pub mod grams;
mod learned;
mod model;
pub mod party;
pub mod propose;
mod separator;

pub use learned::{Learned, LearnedFigures, Trained};
pub use model::{Example, Guess, Model, Reason, Recipe};
