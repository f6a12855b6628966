//! When something happened that a phone recorded: by its own clock, put right.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// S5: a difference of more than a minute is told to people.
const TOLD_FROM_MILLIS: u64 = 60_000;

/// A moment in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// When it happened.
    pub at: Timestamp,
    /// When the hub learned of it; `None` if it happened there, or has not got there yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// The phone's clock was more than a minute off: the moment is not the one that it showed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrected: bool,
}

impl Recorded {
    /// Something that the hub itself saw at that moment.
    pub const fn seen(at: Timestamp) -> Self {
        Self {
            at,
            received_at: None,
            corrected: false,
        }
    }

    /// When it was known; not before it happened.
    pub(super) const fn known_at(&self) -> Timestamp {
        match self.received_at {
            Some(received_at) => received_at,
            None => self.at,
        }
    }
}

/// When something happened, of which a phone's clock said `device_time` and the hub learned at `received_at`.
///
/// `offset_millis` is the hub's clock minus the phone's as it was measured at a sync. The moment cannot lie after its
/// arrival at the hub: a phone whose clock was put forward between recording and sync gains nothing.
pub const fn recorded_at(
    device_time: Timestamp,
    offset_millis: i64,
    received_at: Timestamp,
) -> Recorded {
    let moment = device_time.plus_millis(offset_millis);
    let at = if moment.millis() > received_at.millis() {
        received_at
    } else {
        moment
    };
    Recorded {
        at,
        received_at: Some(received_at),
        corrected: at.millis().abs_diff(device_time.millis()) > TOLD_FROM_MILLIS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_clock_that_is_two_hours_slow_is_put_right_and_said_to_be() {
        let recorded = recorded_at(at(8 * HOUR), 2 * HOUR, at(12 * HOUR));
        assert_eq!(recorded.at, at(10 * HOUR));
        assert!(recorded.corrected);
    }

    #[test]
    fn a_minute_is_put_right_without_a_word() {
        let recorded = recorded_at(at(8 * HOUR), -60_000, at(9 * HOUR));
        assert_eq!(
            (recorded.at, recorded.corrected),
            (at(8 * HOUR - 60_000), false)
        );
        assert!(recorded_at(at(8 * HOUR), -60_001, at(9 * HOUR)).corrected);
    }

    #[test]
    fn nothing_happens_after_the_hub_has_learned_of_it() {
        let recorded = recorded_at(at(20 * HOUR), 0, at(9 * HOUR));
        assert_eq!((recorded.at, recorded.corrected), (at(9 * HOUR), true));
        let ends = recorded_at(at(i64::MAX), i64::MAX, at(i64::MIN));
        assert_eq!(ends.at, at(i64::MIN));
    }
}
