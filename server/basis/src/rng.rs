//! Chance as a dependency: keys, codes and ids are drawn from the [`Rng`] of the `App`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use sync_core::{Id, Timestamp};

/// Random bytes: the operating system's, or a sequence that a seed decides (tests only).
#[derive(Clone)]
pub struct Rng(Source);

#[derive(Clone)]
enum Source {
    Os,
    Seeded(Arc<Sequence>),
}

struct Sequence {
    seed: u64,
    next_block: AtomicU64,
}

impl Rng {
    /// The operating system's generator, fit for keys.
    pub const fn os() -> Self {
        Self(Source::Os)
    }

    /// The same bytes on every run with the same `seed`. Guessable: never for real keys.
    pub fn seeded(seed: u64) -> Self {
        let next_block = AtomicU64::new(0);
        Self(Source::Seeded(Arc::new(Sequence { seed, next_block })))
    }

    /// Fills `bytes` with randomness.
    ///
    /// Ends the process if the operating system has none to give: no key, code or id may ever be
    /// made of guessable bytes, and there is no answer to a request that would be safer.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::Os => {
                if let Err(error) = getrandom::fill(bytes) {
                    tracing::error!(%error, "the operating system gives no random bytes");
                    std::process::abort();
                }
            }
            Source::Seeded(sequence) => sequence.fill(bytes),
        }
    }

    /// A new id made at `now`.
    pub fn new_id(&self, now: Timestamp) -> Id {
        let mut random = [0; 10];
        self.fill(&mut random);
        Id::from_parts(now, random)
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            Source::Os => "Rng(os)",
            Source::Seeded(_) => "Rng(seeded)",
        })
    }
}

impl Sequence {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = self.next_block.fetch_add(1, Ordering::SeqCst);
            let hash = Sha256::new()
                .chain_update(self.seed.to_be_bytes())
                .chain_update(block.to_be_bytes())
                .finalize();
            chunk.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_the_sequence() {
        let draw = |seed| {
            let mut bytes = [0; 40];
            Rng::seeded(seed).fill(&mut bytes);
            bytes
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn no_two_ids_are_alike() {
        for rng in [Rng::os(), Rng::seeded(3)] {
            let now = Timestamp::from_millis(1);
            assert_ne!(rng.new_id(now), rng.new_id(now));
        }
    }
}
