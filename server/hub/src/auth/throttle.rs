//! Guessing passwords is slow: a few failures close a door for a while, but never somebody else's door.
//!
//! Failures are counted by bucket. Strangers who try an account share the account's bucket; a device that
//! its person has signed in with before, and the holder of an enrolment code, each have their own, so
//! nobody can lock a worker out by typing their name.

use sync_core::{Id, Timestamp, hex};

use crate::error::ApiError;
use store::tokens::TokenHash;
use store::{Db, Error};

/// This many failures ..
const FAILURES: usize = 5;

/// .. within this time close the door until the oldest of them is that old.
const WINDOW_MILLIS: i64 = 5 * 60 * 1000;

/// Failures that count together.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    tenant: Id,
    name: String,
}

impl Bucket {
    /// Everybody who tries this account from a device that is not known.
    pub(crate) fn account(tenant: Id, username: &str) -> Self {
        Self {
            tenant,
            name: format!("account/{username}"),
        }
    }

    /// A device that the person has signed in with before.
    pub(crate) fn device(tenant: Id, device: Id) -> Self {
        Self {
            tenant,
            name: format!("device/{device}"),
        }
    }

    /// The holder of an enrolment code.
    pub(crate) fn enrolment(tenant: Id, code_hash: &TokenHash) -> Self {
        Self {
            tenant,
            name: format!("enrolment/{}", hex::encode(code_hash)),
        }
    }

    /// Counts a failure before the password is looked at, so that tries made at once count too; a sign-in
    /// that succeeds takes it back with [`Bucket::clear`].
    pub(crate) async fn charge(&self, store: &Db, now: Timestamp) -> Result<(), ApiError> {
        let since = now.plus_millis(-WINDOW_MILLIS);
        let mut tx = store.begin().await?;
        tx.lock_login_failures(self.tenant, &self.name).await?;
        let failures = tx
            .list_login_failures(self.tenant, &self.name, since)
            .await?;
        if failures.len() >= FAILURES {
            let oldest = failures.first().copied().unwrap_or(now);
            return Err(closed_for(WINDOW_MILLIS - now.millis_since(oldest)));
        }
        tx.insert_login_failure(self.tenant, &self.name, now, since)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Forgets the failures, after a success.
    pub(crate) async fn clear(&self, tx: &mut store::Tx) -> Result<(), Error> {
        tx.delete_login_failures(self.tenant, &self.name).await
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
