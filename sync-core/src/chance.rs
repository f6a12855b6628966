//! Chance that a seed decides: the same run makes the same visits, whatever the network does to them.

use crate::ids::Id;
use crate::time::Timestamp;

/// A stream of numbers (SplitMix64); not for keys.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The `stream`-th stream of a seed.
    pub const fn new(seed: u64, stream: u64) -> Self {
        let mut chance = Self(seed ^ stream.wrapping_mul(0xa076_1d64_78bd_642f));
        // Neighbouring streams begin alike; one step takes them apart.
        chance.0 = chance.draw();
        chance
    }

    /// 64 random bits.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if that is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        match self.draw().checked_rem(end) {
            Some(number) => number,
            None => 0,
        }
    }

    /// True once in `times` on average.
    pub const fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of several; `None` only of none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let index = self.below(of.len() as u64);
        of.get(usize::try_from(index).ok()?)
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let drawn = self.draw().to_be_bytes();
            chunk
                .iter_mut()
                .zip(drawn)
                .for_each(|(to, from)| *to = from);
        }
        bytes
    }

    /// A fresh id made at `now`.
    pub fn id(&mut self, now: Timestamp) -> Id {
        Id::from_parts(now, self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_each_stream_and_streams_differ() {
        let draw = |seed, stream| Chance::new(seed, stream).bytes::<16>();
        assert_eq!(draw(7, 1), draw(7, 1));
        assert_ne!(draw(7, 1), draw(7, 2));
        assert_ne!(draw(7, 1), draw(8, 1));
    }

    #[test]
    fn every_number_below_the_end_comes_up() {
        let mut chance = Chance::new(1, 1);
        let drawn: std::collections::BTreeSet<u64> = (0..200).map(|_| chance.below(6)).collect();
        assert_eq!(drawn.len(), 6);
        assert_eq!(chance.below(0), 0);
    }
}
