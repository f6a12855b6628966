//! Verdicts, added up.

use std::collections::BTreeMap;

use super::measure::{LeftOut, Measure, Unknown, Verdict};
use super::read::Read;
use crate::ids::Id;
use crate::lifecycle::life::{Part, Weights};

/// One figure. Every ticket that was asked is in exactly one of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// The numerator.
    pub reached: u64,
    /// The denominator.
    pub counted: u64,
    /// Tickets of which nobody can say, by why.
    pub unknown: BTreeMap<Unknown, u64>,
    /// Tickets that were left out, by why.
    pub left_out: BTreeMap<LeftOut, u64>,
}

impl Figure {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Reached => {
                self.reached += 1;
                self.counted += 1;
            }
            Verdict::Missed => self.counted += 1,
            Verdict::Unknown(why) => *self.unknown.entry(why).or_default() += 1,
            Verdict::LeftOut(why) => *self.left_out.entry(why).or_default() += 1,
        }
    }

    /// Every ticket that was asked.
    pub fn all(&self) -> u64 {
        let unknown: u64 = self.unknown.values().sum();
        let left_out: u64 = self.left_out.values().sum();
        self.counted + unknown + left_out
    }
}

/// The figures of a group of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many tickets.
    pub tickets: u64,
    /// What came out of each measure; those that nobody was asked are not there.
    pub figures: BTreeMap<Measure, Figure>,
}

impl Sum {
    /// Adds a ticket.
    pub fn add(&mut self, read: &Read) {
        self.tickets += 1;
        for (measure, verdict) in &read.verdicts {
            self.figures.entry(*measure).or_default().add(*verdict);
        }
    }

    /// The points of the group, 0 to 100: its shares by their weights, of the parts that anything counts for; none if
    /// nothing does. Of a single ticket they are that ticket's own.
    pub fn points(&self, weights: Weights) -> Option<u32> {
        let weight = |part: Part| match part {
            Part::Response => u128::from(weights.response),
            Part::Solved => u128::from(weights.solved),
            Part::Satisfied => u128::from(weights.satisfied),
        };
        let known = self.figures.iter().filter_map(|(measure, figure)| {
            let weight = weight(measure.part()?);
            (figure.counted > 0).then_some((weight, figure))
        });
        let known: Vec<_> = known.collect();
        let all: u128 = known.iter().map(|(weight, _)| weight).sum();
        // Over one denominator: a sum of rounded shares would not be the sum.
        let whole: u128 = known
            .iter()
            .map(|(_, figure)| u128::from(figure.counted))
            .product();
        let reached: u128 = known
            .iter()
            .map(|(weight, figure)| {
                weight * u128::from(figure.reached) * (whole / u128::from(figure.counted))
            })
            .sum();
        let all = all * whole;
        let points = (reached * 100 + all / 2).checked_div(all)?;
        u32::try_from(points).ok()
    }
}

/// The figures of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// All tickets that somebody asked for.
    pub all: Sum,
    /// Those of enterprises.
    pub enterprise: Sum,
    /// 未诉先办: what patrols found, in none of the others.
    pub proactive: Sum,
    /// By the unit that has them; `None` for those that no unit has.
    pub units: BTreeMap<Option<Id>, Sum>,
    /// By the person who has them; `None` for those that nobody in particular has.
    pub workers: BTreeMap<Option<Id>, Sum>,
    /// Appeals, by how they stand: `open`, `upheld`, `dismissed`.
    pub appeals: BTreeMap<&'static str, u64>,
    /// Tickets that were excluded.
    pub excluded: u64,
}

impl Sums {
    /// Adds a ticket.
    pub fn add(&mut self, read: &Read) {
        for appeal in &read.appeals {
            *self.appeals.entry(appeal.state.as_str()).or_default() += 1;
        }
        self.excluded += u64::from(read.excluded.is_some());
        if read.proactive {
            self.proactive.add(read);
            return;
        }
        self.all.add(read);
        if read.enterprise {
            self.enterprise.add(read);
        }
        self.units.entry(read.unit).or_default().add(read);
        self.workers.entry(read.worker).or_default().add(read);
    }
}
