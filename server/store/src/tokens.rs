//! Refresh tokens (only their hashes) and failed sign-ins.

use sync_core::{Id, Timestamp, hex};
use uuid::Uuid;

use super::db::{id, on_backend, uuid};
use super::words::words;
use super::{Error, Tx};

/// SHA-256 of a refresh token.
pub type TokenHash = [u8; 32];

/// SHA-256 of what failed sign-ins are counted by.
pub type BucketHash = [u8; 32];

words! {
    /// How far a refresh token has come; see `auth::rotation`.
    pub enum TokenState {
        /// Replaced by a successor that is in use, or ended with its family.
        Dead = "dead",
        /// Sent out; nobody has used it or its access token yet.
        Issued = "issued",
        /// It or its access token has been used: it did arrive.
        Used = "used",
    }
}

/// One link of a device's chain of refresh tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The token itself is not kept.
    pub hash: TokenHash,
    /// The sub-district of the device.
    pub tenant: Id,
    /// Whose token it is.
    pub device: Id,
    /// The token it was given out for; `None` at sign-in.
    pub parent: Option<TokenHash>,
    /// How far it has come.
    pub state: TokenState,
    /// When it was sent out.
    pub issued_at: Timestamp,
    /// When it or its access token was first used.
    pub first_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

type Row = (
    Vec<u8>,
    Uuid,
    Uuid,
    Option<Vec<u8>>,
    String,
    i64,
    Option<i64>,
    i64,
);

impl Tx {
    /// Adds a token.
    pub async fn insert_token(&mut self, token: &RefreshToken) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO refresh_token
             (hash, tenant, device, parent, state, issued_at, first_used_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        )
        .bind(token.hash.as_slice())
        .bind(uuid(token.tenant))
        .bind(uuid(token.device))
        .bind(token.parent.as_ref().map(<[u8; 32]>::as_slice))
        .bind(token.state.as_str())
        .bind(token.issued_at.millis())
        .bind(token.first_used_at.map(Timestamp::millis))
        .bind(token.expires_at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// The token with this hash, in whatever sub-district: it comes with nothing else.
    pub async fn find_token(&mut self, hash: &TokenHash) -> Result<Option<RefreshToken>, Error> {
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT hash, tenant, device, parent, state, issued_at, first_used_at, expires_at
             FROM refresh_token WHERE hash = $1"
        )
        .bind(hash.as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(token_of).transpose()
    }

    /// The device's token whose hash begins with these bytes, as access tokens name it.
    pub async fn find_token_by_prefix(
        &mut self,
        tenant: Id,
        device: Id,
        prefix: &[u8; 16],
    ) -> Result<Option<RefreshToken>, Error> {
        let [mut lowest, mut highest] = [[0x00; 32], [0xff; 32]];
        for bound in [&mut lowest, &mut highest] {
            bound
                .iter_mut()
                .zip(prefix)
                .for_each(|(to, from)| *to = *from);
        }
        let row: Option<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT hash, tenant, device, parent, state, issued_at, first_used_at, expires_at
             FROM refresh_token WHERE tenant = $1 AND device = $2 AND hash >= $3 AND hash <= $4"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(lowest.as_slice())
        .bind(highest.as_slice())
        .fetch_optional(&mut **tx)
        .await)?;
        row.map(token_of).transpose()
    }

    /// The tokens given out for this one, oldest first.
    pub async fn list_successors(
        &mut self,
        tenant: Id,
        parent: &TokenHash,
    ) -> Result<Vec<RefreshToken>, Error> {
        let rows: Vec<Row> = on_backend!(self, |tx| sqlx::query_as(
            "SELECT hash, tenant, device, parent, state, issued_at, first_used_at, expires_at
             FROM refresh_token WHERE tenant = $1 AND parent = $2 ORDER BY issued_at, hash"
        )
        .bind(uuid(tenant))
        .bind(parent.as_slice())
        .fetch_all(&mut **tx)
        .await)?;
        rows.into_iter().map(token_of).collect()
    }

    /// Marks an issued token as used; does nothing to one that is used or dead.
    pub async fn use_token(
        &mut self,
        tenant: Id,
        hash: &TokenHash,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE refresh_token SET state = 'used', first_used_at = $3
             WHERE tenant = $1 AND hash = $2 AND state = 'issued'"
        )
        .bind(uuid(tenant))
        .bind(hash.as_slice())
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Ends one token.
    pub async fn end_token(&mut self, tenant: Id, hash: &TokenHash) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE refresh_token SET state = 'dead' WHERE tenant = $1 AND hash = $2"
        )
        .bind(uuid(tenant))
        .bind(hash.as_slice())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Ends every token of a device: it has to sign in again.
    pub async fn end_tokens_of_device(&mut self, tenant: Id, device: Id) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE refresh_token SET state = 'dead' WHERE tenant = $1 AND device = $2"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Moves the end of a token's life.
    pub async fn extend_token(
        &mut self,
        tenant: Id,
        hash: &TokenHash,
        expires_at: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "UPDATE refresh_token SET expires_at = $3 WHERE tenant = $1 AND hash = $2"
        )
        .bind(uuid(tenant))
        .bind(hash.as_slice())
        .bind(expires_at.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Deletes a device's tokens that expired before `before`: nobody can tell them from unknown ones.
    pub async fn delete_expired_tokens(
        &mut self,
        tenant: Id,
        device: Id,
        before: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM refresh_token WHERE tenant = $1 AND device = $2 AND expires_at < $3"
        )
        .bind(uuid(tenant))
        .bind(uuid(device))
        .bind(before.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Makes others who count the same bucket wait until this transaction ends.
    pub async fn lock_login_failures(
        &mut self,
        tenant: Id,
        bucket: &BucketHash,
    ) -> Result<(), Error> {
        // SQLite has one writer anyway; on PostgreSQL there may be no row yet that could be locked.
        if let Self::Postgres(tx) = self {
            sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind(format!("{tenant}/{}", hex::encode(bucket)))
                .execute(&mut **tx)
                .await?;
        }
        Ok(())
    }

    /// Notes a failed sign-in.
    pub async fn insert_login_failure(
        &mut self,
        tenant: Id,
        bucket: &BucketHash,
        now: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "INSERT INTO login_attempt (tenant, bucket, at) VALUES ($1, $2, $3)"
        )
        .bind(uuid(tenant))
        .bind(bucket.as_slice())
        .bind(now.millis())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }

    /// Forgets the tenant's failed sign-ins that do not count any more: those before `since`, and those after
    /// `latest`, which a clock that was ahead has dated.
    pub async fn sweep_login_failures(
        &mut self,
        tenant: Id,
        since: Timestamp,
        latest: Timestamp,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| {
            sqlx::query("DELETE FROM login_attempt WHERE tenant = $1 AND at < $2")
                .bind(uuid(tenant))
                .bind(since.millis())
                .execute(&mut **tx)
                .await?;
            sqlx::query("DELETE FROM login_attempt WHERE tenant = $1 AND at > $2")
                .bind(uuid(tenant))
                .bind(latest.millis())
                .execute(&mut **tx)
                .await?;
        });
        Ok(())
    }

    /// When the failed sign-ins of this bucket from `since` to `latest` happened, oldest first.
    pub async fn list_login_failures(
        &mut self,
        tenant: Id,
        bucket: &BucketHash,
        since: Timestamp,
        latest: Timestamp,
    ) -> Result<Vec<Timestamp>, Error> {
        let rows: Vec<i64> = on_backend!(self, |tx| sqlx::query_scalar(
            "SELECT at FROM login_attempt
             WHERE tenant = $1 AND bucket = $2 AND at >= $3 AND at <= $4 ORDER BY at"
        )
        .bind(uuid(tenant))
        .bind(bucket.as_slice())
        .bind(since.millis())
        .bind(latest.millis())
        .fetch_all(&mut **tx)
        .await)?;
        Ok(rows.into_iter().map(Timestamp::from_millis).collect())
    }

    /// Forgets the failed sign-ins of a bucket, after one that succeeded.
    pub async fn delete_login_failures(
        &mut self,
        tenant: Id,
        bucket: &BucketHash,
    ) -> Result<(), Error> {
        on_backend!(self, |tx| sqlx::query(
            "DELETE FROM login_attempt WHERE tenant = $1 AND bucket = $2"
        )
        .bind(uuid(tenant))
        .bind(bucket.as_slice())
        .execute(&mut **tx)
        .await
        .map(drop))?;
        Ok(())
    }
}

fn token_of(row: Row) -> Result<RefreshToken, Error> {
    let (hash, tenant, device, parent, state, issued_at, first_used_at, expires_at) = row;
    Ok(RefreshToken {
        hash: hash_of(hash, "hash")?,
        tenant: id(tenant),
        device: id(device),
        parent: parent.map(|parent| hash_of(parent, "parent")).transpose()?,
        state: TokenState::read(&state, "refresh_token", "state")?,
        issued_at: Timestamp::from_millis(issued_at),
        first_used_at: first_used_at.map(Timestamp::from_millis),
        expires_at: Timestamp::from_millis(expires_at),
    })
}

fn hash_of(bytes: Vec<u8>, column: &'static str) -> Result<TokenHash, Error> {
    bytes.try_into().map_err(|_| Error::Corrupt {
        table: "refresh_token",
        column,
    })
}
