//! 评价: a score from what happened, by a formula that has a version: the same events give the same score.
//!
//! 响应率, 解决率 and 满意率 are the three that provinces publish. Which weight each has, no source says: 10, 45 and 45
//! are an example that the office replaces.

use serde::{Deserialize, Serialize};

use super::{Called, Life};
use crate::lifecycle::act::Satisfaction;
use crate::time::Timestamp;
use crate::words;

words! {
    /// What a score is made of.
    pub enum Part {
        /// 响应: contacted, or answered, before it was due.
        Response = "response",
        /// 解决: the caller says that it is.
        Solved = "solved",
        /// 满意: with the service and with the result.
        Satisfied = "satisfied",
    }
}

/// What each part counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// Of the response.
    pub response: u32,
    /// Of the solution.
    pub solved: u32,
    /// Of the satisfaction.
    pub satisfied: u32,
}

impl Weights {
    /// The version of the formula with these weights.
    pub const VERSION: u32 = 1;

    /// An example.
    pub const EXAMPLE: Self = Self {
        response: 10,
        solved: 45,
        satisfied: 45,
    };
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Of the formula.
    pub version: u32,
    /// 0 to 100, of the parts that are known; none if nothing is.
    pub points: Option<u32>,
    /// Each part: whether it was reached, none if nobody can say.
    pub parts: Vec<(Part, Option<bool>)>,
}

impl Life {
    /// The score of its first cycle and of what was said last. `due_at` is what the response is measured by.
    pub fn score(&self, due_at: Option<Timestamp>, weights: Weights) -> Score {
        let first = self.answered.first().map(|done| done.at);
        let responded = self.contacted_at.or(first);
        let response = due_at.zip(responded).map(|(due, at)| at <= due);
        // The answer of the first call stands, whatever a second cycle makes good.
        let mut calls = self.calls.iter().filter(|call| call.not_asked.is_none());
        let call = calls.next();
        let parts = vec![
            (Part::Response, response),
            (Part::Solved, call.and_then(|call| call.solved)),
            (Part::Satisfied, call.and_then(Called::satisfied)),
        ];
        let weight = |part: Part| match part {
            Part::Response => weights.response,
            Part::Solved => weights.solved,
            Part::Satisfied => weights.satisfied,
        };
        let known = parts.iter().filter(|(_, reached)| reached.is_some());
        let all: u32 = known.map(|(part, _)| weight(*part)).sum();
        let reached = parts.iter().filter(|(_, reached)| *reached == Some(true));
        let reached: u32 = reached.map(|(part, _)| weight(*part)).sum();
        Score {
            version: Weights::VERSION,
            points: (reached * 100 + all / 2).checked_div(all),
            parts,
        }
    }
}

impl Called {
    /// Satisfied with both; none if one of them was not said.
    pub fn satisfied(&self) -> Option<bool> {
        let good = |answer: Satisfaction| answer != Satisfaction::Dissatisfied;
        Some(good(self.service?) && good(self.result?))
    }
}
