//! 统计: figures of tickets, each with what it counts.
//!
//! A [`Measure`] asks one question of one ticket; the [`Verdict`] is yes, no, not known (and why), or left out (and
//! why). A [`Figure`] adds verdicts up and never becomes a bare percentage. Everything follows from the ticket's events,
//! so the same events give the same figures, in whatever order tickets are read. How it is counted has a version
//! ([`VERSION`]); points have the version of their formula ([`Weights::VERSION`](crate::lifecycle::life::Weights)).
//!
//! - The first cycle counts: what a second cycle makes good changes no figure.
//! - What was excluded, merged, cancelled or returned to the upper level counts nowhere, and stands beside the figures
//!   with its reason.
//! - What a patrol found (未诉先办, S4) is counted apart: nobody asked for it, so that it makes no rate of calls better or worse.
//! - An appeal that was upheld takes the ticket out of what it was against (S37): a bad rating out of 解决 and 满意, an
//!   overdue mark out of what was late, a refused return or a wrong dispatch out of everything. What was good stays.
//! - Terms are measured by the rule of the enterprises' mechanism (2110: 2 hours, 1 and 10 working days from the
//!   assignment), and beside it by the 15 working days with which the province publishes. A pause pushes them, an extension
//!   and a date of the upper level do not: these say what was allowed, not how long it took.

mod measure;
mod read;
mod sums;
#[cfg(test)]
mod tests;

pub use measure::{
    Appealed, Excluded, Holder, LeftOut, Measure, Subject, Unknown, Verdict, Yardstick,
};
pub use read::{Read, first_due};
pub use sums::{Figure, Sum, Sums};

/// The version of how figures are counted.
pub const VERSION: u32 = 1;
