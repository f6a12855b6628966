//! When the level of a clock changes.

use super::clock::Level;
use crate::time::Timestamp;

/// When a level begins.
pub(super) struct Moments {
    pub(super) blue: Timestamp,
    pub(super) yellow: Timestamp,
    pub(super) red: Timestamp,
    pub(super) purple: Timestamp,
}

impl Moments {
    pub(super) fn level(&self, at: Timestamp) -> Level {
        if at >= self.purple && at >= self.red {
            Level::Purple
        } else if at >= self.red {
            Level::Red
        } else if at >= self.yellow {
            Level::Yellow
        } else if at >= self.blue {
            Level::Blue
        } else {
            Level::Green
        }
    }

    pub(super) fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let level = self.level(now);
        let all = [self.blue, self.yellow, self.red, self.purple];
        let later = all.into_iter().filter(|at| *at > now);
        later.filter(|at| self.level(*at) != level).min()
    }
}
