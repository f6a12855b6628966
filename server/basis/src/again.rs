//! What is tried again: at each look what is still there is due, at growing distances.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// The longest distance between two tries.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Things that are found again and again until they are done. It holds no more than the last look found.
#[derive(Debug)]
pub struct Again<K> {
    first: Duration,
    tries: HashMap<K, Try>,
}

#[derive(Clone, Copy, Debug)]
struct Try {
    due: Instant,
    wait: Duration,
}

impl<K: Copy + Eq + Hash> Again<K> {
    /// `first`: the distance between the first two tries; it doubles up to an hour.
    pub fn new(first: Duration) -> Self {
        Self {
            first,
            tries: HashMap::new(),
        }
    }

    /// Of what a look found, what is to be tried now. What is found for the first time is due when `fresh_is_due`,
    /// else at a later look: somebody else may be at it.
    pub fn look(&mut self, found: &[K], now: Instant, fresh_is_due: bool) -> Vec<K> {
        let mut tries = HashMap::with_capacity(found.len());
        let mut due = Vec::new();
        for key in found {
            let mut next = self.tries.get(key).copied().unwrap_or(Try {
                due: if fresh_is_due { now } else { now + self.first },
                wait: self.first,
            });
            if next.due <= now {
                due.push(*key);
                next.due = now + next.wait;
                next.wait = next.wait.saturating_mul(2).min(LONGEST);
            }
            tries.insert(*key, next);
        }
        self.tries = tries;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_is_tried_at_growing_distances_and_what_is_gone_is_forgotten() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut again = Again::new(Duration::from_secs(30));
        let tried: Vec<u64> = (0..100)
            .map(|n| n * 30)
            .filter(|seconds| !again.look(&['a'], at(*seconds), true).is_empty())
            .collect();
        assert_eq!(tried, [0, 30, 90, 210, 450, 930, 1890]);
        assert!(again.look(&[], at(3_000), true).is_empty());
        assert_eq!(again.look(&['a'], at(3_030), true), ['a']);
    }

    #[test]
    fn what_somebody_else_may_be_at_is_left_to_the_next_look() {
        let start = Instant::now();
        let mut again = Again::new(Duration::from_secs(30));
        assert!(again.look(&['a'], start, false).is_empty());
        let later = start + Duration::from_secs(30);
        assert_eq!(again.look(&['a', 'b'], later, false), ['a']);
    }
}
