//! Counts and latencies of a run.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// What a device waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Being let in.
    Enrol,
    /// One photo from its first byte to its acknowledgement, cuts included.
    Photo,
    /// A round trip that only asks.
    Pull,
    /// A round trip that brings changes.
    Push,
}

/// Latencies of one phase in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// How many there were.
    pub count: usize,
    /// Half were faster.
    pub p50: f64,
    /// Nineteen of twenty were faster.
    pub p95: f64,
    /// Ninety-nine of a hundred were faster.
    pub p99: f64,
}

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        /// What went wrong on purpose, and what the devices saw of it.
        #[derive(Debug, Default)]
        pub struct Counters { $($(#[doc = $doc])+ pub $name: AtomicU64,)* }

        /// The counters at one moment.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        pub struct Counts { $($(#[doc = $doc])+ pub $name: u64,)* }

        impl Counters {
            /// Reads them all.
            pub fn read(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)* }
            }
        }
    };
}

counters! {
    /// Connections that were cut in the middle.
    cuts,
    /// Phones that lost their memory and began again from their store.
    crashes,
    /// Bodies sent a second time.
    repeats,
    /// Bodies whose later changes were sent before the earlier ones.
    reorders,
    /// Requests that ended without an answer.
    unanswered,
    /// Answers that say that the hub cannot (503 and the like).
    busy,
    /// Access tokens renewed.
    renewals,
    /// Answers that sent a phone back to the start.
    resyncs,
    /// Phones that were let in again with work not yet sent, as the device that they were or as another.
    enrolments,
    /// Tickets that went to somebody else while their people worked on them, and came back.
    moves,
}

/// Where all devices count.
#[derive(Debug, Default)]
pub struct Tally {
    latencies: Mutex<BTreeMap<Phase, Vec<Duration>>>,
    /// The counters.
    pub counters: Counters,
}

impl Tally {
    /// Notes how long something took that began at `begun`.
    pub fn note(&self, phase: Phase, begun: Instant) {
        let took = begun.elapsed();
        let mut latencies = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        latencies.entry(phase).or_default().push(took);
    }

    /// Counts one.
    pub fn count(&self, which: impl FnOnce(&Counters) -> &AtomicU64) {
        which(&self.counters).fetch_add(1, Ordering::Relaxed);
    }

    /// The latencies of all phases.
    pub fn phases(&self) -> BTreeMap<Phase, Latency> {
        let latencies = self
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let phases = latencies.iter();
        phases
            .map(|(phase, taken)| (*phase, Latency::of(taken.clone())))
            .collect()
    }
}

impl Latency {
    /// Percentiles by the nearest rank.
    pub fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        let rank = |percent: usize| {
            let place = (taken.len() * percent).div_ceil(100).saturating_sub(1);
            let duration = taken.get(place).copied().unwrap_or_default();
            // Hundredths are enough for people.
            (duration.as_secs_f64() * 100_000.0).round() / 100.0
        };
        Self {
            count: taken.len(),
            p50: rank(50),
            p95: rank(95),
            p99: rank(99),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_by_the_nearest_rank() {
        let latency = Latency::of((1..=200).rev().map(Duration::from_millis).collect());
        assert_eq!(
            (latency.p50, latency.p95, latency.p99),
            (100.0, 190.0, 198.0)
        );
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }
}
