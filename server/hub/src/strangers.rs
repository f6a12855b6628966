//! What the hub remembers, in memory alone, of people who have not signed in.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sync_core::{Id, Timestamp};

/// How often failed sign-ins that do not count any more are deleted, whosever they are.
const SWEEP_MILLIS: i64 = 60 * 1000;

/// How often the audit log says that names which nobody has were tried.
const SAMPLE_MILLIS: i64 = 10 * 60 * 1000;

/// Failed sign-ins beside their rows, by sub-district.
#[derive(Debug, Default)]
pub(crate) struct Strangers(Mutex<HashMap<Id, Noted>>);

/// Of one sub-district.
#[derive(Clone, Copy, Debug, Default)]
struct Noted {
    swept_at: Option<Timestamp>,
    sampled_at: Option<Timestamp>,
    /// Tries of names that nobody has, since the last sample.
    unknown: u64,
}

impl Strangers {
    /// Whether it is time to delete what does not count any more.
    pub(crate) fn is_sweep_due(&self, tenant: Id, now: Timestamp) -> bool {
        self.of(tenant, |noted| {
            is_due(&mut noted.swept_at, now, SWEEP_MILLIS)
        })
    }

    /// Counts a try of a name that nobody has. `Some` when the audit log is to say so: how many there were since
    /// it last did, this one with them. Such names are free for everybody to make up, and the log is for ever.
    pub(crate) fn count_unknown(&self, tenant: Id, now: Timestamp) -> Option<u64> {
        self.of(tenant, |noted| {
            noted.unknown = noted.unknown.saturating_add(1);
            is_due(&mut noted.sampled_at, now, SAMPLE_MILLIS)
                .then(|| std::mem::take(&mut noted.unknown))
        })
    }

    fn of<T>(&self, tenant: Id, change: impl FnOnce(&mut Noted) -> T) -> T {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(tenant).or_default())
    }
}

/// Whether `every` has passed since `last`, or the clock was set back; notes it then.
fn is_due(last: &mut Option<Timestamp>, now: Timestamp, every: i64) -> bool {
    let due = last.is_none_or(|last| !(0..every).contains(&now.millis_since(last)));
    if due {
        *last = Some(now);
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: Id = Id::from_bytes([1; 16]);

    #[test]
    fn names_that_nobody_has_are_told_once_in_ten_minutes_with_their_number() {
        let strangers = Strangers::default();
        let told: Vec<Option<u64>> = (0..1_300)
            .map(|second| strangers.count_unknown(TENANT, Timestamp::from_millis(second * 1_000)))
            .collect();
        let samples: Vec<u64> = told.into_iter().flatten().collect();
        assert_eq!(samples, [1, 600, 600]);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_stop_the_sweeping() {
        let strangers = Strangers::default();
        let due = |millis| strangers.is_sweep_due(TENANT, Timestamp::from_millis(millis));
        assert!(due(10_000_000));
        assert!(!due(10_000_001));
        assert!(due(5_000));
        assert!(!due(6_000));
    }
}
