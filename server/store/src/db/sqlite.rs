//! One SQLite file: how it is opened, and which of its connections are used again.

use std::future::Future;
use std::pin::Pin;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::pool::{PoolConnectionMetadata, PoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection as _, Sqlite};

use super::{ACQUIRE_TIMEOUT, Options, migrator};
use crate::Error;

/// SQLite before 3.51.3 can lose committed pages when the write-ahead log is reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How long a SQLite statement waits for a lock that another connection holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// KiB, which SQLite wants with a minus sign. Its usual 2 MB are 125 pages of ours: whoever writes to many tickets of a
/// hundred thousand read most of their pages again for each.
const WRITER_CACHE_KIB: &str = "-16384";

/// The one connection that writes, and those that read beside it.
pub(super) async fn open(url: &str, options: &Options) -> Result<(SqlitePool, SqlitePool), Error> {
    let connect = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .page_size(options.page_size)
        .journal_mode(SqliteJournalMode::Wal)
        // The default depends on how SQLite was compiled; a receipt promises FULL.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("trusted_schema", "OFF");
    let write = connect.clone().pragma("cache_size", WRITER_CACHE_KIB);
    let write = pool(1).connect_with(write).await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&write)
        .await?;
    if !recent_enough(&version) {
        return Err(Error::OldSqlite { version });
    }
    bring_up_to_date(&connect).await?;
    let read = pool(options.connections.max(1))
        .connect_with(connect.create_if_missing(false).read_only(true))
        .await?;
    Ok((write, read))
}

/// A step that makes a table anew drops the old one while others point at it. Foreign keys cannot be switched within a
/// transaction, so this connection never has them; afterwards every one must hold again.
async fn bring_up_to_date(connect: &SqliteConnectOptions) -> Result<(), Error> {
    let free = pool(1)
        .connect_with(connect.clone().foreign_keys(false))
        .await?;
    let before = last_step(&free).await?;
    migrator(migrations::SQLITE).run(&free).await?;
    if last_step(&free).await? != before {
        let astray: Option<String> =
            sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1")
                .fetch_optional(&free)
                .await?;
        if let Some(table) = astray {
            return Err(Error::Astray { table });
        }
    }
    free.close().await;
    Ok(())
}

/// The number of the last step that this file went through.
async fn last_step(free: &SqlitePool) -> Result<Option<i64>, Error> {
    let known: Option<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_optional(free)
            .await?;
    if known.is_none() {
        return Ok(None);
    }
    Ok(
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(free)
            .await?,
    )
}

fn pool(connections: u32) -> PoolOptions<Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(is_clean)
}

/// Whether a connection that comes back may be used again. SQLite ends a transaction by itself when the disk is
/// full or fails; sqlx's ROLLBACK then finds none, fails, and sqlx holds the connection for inside a transaction
/// ever after: it would refuse every `begin` that follows.
fn is_clean(
    connection: &mut SqliteConnection,
    _: PoolConnectionMetadata,
) -> Pin<Box<dyn Future<Output = Result<bool, sqlx::Error>> + Send + '_>> {
    Box::pin(async move {
        // A ROLLBACK that was only queued has been done when this is answered.
        connection.ping().await?;
        let clean = !connection.is_in_transaction();
        if !clean {
            tracing::warn!("a connection whose transaction did not end is closed");
        }
        Ok(clean)
    })
}

fn recent_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= OLDEST_SQLITE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_with_the_lost_page_fault_is_refused() {
        for (version, good) in [
            ("3.51.2", false),
            ("3.50.4", false),
            ("3.51.3", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("", false),
        ] {
            assert_eq!(recent_enough(version), good, "{version}");
        }
    }
}
