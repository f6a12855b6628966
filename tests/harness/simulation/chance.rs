//! Chance that a seed decides, and how much of it a run wants.

use sync_core::{Id, Timestamp};

/// Numbers that a seed decides (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.any() % end).unwrap_or(0)
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }

    /// Puts them into any order.
    pub fn shuffle<T>(&mut self, these: &mut [T]) {
        for end in (1..these.len()).rev() {
            these.swap(end, self.below(end + 1));
        }
    }

    /// A fresh id made at `now`.
    pub fn id(&mut self, now: Timestamp) -> Id {
        let mut random = [0; 10];
        let bytes = self.any().to_be_bytes().into_iter();
        let bytes = bytes.chain(self.any().to_be_bytes());
        random
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
        Id::from_parts(now, random)
    }
}

/// How many cases a heavy test runs: `quick` ones, or what `WARMLINE_TEST_SCALE` says: `full` (as in `make laws`),
/// or a number that multiplies the quick ones (2 in `make test`).
pub fn scale(quick: usize, full: usize) -> usize {
    match std::env::var("WARMLINE_TEST_SCALE") {
        Ok(says) if says == "full" => full,
        Ok(says) => quick * says.parse::<usize>().unwrap_or(1),
        Err(_) => quick,
    }
}
