//! Time as a dependency: everything in the hub that needs the hour asks the [`Clock`] of the `App`.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sync_core::Timestamp;

/// Tells the time: the system's, or one that tests set.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Fixed(Arc<AtomicI64>),
    System,
}

impl Clock {
    /// The clock of the machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `millis` after 1970 until it is set or advanced; clones stand together.
    pub fn fixed(millis: i64) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(millis))))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        let millis = match &self.0 {
            Source::Fixed(millis) => millis.load(Ordering::SeqCst),
            Source::System => system_millis(),
        };
        Timestamp::from_millis(millis)
    }

    /// Sets a fixed clock; the system's clock stays as it is.
    pub fn set(&self, now: Timestamp) {
        if let Source::Fixed(millis) = &self.0 {
            millis.store(now.millis(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock by `millis`; the system's clock stays as it is.
    pub fn advance(&self, millis: i64) {
        if let Source::Fixed(now) = &self.0 {
            now.fetch_add(millis, Ordering::SeqCst);
        }
    }
}

fn system_millis() -> i64 {
    let since_epoch = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(1_000);
        let other = clock.clone();
        clock.advance(500);
        assert_eq!(other.now(), Timestamp::from_millis(1_500));
        other.set(Timestamp::from_millis(7));
        assert_eq!(clock.now(), Timestamp::from_millis(7));
    }

    #[test]
    fn the_system_clock_cannot_be_set() {
        let clock = Clock::system();
        clock.set(Timestamp::from_millis(7));
        assert!(clock.now() > Timestamp::from_millis(1_700_000_000_000));
    }
}
