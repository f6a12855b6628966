//! Guessing passwords is slow: a few failures close a door for a while, but never somebody else's door.
//!
//! Failures are counted by bucket. Strangers who try an account share the account's bucket; a device that
//! its person has signed in with before, and the holder of an enrolment code, each have their own, so
//! nobody can lock a worker out by typing their name. A bucket is stored by its hash, and its rows for as long
//! as they count: what a stranger types takes a hundred bytes for five minutes.

use sha2::{Digest as _, Sha256};
use sync_core::{Id, Timestamp, hex};

use crate::error::ApiError;
use crate::strangers::Strangers;
use store::tokens::{BucketHash, TokenHash};
use store::{Db, Error};

/// This many failures ..
const FAILURES: usize = 5;

/// .. within this time close the door until the oldest of them is that old.
const WINDOW_MILLIS: i64 = 5 * 60 * 1000;

/// Failures that count together.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    tenant: Id,
    hash: BucketHash,
}

impl Bucket {
    /// Everybody who tries this account from a device that is not known.
    pub(crate) fn account(tenant: Id, username: &str) -> Self {
        Self::named(tenant, &format!("account/{username}"))
    }

    /// A device that the person has signed in with before.
    pub(crate) fn device(tenant: Id, device: Id) -> Self {
        Self::named(tenant, &format!("device/{device}"))
    }

    /// The holder of an enrolment code.
    pub(crate) fn enrolment(tenant: Id, code_hash: &TokenHash) -> Self {
        Self::named(tenant, &format!("enrolment/{}", hex::encode(code_hash)))
    }

    fn named(tenant: Id, name: &str) -> Self {
        let hash = Sha256::digest(name.as_bytes()).into();
        Self { tenant, hash }
    }

    /// Counts a failure before the password is looked at, so that tries made at once count too; a sign-in
    /// that succeeds takes it back with [`Bucket::clear`].
    pub(crate) async fn charge(
        &self,
        strangers: &Strangers,
        store: &Db,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let since = now.plus_millis(-WINDOW_MILLIS);
        // Hubs that share a database have clocks of their own; a row from further ahead is of a clock that was
        // set back since, and would keep the door shut until then.
        let latest = now.plus_millis(WINDOW_MILLIS);
        let mut tx = store.begin().await?;
        let swept = strangers.is_sweep_due(self.tenant, now);
        if swept {
            tx.sweep_login_failures(self.tenant, since, latest).await?;
        }
        tx.lock_login_failures(self.tenant, &self.hash).await?;
        let failures = tx
            .list_login_failures(self.tenant, &self.hash, since, latest)
            .await?;
        if failures.len() >= FAILURES {
            if swept {
                tx.commit().await?;
            }
            let oldest = failures.first().copied().unwrap_or(now);
            return Err(closed_for(WINDOW_MILLIS - now.millis_since(oldest)));
        }
        tx.insert_login_failure(self.tenant, &self.hash, now)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets the failures, after a success.
    pub(crate) async fn clear(&self, tx: &mut store::Tx) -> Result<(), Error> {
        tx.delete_login_failures(self.tenant, &self.hash).await
    }
}

fn closed_for(millis: i64) -> ApiError {
    let seconds = u32::try_from(millis / 1000).unwrap_or(0).saturating_add(1);
    ApiError::too_many_requests(
        "too_many_attempts",
        format!("密码错误次数太多，请 {} 分钟后再试。", seconds.div_ceil(60)),
        seconds,
    )
}
