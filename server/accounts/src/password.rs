//! Passwords: Argon2id, on threads apart, a few at a time.
//!
//! Who waits for a core waits in a lane. Strangers from one address share a few places, and addresses take turns;
//! whoever the hub has reason to know (a device signed in before, the holder of an enrolment code) has places of
//! their own and comes first, three times of four.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::oneshot;

use basis::{Fair, Rng, Share, Shares};

/// OWASP's minimum: 19 MiB, two passes, one lane; about 40 ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What a stored hash may ask for: hashes also come from imports and restored backups.
const MAX_MEMORY_KIB: u32 = 64 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 4;

/// Sign-ins of one address, device or code that may be under way at once; more are told to come back.
const SHARE: usize = 8;
/// Sign-ins of each lane that may wait for a core: about five seconds on two cores.
const QUEUE: usize = 256;
/// Turns of those who are known before a stranger has one.
const KNOWN_IN_A_ROW: usize = 3;

/// Verified when there is no such person, so that the answer takes as long as for a wrong password. No
/// password is known to match it: its output is not one of Argon2.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCEhIQ\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The bounded pool that hashes and verifies; cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: Mutex<Queue>,
    shares: Shares<Lane>,
}

/// One core each: bounds processor time and memory (cores x 19 MiB).
#[derive(Debug)]
struct Queue {
    /// Cores that do nothing; then nobody waits.
    free: usize,
    known: Fair<u128, oneshot::Sender<Core>>,
    strangers: Fair<u128, oneshot::Sender<Core>>,
    known_in_a_row: usize,
}

/// Who signs in, as far as waiting goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Somebody whom the hub has reason to know, by device or code.
    Known(u128),
    /// Anybody, by address.
    Stranger(u128),
}

impl Lane {
    /// The hub itself, for accounts that it makes.
    pub const HUB: Self = Self::Known(0);
}

/// A place in the pool, held from before anything is written until the password is looked at.
#[derive(Debug)]
pub struct Place {
    passwords: Passwords,
    share: Arc<Share<Lane>>,
    lane: Lane,
}

/// The right to use one core; the next who waits has it afterwards.
#[derive(Debug)]
struct Core(Option<Passwords>);

/// Whether a password is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is; `outdated` hashes are to be replaced while the password is at hand.
    Right {
        /// The hash was made with weaker parameters than today's.
        outdated: bool,
    },
    /// It is not, or there is nothing to compare it with.
    Wrong,
}

/// Why a password was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many others wait.
    #[error("too many sign-ins at once")]
    Busy,
    /// The machine has no memory or no thread for it.
    #[error("the password could not be hashed")]
    Failed,
}

/// A first password to hand over on paper: 60 random bits in letters that are hard to confuse.
pub fn generate(rng: &Rng) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0; 12];
    rng.fill(&mut random);
    let mut password = String::with_capacity(14);
    for (place, byte) in random.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            password.push('-');
        }
        let letter = LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a');
        password.push(char::from(letter));
    }
    password
}

impl Passwords {
    /// A pool that works on `cores` passwords at a time.
    pub fn new(cores: usize) -> Self {
        let queue = Queue {
            free: cores.max(1),
            known: Fair::new(QUEUE, SHARE),
            strangers: Fair::new(QUEUE, SHARE),
            known_in_a_row: 0,
        };
        Self(Arc::new(Inner {
            queue: Mutex::new(queue),
            shares: Shares::new(SHARE),
        }))
    }

    /// Takes a place, before the sign-in costs anything.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] if this address, device or code has its share.
    pub fn enter(&self, lane: Lane) -> Result<Place, PasswordError> {
        let share = self.0.shares.take(lane).ok_or(PasswordError::Busy)?;
        Ok(Place {
            passwords: self.clone(),
            share: Arc::new(share),
            lane,
        })
    }

    /// The PHC text to store for a password of an account that the hub makes.
    pub async fn hash(&self, password: &str, rng: &Rng) -> Result<String, PasswordError> {
        self.enter(Lane::HUB)?.hash(password, rng).await
    }

    async fn core(&self, lane: Lane) -> Result<Core, PasswordError> {
        let (turn, mine) = oneshot::channel();
        {
            let mut queue = self.queue();
            if queue.free > 0 {
                queue.free -= 1;
                return Ok(Core(Some(self.clone())));
            }
            let pushed = match lane {
                Lane::Known(key) => queue.known.push(key, turn),
                Lane::Stranger(key) => queue.strangers.push(key, turn),
            };
            pushed.map_err(|_| PasswordError::Busy)?;
        }
        mine.await.map_err(|_| PasswordError::Failed)
    }

    /// Gives a core that is free to the next who still waits.
    fn hand_over(&self) {
        loop {
            let Some(next) = self.queue().next() else {
                return;
            };
            match next.send(Core(Some(self.clone()))) {
                Ok(()) => return,
                // They went away; this one is not given back, it goes on to the next.
                Err(mut core) => core.0 = None,
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// Whose turn it is; without anybody the core is free.
    fn next(&mut self) -> Option<oneshot::Sender<Core>> {
        let known_first = self.known_in_a_row < KNOWN_IN_A_ROW || self.strangers.is_empty();
        let known = known_first.then(|| self.known.pop()).flatten();
        self.known_in_a_row = if known.is_some() {
            self.known_in_a_row + 1
        } else {
            0
        };
        let next = known.or_else(|| self.strangers.pop());
        self.free += usize::from(next.is_none());
        next
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if let Some(passwords) = self.0.take() {
            passwords.hand_over();
        }
    }
}

impl Place {
    /// The PHC text to store for a password.
    pub async fn hash(&self, password: &str, rng: &Rng) -> Result<String, PasswordError> {
        let mut salt = [0; 16];
        rng.fill(&mut salt);
        let password = password.to_owned();
        self.run(move || {
            argon2()?
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|_| PasswordError::Failed)
        })
        .await
    }

    /// Compares a password with a stored hash; `None` takes the same time and is wrong.
    pub async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<Verdict, PasswordError> {
        let password = password.to_owned();
        let stored = stored.map(str::to_owned);
        self.run(move || verify(&password, stored.as_deref())).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let core = self.passwords.core(self.lane).await?;
        let share = Arc::clone(&self.share);
        // A request that is dropped meanwhile does not stop the thread, so the thread holds core and place.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop((core, share));
            done
        })
        .await
        .map_err(|_| PasswordError::Failed)?
    }
}

fn verify(password: &str, stored: Option<&str>) -> Result<Verdict, PasswordError> {
    let parsed = stored.and_then(|text| PasswordHash::new(text).ok());
    let usable = parsed.and_then(|hash| {
        let params = Params::try_from(&hash).ok()?;
        is_bounded(&params).then_some((hash, params))
    });
    let Some((hash, params)) = usable else {
        if stored.is_some() {
            tracing::error!("a stored password hash cannot be used");
        }
        let nobody = PasswordHash::new(NOBODY).map_err(|_| PasswordError::Failed)?;
        let _ = argon2()?.verify_password(password.as_bytes(), &nobody);
        return Ok(Verdict::Wrong);
    };
    match argon2()?.verify_password(password.as_bytes(), &hash) {
        Ok(()) => Ok(Verdict::Right {
            outdated: params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES,
        }),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(_) => Err(PasswordError::Failed),
    }
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_bounded(params: &Params) -> bool {
    params.m_cost() <= MAX_MEMORY_KIB
        && params.t_cost() <= MAX_PASSES
        && params.p_cost() <= MAX_LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_no_other_is_right() {
        let passwords = Passwords::new(2);
        let stored = passwords.hash("春江花月夜", &Rng::os()).await.unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        for (password, verdict) in [
            ("春江花月夜", Verdict::Right { outdated: false }),
            ("春江花月", Verdict::Wrong),
            ("", Verdict::Wrong),
        ] {
            let place = passwords.enter(Lane::HUB).unwrap();
            let found = place.verify(password, Some(&stored)).await;
            assert_eq!(found, Ok(verdict), "{password}");
        }
    }

    #[tokio::test]
    async fn no_password_is_right_for_nobody() {
        let place = Passwords::new(1).enter(Lane::HUB).unwrap();
        for stored in [None, Some(NOBODY), Some(""), Some("plain text")] {
            assert_eq!(place.verify("", stored).await, Ok(Verdict::Wrong));
        }
        assert!(PasswordHash::new(NOBODY).is_ok());
    }

    #[tokio::test]
    async fn a_weaker_hash_is_right_and_outdated() {
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(8 * 1024, 1, 1, None).unwrap(),
        );
        let stored = weak.hash_password_with_salt(b"secret", &[1; 16]).unwrap();
        let stored = stored.to_string();
        let place = Passwords::new(1).enter(Lane::HUB).unwrap();
        let verdict = place.verify("secret", Some(&stored)).await;
        assert_eq!(verdict, Ok(Verdict::Right { outdated: true }));
    }

    #[tokio::test]
    async fn a_stored_hash_that_asks_for_gigabytes_is_not_computed() {
        let greedy = NOBODY.replace("m=19456", "m=4194304");
        let started = std::time::Instant::now();
        let place = Passwords::new(1).enter(Lane::HUB).unwrap();
        let verdict = place.verify("secret", Some(&greedy)).await;
        assert_eq!(verdict, Ok(Verdict::Wrong));
        assert!(started.elapsed().as_secs() < 2);
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_others_have_theirs() {
        let passwords = Passwords::new(1);
        let flood: Vec<_> = (0..60)
            .map(|_| passwords.enter(Lane::Stranger(7)))
            .collect();
        let inside = flood.iter().filter(|place| place.is_ok()).count();
        assert_eq!(inside, SHARE);
        for other in [Lane::Stranger(8), Lane::Known(7)] {
            let verdict = passwords.enter(other).unwrap().verify("secret", None).await;
            assert_eq!(verdict, Ok(Verdict::Wrong));
        }
        drop(flood);
        assert!(passwords.enter(Lane::Stranger(7)).is_ok());
    }

    #[tokio::test]
    async fn those_who_are_known_come_first_and_strangers_take_turns_by_address() {
        let passwords = Passwords::new(1);
        let held = passwords.core(Lane::HUB).await.unwrap();
        let (told, mut order) = tokio::sync::mpsc::unbounded_channel();
        let mut waiting = tokio::task::JoinSet::new();
        let mut expected = 0;
        let lanes = [1, 1, 1, 2, 3].map(Lane::Stranger).into_iter();
        for (n, lane) in lanes.chain([9, 9, 9, 9].map(Lane::Known)).enumerate() {
            let (pool, told) = (passwords.clone(), told.clone());
            waiting.spawn(async move {
                let core = pool.core(lane).await.unwrap();
                told.send((n, lane)).unwrap();
                drop(core);
            });
            // Each in the order in which it came.
            expected += 1;
            let come = || {
                let queue = passwords.queue();
                queue.known.len() + queue.strangers.len()
            };
            while come() < expected {
                tokio::task::yield_now().await;
            }
        }
        drop((held, told));
        let mut came = Vec::new();
        while let Some((_, lane)) = order.recv().await {
            came.push(lane);
        }
        let (known, stranger) = (Lane::Known(9), Lane::Stranger);
        let first = [known, known, known, stranger(1), known];
        let then = [2, 3, 1, 1].map(stranger);
        assert_eq!(came, [&first[..], &then[..]].concat());
        assert_eq!(passwords.queue().free, 1);
    }

    #[tokio::test]
    async fn a_core_is_not_lost_with_somebody_who_went_away() {
        let passwords = Passwords::new(1);
        let held = passwords.core(Lane::HUB).await.unwrap();
        {
            let waiting = passwords.core(Lane::Stranger(1));
            let gone = tokio::time::timeout(std::time::Duration::ZERO, waiting).await;
            assert!(gone.is_err());
        }
        drop(held);
        assert_eq!(passwords.queue().free, 1);
        assert!(passwords.core(Lane::Stranger(2)).await.is_ok());
    }
}
