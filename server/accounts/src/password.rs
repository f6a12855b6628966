//! Passwords: Argon2id, on threads apart, a few at a time.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use basis::Rng;

/// OWASP's minimum: 19 MiB, two passes, one lane; about 40 ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// What a stored hash may ask for: hashes also come from imports and restored backups.
const MAX_MEMORY_KIB: u32 = 64 * 1024;
const MAX_PASSES: u32 = 10;
const MAX_LANES: u32 = 4;

/// Sign-ins that may wait for a free core; more are told to come back.
const QUEUE: usize = 32;

/// Verified when there is no such person, so that the answer takes as long as for a wrong password. No
/// password is known to match it: its output is not one of Argon2.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbCEhIQ\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The bounded pool that hashes and verifies.
#[derive(Clone, Debug)]
pub struct Passwords {
    /// One a core: bounds processor time and memory (cores x 19 MiB).
    cores: Arc<Semaphore>,
    /// One for each that runs or waits.
    places: Arc<Semaphore>,
}

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
        let cores = cores.max(1);
        Self {
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + QUEUE)),
        }
    }

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
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| PasswordError::Busy)?;
        let core = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .map_err(|_| PasswordError::Failed)?;
        // A request that is dropped meanwhile does not stop the thread, so the thread holds the permits.
        let permits: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (place, core);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permits);
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
            let found = passwords.verify(password, Some(&stored)).await;
            assert_eq!(found, Ok(verdict), "{password}");
        }
    }

    #[tokio::test]
    async fn no_password_is_right_for_nobody() {
        let passwords = Passwords::new(1);
        for stored in [None, Some(NOBODY), Some(""), Some("plain text")] {
            assert_eq!(passwords.verify("", stored).await, Ok(Verdict::Wrong));
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
        let verdict = Passwords::new(1).verify("secret", Some(&stored)).await;
        assert_eq!(verdict, Ok(Verdict::Right { outdated: true }));
    }

    #[tokio::test]
    async fn a_stored_hash_that_asks_for_gigabytes_is_not_computed() {
        let greedy = NOBODY.replace("m=19456", "m=4194304");
        let started = std::time::Instant::now();
        let verdict = Passwords::new(1).verify("secret", Some(&greedy)).await;
        assert_eq!(verdict, Ok(Verdict::Wrong));
        assert!(started.elapsed().as_secs() < 2);
    }

    #[tokio::test]
    async fn whoever_comes_when_the_queue_is_full_is_told_at_once() {
        let passwords = Passwords::new(1);
        let held = Arc::clone(&passwords.cores).acquire_owned().await.unwrap();
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..=QUEUE {
            let passwords = passwords.clone();
            waiting.spawn(async move { passwords.verify("secret", None).await });
        }
        while passwords.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(
            passwords.verify("secret", None).await,
            Err(PasswordError::Busy)
        );
        drop(held);
        for verdict in waiting.join_all().await {
            assert_eq!(verdict, Ok(Verdict::Wrong));
        }
    }
}
