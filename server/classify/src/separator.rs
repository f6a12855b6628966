//! One linear separator: examples of a label on one side, all others on the other.

use sync_core::chance::Chance;

use crate::grams::Vector;

/// A plane: `score = weights * vector + bias`, above 0 on the side of the label.
#[derive(Clone, Debug)]
pub(crate) struct Separator {
    weights: Vec<f64>,
    bias: f64,
}

/// How far from the best plane the search may end; ten times finer changes no answer on the labelled messages.
const ENOUGH: f64 = 0.01;

/// Rounds over all examples after which the search ends anyway.
const ROUNDS: usize = 200;

impl Separator {
    /// Finds the plane that parts the examples best (linear support vector machine with squared hinge loss).
    ///
    /// It is sought in the dual, one example after the other in an order that a seed shuffles, as described by Hsieh and
    /// others, "A dual coordinate descent method for large-scale linear SVM" (2008), algorithm 1. `costs` says for each
    /// example how much it costs to have it on the wrong side, `inside` which side it belongs to.
    pub(crate) fn find(
        vectors: &[Vector],
        inside: &[bool],
        costs: &[f64],
        width: usize,
        seed: u64,
    ) -> Self {
        let mut plane = Self {
            weights: vec![0.0; width],
            bias: 0.0,
        };
        let mut chance = Chance::new(seed, 1);
        let mut examples: Vec<Pulling<'_>> = vectors
            .iter()
            .zip(inside)
            .zip(costs)
            .map(|((vector, inside), cost)| Pulling::new(vector, *inside, *cost))
            .collect();
        for _ in 0..ROUNDS {
            shuffle(&mut examples, &mut chance);
            let mut widest = 0.0_f64;
            for example in &mut examples {
                widest = widest.max(example.pull(&mut plane));
            }
            if widest < ENOUGH {
                break;
            }
        }
        plane
    }

    /// How much a text looks like the label.
    pub(crate) fn score(&self, vector: &Vector) -> f64 {
        self.bias + vector.iter().map(|(n, x)| self.weight(*n) * x).sum::<f64>()
    }

    /// What the n-gram with this index says for the label.
    pub(crate) fn weight(&self, index: u32) -> f64 {
        let index = usize::try_from(index).ok();
        index
            .and_then(|n| self.weights.get(n))
            .copied()
            .unwrap_or(0.0)
    }

    fn add(&mut self, vector: &Vector, times: f64) {
        for (n, x) in vector {
            let weight = usize::try_from(*n)
                .ok()
                .and_then(|n| self.weights.get_mut(n));
            if let Some(weight) = weight {
                *weight += times * x;
            }
        }
        self.bias += times;
    }
}

/// One example while the plane is sought, with how much it pulls at it.
struct Pulling<'a> {
    vector: &'a Vector,
    side: f64,
    pull: f64,
    softness: f64,
    square: f64,
}

impl<'a> Pulling<'a> {
    fn new(vector: &'a Vector, inside: bool, cost: f64) -> Self {
        let softness = 0.5 / cost;
        // The bias is the weight of an entry that is 1 in every vector.
        let square = 1.0 + vector.iter().map(|(_, x)| x * x).sum::<f64>() + softness;
        Self {
            vector,
            side: if inside { 1.0 } else { -1.0 },
            pull: 0.0,
            softness,
            square,
        }
    }

    /// Moves the plane as this example wants it; how wrong the plane was for it.
    fn pull(&mut self, plane: &mut Separator) -> f64 {
        let wrong = self.side * plane.score(self.vector) - 1.0 + self.softness * self.pull;
        let wrong = if self.pull > 0.0 {
            wrong
        } else {
            wrong.min(0.0)
        };
        if wrong != 0.0 {
            let before = self.pull;
            self.pull = (before - wrong / self.square).max(0.0);
            plane.add(self.vector, (self.pull - before) * self.side);
        }
        wrong.abs()
    }
}

/// Puts things into an order that chance decides (Fisher and Yates).
pub(crate) fn shuffle<T>(things: &mut [T], chance: &mut Chance) {
    for last in (1..things.len()).rev() {
        let other = chance.below(last as u64 + 1);
        things.swap(last, usize::try_from(other).unwrap_or(last));
    }
}
