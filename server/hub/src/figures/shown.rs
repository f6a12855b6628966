//! Figures as they are sent: every number with what it counts.

use std::collections::BTreeMap;

use serde::Serialize;
use sync_core::Id;
use sync_core::figures::{Figure, Sum};
use sync_core::lifecycle::life::Weights;

/// One figure: every ticket of the group that was asked is in `counted`, `unknown` or `left_out`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ShownFigure {
    /// What is asked: `two_hours`, `one_day`, `ten_days`, `fifteen_days` of enterprises; `response`, `in_time`, `solved`,
    /// `satisfied` of all.
    measure: &'static str,
    /// The numerator.
    reached: u64,
    /// The denominator.
    counted: u64,
    /// Of which nobody can say, by why: `running`, `no_record`, `not_asked`, `no_answer`.
    unknown: BTreeMap<&'static str, u64>,
    /// Left out, by why: `excluded`, `merged`, `cancelled`, `taken_back`, `appeal_upheld`.
    left_out: BTreeMap<&'static str, u64>,
}

/// The figures of a group of tickets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Group {
    /// How many tickets were dispatched.
    tickets: u64,
    /// In the order of the measures; one that nobody was asked is not there.
    figures: Vec<ShownFigure>,
    /// 0 to 100 by the formula; null where nothing counts.
    points: Option<u32>,
}

/// The tickets of a unit; those that no unit has stand under null.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UnitGroup {
    /// The unit.
    #[schema(value_type = Option<String>)]
    pub(super) id: Option<Id>,
    /// Its name, a grid's with that of its community.
    pub(super) name: Option<String>,
    /// `community`, `grid`, `section`, `team`, `street`.
    pub(super) kind: Option<&'static str>,
    #[serde(flatten)]
    pub(super) group: Group,
}

/// The tickets of a worker; those that nobody in particular has stand under null.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WorkerGroup {
    /// The person.
    #[schema(value_type = Option<String>)]
    pub(super) id: Option<Id>,
    /// What they are called.
    pub(super) name: Option<String>,
    #[serde(flatten)]
    pub(super) group: Group,
}

impl Group {
    pub(super) fn of(sum: &Sum, weights: Weights) -> Self {
        let figures = sum.figures.iter();
        Self {
            tickets: sum.tickets,
            figures: figures
                .map(|(measure, figure)| ShownFigure::of(measure.as_str(), figure))
                .collect(),
            points: sum.points(weights),
        }
    }
}

impl ShownFigure {
    fn of(measure: &'static str, figure: &Figure) -> Self {
        let unknown = figure.unknown.iter();
        let left_out = figure.left_out.iter();
        Self {
            measure,
            reached: figure.reached,
            counted: figure.counted,
            unknown: unknown.map(|(why, n)| (why.as_str(), *n)).collect(),
            left_out: left_out.map(|(why, n)| (why.as_str(), *n)).collect(),
        }
    }
}
